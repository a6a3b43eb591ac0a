"""What membership promises and what it does not: said at each step, in words that staff may change."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import transitions
from members.enums import OrganisationState
from members.models import Organisation
from members.promises import DEFAULTS, STEPS, VOCABULARY, promise
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tomoiki.notifications.models import Message
from tomoiki.vocabulary.models import Term

pytestmark = pytest.mark.django_db


def drawn(text: str) -> str:
    return Template(text).render(Context())


@pytest.mark.parametrize("step", STEPS)
def test_each_step_says_what_holds_and_what_does_not(step: str) -> None:
    said = promise(step)
    assert said.given
    assert said.withheld
    html = drawn(f'{{% promise "{step}" %}}')
    short = drawn(f'{{% promise "{step}" short=True %}}')
    text = drawn(f'{{% autoescape off %}}{{% promise_text "{step}" %}}{{% endautoescape %}}')
    for word in (*said.given, *said.withheld):
        assert word.label in html
        assert word.help_text in html
        assert word.label in short
        assert f"・{word.label}{word.help_text}" in text


def test_every_word_is_said_somewhere() -> None:
    said = {code for step in STEPS.values() for code in (*step.given, *step.withheld)}
    assert said == {code for code, _, _ in DEFAULTS}


def test_a_step_that_nobody_planned_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        promise("nonsense")


def test_the_words_are_those_of_staff_and_cost_one_query() -> None:
    Term.objects.filter(vocabulary=VOCABULARY, code="free").update(label="お金はいただきません。")
    Term.objects.filter(vocabulary=VOCABULARY, code="selection").update(active=False)
    with CaptureQueriesContext(connection) as queries:
        html = drawn('{% promise "join" %}')
    assert len(queries) == 1
    assert "お金はいただきません。" in html
    assert "選考があります" not in html


def test_the_words_come_back_as_they_were_brought_where_a_row_is_missing() -> None:
    Term.objects.filter(vocabulary=VOCABULARY).delete()
    assert "参加は無料です。" in drawn('{% promise "join" %}')


def test_pages_of_joining_and_leaving_say_it(client: Client) -> None:
    html = client.get(reverse("members:join")).content.decode()
    assert "登録は、県のお墨付きではありません。" in html
    assert "資金や助成をお約束するものではありません。" in html
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    html = client.get(reverse("members:withdraw", args=[organisation.pk])).content.decode()
    assert "いつでもやめられます。" in html
    assert "その場ですべてが消えるわけではありません。" in html
    html = client.get(reverse("members:profile_edit", args=[organisation.pk])).content.decode()
    assert "空いている欄があってもかまいません。" in html


@pytest.mark.parametrize("step", ["approval", "done", "withdrawal"])
def test_the_mails_say_it(step: str) -> None:
    organisation = OrganisationFactory(
        state=OrganisationState.APPROVED if step == "withdrawal" else OrganisationState.APPLIED
    )
    owner = member_of(organisation)
    if step == "approval":
        transitions.approve_organisation(organisation.pk, actor=StaffFactory())
    elif step == "withdrawal":
        transitions.withdraw_organisation(organisation.pk, actor=owner)
    else:
        Organisation.objects.filter(pk=organisation.pk).update(state=OrganisationState.DRAFT)
        transitions.submit_application(organisation.pk, actor=owner)
    letter = Message.objects.get(to_address=owner.email)
    said = promise(step)
    for word in (*said.given, *said.withheld):
        assert word.label in letter.text_body
        assert word.label in letter.html_body
