"""WSGI entry point. It marks the process as web, so that statements and locks time out.

Whoever forgets to name the settings gets production's, which refuse what is unsafe.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tomoiki.settings.production")
os.environ.setdefault("TOMOIKI_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
