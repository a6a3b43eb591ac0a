"""Posts that are partly settled, rest out of season, are full, end soon or name somebody; favourites and reports."""

from datetime import date, timedelta

from django.utils import timezone

from matching import transitions
from matching.enums import Direction, Resource, Unit
from matching.models import Post
from tests.browser.picks.people import demo, organisation_of
from tests.browser.picks.posts import published, written
from tomoiki.conversations.access import can_read
from tomoiki.conversations.models import ConversationMessage, Report
from tomoiki.conversations.transitions import report


def ids() -> dict[str, str | int]:
    """``giving_part`` of the company, seen by the NPO; the rest belongs to the NPO itself."""
    part = _partly_settled()
    ending = published("npo", "夕方の見守りを、いっしょにしてくれる方", Resource.HANDS)
    # The board's order goes by the day it was published; its end is all that matters here.
    Post.objects.filter(pk=ending.pk).update(expires_at=timezone.now() + timedelta(days=9))
    pointed_out = written(
        "npo",
        "子ども食堂の手伝いをさがしています",
        Resource.HANDS,
        body="毎週水曜に開いています。\nくわしくは担当の見本花子（090-0000-0000）までお電話ください。",
    )
    over = published(
        "kigyo", "月末に、あまった文房具をおわたしします", Resource.GOODS, Direction.OFFER, unit=Unit.PIECES
    )
    for kept in (part, over):
        transitions.keep_favourite(kept.pk, actor=demo("npo"))
    transitions.close_post(over.pk, actor=demo("kigyo"))
    return {
        "giving_part": part.pk,
        "giving_ending": ending.pk,
        "giving_pointed_out": pointed_out.pk,
        "reported": _reported(part).pk,
        "message_of_partner": _message().pk,
    }


def _partly_settled() -> Post:
    month = timezone.localdate().month
    post = published(
        "kigyo",
        "週末のおべんとう50食を、必要な方へ",
        Resource.FOOD,
        Direction.OFFER,
        quantity=50,
        unit=Unit.MEALS,
        quota=1,
        season=[month % 12 + 1, (month + 1) % 12 + 1],
        available_from=timezone.localdate(),
        available_until=date(timezone.localdate().year + 1, 12, 31),
    )
    introduction = transitions.respond_to_post(
        post.pk,
        on_behalf=organisation_of("npo"),
        message="水曜の食卓で使わせてください。",
        quantity=30,
        actor=demo("npo"),
    )
    side = introduction.participants.get(post=post)
    transitions.answer_introduction(introduction.pk, participant=side.pk, answer="yes", actor=demo("kigyo"))
    post.refresh_from_db()
    return post


def _reported(post: Post) -> Report:
    voice = report(
        "post",
        post.pk,
        reason="false",
        words="先月で終わったと聞きました。",
        key="0" * 64,
        actor=demo("shakyo"),
    )
    return voice.report


def _message() -> ConversationMessage:
    """What somebody else wrote where the NPO takes part."""
    author = demo("npo")
    written_by_others = ConversationMessage.objects.shown().filter(author__isnull=False).exclude(author=author)
    for message in written_by_others.exclude(side="").order_by("-pk").select_related("conversation")[:200]:
        if can_read(author, message.conversation):
            return message
    raise LookupError("nobody wrote to the NPO")
