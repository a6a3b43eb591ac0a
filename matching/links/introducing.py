"""What becomes of inquiries, of who asked others along, and of appointments when a person or organisation moves on."""

from typing import Any

from django.db.models import Q

from matching.links.everyday import A_NUMBER
from matching.models import Appointment, Inquiry, Introduction, Participant
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
        "matching.Inquiry.created_by",
        hand_over=Nothing("Who asked stays named; staff share a queue."),
        export=Rows(
            "始めた打診",
            {
                "created_at": ("打診した日時", "created_at"),
                "post": ("掲載", lambda inquiry: str(inquiry.post)),
                "message": ("候補の団体へのことば", "message"),
            },
            rows=lambda rows: rows.select_related("post"),
        ),
        erase=Nothing("An inquiry belongs to the post; who began it reads as somebody who left."),
    )
)
person_links.register(
    PersonLink(
        "matching.Participant.invited_by",
        hand_over=Nothing("Who asked another organisation along stays so."),
        export=Rows(
            "ほかの団体への参加のお願い",
            {
                "asked_at": ("お願いした日時", "asked_at"),
                "post": ("もとの掲載", lambda side: str(side.introduction.post)),
                "organisation": ("団体", lambda side: str(side.organisation)),
                "invitation": ("お誘いのことば", "invitation"),
            },
            rows=lambda rows: rows.select_related("introduction__post", "organisation"),
        ),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "matching.Appointment.proposed_by",
        hand_over=Nothing("Whoever proposed a date stays so; the organisation goes on arranging it."),
        export=Rows(
            "出した打ち合わせの候補日",
            {
                "created_at": ("提案した日時", "created_at"),
                "introduction": ("おつなぎ", lambda appointment: str(appointment.introduction)),
                "place": ("場所", "place"),
                "note": ("ひとこと", "note"),
                "starts_at": ("決まった日時", "starts_at"),
            },
            rows=lambda rows: rows.select_related("introduction__post"),
        ),
        erase=Nothing("Partners need to know when they met; who proposed it reads as somebody who left."),
    )
)
person_links.register(
    PersonLink(
        "matching.Appointment.fixed_by",
        hand_over=Nothing("Who fixed it stays so."),
        export=Nothing("That the person fixed it stands in the trail, which is part of the data."),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "matching.AppointmentReply.replied_by",
        hand_over=Nothing("What an organisation said of a date stays so; whoever follows may say something else."),
        export=Rows(
            "候補日へのお返事",
            {
                "replied_at": ("答えた日時", "replied_at"),
                "date": ("候補の日時", lambda reply: reply.date.starts_at),
                "suits": ("都合", "get_suits_display"),
            },
            rows=lambda rows: rows.select_related("date"),
        ),
        erase=A_NUMBER,
    )
)


def _unsign(identity: Identity, actor: Any) -> None:
    """People write their own names into what they propose."""
    instead = "退会した方"
    mask(Inquiry.objects.filter(created_by=identity.pk), ["message"], identity, instead)
    mask(Participant.objects.filter(invited_by=identity.pk), ["invitation"], identity, instead)
    mask(Participant.objects.filter(answered_by=identity.pk), ["left_note"], identity, instead)
    mine = Q(proposed_by=identity.pk) | Q(fixed_by=identity.pk)
    mask(Appointment.objects.filter(mine), ["place", "note", "end_note"], identity, instead)


person_traces.register(Trace("names in inquiries and appointments", erase=_unsign))


def _mask_elsewhere(identity: Identity, actor: Any) -> None:
    """Partners name it where they invite others, meet, or say why somebody left."""
    instead = "退会した団体"
    sides = Participant.objects.filter(organisation__in=identity.pks).values("introduction")
    inquiries = Introduction.objects.filter(pk__in=sides).values("inquiry")
    mask(Inquiry.objects.filter(pk__in=inquiries), ["message"], identity, instead, familiar=True)
    near = Participant.objects.filter(introduction__in=sides)
    mask(near, ["invitation", "left_note"], identity, instead, familiar=True)
    meetings = Appointment.objects.filter(introduction__in=sides)
    mask(meetings, ["place", "note", "end_note"], identity, instead, familiar=True)


organisation_traces.register(Trace("names in inquiries and appointments", erase=_mask_elsewhere))
