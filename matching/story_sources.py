"""How a story is begun from an introduction: with the words of all sides, which their writers then agree to."""

from collections.abc import Mapping
from typing import Any

from matching.models import Introduction, Outcome, Participant, WelcomeConfirmation
from matching.models.post import Post
from members.models import Organisation
from tomoiki.stories.models import SECTIONS
from tomoiki.stories.sources import StorySource, story_sources

_MOST = 2000
_ROLES = {"need": "困りごとの相談", "offer": ""}


def find(user: Any, pk: int) -> Introduction | None:
    """An introduction of which something was told, for those who act for a side of it and for staff."""
    introduction = Introduction.objects.visible_to(user).with_participants().filter(pk=pk).first()
    if introduction is None:
        return None
    acts = set(Organisation.objects.able_to_act(user).values_list("pk", flat=True))
    if not user.is_staff and not any(side.speaks.pk in acts for side in introduction.together()):
        return None
    told = Outcome.objects.filter(introduction=introduction).exists()
    return introduction if told or WelcomeConfirmation.objects.filter(introduction=introduction).exists() else None


def draft(introduction: Introduction, user: Any) -> Mapping[str, Any]:
    """The need is the challenge, the offer what was done, the reports what happened; thanks are quotes if they may."""
    sides = introduction.together()
    posts = {introduction.post_id: introduction.post} | {side.post_id: side.post for side in sides if side.post}
    needs = [post for post in posts.values() if post.direction == "need"]
    offers = [post for post in posts.values() if post.direction == "offer"]
    outcomes = [side.outcome for side in sides if side.has_reported and side.outcome.story]
    confirmations = (
        WelcomeConfirmation.objects.filter(introduction=introduction, may_be_used=True)
        .select_related("participant__organisation__municipality")
        .order_by("confirmed_at", "pk")
    )
    texts = {
        "challenge": _joined(post.body for post in needs),
        "done": _joined(f"{_who(sides, post)}：{post.body}" for post in offers),
        "happened": _joined(outcome.story for outcome in outcomes),
        "future": "",
    }
    return {
        "title": str(introduction.post)[:80],
        "lead": "",
        **{name: texts[name][:_MOST] for name in SECTIONS},
        "themes": sorted({theme for post in posts.values() for theme in post.themes}),
        "areas": sorted({area for post in posts.values() for area in post.areas})[:10],
        "partners": _partners(sides),
        "quotes": [
            {"text": each.words, "source": each.source, "organisation": each.participant.speaks}
            for each in confirmations
        ],
        "photos": [
            {"file": post.photo, "alt": post.photo_alt, "caption": ""} for post in posts.values() if post.photo_id
        ][:1]
        if user.is_staff or _is_own(sides, posts, user)
        else [],
    }


def _is_own(sides: list[Participant], posts: Mapping[int | None, Post], user: Any) -> bool:
    """Whether the pictures are the writer's own; those of others are for them to give."""
    acts = set(Organisation.objects.able_to_act(user).values_list("pk", flat=True))
    return all(post.organisation_id in acts for post in posts.values() if post.photo_id)


def _partners(sides: list[Participant]) -> list[dict[str, Any]]:
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for side in sides:
        named = side.group.name if side.group else ""
        role = _ROLES[side.side] or (side.post.get_resource_display() if side.post else "")
        found.setdefault((side.speaks.pk, named), {"organisation": side.speaks, "named_as": named, "role": role})
    return list(found.values())


def _who(sides: list[Participant], post: Post) -> str:
    return next((side.own_name for side in sides if side.post_id == post.pk), post.organisation.name)


def _joined(texts: Any) -> str:
    return "\n\n".join(text.strip() for text in texts if text.strip())


story_sources.register(StorySource("introduction", find=find, draft=draft, title=str))
