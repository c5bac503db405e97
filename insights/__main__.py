"""Find meaning from the command line.

    python -m insights refresh [--refit]                understand what is new; --refit groups all anew
    python -m insights model [NAME]                     fetch a model of the hub and group with it; auto: the packaged
    python -m insights facts [--like WORDS]             what we know beside what is asked; or like WORDS
    python -m insights places                           tone and languages of the posts that looks at places brought
    python -m insights demo                             make the demo community anew
    python -m insights evaluate sentiment FILE          JSONL(.gz): text, label, optional lang
    python -m insights evaluate topics FILE             JSONL(.gz): text, label
    python -m insights evaluate events FILE             CSV(.gz): id, time, text, event (empty for background)
    python -m insights evaluate debates FILE            CSV(.gz): conversation, text, agrees, disagrees
    python -m insights evaluate tools FILE              JSONL(.gz): text, date, tools (names new at that date)
    python -m insights evaluate copies FILE             JSONL(.gz): text, group, optional author and place
    python -m insights evaluate judge FILE              JSONL(.gz): text, attack, optional lang, kind, conversation
    python -m insights evaluate answers FILE            JSONL(.gz): text, for_us; said, asked, key; text, fits; date
    python -m insights evaluate ideas FILE              JSONL(.gz): text, sensitive (0 or 1), optional subject
    python -m insights evaluate demo                    how many planted facts of the demo are found
    python -m insights train sentiment FILE ... [--out WEIGHTS] [--without SET]

Before the command, --workspace KEY names one of several workspaces. `evaluate` prints one JSON object on its last line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.settings import Settings


def _now() -> datetime:
    return datetime.now(UTC)


def threads_for(cores: int) -> int:
    """Threads of the models on so many cores."""
    return min(4, cores - 1) if cores > 2 else cores


def _cores() -> int:
    """Processor cores that this process may use: a container may have fewer than its machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def bound_threads(wanted: int = 0) -> int:
    """Bound the threads of BLAS, OpenMP and numba, before any of them is loaded: the setting `threads`, else at most
    four, with a core left to the app where there are more than two. More of them fight over the cores."""
    number = wanted or threads_for(_cores())
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, str(number))
    return number


def _refresh(settings: Settings, refit: bool) -> int:
    from data.jobs import holder_name, release_lease, run_job, take_lease
    from data.store import Store
    from insights.pipeline.refresh import refresh

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


MB = 1_000_000


def _model(settings: Settings, name: str) -> int:
    from data.jobs import run_job
    from data.store import Store
    from insights.pipeline.models import AUTO, take_model

    if settings.embedding_model != AUTO:
        raise ValueError(f"The setting embedding_model names {settings.embedding_model}; take it out first.")
    store = Store(settings.store_url)
    with run_job(store, "model", _now) as job:
        take_model(store, name, lambda done, total: job.progress(done // MB, max(1, total // MB), "fetch"))
    print(f"The next refresh groups posts anew, with {'the packaged models' if name == AUTO else name}.")
    return 0


TRAINED = ("sentiment", "toxicity", "kind")


def _train(given: argparse.Namespace) -> int:
    if given.what == "vectors":
        from insights.evaluate.train_vectors import train_vectors

        number, target = train_vectors(given.files, given.others, given.out)
        print(f"Made from {number} texts; in {target}.")
        return 0
    if given.what == "tools":
        from insights.evaluate.train_tools import train_tools

        number, target = train_tools(given.files, given.out)
        print(f"Learned from {number} names; weights in {target}.")
        return 0
    if given.what == "debates":
        from insights.evaluate.train_debates import train_from_files

        number, target = train_from_files(given.files, given.out)
        print(f"Trained on {number} statements; weights in {target}.")
        return 0
    from insights.evaluate.train_reading import train_model

    def told(done: int, total: int) -> None:
        if done % 4_096 < 64:
            print(f"vectors: {done} of {total}", flush=True)

    found, target = train_model(given.what, given.files, given.out, given.fine, given.prose, told, given.without)
    print(f"Weights in {target} ({target.stat().st_size / 1e6:.2f} MB). Held-out posts:")
    return _print(found)


def _demo(settings: Settings, rebuild: bool) -> int:
    """Make the demo database, or with `rebuild` first compute what is kept beside its texts."""
    from insights.pipeline import demo

    if rebuild:
        demo.rebuild()
    done = demo.replace_demo(settings, _now())
    print(f"Demo community ready: {done.posts} posts, {done.topics} topics.")
    return 0


def _word(settings: Settings, word: str, tone: str) -> int:
    """Print which posts a word with this tone would change, of the latest 300 that hold it."""
    from data.inbox.learning import posts_with_word
    from data.posts.vectors import vectors_of
    from data.store import Store
    from data.topics.listing import shown_fit
    from insights.models.e5 import open_reading_model
    from insights.pipeline.posts.reading import Reader
    from insights.pipeline.posts.tones import preview

    store = Store(settings.store_url)
    with store.read() as connection:
        ids = posts_with_word(connection, word)
        model = shown_fit(connection, places=False).model
    reader = Reader.of_record(store, open_reading_model() if ids else None)
    changes = preview(store, reader, vectors_of(store), model, ids[:300], " ".join(word.split()).lower(), tone)
    return _print({"posts": len(ids), "changes": changes})


def _facts(settings: Settings, words: str) -> int:
    from data.posts.vectors import vectors_of
    from data.store import Store
    from insights.pipeline.facts import facts_like, match_facts
    from insights.pipeline.models import open_asking

    store = Store(settings.store_url)
    model = open_asking(store, settings)
    if words:
        return _print({"facts": facts_like(store, model, words)})
    return _print({"answered": match_facts(store, model, vectors_of(store))})


def _evaluate(given: argparse.Namespace) -> dict[str, Any]:
    if given.what in {*TRAINED, "questions"}:
        return _evaluate_reading(given)
    match given.what:
        case "topics":
            from insights.evaluate.topics import evaluate_topics

            return evaluate_topics(given.file, seed=given.seed, plain=not given.without_plain)
        case "copies":
            from insights.evaluate.copies import evaluate_copies

            return evaluate_copies(given.file)
        case "events":
            from insights.evaluate.events import evaluate_events

            return evaluate_events(given.file)
        case "debates":
            from insights.evaluate.debates import evaluate_debates

            return evaluate_debates(given.file)
        case "tools":
            from insights.evaluate.tools import evaluate_tools

            return evaluate_tools(given.file)
        case "judge":
            from insights.evaluate.judge import evaluate_judge

            return evaluate_judge(given.file, vectors=not given.without_vectors)
        case "answers":
            from insights.evaluate.answers import evaluate_answers

            return evaluate_answers(given.file)
        case "ideas":
            from insights.evaluate.ideas import evaluate_ideas

            return evaluate_ideas(given.file)
    from insights.evaluate.demo import evaluate_demo

    return evaluate_demo()


def _evaluate_reading(given: argparse.Namespace) -> dict[str, Any]:
    from insights.evaluate import reading

    if given.what == "questions":
        return reading.evaluate_questions(given.file, vectors=not given.without_vectors)
    vectors = not given.without_vectors
    if given.what == "sentiment":
        return reading.evaluate_sentiment(given.file, vectors=vectors, model=given.model)
    if given.what == "toxicity":
        return reading.evaluate_toxicity(given.file, vectors=vectors)
    return reading.evaluate_kind(given.file, vectors=vectors)


def _print(result: dict[str, Any]) -> int:
    print(json.dumps(result, ensure_ascii=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m insights", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    from insights.models.sentences import MULTILINGUAL

    parser.add_argument("--workspace", default="", metavar="KEY")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("refresh")
    one.add_argument("--refit", action="store_true")
    one = commands.add_parser("demo")
    one.add_argument("--rebuild", action="store_true")
    one = commands.add_parser("model")
    one.add_argument("name", nargs="?", default=MULTILINGUAL)
    commands.add_parser("places")
    one = commands.add_parser("facts")
    one.add_argument("--like", default="", metavar="WORDS")
    one = commands.add_parser("word")
    one.add_argument("tone", choices=["neutral", "negative", "positive"])
    one.add_argument("word")
    _add_evaluate(commands.add_parser("evaluate"))
    _add_train(commands.add_parser("train"))
    return parser


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True)
    for name in (*TRAINED, "questions"):
        one = kinds.add_parser(name)
        one.add_argument("file", type=Path)
        one.add_argument("--without-vectors", action="store_true")
        if name == "sentiment":
            one.add_argument("--model", default="", help="a transformers model by name, measured instead")
    one = kinds.add_parser("topics")
    one.add_argument("file", type=Path)
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--without-plain", action="store_true")
    for name in ("answers", "copies", "events", "debates", "ideas", "tools"):
        kinds.add_parser(name).add_argument("file", type=Path)
    one = kinds.add_parser("judge")
    one.add_argument("file", type=Path)
    one.add_argument("--without-vectors", action="store_true")
    kinds.add_parser("demo")


def _add_train(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", required=True)
    for name in (*TRAINED, "questions", "debates", "tools", "vectors"):
        one = kinds.add_parser(name)
        one.add_argument("files", type=Path, nargs="+")
        one.add_argument("--out", type=Path, default=None)
        if name == "vectors":
            one.add_argument("--others", type=Path, nargs="*", default=[], help="posts, for the directions")
        if name in {"debates", "tools", "vectors"}:
            continue
        one.add_argument("--without", default="", help="a set that is not learned from, and measured on")
        one.add_argument("--fine", type=Path, nargs="*", default=[], help="toxicity: posts without attacks")
        one.add_argument(
            "--prose", type=Path, nargs="*", default=[], help="sentiment: plain sentences, taken as neutral"
        )


def _run(settings: Settings, given: argparse.Namespace) -> int:
    match given.command:
        case "refresh":
            return _refresh(settings, given.refit)
        case "demo":
            return _demo(settings, given.rebuild)
        case "model":
            return _model(settings, given.name)
        case "word":
            return _word(settings, given.word, given.tone)
        case "places":
            from data.store import Store
            from insights.pipeline.venues import read_samples

            print(f"{read_samples(Store(settings.store_url))} looks read.")
            return 0
        case "facts":
            return _facts(settings, given.like)
        case "train":
            return _train(given)
    return _print(_evaluate(given))


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    from data.house.workspaces import chosen_settings
    from data.settings import SettingsError
    from data.store import StoreError

    try:
        settings = chosen_settings(given.workspace)
        bound_threads(settings.threads)
    except (SettingsError, StoreError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        return _run(settings, given)
    except (ValueError, OSError, RuntimeError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
