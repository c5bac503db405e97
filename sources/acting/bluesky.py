"""Writing to Bluesky: answers, posts with pictures, reports, and in threads of ours hiding replies and closing them.

A post's key (its `rkey`) is made of the act's key. A second create of the same is refused by the server, whatever
became of the first one's answer.
API: https://docs.bsky.app/docs/category/http-reference and https://atproto.com/specs/record-key
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sources.acting.base import Act, Deed, Done, Picture, Target
from sources.acting.told import (
    Session,
    check_offer,
    drop_session,
    held_session,
    hold_session,
    is_same,
    key_of,
    subject,
)
from sources.answers import get_json, items, listed, mapping, moment, send_json, words
from sources.bodies import Body, json_body
from sources.errors import ContentError, RefusedError
from sources.http import Client
from sources.kinds.bluesky import LOGIN, PACE, parse_post

POST, GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"
MOST_BYTES = 3_000
PICTURES, PICTURE_BYTES = 4, 1_000_000
KINDS = ("image/png", "image/jpeg", "image/webp", "image/gif")
_SORTED = "234567abcdefghijklmnopqrstuvwxyz"
_OLDEST = 1_672_531_200_000_000  # microseconds: 2023-01-01, where the keys of posts begin
_SPAN = 94_608_000_000_000  # three years from there: all of it is past, as every key must be
_LINK = re.compile(r"https?://[^\s<>\"'()\[\]]+[^\s<>\"'()\[\].,;:!?…»]")
_TAG = re.compile(r"(?<![\w#])#(\w*[^\W\d_]\w*)")
_MENTION = re.compile(r"(?<![\w@.])@([a-zA-Z0-9](?:[\w-]*\.)+[a-zA-Z][a-zA-Z0-9-]*)")
REPORTS = ("spam", "violation", "misleading", "sexual", "rude", "other")


def post_key(key: str) -> str:
    """The record key of the post that an act makes: a TID, as posts must have, the same at every try.

    It holds 56 bits of the act's key: two acts share one once in 70,000,000,000,000,000 pairs.
    """
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "big")
    number = (_OLDEST + drawn % _SPAN) << 10 | (drawn >> 64) % 1_024
    return "".join(_SORTED[number >> 5 * place & 31] for place in range(12, -1, -1))


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    error, message = words(answer.get("error")), words(answer.get("message")).lower()
    if error == "ExpiredToken":
        return "expired_token"
    if error in {"AuthenticationRequired", "InvalidToken", "AuthMissing", "AccountTakedown"} or status == 401:
        return "bad_credentials"
    if error in {"RecordNotFound", "NotFound"} or "could not locate record" in message:
        return "not_found"
    if error == "InvalidSwap" or "already a value at key" in message:
        return "duplicate"
    if error == "BlobTooLarge" or "too large" in message or status == 413:
        return "bad_picture"
    if status == 403:
        return "may_not_write"
    return "words_refused" if error in {"InvalidRecord", "InvalidRequest"} else ""


class Bluesky:
    """Everything is asked of the account's own server, which passes on what others answer."""

    service = "bluesky_write"
    deeds = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.HIDE, Deed.LOCK, Deed.REPORT})
    can_undo = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.HIDE, Deed.LOCK})
    longest = 300

    def length(self, text: str) -> int:
        """Graphemes: what is seen as one sign counts as one."""
        import regex

        return len(regex.findall(r"\X", text))

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        if not act.target:
            await self._session(client, act, now)
            return Target()
        view = await self._view(client, act, now, act.target)
        post = parse_post(view)
        if post is None:
            return Target(gone=True)
        viewer = mapping(view.get("viewer"))
        return Target(post.text, locked=act.deed is Deed.ANSWER and bool(viewer.get("replyDisabled")))

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        """By its key, for what is written; by how the thread stands, for what hides or closes. A report leaves nothing
        that can be read back."""
        if act.deed in {Deed.ANSWER, Deed.PUBLISH}:
            session = await self._session(client, act, now)
            record = await self._record(client, act, now, session.who, POST, post_key(act.key))
            value = mapping(record.get("value"))
            if not value or not is_same(act.text, words(value.get("text"))):
                return None
            return self._posted(session, words(record.get("uri")), moment(value.get("createdAt")) or now)
        if act.deed in {Deed.HIDE, Deed.LOCK}:
            root = await self._root(client, act, now)
            gate = mapping((await self._gate(client, act, now, root)).get("value"))
            is_done = (
                act.target in listed(gate.get("hiddenReplies")) if act.deed is Deed.HIDE else gate.get("allow") == []
            )
            return Done(act.target, act.target_url, now) if is_done else None
        return None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        if act.deed is Deed.REPORT:
            return await self._report(client, act, now)
        if act.deed in {Deed.HIDE, Deed.LOCK}:
            return await self._change_gate(client, act, now, undo=False)
        if len(act.text.encode()) > MOST_BYTES:
            raise RefusedError("too_long", subject(act), f"{len(act.text.encode())} of {MOST_BYTES} bytes")
        session = await self._session(client, act, now)
        record = await self._post(client, act, now)
        content = {"repo": session.who, "collection": POST, "rkey": post_key(act.key), "record": record}
        try:
            answer = await self._send(client, act, now, "com.atproto.repo.createRecord", json_body(content))
        except RefusedError as error:
            if error.code not in {"duplicate", "server_error", "refused"}:
                raise
            earlier = await self.find(client, act, now)  # this server says "exists" with a fault of its own
            if earlier is None:
                raise
            return earlier
        uri = words(answer.get("uri"))
        if not uri:
            raise ContentError("bad_answer", subject(act), "no address of the post")
        return self._posted(session, uri, now)

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        if act.deed in {Deed.HIDE, Deed.LOCK}:
            await self._change_gate(client, act, now, undo=True)
            return
        session = await self._session(client, act, now)
        content = {"repo": session.who, "collection": POST, "rkey": done.id.rpartition("/")[2]}
        await self._send(client, act, now, "com.atproto.repo.deleteRecord", json_body(content))

    async def _session(self, client: Client, act: Act, now: datetime) -> Session:
        handle, password = (key_of(client, self.service, key, act) for key in ("handle", "app_password"))
        base = client.base_url("bluesky_login", LOGIN)
        names = (base, handle, hashlib.sha256(password.encode()).hexdigest())
        if (held := held_session(names, now)) is not None:
            return held
        answer = mapping(
            await send_json(
                client,
                "POST",
                f"{base}/xrpc/com.atproto.server.createSession",
                now,
                json_body({"identifier": handle, "password": password}),
                subject=subject(act),
                explain=_explain,
            )
        )
        token, who = words(answer.get("accessJwt")), words(answer.get("did"))
        if not token or not who:
            raise ContentError("bad_answer", subject(act), "no session")
        return hold_session(names, token, who, now)

    def _forget(self, client: Client, act: Act) -> None:
        handle, password = (key_of(client, self.service, key, act) for key in ("handle", "app_password"))
        base = client.base_url("bluesky_login", LOGIN)
        drop_session((base, handle, hashlib.sha256(password.encode()).hexdigest()))

    async def _get(self, client: Client, act: Act, now: datetime, method: str, **query: Any) -> Mapping[str, Any]:
        """A question, asked again with a new session where the one that was held is over."""
        url = f"{client.base_url('bluesky_login', LOGIN)}/xrpc/{method}?{urlencode(query, doseq=True)}"
        for attempt in (1, 2):
            session = await self._session(client, act, now)
            headers = {"Authorization": f"Bearer {session.token}"}
            try:
                answer, _ = await get_json(
                    client, url, now, subject=subject(act), headers=headers, explain=_explain, pace=PACE
                )
                return mapping(answer)
            except RefusedError as error:
                self._forget_ended(client, act, error, attempt)
        raise AssertionError("the second attempt answers or raises")

    async def _send(self, client: Client, act: Act, now: datetime, method: str, body: Body) -> Mapping[str, Any]:
        url = f"{client.base_url('bluesky_login', LOGIN)}/xrpc/{method}"
        for attempt in (1, 2):
            session = await self._session(client, act, now)
            headers = {"Authorization": f"Bearer {session.token}"}
            try:
                return mapping(
                    await send_json(
                        client, "POST", url, now, body, subject=subject(act), headers=headers, explain=_explain
                    )
                )
            except RefusedError as error:
                self._forget_ended(client, act, error, attempt)
        raise AssertionError("the second attempt answers or raises")

    def _forget_ended(self, client: Client, act: Act, error: RefusedError, attempt: int) -> None:
        if error.code not in {"expired_token", "bad_credentials"} or attempt > 1:
            raise error
        self._forget(client, act)

    async def _view(self, client: Client, act: Act, now: datetime, uri: str) -> Mapping[str, Any]:
        answer = await self._get(client, act, now, "app.bsky.feed.getPosts", uris=[uri])
        return next(iter(items(answer.get("posts"), subject(act))), {})

    async def _record(
        self, client: Client, act: Act, now: datetime, who: str, collection: str, key: str
    ) -> Mapping[str, Any]:
        try:
            return await self._get(
                client, act, now, "com.atproto.repo.getRecord", repo=who, collection=collection, rkey=key
            )
        except RefusedError as error:
            if error.code != "not_found":
                raise
            return {}

    def _posted(self, session: Session, uri: str, at: datetime) -> Done:
        return Done(uri, f"https://bsky.app/profile/{session.who}/post/{uri.rpartition('/')[2]}", at)

    async def _post(self, client: Client, act: Act, now: datetime) -> dict[str, Any]:
        record: dict[str, Any] = {"$type": POST, "text": act.text, "createdAt": _time(now)}
        if act.lang:
            record["langs"] = [act.lang]
        if facets := await self._facets(client, act, now):
            record["facets"] = facets
        if act.deed is Deed.ANSWER:
            view = await self._view(client, act, now, act.target)
            if not view:
                raise RefusedError("not_found", subject(act))
            viewer = mapping(view.get("viewer"))
            if viewer.get("replyDisabled"):
                raise RefusedError("locked", subject(act))
            if viewer.get("blockedBy") or viewer.get("blocking"):
                raise RefusedError("blocked", subject(act))
            parent = {"uri": words(view.get("uri")), "cid": words(view.get("cid"))}
            root = mapping(mapping(mapping(view.get("record")).get("reply")).get("root"))
            record["reply"] = {"parent": parent, "root": dict(root) or parent}
        if act.pictures:
            record["embed"] = await self._embed(client, act, now)
        return record

    async def _embed(self, client: Client, act: Act, now: datetime) -> dict[str, Any]:
        if len(act.pictures) > PICTURES:
            raise RefusedError("bad_picture", subject(act), f"{len(act.pictures)} of {PICTURES}")
        return {
            "$type": "app.bsky.embed.images",
            "images": [{"alt": one.alt, "image": await self._upload(client, act, now, one)} for one in act.pictures],
        }

    async def _upload(self, client: Client, act: Act, now: datetime, picture: Picture) -> Any:
        if len(picture.content) > PICTURE_BYTES or picture.media_type not in KINDS:
            raise RefusedError("bad_picture", subject(act), picture.name)
        body = Body(picture.media_type, picture.content)
        blob = (await self._send(client, act, now, "com.atproto.repo.uploadBlob", body)).get("blob")
        if not mapping(blob):
            raise ContentError("bad_answer", subject(act), "no picture")
        return blob

    async def _facets(self, client: Client, act: Act, now: datetime) -> list[dict[str, Any]]:
        """Where links, hashtags and mentions stand, in bytes: without this they are words that lead nowhere."""
        found = [(m, {"$type": "app.bsky.richtext.facet#link", "uri": m[0]}) for m in _LINK.finditer(act.text)]
        spans = [match.span() for match, _ in found]
        for match in _TAG.finditer(act.text):
            if not _within(match, spans):
                found.append((match, {"$type": "app.bsky.richtext.facet#tag", "tag": match[1]}))
        for match in _MENTION.finditer(act.text):
            did = "" if _within(match, spans) else await self._did(client, act, now, match[1])
            if did:
                found.append((match, {"$type": "app.bsky.richtext.facet#mention", "did": did}))
        return [
            {"index": _bytes(act.text, *match.span()), "features": [feature]}
            for match, feature in sorted(found, key=lambda pair: pair[0].start())
        ]

    async def _did(self, client: Client, act: Act, now: datetime, handle: str) -> str:
        """The account that a handle names; "" where nobody has it: the words stay as they are."""
        try:
            answer = await self._get(client, act, now, "com.atproto.identity.resolveHandle", handle=handle)
        except RefusedError as error:
            if error.code not in {"words_refused", "not_found", "refused"}:
                raise
            return ""
        return words(answer.get("did"))

    async def _report(self, client: Client, act: Act, now: datetime) -> Done:
        view = await self._view(client, act, now, act.target)
        if not view:
            raise RefusedError("not_found", subject(act))
        kind = act.reason.lower() if act.reason.lower() in REPORTS else "other"
        content = {
            "reasonType": f"com.atproto.moderation.defs#reason{kind.capitalize()}",
            "reason": act.text or act.rule or act.reason,
            "subject": {
                "$type": "com.atproto.repo.strongRef",
                "uri": words(view.get("uri")),
                "cid": words(view.get("cid")),
            },
        }
        answer = await self._send(client, act, now, "com.atproto.moderation.createReport", json_body(content))
        return Done(words(answer.get("id")) or act.target, act.target_url, now)

    async def _root(self, client: Client, act: Act, now: datetime) -> str:
        """The first post of the target's thread. Raises RefusedError may_not_write where it is not ours."""
        view = await self._view(client, act, now, act.target)
        if not view:
            raise RefusedError("not_found", subject(act))
        reply = mapping(mapping(view.get("record")).get("reply"))
        root = words(mapping(reply.get("root")).get("uri")) or act.target
        if not root.startswith(f"at://{(await self._session(client, act, now)).who}/"):
            raise RefusedError("may_not_write", subject(act), "the thread is another account's")
        return root

    async def _gate(self, client: Client, act: Act, now: datetime, root: str) -> Mapping[str, Any]:
        session = await self._session(client, act, now)
        return await self._record(client, act, now, session.who, GATE, root.rpartition("/")[2])

    async def _change_gate(self, client: Client, act: Act, now: datetime, *, undo: bool) -> Done:
        """Change who may answer in a thread of ours, or which of its replies are hidden; what else it says stays."""
        root = await self._root(client, act, now)
        session, held = await self._session(client, act, now), await self._gate(client, act, now, root)
        gate = {"$type": GATE, "post": root, "createdAt": _time(now), **mapping(held.get("value"))}
        if act.deed is Deed.LOCK:
            gate.pop("allow", None)
            gate |= {} if undo else {"allow": []}
        else:
            others = [uri for uri in listed(gate.get("hiddenReplies")) if uri != act.target]
            gate["hiddenReplies"] = others if undo else [*others, act.target]
        content = {"repo": session.who, "collection": GATE, "rkey": root.rpartition("/")[2], "record": gate}
        content["swapRecord"] = words(held.get("cid")) or None  # refused if somebody changed it meanwhile
        await self._send(client, act, now, "com.atproto.repo.putRecord", json_body(content))
        return Done(act.target, act.target_url, now)


def _time(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bytes(text: str, start: int, end: int) -> dict[str, int]:
    return {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())}


def _within(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start <= match.start() < end for start, end in spans)
