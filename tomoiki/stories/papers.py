"""A story on one or two sheets, to be handed out."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from tomoiki.documents.pdf import render_pdf
from tomoiki.documents.qr import qr_svg
from tomoiki.stories.enums import StoryState
from tomoiki.stories.models import Story
from tomoiki.text import clean
from tomoiki.web.templatetags.ui import ja_date


def story_sheet(story: Story) -> bytes:
    """The PDF of ``story`` in A4; a story that is not published says so on its head."""
    address = f"{settings.SITE_URL}{story.get_absolute_url()}"
    public = story.state == StoryState.PUBLISHED
    data: dict[str, Any] = {
        "document_title": f"共創事例：{clean(story.title)}",
        "author": clean(settings.SITE_OWNER),
        "heading": "共創事例",
        "note": "" if public else "公開前の確認用です。ほかの方に渡さないでください。",
        "title": clean(story.title),
        "lead": clean(story.lead),
        "partners": [{"name": clean(each.name), "role": clean(each.role)} for each in story.partners.all()],
        "sections": [{"heading": heading, "paragraphs": _paragraphs(text)} for heading, text in story.sections],
        "quotes": [{"text": clean(each.text), "source": clean(each.source)} for each in story.quotes.all()],
        "published_on": f"{ja_date(story.published_at)} 公開" if story.published_at else "",
        "qr": qr_svg(address, title="くわしいページ") if public else "",
        "qr_alt": f"くわしいページへの二次元コード：{address}",
        "address": address,
    }
    return render_pdf("story_sheet", data)


def _paragraphs(text: str) -> Sequence[Sequence[str]]:
    parts = [part for part in clean(text.replace("\r\n", "\n")).split("\n\n") if part.strip()]
    return [[line.strip() for line in part.split("\n") if line.strip()] for part in parts]
