"""What becomes of this app's rows, and of its libraries', when people and organisations move on or are erased."""

from members.links import accounts, organisations, people

__all__ = ["accounts", "organisations", "people"]
