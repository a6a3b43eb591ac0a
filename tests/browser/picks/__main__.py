import json
import sys
import time
from pathlib import Path

import django

SINK_SECONDS = 30
MAILS_THAT_GO_OUT = 5


def main() -> None:
    django.setup()
    # Models need a project that is set up; so do all the others below.
    from django.conf import settings
    from django.utils import timezone

    from tests.browser.picks import (
        belonging,
        consents,
        desk,
        doors,
        giving,
        introducing,
        introductions,
        journeys,
        people,
        posts,
        pro_bono,
        recommendations,
        relay,
        searches,
        stories,
    )
    from tomoiki.notifications.dispatch import held, wake_worker
    from tomoiki.notifications.models import Message

    with held():
        sessions = people.visitors() | people.logged_in(journeys.people())
        rooms = (
            belonging,
            consents,
            journeys,
            posts,
            introductions,
            desk,
            relay,
            pro_bono,
            doors,
            giving,
            recommendations,
            introducing,
            searches,
            stories,
        )
        ids = people.keys() | {name: pk for room in rooms for name, pk in room.ids().items()}
    # What was told meanwhile is history; a few mails go out, so that the sink has something to show.
    waiting = Message.objects.filter(state="queued")
    last = list(waiting.order_by("-pk").values_list("pk", flat=True)[:MAILS_THAT_GO_OUT])
    gone = waiting.exclude(pk__in=last)
    # As the engine leaves them.
    gone.filter(secret=True).update(text_body="", html_body="")
    gone.update(state="sent", attempts=1, sent_at=timezone.now())
    wake_worker(last)
    ids["mail"] = _first_mail(Path(settings.DEMO_MAIL_FOLDER))
    json.dump({"ids": ids, "sessions": sessions}, sys.stdout)


def _first_mail(folder: Path) -> str:
    until = time.monotonic() + SINK_SECONDS
    while time.monotonic() < until:
        for mail in folder.glob("*.eml"):
            return mail.stem
        time.sleep(0.1)
    raise RuntimeError("no mail reached the sink")


main()
