"""Filling in the registration's screens, for the tests that begin where these end."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from members.enums import OrganisationState
from members.models import ConsentDocument, Organisation
from tests.factories.members import PASSWORD
from tomoiki.notifications.models import Message

ORGANISATION = {
    "kind": "npo",
    "name": "NPO法人　みどりの縁側",
    "name_kana": "みどりのえんがわ",
    "corporate_number": "５-8356-7825-６246",
    "postal_code": "２５１－００２４",
    "municipality": "14205",
    "address": "藤沢市鵠沼橘1-1-1",
    "phone": "",
    "website": "midori.example",
    "description": "縁側でお茶を飲む会です。",
}
PERSON = {
    "name": "森 春子",
    "name_kana": "もり はるこ",
    "email": "Haruko＠midori.example",
    "title": "事務局長",
    "phone": "",
}


def consent() -> dict[str, Any]:
    """What the last screen sends of the texts in force."""
    fields: dict[str, Any] = {}
    for document in ConsentDocument.objects.current():
        fields |= {f"seen_{document.kind}": document.pk, f"agrees_{document.kind}": "on"}
    return fields


def fill_in(client: Client, organisation: dict[str, str] = {}, person: dict[str, str] = {}) -> None:  # noqa: B006
    """The first two screens."""
    answer = client.post(reverse("members:join"), {**ORGANISATION, **organisation})
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("members:join_person"))
    answer = client.post(reverse("members:join_person"), {**PERSON, **person})
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("members:join_check"))


def finish(client: Client, **more: Any) -> Any:
    """The last screen."""
    return client.post(reverse("members:join_check"), {"password": PASSWORD, **consent(), **more})


def follow_confirmation(client: Client, email: str) -> str:
    """Open the link of the mail and press its button; the page that follows."""
    mail = Message.objects.filter(to_address=email).latest("pk")
    path = re.search(r"http://testserver(/account/confirm-email/\S+)", mail.text_body)
    assert path is not None, mail.text_body
    applied = Organisation.objects.filter(state=OrganisationState.APPLIED)
    before = applied.count()
    client.get(path[1])
    # Mail scanners open links: only the button applies.
    assert applied.count() == before
    return str(client.post(path[1], follow=True).content.decode())
