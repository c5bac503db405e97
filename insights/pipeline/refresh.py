"""The pipeline over what is new; the only module here that meets the store.

Each step is a short transaction and leaves a usable record: killed anywhere, the next run goes on where
this one stopped. Posts wait (`post.pending`) until everything about them is written at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection

from data.content.calendar import find_published
from data.debates.discussions import save_stances
from data.figures import days_of, dirty_days, roll_up, topic_days
from data.inbox.moderation import Case, save_cases, save_heat
from data.inbox.ours import own_accounts, own_source_ids, set_by_us
from data.inbox.threads import thread_posts
from data.inbox.waiting import answers_of_ours, find_inquiries, open_inquiries, save_past_answers, set_alike
from data.models import Scope, from_epoch, to_day
from data.posts.analysis import (
    Understood,
    Waiting,
    count_waiting,
    erased_posts,
    forget_erased,
    save_aspects,
    save_understood,
    texts_between,
    texts_of,
    waiting_posts,
)
from data.posts.query_language import QueryError
from data.posts.reads import total_posts
from data.posts.scope_sql import current_fit
from data.posts.vectors import PostVectors, vectors_of
from data.reputation.brands import BrandError, brands_behind, find_mentions, get_brands, keep_settings_brands, named_in
from data.schema import IDS_PER_DAY
from data.settings import Settings
from data.store import Store
from data.topics.fits import add_assignments, set_trends, wanted_refit
from data.topics.listing import shown_fit, topic_voices, topics_of
from data.topics.watches import KEPT, add_near, any_unready, save_watch, watch_vectors
from insights.debates.conflict import TIPS, Said, heat_of, risk_of
from insights.duplicates import Groups, signatures
from insights.embeddings import Embedder
from insights.language import detect_languages
from insights.pipeline.alerts import watch
from insights.pipeline.debates import StanceReader, find_debates, stances_to_save
from insights.pipeline.effects import measure_actions
from insights.pipeline.ideas import find_ideas
from insights.pipeline.regroup import Grouper, Places, Progress, TextEmbedder, add_new_themes, blob_of, group_anew
from insights.pipeline.tones import Tones
from insights.pipeline.tools import keys_of_brands, note_names, tell_tools
from insights.reading.aspects import find_aspects, sentences
from insights.reading.features import features
from insights.reading.inquiries import likely_answers, same_inquiries
from insights.reading.intents import intents, kind_probabilities
from insights.reading.sentiment import default_model
from insights.reading.toxicity import default_model as toxicity_model
from insights.reading.toxicity import reasons, toxicity
from insights.reading.transformer import TransformerStance
from insights.topics.fit import Vectors, fit_topics, unit
from insights.topics.map import Atlas, atlas_of
from insights.topics.trends import classify_topics
from insights.topics.watching import nearness, usual_threshold, words_held

BATCH = 512
COPY_WINDOW = 14  # days in which a copy is looked for
REFIT_GROWTH = 0.25  # a quarter more posts than the last fit had: group anew
WEEKLY_GROWTH = 0.05  # and once a week when a twentieth came
WEEK = timedelta(days=7)
TREND_DAYS = 400  # a year and a month: what comes back every year can be told


@dataclass(slots=True)
class Refreshed:
    """What a refresh did."""

    posts: int = 0
    refitted: bool = False
    topics: int = 0
    began: int = 0  # themes that began since the last fit
    alerts: int = 0
    ideas: int = 0
    model: str = ""
    precision: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def refresh(
    store: Store,
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = lambda step, done, total: None,
    refit: bool = False,
    embedder: TextEmbedder | None = None,
    fit: Grouper = fit_topics,
    atlas: Callable[..., Atlas] = atlas_of,
) -> Refreshed:
    """Understand every post that waits, then topics, rollups and trends. Nothing new costs nearly nothing."""
    done = Refreshed()
    with store.write(counts=False) as connection:
        keep_settings_brands(connection, _wanted_brands(settings))
    _match_brands_again(store, progress)
    _forget_erased(store)
    with store.read() as connection:
        total, known = count_waiting(connection), total_posts(connection)
        shown, unready = shown_fit(connection, places=False), any_unready(connection)
        asked = refit or wanted_refit(connection)
    grown = known / shown.fitted - 1 if shown.fitted else float("inf")
    old = shown.made_at is not None and now() - shown.made_at >= WEEK
    needs_fit = asked or (known >= 50 and (grown > REFIT_GROWTH or (old and grown > WEEKLY_GROWTH)))
    if total or needs_fit or unready:
        embedder = embedder or Embedder(settings.embedding_model, settings.threads)
        done.model, done.precision = embedder.name, embedder.precision.name
        vectors = vectors_of(store)
        tones = Tones(store, settings.sentiment_model)
        if tones.learn(store, vectors, embedder.name, now()):
            tones = Tones(store, settings.sentiment_model)
            with store.read() as connection:
                total = count_waiting(connection)
        reader = TransformerStance(settings.stance_model) if settings.stance_model and total else None
        done.posts = _understand(store, embedder, vectors, total, progress, tones, reader)
        if needs_fit or (shown.model and shown.model != embedder.name):
            done.refitted = True
            group_anew(store, embedder, vectors, now(), progress, fit, atlas)
        if total:
            done.began = add_new_themes(store, embedder.name, vectors, now())
        _watch(store, embedder, vectors, progress)
    _roll_up(store, progress)
    done.topics = _classify(store, now())
    done.alerts = len(watch(store, now()))
    find_published(store, now())
    measure_actions(store, now())
    done.ideas = find_ideas(store, now())
    return done


def _forget_erased(store: Store) -> None:
    with store.read() as connection:
        gone = erased_posts(connection)
    if gone:
        vectors_of(store).forget(gone)
        with store.write(counts=False) as connection:
            forget_erased(connection, gone)


def _wanted_brands(settings: Settings) -> list[tuple[str, bool, Sequence[str]]]:
    found: list[tuple[str, bool, Sequence[str]]] = []
    if settings.brand_name:
        found.append((settings.brand_name, True, settings.brand_aliases))
    found += [(name, False, ()) for name in settings.competitors]
    return found


def _match_brands_again(store: Store, progress: Progress) -> None:
    """A brand was added or changed: look for it in all posts, back in time."""
    with store.read() as connection:
        behind = brands_behind(connection)
    for number, item in enumerate(behind):
        try:
            find_mentions(store, item)
        except (BrandError, QueryError):
            continue  # kept by an older version: its page says what is wrong with it
        progress("brands", number + 1, len(behind))


def _understand(
    store: Store,
    embedder: TextEmbedder,
    vectors: PostVectors,
    total: int,
    progress: Progress,
    tones: Tones,
    reader: StanceReader | None,
) -> int:
    if not total:
        return 0
    groups = Groups()
    loaded_until = 0
    done = 0
    with store.read() as connection:
        places = Places(shown_fit(connection), vectors)
        subjects = [item for item in watch_vectors(connection, embedder.name) if item[2] is not None]
        accounts, own_sources = set(own_accounts(connection)), own_source_ids(connection)
    asked: list[int] = []
    answered = False
    understood: list[int] = []
    named_tools: set[int] = set()
    while True:
        with store.read() as connection:
            batch = waiting_posts(connection, BATCH)
            brands = get_brands(connection)
        if not batch:
            _relate(store, embedder.name, vectors, asked, answered)
            find_debates(store, understood, vectors, embedder.name, reader)
            tell_tools(store, named_tools, keys_of_brands(brands))
            return done
        texts = [post.text for post in batch]
        ids = [post.id for post in batch]
        have, old = vectors.get(embedder.name, ids)
        changed = _changed(store, ids)
        usable = {i: row for i, row in zip(have, old, strict=True) if i not in changed}
        missing = [k for k, i in enumerate(ids) if i not in usable]
        if missing:
            fresh = embedder.encode([texts[k] for k in missing])
            vectors.put(embedder.name, [ids[k] for k in missing], fresh)
            usable.update({ids[k]: row for k, row in zip(missing, fresh, strict=True)})
        matrix = unit(np.stack([usable[i] for i in ids]))
        langs = detect_languages(texts, [post.lang for post in batch])
        read = features(texts, langs)
        scored = tones.score(texts, langs, matrix, embedder.name, read)
        with store.read() as connection:
            named = named_in(connection, brands, ids)
        own = {brand.id for brand in brands if brand.is_own}
        toxic = toxicity(read, langs, matrix, embedder.name)
        kinds = kind_probabilities(texts, langs, read, matrix, embedder.name)
        meant = intents(texts, kinds, scored.probabilities, [bool(own & set(found)) for found in named])
        ours = [post.id for post in batch if _by_us(post, accounts, own_sources)]
        values = signatures(texts)
        loaded_until = _load_window(store, groups, batch, loaded_until)
        copies = []
        for post_id, value in zip(ids, values, strict=True):
            found = groups.copies_of(post_id, value) if value is not None else []
            copies.append(next((c for c in found if c < post_id), found[0] if found else 0))
            if value is not None:
                groups.add(post_id, value)
        with store.read() as connection:
            homes = topics_of(connection, places.fit, ids)
        home = [homes.get(i, 0) for i in ids] if homes else None
        placed = places.of(ids, matrix, home) if places.model == embedder.name else []
        near = [
            (watch_id, post_id, float(value))
            for watch_id, words, vector in subjects
            for post_id, value in zip(ids, _near(words, vector, matrix, texts), strict=True)
        ]
        with store.write() as connection:
            save_understood(
                connection,
                [
                    Understood(i, post.source_id, lang, label, sure, tuple(brand_ids), copy, kind, attack)
                    for i, post, lang, label, sure, brand_ids, copy, kind, attack in zip(
                        ids, batch, langs, scored.labels, scored.confidence, named, copies, meant, toxic, strict=True
                    )
                ],
            )
            set_by_us(connection, ours, sorted(set(ids) - set(ours)))
            _judge(connection, ids, texts, langs, toxic)
            save_aspects(connection, ids, _aspects(batch, langs, scored.labels))
            save_stances(connection, ids, stances_to_save(ids, [post.plain for post in batch]))
            named_tools |= note_names(connection, ids, texts, langs, keys_of_brands(brands))
            asked += find_inquiries(connection, ids)
            answered = answered or bool(ours)
            if placed:
                add_assignments(connection, places.fit, placed)
            add_near(connection, near)
        done += len(batch)
        understood += ids
        progress("understand", done, max(total, done))


def _aspects(
    batch: Sequence[Waiting], langs: Sequence[str], labels: Sequence[str]
) -> list[tuple[str, int, str, int, int]]:
    """(aspect, post, tone of the sentence, its place) of a batch. A sentence is read without vectors, which were made
    of whole posts; a post of one sentence has the tone of the post."""
    found: list[tuple[str, int, str, int, int]] = []
    parts: list[tuple[int, str, str]] = []
    for post, lang, label in zip(batch, langs, labels, strict=True):
        whole = len(sentences(post.plain)) == 1
        for item in find_aspects(post.plain, lang):
            if not whole:
                parts.append((len(found), post.plain[item.start : item.stop], lang))
            found.append((item.aspect, post.id, label, item.start, item.stop))
    if parts:
        scored = default_model().score([text for _, text, _ in parts], [lang for _, _, lang in parts])
        for (place, _, _), label in zip(parts, scored.labels, strict=True):
            aspect, post_id, _, start, stop = found[place]
            found[place] = (aspect, post_id, label, start, stop)
    return found


def _by_us(post: Waiting, accounts: set[str], own_sources: dict[int, str]) -> bool:
    if post.author and post.author in accounts:
        return True
    rule = own_sources.get(post.source_id)
    return rule == "all" or (rule == "roots" and not post.parent_id)


def _judge(
    connection: Connection, ids: Sequence[int], texts: Sequence[str], langs: Sequence[str], toxic: Sequence[float]
) -> None:
    """The heat of the threads that these posts are in, and which of the posts somebody should look at."""
    heat: dict[int, float] = {}
    for (kind, root), posts in thread_posts(connection, ids).items():
        found = heat_of(
            [
                Said(p.at, p.author, p.plain, p.confidence if p.sentiment == "negative" else 0.15, p.toxicity)
                for p in posts
            ]
        )
        save_heat(connection, kind, root, found.total, found.parts(), posts[-1].id)
        heat.update({p.id: found.total for p in posts})
    # The score that finds 80% of the attacks in labelled posts; in a thread that tips, half of it.
    line = toxicity_model().held_out["threshold"]
    cases = []
    for post_id, text, lang, attack in zip(ids, texts, langs, toxic, strict=True):
        hot = heat.get(post_id, 0.0)
        if attack >= line or (hot >= TIPS and attack >= line / 2):
            cases.append(Case(post_id, risk_of(attack, hot), hot, reasons(text, lang)))
    save_cases(connection, ids, cases)


def _relate(store: Store, model: str, vectors: PostVectors, asked: Sequence[int], answered: bool) -> None:
    """Join inquiries that ask the same thing, and find posts of ours that answered it before."""
    if not asked and not answered:
        return
    with store.read() as connection:
        waiting = open_inquiries(connection)
        ours = answers_of_ours(connection)
    new = set(asked)
    known = [pair for pair in waiting if pair[0] not in new]
    have, rows = vectors.get(model, [i for i, _ in known])
    owner = dict(known)
    fresh, matrix = vectors.get(model, sorted(new))
    alike = same_inquiries(fresh, unit(matrix), [(i, owner[i]) for i in have], unit(rows)) if fresh else {}
    answers, answer_rows = vectors.get(model, [a for a, _ in ours])
    asked_of = dict(ours)
    held, held_rows = vectors.get(model, sorted({asked_of[a] for a in answers} - {0}))
    seat = {post: row for row, post in enumerate(held)}
    before = np.zeros_like(answer_rows)
    for row, answer in enumerate(answers):
        if asked_of[answer] in seat:
            before[row] = held_rows[seat[asked_of[answer]]]
    targets = sorted({i for i, _ in waiting} if answered else new & {i for i, _ in waiting})
    wanted, wanted_rows = vectors.get(model, targets)
    found = {
        post: likely_answers(vector, answers, unit(answer_rows), unit(before))
        for post, vector in zip(wanted, unit(wanted_rows), strict=True)
    }
    with store.write() as connection:
        set_alike(connection, alike)
        save_past_answers(connection, found)


def _near(words: str, vector: bytes | None, matrix: Vectors, texts: Sequence[str]) -> Any:
    subject = np.frombuffer(vector or b"", dtype="<f4")
    return nearness(matrix @ subject, words_held(words, texts))


def _changed(store: Store, ids: Sequence[int]) -> set[int]:
    """Posts of a batch whose text changed after they were first understood: their old vector is stale."""
    from sqlalchemy import select

    from data.schema import post

    with store.read() as connection:
        rows = connection.execute(select(post.c.id).where(post.c.id.in_(list(ids)), post.c.sentiment_confidence > 0))
        return set(rows.scalars())


def _load_window(store: Store, groups: Groups, batch: Sequence[Waiting], loaded_until: int) -> int:
    """Make posts of the two weeks before a batch known to `groups`, each once."""
    first = max(loaded_until, batch[0].id - COPY_WINDOW * IDS_PER_DAY)
    last = batch[-1].id
    own = {post.id for post in batch}
    with store.read() as connection:
        posts = [post for post in texts_between(connection, first, last) if post.id not in own]
    for post, value in zip(posts, signatures([post.text for post in posts]), strict=True):
        if value is not None:
            groups.add(post.id, value)
    return max(loaded_until, last)


def _watch(store: Store, embedder: TextEmbedder, vectors: PostVectors, progress: Progress) -> None:
    """Look through all posts for each subject that has not been looked for with this model."""
    with store.read() as connection:
        waiting = [(i, words) for i, words, vector in watch_vectors(connection, embedder.name) if vector is None]
    for number, (watch_id, words) in enumerate(waiting):
        subject = unit(embedder.encode([words]))[0]
        ids: list[int] = []
        parts = []
        for some, rows in vectors.all(embedder.name):
            ids += some
            parts.append(np.asarray(unit(rows) @ subject, dtype=np.float32))
        cosine = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        # Words are looked for only where the meaning is not far: the rest could not come near anyway.
        order = np.argsort(-cosine, kind="stable")[:KEPT]
        chosen = sorted(ids[i] for i in order)
        with store.read() as connection:
            texts = {post.id: post.text for post in texts_of(connection, chosen)}
        value = dict(zip(ids, cosine.tolist(), strict=True))
        chosen = [i for i in chosen if i in texts]
        near = nearness(np.array([value[i] for i in chosen]), words_held(words, [texts[i] for i in chosen]))
        threshold = usual_threshold(float(cosine.mean()), float(cosine.std())) if len(cosine) else 0.5
        with store.write() as connection:
            save_watch(
                connection,
                watch_id,
                embedder.name,
                blob_of(subject),
                threshold,
                list(zip(chosen, near.tolist(), strict=True)),
            )
        progress("watch", number + 1, len(waiting))


def _roll_up(store: Store, progress: Progress) -> None:
    with store.read() as connection:
        days = dirty_days(connection)
    for start in range(0, len(days), 50):
        part = days[start : start + 50]
        with store.write() as connection:
            roll_up(connection, part, current_fit(connection))
        progress("count", start + len(part), len(days))


def _classify(store: Store, now: datetime) -> int:
    last = to_day(now)
    first = last - TREND_DAYS + 1
    with store.read() as connection:
        rows = topic_days(connection, first, last)
        until = now.astimezone(UTC).date()
        scope = Scope(until - timedelta(days=TREND_DAYS - 1), until)
        total = [day.posts for day in days_of(connection, scope)]
    series: dict[int, list[int]] = {}
    for topic_id, days in rows.items():
        counts = [0] * TREND_DAYS
        for day in days:
            counts[day.day - first] = day.posts
        series[topic_id] = counts
    trends = classify_topics(series, total, weekday=from_epoch(first * 86_400).weekday())
    with store.read() as connection:
        voices = {
            span: topic_voices(connection, last - span + 1, last)
            for span in sorted({trend.recent_days for trend in trends.values()})
        }
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for topic_id, trend in trends.items():
        authors, places = voices[trend.recent_days].get(topic_id, (0, 0))
        found[topic_id] = (trend.name, {**trend.facts(), "authors": authors, "places": places})
    with store.write() as connection:
        set_trends(connection, found)
    return len(found)
