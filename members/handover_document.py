"""The brief of a handover as a document to print."""

from django.utils import timezone

from members.handing_over import shown
from members.models import Handover
from tomoiki.documents.pdf import render_pdf
from tomoiki.text import clean
from tomoiki.web.templatetags.ui import ja_date


def handover_brief(handover: Handover, *, with_note: bool) -> bytes:
    """引き継ぎ書 in A4: who follows whom, what there is to do, and by when."""
    sections = [
        {
            "title": clean(title),
            "lines": [
                {"text": clean(line.text), "due": f"{ja_date(line.due)}まで" if line.due else ""} for line in lines
            ],
        }
        for title, lines in shown(handover.brief)
    ]
    done_at = handover.done_at or timezone.now()
    return render_pdf(
        "handover_brief",
        {
            "organisation": clean(handover.organisation.name),
            "leaver": clean(str(handover.leaver)),
            "successor": clean(str(handover.successor)),
            "done_on": ja_date(done_at),
            "note": [clean(line) for line in handover.note.splitlines()] if with_note else [],
            "sections": sections,
        },
        made_at=done_at,
    )
