"""Writing to Facebook pages and Instagram business accounts: answers under posts and comments, hiding and deleting
comments, and posts of a page with their pictures.

The token is one of the page's own. Instagram accounts use that of the page they belong to.
API: https://developers.facebook.com/docs/graph-api/reference/comment and
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sources.acting.base import Act, Deed, Done, Picture, Target
from sources.acting.told import check_offer, is_of_this, is_same, key_of, subject
from sources.answers import get_json, items, link, mapping, moment, number, send_json, words
from sources.bodies import Body, File, form_body, multipart_body
from sources.errors import AddressError, ContentError, RefusedError
from sources.http import Client
from sources.kinds.facebook import BASE_URL, explain, parse_comments, parse_feed, parse_media, parse_replies

RECENT = 50
PICTURES, PICTURE_BYTES = 10, 4_000_000
_COMMENT = "id,message,created_time,from,permalink_url,is_hidden,can_comment,parent{id}"
_POST = "id,message,story,created_time,from,permalink_url"
_ANSWER = "id,text,timestamp,username,hidden,parent_id,media{id,permalink,username,is_comment_enabled}"
_MEDIA = "id,caption,timestamp,username,permalink,media_type,is_comment_enabled"


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    error = mapping(answer.get("error"))
    code, message = number(error.get("code")) or 0, words(error.get("message")).lower()
    if code == 506 or "duplicate" in message:
        return "duplicate"
    if code == 368 or "blocked" in message:
        return "may_not_write"
    if code == 1705 or "too long" in message:
        return "too_long"
    if code in {324, 1366046}:
        return "bad_picture"
    told = explain(status, answer)
    return "may_not_write" if told == "missing_permission" else told


@dataclass(frozen=True, slots=True)
class _Graph:
    """The Graph API, as it is asked on behalf of one act."""

    client: Client
    act: Act
    now: datetime

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {key_of(self.client, 'facebook_write', 'token', self.act, self.act.account)}"}

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        if not re.fullmatch(r"\w[\w.-]*(?:/[a-z_]+)?", path):
            raise AddressError("bad_address", path)
        return f"{self.client.base_url('facebook', BASE_URL)}/{path}" + (f"?{urlencode(query)}" if query else "")

    async def get(self, path: str, **query: str) -> Mapping[str, Any]:
        answer, _ = await get_json(
            self.client,
            self._url(path, query),
            self.now,
            subject=subject(self.act),
            headers=self._headers(),
            explain=_explain,
        )
        return mapping(answer)

    async def send(self, path: str, body: Body | None = None, method: str = "POST") -> Mapping[str, Any]:
        answer = await send_json(
            self.client,
            method,
            self._url(path, {}),
            self.now,
            body,
            subject=subject(self.act),
            headers=self._headers(),
            explain=_explain,
        )
        return mapping(answer)

    async def thing(self, native: str, as_comment: str, as_post: str) -> tuple[Mapping[str, Any], bool]:
        """(a comment or post as it stands, whether it is a comment); ({}, False) where it is gone."""
        for fields, is_comment in ((as_comment, True), (as_post, False)):
            try:
                return await self.get(native, fields=fields), is_comment
            except RefusedError as error:
                if error.code in {"not_found", "gone"}:
                    return {}, False
                if error.code != "refused" or not is_comment:  # a post has not all the fields of a comment
                    raise
        raise AssertionError("the second answers or raises")

    def made(self, answer: Mapping[str, Any], address: str = "") -> Done:
        native = words(answer.get("post_id")) or words(answer.get("id"))
        if not native:
            raise ContentError("bad_answer", subject(self.act), "no id")
        return Done(native, address, self.now)

    async def moderate(self, hidden: str) -> Done:
        """Hide the target, or delete it. `hidden` is what the place calls its being hidden."""
        if self.act.deed is Deed.HIDE:
            await self.send(self.act.target, form_body({hidden: "true"}))
        else:
            await self.send(self.act.target, method="DELETE")
        return Done(self.act.target, self.act.target_url, self.now)

    async def take_back(self, done: Done, hidden: str) -> None:
        """Show what was hidden, or delete what was written."""
        if self.act.deed is Deed.HIDE:
            await self.send(self.act.target, form_body({hidden: "false"}))
        else:
            await self.send(done.id, method="DELETE")


class Facebook:
    service = "facebook_write"
    deeds = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.HIDE, Deed.REMOVE})
    can_undo = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.HIDE})
    longest = 8_000

    def length(self, text: str) -> int:
        return len(text)

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        graph = _Graph(client, act, now)
        if not act.target:
            await graph.get("me", fields="id,name")
            return Target()
        thing, is_comment = await graph.thing(act.target, _COMMENT, _POST)
        read = parse_comments([thing], "", "", "") if is_comment else parse_feed({"data": [thing]}, subject(act))
        if not thing or not read:
            return Target(gone=True)
        return Target(read[0].text, locked=act.deed is Deed.ANSWER and thing.get("can_comment") is False)

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        graph = _Graph(client, act, now)
        if act.deed in {Deed.ANSWER, Deed.PUBLISH}:
            page = words((await graph.get("me", fields="id")).get("id"))
            path, fields = (f"{act.target}/comments", _COMMENT) if act.target else (f"{page}/feed", _POST)
            order = {"order": "reverse_chronological"} if act.target else {}
            answer = await graph.get(path, fields=fields, limit=str(RECENT), **order)
            for item in items(answer.get("data"), subject(act)):
                is_ours = words(mapping(item.get("from")).get("id")) == page
                if is_ours and _is_ours(act, words(item.get("message")), item.get("created_time")):
                    return graph.made(item, link(item.get("permalink_url")))
            return None
        thing, _is_comment = await graph.thing(act.target, _COMMENT, _POST)
        is_so = not thing if act.deed is Deed.REMOVE else thing.get("is_hidden") is True
        return Done(act.target, act.target_url, now) if is_so else None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        graph = _Graph(client, act, now)
        if act.deed is Deed.ANSWER:
            answer = await graph.send(f"{act.target}/comments", form_body({"message": act.text}))
            return await _with_address(graph, answer)
        if act.deed is Deed.PUBLISH:
            page = words((await graph.get("me", fields="id")).get("id"))
            shown = [(await _upload(graph, page, one)) for one in _checked(act)]
            told = {
                "message": act.text,
                **{f"attached_media[{n}]": f'{{"media_fbid":"{i}"}}' for n, i in enumerate(shown)},
            }
            return await _with_address(graph, await graph.send(f"{page}/feed", form_body(told)))
        return await graph.moderate("is_hidden")

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        await _Graph(client, act, now).take_back(done, "is_hidden")


class Instagram:
    """Comments only: its API takes pictures from public addresses, which Vigie does not give them."""

    service = "facebook_write"
    deeds = frozenset({Deed.ANSWER, Deed.HIDE, Deed.REMOVE})
    can_undo = frozenset({Deed.ANSWER, Deed.HIDE})
    longest = 2_200

    def length(self, text: str) -> int:
        return len(text)

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        thing, is_comment = await _Graph(client, act, now).thing(act.target, _ANSWER, _MEDIA)
        if not thing:
            return Target(gone=True)
        read = parse_replies([thing], {}, "") if is_comment else parse_media({"data": [thing]}, subject(act))
        if not read:
            return Target(gone=True)
        media = mapping(thing.get("media")) if is_comment else thing
        return Target(read[0].text, locked=act.deed is Deed.ANSWER and media.get("is_comment_enabled") is False)

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        graph = _Graph(client, act, now)
        thing, is_comment = await graph.thing(act.target, _ANSWER, _MEDIA)
        if act.deed is not Deed.ANSWER:
            is_so = not thing if act.deed is Deed.REMOVE else thing.get("hidden") is True
            return Done(act.target, act.target_url, now) if is_so else None
        if not thing:
            return None
        mine = await graph.get("me", fields="instagram_business_account{username}")
        own = words(mapping(mine.get("instagram_business_account")).get("username"))
        path = f"{words(thing.get('parent_id')) or act.target}/replies" if is_comment else f"{act.target}/comments"
        answer = await graph.get(path, fields="id,text,timestamp,username", limit=str(RECENT))
        for item in items(answer.get("data"), subject(act)):
            if (
                own
                and words(item.get("username")) == own
                and _is_ours(act, words(item.get("text")), item.get("timestamp"))
            ):
                return graph.made(item, _permalink(thing))
        return None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        graph = _Graph(client, act, now)
        if act.deed is Deed.ANSWER:
            thing, is_comment = await graph.thing(act.target, _ANSWER, _MEDIA)
            if not thing:
                raise RefusedError("not_found", subject(act))
            path = f"{words(thing.get('parent_id')) or act.target}/replies" if is_comment else f"{act.target}/comments"
            return graph.made(await graph.send(path, form_body({"message": act.text})), _permalink(thing))
        return await graph.moderate("hide")

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        await _Graph(client, act, now).take_back(done, "hide")


def _is_ours(act: Act, said: str, at: Any) -> bool:
    return is_of_this(act, moment(at)) and is_same(act.text, said)


def _permalink(thing: Mapping[str, Any]) -> str:
    return link(thing.get("permalink")) or link(mapping(thing.get("media")).get("permalink"))


async def _with_address(graph: _Graph, answer: Mapping[str, Any]) -> Done:
    """What was made, with its address; it was made, whether or not its address can be read now."""
    done = graph.made(answer)
    try:
        address = link((await graph.get(done.id, fields="permalink_url")).get("permalink_url"))
    except (RefusedError, ContentError):
        address = ""
    return Done(done.id, address or f"https://www.facebook.com/{done.id}", done.at)


def _checked(act: Act) -> Sequence[Picture]:
    for one in act.pictures:
        if len(one.content) > PICTURE_BYTES:
            raise RefusedError("bad_picture", subject(act), one.name)
    if len(act.pictures) > PICTURES:
        raise RefusedError("bad_picture", subject(act), f"{len(act.pictures)} of {PICTURES}")
    return act.pictures


async def _upload(graph: _Graph, page: str, picture: Picture) -> str:
    """The id of a picture that is kept, unseen, for the post it goes with."""
    file = File("source", picture.name, picture.media_type, picture.content)
    fields = {"published": "false", **({"alt_text_custom": picture.alt} if picture.alt else {})}
    return words(graph.made(await graph.send(f"{page}/photos", multipart_body(fields, [file]))).id)
