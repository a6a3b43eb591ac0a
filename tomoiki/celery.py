"""The Celery application; workers inherit the request id of the request that caused a task."""

from celery import Celery
from celery.signals import setup_logging
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
