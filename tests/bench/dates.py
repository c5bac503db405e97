"""Reading the dates of a file's column: its form decided and each cell read, against dateutil and dateparser.

python -m tests.bench.dates
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sources.files.dates import date_form, read_date

ROWS, OTHERS = 200_000, 1_000
FORMS = {
    "ISO": "%Y-%m-%d %H:%M:%S",
    "slashed": "%d/%m/%Y %H:%M",
    "in words": "%B %d, %Y, %I:%M:%S %p",
}


def main() -> None:
    import dateparser
    from dateutil import parser

    now, draw = datetime(2026, 6, 15, tzinfo=UTC), random.Random(7)
    moments = [now - timedelta(seconds=draw.randrange(3 * 365 * 86_400)) for _ in range(ROWS)]
    for name, pattern in FORMS.items():
        texts = [moment.strftime(pattern) for moment in moments]
        started = time.perf_counter()
        form = date_form(texts, now=now, named_date=True)
        decided = time.perf_counter() - started
        if form is None:
            raise SystemExit(f"{name}: no dates")
        started = time.perf_counter()
        read = sum(read_date(t, form, zone=ZoneInfo("Europe/Paris"), now=now) is not None for t in texts)
        ours = time.perf_counter() - started
        started = time.perf_counter()
        for text in texts[:OTHERS]:
            parser.parse(text, dayfirst=True)
        util = (time.perf_counter() - started) * ROWS / OTHERS
        started = time.perf_counter()
        for text in texts[:OTHERS]:
            dateparser.parse(text, languages=["en"], settings={"DATE_ORDER": "DMY"})
        words = (time.perf_counter() - started) * ROWS / OTHERS
        print(
            f"dates {name}: {read:,} read in {ours:.2f} s, form decided in {decided:.2f} s; dateutil {util / ours:.0f}"
            f" and dateparser {words / ours:.0f} times as long"
        )


if __name__ == "__main__":
    main()
