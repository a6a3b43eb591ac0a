"""Measures the search on questions whose answers are known. Needs no database, no Redis and no environment."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.search.evaluation import OWN_CASES, evaluate
from tomoiki.text.embeddings import Unavailable


class Command(BaseCommand):
    help = (
        "Rank the posts of FILE for each of its questions, and print nDCG, recall, MRR and precision as JSON, beside"
        " what simple searches reach. Without FILE, the questions that come with the portal."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OWN_CASES)
        parser.add_argument("--rankings", action="store_true", help="also the ids found for each question, best first")

    def handle(self, *args: Any, file: Path, rankings: bool, **options: Any) -> None:
        try:
            cases = json.loads(file.read_text("utf-8"))
            result = self._measured(cases, rankings)
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))

    def _measured(self, cases: object, rankings: bool) -> dict[str, Any]:
        try:
            return evaluate(cases, rankings=rankings)
        except Unavailable as error:
            self.stderr.write(f"By words alone, without meaning: {error}")
            return evaluate(cases, rankings=rankings, meaning=False)
