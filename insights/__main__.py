"""Find meaning from the command line.

    python -m insights refresh [--refit]                understand what is new; --refit groups all anew
    python -m insights demo                             make the demo community anew
    python -m insights evaluate sentiment FILE          JSONL(.gz): text, label, optional lang
    python -m insights evaluate topics FILE             JSONL(.gz): text, label
    python -m insights evaluate events FILE             CSV(.gz): id, time, text, event (empty for background)
    python -m insights evaluate debates FILE            CSV(.gz): conversation, text, agrees, disagrees
    python -m insights evaluate tools FILE              JSONL(.gz): text, date, tools (names new at that date)
    python -m insights evaluate demo                    how many planted facts of the demo are found
    python -m insights train sentiment FILE ... [--out WEIGHTS]

`evaluate` prints one JSON object on its last line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def _now() -> datetime:
    return datetime.now(UTC)


def bound_threads(wanted: int = 0) -> int:
    """Bound the threads of BLAS, OpenMP and numba, before any of them is loaded: the setting `threads`, else at most
    four. More of them fight over the cores, and over those of the app beside."""
    number = wanted or min(4, os.cpu_count() or 1)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, str(number))
    return number


def _refresh(refit: bool) -> int:
    from data.jobs import holder_name, release_lease, run_job, take_lease
    from data.settings import load_settings
    from data.store import Store
    from insights.pipeline.refresh import refresh

    settings = load_settings()
    store = Store(settings.store_url)
    holder = holder_name()
    if not take_lease(store, "refresh", holder, _now(), seconds=600):
        print("Another run is refreshing already; nothing to do.")
        return 0

    def told(step: str, done: int, total: int) -> None:
        print(f"{step}: {done} of {total}", flush=True)
        job.progress(done, total, step)
        take_lease(store, "refresh", holder, _now(), seconds=600)

    try:
        with run_job(store, "refresh", _now) as job:
            done = refresh(store, settings, now=_now, progress=told, refit=refit)
    finally:
        release_lease(store, "refresh", holder)
    model = f" with {done.model} ({done.precision})" if done.model else ""
    words = [f"{done.posts} posts understood{model}", f"{done.topics} topics"]
    words += ["grouped anew"] if done.refitted else []
    words += [f"{done.began} began"] if done.began else []
    print(", ".join(words) + ".")
    return 0


TRAINED = ("sentiment", "toxicity", "kind")


def _label_of(what: str, row: dict[str, Any]) -> str:
    if what == "toxicity":
        return "toxic" if int(row["toxic"]) else "fine"
    return str(row["label" if what == "sentiment" else "kind"])


def _fine(files: list[Path]) -> list[dict[str, Any]]:
    """Texts without attacks: French posts that are labelled are mostly attacks, so these say what usual ones are."""
    from datetime import UTC, datetime

    from data.demo_community import demo_posts
    from insights.evaluate.labelled import read_labelled

    rows = [row for path in files for row in read_labelled(path, ("text",)) if row.get("label") != "negative"]
    rows = [row for row in rows if row.get("lang") == "fr" or "set" not in row]
    ours = [
        {"text": p.text, "lang": p.lang}
        for _, p in demo_posts(datetime(2026, 1, 1, 12, tzinfo=UTC))
        if "conflict" not in p.native_id
    ]
    return [{**row, "toxic": 0} for row in [*rows, *ours]]


PROSE = 100  # sentences a language


def _prose(files: list[Path]) -> list[dict[str, Any]]:
    """Plain sentences as neutral posts: the labelled tweets alone make a model that takes French prose for complaints.
    More of them would cost more on tweets than they bring."""
    from insights.evaluate.labelled import read_labelled

    rows = [row for path in files for row in read_labelled(path, ("text", "lang"))]
    return [
        {"text": row["text"], "lang": lang, "label": "neutral"}
        for lang in ("en", "fr")
        for row in [row for row in rows if row["lang"] == lang][::2][:PROSE]
    ]


def _train(what: str, files: list[Path], out: Path | None, fine: list[Path], prose: list[Path]) -> int:
    from insights.embeddings import PACKAGED, Embedder
    from insights.evaluate.labelled import read_labelled
    from insights.language import detect_languages
    from insights.reading import intents, sentiment, toxicity
    from insights.reading.classifier import train

    classes, target, field, strength = {
        "sentiment": (sentiment.LABELS, sentiment.WEIGHTS, "label", 2.0),
        "toxicity": (toxicity.LABELS, toxicity.WEIGHTS, "toxic", 1.0),
        "kind": (intents.KINDS, intents.WEIGHTS, "kind", 2.0),
    }[what]
    rows = [row for path in files for row in read_labelled(path, ("text", field))]
    rows += _fine(fine) if what == "toxicity" else _prose(prose) if what == "sentiment" else []
    rows = [row for row in rows if _label_of(what, row) in classes]
    texts = [str(row["text"]) for row in rows]
    langs = detect_languages(texts, [str(row.get("lang") or "") for row in rows])
    embedder = Embedder(PACKAGED)

    def told(done: int, total: int) -> None:
        if done % 4_096 < 64:
            print(f"vectors: {done} of {total}", flush=True)

    vectors = embedder.encode(texts, told)
    labels = [_label_of(what, row) for row in rows]
    target = out or target
    train(
        texts,
        labels,
        langs,
        vectors,
        embedder.name,
        target,
        classes=classes,
        strength=strength,
        unsure_below=sentiment.UNSURE_BELOW if what == "sentiment" else 0.0,
    )
    print(f"Trained on {len(rows)} posts; weights in {target} ({target.stat().st_size / 1e6:.2f} MB).")
    return 0


def _train_debates(files: list[Path], out: Path | None) -> int:
    """Learn which statements divide from conversations with votes."""
    from insights.debates.divisive import WEIGHTS, read_statements, train_divisive
    from insights.embeddings import PACKAGED, Embedder
    from insights.topics.fit import unit

    rows = [row for path in files for row in read_statements(path)]
    embedder = Embedder(PACKAGED)
    vectors = unit(embedder.encode([row["text"] for row in rows])).astype("float64")
    train_divisive(rows, vectors, embedder.name, out or WEIGHTS)
    print(f"Trained on {len(rows)} statements; weights in {out or WEIGHTS}.")
    return 0


def _demo(rebuild: bool) -> int:
    """Make the demo database, or with `rebuild` first compute what is kept beside its texts."""
    from data.settings import load_settings
    from insights.pipeline import demo

    if rebuild:
        demo.rebuild()
    done = demo.replace_demo(load_settings(), _now())
    print(f"Demo community ready: {done.posts} posts, {done.topics} topics.")
    return 0


def _word(word: str, tone: str) -> int:
    """Print which posts a word with this tone would change, of the latest 300 that hold it."""
    from data.inbox.learning import posts_with_word
    from data.posts.vectors import vectors_of
    from data.settings import load_settings
    from data.store import Store
    from data.topics.listing import shown_fit
    from insights.pipeline.tones import preview

    store = Store(load_settings().store_url)
    with store.read() as connection:
        ids = posts_with_word(connection, word)
        model = shown_fit(connection, places=False).model
    changes = preview(store, vectors_of(store), model, ids[:300], " ".join(word.split()).lower(), tone)
    return _print({"posts": len(ids), "changes": changes})


def _evaluate(given: argparse.Namespace) -> int:
    from insights.evaluate import labelled as evaluate

    if given.what == "questions":
        return _print(evaluate.evaluate_questions(given.file))
    vectors = not given.without_vectors
    if given.what == "sentiment":
        return _print(evaluate.evaluate_sentiment(given.file, vectors=vectors, model=given.model))
    if given.what == "toxicity":
        return _print(evaluate.evaluate_toxicity(given.file, vectors=vectors))
    return _print(evaluate.evaluate_kind(given.file, vectors=vectors))


def _print(result: dict[str, Any]) -> int:
    print(json.dumps(result, ensure_ascii=False))
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m insights", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("refresh")
    one.add_argument("--refit", action="store_true")
    one = commands.add_parser("demo")
    one.add_argument("--rebuild", action="store_true")
    one = commands.add_parser("word")
    one.add_argument("tone", choices=["neutral", "negative", "positive"])
    one.add_argument("word")
    one = commands.add_parser("evaluate")
    kinds = one.add_subparsers(dest="what", required=True)
    for name in TRAINED:
        one = kinds.add_parser(name)
        one.add_argument("file", type=Path)
        one.add_argument("--without-vectors", action="store_true")
        if name == "sentiment":
            one.add_argument("--model", default="", help="a transformers model by name, measured instead")
    kinds.add_parser("questions").add_argument("file", type=Path)
    one = kinds.add_parser("topics")
    one.add_argument("file", type=Path)
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--without-plain", action="store_true")
    kinds.add_parser("events").add_argument("file", type=Path)
    kinds.add_parser("debates").add_argument("file", type=Path)
    kinds.add_parser("tools").add_argument("file", type=Path)
    kinds.add_parser("demo")
    one = commands.add_parser("train")
    kinds = one.add_subparsers(dest="what", required=True)
    for name in TRAINED:
        one = kinds.add_parser(name)
        one.add_argument("files", type=Path, nargs="+")
        one.add_argument("--out", type=Path, default=None)
        one.add_argument("--fine", type=Path, nargs="*", default=[], help="toxicity: posts without attacks")
        one.add_argument(
            "--prose", type=Path, nargs="*", default=[], help="sentiment: plain sentences, taken as neutral"
        )
    one = kinds.add_parser("debates")
    one.add_argument("files", type=Path, nargs="+")
    one.add_argument("--out", type=Path, default=None)
    given = parser.parse_args(arguments)
    from data.settings import SettingsError, load_settings

    try:
        bound_threads(load_settings().threads)
    except SettingsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        if given.command == "refresh":
            return _refresh(given.refit)
        if given.command == "demo":
            return _demo(given.rebuild)
        if given.command == "word":
            return _word(given.word, given.tone)
        if given.command == "train" and given.what == "debates":
            return _train_debates(given.files, given.out)
        if given.command == "train":
            return _train(given.what, given.files, given.out, given.fine, given.prose)
        if given.what in {*TRAINED, "questions"}:
            return _evaluate(given)
        if given.what == "topics":
            from insights.evaluate.labelled import evaluate_topics

            return _print(evaluate_topics(given.file, seed=given.seed, plain=not given.without_plain))
        if given.what == "events":
            from insights.evaluate.labelled import evaluate_events

            return _print(evaluate_events(given.file))
        if given.what == "debates":
            from insights.evaluate.debates import evaluate_debates

            return _print(evaluate_debates(given.file))
        if given.what == "tools":
            from insights.evaluate.tools import evaluate_tools

            return _print(evaluate_tools(given.file))
        from insights.evaluate.demo import evaluate_demo

        return _print(evaluate_demo())
    except (ValueError, OSError, RuntimeError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
