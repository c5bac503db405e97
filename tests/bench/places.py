"""Where the record leads: seconds on a store of generated posts, or the list for a record, to be read with one's eyes.

    python -m tests.bench.places [SIZE ...]
    python -m tests.bench.places FILE.sqlite [--since 2023-01-01] [--stray]

A file is copied first, never written. With --stray, places that one post names are listed too.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from data.models import date_to_day
from data.places.listing import keep_gathered, venues
from data.schema import IDS_PER_DAY
from data.settings import Settings
from data.store import Store
from sources.places import gather as gathering
from tests.bench.reputation import LAST, fill

FIRST = 40  # that are read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=["100000"])
    parser.add_argument("--since", type=date.fromisoformat, default=date(2023, 1, 1))
    parser.add_argument("--stray", action="store_true")
    given = parser.parse_args()
    for what in given.what:
        with tempfile.TemporaryDirectory() as folder:
            if what.isdecimal():
                _generated(folder, int(what))
            else:
                _of_record(folder, Path(what), given.since, given.stray)


def _generated(folder: str, size: int) -> None:
    store = Store(Settings(data_dir=folder, demo=False).store_url)
    fill(store, size)
    link = "' see https://forum' || (post_id % 40) || '.example.org/t/a-topic/' || post_id"
    with store.write() as connection:
        for column in ("plain", "received"):
            connection.exec_driver_sql(f"UPDATE post_text SET {column} = {column} || {link} WHERE post_id % 50 = 0")
    now = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=UTC)
    began = time.perf_counter()
    number = gathering.refresh_places(store, now)
    print(f"{size} posts: {number} places in {time.perf_counter() - began:.1f} s")


def _of_record(folder: str, path: Path, since: date, stray: bool) -> None:
    copy = Path(folder) / path.name
    shutil.copy(path, copy)
    store = Store(f"sqlite:///{copy}")
    now = datetime.now(UTC)
    if stray:
        gathering.LEAST_POSTS = gathering.LEAST_VOICES = 1
    began = time.perf_counter()
    with store.read() as connection:
        gathered = gathering.gather(connection, now)
    took = time.perf_counter() - began
    keep_gathered(store, gathered, now)
    with store.read() as connection:
        found = venues(connection, date_to_day(since) * IDS_PER_DAY, (date_to_day(now.date()) + 1) * IDS_PER_DAY)
    listed = [one for one in found if one.is_proposed or (stray and one.posts)]
    print(f"{len(listed)} places since {since} in {took:.1f} s; the first {FIRST}:")
    for one in listed[:FIRST]:
        print(f"{one.voices:4} voices {one.posts:4} posts  {one.kind:14} {one.address}")


if __name__ == "__main__":
    main()
