"""Whatever the trail may say of something, staff read in Japanese."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import transaction

from members.admin.organisations import OrganisationAdmin
from members.models import Organisation
from tests.factories.members import OrganisationFactory, StaffFactory
from tomoiki.audit import trail
from tomoiki.workflow.admin import AuditedAdmin
from tomoiki.workflow.history import SYSTEM_ACTORS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    path: path.read_text(encoding="utf-8")
    for app in ("members", "matching", "tomoiki")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
}
#: What they are about is gone with them, or has no page of its own.
UNSEEN = {
    "conversation.closed",
    "conversation.opened",
    "joinrequest.forgotten",
    "organisation.superseded",
    "organisation.unconfirmed_removed",
    "rosterimport.forgotten",
    "user.unconfirmed_removed",
}
#: What an employer and its colleagues do, what people search for, and what those who come to an ibasho are asked, is
#: nothing that staff have a page of.
UNSEEN_KINDS = ("pro_bono.", "saved_search.", "survey.")


def recorded() -> set[str]:
    """Every action that the code writes into the trail in so many letters."""
    call = re.compile(r'\b(?:audit|trail)\.record\(\s*[\w.]+,\s*"([a-z_]+\.[a-z_]+)"')
    return {found for text in SOURCES.values() for found in call.findall(text)}


def test_each_action_has_its_words() -> None:
    shown = [each for each in admin.site._registry.values() if isinstance(each, AuditedAdmin)]
    words = {action for each in shown for action in each.trail_words}
    assert len(recorded()) > 80
    left = recorded() - words - UNSEEN
    assert {action for action in left if not action.startswith(UNSEEN_KINDS)} == set()


def test_whatever_acts_by_itself_has_a_name() -> None:
    found = {name for text in SOURCES.values() for name in re.findall(r'\bSystemActor\("(\w+)"\)', text)}
    assert {"scheduler", "roster", "retention"} <= found
    assert found - set(SYSTEM_ACTORS) == set()


@pytest.mark.django_db
def test_what_only_a_kind_is_asked_is_called_as_its_form_calls_it() -> None:
    organisation = OrganisationFactory(kind="npo")
    fields = ["details.serves", "audiences.phone", "branches", "contact_name", "roster_contact", "name"]
    with transaction.atomic():
        trail.record(organisation, "organisation.updated", actor=StaffFactory(), before="approved", fields=fields)
    admin_of_it = admin.site._registry[Organisation]
    assert isinstance(admin_of_it, OrganisationAdmin)
    (row,), _ = admin_of_it.get_trail(organisation)
    told = row.detail.rpartition("変わった項目：")[2].split("、")
    assert len(told) == len(fields)
    assert not [each for each in told if re.search("[a-z]", each)]
