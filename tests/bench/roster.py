"""How long a roster takes, from the file to the saved organisations: checked, saved, checked again.

python -m tests.bench.roster [--rows 5000] [--organisations 20000]; needs DATABASE_URL and REDIS_URL, makes a database
of its own. The task's limits in tomoiki.settings.base and MAX_ROWS follow from what it shows.
"""

import argparse
import io
import os
import resource
import time
from collections.abc import Callable
from typing import Any

from tests.bench.__main__ import SETTINGS, _database_url, _maintain

DATABASE = "tomoiki_bench_roster"
#: What the issue asks for: 5,000 rows, dry run included.
SECONDS = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--organisations", type=int, default=20_000)
    asked = parser.parse_args()
    server = os.environ["DATABASE_URL"]
    _maintain(server, f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)', f'CREATE DATABASE "{DATABASE}"')
    try:
        _measure(_database_url(server, DATABASE), asked)
    finally:
        _maintain(server, f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')


def _measure(database_url: str, asked: argparse.Namespace) -> None:
    os.environ.update(DATABASE_URL=database_url, DJANGO_SETTINGS_MODULE=SETTINGS, LOG_LEVEL="ERROR")
    import django  # the environment must name the bench's settings and database first

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile  # as above
    from django.core.management import call_command  # as above

    from members.models import Organisation, User  # as above
    from members.roster.engine import work_once  # as above
    from members.transitions import confirm_roster_import, start_roster_import  # as above
    from tests.bench.data import fill  # as above
    from tomoiki.files.uploads import TABLES, store_upload  # as above

    call_command("migrate", verbosity=0)
    fill(organisations=asked.organisations, posts=1)
    office = User.objects.create_superuser("office@bench.example", name="計測 事務局")

    def send(name: str) -> Any:
        content = _roster(asked.rows, name)
        file = store_upload(SimpleUploadedFile(f"{name}.xlsx", content), by=office, allow=TABLES)
        return start_roster_import(file, actor=office)

    job = send("名簿")
    checked = _timed("check (dry run)", work_once)
    confirm_roster_import(job.pk, actor=office)
    saved = _timed("save", work_once)
    job.refresh_from_db()
    again = send("同じ名簿")
    _timed("check again: nothing new", work_once)
    again.refresh_from_db()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'state':28}{job.state:>10}  {job.counts['created']:,} new, {again.counts['unchanged']:,} unchanged after")
    print(f"{'organisations':28}{Organisation.objects.count():>10,}   peak memory {memory:,.0f} MB")
    total = checked + saved
    print(f"{'check and save':28}{total:>9.1f}s   {'within' if total < SECONDS else 'MORE THAN'} {SECONDS} s")


def _timed(what: str, call: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    call()
    took = time.perf_counter() - begun
    print(f"{what:28}{took:>9.1f}s", flush=True)
    return took


def _roster(rows: int, title: str) -> bytes:
    """A workbook of so many organisations, every column filled in."""
    from openpyxl import Workbook  # needed only here
    from stdnum.jp import cn  # as above

    from members.roster.columns import COLUMNS  # models are loaded only now

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名簿")
    sheet.append([title])
    sheet.append([column.header for column in COLUMNS if column.name != "portal_id"])
    for number in range(rows):
        body = f"{number:012}"
        sheet.append(
            [
                *(f"B-{number}", f"NPO法人 計測の輪{number}", "ケイソクノワ", "NPO法人", ""),
                *(f"{cn.calc_check_digit(body)}{body}", "251-0024", "藤沢市", f"架空1丁目{number}番", "0466-00-0000"),
                *("https://keisoku.example", "月に二度、お茶の会をひらいています。", "はい", "令和6年4月1日"),
                *("計測 花子", f"hanako{number}@keisoku.example"),
            ]
        )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
