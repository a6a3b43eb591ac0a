"""What matching tells people. Importing the package registers every kind of notice."""

from matching.notices import contact, favourites, introductions, outcomes, posts, pro_bono, relay, staff

__all__ = ["contact", "favourites", "introductions", "outcomes", "posts", "pro_bono", "relay", "staff"]
