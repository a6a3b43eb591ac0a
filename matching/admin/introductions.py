"""Introductions on the staff's desk: who answered what, what they write to each other, and what came of it."""

from collections.abc import Sequence
from typing import Any

import rules
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from matching import transitions
from matching.enums import Direction, IntroductionState
from matching.forms.introductions import DECLINE_REASONS, END_REASONS, MessageForm
from matching.meetings import appointment_cards
from matching.models import IbashoChange, Introduction, Outcome, Participant, Post
from matching.progress import progress_of
from matching.workflow import INTRODUCTIONS
from tomoiki.conversations import access
from tomoiki.conversations.models import Conversation, ConversationMessage
from tomoiki.conversations.transitions import write_message
from tomoiki.vocabulary.lists import choices, labels
from tomoiki.web.fields import TextField
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import Panel, TransitionAdmin, TransitionButton, add_errors, list_date

TONES: dict[str, str] = {
    IntroductionState.PROPOSED: "warning",
    IntroductionState.ASKED: "state",
    IntroductionState.AGREED: "offer",
    IntroductionState.UNDER_WAY: "offer",
    IntroductionState.COMPLETED: "none",
    IntroductionState.DECLINED: "none",
    IntroductionState.LAPSED: "danger",
    IntroductionState.ENDED_EARLY: "danger",
}
MESSAGES_SHOWN = 30


class NoteForm(forms.Form):
    """A word to both sides on why it is called off."""

    note = TextField(
        label="両方の団体へのひとこと",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="この文章が、そのまま両方に届きます。書かなくてもかまいません。",
    )


class EndEarlyForm(NoteForm):
    """Why it ends before its time."""

    reason = forms.ChoiceField(
        label="終わる理由",
        widget=forms.RadioSelect,
        choices=lambda: choices(END_REASONS),
        error_messages={"required": "理由を選んでください。いちばん近いものでかまいません。"},
    )
    field_order = ["reason", "note"]


def end_early(pk: int, **kwargs: Any) -> Introduction:
    """Staff end it in nobody's name."""
    return transitions.end_introduction_early(pk, on_behalf=None, **kwargs)


def is_overdue(introduction: Introduction) -> bool:
    """Whether the last day to answer is past."""
    return introduction.respond_by is not None and introduction.respond_by < timezone.localdate()


class PostAutocomplete(AutocompleteSelect):
    """The admin's own search box, among open posts of one direction."""

    def __init__(self, direction: Direction) -> None:
        super().__init__(Participant._meta.get_field("post"), admin.site)
        self.direction = direction

    def get_url(self) -> str:
        return f"{super().get_url()}?{urlencode({'direction': self.direction.value})}"


class PairForm(forms.Form):
    """A need and an offer to be looked at side by side."""

    need = forms.ModelChoiceField(
        label="困りごと",
        queryset=Post.objects.on_board().filter(direction=Direction.NEED),
        widget=PostAutocomplete(Direction.NEED),
        help_text="見出し、本文、団体名のことばでさがせます。",
    )
    offer = forms.ModelChoiceField(
        label="できること",
        queryset=Post.objects.on_board().filter(direction=Direction.OFFER),
        widget=PostAutocomplete(Direction.OFFER),
        help_text="見出し、本文、団体名のことばでさがせます。",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        need, offer = cleaned.get("need"), cleaned.get("offer")
        if need and offer and need.organisation_id == offer.organisation_id:
            raise ValidationError("同じ団体の困りごとと、できることは、おつなぎできません。")
        return cleaned


@admin.register(Introduction)
class IntroductionAdmin(TransitionAdmin[Introduction]):
    workflow = INTRODUCTIONS
    state_tones = TONES
    decision_heading = "このおつなぎに"
    add_label = "おつなぎを始める"
    list_display = ["pair", "origin", "state_shown", "asked", "due", "reminded"]
    list_filter = ["state", "origin"]
    list_select_related = ["post"]
    search_fields = ["post__title", "participants__organisation__name"]
    search_help_text = "困りごとの見出しと、団体名でさがせます。"
    ordering = ["-created_at", "-pk"]
    tabs = [
        ("お返事待ち", "state__exact=asked"),
        ("準備中", "state__exact=proposed"),
        ("結ばれた", "state__exact=agreed"),
        ("実施中", "state__exact=under_way"),
        ("すべて", ""),
    ]
    readonly_fields = (
        "origin",
        "proposed_by",
        "made",
        "asked",
        "due",
        "reminded",
        "end_reason_shown",
        "end_note",
    )
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "ask",
            "両方にたずねる",
            transitions.ask_participants,
            "matching.ask_participants",
            next="両方の団体に、お返事のお願いがメールで届きます。",
            done="両方の団体にたずねました。",
            icon="send",
        ),
        TransitionButton(
            "remind",
            "もう一度たずねる",
            transitions.remind_introduction,
            "matching.remind_introduction",
            next="まだお返事のない団体に、もう一度メールが届きます。",
            done="お返事のない団体に、もう一度たずねました。",
            tone="secondary",
            icon="bell",
        ),
        TransitionButton(
            "lapse",
            "お返事なしで終える",
            transitions.lapse_introduction,
            "matching.lapse_introduction",
            next="期限を過ぎたので終わりにします。両方の団体にお知らせします。",
            done="お返事なしで終え、両方の団体にお知らせしました。",
            tone="secondary",
            icon="hourglass",
            confirm=True,
            shown=is_overdue,
        ),
        TransitionButton(
            "withdraw",
            "取りやめる",
            transitions.withdraw_introduction,
            "matching.withdraw_introduction",
            next="おつなぎはここで終わります。たずねたあとなら、両方の団体にお知らせします。",
            done="おつなぎを取りやめました。",
            tone="danger-secondary",
            icon="x",
            form=NoteForm,
        ),
        TransitionButton(
            "end_early",
            "途中で終える",
            end_early,
            "matching.end_introduction_early",
            next="両方の団体にお知らせし、使うはずだった数は掲載に戻ります。やりとりは読み返せます。",
            done="おつなぎを途中で終え、両方の団体にお知らせしました。",
            tone="danger-secondary",
            icon="x",
            form=EndEarlyForm,
        ),
    ]
    trail_words = {
        "introduction.group_told": "窓口が地域の団体に伝えました",
        "introduction.proposed": "組み合わせを用意しました",
        "introduction.asked": "両方にたずねました",
        "introduction.responded": "手を挙げました",
        "introduction.answered": "お返事をしました",
        "introduction.agreed": "結ばれました",
        "introduction.started": "実施に入りました",
        "introduction.reminded": "もう一度たずねました",
        "introduction.lapsed": "お返事なしで終わりました",
        "introduction.withdrawn": "取りやめました",
        "introduction.reported": "報告しました",
        "introduction.completed": "終わりました",
        "introduction.welcome_confirmed": "喜ばれたかどうかのお返事が届きました",
        "introduction.ended_early": "途中で終わりました",
        "introduction.not_needed": "ほかの相手に決まりました",
        "introduction.late_yes": "遅れて「ぜひ」が届きました",
        "introduction.invited": "ほかの団体も誘いました",
        "introduction.joined": "あとから加わりました",
        "introduction.released": "参加のお願いを取り下げました",
        "introduction.invitation_lapsed": "参加のお願いに、お返事がありませんでした",
        "introduction.left": "抜けました",
        "introduction.asked_again": "もう一度考えてもらいました",
        "appointment.proposed": "打ち合わせの候補日を出しました",
        "appointment.answered": "候補日に答えました",
        "appointment.fixed": "打ち合わせの日が決まりました",
        "appointment.moved": "打ち合わせを変えました",
        "appointment.cancelled": "打ち合わせを取りやめました",
        "appointment.replaced": "候補日を出し直しました",
    }

    class Media:
        css = {"all": ["css/pages/matching.css", "css/pages/introductions.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Introduction]:
        return super().get_queryset(request).select_related("post").with_participants()  # type: ignore[attr-defined]

    # --- the list ---

    @admin.display(description="困りごと × 団体", ordering="post__title")
    def pair(self, obj: Introduction) -> str:
        return f"{obj.post.title}（{' × '.join(side.own_label for side in obj.participants.all())}）"

    @admin.display(description="作られた日", ordering="created_at")
    def made(self, obj: Introduction) -> str:
        return list_date(obj.created_at)

    @admin.display(description="たずねた日", ordering="asked_at")
    def asked(self, obj: Introduction) -> str:
        return list_date(obj.asked_at)

    @admin.display(description="お返事の期限", ordering="respond_by")
    def due(self, obj: Introduction) -> str:
        return list_date(obj.respond_by)

    @admin.display(description="再度たずねた日", ordering="reminded_at")
    def reminded(self, obj: Introduction) -> str:
        return list_date(obj.reminded_at)

    @admin.display(description="終わった理由")
    def end_reason_shown(self, obj: Introduction) -> str:
        return labels(END_REASONS).get(obj.end_reason, obj.end_reason) if obj.end_reason else ""

    # --- a new one ---

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose a need and an offer; both are then looked at side by side before anybody is asked."""
        if not self.has_add_permission(request) or not rules.has_perm("matching.propose_introduction", request.user):
            raise PermissionDenied
        # A box in which nothing is chosen sends nothing; the button tells that it was pressed.
        form = PairForm(request.GET if {"need", "offer", "check"} & set(request.GET) else None)
        if form.is_bound and form.is_valid():
            url = reverse("admin:matching_post_introduce", args=[form.cleaned_data["need"].pk])
            return redirect(f"{url}?{urlencode({'with': form.cleaned_data['offer'].pk})}")
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": "おつなぎを始める",
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "staff/matching/choose_pair.html", context)

    # --- one of them ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.write_view)
        return [path("<int:pk>/write/", view, name="matching_introduction_write"), *super().get_urls()]

    def get_facts(self, obj: Introduction) -> Sequence[tuple[str, Any]]:
        sides = [(side.get_side_display(), f"{side.own_label}：{side.get_answer_display()}") for side in _sides(obj)]
        return [("もとの掲載", obj.post.title), *sides, ("ひとこと", obj.message)]

    def get_panels(self, request: HttpRequest, obj: Introduction) -> tuple[Sequence[Panel], Sequence[Panel]]:
        reasons = labels(DECLINE_REASONS)
        sides = [
            {"side": side, "reason": reasons.get(side.decline_reason, side.decline_reason)} for side in _sides(obj)
        ]
        above = [
            Panel(
                "staff/matching/_sides.html",
                {
                    "progress": progress_of(obj, request.user),
                    "sides": sides,
                    "introduction": obj,
                    "may_record": INTRODUCTIONS.allows(obj, "answer"),
                    "may_invite": INTRODUCTIONS.allows(obj, "invite"),
                    "page_url": obj.get_absolute_url() if obj.asked_at else "",
                    "appointments": appointment_cards(obj, ()),
                },
            )
        ]
        outcomes = _outcomes(obj)
        if outcomes:
            above.append(Panel("staff/matching/_outcomes.html", {"outcomes": outcomes}))
        talk = self._talk(request, obj, form=getattr(request, "_reply", None))
        return above, ([talk] if talk else ())

    def _talk(self, request: HttpRequest, obj: Introduction, form: MessageForm | None) -> Panel | None:
        conversation = _conversation(obj)
        if conversation is None or not access.can_read(request.user, conversation):
            return None
        page = keyset_page(
            ConversationMessage.objects.filter(conversation=conversation).for_page(),
            request.GET.get("messages", ""),
            field="created_at",
            size=MESSAGES_SHOWN,
        )
        seat = _secretariat(request, conversation)
        return Panel(
            "staff/matching/_talk.html",
            {
                "lines": [_line(message) for message in reversed(page.items)],
                "older": page.next_cursor,
                "newer": page.previous_cursor,
                "form": form or (_reply_form(seat, uploader=request.user) if seat else None),
                "closed": conversation.closed_at is not None,
                "action": reverse("admin:matching_introduction_write", args=[obj.pk]),
            },
        )

    def write_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write in the conversation as the secretariat."""
        obj = self.get_object(request, str(pk))
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        back = f"{self.change_url(obj)}#talk"
        conversation = _conversation(obj)
        seat = _secretariat(request, conversation) if conversation else None
        if request.method != "POST" or conversation is None:
            return redirect(back)
        if seat is None:
            messages.error(request, "このやりとりには、いま書けません。画面を開き直してご確認ください。")
            return redirect(back)
        form = _reply_form(seat, request.POST, request.FILES, uploader=request.user)
        if form.is_valid():
            try:
                write_message(
                    conversation.pk,
                    body=form.cleaned_data["body"],
                    files=form.cleaned_data["files"],
                    actor=request.user,  # type: ignore[arg-type]
                    on_behalf_key=seat.key,
                    idempotency_key=form.cleaned_data["key"],
                )
            except TransitionError as error:
                messages.error(request, error.message)
                return redirect(back)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, "事務局として書きました。参加する団体の担当者に、お知らせが届きます。")
                return redirect(back)
        # The page again with what was typed, which a GET of it would not keep.
        request._reply = form  # type: ignore[attr-defined]
        request.method = "GET"
        response = self.change_view(request, str(pk))
        response.status_code = 422
        return response


def _sides(obj: Introduction) -> list[Participant]:
    return list(obj.participants.all())


def _outcomes(obj: Introduction) -> list[Outcome]:
    changes = Prefetch("ibasho_changes", IbashoChange.objects.select_related("ibasho").order_by("pk"))
    found = Outcome.objects.filter(introduction=obj).select_related("participant__organisation", "reported_by")
    return list(found.prefetch_related(changes).order_by("reported_at", "pk"))


def _conversation(obj: Introduction) -> Conversation | None:
    conversation: Conversation | None = Conversation.objects.about(obj).first()
    if conversation is not None:
        conversation.subject = obj
    return conversation


def _secretariat(request: HttpRequest, conversation: Conversation) -> access.Seat | None:
    """Staff write as the secretariat only, whatever organisation they may belong to besides."""
    seats = access.seats(request.user, conversation)
    return next((seat for seat in seats if seat.key == access.SECRETARIAT), None)


def _reply_form(seat: access.Seat, *args: Any, **kwargs: Any) -> MessageForm:
    return MessageForm(*args, speakers=[(seat.key, seat.speaker)], **kwargs)


def _line(message: ConversationMessage) -> dict[str, Any]:
    """A message as components/message takes it; staff read what members do, and may hide it."""
    files = [] if message.is_hidden else [each.file for each in message.attachments.all()]
    staff = message.is_secretariats
    return {
        "pk": message.pk,
        "note": message.is_portals or message.is_hidden,
        "name": message.speaker if staff or message.author is None else str(message.author),
        "organisation": str(message.author) if staff else message.speaker,
        "when": message.created_at,
        "body": message.readable_body,
        "staff": staff,
        "pictures": [file for file in files if file.is_picture],
        "files": [file for file in files if not file.is_picture],
        "hideable": not message.is_portals and not message.is_hidden,
    }
