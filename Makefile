# `make` alone lists the targets. Everything is installed into .venv, whatever is missing, when it is needed.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=

PY := .venv/bin/python
EMBEDDED := $(PY) -m tomoiki.embedded
PREPARE = @command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed. Python 3.11 or newer is needed."; exit 1; }; \
	$(PYTHON) scripts/prepare_venv.py

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset shell test lint format types bench bench-roster check lock \
	for-demo for-tests for-developers

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

for-demo:
	$(PREPARE) embedded

for-tests:
	$(PREPARE) test

for-developers:
	$(PREPARE) dev

demo: for-demo  ## run the whole portal with demo data until Ctrl-C (PORT=8123 for another port)
	@exec $(EMBEDDED) demo --port "$(PORT)"

demo-reset: for-demo  ## throw away the demo's data; `make demo-reset demo` starts over at once
	@$(EMBEDDED) reset

shell: for-demo  ## Django's shell on the demo's database
	@$(EMBEDDED) run -- $(PY) manage.py shell

test: for-tests  ## the whole test suite, browser journeys included (ARGS="-k outbox" to choose)
	@$(PY) scripts/prepare_browser.py
	@DJANGO_SETTINGS_MODULE=tomoiki.settings.test $(EMBEDDED) run --temporary -- $(PY) -m pytest --numprocesses=auto $(ARGS)

lint: for-developers  ## style, templates, import directions, missing migrations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --quiet --lint templates tomoiki members matching courses accompaniment
	.venv/bin/lint-imports
	@DJANGO_SETTINGS_MODULE=tomoiki.settings.test $(EMBEDDED) run --temporary -- $(PY) manage.py makemigrations --check --dry-run

format: for-developers  ## put the code into the house's form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: for-developers  ## check the types
	$(PY) -m mypy .

bench: for-tests  ## measure the main pages; prints a table and writes bench.json
	@$(EMBEDDED) run --temporary -- $(PY) -m tests.bench $(ARGS)

bench-roster: for-tests  ## measure how long 5,000 rows of a roster take
	@$(EMBEDDED) run --temporary -- $(PY) -m tests.bench.roster $(ARGS)

check: lint types test  ## everything that CI asks for

LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml

lock: for-developers  ## recompile the locked dependencies after a change in pyproject.toml
	$(LOCK) -o requirements/run.txt
	$(LOCK) --group embedded -c requirements/run.txt -o requirements/embedded.txt
	$(LOCK) --group embedded --group test -c requirements/embedded.txt -o requirements/test.txt
	$(LOCK) --group embedded --group test --group dev -c requirements/test.txt -o requirements/dev.txt
