"""Reading JSON answers that may lie: every field is checked before it is believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from data.models import web_link, whole
from sources.bodies import Body
from sources.errors import ContentError, RefusedError, SourceError
from sources.http import Answer, Client
from sources.refusals import MAX_WAIT, looks_like_challenge, rate_pause, refusal, retry_after

# What a service says beside the status: (status, answer) -> a code of SourceError, or "" for the usual meaning.
Explain = Callable[[int, Mapping[str, Any]], str]
TOLD = (400, 401, 402, 403, 404, 410, 422, 429)  # statuses whose bodies explain themselves
TOLD_OF_WRITING = (*TOLD, 409, 413)


def read_json(body: bytes, subject: str) -> Any:
    """The JSON value. Raises ContentError bad_answer, or RefusedError captcha for a page that asks for one."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        if looks_like_challenge(body):
            raise RefusedError("captcha", subject) from error
        is_deep = isinstance(error, RecursionError)
        raise ContentError("bad_answer", subject, "nested too deep" if is_deep else str(error)[:120]) from error


async def get_json(
    client: Client,
    url: str,
    now: datetime,
    *,
    subject: str,
    headers: Mapping[str, str] | None = None,
    explain: Explain = lambda status, answer: "",
    pace: tuple[int, float] | None = None,
    content: Any = None,
) -> tuple[Any, Mapping[str, str]]:
    """The answer's JSON value and its headers; POSTs `content` when given. Errors name `subject`, never the URL."""
    headers = {"Accept": "application/json", **(headers or {})}
    try:
        if content is None:
            answer = await client.get(url, now, headers=headers, accept=TOLD, pace=pace)
        else:
            answer = await client.post(url, now, content, headers=headers, accept=TOLD)
    except SourceError as error:
        raise type(error)(error.code, subject, error.detail, error.retry_after) from error
    if answer.status not in TOLD:
        return read_json(answer.body, subject), answer.headers
    raise _refused(client, answer, url, now, subject, explain)


async def send_json(
    client: Client,
    method: str,
    url: str,
    now: datetime,
    body: Body | None = None,
    *,
    subject: str,
    headers: Mapping[str, str] | None = None,
    explain: Explain = lambda status, answer: "",
    pace: tuple[int, float] | None = None,
) -> Any:
    """Send `body`; the answer's JSON value, None where it has no body. Errors name `subject`, never the URL."""
    told = {"Accept": "application/json", **(headers or {})}
    try:
        answer = await client.send(method, url, now, body, headers=told, accept=TOLD_OF_WRITING, pace=pace)
    except SourceError as error:
        raise type(error)(error.code, subject, error.detail, error.retry_after) from error
    if answer.status in TOLD_OF_WRITING:
        raise _refused(client, answer, url, now, subject, explain)
    return read_json(answer.body, subject) if answer.body.strip() else None


def _refused(client: Client, answer: Answer, url: str, now: datetime, subject: str, explain: Explain) -> RefusedError:
    """What an answer that says no means. Its host is left alone for as long as it asks."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        value = {}
        if looks_like_challenge(answer.body):
            return RefusedError("captcha", subject, f"HTTP {answer.status}")
    code = explain(answer.status, mapping(value)) or refusal(answer.status)
    wait = retry_after(answer.headers.get("retry-after", ""), now) or rate_pause(answer.headers, now) or None
    if wait is None and isinstance(told := mapping(value).get("retry_after"), (int, float)):
        wait = min(max(float(told), 0.0), MAX_WAIT)  # as Discord says it too
    if answer.status == 429:
        client.pause(url, now, wait)
    return RefusedError(code, subject, f"HTTP {answer.status}", wait)


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def items(value: Any, subject: str) -> Sequence[Mapping[str, Any]]:
    """The objects of a list; anything else in it is passed over. Raises ContentError when it is no list."""
    if not isinstance(value, list):
        raise ContentError("bad_answer", subject, "a list was expected")
    return [item for item in value if isinstance(item, Mapping)]


def listed(value: Any) -> list[Any]:
    """A list that may be missing: what is no list is empty."""
    return value if isinstance(value, list) else []


def words(value: Any) -> str:
    """A text as it is, but for halves of characters; numbers as text (ids come as both); anything else is empty."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(value: Any) -> int | None:
    """A counter, given as a number or as digits; None where there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)) and abs(value) < 1e15:
        return int(value)
    return whole(value) if isinstance(value, str) else None


def total(*values: Any) -> int | None:
    """The sum of the counters that are there; None when none is."""
    counters = [n for n in (number(v) for v in values) if n is not None]
    return sum(counters) if counters else None


def moment(value: Any) -> datetime | None:
    """A time given as ISO 8601 or as Unix seconds, in UTC. A time without zone is UTC."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC) if 0 < value < 4_000_000_000 else None
        if isinstance(value, str) and value:
            read = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def link(value: Any) -> str:
    """An http(s) address, or nothing."""
    return web_link(words(value).strip())


def unescaped(value: Any) -> str:
    """Text that a service delivers with HTML entities in it, though it is not HTML."""
    return unescape(words(value))
