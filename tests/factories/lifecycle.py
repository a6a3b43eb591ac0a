"""Somebody who left traces everywhere, and where in the database a word still stands."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from matching.enums import Direction, IntroductionState, PostState
from matching.models import Introduction
from matching.models.offline import OfflineResponse
from members.enums import AffiliationRole, HandoverState, InvitationState, JoinRequestState
from members.models import (
    Affiliation,
    ApplicationRound,
    Handover,
    Invitation,
    Merge,
    Organisation,
    Practitioner,
    Referral,
    RegistrationDraft,
    RelayedGroup,
    User,
)
from tests.factories.matching import (
    IbashoChangeFactory,
    IbashoFactory,
    IntroductionFactory,
    OfferFactory,
    OutcomeFactory,
    PostFactory,
    PostRevisionFactory,
)
from tests.factories.members import (
    AffiliationFactory,
    ConsentFactory,
    JoinRequestFactory,
    OrganisationFactory,
    member_of,
)
from tests.factories.roster import RosterImportFactory
from tests.files.samples import picture, upload
from tomoiki.conversations.models import Attachment, Conversation, ConversationMessage, ReadMark
from tomoiki.files.uploads import store_upload
from tomoiki.notifications.enums import MessageState, Topic, Urgency
from tomoiki.notifications.models import Message, Notification, Preference
from tomoiki.pages.enums import ContactState, ContactTopic
from tomoiki.pages.models import ContactMessage
from tomoiki.places.models import Municipality

NAME = "緑野 若葉"
KANA = "ミドリノ ワカバ"
EMAIL = "wakaba.midorino@hikari.example"
OLD_EMAIL = "midorino@mukashi.example"
PHONE = "090-1234-9876"
#: However somebody is written of.
WORDS = ("緑野", "若葉", "ミドリノ", "ワカバ", "midorino", "1234-9876", "12349876")

ORGANISATION = "NPO法人つきのみち"
ORGANISATION_KANA = "エヌピーオーホウジンツキノミチ"
ORGANISATION_WORDS = ("つきのみち", "ツキノミチ", "tsukinomichi", "5835678256246", "046-777-1234", "月の見える")


def places_of(*words: str) -> list[str]:
    """Every column of every table in which one of ``words`` stands, however the column keeps text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = current_schema()"
            " and data_type in ('character varying', 'text', 'json', 'jsonb', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'select count(*) from "{table}" where "{column}"::text ilike any(%s)',  # noqa: S608 - names of the catalogue
                [[f"%{word}%" for word in words]],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return sorted(found)


def a_person_everywhere(organisation: Organisation, role: AffiliationRole = AffiliationRole.EDITOR) -> User:
    """One of ``organisation``'s people, who did all that one can do and was named by everybody."""
    user = member_of(organisation, role, email=EMAIL, name=NAME, name_kana=KANA, phone=PHONE)
    Affiliation.objects.filter(user=user).update(title="緑野班の班長")
    EmailAddress.objects.create(user=user, email=OLD_EMAIL, verified=True, primary=False)
    colleague = member_of(organisation)
    _account(user)
    _belonging(user, organisation, colleague)
    _matters(user, organisation, colleague)
    _letters(user, colleague)
    return user


def _account(user: User) -> None:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": f"geheim {user.email}"})
    ConsentFactory(user=user)
    Preference.objects.create(user=user, topic=Topic.POST, by_mail=False)
    Practitioner.objects.create(user=user, title="緑野ゼミ主宰", introduction=f"{NAME}です。")
    RegistrationDraft.objects.create(user=user, data={"person": {"name": NAME, "email": EMAIL}})
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["email"] = EMAIL
    session.create()
    LogEntry.objects.create(
        user=member_of(OrganisationFactory()),
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=NAME,
        action_flag=CHANGE,
        change_message=f"[{{'changed': '{EMAIL}'}}]",
    )


def _belonging(user: User, organisation: Organisation, colleague: User) -> None:
    other = OrganisationFactory()
    JoinRequestFactory(organisation=other, user=user, message=f"{NAME}と申します。")
    JoinRequestFactory(user=user, message="緑野です。", state=JoinRequestState.REFUSED, answered_at=timezone.now())
    JoinRequestFactory(organisation=organisation, message="緑野　若葉さんの同僚です。")
    accepted = Invitation.objects.create(
        organisation=organisation,
        email=EMAIL,
        name=NAME,
        token_hash="a" * 64,
        invited_by=colleague,
        state=InvitationState.ACCEPTED,
        accepted_by=user,
    )
    Invitation.objects.create(organisation=other, email=OLD_EMAIL, name=NAME, token_hash="b" * 64, invited_by=colleague)
    Invitation.objects.create(
        organisation=organisation,
        email="shinjin@hikari.example",
        message=f"{NAME}の後を継いでください。",
        token_hash="c" * 64,
        invited_by=user,
    )
    Handover.objects.create(
        organisation=organisation,
        leaver=colleague,
        successor=user,
        requested_by=colleague,
        invitation=accepted,
        state=HandoverState.DONE,
        done_at=timezone.now(),
        note="緑野若葉さん、よろしくお願いします。",
        brief=[{"title": "担当の方", "lines": [{"text": f"{NAME}さん", "url": "", "due": ""}]}],
    )
    Handover.objects.create(organisation=organisation, leaver=user, requested_by=user, note=f"{NAME}より")
    ApplicationRound.objects.create(
        organisation=organisation, number=1, data={"contact": NAME, "phone": PHONE}, submitted_by=user
    )
    Referral.objects.create(
        referrer=organisation, made_by=user, organisation_name="あおぞら社", message=f"{NAME}がご紹介します。"
    )
    Referral.objects.create(
        referrer=other,
        made_by=colleague,
        organisation_name="つばさ社",
        contact_name=NAME,
        email=EMAIL,
        agreed_by="phone",
        agreed_on=timezone.localdate(),
    )
    Referral.objects.create(
        referrer=other, made_by=colleague, organisation_name="ひなた社", contact_name=NAME, message=f"{NAME}様へ"
    )
    Merge.objects.create(
        winner=organisation,
        loser=other,
        loser_state="approved",
        made_by=colleague,
        note=f"{NAME}さんに確かめた",
        undone_at=timezone.now(),
        undone_by=colleague,
    )
    RosterImportFactory(
        problems=[{"row": 3, "column": "担当者", "value": NAME, "message": "", "remedy": ""}],
        preview=[{"row": 2, "name": "ひなた社", "changes": [["メールアドレス", "", EMAIL]]}],
    )
    RelayedGroup.objects.create(
        desk=organisation,
        name="ひばり町内会",
        kind="neighbourhood",
        municipality=Municipality.objects.order_by("code")[0],
        note="緑野若葉が担当",
    )


def _matters(user: User, organisation: Organisation, colleague: User) -> None:
    post = PostFactory(
        organisation=organisation,
        author=user,
        contact=user,
        title=f"{NAME}の教室",
        body=f"ご連絡は{PHONE}、{EMAIL}まで。",
    )
    PostFactory(organisation=organisation, author=user, contact=user, state=PostState.DRAFT)
    PostRevisionFactory(post=post, author=user, changes={"body": f"担当は{NAME}です。"}, note="緑野 若葉")
    OfflineResponse.objects.create(
        post=post, who="山の会", contact="0465-11-1111", words="手伝います", channel="phone",
        received_on=timezone.localdate(), recorded_by=user,
    )  # fmt: skip
    talk = IntroductionFactory(post=post, offer=OfferFactory(), state=IntroductionState.UNDER_WAY)
    IntroductionFactory(responder=organisation, proposed_by=user, message=f"{NAME}です。お手伝いできます。")
    conversation = Conversation.objects.get(
        content_type=ContentType.objects.get_for_model(Introduction), object_id=talk.pk
    )
    side = talk.participants.get(organisation=organisation)
    photo = store_upload(upload(picture(), name="緑野若葉.png"), by=user)
    written = ConversationMessage.objects.create(
        conversation=conversation,
        author=user,
        speaker=organisation.name,
        side=str(side.pk),
        body=f"よろしくお願いします。{NAME}　{PHONE}",
    )
    Attachment.objects.create(message=written, file=photo)
    ConversationMessage.objects.create(
        conversation=conversation, author=colleague, speaker=organisation.name, body="緑野若葉さんが伺います。"
    )
    ReadMark.objects.create(conversation=conversation, user=user, read_up_to=timezone.now())
    outcome = OutcomeFactory(
        introduction=talk, participant=side, reported_by=user, story=f"{NAME}が司会をしました。", people_reached=37
    )
    IbashoChangeFactory(outcome=outcome, ibasho=IbashoFactory(organisation=organisation))
    assert side.side == Direction.NEED


def _letters(user: User, colleague: User) -> None:
    for number, (person, state) in enumerate(
        [(user, MessageState.SENT), (user, MessageState.QUEUED), (colleague, MessageState.SENT)]
    ):
        message = Message.objects.create(
            key=f"letter-{number}",
            code="test",
            recipient=person,
            to_address=person.email,
            subject=f"{NAME}さんへ",
            text_body=f"{NAME}さんから申し込みがありました。{EMAIL}",
            html_body=f"<p>{NAME}</p>",
            message_id=f"<letter-{number}@tomoiki.example>",
            state=state,
            sent_at=timezone.now() if state == MessageState.SENT else None,
        )
        Notification.objects.create(
            key=f"notice-{number}",
            recipient=person,
            code="test",
            topic=Topic.MEMBERSHIP,
            urgency=Urgency.IMMEDIATE,
            subject=f"{NAME}さんが加わりました",
            digest_text="緑野若葉さんです。",
            reason="担当者のため",
            message=message,
        )
    Message.objects.create(
        key="letter-old",
        code="test",
        to_address=OLD_EMAIL,
        subject="確認",
        message_id="<letter-old@tomoiki.example>",
    )
    for number, (sender, email) in enumerate([(user, EMAIL), (None, OLD_EMAIL)]):
        ContactMessage.objects.create(
            topic=ContactTopic.OTHER,
            name=NAME,
            email=email,
            organisation="緑野研究所",
            body=f"{NAME}です。",
            sender=sender,
            idempotency_key=f"contact-{number}",
        )
    ContactMessage.objects.create(
        topic=ContactTopic.OTHER,
        name=NAME,
        email=EMAIL,
        body="答えて",
        sender=user,
        idempotency_key="contact-answered",
        state=ContactState.ANSWERED,
        handled_at=timezone.now(),
        answer="緑野様",
    )


def an_organisation_everywhere(**fields: Any) -> Organisation:
    """One that said all that one can say of itself, and was named by everybody."""
    return OrganisationFactory(
        name=ORGANISATION,
        name_kana=ORGANISATION_KANA,
        corporate_number="5835678256246",
        phone="046-777-1234",
        website="https://tsukinomichi.example/",
        description="つきのみちは、月の見える夜に集まります。",
        details={"serves": "つきのみちの子ども"},
        links=[{"label": "つきのみち日記", "url": "https://tsukinomichi.example/nikki"}],
        search_text="つきのみち 月の見える",
        search_text_members="つきのみち 月の見える",
        roster_key="つきのみち-1",
        staff_message="つきのみちさんへ",
        **fields,
    )


def say_everywhere(organisation: Organisation) -> Introduction:
    """Posts, answers, messages and reports of ``organisation``, and what its partner wrote of it."""
    owner = member_of(organisation)
    place = Municipality.objects.order_by("code")[0]
    organisation.branches.create(name="つきのみち分室", municipality=place)
    RelayedGroup.objects.create(
        desk=organisation, name="月の見える丘町内会", kind="neighbourhood", municipality=place, note="つきのみち"
    )
    post = PostFactory(
        organisation=organisation,
        title="つきのみちの夜会",
        body="月の見える部屋がほしいです。",
        area_note="つきのみちの近く",
        state=PostState.CLOSED,
    )
    PostRevisionFactory(post=post, changes={"title": "つきのみち"}, note="つきのみち")
    talk = IntroductionFactory(post=post, state=IntroductionState.COMPLETED, message="つきのみちさんに部屋を")
    IntroductionFactory(
        responder=organisation, state=IntroductionState.DECLINED, message="つきのみちです。月の見える部屋があります。"
    )
    conversation = Conversation.objects.about(talk).get()
    own, other = talk.participants.order_by("pk")
    for side in (own, other):
        ConversationMessage.objects.create(
            conversation=conversation,
            author=owner,
            speaker=side.organisation.name,
            side=str(side.pk),
            body="つきのみちの予定です。" if side == own else "つきのみちさん、ありがとう。",
        )
    for side in (own, other):
        outcome = OutcomeFactory(
            introduction=talk, participant=side, story="つきのみちに12人来ました。", people_reached=12
        )
    IbashoChangeFactory(
        outcome=outcome, ibasho=IbashoFactory(organisation=organisation, name="つきのみち", who_comes="月の見える人")
    )
    ApplicationRound.objects.create(
        organisation=organisation, number=1, data={"name": ORGANISATION}, message="つきのみち"
    )
    Invitation.objects.create(
        organisation=organisation, email="kyaku@tsukinomichi.example", token_hash="d" * 64, invited_by=owner
    )
    Handover.objects.create(
        organisation=organisation, leaver=owner, requested_by=owner, note="つきのみち", brief=[{"title": "つきのみち"}]
    )
    Referral.objects.create(referrer=organisation, made_by=owner, organisation_name="ほし社", message="つきのみちより")
    Referral.objects.create(
        referrer=OrganisationFactory(),
        made_by=owner,
        organisation_name=ORGANISATION,
        invited=organisation,
        state="accepted",
        message="つきのみちさんへ",
    )
    AffiliationFactory(organisation=organisation, title="つきのみち班")
    _name_elsewhere(owner)
    Notification.objects.create(
        key="named",
        recipient=member_of(OrganisationFactory()),
        code="test",
        topic=Topic.MEMBERSHIP,
        urgency=Urgency.BELL,
        subject=f"「{ORGANISATION}」さんが手を挙げました",
        reason="担当者のため",
    )
    return talk


def _name_elsewhere(person: User) -> None:
    """What others who have nothing to do with it wrote of it."""
    other = OrganisationFactory(staff_message=f"「{ORGANISATION}」と同じ団体でしょうか。")
    Invitation.objects.create(
        organisation=other,
        email="hoshi@hoshi.example",
        message=f"{ORGANISATION}でご一緒しました。",
        token_hash="e" * 64,
        invited_by=person,
    )
    JoinRequestFactory(organisation=other, message=f"{ORGANISATION}から移りました。")
    ApplicationRound.objects.create(
        organisation=other, number=1, data={}, message=f"「{ORGANISATION}」と似た名前です。"
    )
    RosterImportFactory(
        problems=[{"row": 3, "column": "団体名", "value": ORGANISATION, "message": "", "remedy": ""}],
        preview=[{"row": 2, "name": ORGANISATION, "changes": [["代表電話", "", "046-777-1234"]]}],
    )
    RegistrationDraft.objects.create(data={"organisation": {"name": ORGANISATION}})
