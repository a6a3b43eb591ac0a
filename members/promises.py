"""What membership costs and asks for, and what is not promised: said in plain words at each step.

The words are rows of the list ``promise``, which staff edit; which of them a step says stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tomoiki.vocabulary.words import Word, Words

VOCABULARY = "promise"

#: (code, what is said, the rest of it); a term that staff take out of use is said nowhere.
DEFAULTS = (
    ("free", "参加は無料です。", "会費などの負担はありません。"),
    ("no-duty", "義務はありません。", "手を挙げるのも、断るのも、やめるのも自由です。"),
    (
        "any-stage",
        "どの段階からでも参加できます。",
        "「共感しているだけ」の団体も歓迎です。段階によって、受けられる支援が変わることはありません。",
    ),
    ("leave-any-time", "いつでもやめられます。", "退会に理由はいりません。費用もかかりません。"),
    ("come-back", "また参加できます。", "もう一度参加したくなったときは、いつでも申し込めます。"),
    ("write-little", "空いている欄があってもかまいません。", "書けるところから、少しずつで大丈夫です。"),
    ("may-decline", "お断りになってもかまいません。", "加わるかどうかは自由です。断っても、困ることは起こりません。"),
    (
        "asked-first",
        "前もっておたずねします。",
        "将来、運営が外部の組織に移り有料になるときは、続けるかどうかを前もっておたずねします。",
    ),
    (
        "no-match",
        "相手が必ず見つかるとはかぎりません。",
        "ご紹介はしますが、引き受けるかどうかは、それぞれの団体が決めます。",
    ),
    (
        "no-funding",
        "資金や助成をお約束するものではありません。",
        "お金の支えが必要なときは、応えられる団体がいるかどうかを、一件ずつさがします。",
    ),
    ("selection", "6か月の個別伴走支援には、選考があります。", "参加するだけでは受けられません。"),
    (
        "no-endorsement",
        "登録は、県のお墨付きではありません。",
        "一覧に載ることは、県や事務局が、その団体や活動を推薦したり保証したりするものではありません。",
    ),
    (
        "may-refuse",
        "登録できないこともあります。",
        "事務局が内容を確かめ、趣旨に合わないときは、理由をお伝えしてお断りします。",
    ),
    (
        "silence-is-no",
        "お返事がないときは、続けるとはみなしません。",
        "お返事をいただいた団体だけが、次へ引き継がれます。",
    ),
    (
        "figures-stay",
        "その場ですべてが消えるわけではありません。",
        "記録は、決められた期間のあとに消します。件数などの数字は、どの団体か分からない形で残ります。",
    ),
)


@dataclass(frozen=True)
class _Step:
    given: tuple[str, ...]
    withheld: tuple[str, ...]


STEPS: Mapping[str, _Step] = {
    "join": _Step(
        ("free", "no-duty", "any-stage", "asked-first"), ("no-match", "no-funding", "selection", "no-endorsement")
    ),
    "person": _Step(("free", "no-duty", "any-stage"), ("no-match", "selection")),
    "check": _Step(("free", "no-duty", "any-stage"), ("no-match", "no-funding", "no-endorsement", "may-refuse")),
    "done": _Step(("no-duty", "leave-any-time"), ("may-refuse",)),
    "approval": _Step(
        ("free", "no-duty", "any-stage", "leave-any-time"), ("no-match", "no-funding", "selection", "no-endorsement")
    ),
    "invitation": _Step(("may-decline", "free", "no-duty"), ("no-match",)),
    "claim": _Step(
        ("may-decline", "free", "no-duty", "any-stage", "leave-any-time"),
        ("no-match", "no-funding", "no-endorsement"),
    ),
    "referral": _Step(
        ("may-decline", "free", "no-duty", "any-stage"), ("may-refuse", "no-match", "no-funding", "no-endorsement")
    ),
    "reconfirmation": _Step(("no-duty", "leave-any-time", "come-back", "asked-first"), ("silence-is-no",)),
    "withdrawal": _Step(("leave-any-time", "come-back"), ("figures-stay",)),
    "profile": _Step(("write-little", "no-duty", "any-stage"), ("no-match", "no-endorsement")),
}


@dataclass(frozen=True)
class Promise:
    """What one step says: what holds, and what it does not mean."""

    step: str
    given: tuple[Word, ...]
    withheld: tuple[Word, ...]


def promise(step: str) -> Promise:
    """The words of ``step`` (a key of ``STEPS``) as staff have them now; one query."""
    codes = STEPS[step]
    words = Words.load(VOCABULARY)

    def said(wanted: tuple[str, ...]) -> tuple[Word, ...]:
        found = [words.get(VOCABULARY, code) for code in wanted]
        return tuple(word for word in found if word is not None and word.active)

    return Promise(step, said(codes.given), said(codes.withheld))
