"""Building an image: collects the static files. It has no secrets and no servers, and serves nothing."""

from tomoiki.settings.base import *  # noqa: F403 - the base is all it needs

SECRET_KEY = "only-for-collecting-static-files"  # noqa: S105 - nothing is signed while an image is built
