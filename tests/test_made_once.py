"""What the tests of a run share, and in which order they are run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.made_once import MadeOnce
from tests.spread import FIRST, LAST, in_order, name_of


def test_a_folder_is_filled_once_and_again_where_that_failed(tmp_path: Path) -> None:
    filled: list[str] = []

    def fill(folder: Path) -> None:
        (folder / "file").touch(exist_ok=False)
        filled.append(folder.name)
        if len(filled) == 1:
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        MadeOnce(tmp_path).folder("demo", fill)
    for process in (MadeOnce(tmp_path), MadeOnce(tmp_path)):
        assert (process.folder("demo", fill) / "file").exists()
    assert filled == ["demo", "demo"]


def test_what_is_used_by_several_goes_with_the_last_of_them(tmp_path: Path) -> None:
    made, gone = iter(("first", "second")), list[str]()

    def used() -> Any:
        return MadeOnce(tmp_path).while_used("server", lambda: next(made), gone.append)

    with used() as one:
        with used() as other:
            assert one == other == "first"
        assert gone == []
    assert gone == ["first"]
    with used() as later:
        assert later == "second"
    assert gone == ["first", "second"]


def test_what_takes_long_begins_and_what_waits_ends() -> None:
    names = ("test_alone", LAST[1], LAST[0], FIRST[1], "dashboard/test_lists", FIRST[0])
    items: list[Any] = [SimpleNamespace(nodeid=f"tests/{name}.py::test_it[1::2]") for name in names]
    in_order(items)
    told = [name_of(item.nodeid) for item in items]
    assert told == [FIRST[0], FIRST[1], "test_alone", "dashboard/test_lists", LAST[0], LAST[1]]
