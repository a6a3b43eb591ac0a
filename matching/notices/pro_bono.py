"""What an employer, those whom its colleagues help, and the colleagues themselves are told."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from matching.models import ProBonoApplication
from matching.notices.people import short
from matching.volunteer_keys import page_of
from members.models import Organisation, User
from tomoiki.notifications import outbox
from tomoiki.notifications.enums import Topic, Urgency
from tomoiki.notifications.notice import Notice


class ProBonoNotice(Notice):
    topic = Topic.INTRODUCTION
    urgency = Urgency.NORMAL

    def __init__(self, application: ProBonoApplication) -> None:
        self.application = application

    @property
    def title(self) -> str:
        return short(self.application.post, 30)

    def about(self) -> ProBonoApplication:
        return self.application

    def context(self, recipient: User) -> Mapping[str, Any]:
        return {"application": self.application, "post": self.application.post, "call": self.application.call}


class _ToEmployer(ProBonoNotice):
    def audience(self) -> Iterable[User]:
        return self.application.call.organisation.acting_people()

    def reason(self, recipient: User) -> str:
        return f"社内募集を出している{self.application.call.organisation}の担当者のため"

    def link(self, recipient: User) -> str:
        return self.application.call.get_absolute_url()


class _ToHelped(ProBonoNotice):
    """To those who act for the organisations that the person helps."""

    def audience(self) -> Iterable[User]:
        helped = Organisation.objects.filter(pk__in=self.application.helped())
        return [person for organisation in helped for person in organisation.acting_people()]

    def reason(self, recipient: User) -> str:
        return f"「{self.title}」のおつなぎに参加している団体の担当者のため"

    def link(self, recipient: User) -> str:
        introduction = self.application.introduction
        return f"{introduction.get_absolute_url()}#pro-bono" if introduction else ""


class ColleagueApplied(_ToEmployer):
    code = "matching_pro_bono_applied"
    action_label = "申し込みを見る"

    def subject(self, recipient: User) -> str:
        return f"社内から申し込みがありました：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.application.post}」に、社内の方から申し込みがありました。"


class ColleaguePutForward(_ToHelped):
    """Somebody more for an introduction that is on its way already."""

    code = "matching_pro_bono_put_forward"
    urgency = Urgency.IMMEDIATE
    action_label = "おつなぎを開く"

    def subject(self, recipient: User) -> str:
        return f"{self.application.call.organisation}から、お手伝いの方が加わります"

    def digest_text(self, recipient: User) -> str:
        return f"{self.application.call.organisation}の{self.application.name}さんが、お手伝いに加わります。"


class VolunteerLeft(_ToHelped):
    """The person can help no more; the name is gone by now."""

    code = "matching_pro_bono_left"
    urgency = Urgency.IMMEDIATE
    action_label = "おつなぎを開く"

    def subject(self, recipient: User) -> str:
        return f"お手伝いの方の都合が変わりました：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return f"{self.application.call.organisation}から推薦された方のおひとりが、続けられなくなりました。"


class VolunteerLeftEmployer(_ToEmployer):
    code = "matching_pro_bono_left_employer"
    action_label = "社内募集を開く"

    def subject(self, recipient: User) -> str:
        return f"申し込みが取り下げられました：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.application.post}」への社内からの申し込みが、ひとつ取り下げられました。"


class VolunteerThanked(_ToEmployer):
    code = "matching_pro_bono_thanked"
    action_label = "お礼のことばを読む"

    def subject(self, recipient: User) -> str:
        return f"お礼のことばが届きました：「{self.title}」"

    def digest_text(self, recipient: User) -> str:
        return f"「{self.application.post}」を手伝った方へ、お礼のことばが届きました。"


class VolunteerGoesOn(_ToHelped):
    """The person goes on in their own name."""

    code = "matching_pro_bono_goes_on"
    action_label = "おつなぎを開く"

    def subject(self, recipient: User) -> str:
        return f"{self.application.name}さんが、これからは個人として手伝ってくださいます"

    def digest_text(self, recipient: User) -> str:
        return f"{self.application.name}さんは、会社を離れても、個人として続けてくださるそうです。"


# --- the colleagues have no account ---


def _mail(application: ProBonoApplication, code: str, subject: str, *, action: str, address: str, path: str) -> None:
    """Write to somebody without an account; body and address are wiped once it is sent."""
    context = {
        **outbox.site_context(),
        "application": application,
        "post": application.post,
        "call": application.call,
        "subject": subject,
        "recipient": application.name,
        "reason": f"「{application.call.organisation}」の社内募集に、このアドレスで申し込みがあったため",
        "action_url": settings.SITE_URL + path,
        "action_label": action,
        "can_switch_off": False,
        "body_only": False,
    }
    body = render_to_string(f"email/{code}.txt", {**context, "body_only": True}).strip()
    outbox.put_secret(
        key=f"{code}:{application.pk}:{application.link_version}:{outbox.new_message_id()}",
        code=code,
        to_address=address,
        subject=subject,
        text=render_to_string(f"email/{code}.txt", context),
        html=render_to_string("layouts/email_from_text.html", {**context, "body_text": body}),
        recipient=None,
        forget_address=True,
    )


def mail_volunteer(
    application: ProBonoApplication, code: str, subject: str, *, action: str = "自分のページを開く"
) -> None:
    """Write to the person, if their address is still known; the button leads to their own page."""
    if application.email:
        _mail(application, code, subject, action=action, address=application.email, path=page_of(application))


def mail_new_address(application: ProBonoApplication, address: str, path: str) -> None:
    """Ask whether ``address`` is the person's own, before it takes the place of the one at work."""
    code, subject = "matching_pro_bono_new_address", "個人のメールアドレスの確認"
    _mail(application, code, subject, action="このアドレスで続ける", address=address, path=path)
