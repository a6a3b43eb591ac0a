"""What matching tells people. Importing the package registers every kind of notice."""

from matching.notices import introductions, outcomes, posts, staff

__all__ = ["introductions", "outcomes", "posts", "staff"]
