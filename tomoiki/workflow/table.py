"""A state machine as a table that transitions consult; the verbs themselves are plain functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.db.models import Model, TextChoices

from tomoiki.audit.actors import Actor, SystemActor


class TransitionError(Exception):
    """A transition was refused. ``code`` is for programs, ``message`` is Japanese and for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Transition:
    """One allowed step.

    ``sources`` are the states it may start from; ``target`` is the state it leads to, or None when the
    function decides; ``label`` is what its button says in Japanese.
    """

    name: str
    sources: frozenset[str]
    target: str | None
    label: str


class Workflow:
    """The table of one model's states.

    ``noun`` names the object in messages (「団体」); ``field`` is where the state is stored.
    """

    def __init__(self, noun: str, states: type[TextChoices], transitions: Iterable[Transition], field: str = "state"):
        self.noun = noun
        self.states = states
        self.field = field
        self.transitions: Mapping[str, Transition] = {each.name: each for each in transitions}

    def allows(self, obj: Model, name: str) -> bool:
        """Whether ``obj`` is in a state from which the transition ``name`` may start."""
        return getattr(obj, self.field) in self.transitions[name].sources

    def available(self, obj: Model) -> list[Transition]:
        """The transitions that ``obj``'s state allows, in the order of the table."""
        return [each for each in self.transitions.values() if getattr(obj, self.field) in each.sources]

    def check(self, obj: Model, name: str) -> str:
        """Return the state before the transition; raise ``TransitionError('wrong_state')`` if it may not start."""
        before = str(getattr(obj, self.field))
        transition = self.transitions[name]
        if before not in transition.sources:
            label = self.states(before).label
            raise TransitionError(
                "wrong_state",
                f"この{self.noun}は今「{label}」のため、「{transition.label}」はできません。"
                "ほかの人が先に手続きをした可能性があります。画面を開き直してご確認ください。",
            )
        return before


def step(name: str, sources: Iterable[str], target: str | None, label: str) -> Transition:
    """Write one line of a table."""
    return Transition(name, frozenset(str(source) for source in sources), str(target) if target else None, label)


def require(actor: Actor, permission: str, obj: Any = None) -> None:
    """Raise ``PermissionDenied`` unless ``actor`` holds the rule ``permission`` for ``obj``.

    System actors act for the portal itself and are let through; a superuser is not: rules decide alone,
    so that nobody can answer in another organisation's name.
    """
    if isinstance(actor, SystemActor):
        return
    if not rules.perm_exists(permission):
        raise LookupError(f"no rule named {permission}")
    if not (actor.is_active and rules.has_perm(permission, actor, obj)):
        raise PermissionDenied(permission)
