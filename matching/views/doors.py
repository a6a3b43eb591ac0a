"""Doors for universities, banks and media: one short form each."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from matching import transitions
from matching.cards import card_of
from matching.doors import DOORS, INFORMATION, STORY_DOORS, Door
from matching.enums import Visibility
from matching.enums.doors import ApproachKind, Purpose
from matching.forms.doors import DoorForm, InterviewForm, PassOnForm
from matching.models import Approach, Post
from matching.transitions.doors import BankClient
from matching.views.person import person_of
from matching.views.refusals import tell
from members.enums import OrganisationKind
from members.models import Organisation
from tomoiki.stories.models import Story
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow.table import TransitionError

PAGE_SIZE = 20


#: What a door asks besides; the others ask for words alone.
FORMS: Mapping[tuple[bool, str], type[DoorForm]] = {
    (False, "pass-on"): PassOnForm,
    (True, "interview"): InterviewForm,
    (True, "pass-on"): PassOnForm,
}


def _organisations(request: HttpRequest, door: Door) -> list[Organisation]:
    """Those in whose name the person may come by this door; 404 for whoever has none."""
    own = list(Organisation.objects.able_to_act(request.user).filter(kind=door.kind).order_by("name", "pk"))
    if not own:
        raise Http404
    return own


def _form(request: HttpRequest, door: Door, kind: type[DoorForm] = DoorForm, **more: Any) -> DoorForm:
    return kind(
        request.POST if request.method == "POST" else None,
        organisations=_organisations(request, door),
        help_text=door.help_text,
        **more,
    )


def _key(request: HttpRequest, form: DoorForm) -> str | None:
    key = form.cleaned_data["key"]
    return f"{person_of(request).pk}:{key}"[:64] if key else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def need_door(request: HttpRequest, pk: int, door: str) -> HttpResponse:
    """By ``door`` to a need: ends as an introduction, or at a client's."""
    chosen = DOORS.get(door)
    if chosen is None:
        raise Http404
    post = get_object_or_404(Post.objects.visible_to(request.user).on_board().for_cards(), pk=pk)
    kind = FORMS.get((False, door), DoorForm)
    more = {"members_only": post.visibility != Visibility.PUBLIC} if kind is PassOnForm else {}
    form = _form(request, chosen, kind, **more)
    if request.method == "POST" and form.is_valid():
        try:
            return _through(request, door, post, form)
        except (TransitionError, ValidationError) as error:
            tell(form, error)
    context = {
        "form": form,
        "door": chosen,
        "back": post.get_absolute_url(),
        "card": card_of(post, viewer=request.user),
        "story": None,
    }
    return render(request, "matching/doors/form.html", context)


def _through(request: HttpRequest, door: str, post: Post, form: DoorForm) -> HttpResponse:
    given: dict[str, Any] = form.cleaned_data
    user = person_of(request)
    if door == "pass-on":
        made = transitions.pass_need_on(
            post.pk,
            on_behalf=given["on_behalf"],
            client=_client(given),
            message=given["message"],
            actor=user,
            idempotency_key=_key(request, form),
        )
        return _passed(request, made, post.get_absolute_url())
    purpose = Purpose.RESEARCH if door == "research" else Purpose.INTERVIEW
    introduction = transitions.come_to_need(
        post.pk, purpose=purpose, on_behalf=given["on_behalf"], message=given["message"], actor=user
    )
    messages.success(request, f"{post.organisation}へお伝えしました。お返事が届くと、お知らせします。")
    return redirect(introduction)


def _client(given: Mapping[str, Any]) -> BankClient:
    return BankClient(given["client"], given["client_name"], given["agreed_by"], given["agreed_on"])


def _passed(request: HttpRequest, made: Approach, back: str) -> HttpResponse:
    if made.referral is not None:
        messages.success(request, "紹介のリンクを作りました。取引先の方にお渡しください。")
        return redirect("members:referral_detail", pk=made.organisation_id, referral=made.referral.pk)
    messages.success(request, f"{made.client}の担当者にお知らせしました。")
    return redirect(back)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def story_door(request: HttpRequest, pk: int, door: str) -> HttpResponse:
    """By ``door`` to a story: the office sees to it."""
    chosen = STORY_DOORS.get(door)
    if chosen is None:
        raise Http404
    story = get_object_or_404(Story.objects.public(), pk=pk)
    form = _form(request, chosen, FORMS.get((True, door), DoorForm))
    if request.method == "POST" and form.is_valid():
        try:
            return _to_story(request, door, story, form)
        except (TransitionError, ValidationError) as error:
            tell(form, error)
    context = {"form": form, "door": chosen, "back": story.get_absolute_url(), "card": None, "story": story}
    return render(request, "matching/doors/form.html", context)


def _to_story(request: HttpRequest, door: str, story: Story, form: DoorForm) -> HttpResponse:
    given: dict[str, Any] = form.cleaned_data
    common: dict[str, Any] = {
        "on_behalf": given["on_behalf"],
        "message": given["message"],
        "actor": person_of(request),
        "idempotency_key": _key(request, form),
    }
    if door == "pass-on":
        made = transitions.pass_story_on(story.pk, client=_client(given), **common)
        return _passed(request, made, story.get_absolute_url())
    transitions.come_to_story(story.pk, kind=ApproachKind(door), deadline=given.get("deadline", ""), **common)
    messages.success(request, "事務局が受け付けました。事例の団体にもお知らせしています。")
    return redirect("matching:approaches")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def inform(request: HttpRequest) -> HttpResponse:
    """Media send the consortium information."""
    form = _form(request, INFORMATION)
    if request.method == "POST" and form.is_valid():
        try:
            transitions.inform_consortium(
                on_behalf=form.cleaned_data["on_behalf"],
                message=form.cleaned_data["message"],
                actor=person_of(request),
                idempotency_key=_key(request, form),
            )
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, "事務局が受け付けました。お知らせに生かすかどうか、お返事します。")
            return redirect("matching:approaches")
    context = {"form": form, "door": INFORMATION, "back": reverse("matching:approaches"), "card": None, "story": None}
    return render(request, "matching/doors/form.html", context)


@never_cache
@require_safe
def approaches(request: HttpRequest) -> HttpResponse:
    """What one's organisations brought, and what the office answered."""
    own = Approach.objects.filter(organisation__in=Organisation.objects.of(request.user))
    page = keyset_page(
        own.select_related("organisation", "post", "story", "client", "referral"),
        request.GET.get("cursor", ""),
        field="created_at",
        size=PAGE_SIZE,
    )
    media = Organisation.objects.able_to_act(request.user).filter(kind=OrganisationKind.MEDIA)
    return render(request, "matching/doors/approaches.html", {"page": page, "may_inform": media.exists()})
