# syntax=docker/dockerfile:1

# --- build: dependencies and static files; nothing of this stage but the results is kept ---
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
# First the dependencies alone: a change of code does not install them anew.
COPY requirements/run.txt requirements/run.txt
RUN pip install --require-hashes --no-deps --requirement requirements/run.txt
COPY . .
RUN DJANGO_SETTINGS_MODULE=tomoiki.settings.build STATIC_ROOT=/srv/static python manage.py collectstatic --no-input \
    && python -m compileall -q .

# --- the portal ---
FROM python:3.11-slim-bookworm
# Numbers, so that a cluster can see that this is not root.
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install --directory --owner=portal --group=portal --mode=0700 /srv/files /srv/beat
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=tomoiki.settings.production \
    STATIC_ROOT=/srv/static \
    PRIVATE_FILES_ROOT=/srv/files
WORKDIR /app
USER 10001:10001
VOLUME ["/srv/files"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "deploy/healthcheck.py", "web"]
CMD ["gunicorn", "--config", "deploy/gunicorn.py", "tomoiki.wsgi"]
