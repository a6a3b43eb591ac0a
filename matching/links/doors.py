"""What becomes of what universities, banks and media brought."""

from typing import Any

from django.db.models import QuerySet

from matching.links.everyday import A_NUMBER, GONE
from matching.models import Approach
from tomoiki.web.lifecycle import (
    Carry,
    Columns,
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

COLUMNS: Columns = {
    "created_at": ("申し出た日時", "created_at"),
    "kind": ("申し出", "get_kind_display"),
    "about": ("何について", lambda approach: str(approach.post or approach.story or "")),
    "message": ("内容", "message"),
    "answer": ("事務局からのお返事", "answer"),
}


def _related(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("post", "story")


person_links.register(
    PersonLink(
        "matching.Approach.made_by",
        hand_over=Nothing("The office answers to the organisation, for all of its people."),
        export=Rows("研究・取材・紹介の申し出", COLUMNS, rows=_related),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "matching.Approach.settled_by",
        hand_over=Nothing("Who settled it stays so."),
        export=Nothing("That the person settled it stands in the trail, which is part of the data."),
        erase=A_NUMBER,
    )
)


def _erase(rows: QuerySet[Approach], actor: Any) -> None:
    rows.update(message=GONE, answer="", deadline="")


organisation_links.register(
    OrganisationLink(
        "matching.Approach.organisation",
        merge=Move(label="研究・取材・紹介の申し出"),
        export=Rows("研究・取材・紹介の申し出", COLUMNS, rows=_related),
        erase=Carry(_erase),
    )
)
organisation_links.register(
    OrganisationLink(
        "matching.Approach.client",
        merge=Move(label="金融機関からの紹介"),
        export=Rows(
            "金融機関から紹介された困りごと",
            {
                "created_at": ("紹介された日時", "created_at"),
                "organisation": ("金融機関", lambda approach: str(approach.organisation)),
                "post": ("困りごと", lambda approach: str(approach.post or "")),
            },
            rows=lambda rows: rows.select_related("organisation", "post"),
        ),
        erase=Nothing("The row says that a bank passed something on; the client itself is wiped."),
    )
)


def _mask_person(identity: Identity, actor: Any) -> None:
    mask(Approach.objects.filter(made_by=identity.pk), ["message"], identity, "退会した方")
    mask(Approach.objects.filter(settled_by=identity.pk), ["answer"], identity, "退会した方")


def _mask_organisation(identity: Identity, actor: Any) -> None:
    """Banks name their clients, and the media whom they would like to meet."""
    instead = "退会した団体"
    named = (
        Approach.objects.filter(client__in=identity.pks)
        | Approach.objects.filter(post__organisation__in=identity.pks)
        | Approach.objects.filter(story__partners__organisation__in=identity.pks)
    )
    mask(named, ["message", "answer"], identity, instead, familiar=True)


person_traces.register(Trace("names in approaches", erase=_mask_person))
organisation_traces.register(Trace("names in approaches", erase=_mask_organisation))
