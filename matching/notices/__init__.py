"""What matching tells people. Importing the package registers every kind of notice."""

from matching.notices import contact, introductions, outcomes, posts, pro_bono, relay, staff

__all__ = ["contact", "introductions", "outcomes", "posts", "pro_bono", "relay", "staff"]
