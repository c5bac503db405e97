"""Topic fit, vectors given, against plain BERTopic().fit_transform. python -m tests.bench.topics [POSTS] [SEEDS]"""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
import tempfile
from pathlib import Path

from data.settings import ROOT
from insights.evaluate import evaluate_topics


def main() -> None:
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    corpora = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora")) / "labelled"
    with gzip.open(corpora / "topics_20newsgroups.jsonl.gz", "rt") as stream:
        news = stream.readlines()
    with gzip.open(corpora / "topics_sib200_en_fr.jsonl.gz", "rt") as stream:
        sib = stream.readlines()
    for seed in range(seeds):
        sets = {
            f"20 newsgroups {posts}": random.Random(seed).sample(news, min(posts, len(news))),
            "SIB-200 fr": [line for line in sib if json.loads(line)["lang"] == "fr"],
            "SIB-200 en": [line for line in sib if json.loads(line)["lang"] == "en"],
            "SIB-200 both": sib,
        }
        for name, lines in sets.items():
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "set.jsonl"
                file.write_text("".join(lines), encoding="utf-8")
                found = evaluate_topics(file, seed=seed)
            plain = found["plain"]
            print(
                f"topics, {name}, seed {seed}: AMI {found['ami_all']:.3f} (plain {plain['ami_all']:.3f}), "
                f"assigned {found['coverage']:.2f} ({plain['coverage']:.2f}), topics {found['topics']} ({plain['topics']}), "
                f"npmi {found['npmi']:.3f} ({plain['npmi']:.3f}), diversity {found['diversity']:.2f} ({plain['diversity']:.2f}), "
                f"{found['seconds']:.1f} s ({plain['seconds']:.1f}): {found['seconds'] / plain['seconds']:.2f} of its time",
                flush=True,
            )


if __name__ == "__main__":
    main()
