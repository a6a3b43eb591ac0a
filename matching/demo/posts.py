"""The stories of the demo's posts: written, checked by the office, shown, and ended in the various ways."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from matching import transitions
from matching.demo.answers import answers_to
from matching.demo.needs import NEEDS
from matching.demo.offers import OFFERS
from matching.demo.pictures import picture_for
from matching.demo.scenario import Scenario
from matching.enums import Direction, Visibility
from matching.models import Post
from members.models import Organisation, User
from tomoiki.places.models import Municipality
from tomoiki.web.demo import DemoWorld, Story

POSTS = 200
#: How a post's story goes on after it was shown, or that it is not shown yet; the rest stays open.
FATES = {"draft": 5, "submitted": 7, "returned": 3, "paused": 5, "closed": 9, "fulfilled": 7, "taken_down": 1}
#: Those not shown yet: between how many days before the end they were begun.
NOT_SHOWN = {"draft": (0.2, 6), "submitted": (0.3, 3), "returned": (5, 10)}


def post_stories(world: DemoWorld) -> Iterator[Story]:
    scenarios = [(Direction.NEED, each) for each in NEEDS] + [(Direction.OFFER, each) for each in OFFERS]
    fates = [fate for fate, number in FATES.items() for _ in range(number)]
    fates += ["open"] * (POSTS - len(fates))
    world.random.shuffle(fates)
    order = [scenarios[number % len(scenarios)] for number in range(POSTS)]
    used: dict[str, int] = {}
    for (direction, scenario), fate in zip(order, fates, strict=True):
        number = used.get(scenario.titles[0], 0)
        used[scenario.titles[0]] = number + 1
        yield _post(world, direction, scenario, number, fate)


def _post(world: DemoWorld, direction: Direction, scenario: Scenario, number: int, fate: str) -> Story:
    chance = world.random
    if fate in NOT_SHOWN:
        moment = world.days_before_end(chance.uniform(*NOT_SHOWN[fate]))
    else:
        # Most are recent: the board shows what is open now.
        moment = world.days_before_end(3 + 320 * chance.random() ** 1.6)
    yield moment
    owner = _owner(world, scenario)
    if owner is None:
        return
    organisation, person = owner
    data = _form(world, direction, scenario, owner, number)
    post = transitions.save_draft(None, data=data, on_behalf=organisation, actor=person)
    if fate == "draft":
        return
    yield moment + timedelta(minutes=chance.randrange(4, 50))
    transitions.submit_post(post.pk, actor=person)
    if fate == "submitted":
        return
    moment = world.later(moment, days=(0.3, 3))
    yield moment
    office = chance.choice(world.made["staff"])
    if fate == "returned":
        words = "どのあたりの場所で、いつごろまでに必要かを、もう少しくわしく書いてください。"
        transitions.return_post(post.pk, message=words, actor=office)
        return
    transitions.publish_post(post.pk, actor=office)
    yield from _afterwards(world, post, fate, person, office, moment)


def _afterwards(world: DemoWorld, post: Post, fate: str, person: User, office: User, moment: datetime) -> Story:
    if fate in ("paused", "closed", "fulfilled", "taken_down"):
        moment = world.later(moment, days=(4, 40))
        yield moment
        if not _still_open(post):
            return
        if fate == "paused":
            transitions.pause_post(post.pk, actor=person)
        elif fate == "closed":
            transitions.close_post(post.pk, actor=person)
        elif fate == "fulfilled":
            transitions.fulfil_post(post.pk, actor=person)
        else:
            words = "個人の電話番号が書かれていたため、掲載を取りやめました。書き直して、もう一度お送りください。"
            transitions.take_down_post(post.pk, message=words, actor=office)
        return
    while True:
        if not _still_open(post) or post.expires_at is None:
            return
        if world.random.random() < 0.6:
            # Renewed in time by a link in the mail.
            yield world.working(post.expires_at - timedelta(days=world.random.uniform(2, 9)))
            if not _still_open(post) or _over(post):
                return
            transitions.renew_post(post.pk, actor=person)
        else:
            yield post.expires_at + timedelta(minutes=30)
            if _still_open(post):
                transitions.expire_post(post.pk, actor=world.made["scheduler"])
            return


def _over(post: Post) -> bool:
    """Whether the days it was meant for have gone by: nobody renews that."""
    return post.available_until is not None and post.available_until <= timezone.localdate()


def _still_open(post: Post) -> bool:
    """Whether nothing ended it meanwhile."""
    post.refresh_from_db()
    return post.is_open


def _owner(world: DemoWorld, scenario: Scenario) -> tuple[Organisation, User] | None:
    """One of the organisations that may write it, those with the fewest posts first."""
    people = world.made.get("people", {})
    counts = world.made.setdefault("posts_of", {})
    able = [
        each
        for each in Organisation.objects.active().filter(kind__in=scenario.kinds, pk__in=people).order_by("pk")
        if each.municipality_id
    ]
    if scenario.by:
        able = [each for each in able if each.name == scenario.by] or able
    if not able:
        able = list(Organisation.objects.active().filter(pk__in=people).order_by("pk"))
    if not able:
        return None
    fewest = min(counts.get(each.pk, 0) for each in able)
    chosen = world.random.choice([each for each in able if counts.get(each.pk, 0) <= fewest + 1])
    counts[chosen.pk] = counts.get(chosen.pk, 0) + 1
    return chosen, people[chosen.pk]


def _form(
    world: DemoWorld, direction: Direction, scenario: Scenario, owner: tuple[Organisation, User], number: int
) -> dict[str, Any]:
    """What the form would hand over."""
    organisation, person = owner
    chance = world.random
    title = scenario.titles[number % len(scenario.titles)]
    municipality = organisation.municipality
    if number >= len(scenario.titles) and municipality is not None:
        title = f"{title}（{municipality.name}）"[:60]
    today = timezone.localdate()
    starts = today + timedelta(days=chance.randrange(7, 40)) if chance.random() < 0.5 else None
    hours = scenario.hours
    return {
        "direction": direction,
        "resource": scenario.resource,
        "title": title,
        "body": scenario.body,
        "themes": list(scenario.themes),
        "areas": [] if scenario.anywhere else _areas(world, municipality),
        "online": scenario.online,
        "available_from": starts,
        "available_until": _until(world, starts),
        "weekdays": list(scenario.weekdays),
        "time_from": time(hours[0]) if hours else None,
        "time_until": time(hours[1]) if hours else None,
        "when_note": scenario.when,
        "quantity": scenario.quantity,
        "unit": scenario.unit if scenario.quantity else "",
        "quantity_note": scenario.quantity_note,
        "visibility": Visibility.MEMBERS if chance.random() < 0.12 else Visibility.PUBLIC,
        **answers_to(scenario.titles[0], today),
        **picture_for(world, scenario, person),
    }


def _areas(world: DemoWorld, municipality: Municipality | None) -> list[str]:
    if municipality is None:
        return []
    codes = [municipality.code]
    if world.random.random() < 0.3:
        near = list(municipality.neighbours.order_by("code").values_list("code", flat=True))
        codes += world.random.sample(near, k=min(len(near), 2))
    return codes


def _until(world: DemoWorld, starts: date | None) -> date | None:
    if starts is None or world.random.random() < 0.6:
        return None
    return starts + timedelta(days=world.random.randrange(60, 240))
