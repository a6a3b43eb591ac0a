"""How gunicorn serves the portal in a container: `gunicorn --config deploy/gunicorn.py tomoiki.wsgi`."""

import os

bind = "0.0.0.0:8000"  # inside a container; compose publishes it to the machine itself only
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Longer than any statement may take (STATEMENT_TIMEOUT_MS), so that a slow page ends with a message, not a cut.
timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 2000
max_requests_jitter = 200
# Heartbeats of the workers go to memory: a slow disk must not look like a hanging worker.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
# Requests are logged by the application, with their id.
accesslog = None
errorlog = "-"
