"""Municipalities as people write them in a list: name, reading, code, with or without prefecture and district."""

import re
from collections import defaultdict
from functools import lru_cache

from members.transitions.roster import RosterError
from tomoiki.places.models import Municipality
from tomoiki.places.postal import lookup_postal_code
from tomoiki.text.normalisation import normalise, to_katakana

_OUTSIDE = frozenset({"県外", "神奈川県外", "神奈川県の外", "他県", "その他"})
_SUFFIX = re.compile(r"[市区町村]$")
_REMEDY = "神奈川県の市区町村の名前を書いてください。県外の団体は空欄にします。"


def _key(text: str) -> str:
    key = re.sub(r"\s", "", normalise(text)).removeprefix("神奈川県")
    return to_katakana(key).replace("ヶ", "ケ").replace("ガ", "ケ") if re.search(r"[一-龠]", key) else to_katakana(key)


class Places:
    """The municipalities of the prefecture, read once for a whole file."""

    def __init__(self) -> None:
        self._all = list(Municipality.objects.select_related("parent").order_by("order", "code"))
        self._by_code = {each.code: each for each in self._all}
        self._names: dict[str, list[Municipality]] = defaultdict(list)
        for each in self._all:
            for name in {
                *(_key(name) for name in (each.name, f"{each.district}{each.name}", each.name_kana, each.short_name)),
                _SUFFIX.sub("", _key(each.name)),
            }:
                self._names[name].append(each)
        # Wards before their city: the longest name that an address begins with says most.
        self._starts = sorted(
            ((_key(f"{district}{each.name}"), each) for each in self._all for district in {"", each.district}),
            key=lambda pair: -len(pair[0]),
        )
        self._by_postal_code = lru_cache(maxsize=20_000)(self._look_up)

    def read(self, text: str) -> Municipality | None:
        """The municipality that ``text`` names; None for 県外. Raises ``RosterError``."""
        key = _key(text)
        if key in {_key(word) for word in _OUTSIDE}:
            return None
        # With the check digit a code has six digits.
        if re.fullmatch(r"[0-9]{5,6}", key):
            found = self._by_code.get(key[:5])
            if found is None:
                raise RosterError("このコードの市区町村は、神奈川県にはありません。", remedy=_REMEDY)
            return found
        candidates = self._names.get(key, [])
        if len(candidates) > 1:
            names = "」か「".join(each.name for each in candidates)
            raise RosterError(
                f"「{text}」は、{len(candidates)}か所にあります。",
                remedy=f"「{names}」のように、市の名前から書いてください。",
            )
        if not candidates:
            raise RosterError("この名前の市区町村は、神奈川県にはありません。", remedy=_REMEDY)
        return candidates[0]

    def of_address(self, address: str) -> Municipality | None:
        """The municipality that an address begins with, if any."""
        key = _key(address)
        return next((each for start, each in self._starts if key.startswith(start)), None) if key else None

    def of_postal_code(self, code: str) -> Municipality | None:
        """The municipality of a postal code, if it lies in the prefecture."""
        return self._by_postal_code(code) if code else None

    def _look_up(self, code: str) -> Municipality | None:
        found = lookup_postal_code(code)
        return found.municipality if found else None

    def among_wards(self, text: str, *others: Municipality | None) -> Municipality | None:
        """Of the places that ``text`` may mean, the one that address or postal code agree with."""
        candidates = self._names.get(_key(text), [])
        for other in others:
            for each in candidates:
                if other is not None and other.pk in {each.pk, each.parent_id}:
                    return each
        return None
