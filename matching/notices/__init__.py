"""What matching tells people. Importing the package registers every kind of notice."""

from matching.notices import (
    appointments,
    contact,
    doors,
    favourites,
    inquiries,
    introductions,
    outcomes,
    parties,
    posts,
    pro_bono,
    recommendations,
    relay,
    searches,
    staff,
    welcome,
)

__all__ = [
    "appointments",
    "contact",
    "doors",
    "favourites",
    "inquiries",
    "introductions",
    "outcomes",
    "parties",
    "posts",
    "pro_bono",
    "recommendations",
    "relay",
    "searches",
    "staff",
    "welcome",
]
