"""Writing to Discourse forums: answers, topics with pictures, messages, flags, and what staff does to a post or topic.

The key is one of a user's own: a user API key, or an API key that an administrator made for that one user.
API: https://docs.discourse.org/ and https://meta.discourse.org/t/user-api-keys-specification/48536
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sources.acting.base import Act, Deed, Done, Picture, Target
from sources.acting.told import check_offer, is_of_this, is_same, key_of, subject
from sources.answers import get_json, listed, mapping, moment, number, send_json, words
from sources.bodies import Body, File, form_body, json_body, multipart_body
from sources.errors import AddressError, ContentError, RefusedError
from sources.http import Client
from sources.kinds.discourse import PACE, base_of, parse_posts

LAST = 50  # posts of a topic that are looked through for what an earlier try left
FLAGS = {"off_topic": 3, "inappropriate": 4, "spam": 8, "other": 7, "illegal": 10}
_PICTURE = re.compile(r"!\[[^\n]*?\]\(upload://[^\s()]+\)")
_NATIVE = re.compile(r"(https?://.+)/p/(\d+)")


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    """What a refusal means: by its type, else by what the forum says, in English, as API keys get it."""
    kind, said = words(answer.get("error_type")), " ".join(map(words, listed(answer.get("errors")))).lower()
    if kind == "rate_limit" or status == 429:
        return "too_many_requests"
    if kind == "not_logged_in" or status == 401 or "api username or key is invalid" in said:
        return "bad_credentials"
    if kind == "invalid_access" or status == 403:
        return "may_not_write"
    if kind == "not_found" or status == 404:
        return "not_found"
    for words_of, code in (
        ("too similar", "duplicate"),
        ("been used", "duplicate"),
        ("too short", "too_short"),
        ("is too long", "too_long"),
        ("topic is closed", "locked"),
        ("archived", "locked"),
        ("file size", "bad_picture"),
        ("image", "bad_picture"),
    ):
        if words_of in said:
            return code
    return "words_refused" if status == 422 else ""


@dataclass(frozen=True, slots=True)
class _Forum:
    """A forum, as it is asked on behalf of one act."""

    client: Client
    act: Act
    base: str  # as ids have it
    now: datetime

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc.lower()

    @property
    def user(self) -> str:
        return key_of(self.client, "discourse_write", "username", self.act, self.host)

    def _headers(self) -> dict[str, str]:
        """A key goes to its own forum and to no other. Administrators' keys have 64 signs, users' own ones 32."""
        key = key_of(self.client, "discourse_write", "key", self.act, self.host)
        told = {"User-Api-Key": key} if len(key) == 32 else {"Api-Key": key, "Api-Username": self.user}
        return {**told, "Discourse-Present": "false", "Accept-Language": "en"}

    def _url(self, path: str) -> str:
        parts = urlsplit(self.base)
        return self.client.base_url(f"discourse@{parts.netloc}", f"https://{parts.netloc}{parts.path}") + path

    async def get(self, path: str) -> Mapping[str, Any]:
        answer, _ = await get_json(
            self.client,
            self._url(path),
            self.now,
            subject=subject(self.act),
            headers=self._headers(),
            explain=_explain,
            pace=PACE,
        )
        return mapping(answer)

    async def send(self, method: str, path: str, body: Body | None = None) -> Mapping[str, Any]:
        answer = await send_json(
            self.client,
            method,
            self._url(path),
            self.now,
            body,
            subject=subject(self.act),
            headers=self._headers(),
            explain=_explain,
            pace=PACE,
        )
        return mapping(answer)

    async def post(self, native_id: str) -> Mapping[str, Any]:
        """A post as it stands, with what its author wrote (`raw`); {} where it is gone."""
        match = _NATIVE.fullmatch(native_id)
        if not match:
            raise AddressError("bad_address", native_id)
        try:
            return await self.get(f"/posts/{match[2]}.json")
        except RefusedError as error:
            if error.code not in {"not_found", "gone"}:
                raise
            return {}

    def address(self, post: Mapping[str, Any]) -> str:
        """The address of a post, as collecting it gives."""
        slug, topic = words(post.get("topic_slug")) or "-", words(post.get("topic_id"))
        return f"{self.base}/t/{slug}/{topic}/{number(post.get('post_number')) or 1}"

    def done(self, post: Mapping[str, Any]) -> Done:
        native = words(post.get("id"))
        if not native:
            raise ContentError("bad_answer", subject(self.act), "no post")
        return Done(f"{self.base}/p/{native}", self.address(post), moment(post.get("created_at")) or self.now)


def _forum(client: Client, act: Act, now: datetime) -> _Forum:
    if act.target:
        match = _NATIVE.fullmatch(act.target)
        if not match:
            raise AddressError("bad_address", act.target)
        return _Forum(client, act, match[1], now)
    base, _path = base_of(act.place if "://" in act.place else f"https://{act.account}/")
    return _Forum(client, act, base, now)


class Discourse:
    service = "discourse_write"
    deeds = frozenset(Deed)
    can_undo = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.HIDE, Deed.REMOVE, Deed.LOCK})
    longest = 32_000

    def length(self, text: str) -> int:
        return len(text)

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        forum = _forum(client, act, now)
        if not act.target:
            await forum.get(f"/u/{quote(forum.user)}.json")
            return Target()
        post = await forum.post(act.target)
        if not post or post.get("deleted_at") or post.get("user_deleted") is True:
            return Target(gone=True)
        if act.deed in {Deed.APPROVE, Deed.REMOVE} and post.get("hidden") is True:
            return Target(words(post.get("cooked")) or words(post.get("raw")))
        read = parse_posts([post], forum.base).posts
        if not read:
            return Target(gone=True)
        topic = await forum.get(f"/t/{words(post.get('topic_id'))}.json") if act.deed is Deed.ANSWER else {}
        return Target(read[0].text, locked=bool(topic.get("closed") or topic.get("archived")))

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        forum = _forum(client, act, now)
        if act.deed in {Deed.PUBLISH, Deed.WARN}:
            return await _find_topic(forum)
        post = await forum.post(act.target)
        if act.deed is Deed.ANSWER:
            return await _find_answer(forum, post) if post else None
        return Done(act.target, act.target_url, now) if await _stands_so(forum, post) else None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        forum = _forum(client, act, now)
        if act.deed is Deed.PUBLISH:
            raw = await _with_pictures(forum)
            return await _create(forum, {"title": act.title, "raw": raw, **_category(act)})
        post = await forum.post(act.target)
        if not post:
            raise RefusedError("not_found", subject(act))
        if act.deed is Deed.ANSWER:
            told = {"raw": await _with_pictures(forum), "topic_id": post.get("topic_id")}
            above = number(post.get("post_number")) or 1
            return await _create(forum, told | ({"reply_to_post_number": above} if above > 1 else {}))
        if act.deed is Deed.WARN:
            title = act.title or act.rule or subject(act)
            whom = {"archetype": "private_message", "target_recipients": words(post.get("username"))}
            return await _create(forum, {"title": title[:255], "raw": act.text, **whom})
        await _moderate(forum, post)
        return Done(act.target, act.target_url or forum.address(post), now)

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        forum = _forum(client, act, now)
        post = await forum.post(done.id)
        if not post:
            raise RefusedError("not_found", subject(act))
        number_of = words(post.get("id"))
        if act.deed is Deed.LOCK:
            await _close(forum, post, "false")
        elif act.deed is Deed.HIDE:
            await forum.send("PUT", f"/posts/{number_of}/unhide.json")
        elif act.deed is Deed.REMOVE:
            await forum.send("PUT", f"/posts/{number_of}/recover.json")
        elif act.deed is Deed.PUBLISH:
            await forum.send("DELETE", f"/t/{words(post.get('topic_id'))}.json")
        else:
            await forum.send("DELETE", f"/posts/{number_of}.json")


async def _create(forum: _Forum, content: Mapping[str, Any]) -> Done:
    """A post, a topic or a message. One that must be approved first has no address of its own yet."""
    answer = await forum.send("POST", "/posts.json", json_body(content))
    waiting = mapping(answer.get("pending_post"))
    if words(answer.get("action")) == "enqueued" or waiting:
        return Done(f"{forum.base}/review/{words(waiting.get('id'))}", forum.act.target_url or forum.base, forum.now)
    return forum.done(mapping(answer.get("post")) or answer)


def _category(act: Act) -> dict[str, int]:
    """The category of a topic: the last number of its address, or a number alone; none is the forum's general one."""
    found = re.search(r"(?:^|/)(\d+)(?:/[^/]*)?/?$", urlsplit(act.place).path)
    return {"category": int(found[1])} if found else {}


async def _with_pictures(forum: _Forum) -> str:
    lines = [await _uploaded(forum, one) for one in forum.act.pictures]
    return "\n\n".join([forum.act.text, *lines])


async def _uploaded(forum: _Forum, picture: Picture) -> str:
    file = File("file", picture.name, picture.media_type, picture.content)
    body = multipart_body({"type": "composer", "synchronous": "true"}, [file])
    answer = await forum.send("POST", "/uploads.json", body)
    address = words(answer.get("short_url"))
    if not address.startswith("upload://"):
        raise ContentError("bad_answer", subject(forum.act), "no picture")
    alt = re.sub(r"[\[\]|\\\n\r]+", " ", picture.alt).strip()
    width, height = number(answer.get("width")), number(answer.get("height"))
    return f"![{alt}|{width}x{height}]({address})" if width and height else f"![{alt}]({address})"


def _says(act: Act, raw: str) -> bool:
    """Whether a post holds our words; its pictures' addresses are the forum's own."""
    return is_same(act.text, _PICTURE.sub("", raw))


async def _find_answer(forum: _Forum, parent: Mapping[str, Any]) -> Done | None:
    topic = words(parent.get("topic_id"))
    stream = mapping((await forum.get(f"/t/{topic}.json")).get("post_stream")).get("stream")
    ids = sorted(i for i in listed(stream) if isinstance(i, int))[-LAST:]
    query = urlencode([("post_ids[]", i) for i in ids] + [("include_raw", "true")])
    answer = await forum.get(f"/t/{topic}/posts.json?{query}") if ids else {}
    above = number(parent.get("post_number")) or 1
    posts = listed(mapping(answer.get("post_stream")).get("posts"))
    return _first_of_ours(forum, posts, lambda post: (number(post.get("reply_to_post_number")) or 1) == above)


def _first_of_ours(forum: _Forum, posts: Sequence[Any], is_there: Any) -> Done | None:
    for post in map(mapping, posts):
        is_ours = words(post.get("username")).lower() == forum.user.lower()
        is_time = is_of_this(forum.act, moment(post.get("created_at")))
        if is_ours and is_time and is_there(post) and _says(forum.act, words(post.get("raw"))):
            return forum.done(post)
    return None


async def _find_topic(forum: _Forum) -> Done | None:
    """A topic or a message of ours; titles are not compared, since a forum polishes them."""
    kind = "private-messages-sent" if forum.act.deed is Deed.WARN else "created-by"
    answer = await forum.get(f"/topics/{kind}/{quote(forum.user)}.json")
    for topic in map(mapping, listed(mapping(answer.get("topic_list")).get("topics"))):
        if is_of_this(forum.act, moment(topic.get("created_at"))):
            read = await forum.get(f"/t/{words(topic.get('id'))}.json?include_raw=true")
            posts = listed(mapping(read.get("post_stream")).get("posts"))[:1]
            if (found := _first_of_ours(forum, posts, lambda post: True)) is not None:
                return found
    return None


async def _stands_so(forum: _Forum, post: Mapping[str, Any]) -> bool:
    """Whether the target is already as moderating would leave it."""
    deed = forum.act.deed
    if deed is Deed.REMOVE:
        return not post or bool(post.get("deleted_at"))
    if deed is Deed.LOCK and post:
        return bool((await forum.get(f"/t/{words(post.get('topic_id'))}.json")).get("closed"))
    if deed is Deed.REPORT:
        return any(
            mapping(one).get("acted") is True and mapping(one).get("id") == _flag(forum.act)
            for one in listed(post.get("actions_summary"))
        )
    return bool(post) and (post.get("hidden") is True) is (deed is Deed.HIDE)


def _flag(act: Act) -> int:
    return FLAGS.get(act.reason.strip().lower().replace(" ", "_"), FLAGS["other"])


async def _moderate(forum: _Forum, post: Mapping[str, Any]) -> None:
    act, number_of = forum.act, words(post.get("id"))
    if act.deed is Deed.LOCK:
        await _close(forum, post, "true")
    elif act.deed is Deed.REMOVE:
        await forum.send("DELETE", f"/posts/{number_of}.json")
    elif act.deed is Deed.APPROVE:
        await forum.send("PUT", f"/posts/{number_of}/unhide.json")
    else:
        flag = _flag(act) if act.deed is Deed.REPORT or act.reason.lower() in FLAGS else FLAGS["inappropriate"]
        told = {"id": number_of, "post_action_type_id": str(flag)}
        if flag in {FLAGS["other"], FLAGS["illegal"]}:
            told["message"] = act.text or act.rule or act.reason
        if act.deed is Deed.HIDE:
            told["take_action"] = "true"
        await forum.send("POST", "/post_actions.json", form_body(told))


async def _close(forum: _Forum, post: Mapping[str, Any], enabled: str) -> None:
    body = form_body({"status": "closed", "enabled": enabled})
    await forum.send("PUT", f"/t/{words(post.get('topic_id'))}/status.json", body)
