"""The pipeline: incremental, resumable, and the demo's planted facts found again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta

from data.demo_community import demo_posts, truth
from data.erasing.people import erase_author
from data.figures import days_of
from data.models import NewPost
from data.posts.analysis import all_ids, count_waiting
from data.posts.ingest import add_posts
from data.posts.reads import count_posts, page_of_posts, total_posts
from data.posts.scope_sql import current_fit
from data.posts.vectors import VectorFile
from data.scope import Scope
from data.settings import ROOT, Settings
from data.source_list import add_source
from data.store import Store
from data.topics.listing import assignments, topics_of_fit
from insights.evaluate.demo import measure
from insights.language import detect_languages
from insights.models.e5 import ReadingModel
from insights.models.sentences import PACKAGED, Embedder
from insights.models.topic_vectors import NAME as TOPICS
from insights.models.topic_vectors import TopicEmbedder
from insights.pipeline.demo import ANALYSIS, ANY_DAY, KeptVectors, full_text, kept_models, keys_of_posts
from insights.pipeline.models import Models
from insights.pipeline.refresh import refresh
from insights.topics.fit import fit_topics, unit
from tests.conftest import NOW


def fill(store: Store, posts: list[NewPost], now: datetime) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        add_posts(connection, source.id, posts, now)


def some(count: int, start: int = 0) -> list[NewPost]:
    posts = [post for _, post in demo_posts(NOW)]
    return [replace(post, source_kind="feed") for post in posts[start : start + count]]


def test_refresh_from_nothing_then_only_what_is_new(store: Store, settings: Settings, now: datetime) -> None:
    branded = replace(settings, brand_name="Brimelo")
    fill(store, some(400), now)
    first = refresh(store, branded, now=lambda: now, models=kept_models())
    assert (first.posts, first.refitted) == (400, True)
    with store.read() as connection:
        fit = current_fit(connection)
        placed = assignments(connection, fit)
        assert len(placed) >= 360
        assert count_waiting(connection) == 0
    fill(store, some(40, 400), now)
    second = refresh(store, branded, now=lambda: now, models=kept_models())
    assert (second.posts, second.refitted) == (40, False)
    with store.read() as connection:
        again = assignments(connection, current_fit(connection))
    assert {k: v for k, v in again.items() if k in placed} == placed
    assert len(again) > len(placed)
    third = refresh(store, branded, now=lambda: now)
    assert third.posts == 0
    assert third.model == ""  # nothing new: no model was loaded


def test_rollups_equal_a_count_of_the_posts(demo_store: Store) -> None:
    scope = Scope((NOW - timedelta(days=119)).date(), NOW.date())
    with demo_store.read() as connection:
        days = days_of(connection, scope)
        assert sum(day.posts for day in days) == total_posts(connection) == 3_440
        for wanted in (scope, replace(scope, brand=1), replace(scope, topic=topics_of_fit(connection)[0].id)):
            counted = days_of(connection, replace(wanted, kinds=()))
            slow = {s: count_posts(connection, replace(wanted, sentiments=(s,))) for s in ("negative", "unsure")}
            assert sum(d.negative for d in counted) == slow["negative"] > 0
            assert sum(d.unsure for d in counted) == slow["unsure"]


def test_planted_facts_are_found(demo_store: Store) -> None:
    found = measure(demo_store, NOW)
    assert found["trends_right"] == found["trends_planted"] == 11
    assert found["assigned"] >= 0.85
    assert found["themes_of_both_languages_in_one_topic"] >= 9
    assert found["purity"] >= 0.93
    assert found["copies_found"] >= 0.95 * found["copies_planted"] > 0
    assert found["crisis_flagged"]
    assert found["anomalies_elsewhere"] == 0
    assert found["questions_found"] == found["questions_planted"] == 8
    assert found["answered_shown_as_open"] == 0
    assert found["worst_five_in_conflict"] == 5
    assert found["threads_tipping"] == found["threads_tipping_planted"] == 2
    assert found["crisis_alert_hours"] <= 3
    assert found["crisis_origin_named"]
    assert found["false_alarms_in_60_quiet_days"] == []
    assert found["cause_of_last_week"] == "mix"
    assert found["debates_found"] == found["debates_planted"] == found["debates_of_both_languages_in_one"] == 2
    assert all(value >= 0.8 for values in found["camp_purity"].values() for value in values)
    assert found["traps"] == 44
    assert found["traps_fallen_into"] == []
    assert len(found["false_debates"]) <= 1
    assert found["tools_found_within_a_day"] == found["tools_planted"] == 6
    assert len(found["other_tools"]) <= 2
    assert found["opportunities_in_ten_ideas"] >= 8
    assert found["ideas_repeated"] == 0
    assert found["least_posts_of_an_idea"] >= 3


def test_the_demo_is_as_planted() -> None:
    posts = [post for _, post in demo_posts(NOW)]
    facts = truth()
    assert len(posts) == facts["posts"]
    assert all(post.published_at is not None and post.published_at <= NOW for post in posts)
    assert len({post.native_id for post in posts}) == len(posts)
    assert {post.lang for post in posts} == {"en", "fr"}
    for tool in facts["tools"]:
        named = [post for post in posts if tool["name"] in post.text and post.published_at]
        first = min(post.published_at for post in named if post.published_at)
        assert (NOW.date() - first.date()).days == tool["first_seen"]
    assert sum(post.native_id.startswith("demo-question-open") for post in posts) == facts["questions"]["unanswered"]
    assert demo_posts(NOW) == demo_posts(NOW)


def test_kept_vectors_are_those_of_the_model() -> None:
    texts = random.Random(2).sample(sorted({full_text(post) for _, post in demo_posts(ANY_DAY)}), 60)
    kept, computed = KeptVectors().encode(texts), TopicEmbedder().encode(texts)
    assert (kept * computed).sum(axis=1).min() >= 0.998
    kept, computed = KeptVectors(reading=True).encode(texts), ReadingModel("float32").encode(texts)
    assert (unit(kept) * unit(computed)).sum(axis=1).min() >= 0.998
    assert ANALYSIS.stat().st_size < 4_000_000


def test_kept_topics_are_those_of_the_fit() -> None:
    from sklearn.metrics import adjusted_rand_score

    from insights.pipeline.demo import kept_fit

    texts = list(dict.fromkeys(full_text(post) for _, post in demo_posts(ANY_DAY)))
    vectors = KeptVectors().encode(texts)
    fresh, kept = fit_topics(texts, vectors, langs=detect_languages(texts)), kept_fit(texts, vectors)
    assert adjusted_rand_score(fresh.assigned, kept.assigned) > 0.8


def test_a_brand_added_later_is_found_back_in_time(store: Store, settings: Settings, now: datetime) -> None:
    fill(store, some(200), now)
    refresh(store, settings, now=lambda: now, models=kept_models())
    refresh(store, replace(settings, brand_name="Brimelo"), now=lambda: now, models=kept_models())
    scope = Scope((NOW - timedelta(days=200)).date(), NOW.date(), brand=1)
    with store.read() as connection:
        wanted = sum("brimelo" in (post.plain or "").lower() for post in some(200))
        assert count_posts(connection, scope) == wanted > 0
        assert sum(day.posts for day in days_of(connection, scope)) == wanted


def test_a_post_corrected_at_its_source_is_read_again(store: Store, settings: Settings, now: datetime) -> None:
    posts = some(60)
    fill(store, posts, now)
    embedder = Embedder(PACKAGED)
    refresh(store, settings, now=lambda: now, models=Models.one(embedder))
    words = "Awful, broken, the worst ever."
    fill(store, [replace(posts[0], text=words, plain=words, lang="en")], now)
    assert refresh(store, settings, now=lambda: now, models=Models.one(embedder)).posts == 1
    scope = Scope((NOW - timedelta(days=200)).date(), NOW.date(), query="awful")
    with store.read() as connection:
        (post,) = page_of_posts(connection, scope)
    assert (post.lang, post.sentiment) == ("en", "negative")


def test_posts_read_with_other_weights_are_read_again_once(store: Store, settings: Settings, now: datetime) -> None:
    fill(store, some(40), now)
    assert refresh(store, settings, now=lambda: now, models=kept_models()).posts == 40
    store.set_meta("readers", "weights of last year")
    assert refresh(store, settings, now=lambda: now, models=kept_models()).posts == 40
    assert refresh(store, settings, now=lambda: now, models=kept_models()).posts == 0


def test_refresh_killed_anywhere_goes_on(store: Store, settings: Settings, now: datetime) -> None:
    fill(store, some(1_200), now)
    environ = {**os.environ, "VIGIE_DATA_DIR": settings.data_dir, "VIGIE_DEMO": "false"}
    command = [sys.executable, "-m", "insights", "refresh"]
    for wait in (4.0, 7.0, 10.0):
        with store.write() as connection:
            connection.exec_driver_sql("DELETE FROM lease")
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert store.check() == []
        with store.read() as connection:
            assert total_posts(connection) == 1_200
    with store.write() as connection:
        connection.exec_driver_sql("DELETE FROM lease")
    refresh(store, settings, now=lambda: now, models=kept_models())
    with store.read() as connection:
        assert count_waiting(connection) == 0
        assert len(assignments(connection, current_fit(connection))) >= 1_000
        scope = Scope((NOW - timedelta(days=400)).date(), NOW.date())
        assert sum(day.posts for day in days_of(connection, scope)) == 1_200


def test_erasing_an_author_erases_the_vectors_too(store: Store, settings: Settings, now: datetime) -> None:
    fill(store, some(80), now)
    refresh(store, settings, now=lambda: now, models=kept_models())
    with store.read() as connection:
        ids = all_ids(connection)
        author = page_of_posts(connection, Scope((NOW - timedelta(days=200)).date(), NOW.date()))[0].author
    vectors = VectorFile(store.vector_path)
    assert len(vectors.get(TOPICS, ids)[0]) == 80
    erased = erase_author(store, author)
    refresh(store, settings, now=lambda: now, models=kept_models())
    assert len(vectors.get(TOPICS, ids)[0]) == 80 - erased < 80


def test_keys_of_posts_only_for_measuring(demo_store: Store) -> None:
    keys = keys_of_posts(demo_store)
    assert len(keys) == 3_440
    assert sum(key == "sync" for key in keys.values()) == 300
