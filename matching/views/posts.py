"""One post as a page, and the buttons of its owner."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from matching.cards import Card, cards_for, fact_rows, state_chip
from matching.enums import Direction, PausedBy, PostState, Visibility
from matching.filters import area_question
from matching.models import Introduction, Participant, Post, PostRevision
from matching.naming import UNNAMED, Names
from matching.progress import progress_of
from matching.standing import Place, Visitor, place_of
from matching.transitions import (
    close_post,
    discard_draft,
    fulfil_post,
    pause_post,
    renew_post,
    resume_post,
    submit_post,
)
from matching.views.giving import giving_context
from matching.views.person import person_of
from matching.views.recommendations import aside_of
from matching.views.responding import open_response
from matching.workflow import POSTS
from members.models import Organisation
from tomoiki.places.lookups import around, neighbours_of
from tomoiki.vocabulary.lists import labels
from tomoiki.web.pointing_out import MAY_BE_PUBLIC
from tomoiki.workflow.table import TransitionError

RESPOND_LABELS = {
    Direction.NEED: "力になれます（手を挙げる）",
    Direction.OFFER: "お願いしたい（手を挙げる）",
}
SIMILAR = 3
INTRODUCTIONS = 10
#: From so long before its end on, a post's owner is offered to keep it up longer.
RENEW_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Action:
    """A button of a post's owner.

    ``asks`` is what a page says that asks once more before something ends; empty for what can be undone.
    """

    verb: Callable[..., Post | None]
    label: str
    icon: str
    done: str
    asks: str = ""
    asks_unpublished: str = ""


ACTIONS: dict[str, Action] = {
    "submit": Action(submit_post, "提出する", "send", ""),
    "renew": Action(
        renew_post,
        "掲載をのばす",
        "refresh",
        "掲載の期限をのばしました。",
    ),
    "resume": Action(resume_post, "再開する", "player-play", "掲載を再開しました。一覧にまた出ています。"),
    "pause": Action(
        pause_post,
        "一時停止する",
        "player-pause",
        "掲載を一時停止しました。再開するまで、一覧には出ません。",
    ),
    "fulfil": Action(
        fulfil_post,
        "そろったので締め切る",
        "circle-check",
        "「そろいました」として受付を終えました。ありがとうございました。",
        "受付を終えて、「そろいました」と表示します。掲載は残りますが、新しく手を挙げることはできなくなります。"
        "やりとりが始まっているおつなぎは、そのまま続きます。お返事待ちの団体には、ほかの相手に決まったことをお伝えします。",
    ),
    "close": Action(
        close_post,
        "取り下げる",
        "archive",
        "掲載を取り下げました。",
        "一覧から消え、新しく手を挙げることはできなくなります。やりとりが始まっているおつなぎは、そのまま続きます。"
        "お返事待ちの団体には、取りやめになったことをお伝えします。取り下げたものは、もとに戻せません。しばらく止めるだけなら「一時停止」をお使いください。",
        "まだ載っていない、この内容を取りやめます。取り下げたものは、もとに戻せません。",
    ),
    "discard": Action(
        discard_draft,
        "下書きを消す",
        "trash",
        "下書きを消しました。",
        "書きかけの内容が、写真もふくめてなくなります。消したものは、もとに戻せません。",
    ),
}


OWNER_SENTENCES = {
    PostState.DRAFT: "まだ、だれにも見えていません。続きを書いて提出すると、事務局が確認します。",
    PostState.SUBMITTED: "事務局が内容を確認しています。掲載されると、お知らせします。",
    PostState.RETURNED: "メッセージを読んで、直してからもう一度提出してください。",
    PostState.PUBLISHED: "一覧に出ています。手が挙がると、お知らせします。",
    PostState.PAUSED: "一覧には出ていません。このページを見られるのは、団体の方だけです。",
    PostState.FULFILLED: "受付を終えました。「そろいました」と表示されています。",
    PostState.CLOSED: "一覧には出ていません。",
    PostState.EXPIRED: "一覧から消えました。続けるときは、もう一度載せてください。",
    PostState.TAKEN_DOWN: "一覧には出ていません。ご不明な点は、事務局にお問い合わせください。",
}


@login_not_required
@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """One need or offer: the facts first, then the words, then what the visitor can do about it."""
    readable = Post.objects.readable_by(request.user).select_related("organisation__municipality", "photo")
    shown = get_object_or_404(readable.with_groups(), pk=pk)
    place = place_of(request.user)
    helpers = [each.pk for each in place.organisations if each.pk != shown.organisation_id]
    chip_text, chip_tone = state_chip(shown)
    who = Names(request.user, [shown]).of(shown)
    context: dict[str, Any] = {
        "post": shown,
        "chip_text": chip_text,
        "chip_tone": chip_tone,
        "facts": fact_rows(shown),
        "themes": theme_labels(shown),
        "place": place,
        "is_own": _belongs(request.user, shown),
        "raised": open_response(shown, helpers),
        "raises_for_groups": any(each.is_desk for each in place.organisations),
        "other": Direction(shown.direction).opposite,
        "respond_label": RESPOND_LABELS[Direction(shown.direction)],
        "who": who,
        "who_detail": _who_detail(shown.organisation, named=who != UNNAMED),
        "about_words": "この窓口について" if shown.on_behalf_of else "この団体について",
        "organisation_url": _organisation_url(request.user, shown.organisation),
        "share_picture": _share_picture(request, shown),
        "page_url": request.build_absolute_uri(shown.get_absolute_url()),
        "giving": giving_context(request, shown),
    }
    context |= aside_of(
        shown, request.user, is_own=context["is_own"], otherwise=lambda: similar_to(shown, request.user)
    )
    if context["is_own"]:
        context |= _owners_part(request.user, shown, place)
    return render(request, "matching/post.html", context)


def _who_detail(organisation: Organisation, *, named: bool) -> str:
    if not named:
        # Its own words for its kind, and where it sits, would say who it is.
        return str(organisation.get_kind_display())
    place = organisation.municipality.name if organisation.municipality else ""
    return "・".join(filter(None, (organisation.kind_label, place)))


def _organisation_url(user: Visitor, organisation: Organisation) -> str:
    """Its page, for those who may open it."""
    seen = Organisation.objects.visible_to(user).filter(pk=organisation.pk).exists()
    return organisation.get_absolute_url() if seen else ""


def theme_labels(shown: Post) -> list[str]:
    """The themes in words, those no longer offered too."""
    if not shown.themes:
        return []
    words = labels("theme")
    return [words[code] for code in shown.themes if code in words]


def _belongs(user: Visitor, shown: Post) -> bool:
    return user.is_authenticated and Post.objects.owned_by(user).filter(pk=shown.pk).exists()


def _share_picture(request: HttpRequest, shown: Post) -> str:
    """The address of the photo for link previews, which are fetched without logging in."""
    if shown.photo is None or shown.visibility != Visibility.PUBLIC:
        return ""
    return request.build_absolute_uri(shown.photo.large_url)


def similar_to(shown: Post, user: Visitor) -> list[Card]:
    """Open posts of the other direction and the same kind, those in or near its municipalities first."""
    base = (
        Post.objects.visible_to(user)
        .on_board()
        .filter(direction=Direction(shown.direction).opposite, resource=shown.resource)
        .exclude(organisation=shown.organisation_id)
        .for_cards()
        .order_by("-published_at", "-pk")
    )
    near: list[Post] = []
    if shown.areas:
        codes = around(shown.areas) | neighbours_of(shown.areas)
        near = list(base.filter(area_question(codes))[:SIMILAR])
    if len(near) < SIMILAR:
        near += list(base.exclude(pk__in=[each.pk for each in near])[: SIMILAR - len(near)])
    return cards_for(near, viewer=user)


def _owners_part(user: Visitor, shown: Post, place: Place) -> dict[str, Any]:
    """What only the post's own organisation sees: buttons, a change that waits, its introductions."""
    may_act = place.may_act_for(shown.organisation_id)
    return {
        "may_act": may_act,
        "edit_label": "続きを書く" if shown.state == PostState.DRAFT else "直す",
        "sentence": OWNER_SENTENCES[PostState(shown.state)],
        "actions": owner_actions(shown) if may_act else [],
        "contact": shown.contact,
        "may_entrust": may_act and POSTS.allows(shown, "entrust"),
        "may_edit": may_act and (POSTS.allows(shown, "save") or POSTS.allows(shown, "revise")),
        "revision": PostRevision.objects.filter(post=shown).select_related("author").first(),
        "introductions": _introductions(user, shown),
    }


def _introductions(user: Visitor, shown: Post) -> list[dict[str, Any]]:
    """The newest introductions of the post, by whom they are with."""
    found = (
        Introduction.objects.visible_to(user)
        .filter(pk__in=Participant.objects.filter(post=shown).values("introduction"))
        .with_participants()
        .order_by("-created_at", "-pk")[:INTRODUCTIONS]
    )
    return [
        {
            "url": each.get_absolute_url(),
            "who": "・".join(side.label for side in each.participants.all() if side.post_id != shown.pk),
            "state": each.get_state_display(),
            "when": each.created_at,
            "my_turn": progress_of(each, user).my_turn,
        }
        for each in found
    ]


def owner_actions(shown: Post) -> list[tuple[str, Action]]:
    """The buttons that the post's state allows, by name; a draft is handed in from the look at it."""
    return [
        (name, action)
        for name, action in ACTIONS.items()
        if name != "submit" and POSTS.allows(shown, name) and not _of_no_use(shown, name)
    ]


def _of_no_use(shown: Post, name: str) -> bool:
    """What a suspension stopped comes back with the organisation; what has time enough needs no more of it."""
    if name == "resume":
        return shown.paused_by == PausedBy.SUSPENSION
    if name == "close":
        # Of what nobody has read nothing is taken back: it is thrown away.
        return shown.state == PostState.DRAFT
    return name == "renew" and shown.state == PostState.PUBLISHED and not ends_soon(shown)


def ends_soon(shown: Post) -> bool:
    """Whether its owner should think of keeping it up longer."""
    return shown.expires_at is not None and shown.expires_at - timezone.now() < RENEW_WITHIN


def _own_or_404(request: HttpRequest, pk: int) -> Post:
    return get_object_or_404(Post.objects.owned_by(request.user).select_related("organisation"), pk=pk)


@require_safe
def post_confirm(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Asks once more before a post ends; the page has one button."""
    asked = ACTIONS.get(action)
    if asked is None or not asked.asks:
        raise Http404
    shown = _own_or_404(request, pk)
    if not place_of(request.user).may_act_for(shown.organisation_id):
        raise PermissionDenied
    if not POSTS.allows(shown, action):
        messages.info(request, f"いまは「{shown.get_state_display()}」です。")
        return redirect(shown)
    unpublished = shown.published_at is None
    return render(
        request,
        "matching/post_confirm.html",
        {
            "post": shown,
            "action": asked,
            "name": action,
            "asks": asked.asks_unpublished if unpublished and asked.asks_unpublished else asked.asks,
        },
    )


@require_POST
def post_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One of the owner's buttons."""
    asked = ACTIONS.get(action)
    if asked is None:
        raise Http404
    shown = _own_or_404(request, pk)
    said = {"may_be_public": MAY_BE_PUBLIC in request.POST} if action == "submit" else {}
    try:
        asked.verb(shown.pk, actor=person_of(request), **said)
    except TransitionError as error:
        messages.error(request, error.message)
        if error.code == "personal_data":
            return redirect("matching:post_preview", shown.pk)
    except ValidationError as error:
        # A draft that was begun without its words: the form names what is missing.
        messages.error(request, "まだ入力していないところがあります。" + " ".join(error.messages))
        return redirect("matching:post_edit", shown.pk)
    else:
        if action == "submit":
            return redirect("matching:post_submitted", shown.pk)
        messages.success(request, asked.done)
        if action == "discard":
            return redirect("matching:my_posts")
    return redirect("matching:my_posts" if request.POST.get("back") == "my_posts" else shown)
