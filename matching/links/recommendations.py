"""What becomes of what an organisation found not to fit it."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from matching.links.everyday import A_NUMBER
from matching.models import RecommendationDismissal
from members.models import Organisation
from tomoiki.web.lifecycle import (
    Columns,
    Delete,
    Move,
    Nothing,
    OrganisationLink,
    PersonLink,
    Rows,
    organisation_links,
    person_links,
)

_COLUMNS: Columns = {
    "created_at": ("合わないとした日時", "created_at"),
    "post": ("合わない掲載", lambda row: str(row.post)),
    "own_post": ("自分の掲載", lambda row: str(row.own_post or "")),
    "reason": ("理由", "reason"),
}


def _read(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("post", "own_post")


def _said_already(rows: QuerySet[Any], winner: Organisation) -> QuerySet[Any]:
    """What the winner found not to fit it either, as an organisation, or what is its own post."""
    same = RecommendationDismissal.objects.filter(organisation=winner, own_post=None, post=OuterRef("post"))
    return rows.filter(own_post=None).filter(Exists(same)) | rows.filter(post__organisation=winner)


person_links.register(
    PersonLink(
        "matching.RecommendationDismissal.dismissed_by",
        hand_over=Nothing("What does not fit the organisation does not fit it whoever of its people says so."),
        export=Rows("合わないとしたおすすめ", _COLUMNS, rows=_read),
        erase=A_NUMBER,
    )
)
organisation_links.register(
    OrganisationLink(
        "matching.RecommendationDismissal.organisation",
        merge=Move(
            clashes=_said_already,
            follows=lambda rows, back: rows.filter(own_post__in=back.get("matching.Post", ())),
            label="合わないとしたおすすめ",
        ),
        export=Rows("合わないとしたおすすめ", _COLUMNS, rows=_read),
        erase=Delete(),
    )
)
