"""What becomes of the rows of matching when a person or an organisation moves on; each module declares its own."""

from matching.links import (
    doors,
    everyday,
    favourites,
    introducing,
    pro_bono,
    recommendations,
    searches,
    welcome,
)

__all__ = [
    "doors",
    "everyday",
    "favourites",
    "introducing",
    "pro_bono",
    "recommendations",
    "searches",
    "welcome",
]
