"""The languages of posts: those of the real feeds, before and now, and French and English of short texts.

python -m tests.bench.languages [forty]    (`forty` prints forty posts beside their language, to be read)
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.posts.analysis import Waiting
from insights.language import detect_languages
from insights.text import HANDLE, URL
from sources.errors import SourceError
from sources.kinds.feeds import parse_feed
from sources.plain_text import plain_text

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
SHORT = {  # file -> (its texts, how many are drawn)
    "sentiment_train": 3_000,
    "toxicity_train": 3_000,
    "feedback_kind_train": 2_000,
}
PARALLEL = 3_000
PIECES = (2, 3, 4, 6, 8, 12, 20)  # words


def feed_posts() -> Iterator[tuple[str, str, str]]:
    """(feed, declared language, text) of the posts of the real feeds."""
    for path in sorted((CORPORA / "feeds").iterdir()):
        try:
            posts = parse_feed(path.read_bytes(), f"https://{path.name}.example/").posts
        except SourceError:
            continue
        for post in posts:
            plain = post.plain if post.plain is not None else plain_text(post.text)
            yield path.name, post.lang, Waiting(0, post.title, plain, post.lang, 0).text


def before(text: str, declared: str) -> str:
    """As it was: what was declared, else the likelier of two."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    global _two
    if declared:
        return declared[:2].lower()
    if _two is None:
        _two = LanguageIdentifier.from_modelpath(str(MODEL_DIR / MODEL_FILE))
        _two.set_languages(["en", "fr"])
    words = HANDLE.sub(" ", URL.sub(" ", text[:2_000])).strip()
    return str(_two.classify(words)[0]) if any(c.isalpha() for c in words) else ""


_two = None


def labelled(name: str) -> list[dict[str, str]]:
    with gzip.open(CORPORA / "labelled" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def short_texts() -> dict[str, list[tuple[str, str]]]:
    """Name of a set -> (text, language) of some of its texts."""
    draw, sets = random.Random(3), {}
    for name, most in SHORT.items():
        rows = labelled(name)
        for lang in ("en", "fr"):
            mine = [row["text"] for row in rows if row.get("lang", "en") == lang]
            if mine:
                sets[f"{name} {lang}"] = [(text, lang) for text in draw.sample(mine, min(most, len(mine)))]
    pairs = draw.sample(labelled("parallel_en_fr"), PARALLEL)
    return sets | {f"parallel {lang}": [(pair[lang], lang) for pair in pairs] for lang in ("en", "fr")}


def pieces(posts: Sequence[tuple[str, str]], words: int) -> Iterator[tuple[str, str]]:
    """(some words in a row, language of the whole), three a post."""
    draw = random.Random(words)
    for text, lang in posts:
        split = text.split()
        for start in draw.sample(range(len(split) - words), min(3, len(split) - words)):
            yield " ".join(split[start : start + words]), lang


def main() -> None:
    posts = list(feed_posts())
    found = detect_languages([text for *_, text in posts], [lang for _, lang, _ in posts])
    print(f"{len(posts)} posts of real feeds, before: ", Counter(before(t, lang) for _, lang, t in posts).most_common())
    print("now: ", Counter(found).most_common())
    for name, texts in short_texts().items():
        right, sizes, others = Counter[str](), Counter[str](), 0
        for (text, lang), seen in zip(texts, detect_languages([text for text, _ in texts]), strict=True):
            size = "1-4" if len(text.split()) < 5 else "5-9" if len(text.split()) < 10 else "10+"
            sizes[size] += 1
            right[size] += seen == lang
            others += seen not in {"en", "fr", ""}
        shares = ", ".join(f"{size} words {right[size] / n:.3f} of {n}" for size, n in sorted(sizes.items()))
        print(f"{name}: right {sum(right.values()) / len(texts):.4f} ({shares}); called another language: {others}")
    whole = [(t, lang) for (*_, t), lang in zip(posts, found, strict=True) if lang not in {"en", "fr", "", "und"}]
    whole = [(text, lang) for text, lang in whole if len(text.split()) > 25]
    print(f"Pieces of {len(whole)} posts in other languages:")
    for words in PIECES:
        parts = list(pieces(whole, words))
        seen = detect_languages([text for text, _ in parts])
        named = sum(a == lang for a, (_, lang) in zip(seen, parts, strict=True)) / len(parts)
        taken = sum(a in {"en", "fr"} for a in seen) / len(parts)
        print(f"  {words} words: named {named:.2f}, taken for French or English {taken:.2f}")
    if "forty" in sys.argv:
        draw = random.Random(11)
        rare = [i for i, lang in enumerate(found) if lang != "en"]
        for i in sorted(draw.sample(rare, 28)) + sorted(draw.sample(range(len(posts)), 12)):
            print(found[i], posts[i][1] or "-", repr(posts[i][2][:110]))


if __name__ == "__main__":
    main()
