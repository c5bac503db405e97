"""Which column of a table gives which field, where no export is known: names in three languages, and contents."""

# ruff: noqa: E501 - lines of files, as they are

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from sources.files.meaning.names import fold
from sources.files.meaning.wording import language_of
from sources.files.posts import preview

NOW = datetime(2026, 11, 28, tzinfo=UTC)
TABLES = {
    "french": (
        "Date;Heure;Utilisateur;Message;J'aime;Nb commentaires;Vues;Permalien;Lien\n"
        "23/04/2026;18h05;Léa;Le four chauffe trop vite;12;3;1 200;https://a.example/p/1;https://b.example/x\n",
        {
            "date": "Date",
            "hour": "Heure",
            "author": "Utilisateur",
            "text": "Message",
            "score": "J'aime",
            "comments": "Nb commentaires",
            "views": "Vues",
            "url": "Permalien",
        },
    ),
    "german": (
        "Datum,Benutzer,Beitrag,Gefällt mir,Kommentare,Aufrufe\n23.04.2026,Lea,Der Ofen ist sehr laut,4,2,90\n",
        {
            "date": "Datum",
            "author": "Benutzer",
            "text": "Beitrag",
            "score": "Gefällt mir",
            "comments": "Kommentare",
            "views": "Aufrufe",
        },
    ),
    "survey": (
        "Horodateur,Âge,Que pensez-vous du nouveau tour ?,Recommanderiez-vous ?\n"
        "2026-04-23 10:00,31,Il tourne bien mais il vibre un peu le soir,oui\n2026-04-24 11:00,40,Rien à dire tout me va très bien,non\n",
        {"date": "Horodateur", "text": "Que pensez-vous du nouveau tour ?"},
    ),
    "words of comments": (
        "post,comments,date\nhttps://a.example/1,I would buy it again at once,2026-03-01\nhttps://a.example/2,Mine broke within a week,2026-03-02\n",
        {"text": "comments", "date": "date"},
    ),
    "constant and numbers": (
        "message,text,verbatim,id\nsurvey,12,The clay is dry,1\nsurvey,13,The glaze runs off,2\nsurvey,14,Where is my order,3\nsurvey,15,It is all fine,4\n",
        {"text": "verbatim", "id": "id"},
    ),
    "short answers and a mark": (
        "N°,Horodateur,Qu'en dites-vous ?,Score\n1,2026-04-23 10:00,Trop chaud ici,4\n2,2026-04-24 11:00,Rien,5\n3,2026-04-25 11:00,Un peu cher,5\n",
        {"date": "Horodateur", "text": "Qu'en dites-vous ?"},
    ),
    "form with days as numbers": (
        "Start time,Completion time,Why this mark?,Points\n46082.5,46082.51,The glaze cracked on day one,2\n46083.5,46083.51,Lovely colours and a kind shop,9\n",
        {"date": "Completion time", "text": "Why this mark?"},
    ),
    "records within an answer": (
        '{"status": "ok", "results": [{"review": {"text": "Cold tea", "stars": 4}, "user": {"name": "Ana"}, "date": "2026-05-01"}, {"review": {"text": "Warm tea"}, "user": {"name": "Bo"}, "date": "2026-05-02"}]}\n',
        {"text": "review.text", "author": "user.name", "date": "date"},
    ),
    "posts with their comments": (
        '{"posts": [{"message": "Open today", "created_time": "2026-05-01T10:00:00+0000", "from": {"name": "Pots"}, "comments": {"data": [{"message": "At what hour do you open?"}]}}]}\n',
        {"text": "message", "author": "from.name", "date": "created_time"},
    ),
    "customers by name": (
        "Date de l'avis;Nom du client;Note;Commentaire\n13/02/2026;Inès;2;Colis en retard de dix jours\n",
        {"date": "Date de l'avis", "author": "Nom du client", "text": "Commentaire"},
    ),
    "records": (
        '{"content": {"body": "Which clay is best?"}, "author": {"name": "Ana"}, "created_at": "2026-03-01T10:00:00Z", "stats": {"likes": 4}}\n',
        {"text": "content.body", "author": "author.name", "date": "created_at", "score": "stats.likes"},
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_columns_by_name_and_contents(name: str) -> None:
    body, wanted = TABLES[name]
    seen = preview(io.BytesIO(body.encode()), "t.json" if body[0] == "{" else "t.csv", now=NOW)
    assert dict(seen.guess.columns) == wanted
    assert {one.column: one.field for one in seen.taken if one.field} == {c: f for f, c in wanted.items()}
    assert {one.why for one in seen.taken if not one.field} <= {"none"}


@pytest.mark.parametrize(
    ("rows", "columns", "found"),
    [
        (
            [
                ["Report of May"],
                ["Made by", "Ana"],
                [],
                ["Date", "Author", "Text"],
                ["2026-05-01", "Bo", "The kiln is cold"],
            ],
            ("Date", "Author", "Text"),
            1,
        ),
        (
            [
                ["2026-05-01", "Bo", "The kiln is cold in the morning"],
                ["2026-05-02", "Cy", "No it is rather warm I think"],
            ],
            ("column 1", "column 2", "column 3"),
            2,
        ),
        ([["Text", "Date", "Text"], ["The kiln is cold", "2026-05-01", "x"]], ("Text", "Date", "Text (2)"), 1),
        (
            [["Text", "Date"], ["The kiln is cold", "2026-05-01"], ["Text", "Date"], ["It is warm", "2026-05-02"]],
            ("Text", "Date"),
            2,
        ),
    ],
)
def test_the_header_is_found(rows: list[list[Any]], columns: tuple[str, ...], found: int) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    seen = preview(stream, "t.xlsx", now=NOW)
    assert (seen.columns, seen.found) == (columns, found)


def test_a_first_look_tells_everything() -> None:
    body = (
        "date,text,author\n2026-03-01,One about clay,A\n2026-03-04,,B\nsoon,Two about clay,C\n2026-02-01,[deleted],D\n"
    )
    seen = preview(io.BytesIO(body.encode()), "t.csv", now=NOW)
    assert [post.text for post in seen.posts] == ["One about clay", "Two about clay"]
    assert (seen.found, seen.undated, dict(seen.left_out)) == (2, 1, {"no_text": 1, "removed": 1})
    assert [bad.row for bad in seen.examples] == [3, 5]
    assert (seen.oldest, seen.newest) == (datetime(2026, 3, 1, tzinfo=UTC),) * 2
    assert (seen.ours, seen.counted_all) == (False, True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("French", "fr"),
        ("Français", "fr"),
        ("fr-CA", "fr"),
        ("eng", "en"),
        ("und", ""),
        ("Englisch", "en"),
        ("?", ""),
        ("pt_BR", "pt"),
    ],
)
def test_languages(said: str, code: str) -> None:
    assert language_of(said) == code


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("authorMeta.name", "author meta name"),
        ("J’aime", "j aime"),
        ("Post_ID", "post id"),
        ("Veröffentlicht am:", "veroffentlicht am"),
        ("日付", "日付"),
    ],
)
def test_names_are_compared_without_signs(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("body", "said", "left"),
    [
        (
            "date,author,text\n2026-05-01,Ana,nice, but slow\n2026-05-02,Bo,fine\n2026-05-03,Cy,good\n",
            ["fine", "good"],
            {"too_many_cells": 1},
        ),
        (
            "text;date;by\nwarm; then cold;2026-05-01;Ana\nall good;2026-05-02;Bo\nso so;2026-05-03;Cy\n",
            ["all good", "so so"],
            {"too_many_cells": 1},
        ),
        ("date,author,text\n2026-05-01,Ana,nice,\n2026-05-02,Bo,fine,,\n", ["nice", "fine"], {}),
    ],
)
def test_a_row_with_more_cells_than_columns_is_never_cut(body: str, said: list[str], left: dict[str, int]) -> None:
    seen = preview(io.BytesIO(body.encode()), "t.csv", now=NOW)
    assert ([post.text for post in seen.posts], dict(seen.left_out)) == (said, left)


@pytest.mark.parametrize(
    ("right", "other"),
    [
        ("déjà vu", "ça coûte 5 €, à l'été, où ?"),
        ("C’est prêt", "Ça brûle à côté, où, déjà, là"),
        ("größer", "über schön für größe möglich"),
    ],
)
def test_lines_of_two_encodings_are_each_read_in_their_own(right: str, other: str) -> None:
    body = b"date,text\n2026-05-01," + right.encode() + b'\n2026-05-02,"' + other.encode("cp1252") + b'"\n'
    seen = preview(io.BytesIO(body), "t.csv", now=NOW)
    assert [post.text for post in seen.posts] == [right, other]
