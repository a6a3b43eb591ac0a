"""Which lists there are. An app registers its list with default terms in its ``registrations.py``."""

from dataclasses import dataclass

from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class Vocabulary:
    """One list: ``defaults`` are (code, label, help) in order."""

    code: str
    label: str
    defaults: tuple[tuple[str, str, str], ...]


vocabularies: Registry[Vocabulary] = Registry("vocabularies", key=lambda each: each.code)


def choices(vocabulary: str) -> list[tuple[str, str]]:
    """The active terms of a list as (code, label), in the order staff gave them."""
    from tomoiki.vocabulary.models import Term  # lists are registered before models are loaded

    return list(Term.objects.of(vocabulary).values_list("code", "label"))


def labels(vocabulary: str) -> dict[str, str]:
    """All terms of a list, those no longer in use included, as code -> label."""
    from tomoiki.vocabulary.models import Term  # lists are registered before models are loaded

    return dict(Term.objects.filter(vocabulary=vocabulary).values_list("code", "label"))
