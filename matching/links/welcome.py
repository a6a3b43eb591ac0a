"""What becomes of thanks, and of what people who come to an ibasho said."""

from typing import Any

from matching.links.everyday import A_NUMBER
from matching.models import IbashoAnswer, Participant, WelcomeConfirmation
from tomoiki.web.lifecycle import (
    Identity,
    Nothing,
    PersonLink,
    Rows,
    Trace,
    mask,
    organisation_traces,
    person_links,
    person_traces,
)

person_links.register(
    PersonLink(
        "matching.WelcomeConfirmation.confirmed_by",
        hand_over=Nothing("Who gave thanks stays so; the organisation decides on about the words."),
        export=Rows(
            "書いたお礼と確認",
            {
                "confirmed_at": ("日時", "confirmed_at"),
                "post": ("もとの掲載", lambda each: str(each.introduction.post)),
                "welcome": ("喜ばれましたか", "get_welcome_display"),
                "words": ("お礼のことば", "words"),
                "may_be_used": ("紹介してよい", "may_be_used"),
            },
            rows=lambda rows: rows.select_related("introduction__post"),
        ),
        erase=Nothing("Thanks are the organisation's; who wrote them reads as somebody who left, names are masked."),
    )
)
person_links.register(
    PersonLink(
        "matching.IbashoAnswer.recorded_by",
        hand_over=Nothing("Who typed in what came on paper stays so."),
        # What others answered is not the data of whoever typed it in.
        export=Nothing("That the person typed it in stands in the trail, which is part of the data."),
        erase=A_NUMBER,
    )
)


def _mask_person(identity: Identity, actor: Any) -> None:
    mask(WelcomeConfirmation.objects.all(), ["words"], identity, "退会した方")
    mask(IbashoAnswer.objects.all(), ["words"], identity, "退会した方")


def _mask_organisation(identity: Identity, actor: Any) -> None:
    """Its own thanks go; in those of its partners its name does."""
    own = Participant.objects.filter(organisation__in=identity.pks)
    WelcomeConfirmation.objects.filter(participant__in=own.values("pk")).update(words="", may_be_used=False)
    around = WelcomeConfirmation.objects.filter(introduction__in=own.values("introduction"))
    mask(around, ["words"], identity, "退会した団体", familiar=True)


person_traces.register(Trace("names in thanks", erase=_mask_person))
organisation_traces.register(Trace("names in thanks", erase=_mask_organisation))
