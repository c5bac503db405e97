"""Trackers of issues: where one is written, and what became of it, at GitHub, GitLab, and Gitea with its kin.

An issue is written by the person who opens the tracker's own form, which is given the words; its state is read back
from the public interface. APIs: https://docs.github.com/en/rest/issues/issues, https://docs.gitlab.com/api/issues/,
https://docs.gitea.com/api/ (Forgejo and Codeberg answer the same).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from data.credentials import load_credentials
from data.settings import Settings
from data.store import Store
from data.tickets.listing import due_tickets, note_outcome
from data.usage import Meter
from sources.answers import get_json, mapping, moment, words
from sources.errors import AddressError, RefusedError, SourceError
from sources.http import Client
from sources.kinds.github_places import Place

LONGEST_LINK = 7_000  # characters; servers refuse longer ones
_ISSUE = re.compile(r"(?P<path>[\w.~/-]+?)(?P<lab>/-)?/(?:issues|work_items)/(?P<number>\d{1,12})/?")
_PROJECT = re.compile(r"(?P<path>[\w.~-]+(?:/[\w.~-]+)+?)/?(?:(?P<lab>/?-)?/?issues(?:/new)?/?)?")


@dataclass(frozen=True, slots=True)
class Tracker:
    """A project; `kind` is github, gitlab or gitea, `path` is OWNER/NAME, at GitLab with all its groups."""

    kind: str
    base: str  # https://host
    path: str

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tracker says of an issue: open, done, or declined, where it was closed as not planned."""

    state: str
    closed_at: datetime | None = None


def tracker_of(address: str) -> Tracker:
    """The project that an address of a repository, or of its list of issues, names. Raises AddressError."""
    base, path = _parts(address)
    found = _PROJECT.fullmatch(path)
    if not found:
        raise AddressError("bad_address", address)
    return Tracker(_kind(base, bool(found["lab"])), base, found["path"].removesuffix(".git"))


def issue_of(address: str) -> tuple[Tracker, int]:
    """(the project, the number) of the address of an issue. Raises AddressError."""
    base, path = _parts(address)
    found = _ISSUE.fullmatch(path)
    if not found or "/" not in found["path"]:
        raise AddressError("bad_address", address)
    return Tracker(_kind(base, bool(found["lab"])), base, found["path"]), int(found["number"])


def _parts(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError as error:
        raise AddressError("bad_address", address) from error
    if parts.scheme not in {"http", "https"} or not host or parts.username:
        raise AddressError("bad_address", address)
    return f"{parts.scheme}://{parts.netloc.lower()}", parts.path.strip("/")


def _kind(base: str, is_lab: bool) -> str:
    host = urlsplit(base).hostname or ""
    if host == "github.com":
        return "github"
    return "gitlab" if is_lab or host.startswith("gitlab.") else "gitea"


def form_link(tracker: Tracker, title: str, body: str) -> tuple[str, bool]:
    """(the address of the tracker's own form with these words in it, whether all of them are). What would make the
    address too long is left out at the end of a line."""
    title_key, body_key = ("issue[title]", "issue[description]") if tracker.kind == "gitlab" else ("title", "body")
    new = "/-/issues/new" if tracker.kind == "gitlab" else "/issues/new"
    lines = body.splitlines()
    while True:
        said = urlencode({title_key: title, body_key: "\n".join(lines)}, quote_via=quote)
        link = f"{tracker.base}/{quote(tracker.path)}{new}?{said}"
        if len(link) <= LONGEST_LINK or not lines:
            return link, len(lines) == len(body.splitlines())
        del lines[-max(1, len(lines) // 20) :]


async def read_issue(client: Client, address: str, now: datetime) -> Outcome:
    """What became of an issue. Raises SourceError: not_found where it is gone or not shown to all."""
    tracker, number = issue_of(address)
    if tracker.kind == "gitlab":
        base = client.base_url(f"gitlab@{tracker.host}", f"{tracker.base}/api/v4")
        url = f"{base}/projects/{quote(tracker.path, safe='')}/issues/{number}"
        said, _headers = await get_json(client, url, now, subject=address)
        return _outcome(mapping(said), address, opened="opened")
    if tracker.kind == "github":
        place = Place("", tracker.path)
        url, headers = f"{place.base(client)}/repos/{place.path}/issues/{number}", place.headers(client)
        said, _headers = await get_json(client, url, now, subject=address, headers=headers)
        return _outcome(mapping(said), address, opened="open")
    # A server of one's own: Gitea and its kin, or GitHub's own.
    base = client.base_url(f"gitea@{tracker.host}", f"{tracker.base}/api/v1")
    try:
        said, _headers = await get_json(client, f"{base}/repos/{tracker.path}/issues/{number}", now, subject=address)
    except RefusedError as error:
        if error.code != "not_found":
            raise
        place = Place(tracker.host, tracker.path)
        url, headers = f"{place.base(client)}/repos/{place.path}/issues/{number}", place.headers(client)
        said, _headers = await get_json(client, url, now, subject=address, headers=headers)
    return _outcome(mapping(said), address, opened="open")


def _outcome(said: Mapping[str, Any], address: str, *, opened: str) -> Outcome:
    state = words(said.get("state"))
    if state == "closed":
        declined = words(said.get("state_reason")) in {"not_planned", "duplicate"}
        return Outcome("declined" if declined else "done", moment(said.get("closed_at")))
    if state == opened:
        return Outcome("open")
    raise SourceError("bad_answer", address, f"state {state[:40]!r}")


async def read_due(store: Store, settings: Settings, now: Callable[[], datetime], *, again: bool = False) -> int:
    """Read every ticket that is due, one after the other; gives how many. `again`: also those read today
    already. What cannot be read says why, and the rest goes on."""
    with store.read() as connection:
        due = due_tickets(connection, now(), again=again)
    async with Client(settings, load_credentials(settings), Meter(store)) as client:
        for number, url in due:
            try:
                outcome = await read_issue(client, url, now())
            except SourceError as error:
                gone = error.code in {"gone", "not_found"}
                note_outcome(store, number, url, "gone", now(), error="" if gone else error.code)
            else:
                note_outcome(store, number, url, outcome.state, now(), outcome.closed_at)
    return len(due)
