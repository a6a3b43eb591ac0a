"""Production: refuses to start with an unsafe value, and says which."""

from tomoiki.settings.base import *  # noqa: F403 - production builds on the base
