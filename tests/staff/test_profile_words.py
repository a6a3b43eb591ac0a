"""What staff change in the admin is asked and shown on the next page, without a release."""

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse

from members.enums import OrganisationKind
from members.models import Organisation
from tests.factories.members import OrganisationFactory, member_of
from tomoiki.vocabulary.models import Term
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(kind=OrganisationKind.NPO, details={"serves": ["children"]})


def save(client: Client, term: Term, **changes: object) -> None:
    fields = {"label": term.label, "help_text": term.help_text, "order": term.order, "active": "on", **changes}
    client.post(reverse("admin:vocabulary_term_change", args=[term.pk]), {"seen": version_of(term), **fields})


def form_of(organisation: Organisation) -> str:
    own = Client()
    own.force_login(member_of(organisation))
    return own.get(reverse("members:profile_section", args=[organisation.pk, "kind"])).content.decode()


def test_a_question_is_asked_in_its_new_words_and_the_old_ones_are_kept(
    client: Client, staff: AbstractBaseUser, organisation: Organisation
) -> None:
    term = Term.objects.get(vocabulary="profile_question", code="npo-serves")
    save(client, term, label="どなたといっしょですか", help_text="思いつくだけ。")
    html = form_of(organisation)
    assert "どなたといっしょですか" in html
    assert "思いつくだけ。" in html
    assert "どなたといっしょですか" in Client().get(organisation.get_absolute_url()).content.decode()
    assert term.revisions.get().label == "だれのための活動ですか"


def test_a_choice_is_added_and_another_taken_out_of_use(
    client: Client, staff: AbstractBaseUser, organisation: Organisation
) -> None:
    client.post(
        reverse("admin:vocabulary_term_add"),
        {"vocabulary": "served", "code": "pets", "label": "動物と暮らす方", "order": "5", "active": "on"},
    )
    for code in ("children", "youth"):
        save(client, Term.objects.get(vocabulary="served", code=code), active="")
    html = form_of(organisation)
    assert 'value="pets"' in html
    assert 'value="youth"' not in html
    # What was chosen before may stay chosen, and is read by everybody as before.
    assert 'value="children"' in html
    assert "小学生・中学生" in Client().get(organisation.get_absolute_url()).content.decode()
    assert 'value="children"' not in form_of(OrganisationFactory(kind=OrganisationKind.NPO))
