"""The posts of the organisations a person belongs to, each with the one thing to do next."""

from dataclasses import dataclass, replace

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from matching.cards import Card, cards_for
from matching.enums import Answer, IntroductionState, PausedBy, PostState
from matching.models import Participant, Post
from matching.standing import Place, place_of
from matching.views.posts import ends_soon
from members.acting import preselected
from members.models import Organisation
from tomoiki.web.pagination import keyset_page

PAGE_SIZE = 20
#: Both said yes, and it is not over.
_GOING_ON = (IntroductionState.AGREED, IntroductionState.UNDER_WAY)
TABS: tuple[tuple[str, str, tuple[PostState, ...]], ...] = (
    ("shown", "掲載中", (PostState.PUBLISHED, PostState.PAUSED)),
    ("drafts", "下書き・直し", (PostState.DRAFT, PostState.RETURNED)),
    ("waiting", "確認待ち", (PostState.SUBMITTED,)),
    ("over", "終わったもの", (PostState.FULFILLED, PostState.EXPIRED, PostState.CLOSED, PostState.TAKEN_DOWN)),
)


@dataclass(frozen=True)
class Step:
    """What to do next about a post: a sentence, and a link or (``sends``) a button that sends."""

    text: str
    label: str
    url: str
    sends: bool = False
    urgent: bool = False


@dataclass(frozen=True)
class Row:
    """A card of one's own, with its next step."""

    post: Post
    card: Card
    step: Step


@require_safe
def my_posts(request: HttpRequest) -> HttpResponse:
    """One organisation's posts by state, newest first."""
    organisations = list(Organisation.objects.of(request.user).order_by("name", "pk"))
    place = place_of(request.user)
    if not organisations:
        return render(request, "matching/my_posts.html", {"organisation": None, "place": place})
    wanted = request.GET.get("organisation", "")
    chosen = preselected(request)
    first = chosen if chosen in organisations else organisations[0]
    organisation = next((each for each in organisations if str(each.pk) == wanted), first)
    own = Post.objects.owned_by(request.user).filter(organisation=organisation)
    counts = dict(own.order_by().values_list("state").annotate(number=Count("pk")))
    totals = {code: sum(counts.get(state, 0) for state in states) for code, _, states in TABS}
    tab = request.GET.get("tab", "")
    if tab not in totals:
        # Where something is; what was just saved as a draft must not seem lost.
        tab = next((code for code in totals if totals[code]), TABS[0][0])
    states = next(states for code, _, states in TABS if code == tab)
    page = keyset_page(
        own.filter(state__in=states).for_cards().select_related("contact"),
        request.GET.get("cursor", ""),
        field="created_at",
        size=PAGE_SIZE,
    )
    several = f"organisation={organisation.pk}&" if len(organisations) > 1 else ""
    return render(
        request,
        "matching/my_posts.html",
        {
            "organisation": organisation,
            "organisations": organisations,
            "place": place,
            "may_act": place.may_act_for(organisation.pk),
            "tabs": [
                {"url": f"?{several}tab={code}", "label": label, "current": code == tab, "count": totals[code]}
                for code, label, _ in TABS
            ],
            "tab": tab,
            "page": page,
            "rows": _rows(page.items, place),
        },
    )


def _rows(posts: list[Post], place: Place) -> list[Row]:
    unanswered = dict(
        Participant.objects.filter(
            post__in=posts, answer=Answer.WAITING, introduction__state=IntroductionState.ASKED
        ).values_list("post", "introduction")
    )
    going_on = dict(
        Participant.objects.filter(post__in=posts, left_at=None, introduction__state__in=_GOING_ON)
        # The newest comes last, and stays.
        .order_by("introduction")
        .values_list("post", "introduction")
    )
    return [
        # Whose they are stands above the list, but for those of groups that a desk speaks for.
        Row(
            post,
            card if post.on_behalf_of_id else replace(card, who=""),
            next_step(
                post,
                unanswered.get(post.pk),
                going_on.get(post.pk),
                may_act=place.may_act_for(post.organisation_id),
            ),
        )
        for post, card in zip(posts, cards_for(posts, with_state=True), strict=True)
    ]


def next_step(post: Post, unanswered: int | None, going_on: int | None, *, may_act: bool) -> Step:
    """The one thing to do next; looking, where there is nothing to do.

    ``unanswered`` and ``going_on`` are introductions: one that waits for an answer, one that was agreed on.
    """
    look = Step(_LOOKS.get(PostState(post.state), ""), "見る", post.get_absolute_url())
    if going_on is not None and post.state == PostState.PUBLISHED:
        url = reverse("matching:introduction", args=[going_on])
        look = Step("おつなぎが進んでいます。", "おつなぎを見る", url)
    if not may_act:
        return look
    if unanswered is not None:
        return Step(
            "お返事を待っている団体があります。",
            "お返事をする",
            reverse("matching:introduction", args=[unanswered]),
            urgent=True,
        )

    def sending(action: str, text: str, label: str, *, urgent: bool = False) -> Step:
        return Step(text, label, reverse("matching:post_action", args=[post.pk, action]), sends=True, urgent=urgent)

    edit = reverse("matching:post_edit", args=[post.pk])
    match PostState(post.state):
        case PostState.DRAFT:
            return Step("まだ、だれにも見えていません。", "続きを書く", edit)
        case PostState.RETURNED:
            return Step("事務局から、直しのお願いが届いています。", "直して出しなおす", edit, urgent=True)
        case PostState.PAUSED if post.paused_by == PausedBy.OWNER:
            return sending("resume", "一時停止しています。一覧には出ていません。", "再開する")
        case PostState.EXPIRED:
            return sending("renew", "期限が過ぎて、一覧から消えました。", "もう一度載せる")
        case PostState.PUBLISHED if ends_soon(post):
            return sending("renew", "もうすぐ掲載の期限です。", "掲載をのばす", urgent=True)
    return look


_LOOKS = {
    PostState.SUBMITTED: "事務局が内容を確認しています。",
    PostState.PUBLISHED: "手が挙がるのを待っています。",
    PostState.PAUSED: "団体の登録が止まっているため、出ていません。",
    PostState.FULFILLED: "受付を終えて、「そろいました」と出ています。",
    PostState.CLOSED: "取り下げたため、一覧には出ていません。",
    PostState.TAKEN_DOWN: "事務局が掲載を取りやめました。理由をご確認ください。",
}
