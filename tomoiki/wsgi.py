"""WSGI entry point. It marks the process as web, so that statements and locks time out."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tomoiki.settings.local")
os.environ.setdefault("TOMOIKI_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
