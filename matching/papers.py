"""What is printed for those who are not on the portal: the 回覧板 of a need, and the news for a group.

Words that a user typed go to the templates as data; with readings they go piece by piece.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from matching.cards import fact_rows
from matching.enums import Direction
from matching.models import Introduction, Participant, Post
from matching.news import news_for
from matching.resources import answers_in_words
from members.models import Organisation, RelayedGroup
from tomoiki.documents.pdf import render_pdf
from tomoiki.documents.qr import qr_svg
from tomoiki.text import clean
from tomoiki.text.readings import Piece, ruby
from tomoiki.web.templatetags.ui import ja_date

#: Boxes for the seals of those who have read it.
SEALS = 10
#: What a sheet has room for of the answers to the resource's questions.
MOST_ANSWERS = 2
Reader = Callable[[str], Sequence[Piece]]


def sheet(post: Post, *, url: str, readings: bool = True) -> bytes:
    """The 回覧板 of ``post`` in A4; ``url`` is its public page."""
    read = _reader(post, readings)
    desk = post.organisation
    need = post.direction == Direction.NEED
    by = "" if post.last_day is None else f"{ja_date(post.last_day)}までに、"
    data = {
        "document_title": f"回覧板：{clean(post.title)}",
        "author": clean(desk.name),
        "heading": "回覧",
        "readings": readings,
        "desk": clean(desk.name),
        "printed_on": f"{ja_date(timezone.localdate())} 発行",
        "from_whom": read(f"{post.who}{'から、力を貸してほしいことがあります' if need else 'から、お知らせです'}"),
        "title": read(post.title),
        "facts": [{"label": read(label), "words": read(words)} for label, words in _facts(post)],
        "body": _paragraphs(post.body, read),
        "answer_title": read("力になれる方は、ご連絡ください" if need else "使ってみたい方は、ご連絡ください"),
        "answer_words": read(f"下の紙に書いて、{by}お渡しください。電話でもかまいません。"),
        "contact": _contact(desk),
        "qr": qr_svg(url, title="くわしいページ"),
        "qr_alt": f"くわしいページへの二次元コード：{url}",
        "address_words": "携帯電話のカメラでうつすと\nくわしいページが開きます",
        "seal_words": "見た方は\n印かサイン",
        "copies": SEALS,
        "strip": _strip(desk, post),
    }
    return render_pdf("need_sheet", data)


def _facts(post: Post) -> list[tuple[str, str]]:
    """Where, when, how much, and the first that the resource says itself: one page has to hold it all."""
    first = [(_LABELS[each["label"]], _fact(each)) for each in fact_rows(post) if each["label"] in _LABELS]
    return [*first, *answers_in_words(post)[:MOST_ANSWERS]]


def _fact(fact: Mapping[str, str]) -> str:
    """Both parts in one line: the day before its hours, what is wanted before what is said of it."""
    parts = [fact["main"], fact["detail"]]
    return "　".join(part for part in (reversed(parts) if fact["label"] == "日時" else parts) if part)


#: How a fact is asked on paper.
_LABELS = {"場所": "どこで", "日時": "いつ", "量": "どれくらい"}


def _reader(post: Post, readings: bool) -> Reader:
    if not readings:
        return lambda text: [(clean(text), None)] if text else []
    names = _names(post.on_behalf_of)
    return lambda text: ruby(clean(text), names=names)


def _names(group: RelayedGroup | None) -> dict[str, str]:
    """How the group's name is read, and the name of its neighbourhood that stands in it: 海風町内会, 海風."""
    if group is None or not group.name_kana:
        return {}
    names = {group.name: group.name_kana}
    for ending, kana in _ENDINGS.items():
        if group.name.endswith(ending) and group.name_kana.endswith(kana):
            names[group.name.removesuffix(ending)] = group.name_kana.removesuffix(kana)
    return names


_ENDINGS = {"町内会": "チョウナイカイ", "自治会": "ジチカイ", "子ども会": "コドモカイ", "商店会": "ショウテンカイ"}


def _paragraphs(text: str, read: Reader) -> list[list[Sequence[Piece]]]:
    paragraphs = [part for part in clean(text.replace("\r\n", "\n")).split("\n\n") if part.strip()]
    return [[read(line.strip()) for line in paragraph.split("\n") if line.strip()] for paragraph in paragraphs]


def _contact(desk: Organisation) -> list[dict[str, Any]]:
    point = desk.details.get("contact") or {}
    rows = [
        {"label": "窓口", "text": clean(" ".join(filter(None, (desk.name, point.get("section"))))), "large": False},
        {"label": "電話", "text": point.get("phone") or desk.phone, "large": True},
        {"label": "ファクス", "text": point.get("fax", ""), "large": True},
        {"label": "受付", "text": clean(point.get("hours", "")), "large": False},
        {"label": "住所", "text": clean(desk.whole_address), "large": False},
    ]
    return [row for row in rows if row["text"]]


def _strip(desk: Organisation, post: Post) -> dict[str, str]:
    need = post.direction == Direction.NEED
    return {
        "title": "力になれます" if need else "使ってみたいです",
        "about": f"「{clean(post.title)}」について　{clean(desk.name)} あて",
        "name": "お名前\n（ふりがな）",
        "phone": "電話",
        "help": "できること、\n都合のよい日" if need else "使いたいこと、\n都合のよい日",
        "note": "書いていただいたことは、このご連絡のためだけに使い、用が済んだら処分します。"
        "書いただけで、約束したことにはなりません。",
    }


def slip(introduction: Introduction, side: Participant, *, readings: bool = True) -> bytes:
    """The news for the group of ``side``, in large type with readings."""
    desk, names = side.speaks, _names(side.group)

    def read(text: str) -> Sequence[Piece]:
        return ruby(clean(text), names=names) if readings else [(clean(text), None)]

    data = {
        "document_title": f"{clean(side.own_name)}さんへのお知らせ",
        "author": clean(desk.name),
        "readings": readings,
        "to": read(f"{side.own_name} さん"),
        "written_on": ja_date(timezone.localdate()),
        "heading": read("お知らせ"),
        "sentences": [read(sentence) for sentence in news_for(introduction, side)],
        "contact_title": "お問い合わせ",
        "desk": clean(desk.name),
        "contact": _contact(desk)[1:],
    }
    return render_pdf("group_slip", data)


def public_url(post: Post) -> str:
    """The address that stands in the QR code."""
    return f"{settings.SITE_URL}{post.get_absolute_url()}"
