"""Run by a journey in the portal's environment: a need of one visitor, and what three others could bring to it."""

import sys

import django


def main(need: str, word: str) -> None:
    django.setup()
    # Models need a project that is set up.
    from matching.enums import Direction, Resource
    from tests.browser.picks.posts import published

    published("npo", need, Resource.PLACE)
    for who in ("kigyo", "daigaku", "kinyu"):
        published(who, f"{word}にどうぞ（{who}）", Resource.PLACE, Direction.OFFER)


main(sys.argv[1], sys.argv[2])
