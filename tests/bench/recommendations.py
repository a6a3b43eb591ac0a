"""Recommendation on a large board: vectors that are generated, one post refreshed after a change, and what it takes.

python -m tests.bench.recommendations [--posts 100000]; needs DATABASE_URL and REDIS_URL, makes a database of its own.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

from tests.bench.__main__ import SETTINGS, _database_url, _maintain

DATABASE = "tomoiki_bench_recommendations"
ROOT = Path(__file__).resolve().parents[2]
CHANGES = 40
BATCH = 5_000
#: Around so many centres the vectors lie, as texts lie around what they are about.
CENTRES = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--organisations", type=int, default=3_000)
    asked = parser.parse_args()
    server = os.environ["DATABASE_URL"]
    drop = f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)'
    _maintain(server, drop, f'CREATE DATABASE "{DATABASE}"')
    try:
        rows = _measure(_database_url(server, DATABASE), asked)
    finally:
        _maintain(server, drop)
    for row in rows:
        print(f"{row['name']:44}{row['rows']:>10,}{row['p50_ms']:>10}{row['p95_ms']:>10}")
    (ROOT / "bench-recommendations.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")


def _measure(database_url: str, asked: argparse.Namespace) -> list[dict[str, Any]]:
    os.environ.update(DATABASE_URL=database_url, DJANGO_SETTINGS_MODULE=SETTINGS, EMBEDDINGS="none")
    import django  # the environment must name the bench's settings and database first

    django.setup()
    from django.core.management import call_command  # as above
    from django.db import connection  # as above

    from matching.models import Post  # as above
    from matching.suggesting import storing  # as above
    from matching.suggesting.cases import corpus  # as above
    from matching.suggesting.pool import nearest  # as above
    from matching.suggesting.reading import near_in_meaning, recommended_to  # as above
    from tests.bench.data import fill  # as above

    call_command("migrate", verbosity=0)
    print(f"filling {asked.posts:,} posts ...", flush=True)
    filled = fill(organisations=asked.organisations, posts=asked.posts)
    begun = time.perf_counter()
    _fill_vectors()
    print(f"vectors and their index: {time.perf_counter() - begun:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    chance = Random(5)
    keys = list(Post.objects.on_board().order_by("pk").values_list("pk", flat=True))
    some = chance.sample(keys, CHANGES)
    begun = time.perf_counter()
    corpus()
    print(f"learning from the newest: {time.perf_counter() - begun:.1f} s", flush=True)
    posts = list(Post.objects.filter(pk__in=some).select_related("organisation", "photo"))
    refreshed = _times(storing.refresh, some)
    return [
        _row("nearest 120 by meaning", asked.posts, _times(lambda post: nearest(post, 120), posts)),
        _row("refresh after one change", asked.posts, refreshed),
        _row("refresh the same again", asked.posts, _times(storing.refresh, some)),
        _row(
            "recommended to one post", asked.posts, _times(lambda post: recommended_to(post, filled.staff, 12), posts)
        ),
        _row(
            "beside a post, by meaning", asked.posts, _times(lambda post: near_in_meaning(post, filled.staff, 3), posts)
        ),
    ]


def _fill_vectors() -> None:
    import numpy as np  # needed here only

    from matching.models import Post, PostEmbedding  # the settings must be known first

    chance = np.random.default_rng(3)
    centres = chance.normal(size=(CENTRES, 384)).astype(np.float32)
    rows = list(Post.objects.on_board().order_by("pk").values_list("pk", "direction"))
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        vectors = centres[chance.integers(CENTRES, size=len(some))] + 0.6 * chance.normal(size=(len(some), 384))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        PostEmbedding.objects.bulk_create(
            PostEmbedding(post_id=pk, direction=direction, vector=vector, model="generated", text_hash="")
            for (pk, direction), vector in zip(some, vectors.astype(np.float32), strict=True)
        )


def _times(work: Callable[[Any], Any], things: list[Any]) -> list[float]:
    """Milliseconds for each of ``things``."""
    times = []
    for each in things:
        begun = time.perf_counter()
        work(each)
        times.append((time.perf_counter() - begun) * 1_000)
    return times


def _row(name: str, rows: int, times: list[float]) -> dict[str, Any]:
    cuts = quantiles(times, n=20)
    return {"name": name, "rows": rows, "p50_ms": round(cuts[9], 1), "p95_ms": round(cuts[18], 1)}


if __name__ == "__main__":
    main()
