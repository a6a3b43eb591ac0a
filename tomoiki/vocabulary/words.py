"""The words of several lists at once, for a page or a task that shows many: one query, however many lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from tomoiki.vocabulary.lists import vocabularies
from tomoiki.vocabulary.models import Term


@dataclass(frozen=True)
class Word:
    """One term as staff wrote it; not ``active`` once they took it out of use."""

    code: str
    label: str
    help_text: str
    active: bool = True


class Words:
    """The terms of some lists, those no longer in use included, in the order staff gave them."""

    def __init__(self, rows: Iterable[Term], lists: Iterable[str] = ()) -> None:
        self._lists: dict[str, dict[str, Word]] = {name: {} for name in lists}
        for row in rows:
            self._lists.setdefault(row.vocabulary, {})[row.code] = Word(row.code, row.label, row.help_text, row.active)

    @classmethod
    def load(cls, *lists: str) -> "Words":
        """Those of ``lists``, in one query."""
        return cls(Term.objects.filter(vocabulary__in=lists).order_by("order", "pk"), lists)

    def get(self, vocabulary: str, code: str) -> Word | None:
        """The term as it is now; as its app brought it along where it has no row yet; None where nobody knows it."""
        found = self._list(vocabulary).get(code)
        if found is not None:
            return found
        known = vocabularies.get(vocabulary)
        for default, label, help_text in known.defaults if known else ():
            if default == code:
                return Word(code, label, help_text)
        return None

    def label(self, vocabulary: str, code: str) -> str:
        """What the term is called, also when it is no longer in use; its code where nobody knows it."""
        word = self.get(vocabulary, code)
        return word.label if word else code

    def labels(self, vocabulary: str, codes: Iterable[str]) -> list[str]:
        """What ``codes`` are called, in the order of the list; those that nobody knows are left out."""
        wanted = set(codes)
        return [word.label for code, word in self._list(vocabulary).items() if code in wanted]

    def choices(self, vocabulary: str, keep: Iterable[str] = ()) -> list[tuple[str, str]]:
        """What may be chosen: the terms in use, and of the others those in ``keep``, which were chosen before."""
        kept = set(keep)
        return [(code, word.label) for code, word in self._list(vocabulary).items() if word.active or code in kept]

    def descriptions(self, vocabulary: str) -> dict[str, str]:
        """code -> help, for choices that say what they mean."""
        return {code: word.help_text for code, word in self._list(vocabulary).items() if word.help_text}

    def active(self, vocabulary: str, code: str) -> bool:
        """Whether staff left the term in use."""
        word = self.get(vocabulary, code)
        return word is not None and word.active

    def _list(self, vocabulary: str) -> dict[str, Word]:
        try:
            return self._lists[vocabulary]
        except KeyError:
            raise LookupError(f"the list {vocabulary} was not loaded") from None
