"""Writing a need or an offer: the form, the look at it before it goes to staff, and what happens then."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from matching import transitions
from matching.cards import card_of, fact_rows
from matching.enums import Direction, PostState, Resource
from matching.forms.posts import PostForm, RevisionForm
from matching.models import Post, PostRevision
from matching.pointing_out import pointed_out_in
from matching.resources import kind_of
from matching.resources.kind import Fact
from matching.standing import Place, place_of
from matching.views.person import person_of
from matching.views.posts import theme_labels
from matching.views.refusals import tell
from matching.workflow import POSTS
from members.acting import preselected
from members.models import Organisation, RelayedGroup
from tomoiki.web.pointing_out import mark_of
from tomoiki.workflow.table import TransitionError

#: What the form asks for before a post is handed in; a draft may lack it.
NEEDED = (("resource", "種類"), ("title", "見出し"), ("body", "くわしい内容"))


@require_http_methods(["GET", "HEAD", "POST"])
def post_new(request: HttpRequest, direction: str) -> HttpResponse:
    """An empty form for a need or an offer."""
    if direction not in Direction.values:
        raise Http404
    place = place_of(request.user)
    if not place.able:
        return render(request, "matching/post_not_yet.html", {"standing": place.standing, "direction": direction})
    form = _form(
        PostForm,
        request,
        direction=direction,
        organisations=place.organisations,
        initial=_first(request) | _for_group(request, place) | _resource(request),
    )
    if request.method == "POST" and form.is_valid():
        saved = _save_draft(request, form)
        if saved is not None:
            return _onward(request, saved)
    return _form_page(request, form, direction)


@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft goes on; for a published post the form makes a proposal, and what stands on the board stays."""
    post = get_object_or_404(
        Post.objects.owned_by(request.user).select_related("organisation", "photo", "on_behalf_of"), pk=pk
    )
    organisations = Organisation.objects.able_to_act(request.user).filter(pk=post.organisation_id)
    if not organisations:
        raise PermissionDenied
    if POSTS.allows(post, "revise"):
        return _revise(request, post)
    if not POSTS.allows(post, "save"):
        messages.info(request, f"いまは「{post.get_state_display()}」のため、直せません。")
        return redirect(post)
    form = _form(PostForm, request, direction=post.direction, organisations=list(organisations), post=post)
    if request.method == "POST" and form.is_valid() and _is_newest(form, post):
        saved = _save_draft(request, form)
        if saved is not None:
            return _onward(request, saved)
    return _form_page(request, form, post.direction)


def _for_group(request: HttpRequest, place: Place) -> dict[str, Any]:
    """The group whose list the writer comes from, chosen already, and where it is."""
    wanted = request.GET.get("group", "")
    desks = [each for each in place.organisations if each.is_desk]
    if not wanted.isdecimal() or not desks:
        return {}
    group = RelayedGroup.objects.of_desks(desks).select_related("municipality").filter(pk=wanted).first()
    if group is None:
        return {}
    return {"on_behalf_of": group, "on_behalf": group.desk_id, "areas": [group.municipality.code]}


def _revise(request: HttpRequest, post: Post) -> HttpResponse:
    form = _form(RevisionForm, request, direction=post.direction, organisations=[post.organisation], post=post)
    if request.method == "POST" and form.is_valid() and _is_newest(form, post):
        try:
            transitions.propose_revision(
                post.pk,
                changes=form.changes(),
                note=form.cleaned_data["note"],
                actor=person_of(request),
                may_be_public=form.is_confirmed,
            )
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(
                request,
                "修正案を送りました。事務局が確認してから入れ替わります。それまでは、いまの内容のまま載っています。",
            )
            return redirect(post)
    return _form_page(request, form, post.direction)


def _first(request: HttpRequest) -> dict[str, Any]:
    """Which of several organisations the form offers first; what is sent is what the form says."""
    chosen = preselected(request)
    return {"on_behalf": chosen.pk} if chosen is not None else {}


def _resource(request: HttpRequest) -> dict[str, Any]:
    """What somebody wants to write about, when the page that led here knows."""
    wanted = request.GET.get("resource", "")
    return {"resource": wanted} if wanted in Resource.values else {}


def _form(kind: type[PostForm], request: HttpRequest, **kwargs: Any) -> Any:
    if request.method == "POST":
        return kind(request.POST, request.FILES, uploader=request.user, draft="draft" in request.POST, **kwargs)
    return kind(uploader=request.user, **kwargs)


def _form_page(request: HttpRequest, form: PostForm, direction: str) -> HttpResponse:
    return render(
        request,
        "matching/post_form.html",
        {
            "form": form,
            "post": form.post,
            "direction": direction,
            "is_revision": isinstance(form, RevisionForm),
            "waiting_revision": form.post and PostRevision.objects.waiting().filter(post=form.post).first(),
        },
    )


def _is_newest(form: PostForm, post: Post) -> bool:
    """Two tabs: whoever saves second is told, keeps what was typed, and may write over the first."""
    if not form.is_outdated(post):
        return True
    form.add_error(
        None,
        "この掲載は、別の画面で先に保存されています。入力した内容は、下に残してあります。"
        "このままもう一度押すと、いま見えている内容で上書きします。",
    )
    form.follow(post)
    return False


def _save_draft(request: HttpRequest, form: PostForm) -> Post | None:
    try:
        return transitions.save_draft(
            form.post.pk if form.post else None,
            data={**form.post_data(), "direction": form.direction},
            on_behalf=form.cleaned_data["on_behalf"],
            actor=person_of(request),
            idempotency_key=form.cleaned_data["key"] or None,
            version=form.seen_version(),
        )
    except (TransitionError, ValidationError) as error:
        tell(form, error)
    return None


def _onward(request: HttpRequest, post: Post) -> HttpResponse:
    if "draft" in request.POST:
        messages.success(request, "下書きを保存しました。まだ、だれにも見えていません。続きはいつでも書けます。")
        return redirect("matching:my_posts")
    return redirect("matching:post_preview", post.pk)


def _own_or_404(request: HttpRequest, pk: int) -> Post:
    return get_object_or_404(Post.objects.owned_by(request.user).for_cards(), pk=pk)


def unanswered(post: Post) -> list[str]:
    """What its resource must say before it is handed in, in the words of the form."""
    kind = kind_of(post.resource)
    missing = kind.missing(post)
    return [each.asked_as(post.direction) for each in kind.asked(post.direction) if each.code in missing]


def _quota_row(post: Post) -> list[Fact]:
    """How many may talk at once: its writers check it here, others hear of it when it is full."""
    if post.quota is None:
        return []
    note = "この数の話が進んでいるあいだは、新しく手を挙げられません。"
    return [{"icon": "users", "label": "同時に受けられる数", "main": f"{post.quota:,}件", "detail": note}]


@require_safe
def post_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The card and the page as visitors will see them, and the button that hands them to staff."""
    post = _own_or_404(request, pk)
    if not POSTS.allows(post, "save"):
        return redirect(post)
    pointed_out = pointed_out_in(post)
    return render(
        request,
        "matching/post_preview.html",
        {
            "post": post,
            "card": card_of(post, viewer=request.user),
            "facts": [*fact_rows(post), *_quota_row(post)],
            # A room stands somewhere; 県内どこでも would be a slip.
            "place_missing": post.resource == Resource.PLACE and post.direction == Direction.OFFER and not post.areas,
            "themes": theme_labels(post),
            "pointed_out": pointed_out,
            "mark": mark_of(pointed_out),
            "missing": [label for name, label in NEEDED if not getattr(post, name)] + unanswered(post),
        },
    )


@require_safe
def post_submitted(request: HttpRequest, pk: int) -> HttpResponse:
    """Thanks, and what happens next."""
    post = _own_or_404(request, pk)
    if post.state != PostState.SUBMITTED:
        return redirect(post)
    return render(request, "matching/post_submitted.html", {"post": post})
