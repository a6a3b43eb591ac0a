"""What files tell lower rooms: what becomes of them in the life of a person."""

from tomoiki.files import links

__all__ = ["links"]
