"""Settings common to every environment. Values come from the environment; docs/settings.md lists them."""

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from tomoiki.settings.identity import identity_provider_origins
from tomoiki.settings.logs import logging_config

# Lets classes such as ModelAdmin[Post] name their model.
django_stubs_ext.monkeypatch()

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
# Earlier keys: what was signed with them stays valid while a key is exchanged.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where links in mails lead; no trailing slash.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
SITE_NAME = "ともいき"
SITE_OWNER = "ともいき社会推進コンソーシアム"
# How many proxies stand before the web server; so many entries of X-Forwarded-For are believed.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

INSTALLED_APPS = [
    "tomoiki.staff.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "rules",
    "tomoiki.text",
    "tomoiki.places",
    "tomoiki.web",
    "tomoiki.documents",
    "tomoiki.audit",
    "tomoiki.workflow",
    "tomoiki.notifications",
    "tomoiki.files",
    "tomoiki.vocabulary",
    "tomoiki.conversations",
    "members",
    "tomoiki.stories",
    "matching",
    "courses",
    "accompaniment",
    "tomoiki.indicators",
    "tomoiki.pages",
    "tomoiki.staff",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tomoiki.staff.second_factor.StaffSecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "members.middleware.MergedOrganisationsMiddleware",
]

ROOT_URLCONF = "tomoiki.urls"
WSGI_APPLICATION = "tomoiki.wsgi.application"
ASGI_APPLICATION = "tomoiki.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tomoiki.web.context.site",
            ],
            "builtins": ["tomoiki.web.templatetags.ui", "members.templatetags.promises"],
        },
    }
]
FORM_RENDERER = "tomoiki.web.forms.SiteFormRenderer"

DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///tomoiki")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if env.str("TOMOIKI_PROCESS", default="") == "web":
    # A request must not hold a connection for longer than a visitor waits.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=10_000)}"
        f" -c lock_timeout={env.int('LOCK_TIMEOUT_MS', default=3_000)}"
    )

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
_redis = {
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": "tomoiki",
    "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **_redis},
    # Sessions are in the database too: who is logged in stays so while Redis is away.
    "sessions": {"BACKEND": "tomoiki.web.cache.ForgivingRedisCache", **_redis},
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "sessions"

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True
# 2027年4月1日（木） 14:00 is made by the `ja_datetime` filters; formats here serve Django's own widgets.
FORMAT_MODULE_PATH = ["tomoiki.web.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Uploads are never served by the web server: only through tomoiki.files, to whom they belong.
PRIVATE_FILES_ROOT = env.path("PRIVATE_FILES_ROOT", default=str(BASE_DIR / ".local" / "files"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_FILES_ROOT), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- people and logging in ---
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:me"
LOGOUT_REDIRECT_URL = "pages:home"
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "members.forms.login.LoginForm",
    "reset_password": "members.forms.login.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Beside allauth's own limits: saving a screen of the registration, where an office of many shares one address.
ACCOUNT_RATE_LIMITS = {"join": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "members.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
# --- GビズID, by OpenID Connect; off until this portal is registered there and has a client ---
GBIZID_CLIENT_ID = env.str("GBIZID_CLIENT_ID", default="")
GBIZID_CLIENT_SECRET = env.str("GBIZID_CLIENT_SECRET", default="")
# Its address without the slash at the end; what it can do stands under /.well-known/openid-configuration.
GBIZID_ISSUER = env.str("GBIZID_ISSUER", default="https://gbiz-id.go.jp/oauth")
SOCIALACCOUNT_ADAPTER = "members.adapters.SocialAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# Somebody else's page must not be able to send a visitor through a login.
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": ["openid", "profile", "user", "email"],
        "APPS": [
            {
                "provider_id": "gbizid",
                "name": "GビズID",
                "client_id": GBIZID_CLIENT_ID,
                "secret": GBIZID_CLIENT_SECRET,
                "settings": {"server_url": GBIZID_ISSUER, "token_auth_method": "client_secret_basic"},
            }
        ]
        if GBIZID_CLIENT_ID
        else [],
    }
}
# Staff must have a second factor before anything but their account's pages opens to them.
STAFF_SECOND_FACTOR_REQUIRED = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=True)
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tomoiki.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- headers ---
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, dict[str, Any]] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # The form that begins a login by GビズID is answered by a redirect there, which browsers count as its action.
        "form-action": [SELF, *identity_provider_origins(GBIZID_CLIENT_ID, GBIZID_ISSUER)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- mail: only the outbox engine of tomoiki.notifications sends ---
EMAIL_BACKEND = "tomoiki.notifications.backends.OutboxOnlyBackend"
MAIL_HOST = env.str("MAIL_HOST", default="localhost")
MAIL_PORT = env.int("MAIL_PORT", default=25)
MAIL_USER = env.str("MAIL_USER", default="")
MAIL_PASSWORD = env.str("MAIL_PASSWORD", default="")
# none, starttls or tls
MAIL_ENCRYPTION = env.str("MAIL_ENCRYPTION", default="none")
MAIL_TIMEOUT_SECONDS = env.int("MAIL_TIMEOUT_SECONDS", default=20)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="ともいき事務局 <jimukyoku@tomoiki.example>")
MAIL_REPLY_TO = env.str("MAIL_REPLY_TO", default="")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# A worker is given up after these; longer than a task may run, and than a dialogue with a slow server takes.
MAIL_CLAIM_STALE_SECONDS = env.int("MAIL_CLAIM_STALE_SECONDS", default=330)
MAIL_IN_FLIGHT_STALE_SECONDS = env.int("MAIL_IN_FLIGHT_STALE_SECONDS", default=600)
# Mail that waits longer makes /readyz fail.
OUTBOX_LAG_LIMIT_SECONDS = env.int("OUTBOX_LAG_LIMIT_SECONDS", default=900)
MAIL_BODY_DAYS = env.int("MAIL_BODY_DAYS", default=90)

# --- Celery ---
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "visibility_timeout": 3600,
    "max_retries": 1,
    # A request that cannot reach the broker goes on at once; the sweep makes up for it.
    "interval_start": 0.1,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker of its own, one process: whoever loads the model of the embeddings may not be forked afterwards.
CELERY_TASK_ROUTES = {"matching.recommendation_tasks.embed_stale_posts": {"queue": "embeddings"}}
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_ENABLE_UTC = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What runs at night has an hour of its own: counted from each start of beat it would drift into the day.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "sweep-outbox": {
        "task": "tomoiki.notifications.tasks.sweep_outbox",
        "schedule": 30.0,
        # After the workers were down, one sweep does what all the missed ones would have done.
        "options": {"expires": 25},
    },
    "clear-old-mail-bodies": {
        "task": "tomoiki.notifications.tasks.clear_old_bodies",
        "schedule": crontab(hour="2", minute="10"),
    },
    "remove-orphaned-files": {"task": "tomoiki.files.tasks.remove_orphans", "schedule": crontab(hour="2", minute="30")},
    "settle-registrations": {"task": "members.tasks.settle_registrations", "schedule": 3600.0},
    "forget-old-registrations": {
        "task": "members.tasks.forget_old_registrations",
        "schedule": crontab(hour="2", minute="50"),
    },
    "work-on-roster-imports": {
        "task": "members.tasks.work_on_roster_imports",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "forget-roster-contacts": {"task": "members.tasks.forget_roster_contacts", "schedule": 3600.0},
    "announce-documents": {"task": "members.reconfirmation_tasks.announce_documents", "schedule": 600.0},
    "carry-reconfirmations": {"task": "members.reconfirmation_tasks.carry_reconfirmations", "schedule": 600.0},
    "refresh-search-texts": {"task": "members.profile_tasks.refresh_search_texts", "schedule": 3600.0},
    "apply-retention": {"task": "members.retention_tasks.apply_retention", "schedule": crontab(hour="3", minute="10")},
    "expire-posts": {"task": "matching.tasks.expire_posts", "schedule": 3600.0},
    # In the morning, Japan time.
    "remind-of-appointments": {
        "task": "matching.tasks.remind_of_appointments",
        "schedule": crontab(hour="8", minute="10"),
    },
    "remind-and-lapse-introductions": {"task": "matching.tasks.remind_and_lapse", "schedule": 3600.0},
    "follow-up-pro-bono": {"task": "matching.pro_bono_tasks.follow_up_pro_bono", "schedule": 3600.0},
    "tell-saved-searches": {
        "task": "matching.search_tasks.tell_saved_searches",
        "schedule": 300.0,
        "options": {"expires": 240},
    },
    # Only looks whether words, synonyms or the engine changed; goes on by itself when they did.
    "rebuild-search": {
        "task": "matching.search_tasks.rebuild_search",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "follow-up-outcomes": {"task": "matching.tasks.follow_up_outcomes", "schedule": 3600.0},
    "refresh-stale-recommendations": {
        "task": "matching.recommendation_tasks.refresh_stale_posts",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "embed-stale-posts": {
        "task": "matching.recommendation_tasks.embed_stale_posts",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "catch-up-embeddings": {
        "task": "matching.recommendation_tasks.catch_up_embeddings",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "tell-of-recommendations": {
        "task": "matching.recommendation_tasks.tell_of_recommendations",
        "schedule": crontab(day_of_week="1", hour="8", minute="30"),
    },
    "refresh-all-recommendations": {
        "task": "matching.recommendation_tasks.refresh_all_posts",
        "schedule": crontab(hour="3", minute="30"),
    },
}

# --- meaning of texts: in-process (only the worker of the queue "embeddings" loads the model), server or none ---
EMBEDDINGS = env.str("EMBEDDINGS", default="in-process")
# An OpenAI-compatible server: its address up to /v1, model and key. Vectors of 384 numbers, as the column holds.
EMBEDDINGS_URL = env.str("EMBEDDINGS_URL", default="")
EMBEDDINGS_MODEL = env.str("EMBEDDINGS_MODEL", default="")
EMBEDDINGS_KEY = env.str("EMBEDDINGS_KEY", default="")
EMBEDDINGS_ASK_FOR_DIMENSIONS = env.bool("EMBEDDINGS_ASK_FOR_DIMENSIONS", default=False)
EMBEDDINGS_TIMEOUT_SECONDS = env.float("EMBEDDINGS_TIMEOUT_SECONDS", default=20.0)
# What some models want before a text; the space at the end counts.
EMBEDDINGS_PASSAGE_PREFIX = env.str("EMBEDDINGS_PASSAGE_PREFIX", default="")
EMBEDDINGS_QUERY_PREFIX = env.str("EMBEDDINGS_QUERY_PREFIX", default="")

# --- logs ---
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOGGING = logging_config(fmt=LOG_FORMAT, level=env.str("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"

DEMO = False
