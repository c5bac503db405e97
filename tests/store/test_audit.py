"""The audit read: posts, record and house together, filtered, newest first, and as a table."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.files.audit import as_csv
from dashboard.words.changes.told import meanwhile_sentence, told_subject, told_value
from dashboard.words.language import colon, speaking
from dashboard.words.team import done_words, subject_names
from data.actor import Actor, acting
from data.audit import SUBJECTS, Asked, acted, audited
from data.changes import Meanwhile, note_change
from data.house.changes import note_house_change
from data.house.store import House
from data.inbox import triage
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import ROOT, Settings
from data.source_list import add_source
from data.store import Store

ANA, LEO = Actor(3, "Ana", "editor"), Actor(4, "Léo", "administrator")
NOW = datetime.now(UTC)
LATELY = Asked(NOW - timedelta(days=1), NOW + timedelta(days=1))


@pytest.fixture
def house(settings: Settings) -> House:
    return House(settings.house_url)


@pytest.fixture
def changed(store: Store, house: House) -> Store:
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://a", NOW)
        add_posts(connection, made.id, [NewPost("feed", "1", "t", "words", published_at=NOW)], NOW)
        post = int(connection.exec_driver_sql("SELECT id FROM post").scalar_one())
    with acting(ANA):
        triage.change(store, [post], "note", "call back", NOW - timedelta(hours=3))
        decided = triage.change(store, [post], "decision", "watch", NOW - timedelta(hours=2))
        triage.undo(store, decided.batch, NOW - timedelta(hours=1))
        with store.write() as connection:
            note_change(connection, "brand.saved", "Brimelo", "=1+1", "100% ours")
    with acting(LEO), house.write() as connection:
        note_house_change(connection, "role.changed", "ana", NOW, "member", "editor")
    return store


def told(store: Store, house: House | None, asked: Asked = LATELY, most: int = 100) -> list[tuple[str, str]]:
    with store.read() as record:
        if house is None:
            return [(one.who, one.action) for one in audited(record, None, asked, most)]
        with house.read() as other:
            return [(one.who, one.action) for one in audited(record, other, asked, most)]


def test_all_that_was_done_in_one_order(changed: Store, house: House) -> None:
    found = told(changed, house)
    assert found[-2:] == [("Ana", "post.decision"), ("Ana", "post.note")]
    assert {("Ana", "brand.saved"), ("Léo", "role.changed")} <= set(found)
    assert told(changed, house, most=1) == found[:1]
    assert ("Léo", "role.changed") not in told(changed, None)
    with changed.read() as record:
        held = {one.action: one for one in audited(record, None, LATELY, 100)}
    assert (held["post.decision"].undone, held["post.note"].undone) == (True, False)
    note = held["post.note"]
    assert (note.account, note.before, note.after) == (3, "", "call back")


def test_what_is_asked_for(changed: Store, house: House) -> None:
    def asked(**more: str) -> set[tuple[str, str]]:
        return set(told(changed, house, Asked(LATELY.since, LATELY.until, **more)))

    assert asked(who="Léo") == {("Léo", "role.changed")}
    assert {action for _who, action in asked(about="posts")} >= {"post.note", "post.decision"}
    assert asked(about="reputation") == {("Ana", "brand.saved")}
    assert asked(about="team") == {("Léo", "role.changed")}
    assert asked(about="calendar") == set()
    assert asked(words="CALL") == {("Ana", "post.note")}
    assert asked(words="100%") == {("Ana", "brand.saved")}
    assert asked(words="%") == {("Ana", "brand.saved")}  # a sign of the database's own is a sign like others
    early = Asked(NOW - timedelta(hours=4), NOW - timedelta(hours=2, minutes=30))
    assert told(changed, house, early) == [("Ana", "post.note")]
    with changed.read() as record, house.read() as other:
        assert {"Ana", "Léo"} <= set(acted(record, other))
        with pytest.raises(KeyError):
            audited(record, other, Asked(LATELY.since, LATELY.until, about="nothing"), 10)


def test_the_table_runs_nothing_in_a_spreadsheet(changed: Store) -> None:
    with changed.read() as record:
        rows = list(csv.reader(io.StringIO(as_csv(audited(record, None, LATELY, 100)).decode("utf-8-sig"))))
    brand = next(row for row in rows if row[3] == "brand.saved")
    assert brand[2] == "Ana"
    assert brand[5] != "=1+1"
    assert brand[5].endswith("=1+1")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_subject_has_a_name_and_a_change_is_said(lang: str) -> None:
    with speaking(lang):
        assert set(subject_names()) == set(SUBJECTS)
        assert done_words("brand.saved") != "brand.saved"
        assert done_words("post.note") not in {"post.note", "note"}
        assert done_words("signed.in") != "signed.in"
        assert done_words("unheard.of") == "unheard.of"


# What `data` and `sources` note: a name of each kind of change.
NOTED = re.compile(r"""note_(?:change|edit)\(\s*connection,\s*"([a-z_.]+)\"""", re.DOTALL)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_change_that_is_noted_has_words(lang: str) -> None:
    named = {name for path in ROOT.glob("[ds]*/**/*.py") for name in NOTED.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 40
    known = {first for firsts in SUBJECTS.values() for first in firsts}
    with speaking(lang):
        for name in named:
            first, _dot, last = name.partition(".")
            assert first in known, f"{name} is about nothing that can be asked for"
            assert done_words(name) != name
            assert done_words(name).partition(" · ")[2] != last or last in {
                "note",
                "rules",
                "setting",
                "state",
                "tags",
                "tone",
            }, name


@pytest.mark.parametrize(("lang", "title", "yes"), [("en", "Title", "yes"), ("fr", "Titre", "oui")])
def test_fields_and_subjects_are_told_by_their_names(lang: str, title: str, yes: str) -> None:
    with speaking(lang):
        told = told_value("calendar.saved", '{"title": "Ten: years", "is_on": "yes", "drafts.x": "one"}')
        assert told.startswith(f"{title}{colon()}Ten: years · ")
        assert f"{colon()}{yes}" in told
        assert f"(x){colon()}one" in told
        assert told_value("brand.saved", '{"broken') == '{"broken'
        assert told_subject("item 5: Ten years") == "Ten years"
        assert told_subject("watch 3") == "n° 3"
        assert told_subject("Brimelo") == "Brimelo"
        assert told_subject("identity: name") != "identity: name"
        assert told_subject("themes") != "themes"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_others_changed_is_told_without_markup(lang: str) -> None:
    with speaking(lang):
        told = meanwhile_sentence(Meanwhile("note", "**bold** " * 90, "A*n*a", NOW))
        assert "A\\*n\\*a" in told
        assert len(told) < 700
        assert "**" not in told
        assert meanwhile_sentence(Meanwhile("", "", "Ana", NOW)) != meanwhile_sentence(Meanwhile("", "")) != ""
