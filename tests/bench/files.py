"""Reading the records of a file of posts: its form told, damage looked for, against the plain reader of each form.

python -m tests.bench.files
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from typing import Any

from sources.files.parts import parts_of, read_part

ROWS = 100_000


def _rows() -> list[list[Any]]:
    text = 'The pump leaks at the base, "again", since\nMonday'
    return [[f"2026-05-{n % 28 + 1:02d} 10:00", f"user{n % 900}", f"{text} {n}", n] for n in range(ROWS)]


def _csv(rows: list[list[Any]]) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([["date", "author", "text", "likes"], *rows])
    return made.getvalue().encode()


def _xlsx(rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Posts")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def _json(rows: list[list[Any]]) -> bytes:
    return json.dumps({"messages": [{"date": a, "author": b, "text": c, "likes": d} for a, b, c, d in rows]}).encode()


def _plain_xlsx(body: bytes) -> int:
    import openpyxl

    return sum(1 for _ in openpyxl.load_workbook(io.BytesIO(body), read_only=True).worksheets[0].iter_rows())


FORMS: dict[str, tuple[Callable[[list[list[Any]]], bytes], str, Callable[[bytes], int]]] = {
    "posts.csv": (_csv, "csv.reader", lambda body: sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline="")))),
    "posts.json": (_json, "json.loads", lambda body: len(json.loads(body)["messages"])),
    "posts.xlsx": (_xlsx, "openpyxl, read-only", _plain_xlsx),
}


def main() -> None:
    rows = _rows()
    for name, (write, other, read) in FORMS.items():
        body = write(rows)
        started = time.perf_counter()
        plain = read(body)
        theirs = time.perf_counter() - started
        started = time.perf_counter()
        stream = io.BytesIO(body)
        ours = sum(1 for _ in read_part(stream, name, parts_of(stream, name)[0]))
        seconds = time.perf_counter() - started
        if ours != plain:
            raise SystemExit(f"{name}: {ours} records, not {plain}")
        print(
            f"files {name}: {ours:,} records of {len(body) / 1e6:.0f} MB in {seconds:.2f} s;"
            f" {other} {theirs:.2f} s: {theirs / seconds:.2f} times its pace"
        )


if __name__ == "__main__":
    main()
