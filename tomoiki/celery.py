"""The Celery application; workers inherit the request id of the request that caused a task."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import before_task_publish, setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

# Which settings are used is for whoever starts the process to say; they are read when first needed.
app = Celery("tomoiki")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def use_django_logging(**kwargs: object) -> None:
    """Let workers log through the same structured configuration as the web."""
    import logging.config  # needed by workers only

    from django.conf import settings  # settings are ready only when a worker starts

    logging.config.dictConfig(settings.LOGGING)


def note_sign_of_life(**kwargs: object) -> None:
    """Touch the file by which a container's health check sees that beat still sends tasks."""
    Path(os.environ["BEAT_HEARTBEAT_FILE"]).touch()


if os.environ.get("BEAT_HEARTBEAT_FILE"):
    before_task_publish.connect(note_sign_of_life)
