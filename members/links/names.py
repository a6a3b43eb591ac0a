"""A name that is still free where two organisations become one."""

from typing import Any

from django.db.models import QuerySet


def free_name(taken: QuerySet[Any], name: str, source: str, length: int) -> str:
    """``name`` with where it comes from, and a number if that is taken too, within ``length`` signs."""
    number = 1
    while True:
        ending = f"（{source[:30]}{'' if number == 1 else number}）"
        candidate = f"{name[: length - len(ending)]}{ending}"
        if not taken.filter(name=candidate).exists():
            return candidate
        number += 1
