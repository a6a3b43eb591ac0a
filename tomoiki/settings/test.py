"""Tests: the local settings, quick password hashes, strict templates."""

import os
import tempfile
from copy import deepcopy

from tomoiki.settings.local import *  # noqa: F403 - tests run on the local settings
from tomoiki.settings.local import CACHES, DATABASES, STORAGES, TEMPLATES

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SITE_URL = "http://testserver"
STORAGES = deepcopy(STORAGES)
# A worker that a test starts beside itself reads the test's own files.
STORAGES["default"]["OPTIONS"]["location"] = os.environ.get("TEST_FILES") or tempfile.mkdtemp(prefix="tomoiki-files-")
TEMPLATES = deepcopy(TEMPLATES)
WHITENOISE_AUTOREFRESH = False
# Nothing is collected for tests, and WhiteNoise warns of a folder that is not there.
STATIC_ROOT = tempfile.mkdtemp(prefix="tomoiki-static-")

# Several suites may run beside each other on one server, each in its own database.
DATABASES = deepcopy(DATABASES)
DATABASES["default"]["TEST"] = {"NAME": f"test_tomoiki{os.environ.get('TEST_DB_SUFFIX', '')}"}
# Tests that commit are followed by a flush, which truncates the audit trail too; its trigger asks for this setting.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c tomoiki.allow_truncate=on"
# What a test enqueues never meets a worker of the demo that shares this Redis.
CELERY_TASK_DEFAULT_QUEUE = "tests"
# A test that wants meaning says so: the model takes a second to load, and is not there everywhere.
EMBEDDINGS = os.environ.get("TEST_EMBEDDINGS", "none")

# Workers of one run share one Redis: each has its own keys.
CACHES = deepcopy(CACHES)
_suffix = os.environ.get("TEST_DB_SUFFIX", "")
for _cache in CACHES.values():
    _cache["KEY_PREFIX"] = f"test{_suffix}{os.environ.get('PYTEST_XDIST_WORKER', '')}"
