"""How active an organisation has been, in numbers: what upper apps count for those who invited it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from tomoiki.web.registry import Registry


@dataclass(frozen=True)
class ActivityFigure:
    """One number: ``count`` gives it for each of some organisations (by number), in one query."""

    name: str
    label: str
    count: Callable[[Collection[int]], Mapping[int, int]]
    order: int = 50


referral_activity: Registry[ActivityFigure] = Registry("referral activity", key=lambda figure: figure.name)


def figures_of(organisations: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """Pairs (label, number) for each of ``organisations``: one query a figure, none for nobody."""
    if not organisations:
        return {}
    figures = sorted(referral_activity, key=lambda figure: figure.order)
    counted = [(figure.label, figure.count(organisations)) for figure in figures]
    return {pk: [(label, numbers.get(pk, 0)) for label, numbers in counted] for pk in organisations}
