"""What organisations tell of themselves: one class per kind, which declares the kind's own fields.

Answers stand in ``Organisation.details`` under stable codes; questions and choices are rows of ``vocabulary``.
"""

from members.profiles.kinds import KINDS, profile_class, profile_of, words_for
from members.profiles.profile import ALWAYS, SHARED, Fact, Profile

__all__ = ["ALWAYS", "KINDS", "SHARED", "Fact", "Profile", "profile_class", "profile_of", "words_for"]
