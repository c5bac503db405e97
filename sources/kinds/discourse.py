"""Discourse forums: the newest posts of a whole forum, a category, a tag, or one topic.

Addresses are those of the web: https://forum/, https://forum/c/SLUG/ID, https://forum/tag/NAME,
https://forum/t/SLUG/ID. A topic is read from its newest posts to its first, a category topic by topic in the order
of their last activity. At most 200 requests a minute, and `Retry-After` is obeyed.
API: https://docs.discourse.org/
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from data.models import Engagement, NewPost, Source, from_epoch, to_epoch
from sources.answers import get_json, items, listed, mapping, moment, number, words
from sources.base import FetchResult, Page
from sources.errors import AddressError, SourceError
from sources.http import Client
from sources.paging import newest_first
from sources.plain_text import plain_text

PACE = (200, 60.0)
CHUNK = 50  # posts of a topic asked for at a time
WINDOW = 50  # ids that one page of a forum's newest posts may reach over
PAGES = 100  # answers in one check of a category or topic; what is left is read by the next
SPOKEN = {1, 2}  # types of posts that say something: not notices of the forum (3), nor whispers of its staff (4)
NOT_SHOWN = {"forbidden", "login_needed"}
NO_MORE = {"not_found", "gone"}


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts of one answer; the ids of deleted ones, and how many more say nothing: hidden, notices, whispers."""

    posts: tuple[NewPost, ...] = ()
    removed: tuple[str, ...] = ()
    left_out: int = 0
    asked: tuple[int, ...] = ()  # the numbers of all posts that the answer holds

    def __add__(self, other: Batch) -> Batch:
        return Batch(
            self.posts + other.posts,
            self.removed + other.removed,
            self.left_out + other.left_out,
            self.asked + other.asked,
        )


def _likes(post: Mapping[str, Any]) -> int | None:
    direct = number(post.get("like_count"))
    if direct is not None:
        return direct
    for action in listed(post.get("actions_summary")):
        if mapping(action).get("id") == 2:
            return number(mapping(action).get("count")) or 0
    return 0 if isinstance(post.get("actions_summary"), list) else None


def parse_posts(value: Any, base: str, title: str = "", views: int | None = None) -> Batch:
    """Posts of a list. Small actions ("closed this topic"), whispers, hidden and deleted ones are passed over."""
    posts: list[NewPost] = []
    removed: list[str] = []
    left_out, asked = 0, []
    for post in items(value, base):
        native, topic = words(post.get("id")), words(post.get("topic_id"))
        if native.isdecimal():
            asked.append(int(native))
        if not native or not topic:
            continue
        if post.get("deleted_at") or post.get("user_deleted") is True:
            removed.append(f"{base}/p/{native}")
        elif post.get("hidden") is True or (number(post.get("post_type")) or 1) not in SPOKEN:
            left_out += 1
        else:
            posts.append(_post(post, base, title, views))
    return Batch(tuple(posts), tuple(removed), left_out, tuple(asked))


def _post(post: Mapping[str, Any], base: str, title: str, views: int | None) -> NewPost:
    topic, head = words(post.get("topic_id")), f"{base}/t/{words(post.get('topic_id'))}"
    order, reply_to = number(post.get("post_number")) or 1, number(post.get("reply_to_post_number"))
    received = words(post.get("cooked")) or words(post.get("raw"))
    return NewPost(
        source_kind="discourse",
        native_id=f"{base}/p/{words(post.get('id'))}",
        text=received,
        plain=plain_text(received),
        title=(words(post.get("topic_title")) or title) if order == 1 else "",
        url=f"{base}/t/{words(post.get('topic_slug')) or '-'}/{topic}/{order}",
        author=words(post.get("username")),
        published_at=moment(post.get("created_at")),
        root_id=f"{head}/1",
        parent_id="" if order == 1 else f"{head}/{reply_to or 1}",
        community=urlsplit(base).netloc,
        engagement=Engagement(
            score=_likes(post),
            comments=number(post.get("reply_count")),
            views=views if order == 1 else number(post.get("reads")),
        ),
    )


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    kind = words(answer.get("error_type"))
    return {"not_logged_in": "login_needed", "invalid_access": "forbidden", "rate_limit": "too_many_requests"}.get(
        kind, ""
    )


async def _ask(client: Client, source: Source, now: datetime, url: str) -> Any:
    answer, _ = await get_json(
        client,
        url,
        now,
        subject=source.address,
        headers={"Discourse-Present": "false"},
        explain=_explain,
        pace=PACE,
    )
    return mapping(answer)


def base_of(address: str) -> tuple[str, str]:
    """(forum, path below it). A forum may live in a folder; the path starts at t/, c/, tag/ or latest."""
    parts = urlsplit(address)
    match = re.match(r"^(.*?)/?(?:((?:t|c|tag|tags)/.*)|latest/?)?$", parts.path)
    folder, path = (match[1], match[2] or "") if match else ("", "")
    return f"{parts.scheme}://{parts.netloc}{folder.rstrip('/')}", path.strip("/")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where reading goes on: topics of a page of a listing, each with its last activity, the most active first.

    `before` is the post of the first topic that was read last, 0 for none; `page` the next page of the listing, 0 for
    none; `floor` the oldest activity of its topics, which no topic of the next page passes (pinned ones stand above
    it whatever their age). `every` topic is read however old, for a first look.
    """

    topics: tuple[tuple[str, int], ...] = ()
    before: int = 0
    page: int = 0
    floor: int = 0
    every: bool = False

    def token(self) -> str:
        if not self.topics and not self.page:
            return ""
        return json.dumps([self.topics, self.before, self.page, self.floor, self.every], separators=(",", ":"))

    @staticmethod
    def of(token: str) -> _Place:
        """Raises ValueError for what is no token of a listing."""
        topics, before, page, floor, every = json.loads(token)
        return _Place(tuple((str(t), int(a)) for t, a in topics), int(before), int(page), int(floor), bool(every))

    def later(self) -> datetime | None:
        """When what comes first was last active; None where it is to be read in any case."""
        active = max(self.topics[0][1], self.floor) if self.topics else self.floor
        return None if (self.every and self.topics) or not active else from_epoch(active)


@dataclass(slots=True)
class _Reader:
    """One check of a forum. It remembers the ids of the topics that it is reading."""

    streams: dict[str, list[int]] = field(default_factory=dict)

    async def read(self, client: Client, source: Source, now: datetime, token: str) -> Page:
        base, path = base_of(source.address)
        if not path:
            return await self._newest(client, source, now, token)
        if match := re.fullmatch(r"t/(?:[^/]+/)?(\d+)(?:/\d+)?", path):
            before = int(token) if token.isdecimal() else 0
            batch, older, title = await self._topic(client, source, now, match[1], before)
            name = title or ("" if before else urlsplit(base).netloc)
            return Page(batch.posts, str(older) if older else "", name, removed=batch.removed, left_out=batch.left_out)
        if not re.fullmatch(r"c/(?:[\w%-]+/)+\d+|tags?/(?:[cC]/)?[^?#]+", path):
            raise AddressError("bad_address", source.address)
        if client.preview:
            return await self._glance(client, source, now, path)
        try:
            place = _Place.of(token) if token else _Place()
        except (ValueError, TypeError):
            place = _Place()
        if place.topics:
            return await self._of_topic(client, source, now, place)
        return await self._listing(client, source, now, path, place.page)

    async def _newest(self, client: Client, source: Source, now: datetime, token: str) -> Page:
        """The forum's newest posts. A page without any is not the end: its window held posts that are not public."""
        base, _ = base_of(source.address)
        query = f"?before={token}" if token else ""
        answer = await _ask(client, source, now, f"{base}/posts.json{query}")
        batch = parse_posts(items(answer.get("latest_posts"), source.address), base)
        at = int(token) if token.isdecimal() else 0
        oldest = min(batch.asked, default=0)
        if oldest and oldest == at:
            oldest -= 1  # only the post that was read last
        elif not oldest:
            oldest = at - WINDOW
        return Page(
            batch.posts,
            str(oldest) if oldest > 0 else "",
            urlsplit(base).netloc,
            removed=batch.removed,
            left_out=batch.left_out,
        )

    async def _topics(
        self, client: Client, source: Source, now: datetime, path: str, page: int
    ) -> tuple[list[Mapping[str, Any]], bool]:
        """(topics of a page of a listing by last activity, whether there are more)."""
        base, _ = base_of(source.address)
        answer = await _ask(client, source, now, f"{base}/{path}.json?page={page}&order=activity")
        listing = mapping(answer.get("topic_list"))
        topics = [topic for topic in items(listing.get("topics"), source.address) if words(topic.get("id"))]
        return topics, bool(listing.get("more_topics_url")) and bool(topics)

    async def _listing(self, client: Client, source: Source, now: datetime, path: str, page: int) -> Page:
        base, _ = base_of(source.address)
        topics, more = await self._topics(client, source, now, path, page)
        active = {words(topic["id"]): _active(topic) for topic in topics}
        floor = min((active[words(t["id"])] for t in topics if not _is_pinned(t)), default=0)
        place = _Place(
            tuple(sorted(active.items(), key=lambda pair: -pair[1])),
            page=page + 1 if more else 0,
            floor=floor,
            every=not page and not source.cursor,
        )
        return Page(title=f"{urlsplit(base).netloc}: {path.split('/')[1]}", beyond=place.token(), later=place.later())

    async def _of_topic(self, client: Client, source: Source, now: datetime, place: _Place) -> Page:
        """Posts of the first topic. One that is shown to members only, or gone by now, costs the others nothing."""
        topic = place.topics[0][0]
        rest = replace(place, topics=place.topics[1:], before=0)
        batch, older, closed = Batch(), 0, False
        try:
            batch, older, _ = await self._topic(client, source, now, topic, place.before)
        except SourceError as error:
            if error.code not in NOT_SHOWN | NO_MORE:
                raise
            closed = error.code in NOT_SHOWN
        return Page(
            batch.posts,
            replace(place, before=older).token() if older else "",
            removed=batch.removed,
            left_out=batch.left_out,
            beyond=rest.token(),
            later=rest.later(),
            closed=(topic,) if closed else (),
        )

    async def _glance(self, client: Client, source: Source, now: datetime, path: str) -> Page:
        """The first two topics of a listing, for a preview."""
        base, _ = base_of(source.address)
        topics, _more = await self._topics(client, source, now, path, 0)
        batch = Batch()
        for topic in topics[:2]:
            batch += (await self._topic(client, source, now, words(topic["id"]), 0))[0]
        return Page(batch.posts, title=f"{urlsplit(base).netloc}: {path.split('/')[1]}", left_out=batch.left_out)

    async def _topic(
        self, client: Client, source: Source, now: datetime, topic: str, before: int
    ) -> tuple[Batch, int, str]:
        """(posts, the post before which reading goes on or 0, title).

        The first answer holds the first 20 posts and the ids of all. From the newest on, the rest is asked for in
        chunks, the first of them at once: `before` 0 is where a topic begins to be read.
        """
        base, _ = base_of(source.address)
        first, title = Batch(), ""
        if not before or topic not in self.streams:
            answer = await _ask(client, source, now, f"{base}/t/{topic}.json")
            title, stream = words(answer.get("title")), mapping(answer.get("post_stream"))
            first = parse_posts(stream.get("posts"), base, title, number(answer.get("views")))
            known = set(first.asked)
            ids = [i for i in listed(stream.get("stream")) if isinstance(i, int) and i not in known]
            self.streams = {topic: sorted(ids)}
        ids = [i for i in self.streams[topic] if not before or i < before]
        chunk = ids[-CHUNK:]
        if not chunk or client.preview:
            return first, 0, title
        rest = await self._by_id(client, source, now, topic, chunk)
        return first + rest, min(chunk) if len(ids) > len(chunk) else 0, title

    async def _by_id(self, client: Client, source: Source, now: datetime, topic: str, ids: Sequence[int]) -> Batch:
        """These posts of a topic; again for those that an answer left out, as long as it brings any."""
        base, _ = base_of(source.address)
        batch, missing = Batch(), list(ids)
        while missing:
            query = urlencode([("post_ids[]", i) for i in missing])
            answer = await _ask(client, source, now, f"{base}/t/{topic}/posts.json?{query}")
            part = parse_posts(mapping(answer.get("post_stream")).get("posts"), base)
            batch += part
            left = [i for i in missing if i not in set(part.asked)]
            if len(left) == len(missing):
                return replace(batch, left_out=batch.left_out + len(left))
            missing = left
        return batch


def _active(topic: Mapping[str, Any]) -> int:
    """When a topic was last active (Unix time); 0 where it does not say."""
    times = [moment(topic.get(key)) for key in ("bumped_at", "last_posted_at", "created_at")]
    return max((to_epoch(time) for time in times if time is not None), default=0)


def _is_pinned(topic: Mapping[str, Any]) -> bool:
    return topic.get("pinned") is True or topic.get("pinned_globally") is True


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    _, path = base_of(source.address)
    read = _Reader().read
    if not path:
        return await newest_first(read)(client, source, now)
    if path.startswith("t/"):
        return await newest_first(read, pages=PAGES, through=True, first_days=0)(client, source, now)
    return await newest_first(read, pages=PAGES, through=True)(client, source, now)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    base, _ = base_of(source.address)
    posts: list[NewPost] = []
    removed: list[str] = []
    for native_id in native_ids[:30]:
        match = re.fullmatch(re.escape(base) + r"/p/(\d+)", native_id)
        if not match:
            continue
        try:
            answer = await _ask(client, source, now, f"{base}/posts/{match[1]}.json")
        except SourceError as error:
            if error.code not in NO_MORE:
                raise
            removed.append(native_id)
            continue
        # This answer lacks the topic's title and views: what is known of them stays.
        batch = parse_posts([answer], base)
        posts += batch.posts
        removed += batch.removed
    return Page(tuple(post for post in posts if post.parent_id), removed=tuple(removed))
