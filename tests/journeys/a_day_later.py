"""Run by a journey in the portal's environment: what was asked today was asked yesterday, and the clock strikes."""

import sys
from datetime import timedelta

import django


def main(title: str, days: int) -> None:
    django.setup()
    # Models need a project that is set up.
    from django.db.models import F

    from members.models import Reconfirmation, ReconfirmationReply
    from members.reconfirmation_tasks import carry_reconfirmations

    campaign = Reconfirmation.objects.get(title=title)
    past = timedelta(days=days)
    Reconfirmation.objects.filter(pk=campaign.pk).update(opened_at=F("opened_at") - past)
    ReconfirmationReply.objects.filter(reconfirmation=campaign).update(asked_at=F("asked_at") - past)
    carry_reconfirmations()


main(sys.argv[1], int(sys.argv[2]))
