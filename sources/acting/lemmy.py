"""Writing to Lemmy from an account's own instance: comments, posts with pictures, reports, messages, and what
moderators of a community do: remove and lock.

A post of another instance is found on ours by its address. Version 3 of the API is spoken, and version 4 to instances
from 1.0 on.
API: https://join-lemmy.org/api/
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Source
from sources.acting.base import Act, Deed, Done, Picture, Target
from sources.acting.told import check_offer, held_session, hold_session, is_of_this, is_same, key_of, subject
from sources.answers import get_json, items, link, listed, mapping, moment, send_json, words
from sources.bodies import File, json_body, multipart_body
from sources.errors import ContentError, RefusedError
from sources.http import Client
from sources.kinds.lemmy import PACE, api_version, parse_comment, parse_post, views_of

RECENT = 50  # own posts and comments that are looked through for what an earlier try left
_GONE = {"deleted", "removed", "couldnt_find_post", "couldnt_find_comment", "couldnt_find_object", "not_found"}
_MAY_NOT = {
    "not_a_mod_or_admin",
    "not_a_moderator",
    "not_an_admin",
    "only_mods_can_post_in_community",
    "person_is_banned_from_community",
    "banned_from_community",
    "banned",
    "site_ban",
    "no_permission",
    "email_not_verified",
    "registration_application_is_pending",
}


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    error = words(answer.get("error"))
    if error in {"not_logged_in", "incorrect_login", "invalid_password", "no_id_given"} or status == 401:
        return "bad_credentials"
    if error in {"rate_limit_error", "too_many_requests"}:
        return "too_many_requests"
    if error == "locked":
        return "locked"
    if error in _GONE:
        return "not_found"
    if error in _MAY_NOT:
        return "may_not_write"
    if error in {"couldnt_find_community", "couldnt_find_local_user_by_name"}:
        return "place_unknown"
    if error in {"person_is_blocked", "community_is_blocked"}:
        return "blocked"
    if error in {"invalid_body_field", "invalid_body", "bio_length_overflow", "comment_too_long"}:
        return "too_long"
    return "words_refused" if error and status in {400, 422} else ""


@dataclass(frozen=True, slots=True)
class _Instance:
    """Our instance, as it is asked on behalf of one act: its version, and who we are there."""

    client: Client
    act: Act
    now: datetime
    base: str
    version: str
    token: str

    async def get(self, method: str, **query: str) -> Mapping[str, Any]:
        url = f"{self.base}/api/{self.version}/{method}" + (f"?{urlencode(query)}" if query else "")
        answer, _ = await get_json(
            self.client,
            url,
            self.now,
            subject=subject(self.act),
            headers={"Authorization": f"Bearer {self.token}"},
            explain=_explain,
            pace=PACE,
        )
        return mapping(answer)

    async def send(self, method: str, content: Mapping[str, Any], verb: str = "POST") -> Mapping[str, Any]:
        answer = await send_json(
            self.client,
            verb,
            f"{self.base}/api/{self.version}/{method}",
            self.now,
            json_body(content),
            subject=subject(self.act),
            headers={"Authorization": f"Bearer {self.token}"},
            explain=_explain,
            pace=PACE,
        )
        return mapping(answer)

    async def resolve(self, address: str) -> Mapping[str, Any]:
        """The view of a post or comment of any instance; {} where it is not there."""
        try:
            answer = await self.get("resolve_object", q=address)
        except RefusedError as error:
            if error.code not in {"not_found", "gone"}:
                raise
            return {}
        given = [answer.get("comment"), answer.get("post"), *listed(answer.get("results")), answer]
        return next((v for v in map(mapping, given) if mapping(v.get("comment")) or mapping(v.get("post"))), {})

    async def who(self) -> Mapping[str, Any]:
        """Our own person. Raises RefusedError bad_credentials where the instance does not know us."""
        if self.version == "v4":
            answer = mapping(await self.get("account"))
        else:
            answer = mapping((await self.get("site")).get("my_user"))
        person = mapping(mapping(answer.get("local_user_view")).get("person")) or mapping(answer.get("person"))
        if not words(person.get("name")):
            raise RefusedError("bad_credentials", subject(self.act))
        return person


async def _instance(client: Client, act: Act, now: datetime) -> _Instance:
    account = act.account.lower()
    if not re.fullmatch(r"[\w.-]+(?::\d+)?", account):
        raise RefusedError("no_write_credentials", subject(act))
    base = client.base_url(f"lemmy@{account}", f"https://{account}")
    jwt = client.credentials.get("lemmy_write", "jwt", account).reveal()
    name, password = "", ""
    if not jwt:
        name, password = (key_of(client, "lemmy_write", key, act, account) for key in ("name", "password"))
    names = (base, hashlib.sha256(f"{jwt}\n{name}\n{password}".encode()).hexdigest())
    if (held := held_session(names, now)) is not None:
        return _Instance(client, act, now, base, held.who, held.token)
    version = await api_version(client, Source(0, "lemmy", base), now)
    if not jwt:
        path = "account/auth/login" if version == "v4" else "user/login"
        content = json_body({"username_or_email": name, "password": password})
        url = f"{base}/api/{version}/{path}"
        answer = await send_json(client, "POST", url, now, content, subject=subject(act), explain=_explain, pace=PACE)
        jwt = words(mapping(answer).get("jwt"))
        if not jwt:
            raise RefusedError("bad_credentials", subject(act))
    hold_session(names, jwt, version, now)
    return _Instance(client, act, now, base, version, jwt)


class Lemmy:
    """`account` is our own instance; the post that is answered may live on any other."""

    service = "lemmy_write"
    deeds = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.REMOVE, Deed.LOCK, Deed.REPORT, Deed.WARN})
    can_undo = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.REMOVE, Deed.LOCK})
    longest = 10_000

    def length(self, text: str) -> int:
        return len(text)

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        here = await _instance(client, act, now)
        await here.who()
        if not act.target:
            return Target()
        view = await here.resolve(act.target)
        post = parse_comment(view, {}) if mapping(view.get("comment")) else parse_post(view)
        if post is None:
            return Target(gone=True)
        return Target(post.text, locked=act.deed is Deed.ANSWER and bool(mapping(view.get("post")).get("locked")))

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        here = await _instance(client, act, now)
        if act.deed in {Deed.ANSWER, Deed.PUBLISH}:
            return await _find_written(here)
        if act.deed is Deed.WARN:
            return await _find_message(here)
        view = await here.resolve(act.target)
        thing, post = mapping(view.get("comment")) or mapping(view.get("post")), mapping(view.get("post"))
        if act.deed is Deed.REMOVE:
            stands_so = not view or bool(thing.get("removed"))
        else:
            stands_so = act.deed is Deed.LOCK and bool(post.get("locked"))
        return Done(act.target, act.target_url, now) if stands_so else None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        here = await _instance(client, act, now)
        if act.deed is Deed.PUBLISH:
            return await _publish(here)
        view = await here.resolve(act.target)
        if not view:
            raise RefusedError("not_found", subject(act))
        post, comment = mapping(view.get("post")), mapping(view.get("comment"))
        if act.deed is Deed.ANSWER:
            content: dict[str, Any] = {"content": act.text, "post_id": post.get("id")}
            if comment:
                content["parent_id"] = comment.get("id")
            return _done(here, mapping((await here.send("comment", content)).get("comment_view")))
        if act.deed is Deed.WARN:
            whom = mapping(view.get("creator")).get("id")
            answer = await here.send("private_message", {"content": act.text, "recipient_id": whom})
            return _message(here, mapping(answer.get("private_message_view")))
        await _moderate(here, view, undo=False)
        return Done(act.target, act.target_url or act.target, now)

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        here = await _instance(client, act, now)
        view = await here.resolve(done.id)
        if not view:
            raise RefusedError("not_found", subject(act))
        if act.deed in {Deed.REMOVE, Deed.LOCK}:
            await _moderate(here, view, undo=True)
            return
        kind = "comment" if mapping(view.get("comment")) else "post"
        content = {f"{kind}_id": mapping(view.get(kind)).get("id"), "deleted": True}
        if here.version == "v4":
            await here.send(kind, content, "DELETE")
        else:
            await here.send(f"{kind}/delete", content)


def _done(here: _Instance, view: Mapping[str, Any]) -> Done:
    thing = mapping(view.get("comment")) or mapping(view.get("post"))
    address = link(thing.get("ap_id"))
    if not address:
        raise ContentError("bad_answer", subject(here.act), "no address")
    at = moment(thing.get("published_at")) or moment(thing.get("published"))
    return Done(address, address, at or here.now)


def _message(here: _Instance, view: Mapping[str, Any]) -> Done:
    message = mapping(view.get("private_message"))
    address = link(message.get("ap_id"))
    if not address:
        raise ContentError("bad_answer", subject(here.act), "no message")
    at = moment(message.get("published_at")) or moment(message.get("published"))
    return Done(address, f"{here.base}/inbox", at or here.now)


async def _publish(here: _Instance) -> Done:
    act = here.act
    name = act.place.partition("/c/")[2] if "/c/" in act.place else act.place.removeprefix("!")
    if not re.fullmatch(r"[\w.@:-]+", name.rstrip("/")):
        raise RefusedError("place_unknown", subject(act))
    try:
        answer = await here.get("community", name=name.rstrip("/"))
    except RefusedError as error:
        if error.code not in {"not_found", "gone"}:
            raise
        raise RefusedError("place_unknown", subject(act)) from error
    community = mapping(mapping(answer.get("community_view")).get("community")).get("id")
    content: dict[str, Any] = {"name": act.title, "body": act.text, "community_id": community}
    uploaded = [(await _upload(here, one), one.alt) for one in act.pictures]
    if uploaded:
        content |= {"url": uploaded[0][0], "alt_text": uploaded[0][1]}
    more = [f"![{re.sub(r'[][]+', ' ', alt)}]({url})" for url, alt in uploaded[1:]]
    content["body"] = "\n\n".join([act.text, *more]) if more else act.text
    return _done(here, mapping((await here.send("post", content)).get("post_view")))


async def _upload(here: _Instance, picture: Picture) -> str:
    """The address of a picture: the first goes with the post, those after it into its text."""
    is_new = here.version == "v4"
    file = File("images[]", picture.name, picture.media_type, picture.content)
    answer = mapping(
        await send_json(
            here.client,
            "POST",
            f"{here.base}/api/v4/image" if is_new else f"{here.base}/pictrs/image",
            here.now,
            multipart_body({}, [file]),
            subject=subject(here.act),
            headers={"Authorization": f"Bearer {here.token}", "Cookie": f"jwt={here.token}"},
            explain=lambda status, answer: _explain(status, answer) if status in {401, 429} else "bad_picture",
            pace=PACE,
        )
    )
    name = words(mapping(next(iter(listed(answer.get("files"))), {})).get("file"))
    address = link(answer.get("image_url")) or (f"{here.base}/pictrs/image/{name}" if name else "")
    if not address:
        raise ContentError("bad_answer", subject(here.act), "no picture")
    return address


async def _find_written(here: _Instance) -> Done | None:
    act, person = here.act, await here.who()
    name, is_new = words(person.get("name")), here.version == "v4"
    query = {"username": name, "limit": str(RECENT), "sort": "new" if is_new else "New"}
    answer = await here.get("person/content" if is_new else "user", **query)
    target = await here.resolve(act.target) if act.target else {}
    above = words(mapping(target.get("comment")).get("id"))
    for view in views_of(answer, subject(act), "find"):
        comment, post = mapping(view.get("comment")), mapping(view.get("post"))
        thing = comment or post
        at = moment(thing.get("published_at")) or moment(thing.get("published"))
        if bool(comment) is not (act.deed is Deed.ANSWER) or not is_of_this(act, at) or thing.get("deleted"):
            continue
        if comment:
            path = words(comment.get("path")).split(".")
            is_there = post.get("id") == mapping(target.get("post")).get("id")
            is_there = is_there and (path[-2] if len(path) > 2 else "") == above
            if is_there and is_same(act.text, words(comment.get("content"))):
                return _done(here, view)
        elif is_same(act.title, words(post.get("name"))) and words(post.get("body")).startswith(act.text.strip()):
            return _done(here, view)
    return None


async def _find_message(here: _Instance) -> Done | None:
    answer, person = await here.get("private_message/list", limit=str(RECENT)), await here.who()
    listing = answer.get("private_messages", answer.get("items", []))
    for view in items(listing, subject(here.act)):
        message = mapping(view.get("private_message"))
        at = moment(message.get("published_at")) or moment(message.get("published"))
        is_ours = mapping(view.get("creator")).get("id") == person.get("id")
        if is_ours and is_of_this(here.act, at) and is_same(here.act.text, words(message.get("content"))):
            return _message(here, view)
    return None


async def _moderate(here: _Instance, view: Mapping[str, Any], *, undo: bool) -> None:
    act = here.act
    kind = "comment" if mapping(view.get("comment")) else "post"
    which = {f"{kind}_id": mapping(view.get(kind)).get("id")}
    if act.deed is Deed.REPORT:
        await here.send(f"{kind}/report", {**which, "reason": (act.text or act.reason or act.rule)[:1_000]})
    elif act.deed is Deed.REMOVE:
        await here.send(f"{kind}/remove", {**which, "removed": not undo, "reason": act.reason or act.rule})
    else:
        await here.send("post/lock", {"post_id": mapping(view.get("post")).get("id"), "locked": not undo})
