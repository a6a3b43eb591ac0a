"""Keeping a search, and telling of what is new in it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from matching.enums.searches import SearchRhythm
from matching.models import Post, SavedSearch, SavedSearchHit
from matching.notices.searches import NewForSearch
from matching.transitions.checks import person
from members.models import User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

#: So many searches a person may keep.
MOST = 20
#: A publication may become visible so long after the moment that it bears.
LATE = timedelta(hours=1)
#: When a day's posts are told.
MORNING = time(7)
#: One notice tells of so many at most; the rest is on the board.
MOST_TOLD = 100
#: What a search finds that was published after a moment: ``saved_searches.newly_published``.
Finding = Callable[[SavedSearch, datetime], QuerySet[Post]]


@transaction.atomic
def keep_search(
    *,
    name: str,
    conditions: Mapping[str, Sequence[str]],
    rhythm: SearchRhythm,
    actor: Actor,
    idempotency_key: str | None = None,
) -> SavedSearch:
    """Keep ``conditions`` of the board (parameter -> values). What is on the board already is not told of.

    The form's ``idempotency_key`` makes a double click one search.
    """
    owner = person(actor)
    require(actor, "matching.keep_search")
    # Of two tabs that keep a last one, one waits for the other.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)
    if idempotency_key:
        before = SavedSearch.objects.of(owner).filter(idempotency_key=idempotency_key).first()
        if before is not None:
            return before
    if SavedSearch.objects.of(owner).count() >= MOST:
        raise TransitionError(
            "too_many", f"保存できる条件は{MOST}件までです。使わなくなったものを消してから、もう一度お試しください。"
        )
    now = timezone.now()
    search = SavedSearch(
        person=owner,
        name=_name(name),
        conditions=_conditions(conditions),
        rhythm=SearchRhythm(rhythm),
        looked_until=now,
        asked_since=now,
        due_at=next_turn(rhythm, now),
        idempotency_key=idempotency_key,
    )
    search.save()
    audit.record(search, "saved_search.kept", actor=actor, codes={"rhythm": search.rhythm})
    return search


@transaction.atomic
def change_search(
    pk: int,
    *,
    name: str,
    rhythm: SearchRhythm,
    actor: Actor,
    conditions: Mapping[str, Sequence[str]] | None = None,
) -> SavedSearch:
    """Give it another name, rhythm or (with ``conditions``) other conditions, which begin to count now."""
    search = SavedSearch.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "matching.change_search", search)
    now = timezone.now()
    values = {"name": _name(name), "rhythm": SearchRhythm(rhythm).value}
    changed = [field for field, value in values.items() if getattr(search, field) != value]
    other = conditions is not None and _conditions(conditions) != search.conditions
    if not changed and not other:
        return search
    for field in changed:
        setattr(search, field, values[field])
    update = [*changed]
    if "rhythm" in changed:
        search.due_at = next_turn(search.rhythm, now)
        update.append("due_at")
    # Whoever was told of nothing for a while, or asks for something else, begins with today.
    if other or ("rhythm" in changed and search.rhythm != SearchRhythm.NEVER):
        search.looked_until = search.asked_since = now
        update += ["looked_until", "asked_since"]
    if other and conditions is not None:
        search.conditions = _conditions(conditions)
        update.append("conditions")
    search.save(update_fields=[*update, "updated_at"])
    audit.record(search, "saved_search.changed", actor=actor, fields=update, codes={"rhythm": search.rhythm})
    return search


@transaction.atomic
def forget_search(pk: int, *, actor: Actor) -> None:
    """Delete it. One that is gone already is what was wanted."""
    search = SavedSearch.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if search is None:
        return
    require(actor, "matching.change_search", search)
    audit.record(search, "saved_search.forgotten", actor=actor)
    search.delete()


@transaction.atomic
def tell_of_new_posts(pk: int, *, finding: Finding, actor: Actor) -> int:
    """Tell the search's person of what was published since they were last told; of how many posts that was.

    Only what was published since is looked at; ``finding`` reads the conditions as the board does.
    Another worker that has the search now does it alone.
    """
    rows = SavedSearch.objects.select_for_update(of=("self",), skip_locked=True)
    search = rows.select_related("person").filter(pk=pk).first()
    if search is None:
        return 0
    require(actor, "matching.tell_of_new_posts", search)
    now = timezone.now()
    if search.rhythm == SearchRhythm.NEVER or search.due_at > now or not search.person.is_active:
        return 0
    since = max(search.looked_until - LATE, search.asked_since)
    found = list(finding(search, since)[:MOST_TOLD])
    search.looked_until = now
    search.due_at = next_turn(search.rhythm, now)
    search.save(update_fields=["looked_until", "due_at"])
    search.hits.filter(told_at__lt=now - REMEMBERED).delete()
    if not found:
        return 0
    SavedSearchHit.objects.bulk_create(SavedSearchHit(search=search, post=post, told_at=now) for post in found)
    outbox.put(NewForSearch(search, found, at_once=search.rhythm == SearchRhythm.AT_ONCE))
    return len(found)


#: How long a search remembers, and shows, what it told of.
REMEMBERED = timedelta(days=90)


def next_turn(rhythm: str, now: datetime) -> datetime:
    """When a search that was looked at ``now`` is due again."""
    if rhythm != SearchRhythm.DAILY:
        return now
    local = timezone.localtime(now)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, MORNING))


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise ValidationError({"name": "名前を入力してください。"})
    if len(tidy) > 40:
        raise ValidationError({"name": "名前は40文字以内で入力してください。"})
    return tidy


def _conditions(conditions: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    kept = {name: [str(value) for value in values] for name, values in conditions.items() if values}
    if not kept:
        raise ValidationError("さがす条件がありません。一覧で条件を選んでから、保存してください。")
    return kept
