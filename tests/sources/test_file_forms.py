"""How a file of posts is opened and cut into records: told by what it holds, bounded, with every bad record named."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.settings import ROOT
from sources.errors import ContentError
from sources.files.parts import parts_of, read_part
from sources.files.rows import BadRow, Part


def records(body: bytes, name: str = "posts.csv") -> list[tuple[int, Any]]:
    """(number, record) of all parts of a file."""
    stream = io.BytesIO(body)
    return [found for part in parts_of(stream, name) for found in read_part(stream, name, part)]


def good(body: bytes, name: str = "posts.csv") -> list[Any]:
    return [list(r) if isinstance(r, (list, tuple)) else r for _, r in records(body, name) if not isinstance(r, BadRow)]


def bad(body: bytes, name: str = "posts.csv") -> list[tuple[int, str]]:
    return [(number, r.code) for number, r in records(body, name) if isinstance(r, BadRow)]


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            # A fixed time: these bytes name tests, which every process must collect alike.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def named(members: dict[str, bytes]) -> bytes:
    return zipped(**members)


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows: str, before: str = "") -> bytes:
    """A workbook with one sheet, its rows as written here."""
    package = "http://schemas.openxmlformats.org/package/2006"
    one = f'<Relationship Id="r1" Type="{RELATIONS}/{{kind}}" Target="{{target}}"/>'
    related = f'<Relationships xmlns="{package}/relationships">{one}</Relationships>'
    return named(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>'.encode(),
            "_rels/.rels": related.format(kind="officeDocument", target="xl/workbook.xml").encode(),
            "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{RELATIONS}"><sheets><sheet name="Posts" '
            'sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": related.format(kind="worksheet", target="worksheets/s.xml").encode(),
            "xl/worksheets/s.xml": (
                f'{before}<worksheet xmlns="{SHEETS}"><sheetData>{rows}</sheetData></worksheet>'.encode()
            ),
        }
    )


def cell(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def saved(rows: list[list[Any]], title: str = "Posts") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


TABLE = [["date", "text"], ["2026-05-01", "Hello, pumps"], ["2026-05-02", "é à ü"]]
PLAIN = 'date,text\n2026-05-01,"Hello, pumps"\n2026-05-02,é à ü\n'
OBJECTS = [{"text": "one", "n": 1}, {"text": "two", "n": 2}]


@pytest.mark.parametrize(
    ("name", "body", "wanted"),
    [
        ("utf-8", PLAIN.encode(), TABLE),
        ("utf-8 with a mark", PLAIN.encode("utf-8-sig"), TABLE),
        ("windows", PLAIN.encode("cp1252"), TABLE),
        ("utf-16", PLAIN.encode("utf-16"), TABLE),
        ("utf-16 without a mark", PLAIN.encode("utf-16-le"), TABLE),
        ("utf-16 the other way", PLAIN.encode("utf-16-be"), TABLE),
        (
            "semicolons",
            b"date;text\n2026-05-01;Hello, pumps\n2026-05-02;a, b, c\n",
            [*TABLE[:2], ["2026-05-02", "a, b, c"]],
        ),
        ("tabs", b"date\ttext\n2026-05-01\tHello, pumps\n", TABLE[:2]),
        ("the separator said first", b"sep=;\r\ndate;text\r\n2026-05-01;Hello, pumps\r\n", TABLE[:2]),
        ("carriage returns alone", b"date,text\r2026-05-01,Hello\r", [TABLE[0], ["2026-05-01", "Hello"]]),
        (
            "quotes doubled",
            b'date,text\n2026-05-01,"She said ""hi"" twice"\n',
            [TABLE[0], ["2026-05-01", 'She said "hi" twice']],
        ),
        (
            "quotes escaped",
            b'date,text\n2026-05-01,"She said \\"hi\\", twice"\n',
            [TABLE[0], ["2026-05-01", 'She said "hi", twice']],
        ),
        ("a zero byte", b"date,text\n2026-05-01,a\0b\n", [TABLE[0], ["2026-05-01", "ab"]]),
        ("lines in a cell", b'date,text\n2026-05-01,"one\n\ntwo"\n', [TABLE[0], ["2026-05-01", "one\n\ntwo"]]),
    ],
)
def test_tables_of_text(name: str, body: bytes, wanted: list[list[str]]) -> None:
    assert good(body) == wanted
    assert bad(body) == []
    assert good(body, "renamed.txt") == wanted  # told by content, not by name


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("array", json.dumps(OBJECTS).encode()),
        ("array in utf-16", json.dumps(OBJECTS).encode("utf-16")),
        ("one a line", b"\n".join(json.dumps(one).encode() for one in OBJECTS)),
        ("one after the other", "".join(json.dumps(one, indent=2) for one in OBJECTS).encode()),
        ("in an object", json.dumps({"name": "room", "messages": OBJECTS}).encode()),
        ("deeper", json.dumps({"chats": {"list": [{"name": "a", "messages": OBJECTS}]}}).encode()),
        ("a script", b"window.YTD.tweets.part0 = " + json.dumps(OBJECTS).encode()),
        ("with a mark", b"\xef\xbb\xbf" + json.dumps(OBJECTS).encode()),
        ("a comma too many", json.dumps(OBJECTS).encode()[:-1] + b",]"),
        ("packed", gzip.compress(json.dumps(OBJECTS).encode(), mtime=0)),
        ("in an archive", named({"a/posts.json": json.dumps(OBJECTS).encode(), "__MACOSX/a/._posts.json": b"x"})),
    ],
)
@pytest.mark.parametrize("ending", [".json", ".csv", ".txt"])
def test_records_of_json(name: str, body: bytes, ending: str) -> None:
    found = [one for one in good(body, f"posts{ending}") if isinstance(one, dict) and "text" in one]
    assert found == OBJECTS


def test_what_stands_around_a_list_is_told() -> None:
    body = json.dumps({"guild": {"name": "Pumps"}, "messages": OBJECTS, "count": 2}).encode()
    part = parts_of(io.BytesIO(body), "a.json")[0]
    assert (part.path, part.form) == ("messages", "records")
    assert part.around == {"guild": {"name": "Pumps"}, "count": 2}


def test_a_cut_or_bad_record_costs_itself() -> None:
    assert good(b'[{"text":"a"},{"text":"b"},{"te', "a.json") == [{"text": "a"}, {"text": "b"}]
    assert bad(b'[{"text":"a"},{"text":"b"},{"te', "a.json") == [(3, "cut_off")]
    lines = b'{"text":"a"}\n{"text": broken\n{"text":"c"}\n'
    assert good(lines, "a.ndjson") == [{"text": "a"}, {"text": "c"}]
    assert [number for number, _ in bad(lines, "a.ndjson")] == [2]
    deep = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    assert bad(deep, "a.json")[0][1] == "too_deep"


def test_big_numbers_stay_exact() -> None:
    assert good(b'[{"id": 1789012345678901234, "x": NaN}]', "a.json")[0]["id"] == 1789012345678901234


@pytest.mark.parametrize(
    "broken",
    [
        '2026-05-03,bo,"never closed,7',
        '2026-05-03,bo,"He wrote 5"" and, never closed it,7',
        '"2026-05-03,bo,never closed,7',
    ],
)
def test_an_unclosed_quote_costs_its_row_alone(broken: str) -> None:
    rows = [f'2026-05-{n % 28 + 1:02d},u{n},"Post {n}, with a comma",{n}' for n in range(20_000)]
    rows[400] = broken
    body = ("date,author,text,likes\n" + "\n".join(rows) + "\n").encode()
    kept = good(body)
    assert len(kept) == 20_000  # the header and all rows but one
    assert kept[-1] == ["2026-05-08", "u19999", "Post 19999, with a comma", "19999"]
    assert bad(body) == [(402, "unclosed_quote")]


def test_a_long_poem_is_no_unclosed_quote() -> None:
    poem = "\n".join(f"Line {n}, of a long poem, it goes on" for n in range(200))
    body = f'date,author,text\n2026-05-01,bo,"{poem}"\n2026-05-02,li,short\n'.encode()
    assert good(body)[1:] == [["2026-05-01", "bo", poem], ["2026-05-02", "li", "short"]]
    assert records(body)[2][0] == 202  # the physical line on which the row begins


@pytest.mark.parametrize(
    ("body", "name", "what"),
    [
        (b"%PDF-1.7 abc", "posts.csv", "PDF"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "posts.xls", "XLS"),
        (b"<html><body><table></table></body></html>", "posts.xls", "web page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "posts.xlsx", "picture"),
        (b"Rar!\x1a\x07" + bytes(50), "posts.zip", "RAR"),
        (b'<?xml version="1.0"?><opml><body/></opml>', "posts.csv", "OPML"),
        (named({"content.xml": b"<a/>", "META-INF/manifest.xml": b"<a/>"}), "posts.ods", "ODS"),
        (named({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), "posts.docx", "Word"),
        (named({"inner.zip": named({"a.csv": b"a,b"})}), "posts.zip", "archives"),
        (named({"photo.jpg": b"x"}), "posts.zip", "no file in it"),
        (b"PK\x03\x04 broken", "posts.zip", "damaged"),
    ],
)
def test_what_is_no_file_of_posts_is_named(body: bytes, name: str, what: str) -> None:
    with pytest.raises(ContentError) as raised:
        records(body, name)
    assert what in raised.value.detail
    assert raised.value.subject == name


def test_every_sheet_is_a_part_with_typed_cells() -> None:
    book = openpyxl.load_workbook(io.BytesIO(saved([["Date", "Text"], ["2026-05-01", "a"]], "All posts")))
    book.create_sheet("Metrics").append(["Day", 12, 1.5, True])
    made = io.BytesIO()
    book.save(made)
    body = made.getvalue()
    assert [part.path for part in parts_of(io.BytesIO(body), "a.xlsx")] == ["All posts", "Metrics"]
    assert good(body, "a.csv") == [["Date", "Text"], ["2026-05-01", "a"], ["Day", 12, 1.5, True]]


HEAD = f'<row r="1">{cell("A1", "text")}{cell("B1", "date")}</row><row r="2">{cell("A2", "hello")}</row>'
ENTITIES = (
    "<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {name} '{10 * f'&{inner};'}'>" for inner, name in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)
BOMBS: dict[str, Callable[[], bytes]] = {
    "a million rows apart": lambda: workbook(HEAD + f'<row r="1048576">{cell("A1048576", "x")}</row>'),
    "sixteen thousand columns": lambda: workbook(f'<row r="1">{cell("A1", "text")}{cell("XFD1", "date")}</row>'),
    "150 MB of rows": lambda: workbook(HEAD + f'<row r="3">{cell("A3", "a" * 1_000)}</row>' * 150_000),
    "one cell of 120 MB": lambda: workbook(HEAD + f'<row r="3">{cell("A3", "a" * 120_000_000)}</row>'),
    "entities": lambda: workbook(f'<row r="1">{cell("A1", "&h;")}</row>', ENTITIES),
}
MEASURED = """
import resource, sys, time
from sources.errors import ContentError
from sources.files.parts import parts_of, read_part
stream, started = open(sys.argv[1], "rb"), time.monotonic()
try:
    for part in parts_of(stream, "posts.xlsx"):
        for row in read_part(stream, "posts.xlsx", part):
            pass
except ContentError as error:
    print("refused", error.code)
print(round(time.monotonic() - started, 2), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_workbook_that_unpacks_beyond_bounds_is_refused(bomb: str, tmp_path: Any) -> None:
    file = tmp_path / "posts.xlsx"
    file.write_bytes(BOMBS[bomb]())
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, str(file)],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = run.stdout.splitlines()
    assert first == "refused bad_file"
    _seconds, megabytes = second.split()
    print(bomb, second)
    assert int(megabytes) < 300


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0\r\ufeff", exclude_categories=["Cs"]), max_size=30),
            min_size=3,
            max_size=3,
        ),
        min_size=2,
        max_size=12,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_a_program_writes_is_read_back(rows: list[list[str]], sign: str) -> None:
    import csv

    made = io.StringIO()
    csv.writer(made, delimiter=sign, quoting=csv.QUOTE_ALL).writerows([["one", "two", "three"], *rows])
    wanted = [["one", "two", "three"], *(row for row in rows if any(one.strip() for one in row))]
    found = [row for row in good(made.getvalue().encode()) if any(str(one).strip() for one in row)]
    assert found == wanted


def test_a_part_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    body = named({"a.csv": b"date,text\n2026-05-01,hello there\n", "b.xlsx": b"PK\x03\x04 broken"})
    parts = parts_of(io.BytesIO(body), "a.zip")
    assert [part.path for part in parts] == ["a.csv", "b.xlsx"]
    assert parts[1].around["problem"]
    assert isinstance(parts[0], Part)
    assert good(body, "a.zip") == [["date", "text"], ["2026-05-01", "hello there"]]
