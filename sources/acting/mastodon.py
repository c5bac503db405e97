"""Writing to Mastodon, and what speaks its API, from an account's own instance: answers, posts with pictures, reports
to the moderators, and messages to an author. Removing others' posts is not offered to programs there.

A post of another instance is found on ours by its address. A status is sent with an Idempotency-Key, which an instance
honours for an hour; what an earlier try left is looked for among the account's own statuses.
API: https://docs.joinmastodon.org/methods/statuses/ and https://docs.joinmastodon.org/methods/media/
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from sources.acting.base import Act, Deed, Done, Picture, Target
from sources.acting.told import check_offer, is_of_this, is_same, key_of, subject
from sources.answers import get_json, items, link, listed, mapping, moment, send_json, words
from sources.bodies import Body, File, json_body, multipart_body
from sources.errors import ContentError, RefusedError, SourceError
from sources.http import Client
from sources.kinds.mastodon import PACE
from sources.plain_text import plain_text

PAGE = 40  # statuses of a page, the most that are given
PAGES = 5  # pages of own statuses that are looked through for what an earlier try left
PICTURES = 4
ADDRESS = 23  # characters that any address counts for
LOOKS, PAUSE = 20, 1.0  # at a picture that the instance still works on, and seconds between them
_LOCAL = re.compile(r"/(\d+|[0-9A-Z]{26})$")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w/])@(\w+(?:[.-]\w+)*)@[\w.-]+\w")


def addressed(text: str, author: str) -> str:
    """An answer that names whom it answers, as clients write it: else nobody tells them of it."""
    name = f"@{author}"
    return text if not author or re.search(rf"{re.escape(name)}(?![\w.@-])", text) else f"{name} {text}"


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    if status == 401:
        return "bad_credentials"
    if status == 403:
        return "may_not_write"
    if status == 422:
        return "too_long" if "limit" in words(answer.get("error")).lower() else "words_refused"
    return "too_large" if status == 413 else ""


class _Instance:
    """Our instance, as it is asked on behalf of one act."""

    def __init__(self, client: Client, act: Act, now: datetime) -> None:
        account = act.account.lower()
        if not re.fullmatch(r"[\w.-]+(?::\d+)?", account):
            raise RefusedError("no_write_credentials", subject(act))
        self.client, self.act, self.now = client, act, now
        self.base = client.base_url(f"mastodon@{account}", f"https://{account}")
        self.headers = {"Authorization": f"Bearer {key_of(client, 'mastodon_write', 'token', act, account)}"}

    async def get(self, path: str, **query: str) -> Any:
        url = f"{self.base}/api/{path}" + (f"?{urlencode(query)}" if query else "")
        answer, _ = await get_json(
            self.client, url, self.now, subject=subject(self.act), headers=self.headers, explain=_explain, pace=PACE
        )
        return answer

    async def send(self, method: str, path: str, body: Body | None = None, key: str = "") -> Mapping[str, Any]:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        answer = await send_json(
            self.client,
            method,
            f"{self.base}/api/{path}",
            self.now,
            body,
            subject=subject(self.act),
            headers=headers,
            explain=_explain,
            pace=PACE,
        )
        return mapping(answer)

    async def me(self) -> str:
        """The number of our own account. Raises RefusedError bad_credentials where the token is not taken."""
        return words(mapping(await self.get("v1/accounts/verify_credentials")).get("id"))

    async def target(self) -> Mapping[str, Any]:
        """The status that is answered or reported, as our instance knows it; {} where it is not there."""
        query = {"q": self.act.target, "resolve": "true", "type": "statuses", "limit": "5"}
        found = listed(mapping(await self.get("v2/search", **query)).get("statuses"))
        return next((s for s in map(mapping, found) if self.act.target in {s.get("uri"), s.get("url")}), {})


def _done(status: Mapping[str, Any], now: datetime, about: str) -> Done:
    uri = words(status.get("uri"))
    if not uri:
        raise ContentError("bad_answer", about, "a status without its address")
    return Done(uri, link(status.get("url")) or link(uri), moment(status.get("created_at")) or now)


class Mastodon:
    """Statuses, reports and messages. Its `account` is the instance, as mastodon.social."""

    service = "mastodon_write"
    deeds = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.REPORT, Deed.WARN})
    can_undo = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.WARN})
    longest = 500  # of an instance that has not raised it

    def length(self, text: str) -> int:
        """Characters; every address counts for 23, of a mention only the name."""
        return len(_MENTION.sub(r"@\1", _LINK.sub("x" * ADDRESS, text)))

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        place = _Instance(client, act, now)
        if act.deed is Deed.PUBLISH:
            await place.me()
            return Target()
        status = await place.target()
        return Target(words(status.get("content"))) if status else Target(gone=True)

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        if act.deed is Deed.REPORT:  # an account is not shown its own reports
            raise RefusedError("cannot_tell", subject(act))
        place = _Instance(client, act, now)
        me, parent, older = await place.me(), "", ""
        if act.deed is not Deed.PUBLISH:
            parent = words((await place.target()).get("id"))
        for _ in range(PAGES):
            query = {"limit": str(PAGE), **({"max_id": older} if older else {})}
            statuses = items(await place.get(f"v1/accounts/{quote(me)}/statuses", **query), subject(act))
            for status in statuses:
                if not is_of_this(act, moment(status.get("created_at"))):
                    return None
                if words(status.get("in_reply_to_id")) == parent and await _says(place, status, act):
                    return _done(status, now, subject(act))
            if not statuses:
                break
            older = words(statuses[-1].get("id"))
        return None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        place = _Instance(client, act, now)
        if act.deed is Deed.PUBLISH:
            pictures = [await _upload(place, picture) for picture in _some(act)]
            content: dict[str, Any] = {"status": act.text} | ({"media_ids": pictures} if pictures else {})
        else:
            status = await place.target()
            if not status:
                raise RefusedError("not_found", subject(act))
            if act.deed is Deed.REPORT:
                return await _report(place, status)
            content = {"status": act.text, "in_reply_to_id": words(status.get("id"))}
            if act.deed is Deed.WARN:
                handle = words(mapping(status.get("account")).get("acct"))
                content |= {"status": addressed(act.text, handle), "visibility": "direct"}
        if act.lang:
            content["language"] = act.lang
        return _done(await place.send("POST", "v1/statuses", json_body(content), act.key), now, subject(act))

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        local = _LOCAL.search(done.id)
        if local is None:
            raise RefusedError("not_offered", subject(act))
        try:
            await _Instance(client, act, now).send("DELETE", f"v1/statuses/{local[1]}")
        except SourceError as error:
            if error.code not in {"not_found", "gone"}:  # somebody took it back already
                raise


async def _says(place: _Instance, status: Mapping[str, Any], act: Act) -> bool:
    """Whether one of our statuses holds the words of the act, as they were sent: those that show other words are not
    asked for theirs."""
    if act.deed is not Deed.WARN and _letters(plain_text(words(status.get("content")))) != _letters(act.text):
        return False
    try:
        source = await place.get(f"v1/statuses/{quote(words(status.get('id')))}/source")
    except RefusedError as error:
        if error.code != "not_found":  # some servers keep no source
            raise
        return act.deed is not Deed.WARN
    said = words(mapping(source).get("text"))
    return is_same(said, act.text) or (act.deed is Deed.WARN and said.endswith(f" {act.text.strip()}"))


def _letters(text: str) -> list[str]:
    """The words of a text but its links and mentions, which show in another form than they were written."""
    return re.findall(r"\w+", re.sub(r"@[\w.@-]+", " ", _LINK.sub(" ", text)))


async def _report(place: _Instance, status: Mapping[str, Any]) -> Done:
    """Tell the moderators of our instance, and those of the author's."""
    act = place.act
    comment = "\n".join(part for part in (act.rule, act.reason) if part)[:1_000]
    content = {
        "account_id": words(mapping(status.get("account")).get("id")),
        "status_ids": [words(status.get("id"))],
        "comment": comment,
        "forward": True,
    }
    answer = await place.send("POST", "v1/reports", json_body(content))
    return Done(words(answer.get("id")), "", moment(answer.get("created_at")) or place.now)


def _some(act: Act) -> tuple[Picture, ...]:
    if len(act.pictures) > PICTURES:
        raise RefusedError("bad_picture", subject(act), f"at most {PICTURES}")
    return act.pictures


async def _upload(place: _Instance, picture: Picture) -> str:
    """The number of a picture, once the instance has worked on it."""
    file = File("file", picture.name, picture.media_type, picture.content)
    body = multipart_body({"description": picture.alt[:1_500]}, [file])
    made = await place.send("POST", "v2/media", body)
    number = words(made.get("id"))
    if not number:
        raise ContentError("bad_answer", subject(place.act), "a picture without its number")
    for _ in range(LOOKS if not made.get("url") else 0):
        if mapping(await place.get(f"v1/media/{quote(number)}")).get("url"):
            break
        await asyncio.sleep(PAUSE)
    return number
