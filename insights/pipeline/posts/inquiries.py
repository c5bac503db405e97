"""Inquiries: which posts appeal to us, which ask the same thing, and what we answered before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from data.inbox.waiting import OurReply, answers_of_ours, open_inquiries, save_past_answers, set_alike, speaking
from data.models import Brand
from data.posts.analysis import moments_of, texts_of
from data.posts.vectors import PostVectors
from data.store import Store
from insights.pipeline.encoding import Encoder
from insights.reading.appeals import COMPLAINT, QUESTION, Said, appeal_of
from insights.reading.inquiries import (
    Likeness,
    Reply,
    answers_nothing,
    asked_in,
    is_outage,
    is_passing,
    likely_answers,
    same_inquiries,
)
from insights.reading.origins import ARTICLE, origin_of
from insights.topics.fit import unit

BATCH = 512
ASKED = ":asked"  # vectors of what posts ask are kept apart from those of all they say


def heard(connection: Connection, ids: Sequence[int], brands: Sequence[Brand]) -> dict[int, str]:
    """Which of these posts appeal to us, and how: question or complaint. What a person said of a post holds."""
    names = tuple(name for brand in brands if brand.is_own for name in (brand.name, *brand.aliases))
    appeals: dict[int, str] = {}
    for post in speaking(connection, ids):
        whole = post.plain if not post.title or post.plain.startswith(post.title) else f"{post.title}\n{post.plain}"
        if post.by_person:
            appeals[post.post] = QUESTION if post.question >= post.complaint else COMPLAINT
            continue
        origin = origin_of(whole, post.source, reply=post.reply, titled=bool(post.title))
        found = appeal_of(
            Said(
                whole.strip(),
                post.question,
                post.complaint,
                post.fault,
                names,
                named=post.named,
                article=origin.kind == ARTICLE,
                home=post.home,
                to_us=post.to_us,
                to_other=post.reply and not post.to_us,
            )
        )
        if found:
            appeals[post.post] = found
    return appeals


def relate(store: Store, asks: Encoder, vectors: PostVectors, asked: Sequence[int], answered: bool) -> None:
    """Join inquiries that ask the same thing, and find posts of ours that answered it before."""
    if not asked and not answered:
        return
    with store.read() as connection:
        waiting = open_inquiries(connection)
        ours = answers_of_ours(connection)
    new = set(asked)
    texts = _texts(store, new | {i for i, _ in waiting} | {i for one in ours for i in (one.post, one.asked) if i})
    _make_sure(asks, vectors, texts)
    model = asks.name + ASKED
    owner = {i: first for i, first in waiting if i not in new}
    have, rows = vectors.get(model, sorted(owner))
    fresh, matrix = vectors.get(model, sorted(new))
    with store.read() as connection:
        times = moments_of(connection, [i for i in (*have, *fresh) if is_outage(texts.get(i, ""))])
    alike = same_inquiries(fresh, unit(matrix), [(i, owner[i]) for i in have], unit(rows), times) if fresh else {}
    targets = sorted({i for i, _ in waiting} if answered else new & {i for i, _ in waiting})
    likely = _past_answers(store, model, vectors, texts, ours, targets)
    with store.write() as connection:
        set_alike(connection, alike)
        save_past_answers(connection, likely)


def _texts(store: Store, ids: set[int]) -> dict[int, str]:
    """The texts of posts, read in parts."""
    wanted, texts = sorted(ids), {}
    for start in range(0, len(wanted), BATCH):
        with store.read() as connection:
            texts.update({post.id: post.text for post in texts_of(connection, wanted[start : start + BATCH])})
    return texts


def _make_sure(asks: Encoder, vectors: PostVectors, texts: dict[int, str]) -> None:
    """Give posts a vector of what they ask where they lack one."""
    model = asks.name + ASKED
    lacking = sorted(set(texts) - set(vectors.get(model, sorted(texts))[0]))
    parts = [lacking[start : start + BATCH] for start in range(0, len(lacking), BATCH)]
    found = asks.each([asked_in(texts[i]) for i in part] for part in parts)
    for part, rows in zip(parts, found, strict=True):
        vectors.put(model, part, rows)


def _past_answers(
    store: Store,
    model: str,
    vectors: PostVectors,
    texts: dict[int, str],
    ours: Sequence[OurReply],
    targets: Sequence[int],
) -> dict[int, list[tuple[int, float]]]:
    """For each of the inquiries `targets` the posts of ours that may answer it."""
    replies = [
        Reply(one.post, one.asked, one.at, is_passing(texts[one.post]))
        for one in ours
        if one.post in texts and not answers_nothing(texts[one.post])
    ]
    held, rows = vectors.get(model, sorted({reply.asked or reply.post for reply in replies}))
    row_of = {post: row for row, post in enumerate(held)}
    kept = [reply for reply in replies if (reply.asked or reply.post) in row_of]
    before = unit(rows[[row_of[reply.asked or reply.post] for reply in kept]]) if kept else rows
    likeness = Likeness.of(before[[bool(reply.asked) for reply in kept]]) if kept else Likeness.of(rows)
    wanted, asking = vectors.get(model, targets)
    with store.read() as connection:
        times = moments_of(connection, wanted)
    return {
        post: likely_answers(vector, times.get(post, 0), kept, before, likeness)
        for post, vector in zip(wanted, unit(asking), strict=True)
    }
