"""What acts on GitHub are asked with: REST and GraphQL of one server, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sources.acting.base import Act, Done
from sources.acting.told import key_of, subject
from sources.answers import get_json, link, listed, mapping, moment, send_json, words
from sources.bodies import json_body
from sources.errors import ContentError, RefusedError
from sources.http import Client
from sources.kinds.github_places import Place, explain

HIDING = ("SPAM", "ABUSE", "OFF_TOPIC", "OUTDATED", "DUPLICATE", "RESOLVED")
LOCKING = ("off-topic", "too heated", "resolved", "spam")


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    message = words(answer.get("message")).lower()
    if code := explain(status, answer):
        return code
    if "locked" in message:
        return "locked"
    if status == 403:
        return "may_not_write"
    if status == 410:
        return "not_offered"  # the repository has its issues switched off
    if "too long" in message:
        return "too_long"
    return "words_refused" if status == 422 else ""


def _refusal(error: Mapping[str, Any]) -> str:
    """What an error of GraphQL means: it comes with the status of success."""
    kind, message = words(error.get("type")), words(error.get("message")).lower()
    if "locked" in message:
        return "locked"
    if "too long" in message:
        return "too_long"
    return {
        "NOT_FOUND": "not_found",
        "RATE_LIMITED": "too_many_requests",
        "FORBIDDEN": "may_not_write",
        "INSUFFICIENT_SCOPES": "may_not_write",
    }.get(kind, "words_refused" if kind == "UNPROCESSABLE" else "refused")


@dataclass(frozen=True, slots=True)
class Server:
    """GitHub, or a server of one's own, as it is asked on behalf of one act; `place` is a repository of it."""

    client: Client
    act: Act
    now: datetime
    place: Place

    def _headers(self) -> dict[str, str]:
        key_of(self.client, "github_write", "token", self.act, self.place.host)
        return self.place.headers(self.client, "github_write")

    async def get(self, path: str) -> Any:
        answer, _ = await get_json(
            self.client,
            f"{self.place.base(self.client)}/{path}",
            self.now,
            subject=subject(self.act),
            headers=self._headers(),
            explain=_explain,
        )
        return answer

    async def send(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        answer = await send_json(
            self.client,
            method,
            f"{self.place.base(self.client)}/{path}",
            self.now,
            json_body(content) if content is not None else None,
            subject=subject(self.act),
            headers=self._headers(),
            explain=_explain,
        )
        return mapping(answer)

    async def ask(self, query: str, **variables: str | None) -> Mapping[str, Any]:
        """GraphQL. Raises RefusedError with what its first error means."""
        answer = mapping(
            await send_json(
                self.client,
                "POST",
                self.place.graphql(self.client),
                self.now,
                json_body({"query": query, "variables": variables}),
                subject=subject(self.act),
                headers=self._headers(),
                explain=_explain,
            )
        )
        for error in listed(answer.get("errors")):
            message = words(mapping(error).get("message"))
            raise RefusedError(_refusal(mapping(error)), subject(self.act), message)
        return mapping(answer.get("data"))

    @property
    def issues(self) -> str:
        return f"repos/{self.place.path}/issues"

    def posted(self, item: Mapping[str, Any], native: str) -> Done:
        address = link(item.get("html_url")) or link(item.get("url"))
        if not words(item.get("id")) or not address:
            raise ContentError("bad_answer", subject(self.act), "no address of the post")
        at = moment(item.get("created_at")) or moment(item.get("createdAt"))
        return Done(native, address, at or self.now)


def classifier(act: Act) -> str:
    name = act.reason.strip().upper().replace(" ", "_").replace("-", "_")
    return name if name in HIDING else "OFF_TOPIC"
