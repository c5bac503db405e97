"""Events as they begin: planted ones found soon, ordinary talk left alone, gaps no surprise."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.settings import ROOT
from insights.alerts.bursts import Detector, detect, poisson_tail
from insights.evaluate.alarms import ewma_alarms, volume_alarms
from insights.evaluate.events import evaluate_events
from insights.evaluate.files import FileError, read_events

WORDS = [
    f"{a}{b}" for a in ("gar", "pot", "lun", "mar", "sol", "ven", "tri") for b in ("den", "ato", "ema", "ilo", "usa")
]
HOUR = 3_600


def talk(hours: range, rng: random.Random, an_hour: int = 60) -> list[tuple[int, str]]:
    """Ordinary talk: a few of the same words, some far more common than others."""
    found = []
    for hour in hours:
        for _ in range(an_hour):
            count = rng.randrange(4, 9)
            picked = [WORDS[min(int(rng.expovariate(0.15)), len(WORDS) - 1)] for _ in range(count)]
            found.append((hour * HOUR + rng.randrange(HOUR), " ".join(picked)))
    return sorted(found)


def test_an_event_is_noticed_soon_and_once() -> None:
    rng = random.Random(1)
    posts = talk(range(0, 24 * 6), rng)
    start = 24 * 4 * HOUR
    outage = [(start + rng.randrange(10 * HOUR), f"the checkout outage {rng.choice(WORDS)} refund") for _ in range(400)]
    found = detect(sorted(posts + outage))
    assert len(found) == 1
    assert {"checkout", "outage", "refund"} <= set(found[0].words)
    assert 0 < found[0].at - start <= 2 * HOUR


def test_ordinary_talk_raises_nothing() -> None:
    for seed in range(3):
        assert detect(talk(range(0, 24 * 5), random.Random(seed))) == []


def test_a_gap_in_collecting_is_no_event() -> None:
    rng = random.Random(2)
    posts = talk(range(0, 24 * 5), rng) + talk(range(24 * 120, 24 * 123), rng)
    assert detect(posts) == []


def test_the_same_posts_give_the_same_events_and_positions_are_right() -> None:
    rng = random.Random(3)
    posts = sorted(
        talk(range(0, 24 * 4), rng) + [(24 * 3 * HOUR + n * 30, "strike announced today") for n in range(100)]
    )
    found = detect(posts)
    assert found == detect(posts)
    assert all("strike" in posts[number][1] for number in found[0].posts)


def test_odd_posts_are_read() -> None:
    detector = Detector()
    texts = ["", " ", "\0", "x" * 200_000, "😀" * 500, "\u202e عربي 中文", "https://a.example/b"]
    for number, text in enumerate(texts * 30):
        assert list(detector.read(number, number, text)) == []
    assert detect([]) == []
    assert volume_alarms([]) == ewma_alarms([]) == []


def test_the_tail_is_a_bound() -> None:
    from scipy.stats import poisson

    for count, mean in ((30, 3.0), (12, 0.1), (200, 50.0)):
        exact = poisson.logsf(count - 1, mean) / 2.302585
        assert exact <= poisson_tail(count, mean) <= exact + 2.5
    assert poisson_tail(3, 5.0) == 0.0


def test_baselines_see_a_flood_of_posts() -> None:
    times = [hour * HOUR + n for hour in range(100) for n in range(400 if hour == 80 else 20)]
    assert [event.at for event in volume_alarms(times)] == [81 * HOUR]
    assert [event.at for event in ewma_alarms(times)] == [81 * HOUR]


def test_files_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,x\n")
    with pytest.raises(FileError, match="no column 'event'"):
        read_events(path)
    path.write_text("id,time,text,event\n1,yesterday,x,\n")
    with pytest.raises(FileError, match="row 2"):
        read_events(path)
    rows = "".join(f"{n},2026-06-15T10:00:{n:02d}Z,hello,\n" for n in range(40))
    path.write_text("id,time,text,event\n" + rows + "cut short\n")
    times, texts, labels = read_events(path)
    assert (len(times), set(texts), set(labels)) == (40, {"hello"}, {""})
    assert datetime.fromtimestamp(times[0], UTC) == datetime(2026, 6, 15, 10, tzinfo=UTC)


@pytest.mark.corpora
def test_real_events_are_found_sooner_and_with_fewer_false_alarms(corpora: Path, tmp_path: Path) -> None:
    found = evaluate_events(corpora / "labelled/events_crisislex6.csv.gz")
    plain = found["baselines"]["counts"]
    assert found["recall"] == 1.0
    assert found["delay_hours"] < plain["delay_hours"]
    assert found["false_alarms_per_day"] < plain["false_alarms_per_day"]
    with gzip.open(corpora / "labelled/events_crisislex6.csv.gz", "rt", encoding="utf-8") as stream:
        head = [next(stream) for _ in range(2_000)]
    file = tmp_path / "part.csv"
    file.write_text("".join(head), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "insights", "evaluate", "events", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert {"recall", "delay_hours", "false_alarms_per_day", "baselines"} <= set(told)
