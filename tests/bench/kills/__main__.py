"""kill -9 of the app, the worker, collect, refresh, import, deliveries, restore and acts at a network.

python -m tests.bench.kills [--kills 100] [--seed 0] [--only collect ...]

Each at random moments, over a real record with servers on loopback. Prints what was lost, what is there twice, and how
soon each is usable again. With BENCH_DATABASE the record is on that server, all but restore, which is of files. Ends with 1 where anything was lost, is twice, or a record is not sound.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.bench.kills.acting import Acting
from tests.bench.kills.coming_in import Collect, Import, Refresh, Worker
from tests.bench.kills.going_out import App, Delivery, Restore
from tests.bench.kills.scene import HEAD, Scene, Tally

OF_100: Mapping[type[Scene], int] = {
    App: 9,
    Worker: 11,
    Collect: 17,
    Refresh: 9,
    Import: 17,
    Delivery: 12,
    Restore: 12,
    Acting: 13,
}


def shares(kills: int, only: list[str] | None = None) -> dict[type[Scene], int]:
    """So many kills divided among the scenes as 100 are."""
    files = {Restore} if os.environ.get("BENCH_DATABASE") else set()  # of a file: a server has its own
    chosen = [scene for scene in OF_100 if (not only or scene.what in only) and scene not in files]
    given = dict.fromkeys(chosen, 0)
    for number in range(kills):
        wanted = sum(OF_100[scene] for scene in chosen)
        behind = max(chosen, key=lambda scene: OF_100[scene] * (number + 1) / wanted - given[scene])
        given[behind] += 1
    return {scene: number for scene, number in given.items() if number}


def killed(scene: type[Scene], kills: int, seed: int) -> Tally:
    """Kill the process of one scene so many times."""
    tally = Tally(scene.what)
    with tempfile.TemporaryDirectory(prefix=f"vigie-{scene.what}-") as folder:
        stage = scene(Path(folder), random.Random(f"{scene.what} {seed}"))
        try:
            for _ in range(kills):
                stage.kill_once(tally)
            stage.finish(tally)
        finally:
            stage.close()
    return tally


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", choices=[scene.what for scene in OF_100])
    given = parser.parse_args(arguments)
    print(HEAD, flush=True)
    found = []
    for scene, number in shares(given.kills, given.only).items():
        found.append(killed(scene, number, given.seed))
        print(found[-1].row(), flush=True)
    for tally in found:
        for problem in tally.problems:
            print(f"{tally.what}: {problem}")
    return int(any(tally.lost or tally.twice or tally.problems for tally in found))


if __name__ == "__main__":
    sys.exit(main())
