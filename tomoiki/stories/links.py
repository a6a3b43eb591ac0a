"""What becomes of stories when a person or an organisation moves on."""

from typing import Any

from django.db.models import QuerySet

from tomoiki.stories.enums import Consent, StoryState
from tomoiki.stories.models import Story, StoryPartner, StoryPerson, StoryQuote, StoryVersion
from tomoiki.stories.transitions import withdraw_for_erasure
from tomoiki.web.lifecycle import (
    Carry,
    Identity,
    Move,
    Nothing,
    OrganisationLink,
    PersonLink,
    Rows,
    Trace,
    mask,
    organisation_links,
    organisation_traces,
    person_links,
    person_traces,
)

_TEXTS = ["title", "lead", "challenge", "done", "happened", "future"]

person_links.register(
    PersonLink(
        "stories.Story.author",
        hand_over=Nothing("Who began a story stays so; its organisation's people go on with it."),
        export=Rows(
            "書き始めた共創事例",
            {
                "number": ("番号", "pk"),
                "title": ("題", "title"),
                "state": ("状態", "get_state_display"),
                "created_at": ("書き始めた日時", "created_at"),
            },
        ),
        erase=Nothing("A story is its organisations'; who began it reads as somebody who left."),
    )
)
person_links.register(
    PersonLink(
        "stories.StoryPartner.decided_by",
        hand_over=Nothing("Who agreed stays so; the organisation may take its consent back by anybody of it."),
        export=Rows(
            "共創事例への同意",
            {
                "decided_at": ("答えた日時", "decided_at"),
                "story": ("事例", lambda partner: str(partner.story)),
                "consent": ("同意", "get_consent_display"),
                "note": ("直してほしいところ", "note"),
            },
            rows=lambda rows: rows.select_related("story"),
        ),
        erase=Nothing("A consent is the organisation's; who gave it reads as somebody who left."),
    )
)


def _with_partner(rows: QuerySet[Any], winner: Any) -> QuerySet[Any]:
    """Both stand in the same story: the loser's part stays where it is."""
    taken = StoryPartner.objects.filter(organisation=winner).values("story")
    return rows.filter(story__in=taken)


def _erase_stories(rows: Any, actor: Any) -> None:
    """What an erased organisation wrote can be looked after by nobody of it."""
    for pk in list(rows.exclude(state=StoryState.WITHDRAWN).order_by("pk").values_list("pk", flat=True)):
        withdraw_for_erasure(pk, actor=actor)


def _erase_parts(rows: Any, actor: Any) -> None:
    """It can agree no longer: the story goes, and with it what it said and who of it stood there."""
    stories = sorted(set(rows.values_list("story", flat=True)))
    for pk in stories:
        withdraw_for_erasure(pk, actor=actor)
    StoryQuote.objects.filter(partner__in=rows.values("pk")).delete()
    StoryPerson.objects.filter(partner__in=rows.values("pk")).delete()
    StoryVersion.objects.filter(story__in=stories).delete()
    rows.update(named_as="", role="", note="", consent=Consent.WAITING, decided_at=None)


organisation_links.register(
    OrganisationLink(
        "stories.Story.organisation",
        merge=Move(label="書いた共創事例"),
        export=Rows(
            "書いた共創事例",
            {
                "number": ("番号", "pk"),
                "title": ("題", "title"),
                "lead": ("ひとことで", "lead"),
                "challenge": ("課題", "challenge"),
                "done": ("したこと", "done"),
                "happened": ("起きたこと", "happened"),
                "future": ("これから", "future"),
                "state": ("状態", "get_state_display"),
                "published_at": ("公開した日時", "published_at"),
            },
        ),
        erase=Carry(_erase_stories),
    )
)
organisation_links.register(
    OrganisationLink(
        "stories.StoryPartner.organisation",
        merge=Move(clashes=_with_partner, label="共創事例への同意"),
        export=Rows(
            "共創事例への同意",
            {
                "story": ("事例", lambda partner: str(partner.story)),
                "role": ("受けもったこと", "role"),
                "consent": ("同意", "get_consent_display"),
                "decided_at": ("答えた日時", "decided_at"),
                "persons": ("出てくる方", lambda partner: [str(each) for each in partner.persons.all()]),
            },
            rows=lambda rows: rows.select_related("story").prefetch_related("persons"),
        ),
        erase=Carry(_erase_parts),
    )
)


def _mask(identity: Identity, actor: Any, instead: str, *, familiar: bool) -> None:
    """Names may stand in any text; a story that names somebody who left is not published any more."""
    mask(Story.objects.all(), [*_TEXTS, "message"], identity, instead, familiar=familiar)
    mask(StoryPartner.objects.all(), ["named_as", "role", "note"], identity, instead, familiar=familiar)
    mask(StoryPerson.objects.all(), ["name"], identity, instead, familiar=familiar)
    mask(StoryQuote.objects.all(), ["text", "source"], identity, instead, familiar=familiar)
    mask(StoryVersion.objects.all(), ["content"], identity, instead, familiar=familiar)


def _mask_person(identity: Identity, actor: Any) -> None:
    _mask(identity, actor, "退会した方", familiar=False)


def _mask_organisation(identity: Identity, actor: Any) -> None:
    _mask(identity, actor, "退会した団体", familiar=False)


person_traces.register(Trace("names in stories", erase=_mask_person))
organisation_traces.register(Trace("names in stories", erase=_mask_organisation))
