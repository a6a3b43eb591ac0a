"""What the office's pages are opened with."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from matching.models import Ibasho
from members.enums import ImportState, OrganisationState
from members.models import Consent, ConsentDocument, Merge, Organisation, Practitioner, RetentionPeriod, RosterImport
from tests.browser.picks.people import demo, office
from tomoiki.audit.models import Entry
from tomoiki.conversations.models import ConversationMessage
from tomoiki.conversations.transitions import hide_message
from tomoiki.files.enums import FileKind
from tomoiki.files.models import StoredFile
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message, Notification
from tomoiki.pages.transitions import CONTACT_FORM, receive_contact_message
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.models import SynonymGroup, Term


def ids() -> dict[str, str | int]:
    """One row of each model that the admin shows."""
    organisations = Organisation.objects.order_by("pk")
    return {
        "municipality": Municipality.objects.get(code="14205").pk,
        "entry": Entry.objects.latest("pk").pk,
        "mail_sent": Message.objects.filter(state=MessageState.SENT, secret=False).order_by("-pk")[0].pk,
        **_mails_to_look_at(),
        "notification": Notification.objects.filter(recipient=demo("npo")).latest("pk").pk,
        "picture": StoredFile.objects.filter(kind=FileKind.IMAGE).latest("pk").pk,
        "synonyms": SynonymGroup.objects.get(code="equal:社協").pk,
        "term": Term.objects.get(vocabulary="theme", code="children").pk,
        "hidden_message": _hidden_message(),
        "document": ConsentDocument.objects.order_by("pk")[0].pk,
        "consent": Consent.objects.order_by("pk")[0].pk,
        "user": demo("npo").pk,
        "practitioner": Practitioner.objects.get(user=demo("jissensha")).pk,
        "ibasho": Ibasho.objects.order_by("pk")[0].pk,
        "contact_message": _contact_message(),
        "applicant": organisations.filter(state=OrganisationState.APPLIED)[0].pk,
        "withdrawn_organisation": organisations.filter(state=OrganisationState.WITHDRAWN, erased_at=None)[0].pk,
        "retention_period": RetentionPeriod.objects.get(rule="withdrawn_organisations").pk,
        "suspended": organisations.filter(state=OrganisationState.SUSPENDED)[0].pk,
        **_doubles_and_merges(),
        **_rosters(),
        "organisation_type": ContentType.objects.get_for_model(Organisation).pk,
    }


def _doubles_and_merges() -> dict[str, str | int]:
    """An application and the organisation it doubles, one that came back mended, a merge of each kind."""
    merge = Merge.objects.undoable().latest("pk")
    return {
        "double": Organisation.objects.get(name="ひなた通り食堂").pk,
        "doubled": Organisation.objects.get(name="NPO法人ひなた通り食堂").pk,
        "mended": Organisation.objects.get(name="まちの縁がわ研究会").pk,
        "merge": merge.pk,
        "merged": merge.loser_id,
        "merged_winner": merge.winner_id,
        "merge_undone": Merge.objects.exclude(undone_at=None).latest("pk").pk,
    }


def _rosters() -> dict[str, str | int]:
    """The demo's imports, and one that a worker has in its hands for as long as the tests run."""
    done = RosterImport.objects.get(state=ImportState.DONE)
    working = RosterImport.objects.create(
        file=done.file,
        made_by=office(),
        state=ImportState.CHECKING,
        rows_total=3_000,
        rows_done=1_240,
        alive_at=timezone.now() + timedelta(days=1),
    )
    checked = RosterImport.objects.get(state=ImportState.CHECKED)
    return {"roster_checked": checked.pk, "roster_done": done.pk, "roster_working": working.pk}


def _mails_to_look_at() -> dict[str, str | int]:
    """A mail that failed for good, and one of which nobody knows whether it left."""
    sent = Message.objects.filter(state=MessageState.SENT, secret=False).order_by("-pk")[1:3]
    changes = {
        "mail_failed": {"state": MessageState.FAILED, "last_error": "550 5.1.1 no such user here"},
        "mail_uncertain": {"state": MessageState.UNCERTAIN, "last_error": "connection lost after DATA"},
    }
    found: dict[str, str | int] = {}
    for (name, values), mail in zip(changes.items(), sent, strict=True):
        Message.objects.filter(pk=mail.pk).update(**values)
        found[name] = mail.pk
    return found


def _hidden_message() -> int:
    message = ConversationMessage.objects.exclude(author=None).order_by("pk")[0]
    return hide_message(message.pk, reason="個人の電話番号が書かれていたため", actor=office()).pk


def _contact_message() -> int:
    message = receive_contact_message(
        {
            "topic": "joining",
            "name": "問合 道",
            "email": "michi@machi.example",
            "organisation": "架空町内会",
            "body": "町内会でも参加できますか。\n月に一度の見守りを、続けています。",
        },
        idempotency_key="browser-tests-contact-message",
        actor=CONTACT_FORM,
    )
    return message.pk
