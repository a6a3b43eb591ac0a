"""What people ask of the board, from rare to common, short to long, with and without other conditions."""

import urllib.parse
from time import perf_counter
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from matching.filters import BoardFilter
from matching.models import Post
from matching.post_search import bounded_number, newest_page
from matching.relevance import ranked_page
from tests.bench.board_data import COMMON, COMMON_LONG, MIDDLING, RARE, RARE_LONG, SELDOM

#: name -> conditions.
QUESTIONS: dict[str, dict[str, Any]] = {
    "common, 2 letters": {"q": COMMON},
    "common, 3 letters": {"q": COMMON_LONG},
    "middling, 2 letters": {"q": MIDDLING},
    "seldom, 1 letter": {"q": SELDOM},
    "rare, 2 letters": {"q": RARE},
    "rare, 5 letters": {"q": RARE_LONG},
    "nothing": {"q": "存在しない言葉"},
    "two common": {"q": f"{COMMON} {COMMON_LONG}"},
    "two middling": {"q": f"{MIDDLING} 防災"},
    "common and rare": {"q": f"{COMMON} {RARE}"},
    "four middling": {"q": f"{MIDDLING} 防災 送迎 会計"},
    "phrase": {"q": f"「{COMMON_LONG}」"},
    "rare phrase": {"q": f"「{RARE_LONG}」"},
    "without another": {"q": f"{MIDDLING} -{COMMON}"},
    "either": {"q": f"{MIDDLING} OR {RARE}"},
    "sentence": {"q": "雨の日に子どもと遊べる会議室を使いたい"},
    "and neighbours": {"q": MIDDLING, "area": "14205", "nearby": "on"},
    "common, small town": {"q": COMMON, "area": "14402"},
    "all conditions": {
        "q": MIDDLING,
        "direction": "need",
        "resource": "place",
        "theme": "children",
        "area": "14205",
        "nearby": "on",
        "kind": "media",
        "since": "2027-01-01",
    },
    "conditions, no word": {"direction": "need", "resource": "funding", "area": "14402", "kind": "media"},
}
DEEP = "after~{moment}~{pk}"


def addresses(deep: str) -> list[tuple[str, str]]:
    """Pages of the board: name, address. ``deep`` is a cursor far down."""
    pages = [(f"board: {name}", _address(**question)) for name, question in QUESTIONS.items()]
    return [
        *pages,
        ("board: far down", _address(cursor=deep)),
        ("board: a word far down", _address(q=MIDDLING, cursor=deep)),
        ("board: a rare word far down", _address(q=RARE_LONG, cursor=deep)),
        ("board: by relevance, common", _address(q=COMMON, order="relevance")),
        ("board: by relevance, middling", _address(q=MIDDLING, order="relevance")),
    ]


def cursor_far_down() -> str:
    """Where nine of ten posts have gone by."""
    rows = Post.objects.on_board().order_by("-published_at", "-pk")
    at = rows[int(rows.count() * 0.9)]
    return f"after~{at.published_at.isoformat() if at.published_at else ''}~{at.pk}"


def in_the_database(times: int, deep: str) -> list[tuple[str, list[float]]]:
    """Milliseconds of what the board asks for a page and its count, without the page around it."""
    visible = Post.objects.on_board_for(AnonymousUser())
    found = []
    for name, question in QUESTIONS.items():
        posts = BoardFilter(QueryDict(urllib.parse.urlencode(question)), queryset=visible).qs
        found.append((f"database: {name}", [_timed(posts, "") for _ in range(times)]))
    word = BoardFilter(QueryDict(urllib.parse.urlencode({"q": MIDDLING})), queryset=visible)
    found.append(("database: a word far down", [_timed(word.qs, deep) for _ in range(times)]))
    found.append(("database: by relevance", [_timed_ranking(word) for _ in range(times)]))
    return found


def _timed(posts: Any, cursor: str) -> float:
    began = perf_counter()
    newest_page(posts.defer("search_text", "search_terms"), cursor)
    bounded_number(posts)
    return (perf_counter() - began) * 1_000


def _timed_ranking(word: BoardFilter) -> float:
    began = perf_counter()
    if word.query is not None:
        ranked_page(word.qs, word.query, "")
    return (perf_counter() - began) * 1_000


def _address(**question: str) -> str:
    return f"/board/?{urllib.parse.urlencode(question)}"
