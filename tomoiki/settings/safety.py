"""What a production environment must look like. Plain functions over its variables, to be tested without Django."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

TRUE = {"true", "on", "ok", "y", "yes", "1"}
SHORTEST_SECRET = 50
# Words of example files and of the settings for development.
PLACEHOLDERS = ("change-me", "changeme", "local-only", "django-insecure", "not-a-secret")
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
NUMBERS = {
    "MAIL_PORT": (1, 65_535),
    "MAIL_TIMEOUT_SECONDS": (1, 120),
    "STATEMENT_TIMEOUT_MS": (1, 60_000),
    "LOCK_TIMEOUT_MS": (1, 60_000),
    "CONN_MAX_AGE": (0, 3_600),
    "HSTS_SECONDS": (3_600, 63_072_000),
}


def problems(environment: Mapping[str, str]) -> list[str]:
    """Everything that forbids a start, one sentence each; empty when all is well."""
    checks = (_secrets, _addresses, _identity_provider, _switches, _stores, _mail, _embeddings, _numbers)
    return [problem for check in checks for problem in check(environment)]


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    secret = environment.get("SECRET_KEY", "")
    if not secret:
        yield "SECRET_KEY is missing. `openssl rand -base64 60 | tr -d '\\n'` makes one."
    elif _is_placeholder(secret):
        yield "SECRET_KEY is a published example, which anyone could sign with."
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < 10:
        yield f"SECRET_KEY is too easy to guess: {SHORTEST_SECRET} random characters are the least."
    if any(_is_placeholder(old) or len(old) < SHORTEST_SECRET for old in _list(environment, "SECRET_KEY_FALLBACKS")):
        yield "SECRET_KEY_FALLBACKS holds a key that is short or a published example."


def _addresses(environment: Mapping[str, str]) -> Iterator[str]:
    hosts = _list(environment, "ALLOWED_HOSTS")
    if not hosts:
        yield "ALLOWED_HOSTS is empty: name the host names that the portal answers to."
    elif any(host.strip(".") in {"", "*"} for host in hosts):
        yield "ALLOWED_HOSTS admits every host name; links in mails could be forged with it."
        hosts = []
    site = environment.get("SITE_URL", "")
    parts = _parts(site)
    if parts is None or parts.scheme != "https" or not parts.hostname:
        yield "SITE_URL must be the portal's public address and begin with https://."
    elif parts.path or parts.query or parts.fragment:
        yield "SITE_URL ends with the host name: no slash and no path after it."
    elif hosts and not any(_admits(host, parts.hostname) for host in hosts):
        yield f"ALLOWED_HOSTS does not contain {parts.hostname}, the host of SITE_URL."
    proxies = environment.get("TRUSTED_PROXY_COUNT", "")
    if not proxies.isdecimal() or int(proxies) < 1:
        yield (
            "TRUSTED_PROXY_COUNT must say how many proxies stand before the web server (1 or more): "
            "the nearest visitor-facing one ends TLS and sets X-Forwarded-Proto and X-Forwarded-For."
        )
    for origin in _list(environment, "CSRF_TRUSTED_ORIGINS"):
        found = _parts(origin)
        if found is None or found.scheme != "https" or not found.hostname or found.path or found.query:
            yield f"CSRF_TRUSTED_ORIGINS holds {origin!r}, which is not an origin of the form https://host."


def _identity_provider(environment: Mapping[str, str]) -> Iterator[str]:
    client, secret = environment.get("GBIZID_CLIENT_ID", ""), environment.get("GBIZID_CLIENT_SECRET", "")
    if bool(client) != bool(secret) or _is_placeholder(secret):
        yield "GBIZID_CLIENT_ID and GBIZID_CLIENT_SECRET belong together: give both as GビズID gave them, or neither."
    issuer = environment.get("GBIZID_ISSUER")
    if issuer is not None:
        found = _parts(issuer)
        if found is None or found.scheme != "https" or not found.hostname or found.query or issuer.endswith("/"):
            yield f"GBIZID_ISSUER is {issuer!r}: it must begin with https:// and have no slash at its end."


def _switches(environment: Mapping[str, str]) -> Iterator[str]:
    if environment.get("DEBUG", "").lower() in TRUE:
        yield "DEBUG is on: pages of errors would show settings and personal data."
    if environment.get("STAFF_SECOND_FACTOR_REQUIRED", "true").lower() not in TRUE:
        yield "STAFF_SECOND_FACTOR_REQUIRED is off: staff reach everyone's data and need a second factor."
    if environment.get("LOG_LEVEL", "INFO").upper() not in {"INFO", "WARNING", "ERROR", "CRITICAL"}:
        yield "LOG_LEVEL must be INFO, WARNING, ERROR or CRITICAL; finer logs may hold personal data."
    if environment.get("LOG_FORMAT", "json") not in {"json", "console"}:
        yield "LOG_FORMAT must be json or console."


def _stores(environment: Mapping[str, str]) -> Iterator[str]:
    database = _parts(environment.get("DATABASE_URL", ""))
    if database is None or not database.scheme:
        yield "DATABASE_URL is missing: postgres://user:password@host:5432/name."
    elif database.scheme not in {"postgres", "postgresql", "psql", "pgsql"}:
        yield "DATABASE_URL must name a PostgreSQL database."
    elif _is_placeholder(database.password or ""):
        yield "DATABASE_URL still has the password of the example file."
    redis = _parts(environment.get("REDIS_URL", ""))
    if redis is None or not redis.scheme:
        yield "REDIS_URL is missing: redis://:password@host:6379/0."
    elif redis.scheme not in {"redis", "rediss"}:
        yield "REDIS_URL must begin with redis:// or rediss://."
    elif _is_placeholder(redis.password or ""):
        yield "REDIS_URL still has the password of the example file."
    if not environment.get("PRIVATE_FILES_ROOT", "").startswith("/"):
        yield "PRIVATE_FILES_ROOT must be the full path of a folder that is kept and backed up."


def _mail(environment: Mapping[str, str]) -> Iterator[str]:
    host = environment.get("MAIL_HOST", "")
    if not host:
        yield "MAIL_HOST is missing: without it nobody gets a mail, not even to confirm an address."
    encryption = environment.get("MAIL_ENCRYPTION", "none")
    if encryption not in {"none", "starttls", "tls"}:
        yield "MAIL_ENCRYPTION must be starttls or tls."
    elif encryption == "none" and host and host not in THIS_MACHINE:
        if environment.get("MAIL_PLAINTEXT_ALLOWED", "").lower() not in TRUE:
            yield (
                f"MAIL_ENCRYPTION is none, so mails would travel to {host} in the clear: use starttls or tls. "
                "Only where that host is reached by a private network, MAIL_PLAINTEXT_ALLOWED=true admits it."
            )
        elif environment.get("MAIL_PASSWORD"):
            yield "MAIL_PASSWORD would be sent in the clear: MAIL_ENCRYPTION must be starttls or tls."
    if _is_placeholder(environment.get("MAIL_PASSWORD", "")):
        yield "MAIL_PASSWORD is still that of the example file."
    sender = re.search(r"[^\s<>@]+@([^\s<>@]+)", environment.get("MAIL_FROM", ""))
    if sender is None:
        yield "MAIL_FROM is missing: the sender of all mails, as Name <address@host>."
    elif sender.group(1).endswith((".example", ".invalid", ".test")) or sender.group(1).startswith("example."):
        yield f"MAIL_FROM has the made-up domain {sender.group(1)}; answers and bounces would be lost."


def _embeddings(environment: Mapping[str, str]) -> Iterator[str]:
    kind = environment.get("EMBEDDINGS", "in-process")
    if kind not in {"in-process", "server", "none"}:
        yield f"EMBEDDINGS must be in-process, server or none, not {kind!r}."
    if kind != "server":
        return
    server = _parts(environment.get("EMBEDDINGS_URL", ""))
    if server is None or server.scheme not in {"http", "https"} or not server.hostname:
        yield "EMBEDDINGS_URL must be the address of the embedding server up to /v1."
    elif environment.get("EMBEDDINGS_KEY") and server.scheme == "http" and "." in server.hostname:
        yield "EMBEDDINGS_URL must begin with https://, or EMBEDDINGS_KEY would be sent in the clear."
    if not environment.get("EMBEDDINGS_MODEL"):
        yield "EMBEDDINGS_MODEL is missing: the name of the embedding server's model."


def _numbers(environment: Mapping[str, str]) -> Iterator[str]:
    for name, (least, most) in NUMBERS.items():
        value = environment.get(name)
        if value is not None and not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
            yield f"{name} must be a number from {least} to {most}, not {value!r}."


def _list(environment: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in environment.get(name, "").split(",") if part.strip()]


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_placeholder(secret: str) -> bool:
    return any(word in secret.lower() for word in PLACEHOLDERS)


def _admits(pattern: str, host: str) -> bool:
    """As Django matches ALLOWED_HOSTS: a leading dot stands for the domain and everything under it."""
    pattern = pattern.lower()
    return pattern == host or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:]))
