"""Topics and trends: deterministic, whole, honest; the failures of others are cases here."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from data.settings import ROOT
from insights.topics.clear_words import clear_phrases, clear_said
from insights.topics.cores import belonging, cores_of
from insights.topics.fit import Vectors, assign, exact_neighbours, fit_topics, join_twins, unit
from insights.topics.identity import descents, match_groups
from insights.topics.labels import names_of, telling_words
from insights.topics.map import parts_of
from insights.topics.trends import anomalies, benjamini_hochberg, classify_topics, compare_periods

RNG = np.random.default_rng(0)


def blobs(groups: int = 6, each: int = 40, seed: int = 0) -> tuple[list[str], np.ndarray, list[int]]:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(groups, 32))
    labels = [g for g in range(groups) for _ in range(each)]
    vectors = unit((centres[labels] + 0.25 * rng.normal(size=(groups * each, 32))).astype(np.float32))
    names = ["C++", "#IA", "GPT-5", "Node.js", "calendrier", "bénévoles"]
    return [f"{names[g]} discussion number {i}" for i, g in enumerate(labels)], vectors, labels


def test_groups_are_found_and_names_are_whole() -> None:
    texts, vectors, labels = blobs()
    fit = fit_topics(texts, vectors, count=6)
    assert len(fit.topics) == 6
    for topic in range(6):
        owners = {labels[i] for i in np.flatnonzero(fit.assigned == topic)}
        assert len(owners) == 1
    everything = " ".join(topic.label for topic in fit.topics)
    for name in ("C++", "#IA", "GPT-5", "Node.js", "bénévoles"):
        assert name.lower() in everything.lower(), everything
    assert (fit.assigned >= 0).mean() >= 0.9
    assert all(len(set(topic.representatives)) == len(topic.representatives) > 0 for topic in fit.topics)


def test_same_input_same_result() -> None:
    texts, vectors, _ = blobs(seed=3)
    one, two = fit_topics(texts, vectors), fit_topics(texts, vectors)
    assert np.array_equal(one.assigned, two.assigned)
    assert [t.label for t in one.topics] == [t.label for t in two.topics]


@pytest.mark.parametrize("n", [0, 1, 5, 11])
def test_too_few_posts_give_no_topic(n: int) -> None:
    fit = fit_topics(["x"] * n, np.ones((n, 8), np.float32))
    assert fit.topics == []
    assert len(fit.assigned) == n


def test_equal_posts_do_not_break_the_fit() -> None:
    assert fit_topics(["same words"] * 60, np.ones((60, 8), np.float32)).topics == []
    texts, vectors, _ = blobs(2, 20)
    assert len(fit_topics(texts + texts, np.vstack([vectors, vectors])).topics) >= 2


def test_exact_neighbours_are_exact() -> None:
    vectors = unit(RNG.normal(size=(200, 16)).astype(np.float32))
    indices, distances = exact_neighbours(vectors, 10)
    similarity = vectors @ vectors.T
    assert (indices[:, 0] == np.arange(200)).all()
    assert np.allclose(1 - distances[:, 1], np.sort(similarity, axis=1)[:, -2], atol=1e-5)
    assert (np.diff(distances, axis=1) >= -1e-6).all()


def test_assignment_leaves_strangers_out() -> None:
    centroids = np.eye(4, dtype=np.float32)[:2]
    placed, similarity = assign(np.eye(4, dtype=np.float32), centroids, 0.5)
    assert placed.tolist() == [0, 1, -1, -1]
    assert similarity[0] == 1.0
    assert assign(np.eye(2, dtype=np.float32), np.zeros((0, 2), np.float32), 0.5)[0].tolist() == [-1, -1]


def near(centre: int, cosine: float, rng: np.random.Generator) -> np.ndarray:
    """A unit vector at this cosine with an axis, turned any way."""
    other = rng.normal(size=64)
    other[:4] = 0
    other *= np.sqrt(1 - cosine**2) / np.linalg.norm(other)
    other[centre] = cosine
    return other.astype(np.float32)


def test_a_topic_is_its_core_and_strangers_are_in_none() -> None:
    rng = np.random.default_rng(0)
    cosines = [(0, 0.8)] * 40 + [(1, 0.8)] * 30 + [(0, 0.3)] * 40 + [(1, 0.25)] * 30
    vectors = np.stack([near(axis, cosine, rng) for axis, cosine in cosines])
    cores = cores_of(vectors, np.zeros(len(vectors), dtype=np.int64))
    first, second = (set(core.members.tolist()) for core in cores)
    assert first <= set(range(40))
    assert second <= set(range(40, 70))
    assert len(first) >= 36
    assert len(second) >= 27
    assert all(core.line >= 0.6 for core in cores)


def test_near_its_line_a_post_has_to_say_a_word_of_the_topic() -> None:
    scores = np.array([[0.75, 0.1], [0.62, 0.1], [0.62, 0.1], [0.55, 0.1], [0.55, 0.1], [0.4, 0.1]], dtype=np.float32)
    said = [set(), {"boat"}, {"tide"}, {"boat"}, {"sail"}, {"sail"}]
    words = [telling_words(["Voile, sail"], ["boat"]), telling_words(["Tide"], [])]
    topics, similarity = belonging(scores, np.array([0.6, 0.6], dtype=np.float32), said.__getitem__, words)
    assert topics.tolist() == [0, 0, -1, -1, 0, -1]
    assert similarity[0] == np.float32(0.75)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Le rapport [embed width=640]https://example.org[/embed] parle du littoral", {"rapport", "parle", "littoral"}),
        ("Cliffs &nbsp; erode <div class='x'>quickly</div>", {"cliffs", "erode", "quickly"}),
        ("Harbours:\nfor (let i = 0; i < n; i++) { push(x); }\nsilting up", {"harbours", "silting"}),
        ("der Hafen und die Werft sind nicht weit", {"hafen", "die", "werft", "weit"}),
        ("el puerto porque tambien nosotros", {"puerto", "nosotros"}),
        ("commit 9f8e7d6c5b of snake_case to port", {"commit", "port"}),
        ("C++ et GPT-5 au port", {"c++", "gpt-5", "port"}),
    ],
)
def test_only_clear_words_name_a_topic(text: str, left: set[str]) -> None:
    assert {phrase for phrase in clear_phrases(text) if " " not in phrase} == left


def test_what_a_source_writes_under_its_posts_names_nothing() -> None:
    subjects = ["tides", "cliffs", "harbours", "storms", "dunes", "marshes", "piers", "buoys"]
    texts = [f"All about {word} and wind\nRead more on our site" for word in subjects]
    texts += [f"Notes on {word}" for word in subjects]
    said = clear_said(texts, [1] * 8 + [2] * 8)
    assert all("site" not in phrases for phrases in said[:8])
    assert all(word in phrases for word, phrases in zip(subjects, said, strict=False))
    assert "site" in clear_said(texts)[0]  # without sources nothing tells it from the subject
    assert clear_said(["Seguir leyendo"] * 9, [1] * 9)[0]  # the same post sent nine times is no template


def test_a_group_that_no_word_tells_from_others_has_no_name() -> None:
    said = [["wind", "tide"], ["wind", "sail"], ["wind", "rope"]] * 4 + [["wind"]] * 30
    members = [np.arange(12), np.arange(12, 42)]
    assert names_of(said, [], ["x"] * 42, members)[1] == ""
    assert "tide" in names_of(said, [], ["tide"] * 42, members)[0].lower()


def test_sub_topics_hold_what_is_nearer_to_them_than_to_the_whole() -> None:
    rng = np.random.default_rng(3)
    texts, rows = [], []
    for word, axis in (("sails", 1), ("ropes", 2)):
        for _ in range(30):
            rows.append(near(0, 0.6, rng) + 0.9 * near(axis, 1.0, rng))
            texts.append(f"{word} at sea")
    for _ in range(30):
        rows.append(near(0, 0.95, rng))
        texts.append("general talk at sea")
    parts = parts_of(texts, unit(np.stack(rows)))
    inside = {int(i) for part in parts for i in part.posts}
    assert len(parts) >= 2
    assert {part.label.lower() for part in parts} >= {"sails", "ropes"}
    assert len(inside & set(range(60))) >= 54


def test_topics_keep_their_ids_by_shared_posts() -> None:
    old = np.array([7] * 50 + [9] * 30 + [0] * 20 + [5] * 10)
    new = np.array([1] * 48 + [0] * 42 + [2] * 8 + [-1] * 2 + [2] * 1 + [1] * 9)
    assert match_groups(old, new, 4) == (9, 7, 0, 0)


def test_what_became_of_topics_is_told() -> None:
    old = np.array([7] * 60 + [9] * 40 + [5] * 10)
    new = np.array([0] * 30 + [1] * 30 + [0] * 40 + [-1] * 10)
    told = {(d.kind, d.topic, d.other) for d in descents(old, new, [7, 12], {7, 9, 5})}
    assert told == {("split", 12, 7), ("merge", 9, 7), ("end", 5, 0)}


def series(days: int, *parts: tuple[int, int, float]) -> list[int]:
    rng = np.random.default_rng(5)
    counts = np.zeros(days, dtype=int)
    for start, stop, rate in parts:
        counts[start:stop] += rng.poisson(rate, stop - start)
    return counts.tolist()


def test_trend_classes() -> None:
    topics = {
        1: series(120, (0, 120, 3.0)),
        2: series(120, (0, 100, 1.0), (100, 120, 5.0)),
        3: series(120, (0, 70, 4.0), (70, 120, 0.4)),
        4: series(120, (112, 120, 4.0)),
        5: series(120, (10, 60, 3.0)),
        6: series(120, (119, 120, 9.0)),
    }
    total = (np.array(list(topics.values())).sum(axis=0) + 20).tolist()
    found = {key: trend.name for key, trend in classify_topics(topics, total).items()}
    assert found == {1: "steady", 2: "rising", 3: "fading", 4: "new", 5: "resolved", 6: "new"}


def test_flat_topics_are_steady_even_when_all_else_grows() -> None:
    rng = np.random.default_rng(1)
    topics = {i: rng.poisson(2.0, 120).tolist() for i in range(40)}
    total = (np.array(list(topics.values())).sum(axis=0) + np.arange(120) // 2).tolist()
    names = [trend.name for trend in classify_topics(topics, total).values()]
    assert names.count("steady") >= 39
    assert classify_topics({}, [1, 2]) == {}
    assert classify_topics({1: [3]}, [3])[1].name == "steady"


def test_a_record_that_is_over_has_no_trends() -> None:
    topics = {1: series(120, (0, 80, 3.0)), 2: series(120, (0, 40, 2.0)), 3: series(120, (72, 80, 4.0))}
    total = np.array(list(topics.values())).sum(axis=0).tolist()
    found = classify_topics(topics, total)
    assert {trend.name for trend in found.values()} == {"ended"}
    assert found[1].facts.recent == sum(topics[1][73:80])  # of its last days, not of the silence since
    total[-1] = 4  # the record goes on without them
    assert {trend.name for trend in classify_topics(topics, total).values()} == {"resolved"}


def test_false_discoveries_are_held() -> None:
    assert benjamini_hochberg([0.001, 0.02, 0.9, 0.5]) == [True, True, False, False]
    assert benjamini_hochberg([]) == []


def test_days_that_stand_out() -> None:
    counts = [10, 12, 9, 11, 10, 13, 8] * 6
    assert anomalies(counts) == []
    counts[40] = 60
    (found,) = anomalies(counts)
    assert (found.index, found.count) == (40, 60)
    assert found.threshold < 60


def test_a_weekly_rhythm_and_a_yearly_return_are_seasonal() -> None:
    rng = np.random.default_rng(3)
    usual = rng.poisson(6.0, 400)
    weekly = rng.poisson(0.05, 400)
    weekly[np.arange(400) % 7 == 2] += 3  # the first day is a Tuesday (1): these are Thursdays (3)
    yearly = rng.poisson(0.1, 400)
    yearly[400 - 364 - 15 : 400 - 364] += 2
    yearly[-15:] += 2
    once = rng.poisson(0.1, 400)
    once[-15:] += 2
    topics = {1: usual.tolist(), 2: weekly.tolist(), 3: yearly.tolist(), 4: once.tolist()}
    total = (np.array(list(topics.values())).sum(axis=0) + 30).tolist()
    found = classify_topics(topics, total, weekday=1)
    assert {key: trend.name for key, trend in found.items()} == {1: "steady", 2: "seasonal", 3: "seasonal", 4: "rising"}
    assert found[2].facts.weekdays == (3,)
    assert found[2].facts.share > 0.8
    assert found[3].facts.year_ago >= 20


def test_two_periods_compared() -> None:
    posts = {1: (40, 42), 2: (0, 12), 3: (15, 0), 4: (10, 60), 5: (60, 12), 6: (2, 3)}
    found = compare_periods(posts, (300, 310), (30, 30))
    assert found == {1: "same", 2: "new", 3: "gone", 4: "grew", 5: "shrank", 6: "same"}
    # Twice the posts in a period twice as long is no change.
    assert compare_periods({1: (40, 80)}, (300, 600), (30, 60)) == {1: "same"}
    assert compare_periods({}, (0, 0), (7, 7)) == {}


def test_seeds_and_order_hardly_matter() -> None:
    texts, vectors, _ = blobs(6, 50, seed=9)
    first = fit_topics(texts, vectors, count=6)
    for seed in range(1, 4):
        order = np.random.default_rng(seed).permutation(len(texts))
        same = fit_topics([texts[i] for i in order], vectors[order], count=6)
        assert np.array_equal(same.assigned, first.assigned[order])
        other = fit_topics([texts[i] for i in order], vectors[order], seed=seed, count=6)
        assert adjusted_rand_score(first.assigned[order], other.assigned) >= 0.95


def test_a_later_fit_goes_on_from_the_topics_there_are() -> None:
    texts, vectors, labels = blobs(6, 40, seed=2)
    old = np.array([label + 11 for label in labels])
    old[::7] = 0  # some had no topic
    fit = fit_topics(texts, vectors, previous=old, seed=5)
    assert set(fit.origin) - {0} == set(range(11, 17))
    ids = np.array([*fit.origin, 0])[fit.assigned]
    assert np.mean(ids[old > 0] == old[old > 0]) >= 0.95


def test_posts_without_a_title_stay_apart() -> None:
    texts, vectors, labels = blobs(4, 30)
    texts = [f"\n{text}" for text in texts]
    fit = fit_topics(texts, vectors, count=4)
    assert len({int(t) for t in fit.assigned if t >= 0}) == 4
    assert len(fit.assigned) == len(labels)


def test_a_name_in_few_posts_is_among_the_words() -> None:
    texts, vectors, _ = blobs(3, 30, seed=4)
    texts = [f"{text} with MinuteMoth" if 30 <= i < 34 else text for i, text in enumerate(texts)]
    fit = fit_topics(texts, vectors, count=3)
    assert any("MinuteMoth" in topic.terms for topic in fit.topics)


@pytest.mark.parametrize("limit", [1, 2])
def test_threads_are_bounded(limit: int) -> None:
    code = (
        f"from insights.__main__ import bound_threads; bound_threads({limit}); import numpy, numba, sklearn.cluster; "
        "from threadpoolctl import threadpool_info; "
        "print(max([p['num_threads'] for p in threadpool_info()] + [numba.config.NUMBA_NUM_THREADS]))"
    )
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, text=True, check=True)
    assert int(out.stdout.strip()) <= limit


def test_a_subject_in_two_languages_is_one_topic_and_two_subjects_are_two() -> None:
    rng = np.random.default_rng(0)
    subjects, shift = np.eye(3, 24, dtype=np.float32), 0.45 * np.eye(1, 24, 20, dtype=np.float32)

    def posts(subject: int, french: bool, n: int) -> Vectors:
        noise = 0.08 * rng.standard_normal((n, 24)).astype(np.float32)
        return unit(subjects[subject] + (shift if french else 0) + noise)

    vectors = np.vstack([posts(0, False, 30), posts(0, True, 20), posts(1, False, 30), posts(2, True, 25)])
    langs = ["en"] * 30 + ["fr"] * 20 + ["en"] * 30 + ["fr"] * 25
    groups = np.repeat([3, 0, 1, 2], [30, 20, 30, 25])
    joined = join_twins(vectors, groups, langs)
    assert len(set(joined[:50].tolist())) == 1
    assert len(set(joined.tolist())) == 3
    assert len({int(joined[0]), int(joined[60]), int(joined[-1])}) == 3
    assert (join_twins(vectors, groups, ["en"] * len(groups)) == groups).all()
    assert (join_twins(vectors, groups, []) == groups).all()
