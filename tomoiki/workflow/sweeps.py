"""Carrying out one transition for many objects, as the portal's own tasks do."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

from tomoiki.workflow.table import TransitionError

log = structlog.get_logger(__name__)

T = TypeVar("T")


def each_in_turn(name: str, pks: Iterable[int], verb: Callable[[int], T]) -> list[T]:
    """Call ``verb`` for each object, in a transaction of its own, and return what came of those that went well.

    One that fails is logged under the task's ``name`` and never stops the rest.
    """
    done = []
    for pk in pks:
        try:
            done.append(verb(pk))
        except TransitionError as refusal:
            # Somebody was quicker: nothing is left to do.
            log.info("task.not_now", task=name, pk=pk, code=refusal.code)
        except Exception:  # whatever one object's trouble is, the others still have their turn
            log.exception("task.failed", task=name, pk=pk)
    if done:
        log.info("task.done", task=name, count=len(done))
    return done
