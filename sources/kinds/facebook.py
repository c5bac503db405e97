"""Facebook pages (posts with their comments) and Instagram business accounts, by the Graph API.

Address: the id of the page or account, or its name. The token is one of the page's own: it reads what its owner may
read, so what the page itself says is ours. Comments and replies are read to their last page; posts of others that tag
the page where the token may (`pages_read_user_content`; for Instagram `instagram_basic`).
API: https://developers.facebook.com/docs/graph-api/reference/page/feed
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from data.models import Engagement, NewPost, Source, from_epoch, to_epoch
from sources.answers import get_json, items, link, listed, mapping, moment, number, words
from sources.base import FetchResult, Page
from sources.branches import Branches, with_branches
from sources.errors import AddressError, RefusedError
from sources.http import Client

BASE_URL = "https://graph.facebook.com/v25.0"
REQUESTS = 50  # a check, for further pages of comments and for posts that tag the page
_COMMENT = "id,message,created_time,from,like_count,comment_count,permalink_url,parent{id}"
_SAID = "id,message,story,created_time,from,permalink_url"
_POST = (
    f"{_SAID},shares,reactions.summary(total_count).limit(0),"
    f"comments.summary(total_count).filter(stream).limit(100){{{_COMMENT}}}"
)
_REPLY = "id,text,timestamp,username,like_count,parent_id"
_ANSWERED = f"{_REPLY},replies.limit(50){{{_REPLY}}}"
_SHOWN = "id,caption,timestamp,permalink,username,like_count,comments_count,media_type"
_MEDIA = f"{_SHOWN},comments.limit(50){{{_ANSWERED}}}"
# What a page that may not read who tags it answers, whatever else it may read.
_UNTOLD = frozenset({"missing_permission", "forbidden", "not_found", "refused"})


def _count(value: Any) -> int | None:
    return number(mapping(mapping(value).get("summary")).get("total_count"))


def parse_feed(answer: Mapping[str, Any], subject: str, page: str = "") -> list[NewPost]:
    """Posts of a page's feed and the comments that came with them; `page` is the id of the page."""
    posts = []
    for item in items(answer.get("data"), subject):
        native_id = words(item.get("id"))
        text = words(item.get("message")) or words(item.get("story"))
        if not native_id:
            continue
        author = mapping(item.get("from"))
        community = words(author.get("name")) if words(author.get("id")) == page or not page else ""
        posts.append(
            NewPost(
                source_kind="facebook",
                native_id=native_id,
                text=text,
                plain=text.strip(),
                url=link(item.get("permalink_url")),
                author=words(author.get("name")),
                published_at=moment(item.get("created_time")),
                root_id=native_id,
                community=community,
                engagement=Engagement(
                    score=_count(item.get("reactions")),
                    comments=_count(item.get("comments")),
                    shares=number(mapping(item.get("shares")).get("count")),
                ),
                ours=_is_page(item, page),
            )
        )
        posts += parse_comments(mapping(item.get("comments")).get("data"), native_id, community, page)
    return posts


def _is_page(item: Mapping[str, Any], page: str) -> bool | None:
    """Whether the page itself says it. Of what others say, Facebook often does not name the author."""
    return words(mapping(item.get("from")).get("id")) == page if page else None


def parse_comments(value: Any, root: str, community: str, page: str, parent: str = "") -> list[NewPost]:
    """Comments under the post `root`, and replies among them; `parent` is what they answer if they do not say."""
    posts = []
    for item in map(mapping, listed(value)):
        native_id, text = words(item.get("id")), words(item.get("message"))
        if native_id and text:
            posts.append(
                NewPost(
                    source_kind="facebook",
                    native_id=native_id,
                    text=text,
                    plain=text.strip(),
                    url=link(item.get("permalink_url")),
                    author=words(mapping(item.get("from")).get("name")),
                    published_at=moment(item.get("created_time")),
                    root_id=root,
                    parent_id=words(mapping(item.get("parent")).get("id")) or parent or root,
                    community=community,
                    engagement=Engagement(
                        score=number(item.get("like_count")), comments=number(item.get("comment_count"))
                    ),
                    ours=_is_page(item, page),
                )
            )
    return posts


def parse_media(answer: Mapping[str, Any], subject: str, account: str = "") -> list[NewPost]:
    """Instagram media and the comments that came with them; `account` is the name of the account where it is known."""
    posts = []
    for item in items(answer.get("data"), subject):
        if words(item.get("id")):
            posts.append(_instagram(item, "caption", "", item, account))
            posts += parse_replies(mapping(item.get("comments")).get("data"), item, account)
    return posts


def parse_replies(value: Any, media: Mapping[str, Any], account: str, parent: str = "") -> list[NewPost]:
    """Comments under a medium, or replies to the comment `parent`, each followed by the replies inside it."""
    posts: list[NewPost] = []
    for item in map(mapping, listed(value)):
        native_id = words(item.get("id"))
        if native_id and words(item.get("text")):
            said = {**item, "parent_id": words(item.get("parent_id")) or parent}
            posts.append(_instagram(said, "text", words(media.get("id")), media, account))
        inside = mapping(item.get("replies")).get("data")
        if native_id and inside and not parent:  # Instagram has replies to comments, and none to replies
            posts += parse_replies(inside, media, account, native_id)
    return posts


def _instagram(row: Mapping[str, Any], key: str, root: str, media: Mapping[str, Any], account: str) -> NewPost:
    text, author = words(row.get(key)), words(row.get("username"))
    owner = account or words(media.get("username"))
    return NewPost(
        source_kind="instagram",
        native_id=words(row["id"]),
        text=text,
        plain=text.strip(),
        url=link(media.get("permalink")),
        author=author,
        published_at=moment(row.get("timestamp")),
        root_id=root or words(row["id"]),
        parent_id=words(row.get("parent_id")) or root,
        community=owner,
        engagement=Engagement(score=number(row.get("like_count")), comments=number(row.get("comments_count"))),
        ours=author == owner if author and owner else None,
    )


def explain(status: int, answer: Mapping[str, Any]) -> str:
    """What an error of the Graph API means.

    Codes: https://developers.facebook.com/docs/graph-api/guides/error-handling
    """
    error = mapping(answer.get("error"))
    code, sub = number(error.get("code")) or 0, number(error.get("error_subcode"))
    if code in {102, 190}:
        is_over = sub in {463, 467, 460} or "expired" in words(error.get("message"))
        return "expired_token" if is_over else "bad_credentials"
    if code in {4, 17, 32, 341, 613} or 80_000 <= code < 80_100:
        return "too_many_requests"
    if code in {3, 10, 283} or 200 <= code < 300:
        return "missing_permission"
    if code == 803 or (code == 100 and sub == 33):
        return "not_found"
    return "server_error" if code in {1, 2} else ""


async def _ask(client: Client, source: Source, now: datetime, path: str, token: str = "", **query: str) -> Any:
    secret = client.credentials.get("facebook", "token", source.address)
    if not secret:
        raise RefusedError("no_credentials", source.address)
    more = {"after": token} if token else {}
    url = f"{client.base_url('facebook', BASE_URL)}/{quote(path)}?{urlencode({**query, **more})}"
    answer, _ = await get_json(
        client,
        url,
        now,
        subject=source.address,
        headers={"Authorization": f"Bearer {secret.reveal()}"},
        explain=explain,
    )
    return mapping(answer)


def _older(answer: Mapping[str, Any]) -> str:
    """The cursor of the next page, from `paging`: its `next` address holds a token and is never followed."""
    paging = mapping(answer.get("paging"))
    if not paging.get("next"):
        return ""
    after = words(mapping(paging.get("cursors")).get("after"))
    return after or (parse_qs(urlsplit(words(paging["next"])).query).get("after") or [""])[0]


async def _page_id(client: Client, source: Source, now: datetime) -> str:
    """The number of a page given by number or name. Raises RefusedError page_unknown where its name says nothing."""
    name = source.address
    if not name.replace("_", "").replace(".", "").replace("-", "").isalnum():
        raise AddressError("bad_address", name)
    if name.isdecimal():
        return name
    try:
        found = words((await _ask(client, source, now, name, fields="id,name")).get("id"))
    except RefusedError as error:
        if error.code not in {*_UNTOLD, "bad_answer"}:
            raise
        found = ""
    if not found:  # a token may always ask which page it is of
        own = await _of_token(client, source, now, "id,username")
        found = words(own.get("id")) if words(own.get("username")).lower() == name.lower() else ""
    if not found:
        raise RefusedError("page_unknown", name)
    return found


async def _of_token(client: Client, source: Source, now: datetime, fields: str) -> Mapping[str, Any]:
    try:
        return mapping(await _ask(client, source, now, "me", fields=fields))
    except RefusedError as error:
        if error.code not in _UNTOLD:
            raise
        return {}


async def _account_id(client: Client, source: Source, now: datetime) -> str:
    """The number of an Instagram account given by number or name: the one that belongs to the token's page."""
    name = source.address
    if not name.replace("_", "").replace(".", "").isalnum():
        raise AddressError("bad_address", name)
    if name.isdecimal():
        return name
    own = await _of_token(client, source, now, "instagram_business_account{id,username}")
    account = mapping(own.get("instagram_business_account"))
    if words(account.get("username")).lower() != name.lower() or not words(account.get("id")):
        raise RefusedError("page_unknown", name)
    return words(account["id"])


def _tagged_until(source: Source, now: datetime) -> int:
    """How far back posts that tag us are read: a day before the last check, at first a month."""
    return to_epoch(source.last_success - timedelta(days=1) if source.last_success else now - timedelta(days=30))


async def _read_tagged(
    client: Client, source: Source, now: datetime, path: str, fields: str, until: int, token: str, branches: Branches
) -> tuple[Mapping[str, Any], str]:
    """(a page of those who tag us, the next page); where the token may not read them, that is noted."""
    try:
        answer = await _ask(client, source, now, path, token, fields=fields, limit="25")
    except RefusedError as error:
        if error.code not in _UNTOLD:
            raise
        branches.note = "tagged_unread"
        return {"data": []}, ""
    times = [moment(mapping(i).get("created_time") or mapping(i).get("timestamp")) for i in listed(answer.get("data"))]
    is_new = any(time is None or time >= from_epoch(until) for time in times)
    return answer, _older(answer) if is_new else ""


async def fetch_facebook(client: Client, source: Source, now: datetime) -> FetchResult:
    """A page's feed, every comment and reply under it, and posts of others that tag the page."""
    page = await _page_id(client, source, now)
    totals: dict[str, int] = {}  # post -> comments it has, for those whose comments were read to the end

    async def read_feed(client: Client, source: Source, now: datetime, token: str, branches: Branches) -> Page:
        answer = await _ask(client, source, now, f"{page}/feed", token, fields=_POST, limit="25")
        posts = parse_feed(answer, source.address, page)
        title = next((post.community for post in posts if post.community), "")
        for item in items(answer.get("data"), source.address):
            comments, post = mapping(item.get("comments")), words(item.get("id"))
            total = _count(comments)
            if following := _older(comments):
                branches.add(f"{post}/comments {post} {title}", to_epoch(now) if total is None else total, following)
            else:
                totals[post] = total or 0
        if not token:
            branches.add(f"{page}/tagged", _tagged_until(source, now))
        return Page(tuple(posts), _older(answer), title)

    async def read_more(
        client: Client, source: Source, now: datetime, name: str, token: str, branches: Branches
    ) -> Page:
        path, _, rest = name.partition(" ")
        count = branches.waiting[name][1]
        if path.endswith("/tagged"):
            answer, following = await _read_tagged(client, source, now, path, _SAID, count, token, branches)
            return Page(tuple(parse_feed(answer, source.address, page)), following)
        post, _, title = rest.partition(" ")
        answer = await _ask(client, source, now, path, token, fields=_COMMENT, filter="stream", limit="100")
        if not (following := _older(answer)):
            totals.setdefault(post, count)
        parent = path.partition("/")[0]
        return Page(tuple(parse_comments(answer.get("data"), post, title, page, parent)), following)

    def unanswered(posts: tuple[NewPost, ...], branches: Branches) -> None:
        """Comments whose replies the stream left out: each is asked for its own."""
        under = Counter(post.root_id for post in posts if post.parent_id)
        replies = Counter(post.parent_id for post in posts)
        for post in posts:
            count = post.engagement.comments or 0
            if post.parent_id and under[post.root_id] < totals.get(post.root_id, 0) and replies[post.native_id] < count:
                branches.add(f"{post.native_id}/comments {post.root_id} {post.community}", count)

    read = with_branches(read_feed, read_more, requests=REQUESTS, after=unanswered)
    return await read(client, source, now)


def _branch(path: str, media: Mapping[str, Any]) -> str:
    """The name of what hangs below a medium, with what its posts need to know of it: three words, without spaces."""
    told = (media.get("id"), media.get("username"), link(media.get("permalink")))
    return " ".join([path, *("".join(words(part).split()) for part in told)])


async def fetch_instagram(client: Client, source: Source, now: datetime) -> FetchResult:
    """An account's media, every comment and reply under them, and media of others that tag the account."""
    account = await _account_id(client, source, now)

    def add_replies(value: Any, media: Mapping[str, Any], branches: Branches) -> None:
        for comment in map(mapping, listed(value)):
            if following := _older(mapping(comment.get("replies"))):
                branches.add(_branch(f"{words(comment.get('id'))}/replies", media), to_epoch(now), following)

    async def read_media(client: Client, source: Source, now: datetime, token: str, branches: Branches) -> Page:
        answer = await _ask(client, source, now, f"{account}/media", token, fields=_MEDIA, limit="25")
        posts = parse_media(answer, source.address)
        for media in items(answer.get("data"), source.address):
            comments = mapping(media.get("comments"))
            if following := _older(comments):
                count = number(media.get("comments_count"))
                name = _branch(f"{words(media.get('id'))}/comments", media)
                branches.add(name, to_epoch(now) if count is None else count, following)
            add_replies(comments.get("data"), media, branches)
        title = posts[0].community if posts else ""
        if not token:
            branches.add(f"{account}/tags {title}", _tagged_until(source, now))
        return Page(tuple(posts), _older(answer), title)

    async def read_more(
        client: Client, source: Source, now: datetime, name: str, token: str, branches: Branches
    ) -> Page:
        path, *rest = name.split(" ")
        if path.endswith("/tags"):
            until = branches.waiting[name][1]
            answer, following = await _read_tagged(client, source, now, path, _SHOWN, until, token, branches)
            return Page(tuple(parse_media(answer, source.address, rest[0])), following)
        media = dict(zip(("id", "username", "permalink"), rest, strict=True))
        parent = path.partition("/")[0] if path.endswith("/replies") else ""
        answer = await _ask(client, source, now, path, token, fields=_REPLY if parent else _ANSWERED, limit="50")
        add_replies(answer.get("data"), media, branches)
        return Page(tuple(parse_replies(answer.get("data"), media, "", parent)), _older(answer))

    return await with_branches(read_media, read_more, requests=REQUESTS)(client, source, now)
