"""Every change of state of a story, one function each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from members.enums import OrganisationState
from members.models import Organisation, User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.stories.enums import Consent, PersonAgreed, PersonAppears, StoryState, WithdrawnBy
from tomoiki.stories.models import (
    SECTIONS,
    Story,
    StoryPartner,
    StoryPerson,
    StoryPhoto,
    StoryQuote,
    StoryVersion,
)
from tomoiki.stories.notices import (
    ConsentAsked,
    ConsentRefused,
    EverybodyAgreed,
    StoryPublished,
    StoryTakenBack,
    StoryWithdrawn,
)
from tomoiki.stories.workflow import STORIES
from tomoiki.workflow import TransitionError, require

WORDS = ("title", "lead", *SECTIONS)
#: What may change without asking again: how a story is found, and how a picture is read aloud.
PLAIN = ("themes", "areas")
PARTS = ("partners", "persons", "photos", "quotes")
MAX_PARTNERS, MAX_PERSONS, MAX_PHOTOS, MAX_QUOTES = 12, 20, 8, 8
#: Without these nobody could understand it; a draft may lack them.
NEEDED = {
    "lead": "ひとことで言うと、どんな事例かを書いてください。",
    "challenge": "はじめに、どんな課題があったかを書いてください。",
    "done": "何をしたかを書いてください。",
    "happened": "何が起きたかを書いてください。",
}


def lock_story(pk: int) -> Story:
    """The story with everything in it, locked: one consent, one publication at a time."""
    Story.objects.select_for_update(of=("self",)).only("pk").get(pk=pk)
    # Read anew: what stood in it may have changed while we waited for the lock.
    return Story.objects.whole().get(pk=pk)


@transaction.atomic
def save_story(
    pk: int | None,
    *,
    data: Mapping[str, Any],
    actor: Actor,
    on_behalf: Organisation | None = None,
    source: models.Model | None = None,
    idempotency_key: str | None = None,
    seen: str = "",
) -> Story:
    """Keep a draft, or a change to a story.

    ``data`` holds the texts, ``themes``, ``areas`` and, as lists of mappings, ``partners`` (organisation, named_as,
    role), ``persons`` (name, appears, organisation), ``photos`` (file, alt, caption), ``quotes`` (text, source,
    organisation). A change of substance after others were asked takes the story off the public pages and asks
    again. ``on_behalf`` (None: the office) and ``source`` count for a new one; ``seen`` is ``stamp_of`` the story
    that the form was opened with.
    """
    unknown = set(data) - {*WORDS, *PLAIN, *PARTS}
    if unknown:
        raise ValueError(f"not part of a story: {sorted(unknown)}")
    if pk is None:
        return _begin(data, on_behalf, source, idempotency_key, actor=actor)
    story = lock_story(pk)
    require(actor, "stories.edit_story", story)
    STORIES.check(story, "save")
    if seen and seen != stamp_of(story):
        raise TransitionError(
            "changed_meanwhile",
            "この事例は、別の画面で先に保存されています。開き直して、いまの内容を確かめてください。",
        )
    _change(story, data, actor=actor)
    return Story.objects.whole().get(pk=story.pk)


def stamp_of(story: Story) -> str:
    """By what a form knows whether somebody saved meanwhile."""
    return story.updated_at.isoformat()


def _begin(
    data: Mapping[str, Any],
    on_behalf: Organisation | None,
    source: models.Model | None,
    idempotency_key: str | None,
    *,
    actor: Actor,
) -> Story:
    writer = _person(actor)
    if on_behalf is not None:
        require(actor, "stories.draft_story", on_behalf)
    elif not writer.is_staff:
        raise PermissionDenied("in whose name?")
    key = f"{writer.pk}:{idempotency_key}"[:80] if idempotency_key else None
    if key:
        known = Story.objects.filter(idempotency_key=key).first()
        if known is not None:
            return known
    story = Story(
        organisation=on_behalf,
        author=writer,
        source_type=ContentType.objects.get_for_model(source) if source is not None else None,
        source_id=source.pk if source is not None else None,
        idempotency_key=key,
        **{name: data[name] for name in (*WORDS, *PLAIN) if name in data},
    )
    story.full_clean(exclude=["organisation", "author", "source_type"])
    story.save(force_insert=True)
    _write_parts(story, data)
    audit.record(story, "story.drafted", actor=actor)
    return story


def _change(story: Story, data: Mapping[str, Any], *, actor: Actor) -> None:
    before, content = story.state, dict(story.content())
    wanted = {**content, **{name: data[name] for name in WORDS if name in data}, **_parts_of(data)}
    for name in (*WORDS, *PLAIN):
        if name in data:
            setattr(story, name, data[name])
    story.full_clean(exclude=["organisation", "author", "source_type"])
    changed = sorted(name for name in wanted if wanted[name] != content[name])
    fields = [*WORDS, *PLAIN, "updated_at"]
    # What was withdrawn begins anew as a draft, also where nothing had to be changed.
    anew = bool(changed) if before != StoryState.WITHDRAWN else True
    if anew and before != StoryState.DRAFT:
        story.state, story.version, story.asked_at = StoryState.DRAFT, story.version + 1, None
        story.withdrawn_at, story.withdrawn_by = None, ""
        fields += ["state", "version", "asked_at", "withdrawn_at", "withdrawn_by"]
        if before != StoryState.WITHDRAWN:
            outbox.put(StoryTakenBack(story, was_public=before == StoryState.PUBLISHED, actor=actor))
    story.save(update_fields=fields)
    if anew:
        _write_parts(story, data)
    else:
        _describe_photos(story, data.get("photos", ()))
    audit.record(story, "story.edited", actor=actor, before=before, fields=changed, codes={"version": story.version})


def _parts_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The lists of ``data`` in the shape of ``Story.content``."""
    found: dict[str, Any] = {}
    if "partners" in data:
        found["partners"] = [
            {
                "organisation": each["organisation"].pk,
                "named_as": each.get("named_as", ""),
                "role": each.get("role", ""),
            }
            for each in data["partners"]
        ]
    if "persons" in data:
        found["persons"] = [
            {"name": each["name"], "appears": str(each["appears"]), "organisation": each["organisation"].pk}
            for each in data["persons"]
        ]
    if "photos" in data:
        found["photos"] = [{"file": each["file"].pk, "caption": each.get("caption", "")} for each in data["photos"]]
    if "quotes" in data:
        found["quotes"] = [
            {
                "text": each["text"],
                "source": each.get("source", ""),
                "organisation": each["organisation"].pk if each.get("organisation") else None,
            }
            for each in data["quotes"]
        ]
    return found


def _write_parts(story: Story, data: Mapping[str, Any]) -> None:
    """Write what stands in it anew, and ask everybody from the beginning: a consent is to the whole."""
    partners = _write_partners(story, data.get("partners"))
    if "persons" in data:
        _limit("persons", data["persons"], MAX_PERSONS, "人")
        StoryPerson.objects.filter(story=story).delete()
        rows = [
            StoryPerson(
                story=story,
                partner=_partner(partners, each["organisation"], "persons"),
                name=each["name"],
                appears=PersonAppears(each["appears"]),
                order=order,
            )
            for order, each in enumerate(data["persons"])
        ]
        StoryPerson.objects.bulk_create(rows)
    else:
        StoryPerson.objects.filter(story=story).update(consent=Consent.WAITING, agreed="")
    if "photos" in data:
        _limit("photos", data["photos"], MAX_PHOTOS, "枚")
        StoryPhoto.objects.filter(story=story).delete()
        photos = [
            StoryPhoto(story=story, file=each["file"], alt=each["alt"], caption=each.get("caption", ""), order=order)
            for order, each in enumerate(data["photos"])
        ]
        for photo in photos:
            photo.full_clean(exclude=["story", "file"])
        StoryPhoto.objects.bulk_create(photos)
    if "quotes" in data:
        _limit("quotes", data["quotes"], MAX_QUOTES, "件")
        StoryQuote.objects.filter(story=story).delete()
        StoryQuote.objects.bulk_create(
            StoryQuote(
                story=story,
                text=each["text"],
                source=each.get("source", ""),
                partner=_partner(partners, each["organisation"], "quotes") if each.get("organisation") else None,
                order=order,
            )
            for order, each in enumerate(data["quotes"])
        )


def _write_partners(story: Story, wanted: Sequence[Mapping[str, Any]] | None) -> list[StoryPartner]:
    """Rows that stay keep their number, so that a page that is open elsewhere still leads to them."""
    known = list(StoryPartner.objects.filter(story=story).select_related("organisation"))
    if wanted is None:
        StoryPartner.objects.filter(story=story).update(consent=Consent.WAITING, decided_at=None, note="")
        return known
    _limit("partners", wanted, MAX_PARTNERS, "団体")
    keys = [(each["organisation"].pk, each.get("named_as", "")) for each in wanted]
    if len(set(keys)) != len(keys):
        raise ValidationError({"partners": "同じ団体が二度書かれています。"})
    by_key = {(each.organisation_id, each.named_as): each for each in known}
    gone = [each.pk for key, each in by_key.items() if key not in keys]
    StoryPartner.objects.filter(pk__in=gone).delete()
    rows = []
    for order, (key, each) in enumerate(zip(keys, wanted, strict=True)):
        row = by_key.get(key) or StoryPartner(story=story, organisation=each["organisation"], named_as=key[1])
        row.role, row.order, row.consent, row.decided_at, row.note = (
            each.get("role", ""),
            order,
            Consent.WAITING,
            None,
            "",
        )
        row.save()
        rows.append(row)
    return rows


def _limit(name: str, rows: Sequence[Any], most: int, unit: str) -> None:
    if len(rows) > most:
        raise ValidationError({name: f"{most}{unit}までです。"})


def _partner(partners: Iterable[StoryPartner], organisation: Organisation, field: str) -> StoryPartner:
    for each in partners:
        if each.organisation_id == organisation.pk:
            return each
    raise ValidationError({field: f"{organisation}を、いっしょに取り組んだ団体にも書いてください。"})


def _describe_photos(story: Story, wanted: Iterable[Mapping[str, Any]]) -> None:
    """What a picture shows in words may be mended at any time."""
    by_file = {each["file"].pk: each["alt"] for each in wanted}
    for photo in story.photos.all():
        alt = by_file.get(photo.file_id)
        if alt and alt != photo.alt:
            photo.alt = alt
            photo.save(update_fields=["alt"])


@transaction.atomic
def ask_consent(pk: int, *, actor: Actor) -> Story:
    """Ask every organisation in it, the writer's own included. Asked twice (a double click), it is asked once."""
    story = lock_story(pk)
    require(actor, "stories.ask_consent", story)
    if story.state == StoryState.ASKING_CONSENT:
        return story
    before = STORIES.check(story, "ask_consent")
    _require_complete(story)
    story.state = StoryState.ASKING_CONSENT
    story.asked_at = timezone.now()
    story.save(update_fields=["state", "asked_at", "updated_at"])
    StoryVersion.objects.update_or_create(
        story=story, number=story.version, defaults={"content": dict(story.content()), "asked_at": story.asked_at}
    )
    audit.record(story, "story.consent_asked", actor=actor, before=before, codes={"version": story.version})
    outbox.put(ConsentAsked(story))
    return story


def _require_complete(story: Story) -> None:
    missing = {name: message for name, message in NEEDED.items() if not getattr(story, name).strip()}
    if missing:
        raise ValidationError(missing)
    partners = list(story.partners.all())
    if not partners:
        raise ValidationError({"partners": "いっしょに取り組んだ団体を、ひとつ以上書いてください。"})
    for each in partners:
        if each.organisation.state != OrganisationState.APPROVED:
            raise TransitionError(
                "organisation_not_active",
                f"{each.name}は今、登録済みの状態ではないため、同意をうかがえません。",
            )


@transaction.atomic
def decide_consent(
    pk: int,
    *,
    partner: int,
    agrees: bool,
    version: int,
    actor: Actor,
    persons: Iterable[int] = (),
    agreed: str = "",
    note: str = "",
) -> Story:
    """One organisation agrees to the version that it saw, or says what should be changed.

    A yes names all ``persons`` whom it was to ask, and how they said so (``agreed``).
    """
    story = lock_story(pk)
    side = _side(story, partner)
    require(actor, "stories.decide_consent", side)
    STORIES.check(story, "decide_consent")
    if version != story.version:
        raise TransitionError(
            "changed_meanwhile",
            "お読みになったあとで、内容が変わりました。いまの内容を読んで、もう一度お答えください。",
        )
    answer = Consent.YES if agrees else Consent.NO
    note = note.strip()
    if side.consent == answer and side.note == note:
        return story
    if not agrees and not note:
        raise ValidationError({"note": "どこをどう直してほしいかを書いてください。"})
    own = [each for each in story.persons.all() if each.partner_id == side.pk]
    if agrees and own:
        if {each.pk for each in own} - set(persons):
            raise ValidationError({"persons": "出てくる方みなさんの同意を確かめて、印を付けてください。"})
        if agreed not in PersonAgreed.values:
            raise ValidationError({"agreed": "どうやって確かめたかを選んでください。"})
    side.consent, side.decided_at, side.decided_by, side.note = answer, timezone.now(), _person(actor), note[:500]
    side.save(update_fields=["consent", "decided_at", "decided_by", "note"])
    if agrees:
        StoryPerson.objects.filter(partner=side).update(consent=Consent.YES, agreed=agreed)
    codes = {"partner": side.pk, "version": version}
    audit.record(story, f"story.{'consented' if agrees else 'refused'}", actor=actor, before=story.state, codes=codes)
    story = Story.objects.whole().get(pk=story.pk)
    if not agrees:
        outbox.put(ConsentRefused(story, by=side))
    elif story.everybody_agreed():
        outbox.put(EverybodyAgreed(story))
    return story


@transaction.atomic
def publish_story(pk: int, *, actor: Actor) -> Story:
    """Staff put it on the public pages; under the lock everybody in it agrees."""
    story = lock_story(pk)
    require(actor, "stories.publish_story", story)
    if story.state == StoryState.PUBLISHED:
        return story
    before = STORIES.check(story, "publish")
    if not story.everybody_agreed():
        raise TransitionError("consent_missing", "まだ同意がそろっていないため、公開できません。")
    story.state = StoryState.PUBLISHED
    story.published_at = timezone.now()
    story.save(update_fields=["state", "published_at", "updated_at"])
    StoryVersion.objects.filter(story=story, number=story.version).update(published_at=story.published_at)
    audit.record(story, "story.published", actor=actor, before=before, codes={"version": story.version})
    outbox.put(StoryPublished(story))
    return story


@transaction.atomic
def withdraw_consent(pk: int, *, partner: int, actor: Actor) -> Story:
    """An organisation takes its consent back, at any time; a published story leaves the public pages at once."""
    story = lock_story(pk)
    side = _side(story, partner)
    require(actor, "stories.withdraw_consent", side)
    if side.consent == Consent.WITHDRAWN:
        return story
    STORIES.check(story, "withdraw_consent")
    side.consent, side.decided_at = Consent.WITHDRAWN, timezone.now()
    side.decided_by = actor if isinstance(actor, User) else None
    side.save(update_fields=["consent", "decided_at", "decided_by"])
    audit.record(story, "story.consent_withdrawn", actor=actor, before=story.state, codes={"partner": side.pk})
    _after_withdrawal(story, by=side, actor=actor)
    return story


@transaction.atomic
def withdraw_person(pk: int, *, person: int, actor: Actor) -> Story:
    """Somebody who is named or shown no longer agrees; their organisation or the office takes it down at once."""
    story = lock_story(pk)
    row = next((each for each in story.persons.all() if each.pk == person), None)
    if row is None:
        raise PermissionDenied("stands in another story")
    require(actor, "stories.withdraw_person", row.partner)
    if row.consent == Consent.WITHDRAWN:
        return story
    STORIES.check(story, "withdraw_consent")
    row.consent = Consent.WITHDRAWN
    row.save(update_fields=["consent"])
    audit.record(story, "story.person_withdrew", actor=actor, before=story.state, codes={"person": row.pk})
    _after_withdrawal(story, by=row.partner, actor=actor)
    return story


def _after_withdrawal(story: Story, *, by: StoryPartner, actor: Actor) -> None:
    if story.state == StoryState.PUBLISHED:
        _take_down(story, WithdrawnBy.CONSENT, actor=actor)
    outbox.put(StoryWithdrawn(story, by=by))


@transaction.atomic
def withdraw_story(pk: int, *, actor: Actor, message: str = "") -> Story:
    """The writer or the office ends it, whatever its state; everybody who was asked is told."""
    story = lock_story(pk)
    require(actor, "stories.withdraw_story", story)
    if story.state == StoryState.WITHDRAWN:
        return story
    STORIES.check(story, "withdraw")
    asked = story.asked_at is not None
    story.message = message.strip()[:500]
    office = getattr(actor, "is_staff", False) or isinstance(actor, SystemActor)
    _take_down(story, WithdrawnBy.OFFICE if office else WithdrawnBy.DRAFTER, actor=actor)
    if asked:
        outbox.put(StoryWithdrawn(story, by=None))
    return story


@transaction.atomic
def withdraw_for_erasure(pk: int, *, actor: Actor) -> Story:
    """An organisation in it is erased and can agree no longer; the caller decides about that."""
    story = lock_story(pk)
    require(actor, "stories.withdraw_story", story)
    if story.state != StoryState.WITHDRAWN:
        _take_down(story, WithdrawnBy.LEFT, actor=actor)
        outbox.put(StoryWithdrawn(story, by=None))
    return story


def _take_down(story: Story, why: WithdrawnBy, *, actor: Actor) -> None:
    before = story.state
    story.state = StoryState.WITHDRAWN
    story.withdrawn_at = timezone.now()
    story.withdrawn_by = why
    story.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "message", "updated_at"])
    audit.record(story, "story.withdrawn", actor=actor, before=before, codes={"why": str(why)})


def _side(story: Story, partner: int) -> StoryPartner:
    for each in story.partners.all():
        if each.pk == partner:
            return each
    raise PermissionDenied("stands in another story")


def _person(actor: Actor) -> User:
    if isinstance(actor, SystemActor):
        raise PermissionDenied("a person does this")
    return actor
