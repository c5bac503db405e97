"""What posts that were read touch: their threads, what they ask of us, the tools they name, the debates they are in.

Done once all that waits was read, oldest first, so that it does not hang on the order in which posts were read: who
asked first, what was new when it was named, how hot a thread has become. Posts stay noted as unsettled until all is
written: killed anywhere, the next run looks at them again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from data.cluster.workers import Workers
from data.inbox.conversations import silent_sources
from data.inbox.moderation import Case, HeatParts, save_cases, save_heat
from data.inbox.ours import any_by_us
from data.inbox.threads import thread_posts
from data.inbox.waiting import find_inquiries
from data.models import UNREAD
from data.posts.analysis import Waiting, settled, texts_of, toxicity_of, unsettled_posts
from data.posts.vectors import PostVectors
from data.reputation.brands import get_brands
from data.store import Store
from insights.debates.conflict import TIPS, Said, heat_of, risk_of
from insights.pipeline.debates import StanceReader, find_debates, tell_together
from insights.pipeline.encoding import Encoder
from insights.pipeline.models import Models
from insights.pipeline.places import Progress
from insights.pipeline.posts.inquiries import heard, relate
from insights.pipeline.tools import keys_of_brands, note_names, tell_tools
from insights.reading.toxicity import LINE, TIPPING_LINE, reasons

BATCH = 512


def settle(
    store: Store,
    models: Models,
    vectors: PostVectors,
    reader: StanceReader | None,
    progress: Progress,
    workers: Workers | None = None,
) -> int:
    """Look at all that posts read since the last time touch; gives how many posts there were."""
    with store.read() as connection:
        ids = unsettled_posts(connection)
        brands = get_brands(connection)
        others = keys_of_brands(brands)
        answered = any_by_us(connection, ids)
    asked: list[int] = []
    tools: set[int] = set()
    judged: set[tuple[str, str]] = set()
    for start in range(0, len(ids), BATCH):
        with store.read() as connection:
            posts = texts_of(connection, ids[start : start + BATCH])
        mine, texts, langs = [p.id for p in posts], [p.text for p in posts], [p.lang for p in posts]
        with store.write() as connection:
            _judge(connection, posts, judged)
            tools |= note_names(connection, mine, texts, langs, others)
            asked += find_inquiries(connection, mine, heard(connection, mine, brands))
        progress("settle", min(start + BATCH, len(ids)), len(ids))
    if not ids:
        return 0
    asks = Encoder(models, workers or Workers(), asks=True)
    relate(store, asks, vectors, asked, answered)
    if find_debates(store, ids, vectors, models.topics.name, reader):
        tell_together(store, asks, vectors)
    tell_tools(store, tools, others)
    with store.write(counts=False) as connection:
        settled(connection, ids)
    return len(ids)


def _judge(connection: Connection, posts: Sequence[Waiting], judged: set[tuple[str, str]]) -> None:
    """The heat of the threads that these posts are in, each written once (`judged` were), and which of the posts
    somebody should look at."""
    ids = [post.id for post in posts]
    heats: dict[int, float] = {}
    for (kind, root), said in thread_posts(connection, ids).items():
        heat = heat_of(
            [
                Said(p.at, p.author, p.plain, p.confidence if p.sentiment == "negative" else 0.15, p.toxicity)
                for p in said
                if p.sentiment != UNREAD
            ]
        )
        if (kind, root) not in judged:
            judged.add((kind, root))
            save_heat(connection, kind, root, heat.total, HeatParts(**heat.parts()), said[-1].id)
        heats.update({p.id: heat.total for p in said})
    attacks = toxicity_of(connection, ids)
    silent = silent_sources(connection, {post.source_id for post in posts})
    cases = []
    for post in posts:
        attack, hot = attacks.get(post.id, 0.0), heats.get(post.id, 0.0)
        # Nobody is spoken to in a feed of articles: what looks like an attack there is news, or fiction.
        spoken = post.source_id not in silent or bool(post.parent_id)
        if spoken and attack >= (TIPPING_LINE if hot >= TIPS else LINE):
            cases.append(Case(post.id, risk_of(attack, hot), hot, reasons(post.text, post.lang)))
    save_cases(connection, ids, cases)
