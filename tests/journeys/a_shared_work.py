"""Run by a journey in the portal's environment: two visitors of the demo do something together already."""

import sys

import django


def main(title: str) -> None:
    django.setup()
    # Models need a project that is set up.
    from tests.browser.picks.stories import _begun

    _begun(title)


main(sys.argv[1])
