import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.recommendation.evaluation import SETS, Malformed, evaluate, read_set
from tomoiki.text.embeddings import Unavailable, in_process


class Command(BaseCommand):
    """Reads a file and nothing else: neither the database nor a server is asked, only the shipped words and model."""

    help = "Measure how well needs and offers of a JSON file are brought together (docs/recommendation.md)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SETS / "held-out-1.json", metavar="FILE.json")
        parser.add_argument("--rankings", action="store_true", help="add every need's offers, best first")
        parser.add_argument("--without-embeddings", action="store_true", help="rank by words and fields alone")

    def handle(self, *args: Any, **options: Any) -> None:
        embedder = None if options["without_embeddings"] else in_process()
        try:
            found = read_set(options["file"])
            result = evaluate(found, embedder, with_rankings=options["rankings"])
        except Malformed as error:
            raise CommandError(" ".join(str(error).split())) from error
        except Unavailable as error:
            raise CommandError(f"no embeddings: {error}") from error
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
