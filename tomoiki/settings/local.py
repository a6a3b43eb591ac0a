"""Development and demo: the embedded servers by default, readable logs, no second factor asked of staff."""

import os

from tomoiki.embedded.state import default_environment

# The environment wins; without it the private servers of this checkout are used.
for _name, _value in default_environment().items():
    os.environ.setdefault(_name, _value)
os.environ.setdefault("LOG_FORMAT", "console")
os.environ.setdefault("STAFF_SECOND_FACTOR_REQUIRED", "false")

from tomoiki.settings.base import *  # noqa: E402, F403 - the environment must be set first
from tomoiki.settings.base import INSTALLED_APPS, STORAGES, env  # noqa: E402

DEBUG = env.bool("DEBUG", default=True)
DEMO = True
SECRET_KEY = env.str("SECRET_KEY", default="local-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz")
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*INSTALLED_APPS, "tomoiki.embedded"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DEMO_MAIL_FOLDER = env.str("DEMO_MAIL_FOLDER", default="")
