"""What the kinds of GitHub lists have in common: servers and repositories, posts, what a refusal means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from data.models import Engagement, NewPost
from sources.answers import link, mapping, moment, number, words
from sources.errors import AddressError
from sources.http import Client

BASE_URL = "https://api.github.com"
_REPO = re.compile(r"(?:(?P<host>[\w.-]+(?::\d+)?)/)?(?P<path>[\w.-]+/[\w.-]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """A repository and its server: `host` is empty for github.com. `label` is unique over all servers."""

    host: str
    path: str  # OWNER/REPO, or orgs/ORGANISATION

    @property
    def label(self) -> str:
        return f"{self.host}/{self.path}" if self.host else self.path

    @property
    def prefix(self) -> str:
        """What makes an id of this server unlike those of others."""
        return f"{self.host}/" if self.host else ""

    @staticmethod
    def of(address: str) -> Place:
        """Raises AddressError for what names no repository."""
        match = _REPO.fullmatch(address.partition(":")[2])
        if not match:
            raise AddressError("bad_address", address)
        return Place((match["host"] or "").lower(), match["path"])

    def base(self, client: Client) -> str:
        """The address of the REST interface, which a server of one's own has below /api/v3."""
        if self.host:
            return client.base_url(f"github@{self.host}", f"https://{self.host}/api/v3")
        return client.base_url("github", BASE_URL)

    def graphql(self, client: Client) -> str:
        """The address of GraphQL: beside REST, /api/graphql on a server of one's own."""
        return self.base(client).removesuffix("/v3") + "/graphql"

    def headers(self, client: Client, service: str = "github") -> dict[str, str]:
        """A token goes to its own server and to no other; `service` is github_write for one that may write."""
        token = client.credentials.get(service, "token", self.host)
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        return {**headers, "Authorization": f"Bearer {token.reveal()}"} if token else headers


def post_of(item: Mapping[str, Any], native: str, repo: str, **over: Any) -> NewPost:
    text = words(item.get("body"))
    reactions = number(mapping(item.get("reactions")).get("total_count"))
    base = NewPost(
        source_kind="github",
        native_id=native,
        text=text,
        plain=text.strip(),
        title=words(item.get("title")),
        url=link(item.get("html_url")),
        author=words(mapping(item.get("user")).get("login")) or words(mapping(item.get("author")).get("login")),
        published_at=moment(item.get("created_at")),
        root_id=native,
        community=repo,
        engagement=Engagement(score=reactions, comments=number(item.get("comments"))),
    )
    return replace(base, **over)


def explain(status: int, answer: Mapping[str, Any]) -> str:
    message = words(answer.get("message")).lower()
    if status == 401:
        return "bad_credentials"
    if status in {403, 429} and ("rate limit" in message or "abuse" in message):
        return "too_many_requests"
    return ""
