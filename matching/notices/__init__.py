"""What matching tells people. Importing the package registers every kind of notice."""

from matching.notices import introductions, outcomes, posts, relay, staff

__all__ = ["introductions", "outcomes", "posts", "relay", "staff"]
