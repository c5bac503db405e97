"""Topics and the app's start beside BERTrend's, from its own code.

    python -m tests.bench.peers topics [POSTS]
    python -m tests.bench.peers app

Needs a checkout of github.com/rte-france/BERTrend in BERTREND, and in BERTREND_PYTHON a Python (3.12) in which what it
imports is installed. Vectors are ours on both sides: what differs is how posts are grouped. Groups hold all posts on
both sides, as BERTrend gives its outliers to the nearest topic.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import numpy as np

from tests.bench.memory import Visitors, resident, tab
from tests.bench.topics import labelled
from tests.conftest import RunningApp, free_port, wait_for_streamlit

FIT = """
import json, resource, sys, time
import numpy as np
texts, vectors = json.load(open(sys.argv[1])), np.load(sys.argv[2]).astype(np.float32)
from bertrend.BERTopicModel import BERTopicModel
language = {"language": sys.argv[4]}
config = BERTopicModel.get_default_config()
config["global"].update(language)
model = BERTopicModel(config)
model.fit(texts[:300], vectors[:300])  # compile what is compiled
model = BERTopicModel(config)
started = time.perf_counter()
topics = model.fit(texts, vectors).topics
json.dump([time.perf_counter() - started, [int(one) for one in topics]], open(sys.argv[3], "w"))
"""
TABS = 5


def _env(home: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.environ["BERTREND"], "HOME": home, "BERTREND_BASE_DIR": home}


def bertrend(texts: list[str], vectors: Any, language: str) -> tuple[float, list[int]]:
    """Seconds of its fit, and the topic of each text. Raises CalledProcessError where it does not run."""
    with tempfile.TemporaryDirectory() as folder:
        given, held, answer = (Path(folder) / name for name in ("texts", "vectors.npy", "answer"))
        given.write_text(json.dumps(texts), encoding="utf-8")
        np.save(held, vectors)
        command = [os.environ["BERTREND_PYTHON"], "-c", FIT, given, held, answer, language]
        subprocess.run(command, check=True, env=_env(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        seconds, topics = json.loads(answer.read_text())
        return seconds, topics


def topics(posts: int) -> None:
    from sklearn.metrics import adjusted_mutual_info_score

    from insights.evaluate.topics import _warm_up
    from insights.language import detect_languages
    from insights.models.topic_vectors import open_embedder
    from insights.topics.fit import fit_topics

    embedder = open_embedder()
    for name, lines in labelled().items():
        rows = [json.loads(line) for line in random.Random(0).sample(lines, min(posts, len(lines)))]
        texts, truth = [str(row["text"]) for row in rows], [str(row["label"]) for row in rows]
        vectors = embedder.encode(texts)
        _warm_up(vectors)
        started = time.perf_counter()
        fit = fit_topics(texts, vectors, langs=detect_languages(texts), seed=0)
        seconds = time.perf_counter() - started
        theirs, groups = bertrend(texts, vectors, "French" if name.endswith("fr") else "English")
        print(
            f"{name}, {len(texts)} posts: AMI {adjusted_mutual_info_score(truth, list(fit.groups)):.3f}, BERTrend "
            f"{adjusted_mutual_info_score(truth, groups):.3f}; groups {len(set(fit.groups))} and {len(set(groups) - {-1})}; "
            f"{seconds:.1f} s and {theirs:.1f} s: {seconds / theirs:.2f}",
            flush=True,
        )


class TheirApp:
    """BERTrend's topic analysis, as its own script starts it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [os.environ["BERTREND_PYTHON"], "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        command += ["--server.address", "127.0.0.1", "--server.port", str(self.port)]
        where = Path(os.environ["BERTREND"]) / "bertrend/demos/topic_analysis"
        log = folder / "log"
        self.process = subprocess.Popen(
            command, cwd=where, env=_env(str(folder)), stdout=log.open("wb"), stderr=subprocess.STDOUT
        )
        wait_for_streamlit(self.url, log)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def _measure(name: str, app: Any, began: float) -> None:
    answered, visitors = time.perf_counter() - began, Visitors(cast(RunningApp, app))
    with tab(visitors, 0) as opened:
        opened.open("overview")
    first = time.perf_counter() - began
    later = []
    for _ in range(TABS):
        with tab(visitors, 0) as opened:
            later.append(opened.open("overview"))
    print(
        f"{name}: answers after {answered:.1f} s, its first page is whole after {first:.1f} s, "
        f"a later one takes {sorted(later)[TABS // 2]:.2f} s, {resident(app.process.pid):.0f} MB",
        flush=True,
    )


def app() -> None:
    for name in ("ours", "BERTrend", "ours", "BERTrend"):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            running: Any = (
                RunningApp(Path(folder), VIGIE_DEMO="false", VIGIE_WORKER="false")
                if name == "ours"
                else TheirApp(Path(folder))
            )
            try:
                _measure(name, running, began)
            finally:
                running.close()


def main(arguments: list[str]) -> None:
    missing = [name for name in ("BERTREND", "BERTREND_PYTHON") if name not in os.environ]
    if missing or not arguments:
        print(f"{' and '.join(missing)} not set.\n\n{__doc__}" if missing else __doc__)
    elif arguments[0] == "topics":
        topics(int(arguments[1]) if arguments[1:] else 4_000)
    else:
        app()


if __name__ == "__main__":
    main(sys.argv[1:])
