"""Codes -> sentences: what went wrong, and what to do, as one would say it."""

from __future__ import annotations

from datetime import datetime

from dashboard.words.acts.credentials import refusal_sentences
from dashboard.words.language import _, ago, count, n_, percent
from data.source_list import SourceHealth
from data.usage import Usage
from sources.addresses.candidates import Candidate

FEW = 10  # seconds
FEW_POSTS = 100  # that are read in a few seconds


def error_sentence(code: str) -> str:
    """What an error of a source means."""
    return (_address_sentences() | _channel_sentences() | refusal_sentences()).get(code) or {
        "bad_address": _("This is not a web address. It should look like https://example.org."),
        "private_address": _("This address is inside a private network, which Vigie does not read unless allowed."),
        "unknown_host": _("No server answers to this name. Check the spelling."),
        "not_understood": _("This is no address, handle, hashtag or r/name that Vigie knows."),
        "handle_alone": _("A handle needs its network. Paste the full address of the profile."),
        "not_a_page": _("No text was found on this page."),
        "no_credentials": _("This network needs credentials: see the Credentials tab. A file can be imported instead."),
        "bad_credentials": _("The service does not accept these credentials. Check them and what they may read."),
        "expired_token": _("The token has expired. Make a new one and put it in the credentials file."),
        "needs_account": _("This instance shows its posts to members only. Add a token of yours for it."),
        "search_needs_account": _(
            "This instance searches posts for its members only. Add a token of yours for it, or follow hashtags."
        ),
        "needs_keys": _(
            "Reddit refuses to be read without keys: ask for some at reddit.com/prefs/apps, and meanwhile import an "
            "archive's file, or add the feed that your own account has (Preferences, RSS feeds)."
        ),
        "missing_permission": _("The token may not read this. Give it the permissions that docs/sources.md names."),
        "page_unknown": _("Nothing says which page has this name. Paste its number, found under About."),
        "comments_off": _("Comments are switched off for this video."),
        "video_gone": _("This video was deleted, or is private."),
        "quota": _("Today's quota of this service is used up. It starts anew tomorrow."),
        "spend_cap": _("The spending cap for this month is reached. Raise x_monthly_cap to go on."),
        "captcha": _("The site asks its visitors to prove that they are human. Follow its feed, or import a file."),
        "robots": _("The site asks programs not to read this page. Follow its feed if it has one."),
        "unreachable": _("The server did not answer. It may be down; the next check will try again."),
        "timeout": _("The server took too long to answer. The next check will try again."),
        "tls_error": _("The secure connection failed. The site's certificate may have expired."),
        "too_many_redirects": _("The site sends from one address to another without end."),
        "redirect_loop": _("The site sends back to an address already visited."),
        "too_large": _("The answer is larger than the limit. Ask the site for a shorter feed."),
        "bad_compression": _("The answer is compressed in a way that is refused."),
        "not_a_feed": _("This is a page, and no feed was found there. Try the address of its blog or news section."),
        "broken_feed": _("The feed is damaged beyond reading. Tell the site's owner."),
        "empty_body": _("The answer is empty."),
        "empty_file": _("This file is empty."),
        "bad_answer": _("The answer does not have the expected form."),
        "gone": _("The site says this feed is gone for good. It has been paused."),
        "not_found": _("There is nothing at this address any more."),
        "forbidden": _("The site refuses access."),
        "login_needed": _("The site asks for a login."),
        "too_many_requests": _("The site asks to slow down. The next check waits as long as it asked."),
        "server_error": _("The site has a fault of its own. The next check will try again."),
        "refused": _("The site refused the request."),
        "bad_file": _("This file cannot be read. Save it again as CSV or XLSX, or export the list as OPML."),
    }.get(code, _("Something unexpected happened. The next check will try again."))


def _channel_sentences() -> dict[str, str]:
    """Why a channel, or an account of Threads, cannot be read."""
    return {
        "channel_closed": _(
            "Telegram shows no messages of this name: it is a group, a private channel or a person, or there is none. "
            "What you can see in Telegram Desktop can be exported there and imported as a file."
        ),
        "not_in_channel": _(
            "The app may not read this channel. Invite it there, with the rights named in docs/sources.md."
        ),
        "no_message_content": _(
            "Discord holds back what people write. Switch on Message Content Intent for the bot (Developer Portal, "
            "Bot)."
        ),
        "own_account_only": _("Threads gives only the posts of the token's own account. Search for words instead."),
    }


def _address_sentences() -> dict[str, str]:
    """Why what was pasted, or an entry of a list, is nothing that can be followed."""
    return {
        "closed_network": _("This network shows nothing to programs. Export your posts there, then import the file."),
        "closed_conversations": _("These conversations are shown to members only. Export them, then import the file."),
        "closed_for_good": _("This shows nothing to programs, and gives no file that could be imported."),
        "own_posts_only": _(
            "Threads gives an account's own posts, and a search. Paste the address of your profile, or write "
            "threads: and the words to look for."
        ),
        "owner_reviews": _("Reviews are given to the app's owner. Download them there, then import the file."),
        "several": _("These are several addresses. Add each by itself."),
        "own_reddit_list": _("Only its owner sees this list. Paste its subreddits as r/one+two+three."),
        "share_unresolved": _(
            "Reddit did not say which post this link leads to. Open it, then paste the address that it shows."
        ),
        "multi_unresolved": _("Reddit did not say which subreddits this list holds. Paste them as r/one+two+three."),
        "channel_unresolved": _(
            "YouTube did not say which channel this is. Paste its address with /channel/UC…, or add a YouTube key."
        ),
        "one_youtube_post": _(
            "Posts and clips of a channel cannot be read. Paste the address of the channel or of a video."
        ),
        "needs_page": _("This is not a page of Facebook. Paste the address of your page."),
        "needs_account_page": _("Instagram only gives your own account's posts. Paste the address of its profile."),
        "other_form": _("This is another reader's recipe for an address that is no feed."),
        "a_bookmark": _("This is a bookmark, not a feed. Paste it into the box to follow its site."),
        "list_elsewhere": _("This is another list, at another place. Import it by itself."),
        "too_many_feeds": _("This list holds more than 10,000 feeds. Import it in parts."),
    }


def export_sentence(network: str) -> str:
    """What can be exported of a closed network and imported as a file; nothing where no such file is known."""
    return {
        "LinkedIn": _("On LinkedIn: your page's Analytics, Export; or Settings, Get a copy of your data."),
        "TikTok": _("On TikTok: Studio, Analytics, Download data; or Settings, Download your data."),
        "Discord": _("For Discord: export the channel with DiscordChatExporter, as JSON or CSV."),
        "WhatsApp": _("In WhatsApp: open the chat, More, Export chat, without media."),
        "Slack": _("In Slack: Workspace settings, Import/Export data, Export."),
        "Telegram": _("In Telegram Desktop: Export chat history, as JSON. Public channels can be followed."),
        "Google Play": _("In the Play Console: Download reports, Reviews."),
    }.get(network, "")


def first_look_sentence(row: SourceHealth) -> str:
    """What became of the first look at a source that has brought no post."""
    if row.source.error_code:
        return error_sentence(row.source.error_code)
    if row.condition == "waiting":
        return _("Being fetched.")
    if row.source.state != "active":
        return condition_name(row.condition)
    return _("It answers, but holds no post yet.")


def job_name(kind: str) -> str:
    return {
        "collect": _("Collecting"),
        "upkeep": _("Looking at your own places"),
        "refresh": _("Understanding"),
        "import": _("Importing"),
        "model": _("Fetching a model"),
    }.get(kind, kind)


def job_state(state: str) -> str:
    return {
        "running": _("Running"),
        "done": _("Done"),
        "failed": _("Failed"),
        "interrupted": _("Interrupted; it goes on at the next run"),
    }.get(state, state)


def step_name(step: str) -> str:
    return {
        "": _("getting ready"),
        "understand": _("reading posts"),
        "settle": _("looking at threads, questions and tools"),
        "vectors": _("comparing posts"),
        "topics": _("grouping into topics"),
        "count": _("counting"),
        "brands": _("looking for names"),
        "watch": _("looking for watched subjects"),
        "fetch": _("fetching"),
    }.get(step, step)


def kind_name(kind: str) -> str:
    """What a kind of source is called."""
    return {
        "feed": _("Feed"),
        "web": _("Web page"),
        "reddit": "Reddit",
        "hackernews": "Hacker News",
        "mastodon": "Mastodon",
        "bluesky": "Bluesky",
        "youtube": "YouTube",
        "x": "X",
        "facebook": "Facebook",
        "instagram": "Instagram",
        "discourse": "Discourse",
        "lemmy": "Lemmy",
        "stackexchange": "Stack Exchange",
        "github": "GitHub",
        "telegram": "Telegram",
        "discord": "Discord",
        "slack": "Slack",
        "threads": "Threads",
        "linkedin": "LinkedIn",
        "tiktok": "TikTok",
        "whatsapp": "WhatsApp",
        "google_play": "Google Play",
        "app_store": "App Store",
        "google_business": "Google",
        "import": _("File"),
        "demo": _("Demo"),
    }.get(kind.removesuffix("_write"), kind.capitalize())


def kind_of_list(kind: str, address: str) -> str:
    """The kind, and which of its lists where one place has several."""
    lists = {
        "releases": _("releases"),
        "issues": _("issues"),
        "discussions": _("discussions"),
        "new": _("new posts"),
        "top": _("top posts"),
        "comments": _("comments"),
    }
    which = address.rpartition("/")[2] if kind == "reddit" else address.partition(":")[0]
    return f"{kind_name(kind)} · {lists[which]}" if which in lists else kind_name(kind)


def place_name(place: Candidate) -> str:
    """One of several places at an address: its own name where it has one, and whether only some there see it."""
    name = place.name or kind_of_list(place.kind, place.address)
    return _("{name}, which only some there can see").format(name=name) if place.for_some else name


def condition_name(condition: str) -> str:
    """What `SourceHealth.condition` is called."""
    return {
        "demo": _("Demo"),
        "removed": _("Not followed any more"),
        "import": _("Imported file"),
        "paused": _("Paused"),
        "gone": _("Gone for good"),
        "needs_a_person": _("Needs you"),
        "failing": _("Failing"),
        "waiting": _("Waiting for its first check"),
        "quiet": _("Quieter than usual"),
        "working": _("Working"),
    }[condition]


def activity_words(row: SourceHealth, now: datetime) -> list[str]:
    """What a source is and brought."""
    return [
        kind_name(row.source.kind),
        n_("{n} post", "{n} posts", row.posts),
        _("{rate} a day").format(rate=count(row.per_day, 1)),
        _("last success: {when}").format(when=ago(row.source.last_success, now)),
    ]


def checking_words(row: SourceHealth, now: datetime, service: str, configured: bool, quota: Usage | None) -> list[str]:
    """When a source is checked next, with what credentials of its `service` ("" for none), at what cost."""
    next_check = row.source.next_check
    told = [_("next check: {when}").format(when=ago(next_check, now) if next_check and next_check > now else _("soon"))]
    if service:
        told.append(_("with credentials") if configured else _("without credentials"))
        if quota is not None and quota.allowed:
            told.append(_("quota used: {share}").format(share=percent(quota.used / quota.allowed)))
    return told


def quiet_sentence(row: SourceHealth) -> str:
    return _("{n} in three days, against {rate} a day usually.").format(
        n=n_("{n} post", "{n} posts", row.recent), rate=count(row.per_day, 1)
    )


def left_words(seconds: int) -> str:
    """How long a step of a job should still take."""
    if seconds >= 60:
        return n_("about {n} minute left", "about {n} minutes left", round(seconds / 60))
    return _("a few seconds left") if seconds <= FEW else _("less than a minute left")


def work_sentence(step: str, done: int, total: int, left: int | None) -> str:
    """What is done to what is new, how far it is, and how long it should still take where that can be known: `step` and
    `left` as in `dashboard.reads.posts.AtWork`."""
    if step == "fetch":
        return n_(
            "Fetching the posts of {n} new source: a few seconds.",
            "Fetching the posts of {n} new sources: a few seconds.",
            total,
        )
    if step == "begin":
        return n_(
            "{n} new post is here. Its reading begins in a moment.",
            "{n} new posts are here. Their reading begins in a moment.",
            total,
        )
    if step == "wait":
        return n_("{n} new post has not been read yet.", "{n} new posts have not been read yet.", total)
    if step == "understand":
        words = n_("Reading {done} of {n} new post…", "Reading {done} of {n} new posts…", total)
        words = words.replace("{done}", count(done))
        left = FEW if left is None and total <= FEW_POSTS else left
    else:
        words = _("The first topics are looked for: {step}, {share}").format(
            step=step_name(step), share=percent(min(1.0, done / total) if total else 0.0)
        )
    return words if left is None else f"{words} · {left_words(left)}"


def reach_sentence(reach: str) -> str:
    """How far back a kind of source can be read."""
    return {
        "feed": _("A feed or page only holds its newest posts, so it cannot be read further back."),
        "thousand": _("Reddit gives the newest 1,000 posts of a place, no more."),
        "week": _("X gives the last seven days."),
        "all": _("This service keeps everything: choose how far back to read."),
    }[reach]


def note_sentence(note: str) -> str:
    """Lasting conditions of a source, one sentence each; a number behind a code says how many it is about."""
    return " ".join(filter(None, (_condition(one) for one in note.split("; "))))


def _condition(note: str) -> str:
    code, _space, number = note.partition(" ")
    if code == "undated" and number.isdecimal():
        return n_(
            "The date of {n} post could not be read: it stands at the moment it was collected.",
            "The dates of {n} posts could not be read: they stand at the moment they were collected.",
            int(number),
        )
    if code == "branches" and number.isdecimal():
        return n_(
            "{n} thread is not read to its end yet; the next checks go on.",
            "{n} threads are not read to their end yet; the next checks go on.",
            int(number),
        )
    if code == "folded" and number.isdecimal():
        return n_(
            "{n} comment of this thread is folded away too deep to be read.",
            "{n} comments of this thread are folded away too deep to be read.",
            int(number),
        )
    if code == "closed" and number.isdecimal():
        return n_(
            "{n} discussion is listed but open to members only: it is not read.",
            "{n} discussions are listed but open to members only: they are not read.",
            int(number),
        )
    return {
        "comments_off": _("Comments are switched off for this video."),
        "tagged_unread": _("Posts of others that tag the page are not read: the token may not (docs/sources.md)."),
        "some_see": _(
            "Not everyone in this place can see this channel. Those who write there do not expect to be read "
            "elsewhere: tell them, and ask first."
        ),
        "limited": _("Limited: read from its feed, slowly and without scores. Credentials give more."),
        "reading": _("Not everything is read yet: the next checks go on where this one stopped."),
        "repeats": _("The service gives the same page again and again: what lies behind it cannot be read."),
    }.get(note, "")


def service_sentence(service: str) -> str:
    """What the credentials of a service let Vigie read."""
    return {
        "reddit": _("Subreddits, searches, threads and users, with scores and comments. Keys need Reddit's approval."),
        "mastodon": _("Timelines of instances that show them to members only, lists and searches."),
        "bluesky": _("Searches. Authors, threads and feeds need no credentials."),
        "youtube": _("Searches, comments, views and likes. Channels and playlists can be read without."),
        "x": _("Searches and accounts; X charges for each post read, up to the cap you set."),
        "facebook": _("Posts and comments of your Facebook pages and Instagram business accounts."),
        "github": _("Discussions, and 5,000 requests an hour instead of 60."),
        "stackexchange": _("10,000 requests a day instead of 300."),
        "discord": _("Channels, forums and public threads of a server that your bot was invited to; it only reads."),
        "slack": _("Channels of your workspace that your app was invited to; it only reads."),
        "threads": _("Your own posts with their replies, and searches once Meta has approved them."),
    }[service]


def usage_sentence(quota: Usage, monthly_cap: float) -> str:
    """What was used of a service: money up to a cap where reading costs money, else of a day's quota."""
    if quota.service == "x":
        return _("Spent this month: {used} of {cap}").format(
            used=count(quota.used / 100_000, 2), cap=count(monthly_cap, 2)
        )
    return _("Quota used on {day}: {used} of {allowed}").format(
        day=quota.period, used=count(quota.used), allowed=count(quota.allowed or 0)
    )
