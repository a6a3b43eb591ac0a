"""Every list and page of the admin: it opens, within a bounded number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Practitioner
from tests.factories.consents import ReconfirmationFactory, ReconfirmationReplyFactory, ReferralFactory
from tests.factories.matching import (
    IbashoFactory,
    IntroductionFactory,
    OutcomeFactory,
    PostFactory,
    PostRevisionFactory,
)
from tests.factories.members import (
    AffiliationFactory,
    ConsentDocumentFactory,
    ConsentFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tomoiki.conversations.models import Conversation, ConversationMessage
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.models import SynonymGroup, Term

pytestmark = pytest.mark.django_db


def located() -> Any:
    """An organisation in a municipality, with somebody in it."""
    organisation = OrganisationFactory(municipality=Municipality.objects.first())
    member_of(organisation)
    return organisation


def said() -> Any:
    introduction = IntroductionFactory(state="under_way")
    side = introduction.participants.first()
    return ConversationMessage.objects.create(
        conversation=Conversation.objects.get(object_id=introduction.pk),
        author=side.organisation.people().first(),
        speaker=side.organisation.name,
        side="1",
        body="火曜の午後はいかがでしょうか。",
    )


MAKERS: dict[str, Callable[[], Any]] = {
    "members.Organisation": located,
    "members.JoinRequest": JoinRequestFactory,
    "members.User": lambda: member_of(OrganisationFactory()),
    "members.Affiliation": AffiliationFactory,
    "members.Practitioner": lambda: Practitioner.objects.create(user=UserFactory()),
    "members.ConsentDocument": ConsentDocumentFactory,
    "members.Consent": ConsentFactory,
    "members.Referral": lambda: ReferralFactory(invited=OrganisationFactory(), state="accepted"),
    "members.Reconfirmation": ReconfirmationFactory,
    "members.ReconfirmationReply": lambda: ReconfirmationReplyFactory(organisation=located()),
    "matching.Post": PostFactory,
    "matching.PostRevision": PostRevisionFactory,
    "matching.Introduction": lambda: IntroductionFactory(state="agreed"),
    "matching.Outcome": OutcomeFactory,
    "matching.Ibasho": lambda: IbashoFactory(municipality=Municipality.objects.first()),
    "conversations.ConversationMessage": said,
    "vocabulary.Term": lambda: Term.objects.create(
        vocabulary="theme", code=f"new-{Term.objects.count()}", label="新しいテーマ"
    ),
    "vocabulary.SynonymGroup": lambda: SynonymGroup.objects.create(words=["めだか", "ひめだか"]),
}


def url(label: str, page: str, *args: Any) -> str:
    return reverse(f"admin:{label.replace('.', '_').lower()}_{page}", args=args)


def queries(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("label", MAKERS)
def test_a_list_asks_no_more_for_three_rows_than_for_one(client, staff, label):
    MAKERS[label]()
    # Content types and the like are asked for once in a process.
    queries(client, url(label, "changelist"))
    one = queries(client, url(label, "changelist"))
    MAKERS[label]()
    MAKERS[label]()

    assert queries(client, url(label, "changelist")) == one


@pytest.mark.parametrize("label", MAKERS)
def test_every_page_of_an_object_opens_for_staff_and_for_nobody_else(client, staff, label):
    made = MAKERS[label]()
    pages = [url(label, "changelist"), url(label, "change", made.pk), url(label, "history", made.pk)]

    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    client.force_login(member_of(OrganisationFactory()))
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    client.logout()
    assert [client.get(page).status_code for page in pages] == [302, 302, 302]


@pytest.mark.parametrize("label", MAKERS)
def test_every_list_is_found_by_a_word_and_opens_for_the_administrator(client, label):
    made = MAKERS[label]()
    client.force_login(StaffFactory(is_superuser=True))

    assert client.get(url(label, "changelist"), {"q": "株式会社 みほん"}).status_code == 200
    assert client.get(url(label, "change", made.pk)).status_code == 200


@pytest.mark.parametrize("each", list(admin.site._registry.values()), ids=lambda each: each.opts.label)
def test_every_tab_and_filter_above_a_list_works(client, staff, each):
    address = url(each.opts.label, "changelist")

    for _, query in getattr(each, "tabs", ()):
        assert client.get(f"{address}?{query}").status_code == 200, query


@pytest.mark.parametrize(
    "label",
    [
        "members.Practitioner",
        "members.ConsentDocument",
        "vocabulary.Term",
        "vocabulary.SynonymGroup",
        "matching.Introduction",
        "members.Reconfirmation",
    ],
)
def test_what_staff_add_has_a_form_for_it(client, staff, label):
    assert client.get(url(label, "add")).status_code == 200


def test_every_button_has_a_page_that_shows_what_it_is_about(client, staff):
    for label, make in MAKERS.items():
        model_admin = next(each for each in admin.site._registry.values() if each.opts.label == label)
        made = make()
        for button in getattr(model_admin, "buttons", ()):
            response = client.get(url(label, "transition", made.pk, button.name), follow=True)
            assert response.status_code == 200, (label, button.name)


def test_a_row_names_its_columns_for_a_phone_and_says_yes_in_japanese(client):
    client.force_login(StaffFactory(is_superuser=True, name="川島 実"))

    page = client.get(url("members.User", "changelist")).content.decode()

    assert 'data-label="事務局の職員"' in page
    assert 'alt="True"' not in page
    assert "はい</td>" in page
