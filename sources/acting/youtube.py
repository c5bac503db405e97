"""Writing to YouTube: comments under videos and replies to comments; as the channel's owner, what is done with others'.

Signed in by OAuth, with a token that is renewed. What it costs of a day's quota is counted before it is spent: 50 units
for each comment written, moderated or deleted, 1 for each question.
API: https://developers.google.com/youtube/v3/docs/comments
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.models import NewPost
from data.usage import pacific_day
from sources.acting.base import Act, Deed, Done, Target
from sources.acting.told import (
    Session,
    check_offer,
    drop_session,
    held_session,
    hold_session,
    is_of_this,
    is_same,
    key_of,
    subject,
)
from sources.answers import get_json, items, listed, mapping, moment, send_json, words
from sources.bodies import form_body, json_body
from sources.errors import ContentError, RefusedError
from sources.http import Client
from sources.kinds.youtube import BASE_URL, WATCH, explain, parse_comment, parse_video

LOGIN = "https://oauth2.googleapis.com"
WRITE_COST = 50
_VIDEO = re.compile(r"[\w-]{11}")
_STATES = {Deed.HIDE: "heldForReview", Deed.REMOVE: "rejected", Deed.APPROVE: "published"}


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    if error == "invalid_grant":
        return "expired_token"
    if error in {"invalid_client", "unauthorized_client"} or status == 401:
        return "bad_credentials"
    if code := explain(status, answer):
        return {"comments_off": "locked", "video_gone": "not_found"}.get(code, code)
    reasons = {words(mapping(one).get("reason")) for one in listed(mapping(error).get("errors"))}
    if reasons & {"parentCommentNotFound", "commentNotFound", "notFound"} or status == 404:
        return "not_found"
    if reasons & {"commentTextTooLong"}:
        return "too_long"
    if reasons & {"commentTextRequired", "invalidCommentText", "processingFailure", "operationNotSupported"}:
        return "words_refused"
    return "may_not_write" if status == 403 else ""


class YouTube:
    service = "youtube_write"
    deeds = frozenset({Deed.ANSWER, Deed.HIDE, Deed.REMOVE, Deed.APPROVE})
    can_undo = frozenset({Deed.ANSWER, Deed.HIDE})
    longest = 10_000

    def length(self, text: str) -> int:
        return len(text)

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        if _VIDEO.fullmatch(act.target):
            answer = await self._get(client, act, now, "videos", part="snippet", id=act.target)
            video = next(iter(items(answer.get("items", []), subject(act))), None)
            post: NewPost | None = parse_video(video) if video is not None else None
        else:
            comment = await self._comment(client, act, now, act.target)
            post = parse_comment(comment) if comment else None
        return Target(gone=True) if post is None else Target(post.text)

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        """Our answer among those under the same video or comment. A held comment is told to the channel's owner alone;
        a rejected one is shown to nobody."""
        if act.deed is not Deed.ANSWER:
            comment = await self._comment(client, act, now, act.target)
            state = words(mapping(comment.get("snippet")).get("moderationStatus"))
            is_so = not comment if act.deed is Deed.REMOVE else state == _STATES[act.deed]
            return Done(act.target, act.target_url, now) if is_so else None
        session = await self._session(client, act, now)
        if _VIDEO.fullmatch(act.target):
            query = {"part": "snippet", "videoId": act.target, "order": "time", "maxResults": "100"}
            answer = await self._get(client, act, now, "commentThreads", **query)
            threads = items(answer.get("items", []), subject(act))
            said = [mapping(mapping(thread.get("snippet")).get("topLevelComment")) for thread in threads]
        else:
            query = {"part": "snippet", "parentId": _top(act.target), "maxResults": "100", "textFormat": "plainText"}
            answer = await self._get(client, act, now, "comments", **query)
            said = list(items(answer.get("items", []), subject(act)))
        for comment in said:
            snippet = mapping(comment.get("snippet"))
            is_ours = words(mapping(snippet.get("authorChannelId")).get("value")) == session.who
            text = words(snippet.get("textOriginal")) or words(snippet.get("textDisplay"))
            if is_ours and is_of_this(act, moment(snippet.get("publishedAt"))) and is_same(act.text, text):
                return self._done(act, comment, now)
        return None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        if act.deed is not Deed.ANSWER:
            await self._set(client, act, now, _STATES[act.deed])
            return Done(act.target, act.target_url, now)
        if _VIDEO.fullmatch(act.target):
            said = {"videoId": act.target, "topLevelComment": {"snippet": {"textOriginal": act.text}}}
            answer = await self._send(client, act, now, "POST", "commentThreads", {"snippet": said}, part="snippet")
            return self._done(act, mapping(mapping(answer.get("snippet")).get("topLevelComment")) or answer, now)
        reply = {"snippet": {"parentId": _top(act.target), "textOriginal": act.text}}
        return self._done(act, await self._send(client, act, now, "POST", "comments", reply, part="snippet"), now)

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        if act.deed is Deed.HIDE:
            await self._set(client, act, now, "published")
        else:
            await self._send(client, act, now, "DELETE", "comments", None, id=done.id)

    def _done(self, act: Act, comment: Mapping[str, Any], now: datetime) -> Done:
        native, snippet = words(comment.get("id")), mapping(comment.get("snippet"))
        if not native:
            raise ContentError("bad_answer", subject(act), "no comment")
        told = re.search(r"[?&]v=([\w-]{11})", act.target_url)
        video = words(snippet.get("videoId")) or (told[1] if told else act.target if "." not in act.target else "")
        address = f"{WATCH}{video}&lc={native}" if _VIDEO.fullmatch(video) else ""
        return Done(native, address, moment(snippet.get("publishedAt")) or now)

    async def _comment(self, client: Client, act: Act, now: datetime, native: str) -> Mapping[str, Any]:
        """A comment as it stands; {} where it is gone."""
        try:
            answer = await self._get(client, act, now, "comments", part="snippet", id=native, textFormat="plainText")
        except RefusedError as error:
            if error.code != "not_found":
                raise
            return {}
        return next(iter(items(answer.get("items", []), subject(act))), {})

    async def _set(self, client: Client, act: Act, now: datetime, state: str) -> None:
        query = {"id": act.target, "moderationStatus": state}
        await self._send(client, act, now, "POST", "comments/setModerationStatus", None, **query)

    def _keys(self, client: Client, act: Act) -> dict[str, str]:
        return {
            name: key_of(client, self.service, name, act) for name in ("client_id", "client_secret", "refresh_token")
        }

    def _names(self, client: Client, keys: Mapping[str, str]) -> tuple[str, ...]:
        return (client.base_url("youtube", BASE_URL), hashlib.sha256("\n".join(keys.values()).encode()).hexdigest())

    async def _session(self, client: Client, act: Act, now: datetime) -> Session:
        """An access token, and the channel that it speaks for."""
        keys = self._keys(client, act)
        names = self._names(client, keys)
        if (held := held_session(names, now)) is not None:
            return held
        url = client.base_url("youtube_login", LOGIN) + "/token"
        body = form_body({**keys, "grant_type": "refresh_token"})
        answer = await send_json(client, "POST", url, now, body, subject=subject(act), explain=_explain)
        token = words(mapping(answer).get("access_token"))
        if not token:
            raise ContentError("bad_answer", subject(act), "no access token")
        self._spend(client, act, now, 1)
        mine, _ = await get_json(
            client,
            f"{client.base_url('youtube', BASE_URL)}/channels?part=id&mine=true",
            now,
            subject=subject(act),
            headers={"Authorization": f"Bearer {token}"},
            explain=_explain,
        )
        channel = words(mapping(next(iter(listed(mapping(mine).get("items"))), {})).get("id"))
        if not channel:
            raise RefusedError("may_not_write", subject(act), "the account has no channel")
        return hold_session(names, token, channel, now)

    def _spend(self, client: Client, act: Act, now: datetime, cost: int) -> None:
        allowed = client.settings.youtube_daily_quota
        if not client.meter.take(self.service, pacific_day(now), cost, allowed):
            raise RefusedError("quota", subject(act), f"{allowed} units a day")

    async def _get(self, client: Client, act: Act, now: datetime, method: str, **query: str) -> Mapping[str, Any]:
        session = await self._session(client, act, now)
        self._spend(client, act, now, 1)
        try:
            answer, _ = await get_json(
                client,
                f"{client.base_url('youtube', BASE_URL)}/{method}?{urlencode(query)}",
                now,
                subject=subject(act),
                headers={"Authorization": f"Bearer {session.token}"},
                explain=_explain,
            )
        except RefusedError as error:
            self._forget(client, act, error)
            raise
        return mapping(answer)

    async def _send(
        self, client: Client, act: Act, now: datetime, verb: str, method: str, content: Any, **query: str
    ) -> Mapping[str, Any]:
        session = await self._session(client, act, now)
        self._spend(client, act, now, WRITE_COST)
        try:
            answer = await send_json(
                client,
                verb,
                f"{client.base_url('youtube', BASE_URL)}/{method}?{urlencode(query)}",
                now,
                json_body(content) if content is not None else None,
                subject=subject(act),
                headers={"Authorization": f"Bearer {session.token}"},
                explain=_explain,
            )
        except RefusedError as error:
            self._forget(client, act, error)
            raise
        return mapping(answer)

    def _forget(self, client: Client, act: Act, error: RefusedError) -> None:
        """A token that is taken no more is asked for anew at the next try."""
        if error.code in {"bad_credentials", "expired_token"}:
            drop_session(self._names(client, self._keys(client, act)))


def _top(native: str) -> str:
    """The comment under which an answer stands: replies have none of their own."""
    return native.partition(".")[0]
