"""Files of posts in words: their columns, what was taken for what and why, what is left out, why one cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from dashboard.words.language import _, day, n_
from sources.files.rows import BadRow


def field_names() -> dict[str, str]:
    """What each field of `sources.files.meaning.columns.FIELDS` is called."""
    return {
        "text": _("Text"),
        "date": _("Date"),
        "hour": _("Hour"),
        "author": _("Author"),
        "title": _("Title"),
        "url": _("Link"),
        "id": _("Identifier"),
        "lang": _("Post language"),
        "community": _("Community"),
        "score": _("Likes or points"),
        "comments": _("Replies"),
        "shares": _("Shares"),
        "views": _("Views"),
        "parent": _("Reply to"),
        "reply": _("Our answer"),
        "reply_date": _("Date of our answer"),
        "reply_author": _("Who answered"),
        "thread": _("Thread"),
        "video": _("Video"),
        "code": _("Identifier"),
        "addressed": _("Addressed to"),
    }


def taken_by(why: str) -> str:
    """Why a column was taken for what it was."""
    return {
        "export": _("this export writes it there"),
        "name": _("it is called so"),
        "contents": _("what it holds looks like it"),
        "person": _("you said so"),
    }.get(why, "")


def order_names(example: tuple[int, int, int] | None) -> dict[str, str]:
    """Both ways to read a date written in numbers, shown on an example of the file."""
    first, second, year = example or (3, 4, 2026)
    written = f"{first:02d}/{second:02d}"
    return {
        "day": _("{written} is {day}").format(written=written, day=day(date(year, second, first))),
        "month": _("{written} is {day}").format(written=written, day=day(date(year, first, second))),
    }


def reason_words(code: str, number: int) -> str:
    """How many rows are left out for a reason."""
    match code:
        case "no_text":
            return n_("{n} without text", "{n} without text", number)
        case "duplicate":
            return n_("{n} that is there twice", "{n} that are there twice", number)
        case "media":
            return n_("{n} with a picture or file alone", "{n} with a picture or file alone", number)
        case "notice":
            return n_("{n} notice of the program", "{n} notices of the program", number)
        case "removed":
            return n_("{n} deleted by its author or a moderator", "{n} deleted by their author or a moderator", number)
        case "private":
            return n_("{n} private message", "{n} private messages", number)
        case "boost":
            return n_("{n} repost without words of its own", "{n} reposts without words of their own", number)
    return n_("{n} that cannot be read", "{n} that cannot be read", number)


def left_out_words(reasons: Mapping[str, int]) -> str:
    told: dict[str, str] = {}
    damaged = 0
    for code, number in sorted(reasons.items(), key=lambda pair: -pair[1]):
        if code in _NO_POSTS:
            told[code] = reason_words(code, number)
        else:
            damaged += number
    if damaged:
        told["unreadable"] = reason_words("unreadable", damaged)
    return ", ".join(told.values())


_NO_POSTS = frozenset({"no_text", "duplicate", "media", "notice", "removed", "private", "boost"})


def row_line(bad: BadRow) -> str:
    """A row that is left out, with its number and why."""
    return _("Row {row}: {reason}").format(row=bad.row, reason=row_problem(bad.code))


def row_problem(code: str) -> str:
    """Why a row of a file is left out."""
    return {
        "no_text": _("it holds no text"),
        "unclosed_quote": _("a quotation mark opens here and never closes; the rows after it are read"),
        "bad_quotes": _("its quotation marks do not match"),
        "too_many_cells": _("it has more cells than the table has columns"),
        "too_long": _("a cell of it is longer than five million characters"),
        "too_deep": _("it is nested too deeply"),
        "cut_off": _("the file is damaged from here on, or ends within it"),
        "duplicate": _("it is there twice"),
        "media": _("it is a picture or file without words"),
        "notice": _("it is a notice of the program, not a message"),
        "removed": _("it was deleted"),
        "private": _("it is a private message"),
        "boost": _("it repeats somebody else's post"),
    }.get(code, _("it is damaged"))


def span_words(oldest: datetime | None, newest: datetime | None) -> str:
    """From which day to which; nothing where no date is known."""
    if oldest is None or newest is None:
        return ""
    first, last = day(oldest.date()), day(newest.date())
    return first if first == last else f"{first} – {last}"


def file_problem(detail: str) -> str:
    """Why a file cannot be read, and what to do, of what `sources.files` says of it; "" for what is new to it."""
    return next((sentence for pattern, sentence in _problems() if re.search(pattern, detail)), "")


def _problems() -> tuple[tuple[str, str], ...]:
    """(pattern of what is said of a file, the sentence for it), the first that matches counts."""
    return (
        (r"\(OPML\)", _("This is a list of feeds. Import it under “Lists of feeds (OPML)”.")),
        (r"is a feed;", _("This is a feed. Paste its address in the box above instead.")),
        (r"password", _("This file is protected by a password. Save it without one.")),
        (
            r"\((?:XLS|XLSB|XML|ODS)\)|Numbers|web page|Word or PowerPoint|RTF",
            _("This document has a form that is not read. Open it, and save its table as XLSX or CSV."),
        ),
        (
            r"PDF|picture|recording|program or a book",
            _("This is no table of posts. Export the posts as CSV, XLSX or JSON."),
        ),
        (
            r"(?:7z|RAR|TAR) archive|packed with|archive within the archive|holds archives",
            _("This archive cannot be unpacked here. Unpack it, and import the files within or a ZIP of them."),
        ),
        (
            r"nothing between them",
            _("Two of its rows lie far apart with nothing between them. Delete what stands in the last one."),
        ),
        (
            r"too large|unpacks to|too much|millions of|longer than",
            _("Once unpacked it is too large to be read safely. Save the part with the posts as CSV."),
        ),
        (r"columns|members|sheets; at most", _("It has more columns or parts than are read. Keep those with posts.")),
        (r"damaged|readable workbook", _("It is damaged or was cut off. Download or export it again.")),
        (
            r"no readable row|no header|no sheet|no member|no list|no column|no file",
            _("It holds no row that can be read as a post."),
        ),
        (
            r"database|Parquet|property list|XML file|are read",
            _("This file is of another program. Export the posts as CSV, XLSX or JSON."),
        ),
    )
