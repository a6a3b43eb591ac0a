"""The pages of invitations, handovers and one's application, as each of their visitors meets them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members import transitions
from members.colleagues import organisations_of_colleagues
from members.enums import AffiliationRole, HandoverState, InvitationKind, InvitationState, OrganisationState
from members.free_mail import is_free_mail
from members.models import Affiliation, Consent, Handover, Invitation, JoinRequest, RegistrationDraft, User
from members.waiting import waiting_items
from tests.factories.matching import PostFactory
from tests.factories.members import (
    PASSWORD,
    AffiliationFactory,
    ConsentDocumentFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.factories.people import HandoverFactory, InvitationFactory
from tomoiki.audit.actors import REGISTRATION
from tomoiki.notifications.models import Message

pytestmark = pytest.mark.django_db

AGREED = {"agrees_terms": "on", "agrees_privacy": "on"}


def link(invitation_token: str) -> str:
    return reverse("members:invitation", args=[invitation_token])


def text(answer: Any) -> str:
    """What somebody reads: without tags, scripts and spaces."""
    html = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def filled(client: Client, url: str, **data: Any) -> dict[str, Any]:
    """The form of the page as a browser would send it, with ``data``."""
    initial = {field.name: field.value() for field in client.get(url).context["form"] if field.is_hidden}
    return {**{name: value for name, value in initial.items() if value is not None}, **AGREED, **data}


# --- the page of an invitation ---


def test_a_newcomer_joins_on_one_page_and_is_logged_in(client: Client) -> None:
    invitation = InvitationFactory(token="new")
    data = filled(client, link("new"), answer="accept", name="森 春子", name_kana="もり はるこ", password=PASSWORD)
    answer = client.post(link("new"), data)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("pages:me"))
    user = User.objects.get(email=invitation.email)
    assert user.name_kana == "モリ ハルコ"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Affiliation.objects.get(user=user).organisation == invitation.organisation
    # The link is dead, and says so politely.
    assert "もう加わっています" in text(client.get(link("new")))
    assert "もう使われました" in text(Client().get(link("new")))


@pytest.mark.parametrize(
    "missing", [{"name": ""}, {"name_kana": ""}, {"password": "123"}, {"password": ""}, {"agrees_terms": ""}]
)
def test_what_is_missing_is_said_beside_its_field(client: Client, missing: dict[str, str]) -> None:
    InvitationFactory(token="new")
    whole = {"answer": "accept", "name": "森 春子", "name_kana": "モリ ハルコ", "password": PASSWORD}
    answer = client.post(link("new"), filled(client, link("new"), **whole) | missing)
    assert answer.status_code == 200
    assert set(missing) <= set(answer.context["form"].errors)
    assert Invitation.objects.get().state == InvitationState.SENT


def test_opening_the_page_accepts_nothing(client: Client) -> None:
    invitation = InvitationFactory(token="look")
    client.force_login(UserFactory(email=invitation.email))
    client.get(link("look"))
    client.head(link("look"))
    assert Invitation.objects.get().state == InvitationState.SENT


def test_who_has_an_account_logs_in_first_and_comes_back(client: Client) -> None:
    invitation = InvitationFactory(token="known")
    UserFactory(email=invitation.email)
    answer = client.get(link("known"))
    assert f'href="{reverse("account_login")}?next={link("known")}"' in answer.content.decode()
    assert answer.context["form"] is None
    # Sent without logging in, nothing happens.
    client.post(link("known"), {"answer": "accept", **AGREED})
    assert Invitation.objects.get().state == InvitationState.SENT
    login = {"login": invitation.email.upper().replace("@", "＠"), "password": PASSWORD, "next": link("known")}
    assert client.post(reverse("account_login"), login).headers["Location"] == link("known")
    answer = client.post(link("known"), filled(client, link("known"), answer="accept"))
    assert answer.headers["Location"] == reverse("pages:me")


def test_another_account_is_asked_first(client: Client) -> None:
    invitation = InvitationFactory(token="other")
    person = UserFactory(email="hara@elsewhere.example")
    client.force_login(person)
    page = text(client.get(link("other")))
    assert f"この招待は {invitation.email} あてです" in page
    answer = client.post(link("other"), filled(client, link("other"), answer="accept"))
    assert "as_another" in answer.context["form"].errors
    answer = client.post(link("other"), filled(client, link("other"), answer="accept", as_another="on"))
    assert answer.status_code == 302
    assert Affiliation.objects.filter(user=person, organisation=invitation.organisation).exists()


def test_newer_terms_are_agreed_to_on_the_way(client: Client) -> None:
    invitation = InvitationFactory(token="terms")
    newer = ConsentDocumentFactory()
    person = UserFactory(email=invitation.email)
    client.force_login(person)
    client.post(link("terms"), filled(client, link("terms"), answer="accept"))
    assert Consent.objects.filter(user=person, document=newer).exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"over": True}, "期限が過ぎました"),
        ({"state": InvitationState.REVOKED}, "取り消されました"),
        ({"state": InvitationState.DECLINED}, "お返事をいただいています"),
        ({"state": InvitationState.ACCEPTED}, "もう使われました"),
        ({"organisation__state": OrganisationState.SUSPENDED}, "加わると、できること"),
        ({"organisation__state": OrganisationState.WITHDRAWN}, "いまは加われません"),
    ],
)
def test_each_state_says_what_is_so_and_whom_to_ask(client: Client, state: dict[str, Any], words: str) -> None:
    invitation = InvitationFactory(token="state", **state)
    answer = client.get(link("state"))
    assert answer.status_code == 200
    assert words in text(answer)
    if state.get("over") or state.get("state") in (InvitationState.REVOKED, InvitationState.DECLINED):
        assert f"招待した{invitation.invited_by}さんに" in text(answer).replace(" ", "").replace(
            str(invitation.invited_by).replace(" ", ""), str(invitation.invited_by)
        )


def test_a_link_that_is_unknown_or_was_replaced(client: Client) -> None:
    answer = client.get(link("nobody-knows"))
    assert answer.status_code == 404
    assert "いちばん新しい招待のメール" in text(answer)


def test_declining_needs_no_account(client: Client) -> None:
    InvitationFactory(token="no")
    assert "お返事を受け付けました" in text(client.post(link("no"), {"answer": "decline"}))
    assert Invitation.objects.get().state == InvitationState.DECLINED
    assert "お返事をいただいています" in text(client.post(link("no"), {"answer": "decline"}))


def test_who_claims_an_organisation_looks_it_over(client: Client) -> None:
    claim = InvitationFactory(
        token="claim", kind=InvitationKind.CLAIM, role=AffiliationRole.OWNER, invited_by=StaffFactory()
    )
    page = text(client.get(link("claim")))
    assert "事務局が県の名簿から登録したものです" in page
    assert "無料" in page
    data = filled(client, link("claim"), answer="accept", name="森 春子", name_kana="モリ ハルコ", password=PASSWORD)
    answer = client.post(link("claim"), data)
    assert answer.headers["Location"] == reverse("members:profile_edit", args=[claim.organisation_id])


def test_the_invited_find_it_on_their_own_pages(client: Client) -> None:
    invitation = InvitationFactory()
    client.force_login(UserFactory(email=invitation.email))
    url = reverse("members:my_invitation", args=[invitation.pk])
    assert url in client.get(reverse("pages:me")).content.decode()
    assert url in client.get(reverse("members:account")).content.decode()
    assert client.post(url, filled(client, url, answer="accept")).headers["Location"] == reverse("pages:me")
    assert url not in client.get(reverse("pages:me")).content.decode()


# --- inviting ---


def test_an_owner_invites_sends_again_and_takes_back(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    url = reverse("members:invite", args=[organisation.pk])
    answer = client.post(url, {"email": "ｍｏｒｉ＠ｍａｃｈｉ.example", "name": "森 春子", "role": "editor"})
    assert answer.headers["Location"] == reverse("members:people", args=[organisation.pk])
    invitation = Invitation.objects.get()
    assert invitation.email == "mori@machi.example"
    again = reverse("members:change_invitation", args=[invitation.pk, "resend"])
    assert "まだ10分たっていません" in text(client.post(again, follow=True))
    client.post(reverse("members:change_invitation", args=[invitation.pk, "revoke"]))
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.REVOKED
    assert client.post(reverse("members:change_invitation", args=[invitation.pk, "delete"])).status_code == 404


def test_what_is_wrong_with_an_invitation_stands_beside_the_address(client: Client) -> None:
    organisation = OrganisationFactory()
    owner = member_of(organisation)
    client.force_login(owner)
    for email in ("mori", "", owner.email):
        form = {"email": email, "role": "editor"}
        answer = client.post(reverse("members:invite", args=[organisation.pk]), form)
        assert "email" in answer.context["form"].errors
    answer = client.post(reverse("members:invite", args=[organisation.pk]), {"email": "a@machi.example", "role": "x"})
    assert "role" in answer.context["form"].errors
    assert not Invitation.objects.exists()


def test_an_editor_is_told_that_inviting_is_not_theirs(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation, AffiliationRole.EDITOR))
    assert client.get(reverse("members:invite", args=[organisation.pk])).status_code == 403
    page = client.get(reverse("members:people", args=[organisation.pk]))
    assert reverse("members:invite", args=[organisation.pk]) not in page.content.decode()


# --- colleagues by their mail domain ---


def test_an_owner_sees_who_writes_from_their_own_domain(client: Client) -> None:
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation, email="owner@hinata.example"))
    JoinRequestFactory(organisation=organisation, user=UserFactory(email="mori@hinata.example"))
    JoinRequestFactory(organisation=organisation, user=UserFactory(email="hara@elsewhere.example"))
    page = text(client.get(reverse("members:people", args=[organisation.pk])))
    assert page.count("同じメールドメイン（@hinata.example）の方です") == 1
    assert "elsewhere.example）" not in page


@pytest.mark.parametrize("domain", ["gmail.com", "docomo.ne.jp", "yahoo.co.jp", "softbank.jp", "k.vodafone.ne.jp"])
def test_a_providers_domain_makes_nobody_a_colleague(domain: str) -> None:
    organisation = OrganisationFactory()
    member_of(organisation, email=f"owner@{domain}")
    assert is_free_mail(domain)
    assert organisations_of_colleagues(UserFactory(email=f"mori@{domain}")) == []


def test_somebody_without_an_organisation_is_led_to_their_colleagues(client: Client) -> None:
    organisation = OrganisationFactory(listed_publicly=False)
    member_of(organisation, email="owner@hinata.example")
    person = UserFactory(email="mori@hinata.example")
    client.force_login(person)
    url = reverse("members:join_request", args=[organisation.pk])
    assert url in client.get(reverse("pages:me")).content.decode()
    assert url in client.get(reverse("members:account")).content.decode()
    transitions.ask_to_join(organisation.pk, message="", actor=person)
    assert organisations_of_colleagues(person) == []


def test_an_address_that_is_not_confirmed_leads_nowhere() -> None:
    member_of(OrganisationFactory(), email="owner@hinata.example")
    stranger = UserFactory(email="mori@hinata.example", email_confirmed=False)
    assert organisations_of_colleagues(stranger) == []
    unconfirmed = OrganisationFactory()
    AffiliationFactory(organisation=unconfirmed, user=UserFactory(email="owner@other.example", email_confirmed=False))
    assert organisations_of_colleagues(UserFactory(email="mori@other.example")) == []


# --- handing over ---


def test_a_leaver_hands_over_and_meets_a_closed_door(client: Client) -> None:
    own = AffiliationFactory()
    organisation = own.organisation
    successor = member_of(organisation, AffiliationRole.EDITOR)
    draft = PostFactory(organisation=organisation, author=own.user, contact=own.user, state="draft")
    pages = [
        reverse("members:people", args=[organisation.pk]),
        reverse("members:profile_edit", args=[organisation.pk]),
        reverse("matching:post_edit", args=[draft.pk]),
    ]
    client.force_login(own.user)
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    form = {"successor": str(successor.pk), "note": "お願いします。"}
    unsure = client.post(reverse("members:handover_new", args=[own.pk]), form)
    # One press alone takes nobody's place away; what was typed is still there.
    assert list(unsure.context["form"].errors) == ["at_once"]
    assert "お願いします。" in text(unsure)
    assert not Handover.objects.exists()
    answer = client.post(reverse("members:handover_new", args=[own.pk]), {**form, "at_once": "on"})
    assert answer.headers["Location"] == reverse("members:account")
    # The same session, the pages open in other tabs: nothing of the organisation is left in it.
    handover = Handover.objects.get()
    pages += [
        reverse("members:handover", args=[handover.pk]),
        reverse("members:handover_pdf", args=[handover.pk]),
        reverse("members:handover_new", args=[own.pk]),
    ]
    assert [client.get(page).status_code for page in pages] == [404] * 6
    assert client.post(pages[2], {"title": "x", "draft": "1"}).status_code == 404
    client.force_login(successor)
    brief = client.get(reverse("members:handover", args=[handover.pk]))
    assert "お願いします。" in text(brief)
    document = client.get(reverse("members:handover_pdf", args=[handover.pk]))
    assert document["Content-Type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")


def test_the_last_owner_invites_a_successor_from_the_page_they_are_led_to(client: Client) -> None:
    own = AffiliationFactory()
    client.force_login(own.user)
    answer = client.post(reverse("members:leave", args=[own.pk]))
    url = reverse("members:handover_new", args=[own.pk])
    assert answer.headers["Location"] == url
    assert "email" in client.post(url, {"successor": "invite"}).context["form"].errors
    assert "successor" in client.post(url, {}).context["form"].errors
    answer = client.post(url, {"successor": "invite", "email": "mori@machi.example", "name": "森 春子"})
    handover = Handover.objects.get()
    assert answer.headers["Location"] == reverse("members:handover", args=[handover.pk])
    assert "お返事を待っています" in text(client.get(answer.headers["Location"]))
    # Beginning again leads to the one that is under way; it has no document yet.
    assert client.get(url).headers["Location"] == answer.headers["Location"]
    assert client.get(reverse("members:handover_pdf", args=[handover.pk])).status_code == 302
    client.post(reverse("members:cancel_handover", args=[handover.pk]))
    handover.refresh_from_db()
    assert handover.state == HandoverState.CANCELLED
    assert "取りやめになりました" in text(client.get(reverse("members:handover", args=[handover.pk])))


def test_the_invited_successor_lands_on_the_brief(client: Client) -> None:
    handover = HandoverFactory(invitation__token="follow")
    page = text(client.get(link("follow")))
    assert f"{handover.leaver}さんが担当していたこと" in page
    data = filled(client, link("follow"), answer="accept", name="森 春子", name_kana="モリ ハルコ", password=PASSWORD)
    answer = client.post(link("follow"), data)
    assert answer.headers["Location"] == reverse("members:handover", args=[handover.pk])
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_note_is_for_the_successor(client: Client) -> None:
    handover = HandoverFactory(state=HandoverState.DONE)
    client.force_login(member_of(handover.organisation))
    page = client.get(reverse("members:handover", args=[handover.pk]))
    assert page.status_code == 200
    assert handover.note not in page.content.decode()
    client.force_login(member_of(handover.organisation, AffiliationRole.EDITOR))
    assert client.get(reverse("members:handover", args=[handover.pk])).status_code == 404


def test_the_brief_is_found_again_by_the_successor_on_their_pages(client: Client) -> None:
    organisation = OrganisationFactory()
    successor = member_of(organisation, AffiliationRole.EDITOR)
    handover = HandoverFactory(organisation=organisation, successor=successor, state=HandoverState.DONE)
    brief = reverse("members:handover", args=[handover.pk])
    people = reverse("members:people", args=[organisation.pk])
    client.force_login(successor)
    assert brief in client.get(people).content.decode()
    assert brief in [each.url for each in waiting_items(successor)]
    colleague = member_of(organisation, AffiliationRole.EDITOR)
    client.force_login(colleague)
    assert brief not in client.get(people).content.decode()
    assert brief not in [each.url for each in waiting_items(colleague)]
    Handover.objects.update(done_at=timezone.now() - timedelta(days=400))
    client.force_login(successor)
    assert brief not in client.get(people).content.decode()
    assert brief not in [each.url for each in waiting_items(successor)]


def test_who_left_is_offered_to_the_owner_for_handing_over(client: Client) -> None:
    organisation = OrganisationFactory()
    gone = AffiliationFactory(organisation=organisation, ended_at=timezone.now())
    client.force_login(member_of(organisation))
    page = client.get(reverse("members:people", args=[organisation.pk])).content.decode()
    assert reverse("members:handover_new", args=[gone.pk]) in page


# --- one's application, and the mail that confirms the address ---


def test_an_application_can_be_read_again(client: Client) -> None:
    organisation = OrganisationFactory(state=OrganisationState.APPLIED)
    client.force_login(member_of(organisation))
    url = reverse("members:application", args=[organisation.pk])
    assert url in client.get(reverse("pages:me")).content.decode()
    page = text(client.get(url))
    assert organisation.description in page
    assert "結果をメールでお知らせします" in page
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404


def done_with(client: Client, email: str) -> None:
    session = client.session
    session["registration_done"] = {"kind": "confirm", "email": email, "joining": False}
    session.save()


def test_the_confirmation_is_sent_again_but_not_all_the_time(client: Client) -> None:
    user = UserFactory(email="mori@machi.example", email_confirmed=False)
    done_with(client, user.email)
    page = client.get(reverse("members:join_done"))
    assert reverse("members:join_resend") in page.content.decode()
    assert "もう一度メールをお送りしました" in text(client.post(reverse("members:join_resend"), follow=True))
    assert "少し前にお送りしています" in text(client.post(reverse("members:join_resend"), follow=True))
    assert Message.objects.filter(to_address=user.email).count() == 1


def test_the_answer_tells_nobody_who_has_an_account(client: Client) -> None:
    answers = []
    for email in ("mori@machi.example", "nobody@machi.example", "fresh@machi.example"):
        visitor = Client()
        done_with(visitor, email)
        if email.startswith("mori"):
            UserFactory(email=email)
        if email.startswith("fresh"):
            UserFactory(email=email, email_confirmed=False)
        answers.append(text(visitor.post(reverse("members:join_resend"), follow=True)).replace(email, ""))
    assert answers[0] == answers[1] == answers[2]
    assert client.post(reverse("members:join_resend")).headers["Location"] == reverse("members:join")


def test_whoever_was_taken_in_meanwhile_has_nothing_left_to_settle() -> None:
    organisation, user = OrganisationFactory(), UserFactory()
    AffiliationFactory(organisation=organisation, user=user)
    RegistrationDraft.objects.create(user=user, data={"join": organisation.pk, "waits_for_confirmation": True})
    assert transitions.settle_registration(user, actor=REGISTRATION) == []
    assert not JoinRequest.objects.exists()
    assert not RegistrationDraft.objects.exists()


def test_confirming_says_what_comes_next(client: Client) -> None:
    user = UserFactory(email="mori@machi.example", email_confirmed=False)
    confirmation = EmailAddress.objects.get(user=user).send_confirmation(None, signup=True)
    answer = client.post(reverse("account_confirm_email", args=[confirmation.key]), follow=True)
    assert "登録したときのパスワードで、ログインしてください" in text(answer)


def test_logging_in_before_confirming_claims_no_mail_that_was_not_sent(client: Client) -> None:
    user = UserFactory(email_confirmed=False)
    for _ in range(2):
        answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)
    assert "メールアドレスの確認が、まだ済んでいません" in text(answer)
    assert "送りました" not in text(answer)
    assert Message.objects.filter(to_address=user.email).count() == 1
