"""The ways in which a source can fail to be read.

Each error carries what it is about and a `code` that the app puts into words:

    SourceError
      AddressError      bad_address private_address unknown_host not_understood handle_alone several
                        closed_network closed_conversations closed_for_good own_posts_only owner_reviews
                        own_reddit_list one_youtube_post needs_page needs_account_page
                        other_form a_bookmark list_elsewhere too_many_feeds (entries of a list)
      NetworkError      unreachable timeout tls_error too_many_redirects redirect_loop
      ContentError      too_large bad_compression not_a_feed broken_feed empty_body bad_answer bad_file not_a_page
      RefusedError      gone not_found forbidden login_needed too_many_requests server_error refused
                        no_credentials bad_credentials expired_token needs_account quota spend_cap
                        captcha robots needs_keys missing_permission page_unknown search_needs_account
                        share_unresolved multi_unresolved channel_unresolved
                        comments_off video_gone channel_closed not_in_channel no_message_content own_account_only
                        (of writing) no_write_credentials not_offered may_not_write locked blocked too_long too_short
                        duplicate bad_picture place_unknown words_refused cannot_tell
"""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"((?:^|[?&;\s])(?:access_token|token|api_?key|key|auth|secret|client_secret|app_password|password|feed|sig|signature)=)"
    r"[^&#\s]+|(\b(?:Bearer|Basic|OAuth)\s+)[^\s\"']+",
    re.IGNORECASE,
)


def mask_secrets(words: str) -> str:
    """Stars in place of tokens in an address or a header, so that it may be shown and logged."""
    return _SECRET.sub(lambda m: (m[1] or m[2]) + "***", words)


class SourceError(Exception):
    """A source that could not be read. `retry_after` is seconds the server asked to wait, if it did."""

    def __init__(self, code: str, subject: str, detail: str = "", retry_after: float | None = None) -> None:
        self.code, self.retry_after = code, retry_after
        self.subject, self.detail = mask_secrets(subject), mask_secrets(detail[:300])
        super().__init__(f"{self.subject}: {MESSAGES.get(code, code)}" + (f" ({self.detail})" if detail else ""))

    def __reduce__(self) -> tuple[type[SourceError], tuple[str, str, str, float | None]]:
        return type(self), (self.code, self.subject, self.detail, self.retry_after)  # from one process to another


class AddressError(SourceError):
    """The address itself cannot be used."""


class NetworkError(SourceError):
    """The server could not be reached or did not finish."""


class ContentError(SourceError):
    """The server answered with something that cannot be read."""


class RefusedError(SourceError):
    """The server answered that it will not give the content."""


MESSAGES = {
    "bad_address": "this is not a web address that starts with http:// or https://",
    "private_address": "this address is inside a private network, which Vigie does not read unless allowed",
    "unknown_host": "no server answers to this name; check the spelling",
    "not_understood": "this is no address, handle, hashtag or r/name that Vigie knows",
    "handle_alone": "a handle needs its network; paste the profile's full address",
    "closed_network": "this network shows nothing to programs; export your posts there and import the file",
    "closed_conversations": "its conversations are shown to members only; export them there and import the file",
    "closed_for_good": "it shows nothing to programs, and gives no file that could be imported",
    "own_posts_only": "Threads gives an account's own posts and a search; paste your profile, or threads: words",
    "owner_reviews": "reviews are given to the app's owner; download them there and import the file",
    "several": "these are several addresses; each is to be added by itself",
    "own_reddit_list": "only its owner sees this list; paste its subreddits as r/one+two+three",
    "share_unresolved": "Reddit did not say which post the link leads to; open it and paste the address it shows",
    "multi_unresolved": "Reddit did not say which subreddits this list has; paste them as r/one+two+three",
    "channel_unresolved": "YouTube did not say which channel this is; paste its /channel/UC... address, or add a key",
    "one_youtube_post": "posts and clips of channels cannot be read; paste the address of the channel or of a video",
    "needs_page": "this is no page of Facebook; paste the address of your page",
    "needs_account_page": "Instagram gives only posts of your own account; paste the address of its profile",
    "other_form": "another reader's recipe for an address that is no feed",
    "a_bookmark": "a bookmark, not a feed; paste it into the box to follow its site",
    "list_elsewhere": "another list at another place; import it by itself",
    "too_many_feeds": "more feeds than a list may hold (10,000)",
    "not_a_page": "no text was found on this page",
    "unreachable": "the server did not accept the connection; it may be down, the next check will try again",
    "timeout": "the server took too long to answer; the next check will try again",
    "tls_error": "the secure connection failed; the site's certificate may have expired",
    "too_many_redirects": "the site sends from one address to another without end",
    "redirect_loop": "the site sends back to an address already visited",
    "too_large": "the answer is larger than the limit; ask the site for a shorter feed",
    "bad_compression": "the answer is compressed in a way that is refused",
    "not_a_feed": "this is a page, not a feed, and no feed was found there",
    "broken_feed": "the feed is damaged beyond reading; tell the site's owner",
    "empty_body": "the answer is empty",
    "bad_answer": "the answer does not have the form that this service documents",
    "gone": "the site says that this feed is gone for good; it has been paused",
    "not_found": "nothing is at this address any more (404)",
    "forbidden": "the site refuses access (403)",
    "login_needed": "the site asks for a login (401)",
    "too_many_requests": "the site asks to slow down (429)",
    "server_error": "the site has a fault of its own; the next check will try again",
    "refused": "the site refused the request",
    "bad_file": "this file cannot be read",
    "no_credentials": "this network gives nothing without credentials; see docs/sources.md, or import a file",
    "bad_credentials": "the service does not accept these credentials; check them in the credentials file",
    "expired_token": "the token has expired; make a new one and put it in the credentials file",
    "needs_account": "this instance shows its posts to members only; add a token of yours for it (docs/sources.md)",
    "search_needs_account": "an instance searches posts for its members only; add a token, or follow hashtags",
    "needs_keys": "Reddit refuses requests without keys; apply for them (docs/sources.md), meanwhile import a file",
    "missing_permission": "the token lacks a permission for this (docs/sources.md)",
    "page_unknown": "the service does not tell which page has this name; paste its number",
    "comments_off": "comments are switched off for this video",
    "video_gone": "this video was deleted, or is private",
    "channel_closed": "Telegram shows no messages of this name: a group, a private channel, a person, or nobody",
    "not_in_channel": "the app may not read this channel; invite it there, with the rights in docs/sources.md",
    "no_message_content": "Discord holds back what people write; switch on Message Content Intent for the bot",
    "own_account_only": "Threads gives the posts of the token's own account only; search for words instead",
    "quota": "today's quota of this service is used up; it starts anew tomorrow",
    "spend_cap": "the spending cap for this month is reached; raise x_monthly_cap to go on",
    "captcha": "the site asks visitors to prove that they are human; follow its feed or import a file instead",
    "robots": "the site asks programs not to read this page (robots.txt)",
    "no_write_credentials": "nothing can be written here without credentials for writing; see docs/acting.md",
    "not_offered": "this place does not offer this",
    "may_not_write": "the account or its token may not do this here; see docs/acting.md for what it needs",
    "locked": "the thread is closed to new answers",
    "blocked": "its author does not let this account answer",
    "too_long": "the text is longer than this place allows",
    "too_short": "the text is shorter than this place asks for",
    "duplicate": "the place says that it has these words already",
    "bad_picture": "the place does not take this picture: too large, too many, or of another kind",
    "place_unknown": "there is no such place to publish in",
    "cannot_tell": "the place does not say whether it arrived; look there, then send it again or not",
    "words_refused": "the place refuses these words: a rule, a filter or a field that it asks for",
}
