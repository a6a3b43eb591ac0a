"""What is new in one version of a text, beside the one before it: paragraph by paragraph, and word by word in these."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: How alike two paragraphs must be to be shown as one that was reworded.
ALIKE = 0.5
_HEADING = re.compile(r"^(第[0-9０-９一二三四五六七八九十百]+条.*|[0-9０-９]+[.．]\s*\S.*|[#■].*)$")

# Near enough to a Japanese word: one script's run, or a sign.
_WORD = re.compile(r"[一-鿿々〇]+|[ぁ-ゖ]+|[ァ-ヺー]+|[A-Za-z0-9０-９]+|.", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A piece of a paragraph: ``kind`` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One paragraph that is new, gone or reworded; ``heading`` is the one it stands under."""

    kind: str
    heading: str
    parts: tuple[Part, ...]


def changes_between(before: str, after: str) -> list[Change]:
    """What changed from ``before`` to ``after``, in the order of the newer text."""
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        found += _block(old[i1:i2], new[j1:j2], heading_old=_above(old, i1), heading_new=_above(new, j1))
    return found


def share_gone(before: str, changes: Sequence[Change]) -> float:
    """How much of ``before`` stands no more in the newer text, from 0 to 1; blanks do not count."""
    whole = len("".join(before.split()))
    gone = sum(len("".join(part.text.split())) for each in changes for part in each.parts if part.kind == "removed")
    return gone / whole if whole else 0.0


def _paragraphs(text: str) -> list[str]:
    return [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if block.strip()]


def _above(paragraphs: Sequence[str], index: int) -> str:
    return next((each for each in reversed(paragraphs[:index]) if _is_heading(each)), "")


def _is_heading(paragraph: str) -> bool:
    return "\n" not in paragraph and bool(_HEADING.match(paragraph))


def _block(old: Sequence[str], new: Sequence[str], *, heading_old: str, heading_new: str) -> Iterator[Change]:
    """The paragraphs between two that stayed: each new one is set beside the next old one that it is made of."""
    at = 0
    for paragraph in new:
        match = next((i for i in range(at, len(old)) if _alike(old[i], paragraph)), None)
        if match is None:
            yield Change("added", heading_new, (Part("added", paragraph),))
        else:
            for gone in old[at:match]:
                yield Change("removed", heading_old, (Part("removed", gone),))
            yield Change("changed", heading_new, tuple(_parts(old[match], paragraph)))
            at = match + 1
        if _is_heading(paragraph):
            heading_new = heading_old = paragraph
    for gone in old[at:]:
        yield Change("removed", heading_old, (Part("removed", gone),))


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The cheap bounds first: most pairs have little in common.
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _parts(before: str, after: str) -> Iterator[Part]:
    """Word by word: a change of every other letter could not be read."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(new[j1:j2]))
            continue
        if i2 > i1:
            yield Part("removed", "".join(old[i1:i2]))
        if j2 > j1:
            yield Part("added", "".join(new[j1:j2]))
