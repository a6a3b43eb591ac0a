"""What the trail tells lower rooms: what becomes of it in the life of a person."""

from tomoiki.audit import links

__all__ = ["links"]
