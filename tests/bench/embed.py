"""Embedding speed against plain SentenceTransformer.encode in fp32, same model.

python -m tests.bench.embed [POSTS]
"""

from __future__ import annotations

import sys
import time

import numpy as np

from data.demo_community import demo_posts
from insights.models.packaged import MINILM
from insights.models.sentences import PACKAGED, Embedder
from insights.pipeline.demo import ANY_DAY


def main() -> None:
    from sentence_transformers import SentenceTransformer

    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_500
    texts = list(dict.fromkeys(post.text for _, post in demo_posts(ANY_DAY)))[:wanted]
    texts += [" ".join(texts[i : i + 8]) for i in range(0, min(wanted, 400), 8)]  # long posts too
    embedder = Embedder(PACKAGED)
    plain = SentenceTransformer(str(MINILM.path().parent), device="cpu")
    plain.encode(texts[:64])
    ours_s, plain_s = [], []
    for _ in range(3):
        started = time.perf_counter()
        ours = embedder.encode(texts)
        ours_s.append(time.perf_counter() - started)
        started = time.perf_counter()
        theirs = plain.encode(texts)
        plain_s.append(time.perf_counter() - started)
    theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
    print(
        f"embed: {len(texts)} texts, {len(texts) / min(ours_s):.0f} a second ({embedder.precision.name}); plain fp32 "
        f"{len(texts) / min(plain_s):.0f}: {min(plain_s) / min(ours_s):.2f} times, least cosine {(ours * theirs).sum(axis=1).min():.5f}"
    )


if __name__ == "__main__":
    main()
