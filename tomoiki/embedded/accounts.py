"""Whom a visitor of the demo can log in as. Printed by `make demo`, listed in the README, made by `load_demo`."""

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

PASSWORD = "tomoiki-demo"  # noqa: S105 - published with the demo, which holds invented data only


@dataclass(frozen=True)
class DemoAccount:
    """``who`` in a few Japanese words: the kind of organisation or the office."""

    who: str
    email: str


ACCOUNTS = (
    DemoAccount("企業", "kigyo@demo.example"),
    DemoAccount("NPO等", "npo@demo.example"),
    DemoAccount("大学", "daigaku@demo.example"),
    DemoAccount("市町村", "shichoson@demo.example"),
    DemoAccount("社会福祉協議会", "shakyo@demo.example"),
    DemoAccount("金融機関", "kinyu@demo.example"),
    DemoAccount("マスコミ", "media@demo.example"),
    DemoAccount("その他（寺院）", "sonota@demo.example"),
    DemoAccount("事務局", "jimukyoku@demo.example"),
    DemoAccount("実践者", "jissensha@demo.example"),
)


def width(text: str) -> int:
    """Columns that a text takes in a terminal: a full-width sign takes two."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)


def table(accounts: Iterable[DemoAccount]) -> str:
    """The accounts, one a line, in two columns."""
    rows = [(account.who, account.email) for account in accounts]
    broadest = max((width(who) for who, _ in rows), default=0)
    return "\n".join(f"  {who}{' ' * (broadest - width(who))}  {email}" for who, email in rows)
