"""Appointments as the events of a calendar."""

from django.conf import settings

from matching.enums import AppointmentState
from matching.models import Appointment, Introduction
from tomoiki.documents.calendar import Event


def event_of(appointment: Appointment, introduction: Introduction) -> Event | None:
    """The event of an appointment that was fixed, also when it was called off since; None before that."""
    starts_at, ends_at = appointment.starts_at, appointment.ends_at
    if starts_at is None or ends_at is None:
        return None
    url = f"{settings.SITE_URL}{appointment.get_absolute_url()}"
    partners = "、".join(side.label for side in introduction.together())
    lines = [f"おつなぎ「{introduction.post}」の打ち合わせ", f"参加：{partners}", appointment.note, url]
    return Event(
        uid=f"appointment-{appointment.pk}@{settings.SITE_URL.split('//')[-1].split('/')[0].split(':')[0]}",
        title=f"打ち合わせ：{introduction.post}",
        starts_at=starts_at,
        ends_at=ends_at,
        place="／".join(part for part in (appointment.place, appointment.online_url) if part),
        description="\n".join(line for line in lines if line),
        url=url,
        sequence=appointment.sequence,
        cancelled=appointment.state == AppointmentState.CANCELLED,
    )
