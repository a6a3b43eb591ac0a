from argparse import ArgumentParser
from datetime import timedelta
from importlib import import_module
from random import Random
from typing import Any

import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from tomoiki.notifications.dispatch import held
from tomoiki.notifications.enums import MessageState
from tomoiki.notifications.models import Message
from tomoiki.web.demo import DemoWorld, play

SEED = 20260401
YEAR = timedelta(days=365)
# So that the newcomer's own mail stands on top of the few that still go out.
MAILS_THAT_GO_OUT = 10


class Command(BaseCommand):
    help = "Fill an empty demo database with a year of invented organisations, posts and introductions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are people already")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: no invented data are loaded into a real portal.")
        if get_user_model().objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There are people in this database already; start over with `make demo-reset`.")
        for config in apps.get_app_configs():
            if config.module is not None and module_has_submodule(config.module, "demo"):
                import_module(f"{config.name}.demo")
        end = timezone.now()
        world = DemoWorld(random=Random(SEED), start=end - YEAR, end=end)
        # One transaction: a load that is cut off leaves an empty database, not half a year.
        with transaction.atomic(), held():
            moments = play(world, lambda moment: time_machine.travel(moment, tick=False), self._show)
            self._settle_mail()
        self.stdout.write(f"  demo data: {moments} steps of a year")

    def _show(self, done: float) -> None:
        percent = int(done * 100)
        if percent // 10 > getattr(self, "_shown", -1):
            self._shown = percent // 10
            self.stdout.write(f"  demo data: {self._shown * 10} %", ending="\n")
            self.stdout.flush()

    def _settle_mail(self) -> None:
        """Store what was told in that year as delivered; only the last few are still to go out."""
        # An account mail would have to lose its body: none is made here, and one that were would really go out.
        waiting = Message.objects.filter(state=MessageState.QUEUED, secret=False).order_by("-created_at", "-pk")
        last = list(waiting.values_list("pk", flat=True)[:MAILS_THAT_GO_OUT])
        waiting.exclude(pk__in=last).update(state=MessageState.SENT, attempts=1, sent_at=F("created_at"))
