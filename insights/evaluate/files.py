"""Files of labelled posts, conversations and events that the models are measured on and trained with."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class FileError(ValueError):
    """A file of labelled posts that cannot be used; the message names the line."""


def read_labelled(path: Path, wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows of a JSONL or JSONL.gz file. Raises FileError for a line that lacks one of the `wanted` fields."""
    with path.open("rb") as raw:
        stream = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == b"\x1f\x8b" else raw
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise FileError(f"{path.name}, line {number}: not JSON ({error})") from error
            missing = [name for name in wanted if not isinstance(row, dict) or name not in row]
            if missing:
                raise FileError(f"{path.name}, line {number}: no '{missing[0]}'")
            yield row


def read_events(path: Path) -> tuple[list[int], list[str], list[str]]:
    """Times (Unix seconds), texts and events of a CSV(.gz) with id, time, text, event; sorted by time.

    A row that is cut short is passed over. Raises FileError for a file without these columns, or when more than
    one row in twenty has no time that can be read.
    """
    csv.field_size_limit(10_000_000)
    rows: list[tuple[int, str, str]] = []
    bad: list[int] = []
    with path.open("rb") as raw:
        plain: Any = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == b"\x1f\x8b" else raw
        lines = io.TextIOWrapper(plain, encoding="utf-8", errors="replace", newline="")
        reader = csv.DictReader(line.replace("\0", "") for line in lines)
        missing = {"time", "text", "event"} - set(reader.fieldnames or [])
        if missing:
            raise FileError(f"{path.name}: no column '{min(missing)}'")
        for number, row in enumerate(reader, start=2):
            try:
                moment = datetime.fromisoformat(str(row["time"]).strip().replace("Z", "+00:00"))
            except ValueError:
                bad.append(number)
                continue
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            rows.append((int(moment.timestamp()), row["text"] or "", (row["event"] or "").strip()))
    if len(bad) > 0.05 * (len(rows) + len(bad)):
        raise FileError(f"{path.name}, row {bad[0]}: the time cannot be read; write it as 2026-03-31T12:00:00Z")
    rows.sort(key=lambda r: r[0])
    return [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]


def read_statements(path: Path) -> list[dict[str, Any]]:
    """Rows of a CSV (or CSV.gz) with conversation, text, agrees, disagrees.

    Raises FileError where a column is missing or a vote is no number.
    """
    raw = path.read_bytes()
    plain = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    rows = list(csv.DictReader(io.StringIO(plain.decode("utf-8-sig"), newline="")))
    for name in ("conversation", "text", "agrees", "disagrees"):
        if not rows or rows[0].get(name) is None:
            raise FileError(f"{path.name}: no column '{name}'")
    try:
        return [
            {
                "conversation": row["conversation"],
                "text": row["text"] or "",
                "agrees": float(row["agrees"] or 0),
                "disagrees": float(row["disagrees"] or 0),
            }
            for row in rows
        ]
    except ValueError as error:
        raise FileError(f"{path.name}: a vote is no number ({error})") from error
