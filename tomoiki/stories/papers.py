"""A story on one or two sheets, to be handed out."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings

from tomoiki.documents.pdf import render_pdf
from tomoiki.documents.qr import qr_svg
from tomoiki.stories.enums import StoryState
from tomoiki.stories.models import Story, StoryPhoto
from tomoiki.text import clean
from tomoiki.web.templatetags.ui import ja_date

log = structlog.get_logger(__name__)


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
        "cover": _picture(story.cover) if story.cover else "",
        "cover_alt": clean(story.cover.alt) if story.cover else "",
        "partners": [{"name": clean(each.name), "role": clean(each.role)} for each in story.partners.all()],
        "sections": [{"heading": heading, "paragraphs": _paragraphs(text)} for heading, text in story.sections],
        "quotes": [{"text": clean(each.spoken), "source": clean(each.source)} for each in story.quotes.all()],
        "published_on": f"{ja_date(story.published_at)} 公開" if story.published_at else "",
        "qr": qr_svg(address, title="くわしいページ") if public else "",
        "qr_alt": f"くわしいページへの二次元コード：{address}",
        "address": address,
    }
    return render_pdf("story_sheet", data)


def _picture(photo: StoryPhoto) -> str:
    """The photo as an SVG, which a template takes as text; empty where its file cannot be read."""
    file = photo.file
    large = "1200" in file.variants
    name = file.variant_path("1200") if large else str(file.content.name)
    width, height = file.variants["1200"] if large else (file.width, file.height)
    try:
        with file.content.storage.open(name) as stream:
            content = b64encode(stream.read()).decode()
    except OSError as error:
        # The words are worth handing out without it.
        log.warning("story.photo_unreadable", file=file.pk, error=type(error).__name__)
        return ""
    kind = "image/webp" if large else file.content_type
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image href="data:{kind};base64,{content}" width="{width}" height="{height}"/></svg>'
    )


def _paragraphs(text: str) -> Sequence[Sequence[str]]:
    parts = [part for part in clean(text.replace("\r\n", "\n")).split("\n\n") if part.strip()]
    return [[line.strip() for line in part.split("\n") if line.strip()] for part in parts]
