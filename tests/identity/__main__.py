"""Run the provider: ``python -m tests.identity PORT REDIRECT_URI...``; everybody's password is ``gbiz-password``."""

import json
import os
import sys

import django
from django.core.management import call_command


def main(port: str, redirect_uris: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.identity.settings"
    django.setup()
    # Its models can be loaded only now.
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User

    call_command("migrate", verbosity=0)
    for name in json.loads(os.environ["IDENTITY_PEOPLE"]):
        User.objects.create_user(name, f"{name}@gbiz.example", "gbiz-password")
    client = Client(
        id="portal",
        name="Portal",
        scopes="openid\nprofile\nuser\nemail",
        redirect_uris="\n".join(redirect_uris),
        skip_consent=True,
    )
    client.set_secret("portal-secret")
    client.save(force_insert=True)
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
