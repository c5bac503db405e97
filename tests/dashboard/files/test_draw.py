"""The published file of a draw: anybody checks it with a shell, and it names nobody."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.files.draw import as_file, name_of
from dashboard.words.language import speaking
from data.events.draw import digest_of, in_order, new_code
from data.events.draws import Draw, Drawn
from data.events.events import Event
from tests.conftest import NOW

EVENT = Event(3, "Glow\ncontest", NOW - timedelta(days=8), NOW - timedelta(days=1), hashtag="glow")


def made(seed: str) -> tuple[Draw, list[Drawn]]:
    codes = [new_code() for _number in range(12)]
    places = {code: place for place, code in enumerate(in_order(codes, seed), 1)}
    draw = Draw(1, 3, 2, digest_of(codes), 12, 2, "the lottery", "a reason", "Ana", NOW, seed, "Ana", NOW)
    entries = [
        Drawn(code, n, places[code] if seed else 0, n + 1, "mastodon", f"ana{n}") for n, code in enumerate(codes)
    ]
    return draw, sorted(entries, key=lambda one: (one.place, one.code))


def commands(lines: list[str]) -> list[str]:
    """What the file says to type: the lines of comment that stand further in."""
    return [line.removeprefix("#   ") for line in lines if line.startswith("#   ")]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("seed", ["7-12-30", "it's $HOME `x` \\ é %s", "-n"])
def test_what_the_file_says_to_type_checks_it(tmp_path: Path, lang: str, seed: str) -> None:
    draw, entries = made(seed)
    with speaking(lang):
        text = as_file(EVENT, draw, entries)
    (tmp_path / name_of(draw)).write_text(text, encoding="utf-8")
    digest, *order = commands(text.splitlines())

    def typed(command: str) -> str:
        run = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
        return run.stdout

    assert typed(digest).split()[0] == draw.digest
    said = [line.split()[1] for line in typed("\n".join(order)).splitlines()]
    assert said == [one.code for one in entries]
    changed = text.replace(entries[0].code, new_code())
    (tmp_path / name_of(draw)).write_text(changed, encoding="utf-8")
    assert typed(digest).split()[0] != draw.digest
    assert "ana" not in text.replace("Ana", "")
    assert all(line.startswith("#") or line.count("\t") == 2 for line in text.splitlines())


def test_before_the_draw_it_says_where_the_seed_will_come_from() -> None:
    draw, entries = made("")
    with speaking("en"):
        text = as_file(EVENT, draw, entries)
    assert "# The seed will be: the lottery" in text
    assert "# Seed:" not in text
    assert text.count("\tperson-") == 12
