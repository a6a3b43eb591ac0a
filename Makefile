PYTHON ?= python3
BIN := .venv/bin

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml

.PHONY: lock
lock:  ## recompile the hashed requirement files
	$(LOCK) -o requirements/run.txt
	$(LOCK) --group embedded -c requirements/run.txt -o requirements/embedded.txt
	$(LOCK) --group embedded --group test -c requirements/embedded.txt -o requirements/test.txt
	$(LOCK) --group embedded --group test --group dev -c requirements/test.txt -o requirements/dev.txt
