"""Import a file of posts: CSV, JSONL or XLSX, with columns guessed and then confirmed by a person.

Rows are read one at a time, so a large file costs little memory; a bad row is reported with its number
and the rest is kept.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any

from data.models import Engagement, NewPost, web_link
from sources.errors import ContentError
from sources.exports import known_export
from sources.plain_text import plain_text

SAMPLE_ROWS = 200
MAX_COLUMNS = 500
MAX_XLSX_BYTES = 1_000_000_000  # after decompression

# What each field is called in the exports people bring, in order of preference.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text",
        "texte",
        "message",
        "content",
        "contenu",
        "body",
        "post",
        "post text",
        "full text",
        "comment",
        "commentaire",
        "tweet",
        "caption",
        "legende",
        "description",
        "snippet",
        "verbatim",
        "selftext",
    ),
    "date": (
        "date",
        "published at",
        "published",
        "created at",
        "created",
        "created time",
        "date de publication",
        "publish date",
        "post date",
        "timestamp",
        "time",
        "datetime",
        "horodatage",
        "created utc",
        "heure",
    ),
    "author": (
        "author",
        "auteur",
        "user",
        "username",
        "user name",
        "utilisateur",
        "screen name",
        "account",
        "compte",
        "from",
        "name",
        "nom",
        "profile",
        "handle",
    ),
    "title": ("title", "titre", "headline", "subject", "sujet", "objet"),
    "url": ("url", "link", "lien", "permalink", "post url", "tweet url", "permanent link", "adresse"),
    "id": ("id", "post id", "tweet id", "message id", "comment id", "identifiant", "native id", "uri", "guid"),
    "lang": ("lang", "language", "langue"),
    "community": (
        "community",
        "subreddit",
        "forum",
        "page",
        "page name",
        "group",
        "groupe",
        "source",
        "channel",
        "canal",
    ),
    "score": ("score", "likes", "reactions", "favorites", "favourites", "like count", "j aime", "upvotes", "points"),
    "comments": ("comments", "replies", "reply count", "comment count", "reponses", "num comments"),
    "shares": ("shares", "retweets", "reposts", "partages", "share count", "boosts"),
    "views": ("views", "impressions", "vues", "reach", "portee", "view count"),
    "parent": ("parent", "parent id", "in reply to", "in reply to id", "reply to", "en reponse a"),
}
FIELDS = tuple(NAMES)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which column gives which field. `day_first` reads 03/04 as 3 April."""

    columns: dict[str, str]
    day_first: bool = True
    network: str = ""  # whose export it is, where that is known
    export: str = ""  # and which one, in words

    def problem(self) -> str:
        """Why an import cannot start with this mapping; empty when it can."""
        if not (self.columns.get("text") or self.columns.get("title")):
            return "no_text_column"
        return ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its number in the file (the header is row 1) and why."""

    row: int
    code: str  # no_text | bad_date | unreadable
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, its columns and the mapping guessed from both."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    guess: Mapped
    encoding: str = ""


def _fold(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower()).strip()


def guess_encoding(head: bytes) -> str:
    """utf-8, utf-16 or Windows-1252 from the first bytes."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    for cut in range(4):  # the sample may end inside a character
        try:
            head[: len(head) - cut].decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            continue
    if head[1:2] == b"\0" or head[:1] == b"\0":
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    return "cp1252"


def _csv_rows(stream: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    encoding = guess_encoding(stream.read(65_536))
    stream.seek(0)
    # A file that is not UTF-8 all the way through is read on, its odd bytes shown as such.
    lines = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        yield from _csv_lines(lines)
    finally:
        lines.detach()  # the stream stays its owner's


def _csv_lines(lines: io.TextIOWrapper) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    sample = lines.read(65_536)
    lines.seek(0)
    first = next((line for line in sample.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(5_000_000)
    reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    try:
        header = next(row for row in reader if any(cell.strip() for cell in row))
    except (StopIteration, csv.Error) as error:
        raise ContentError("bad_file", "CSV", "it has no header row") from error
    if len(header) > MAX_COLUMNS:
        raise ContentError("bad_file", "CSV", f"it has {len(header)} columns; at most {MAX_COLUMNS} are read")
    names = [cell.strip() or f"column {index + 1}" for index, cell in enumerate(header)]
    number = 1
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, BadRow(number, "unreadable", str(error))
            continue
        if any(cell.strip() for cell in row):
            yield number, dict(zip(names, row, strict=False))


def _jsonl_rows(stream: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line[:5_000_000].decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError) as error:
            yield number, BadRow(number, "unreadable", str(error)[:100])
            continue
        if isinstance(value, dict):
            yield number, value
        else:
            yield number, BadRow(number, "unreadable", "not an object")


def _xlsx_rows(stream: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    import openpyxl

    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_XLSX_BYTES:
                raise ContentError("bad_file", "XLSX", "it is too large once unpacked")
        stream.seek(0)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        header = next(rows)
    except ContentError:
        raise
    except Exception as error:
        raise ContentError("bad_file", "XLSX", "it is not a readable workbook; save it again as XLSX or CSV") from error
    names = [str(cell).strip() if cell not in (None, "") else f"column {i + 1}" for i, cell in enumerate(header)]
    for number, row in enumerate(rows, start=2):
        if any(cell not in (None, "") for cell in row):
            yield number, {k: v for k, v in zip(names, row, strict=False) if v is not None}
    book.close()


def read_rows(stream: IO[bytes], name: str) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    """(row number, row or why it cannot be read) of a file, by its ending.

    Raises ContentError when the file as a whole is unreadable.
    """
    ending = Path(name).suffix.lower()
    stream.seek(0)
    if ending in {".jsonl", ".ndjson", ".json"}:
        return _jsonl_rows(stream)
    if ending == ".xlsx":
        return _xlsx_rows(stream)
    if ending in {".csv", ".tsv", ".txt"}:
        return _csv_rows(stream)
    raise ContentError("bad_file", name, "only CSV, TSV, JSONL and XLSX files are read")


def guess_mapping(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Mapped:
    """Match columns to fields by their names, then by what they hold."""
    folded = {column: _fold(column) for column in columns}
    found: dict[str, str] = {}
    export = known_export(folded.values())
    wanted = NAMES if export is None else {field: export.columns.get(field, ()) for field in NAMES}
    for field, names in wanted.items():
        for name in names:
            match = next((c for c in columns if folded[c] == name and c not in found.values()), None)
            if match:
                found[field] = match
                break
    if export is not None and "text" in found:
        dates = [str(r.get(found.get("date", "")) or "") for r in rows]
        return Mapped(found, _day_first(dates), export.network, export.name)
    free = [c for c in columns if c not in found.values()]
    values = {c: [str(r.get(c) or "") for r in rows if r.get(c)] for c in columns}
    if "date" not in found:
        for column in free:
            sample = values[column][:50]
            if sample and sum(parse_date(v) is not None for v in sample) > 0.8 * len(sample):
                found["date"] = column
                free.remove(column)
                break
    if "text" not in found and "title" not in found:
        long = {c: sum(map(len, values[c])) / len(values[c]) for c in free if values[c]}
        wordy = {c: size for c, size in long.items() if size > 20 and any(" " in v for v in values[c][:20])}
        if wordy:
            found["text"] = max(wordy, key=lambda c: wordy[c])
    sample = values.get(found.get("date", ""), [])
    return Mapped(found, day_first=_day_first(sample))


def _day_first(values: Sequence[str]) -> bool:
    """False only when some date has a second number over 12 and none a first number over 12."""
    pairs = [re.match(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", value) for value in values]
    numbers = [(int(m[1]), int(m[2])) for m in pairs if m]
    return not (any(b > 12 for _, b in numbers) and not any(a > 12 for a, _ in numbers))


_MONTHS = {
    "jan": 1,
    "feb": 2,
    "fev": 2,
    "mar": 3,
    "apr": 4,
    "avr": 4,
    "may": 5,
    "mai": 5,
    "jun": 6,
    "juin": 6,
    "jul": 7,
    "juil": 7,
    "aug": 8,
    "aou": 8,
    "aout": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_SLASHED = re.compile(
    r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})(?:[ ,T]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
)
_WORDED = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})(?:\D+(\d{1,2})[:h](\d{2}))?")
_WORDED_US = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})(?:\D+(\d{1,2})[:h](\d{2}))?")


def parse_date(value: Any, *, day_first: bool = True, zone: tzinfo = UTC) -> datetime | None:
    """A date as exports write it, in UTC; None when it is none. Times without a zone are in `zone`."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    words = str(value or "").strip()[:60]
    if not words:
        return None
    try:
        if re.fullmatch(r"\d{9,10}(\.\d+)?", words):
            return datetime.fromtimestamp(float(words), UTC)
        if re.fullmatch(r"\d{12,13}", words):
            return datetime.fromtimestamp(int(words) / 1000, UTC)
        try:
            moment = datetime.fromisoformat(words.replace(" UTC", "+00:00").replace("Z", "+00:00"))
        except ValueError:
            moment = None
        if moment is None:
            moment = _worded_date(words, day_first)
        if moment is None:
            moment = parsedate_to_datetime(words)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None


def _worded_date(words: str, day_first: bool) -> datetime | None:
    found = _SLASHED.match(words)
    if found:
        a, b, year = int(found[1]), int(found[2]), int(found[3])
        day, month = (a, b) if (day_first or a > 12) and b <= 12 else (b, a)
        hour = int(found[4] or 0)
        if found[7]:
            hour = hour % 12 + (12 if found[7].lower() == "pm" else 0)
        return datetime(  # noqa: DTZ001 - the caller adds the zone
            year + 2000 if year < 100 else year, month, day, hour, int(found[5] or 0), int(found[6] or 0)
        )
    folded = "".join(c for c in unicodedata.normalize("NFKD", words.lower()) if not unicodedata.combining(c))
    for pattern, order in ((_WORDED, (1, 2, 3)), (_WORDED_US, (2, 1, 3))):
        found = pattern.search(folded)
        if found:
            name = found[order[1]]
            month = _MONTHS.get(name) or _MONTHS.get(name[:4]) or _MONTHS.get(name[:3]) or 0
            if month:
                return datetime(  # noqa: DTZ001
                    int(found[3]), month, int(found[order[0]]), int(found[4] or 0), int(found[5] or 0)
                )
    return None


def preview(stream: IO[bytes], name: str) -> Preview:
    """Columns, first rows and a guessed mapping. Raises ContentError for a file that cannot be read."""
    rows: list[Mapping[str, Any]] = []
    columns: dict[str, None] = {}
    for _, row in itertools.islice(read_rows(stream, name), SAMPLE_ROWS):
        if not isinstance(row, BadRow):
            rows.append(row)
            columns.update(dict.fromkeys(list(row)[:MAX_COLUMNS]))
    if not rows:
        raise ContentError("bad_file", name, "it holds no readable row")
    stream.seek(0)
    encoding = guess_encoding(stream.read(65_536))
    names = tuple(columns)
    return Preview(names, tuple(rows[:20]), guess_mapping(names, rows), encoding)


def _whole_number(value: Any) -> int | None:
    words = re.sub(r"[\s\u00a0\u202f,]", "", str(value if value is not None else ""))
    found = re.fullmatch(r"(-?\d{1,15})(?:\.0*)?", words)
    return int(found[1]) if found else None


def to_post(row: Mapping[str, Any], mapped: Mapped, kind: str = "import", zone: tzinfo = UTC) -> NewPost | str:
    """The post of one row, or why there is none: `no_text` or `bad_date`.

    Without an id column the id is a hash of author, date and text, so importing twice adds nothing.
    """

    def get(field: str) -> str:
        value = row.get(mapped.columns.get(field, ""))
        return "" if value is None else str(value)

    text, title = get("text"), get("title")
    if not text.strip() and not title.strip():
        return "no_text"
    moment = None
    if mapped.columns.get("date"):
        raw = row.get(mapped.columns["date"])
        moment = parse_date(raw, day_first=mapped.day_first, zone=zone)
        if moment is None:
            return "bad_date"
    url = web_link(get("url").strip())
    content = "\0".join((get("author"), str(moment), title, text))
    native = get("id").strip() or url or hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]
    return NewPost(
        source_kind=mapped.network or kind,
        native_id=native,
        text=text,
        plain=plain_text(text) if "</" in text or "<br" in text else text.strip(),
        title=plain_text(title),
        url=url,
        author=get("author").strip(),
        published_at=moment,
        lang=get("lang").strip()[:2].lower(),
        parent_id=get("parent").strip(),
        community=get("community").strip(),
        engagement=Engagement(
            *(_whole_number(get(name)) for name in ("score", "comments", "views", "shares")),
        ),
    )


def posts_of(
    stream: IO[bytes], name: str, mapped: Mapped, zone: tzinfo = UTC
) -> Iterator[tuple[int, NewPost | BadRow]]:
    """(row number, post or why it was left out) of every row."""
    for number, row in read_rows(stream, name):
        if isinstance(row, BadRow):
            yield number, row
            continue
        post = to_post(row, mapped, zone=zone)
        yield number, BadRow(number, post) if isinstance(post, str) else post
