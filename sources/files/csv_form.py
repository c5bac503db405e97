"""Whether a text is a table, and how its cells are kept apart: told by many rows, not by the first line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from sources.files.csv_rows import NO_DELIMITER, Dialect, rows_of
from sources.files.rows import BadRow
from sources.files.text_lines import line_end, lines_of

SAMPLE = 1_000  # lines
DELIMITERS = ",;\t|"
TABLE_ENDINGS = (".csv", ".tsv", ".tab")
_SEP = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)


def _quotes_are_escaped(sample: str) -> bool:
    r"""Whether quotes within cells are written \" (as databases do) rather than "" (as nearly all others do)."""
    escaped = len(re.findall(r'\\"(?=[^",;\t|\r\n])', sample))
    doubled = len(re.findall(r'(?<=[^",;\t|\r\n\\])""(?=[^",;\t|\r\n])', sample))
    return escaped > doubled


def _judge(lines: Sequence[str], dialect: Dialect) -> tuple[float, int]:
    """(how well a delimiter explains these lines, the usual number of cells)."""
    rows = [row for _, row in rows_of(lines, dialect) if not isinstance(row, BadRow)]
    counts = Counter(len(row) for row in rows)
    joints = {width: (width - 1) * times for width, times in counts.items()}
    total = sum(joints.values())
    if not total:
        return 0.0, 1
    width = max(joints, key=lambda cells: joints[cells])
    score = joints[width] / total * (counts[width] / len(rows)) ** 0.5 * (1 - 1 / width)
    # Text with the delimiter in it, not quoted, makes rows longer than the header but never shorter.
    header = len(rows[0])
    labels = header > 1 and all(len(cell) <= 60 for cell in rows[0])
    if labels and sum(len(row) >= header for row in rows) >= 0.8 * len(rows):
        floor = 0.5 * (1 - 1 / header)
        if floor > score or width > header > 2:
            return max(score, floor), header if counts[header] > 1 else width
    return score, width


def dialect_of(sample: str, name: str) -> Dialect | None:
    """How the cells of a table are kept apart, from its first lines; None for a text that is no table.

    A file whose name says that it is a table is one, of a single column if need be.
    """
    end = line_end(sample)
    lines = list(islice(lines_of([sample.replace("\0", "")], end), SAMPLE))
    if len(lines) > 3 and not lines[-1].endswith(end):
        lines.pop()  # the sample may end inside a line
    escaped = _quotes_are_escaped(sample)
    if lines and (said := _SEP.fullmatch(lines[0])):
        width = _judge(lines[1:], Dialect(said[1], escaped=escaped))[1]
        return Dialect(said[1], width, escaped, end, skip=1)
    judged = [(*_judge(lines, Dialect(sign, escaped=escaped)), sign) for sign in DELIMITERS]
    score, width, sign = max(judged, key=lambda found: found[0])
    by_name = name.lower().endswith(TABLE_ENDINGS)
    if score < (0.3 if by_name else 0.45):
        return Dialect(NO_DELIMITER, 1, escaped, end) if by_name else None
    return Dialect(sign, width, escaped, end)
