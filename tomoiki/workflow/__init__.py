"""State tables and the errors a transition may raise: small on purpose, see docs/decisions."""

from tomoiki.workflow.table import Transition, TransitionError, Workflow, require, step

__all__ = ["Transition", "TransitionError", "Workflow", "require", "step"]
