"""Where a login by an identity provider leads, for the Content-Security-Policy."""

from urllib.parse import urlsplit


def identity_provider_origins(client_id: str, issuer: str) -> list[str]:
    """The origin of ``issuer``, once this portal has a client there."""
    parts = urlsplit(issuer)
    return [f"{parts.scheme}://{parts.netloc}"] if client_id else []
