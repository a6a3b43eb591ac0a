"""Form what posts are found by anew, now: after another engine, dictionary or synonyms came. Beat does so by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from matching import search_text
from matching.models import SearchBuild


class Command(BaseCommand):
    help = "検索用の語を、今の辞書と類義語で作りなおします。途中で止めても、続きから始められます。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="作りなおしが済んでいても、はじめからやりなおす")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            SearchBuild.objects.filter(pk=SearchBuild.ONLY).update(version="")
        differing = batches = 0
        while (number := search_text.rebuild_some()) is not None:
            differing += number
            batches += 1
            if batches % 25 == 0:
                self.stdout.write(f"{batches * search_text.BATCH:,}件まで見ました。")
        self.stdout.write(f"終わりました。{differing:,}件を作りなおしました。")
