"""One's own words in a report: kept field by field, and never over those of somebody else without a word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.sharing.reports import LONGEST_COMMENT, OtherWords, Report, one_report, save_report, set_words
from data.store import Store
from tests.conftest import NOW


def test_words_are_kept_field_by_field(store: Store) -> None:
    number = save_report(store, Report(0, "R", 7, blocks=("summary", "topics"), notes={"topics": "Smile"}), NOW)
    set_words(store, number, "comments", "summary", "A good week.", "", NOW)
    set_words(store, number, "comments", "topics", "x" * (LONGEST_COMMENT + 9), "", NOW)
    with store.read() as connection:
        held = one_report(connection, number)
    assert held is not None
    assert held.comments == {"summary": "A good week.", "topics": "x" * LONGEST_COMMENT}
    assert held.notes == {"topics": "Smile"}
    set_words(store, number, "comments", "topics", " ", "x" * LONGEST_COMMENT, NOW)
    with store.read() as connection:
        held = one_report(connection, number)
        noted = connection.exec_driver_sql("SELECT after FROM change ORDER BY id DESC LIMIT 1").scalar()
    assert held is not None
    assert held.comments == {"summary": "A good week."}
    assert noted == ""  # from something to nothing


def test_two_people_at_one_field_hear_of_each_other(store: Store) -> None:
    number = save_report(store, Report(0, "R", 7, blocks=("summary",)), NOW)
    set_words(store, number, "comments", "summary", "Ana's", "", NOW)
    with pytest.raises(OtherWords) as raised:
        set_words(store, number, "comments", "summary", "Ben's", "", NOW + timedelta(minutes=1))
    assert raised.value.held == "Ana's"
    set_words(store, number, "comments", "summary", "Ana's", "", NOW)  # the same words are no conflict
    set_words(store, number, "comments", "summary", "Ben's", "Ana's", NOW)
    with store.read() as connection:
        held = one_report(connection, number)
    assert held is not None
    assert held.comments == {"summary": "Ben's"}
    for part, block, at in (("blocks", "summary", number), ("notes", "../x", number), ("notes", "summary", 99)):
        with pytest.raises(ValueError, match=rf"{part}|{at}"):
            set_words(store, at, part, block, "x", "", NOW)
