"""Writing to Reddit through PRAW: answers, posts of text, and what moderators do: approve, remove, lock, warn, report.

Nothing is sent twice by PRAW itself. What an earlier try left is found in the account's own comments, posts and
messages, by where it stands and its exact words.
API: https://www.reddit.com/dev/api/ and https://praw.readthedocs.io/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sources.acting.base import Act, Deed, Done, Target
from sources.acting.told import check_offer, is_of_this, is_same, key_of, subject
from sources.answers import number, words
from sources.errors import ContentError, RefusedError, SourceError
from sources.http import Client
from sources.kinds import reddit as reading
from sources.kinds.reddit import SITE, parse_comment, parse_submission

RECENT = 100  # own posts that are looked through for what an earlier try left
POST_LENGTH, REASON_LENGTH = 40_000, 100
_BY_ERROR = {
    "THREAD_LOCKED": "locked",
    "TOO_OLD": "locked",
    "ARCHIVED": "locked",
    "DELETED_COMMENT": "not_found",
    "DELETED_LINK": "not_found",
    "TOO_LONG": "too_long",
    "TOO_SHORT": "too_short",
    "NO_TEXT": "too_short",
    "ALREADY_SUB": "duplicate",
    "SUBREDDIT_NOEXIST": "place_unknown",
    "SUBREDDIT_NOTALLOWED": "may_not_write",
    "SUBREDDIT_OUTBOUND_LINKING_DISALLOWED": "words_refused",
    "NOT_WHITELISTED_BY_USER_MESSAGE": "blocked",
    "USER_BLOCKED": "blocked",
    "USER_BLOCKED_MESSAGE": "blocked",
    "USER_DOESNT_EXIST": "not_found",
    "NOT_AUTHOR": "may_not_write",
    "INVALID_PERMISSION": "may_not_write",
    "BANNED_FROM_SUBREDDIT": "may_not_write",
    "USER_REQUIRED": "bad_credentials",
}
_BREAK = re.compile(r"(\d+) (millisecond|second|minute|hour)s?")
_SECONDS = {"millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3_600.0}


def _refused(error: Any, about: str) -> RefusedError:
    """What an error that Reddit names means. Its words may be shown: they are for the account's owner."""
    item = next(iter(error.items), None)
    kind, message = words(getattr(item, "error_type", "")), words(getattr(item, "message", ""))
    if kind == "RATELIMIT":
        told = _BREAK.search(message)
        return RefusedError("too_many_requests", about, message, float(told[1]) * _SECONDS[told[2]] if told else None)
    return RefusedError(_BY_ERROR.get(kind, "words_refused"), about, f"{kind} {message}".strip())


class Reddit:
    """With a refresh token, or as a script app with the account's name and password."""

    service = "reddit_write"
    deeds = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.REMOVE, Deed.LOCK, Deed.APPROVE, Deed.REPORT, Deed.WARN})
    can_undo = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.REMOVE, Deed.LOCK})
    longest = 10_000

    def length(self, text: str) -> int:
        return len(text)

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        return await self._run(client, act, _look)

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        found: Done | None = await self._run(client, act, _find)
        return found

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        if act.deed is Deed.PUBLISH:  # a post may be longer than an answer
            if len(act.text) > POST_LENGTH or len(act.title) > 300:
                raise RefusedError("too_long", subject(act), f"{POST_LENGTH} signs, and 300 of the title")
        else:
            check_offer(self, act)
        if act.pictures:
            raise RefusedError("not_offered", subject(act), "pictures")
        done: Done = await self._run(client, act, _do)
        return done

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        await self._run(client, act, _undo, done)

    async def _run(self, client: Client, act: Act, work: Any, *more: Any) -> Any:
        """Do it in a thread: PRAW is not asynchronous. Everything that goes wrong is a SourceError on the act."""
        names = ["client_id", "client_secret"]
        secret = client.credentials.get(self.service, "refresh_token")
        names += ["refresh_token"] if secret else ["username", "password"]
        keys = {name: key_of(client, self.service, name, act) for name in names}
        try:
            return await reading.in_thread(client, subject(act), _worked, keys, work, act, *more)
        except RefusedError as error:
            if error.code == "forbidden":
                raise RefusedError("may_not_write", subject(act), error.detail) from error
            raise
        except SourceError as error:
            raise type(error)(error.code, subject(act), error.detail, error.retry_after) from error


def _worked(client: Client, keys: Mapping[str, str], work: Any, act: Act, *more: Any) -> Any:
    from praw.exceptions import RedditAPIException

    reddit = reading.instance(client, keys, writes=True)
    reading.stop_when_exhausted(subject(act))
    try:
        return work(reddit, act, *more)
    except RedditAPIException as error:
        raise _refused(error, subject(act)) from None


def _thing(reddit: Any, name: str) -> Any:
    """A post or comment as it stands, by its full name; None where there is none."""
    return next(iter(reddit.info(fullnames=[name])), None)


def _look(reddit: Any, act: Act) -> Target:
    if not act.target:
        reddit.user.me()
        return Target()
    thing = _thing(reddit, act.target)
    if thing is None:
        return Target(gone=True)
    fields = vars(thing)
    post = parse_submission(thing) if act.target.startswith("t3_") else parse_comment(thing)
    if post is None and act.deed is Deed.APPROVE and fields.get("author") is not None:
        return Target(words(fields.get("selftext", fields.get("body"))))  # removed: that is what is to be approved
    if post is None:
        return Target(gone=True)
    locked = bool(fields.get("locked") or fields.get("archived"))
    return Target(post.text, locked=locked and act.deed is Deed.ANSWER)


def _find(reddit: Any, act: Act) -> Done | None:
    match act.deed:
        case Deed.ANSWER:
            own = reddit.user.me().comments.new(limit=RECENT)
            found = _ours(own, act, lambda fields: words(fields.get("parent_id")) == act.target)
            return _done(found) if found is not None else None
        case Deed.PUBLISH:
            own = reddit.user.me().submissions.new(limit=RECENT)
            place = _subreddit(act).lower()
            found = _ours(
                own,
                act,
                lambda fields: (
                    fields["subreddit"].display_name.lower() == place and is_same(act.title, words(fields.get("title")))
                ),
            )
            return _done(found) if found is not None else None
        case Deed.WARN:
            for message in reddit.inbox.sent(limit=25):
                if is_same(act.text, words(message.body)) and is_of_this(act, _at(vars(message))):
                    return Done(words(message.fullname), f"{SITE}/message/messages/{message.id}", _at(vars(message)))
            return None
        case _:
            return Done(act.target, act.target_url, datetime.now(UTC)) if _stands_so(reddit, act) else None


def _stands_so(reddit: Any, act: Act) -> bool:
    """Whether the target is already as moderating would leave it. Only moderators see most of this."""
    thing = _thing(reddit, act.target)
    fields = vars(thing) if thing is not None else {}
    if act.deed is Deed.LOCK:
        return bool(fields.get("locked"))
    if act.deed is Deed.APPROVE:
        return bool(fields.get("approved"))
    if act.deed is Deed.REMOVE:
        return bool(fields.get("removed") or fields.get("banned_by"))
    return False


def _ours(own: Iterable[Any], act: Act, is_there: Any) -> Any:
    for thing in own:
        fields = vars(thing)
        said = words(fields.get("selftext", fields.get("body")))
        if not is_of_this(act, _at(fields)):
            return None  # newest first: what follows is older still
        if is_there(fields) and is_same(act.text, said):
            return thing
    return None


def _at(fields: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(number(fields.get("created_utc")) or 0, UTC)


def _subreddit(act: Act) -> str:
    name = act.place.removeprefix("/").removeprefix("r/").rstrip("/")
    if not re.fullmatch(r"\w{1,32}", name):
        raise RefusedError("place_unknown", subject(act))
    return name


def _done(thing: Any) -> Done:
    fields = vars(thing)
    link = words(fields.get("permalink"))
    return Done(thing.fullname, SITE + link if link else words(fields.get("url")), _at(fields))


def _do(reddit: Any, act: Act) -> Done:
    if act.deed is Deed.PUBLISH:
        made = reddit.subreddit(_subreddit(act)).submit(act.title, selftext=act.text)
        return Done(made.fullname, words(vars(made).get("url")) or f"{SITE}/comments/{made.id}", datetime.now(UTC))
    thing = _thing(reddit, act.target)
    if thing is None:
        raise RefusedError("not_found", subject(act))
    if act.deed is Deed.ANSWER:
        made = thing.reply(act.text)
        if made is None:  # of a quarantined subreddit: written, and not shown; its address comes from our own comments
            raise ContentError("bad_answer", subject(act), "the answer is not shown")
        return _done(made)
    if act.deed is Deed.REPORT:
        thing.report((act.reason or act.rule)[:REASON_LENGTH])
    elif act.deed is Deed.WARN:
        author = thing.author
        if author is None:
            raise RefusedError("not_found", subject(act))
        author.message(subject=act.title or act.rule[:100] or "r/" + thing.subreddit.display_name, message=act.text)
    elif act.deed is Deed.REMOVE:
        _remove(thing, act)
    else:
        (thing.mod.lock if act.deed is Deed.LOCK else thing.mod.approve)()
    return Done(act.target, act.target_url, datetime.now(UTC))


def _remove(thing: Any, act: Act) -> None:
    """Remove with the subreddit's own reason of that title, or with a note to the other moderators."""
    given = {}
    if act.reason:
        own = thing.subreddit.mod.removal_reasons
        reason = next((one.id for one in own if is_same(act.reason.casefold(), one.title.casefold())), "")
        given = {"reason_id": reason} if reason else {"mod_note": act.reason[:250]}
    thing.mod.remove(**given)


def _undo(reddit: Any, act: Act, done: Done) -> None:
    thing = _thing(reddit, done.id)
    if thing is None:
        raise RefusedError("not_found", subject(act))
    if act.deed is Deed.REMOVE:
        thing.mod.approve()
    elif act.deed is Deed.LOCK:
        thing.mod.unlock()
    else:
        thing.delete()
