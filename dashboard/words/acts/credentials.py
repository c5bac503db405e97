"""What credentials for writing let people do, where to get them, and why an act was refused."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.words.language import _


@dataclass(frozen=True, slots=True)
class WritingKeys:
    """What keys for writing allow, the address where one gets them, and what to ask for or tick there."""

    allows: str
    address: str
    asks: str


def writing_keys(service: str) -> WritingKeys:
    """What a line of `data.credentials.WRITING` is for. Raises KeyError for any other."""
    return {
        "mastodon_write": WritingKeys(
            _("Answers, posts with pictures, reports to the moderators, messages to authors."),
            "https://docs.joinmastodon.org/client/token/",
            _(
                "On your instance: Preferences, Development, New application, with the scopes read:accounts, "
                "read:search, read:statuses, write:statuses, write:media and write:reports. Copy its access token."
            ),
        ),
        "bluesky_write": WritingKeys(
            _("Answers, posts with pictures, reports; in threads of yours, hidden answers and closed threads."),
            "https://bsky.app/settings/app-passwords",
            _("Make an app password for Vigie alone, without access to direct messages."),
        ),
        "reddit_write": WritingKeys(
            _("Answers and posts; as a moderator: approve, remove with a reason, lock, warn by message."),
            "https://www.reddit.com/prefs/apps",
            _(
                "Either the refresh token of the account, with identity, read, history, submit, edit, modposts, report "
                "and privatemessages, or, for a script app, the account's name and password. Reddit approves each app."
            ),
        ),
        "discourse_write": WritingKeys(
            _("Answers, topics with pictures, messages and flags; for staff: hide, delete and close."),
            "https://meta.discourse.org/t/create-and-configure-an-api-key/230124",
            _(
                "An administrator of the forum makes an API key for one user, yours (Admin, API keys, single user). "
                "A user API key with read and write works too."
            ),
        ),
        "lemmy_write": WritingKeys(
            _("Answers, posts with pictures, reports and messages; as a moderator: remove and lock."),
            "https://join-lemmy.org/docs/users/01-getting-started.html",
            _("Either the token of a session (jwt), or the account's name and password, without a second factor."),
        ),
        "github_write": WritingKeys(
            _("Issues, discussions and comments; in repositories of yours: hide, delete and lock."),
            "https://github.com/settings/personal-access-tokens",
            _("A fine-grained token for these repositories alone, with Issues and Discussions: read and write."),
        ),
        "youtube_write": WritingKeys(
            _("Answers to comments; on your channel: hold for review, reject and publish."),
            "https://console.cloud.google.com/apis/credentials",
            _(
                "An OAuth client of the desktop sort, and a refresh token of the channel's account with the scope "
                "youtube.force-ssl. Each comment costs 50 of 10,000 units a day."
            ),
        ),
        "facebook_write": WritingKeys(
            _("Answers under posts of your page and of its Instagram account, posts of the page; hide and delete."),
            "https://developers.facebook.com/tools/explorer",
            _(
                "A token of the page with pages_manage_engagement, pages_manage_posts, pages_read_engagement and "
                "pages_read_user_content; for Instagram instagram_basic and instagram_manage_comments."
            ),
        ),
    }[service]


def refusal_sentences() -> dict[str, str]:
    """Why a place does not let an act be done, by the code of the error."""
    return {
        "no_write_credentials": _(
            "Writing here needs keys of its own; those for reading are never used for it. See the Credentials tab."
        ),
        "not_offered": _("This place does not offer this."),
        "may_not_write": _("The account or its keys may not do this here. docs/acting.md says what they need."),
        "locked": _("This thread is closed to new answers."),
        "blocked": _("The author does not let this account answer."),
        "too_long": _("The text is longer than this place allows."),
        "too_short": _("The text is shorter than this place asks for."),
        "duplicate": _("The place says that it has these words already."),
        "bad_picture": _("The place does not take this picture: too large, too many, or of another kind."),
        "place_unknown": _("There is no such place to publish in."),
        "words_refused": _("The place refuses these words: by a rule, a filter, or a field that it asks for."),
    }
