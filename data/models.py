"""What the rest of Vigie talks about: sources, posts, topics, scopes. No I/O here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

INTENTS = ("question", "complaint", "praise", "idea", "bug", "other", "unsure")
SENTIMENTS = ("negative", "neutral", "positive", "unsure")
OTHER_LANGUAGE = "other_language"  # instead of a tone: of a post in a language whose tone is not read
READ_LANGUAGES = ("en", "fr", "")  # those whose tone is read; a post without words has one too
UNREAD = ""  # the tone of a post that nobody has read yet: it is counted, as none of the tones


def to_epoch(moment: datetime) -> int:
    """Seconds since 1970 UTC. Raises ValueError for a naive datetime: a post without a zone is a bug."""
    if moment.tzinfo is None:
        raise ValueError("datetime without a time zone")
    return int(moment.timestamp())


def from_epoch(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def moment_or_none(seconds: int | None) -> datetime | None:
    """A stored moment; None where it is 0 or missing, which is how "never" is stored."""
    return from_epoch(seconds) if seconds else None


def whole(text: str) -> int | None:
    """The whole number that a text is, of 15 digits at most; None where it is none."""
    return int(text) if text.isdecimal() and len(text) < 16 else None


def web_link(address: str) -> str:
    """The address where it is http(s); else nothing, for no other kind of link may be opened."""
    return address if address.startswith(("http://", "https://")) else ""


def to_day(moment: datetime) -> int:
    """Days since 1970-01-01 UTC: how the store counts days."""
    return to_epoch(moment) // 86_400


def day_to_date(day: int) -> date:
    return from_epoch(day * 86_400).date()


def date_to_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


@dataclass(frozen=True, slots=True)
class Source:
    """A place that is watched. `address` is a URL for feeds, a query for Hacker News, a file name for imports."""

    id: int
    kind: str
    address: str
    title: str = ""
    site: str = ""
    folder: str = ""  # where a list of feeds kept it, as "News / France"
    state: str = "active"  # active | paused | gone
    is_own: bool = False
    etag: str = ""
    last_modified: str = ""
    cursor: str = ""
    redirect_to: str = ""
    redirect_days: int = 0
    redirect_day: int = 0
    added_at: datetime | None = None
    next_check: datetime | None = None
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    error_code: str = ""
    error_detail: str = ""
    failures: int = 0
    note: str = ""  # a lasting condition, as "limited"
    back_to: datetime | None = None  # how far back a person asked for
    reached: datetime | None = None  # how far back it has been read
    recounted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Engagement:
    """Counters as the network gives them; None where it gives none."""

    score: int | None = None
    comments: int | None = None
    views: int | None = None
    shares: int | None = None
    ratio: float | None = None  # of votes that are up, from 0 to 1


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post as a source delivered it. `text` is exactly as received; `plain` is what people read,
    None where it is still to be made from `text` (see `data.posts.ingest.add_posts`).

    `published_at` is None when the source gives no usable date: the store then uses the time of collection.
    """

    source_kind: str
    native_id: str
    text: str
    plain: str | None
    title: str = ""
    url: str = ""
    author: str = ""
    published_at: datetime | None = None
    lang: str = ""
    root_id: str = ""
    parent_id: str = ""
    community: str = ""
    engagement: Engagement = field(default_factory=Engagement)
    accepted: bool = False  # an accepted answer, or a question that has one
    ours: bool | None = None  # said by us (a company's reply), or not (what we boosted); None: as its source is


@dataclass(frozen=True, slots=True)
class Wording:
    """What a topic is called in one language, and its ten words there: only words of its posts in that language."""

    lang: str
    label: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicName:
    """What a topic is called: as a person typed it, else from its posts; in each language where it has several."""

    label: str
    typed: bool = False
    wordings: tuple[Wording, ...] = ()

    def name_in(self, lang: str) -> str:
        """What a reader of `lang` is shown: their language's words first, then what the others add."""
        if self.typed or not self.wordings:
            return self.label
        said: set[str] = set()
        parts = []
        for wording in self._from(lang):
            words = [word for word in wording.label.split(", ") if word.lower() not in said]
            said.update(word.lower() for word in words)
            parts += [", ".join(words)] if words else []
        return " · ".join(parts)

    def words_in(self, lang: str) -> tuple[tuple[str, ...], ...]:
        """The ten words in each language, those of `lang` first; nothing where all posts have the same words."""
        return tuple(wording.terms for wording in self._from(lang))

    def _from(self, lang: str) -> list[Wording]:
        return sorted(self.wordings, key=lambda wording: (wording.lang != lang, wording.lang))


@dataclass(frozen=True, slots=True)
class Post:
    """A stored post with what was understood of it."""

    id: int
    source_kind: str
    native_id: str
    source_id: int
    source_title: str
    published_at: datetime
    author: str
    title: str
    plain: str
    url: str
    lang: str
    sentiment: str
    sentiment_confidence: float
    is_demo: bool
    root_id: str = ""
    parent_id: str = ""
    community: str = ""
    group_id: int = 0
    group_size: int = 1
    topic_id: int | None = None
    topic_name: TopicName = TopicName("")
    engagement: Engagement = field(default_factory=Engagement)
    accepted: bool = False
    is_own: bool = False  # it comes from a source marked as ours
    removed_at: datetime | None = None  # when its network was seen to have removed it
    dropped_at: datetime | None = None  # when its words and its author were let go
    by_us: bool = False  # written by one of our own accounts
    intents: tuple[tuple[str, float], ...] = ()  # (kind, confidence), those that hold
    toxicity: float = 0.0


@dataclass(frozen=True, slots=True)
class Triage:
    """What people did with a post; empty is "not". Times are ISO dates or moments, names those people gave."""

    seen: str = ""
    starred: str = ""
    handled: str = ""
    snoozed: str = ""  # until this ISO date
    assigned: str = ""
    decision: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TriageEvent:
    """One change of one field of a post."""

    batch: int
    at: datetime
    who: str
    post: int
    field: str
    before: str
    after: str
    undone: bool = False
    account: int = 0  # of the one who made it; 0 where nobody signs in


BRAND_KINDS = ("own", "product", "person", "competitor", "watch")
OURS = ("own", "product", "person")  # kinds of brands that are us


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand, product, person, competitor or subject to follow, as a query on posts.

    Names, hashtags and accounts are whole words, case and accents aside; `exact_case` takes names with their
    capitals only. One of `context` must be in the post too, none of `exclusions` may. `expert` is a query in the
    language of `data.posts.query_language` that stands in place of all of these.
    """

    id: int
    name: str
    is_own: bool
    aliases: tuple[str, ...] = ()
    kind: str = "own"
    hashtags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exact_case: bool = False
    expert: str = ""
    made_by: str = "settings"  # settings | person
    matched: str = ""  # the query that its mentions were found with


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of posts on one subject."""

    id: int
    name: TopicName
    named_by: str  # auto | person
    terms: tuple[str, ...]
    representatives: tuple[int, ...]
    hidden: bool
    merged_into: int | None
    first_seen: datetime | None
    trend: str
    posts: int = 0
    first_terms: tuple[str, ...] = ()
    noise: bool = False
    made_by: str = "fit"  # fit | theme (began between fits) | person
    became: int | None = None  # the topic that it went into at a later fit
    theme: int = 0  # the largest topic of its theme


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-topic: `number` within its topic."""

    number: int
    label: str
    posts: int = 0


@dataclass(frozen=True, slots=True)
class TopicChange:
    """What became of a topic. `kind`: renamed, merged, apart, split, hidden, shown, noise, signal by a person;
    began, split, merge, end by a fit. `other` is the topic it came from or went to, 0 for none; `posts` are those
    that a fit moved, `named` is the name that a person gave."""

    id: int
    at: datetime
    topic: int
    other: int
    kind: str
    made_by: str  # fit | person
    undone: bool = False
    posts: int = 0
    named: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """A subject in a person's words. `ready` once its posts were looked for; posts at `threshold` or above count."""

    id: int
    words: str
    threshold: float
    ready: bool
    posts: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One run of collect, refresh or import. `total` is 0 while it is not known."""

    id: int
    kind: str
    state: str  # running | done | failed | interrupted
    started_at: datetime
    finished_at: datetime | None
    done: int
    total: int
    message: str
    error: str
    step_at: datetime | None = None  # when the step that `message` names began

    def remaining(self, now: datetime) -> int | None:
        """Seconds that its step should still take, from what it took so far; None until a twentieth is done."""
        if self.step_at is None or not self.total or self.done < 0.05 * self.total:
            return None
        spent = (now - self.step_at).total_seconds()
        return max(0, round(spent * (self.total - self.done) / self.done))
