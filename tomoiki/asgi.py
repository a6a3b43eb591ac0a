"""ASGI entry point. It marks the process as web, so that statements and locks time out.

Whoever forgets to name the settings gets production's, which refuse what is unsafe.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tomoiki.settings.production")
os.environ.setdefault("TOMOIKI_PROCESS", "web")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
