"""Questions that several transitions ask of what they were given."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone

from matching.enums import Answer, Direction, PostState
from matching.enums.doors import Purpose
from matching.models import Introduction, Participant, Post
from matching.pointing_out import pointed_out_in
from members.enums import OrganisationState
from members.models import Organisation, RelayedGroup, User
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.vocabulary.lists import choices
from tomoiki.web.pointing_out import kinds_of, words_for
from tomoiki.web.working_days import add_working_days
from tomoiki.workflow import TransitionError

#: Working days to answer in.
ANSWER_WITHIN = 10
MAX_MESSAGE = 1000
MAX_NOTE = 300
#: Of a report, of a post and of what staff write about one.
MAX_STORY = MAX_BODY = 2000
#: Without these nobody could answer; a draft may lack them.
NEEDED = {"resource": "種類を選んでください。", "title": "見出しを書いてください。"}


def answer_due() -> date:
    """The last day to answer for those who are asked today."""
    return add_working_days(timezone.localdate(), ANSWER_WITHIN)


def reason_in(vocabulary: str, code: str) -> str:
    """The label of a reason that may be chosen now; ``ValidationError`` beside the field otherwise."""
    label = dict(choices(vocabulary)).get(code)
    if label is None:
        raise ValidationError({"reason": "理由を選んでください。"})
    return label


def side_in(introduction: Introduction, participant: int) -> Participant:
    for side in introduction.participants.all():
        if side.pk == participant:
            return side
    raise PermissionDenied("takes no part")


def limited(field: str, text: str, length: int) -> str:
    text = text.strip()
    if len(text) > length:
        raise ValidationError({field: f"{length:,}文字までで書いてください。"})
    return text


def require_open(post: Post) -> None:
    if post.state != PostState.PUBLISHED or post.organisation.state != OrganisationState.APPROVED:
        raise TransitionError("post_not_open", f"「{post}」は今、受け付けていません。")


def require_room(post: Post, quantity: int | None) -> None:
    if quantity is None:
        return
    if quantity < 1:
        raise ValidationError({"quantity": "1以上の数を書いてください。"})
    left = post.quantity_left
    if left is not None and quantity > left:
        raise ValidationError({"quantity": f"今は、あと{left:,}{post.get_unit_display()}までです。"})


def require_active(organisation: Organisation) -> None:
    if organisation.state != OrganisationState.APPROVED:
        raise TransitionError(
            "organisation_not_active", f"{organisation}は今、登録済みの状態ではないため、手を挙げられません。"
        )


def check_brought(brought: Post, answered: Post, on_behalf: Organisation, group: RelayedGroup | None) -> None:
    if brought.organisation_id != on_behalf.pk:
        raise PermissionDenied("somebody else's post")
    if brought.on_behalf_of_id != (group.pk if group else None):
        raise ValidationError({"post": "手を挙げる団体の掲載を選んでください。"})
    if brought.direction == answered.direction:
        raise ValidationError({"post": f"{Direction(answered.direction).opposite.label}の掲載を選んでください。"})
    require_open(brought)


def require_no_open_pair(
    post: Post,
    organisation: int,
    other: Post | None,
    group: RelayedGroup | None,
    *,
    purpose: Purpose = Purpose.HELP,
    but: Introduction | None = None,
) -> None:
    """Under the posts' locks: the same two are not asked twice for one purpose, whether or not a post was brought.

    ``but`` is the introduction they are in already.
    """
    going_on = Introduction.objects.open().filter(purpose=purpose)
    if but is not None:
        going_on = going_on.exclude(pk=but.pk)
    pairs = going_on.filter(participants__post=post).values("pk")
    if other is None:
        same = Participant.objects.filter(introduction__in=pairs, organisation=organisation, group=group)
    else:
        same = Participant.objects.filter(
            Q(post=other) | Q(post__isnull=True, organisation=organisation, group=group), introduction__in=pairs
        )
        # The other side may have raised its hand for what is offered here.
        hands = going_on.filter(participants__post=other).values("pk")
        same |= Participant.objects.filter(
            introduction__in=hands, post__isnull=True, organisation=post.organisation_id, group=post.on_behalf_of_id
        )
    # Whoever was asked along there and does not take part is free to.
    out = Q(invited_by__isnull=False) & (Q(answer=Answer.NO) | Q(left_at__isnull=False))
    if same.exclude(out).exists():
        raise TransitionError(
            "pair_open",
            "この組み合わせは、すでにおつなぎの途中です。「おつなぎ」の画面で、今のようすをご確認ください。",
        )


def person(actor: Actor) -> User:
    """``actor``, who must be a person here: what is written bears somebody's name."""
    if isinstance(actor, SystemActor):
        raise PermissionDenied("a person does this")
    return actor


def require_complete(post: Post) -> None:
    """Raise ``ValidationError`` for what a post needs before others read it."""
    missing = {name: message for name, message in NEEDED.items() if not getattr(post, name)}
    if missing:
        raise ValidationError(missing)


def required_message(message: str) -> str:
    """What staff tell the owner, which must not be empty."""
    text = limited("message", message, MAX_BODY)
    if not text:
        raise ValidationError({"message": "団体へのメッセージを書いてください。"})
    return text


def require_looked_through(post: Post, *, may_be_public: bool, names: Iterable[str] | None = None) -> list[str]:
    """The kinds of personal data in the words of ``post``, which its writer said may be public.

    Raises ``TransitionError('personal_data')`` where nobody said so. Only ``names`` (columns) are looked through,
    if any are given.
    """
    kinds = kinds_of(pointed_out_in(post, names))
    if kinds and not may_be_public:
        raise TransitionError(
            "personal_data",
            f"だれでも読めるところに、{words_for(kinds)}のように見えるものがあります。直すか、「このまま出す」を選んでください。",
        )
    return kinds


def confirmed_codes(kinds: list[str]) -> dict[str, str | int | bool | None]:
    """For the trail: that its writer said what was pointed out may be public, and of what kinds it is."""
    return {"confirmed_public": ",".join(kinds)} if kinds else {}


def require_standing(post: Post) -> None:
    if post.organisation.state != OrganisationState.APPROVED:
        raise TransitionError(
            "organisation_not_active", f"{post.organisation}は今、登録済みの状態ではないため、掲載できません。"
        )


def require_dates_ahead(post: Post) -> None:
    if post.available_until is not None and post.available_until < timezone.localdate():
        raise TransitionError("dates_past", "「いつまで」の日が過ぎています。日付を直してください。")
