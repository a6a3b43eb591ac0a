"""The Tomoiki portal: project, and the apps that know nothing of the consortium's business."""

from tomoiki.celery import app as celery_app

__all__ = ["celery_app"]
