"""What matching tells on an organisation's timeline of colleagues who help, and of what came by the other doors."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from matching.enums.doors import ApproachState
from matching.models import Approach, ProBonoApplication, ProBonoCall
from tomoiki.web.timeline import TimelineEntry, TimelineSource, newest_of, timeline_sources


def calls_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """When an employer showed needs to its own people, and stopped."""
    rows = ProBonoCall.objects.filter(organisation=organisation)
    for call, name, moment in newest_of(rows, ("created_at", "closed_at"), until, limit):
        what = "の社内への呼びかけを始めました" if name == "created_at" else "の社内への呼びかけを締め切りました"
        key = f"pro_bono_call:{call.pk}:{name}"
        yield TimelineEntry(moment, key, "users-group", "state", f"「{call}」{what}", url=call.get_absolute_url())


def colleagues_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """That somebody was put forward, and thanked; the name stands on the page of the introduction alone."""
    either = Q(call__organisation=organisation) | Q(post__organisation=organisation)
    rows = ProBonoApplication.objects.filter(either, introduction__isnull=False)
    rows = rows.select_related("post", "introduction", "call__organisation")
    for each, name, moment in newest_of(rows, ("put_forward_at", "thanked_at"), until, limit):
        icon, what = (
            ("user-check", "の方が加わりました") if name == "put_forward_at" else ("heart", "の方へお礼が届きました")
        )
        yield TimelineEntry(
            moment,
            f"pro_bono:{each.pk}:{name}",
            icon,
            "offer",
            f"「{each.post}」に、{each.call.organisation}{what}",
            url=each.introduction.get_absolute_url(),
        )


def approaches_of(organisation: Any, until: datetime | None, limit: int) -> Iterator[TimelineEntry]:
    """What a university, a bank or the media brought, and that the office has seen to it."""
    rows = Approach.objects.filter(organisation=organisation).select_related("post", "story")
    for each, name, moment in newest_of(rows, ("created_at", "settled_at"), until, limit):
        about = each.post or each.story
        whole = f"「{about}」：{each.get_kind_display()}" if about else each.get_kind_display()
        if name == "created_at":
            icon, what, detail = "send", f"{whole}という申し出を送りました", ""
        elif each.state == ApproachState.SETTLED:
            icon, what, detail = "check", f"{whole}という申し出に、事務局がお返事しました", each.answer
        else:
            icon, what, detail = "check", f"{whole}という申し出が、取引先へ渡りました", ""
        url = about.get_absolute_url() if about else ""
        yield TimelineEntry(moment, f"approach:{each.pk}:{name}", icon, "state", what, detail, url)


timeline_sources.register(TimelineSource("pro_bono_calls", calls_of))
timeline_sources.register(TimelineSource("pro_bono", colleagues_of))
timeline_sources.register(TimelineSource("approaches", approaches_of))
