"""One row of a file as the posts that it is: what was written, and what the company answered to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from data.models import Engagement, NewPost, web_link
from sources.files.dates import DateForm, read_date
from sources.files.meaning.columns import COUNTS, FIELDS
from sources.files.meaning.export import REMOVED
from sources.files.meaning.identity import digest, is_rounded, network_of, of_link, reddit_id
from sources.files.meaning.names import fold
from sources.files.meaning.plan import Plan, Reading
from sources.files.meaning.wording import language_of, plain_value, reactions, words_of
from sources.files.numbers import NumberForm, read_number
from sources.files.rows import BadRow
from sources.plain_text import plain_text

REPLY = "/reply"  # what the identity of an answer ends with
SAYS_ENOUGH = 40  # characters that nobody else happens to write
_REMOVED = re.compile(REMOVED, re.DOTALL | re.IGNORECASE)
_BLANK = re.compile(r"\{(\w+)\}")
_BOOSTED = re.compile(r"RT @(\w{1,20})")
_URN = re.compile(r"urn:li:(?:activity|share|ugcPost):\d+")


@dataclass(frozen=True, slots=True)
class Made:
    """What a row is: its post and the company's answer to it, or why there is none. `unnamed`: its identity, where
    nothing tells it from another that says the same on the same day (`Numbered`)."""

    items: tuple[NewPost | BadRow, ...]
    unnamed: str = ""


class Numbered:
    """Tells apart posts that say the same and are told apart by nothing else: by their number in the file."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def of(self, made: Made) -> tuple[NewPost | BadRow, ...]:
        """What a row is, with an identity of its own. Rows are to come in their order."""
        name = made.unnamed
        if not name:
            return made.items
        self._times[name] += 1  # two who remain unnamed may say the same on one day
        if self._times[name] == 1:
            return made.items
        other = digest(name, str(self._times[name]))
        return tuple(item if isinstance(item, BadRow) else _renamed(item, name, other) for item in made.items)


def _renamed(post: NewPost, name: str, other: str) -> NewPost:
    """A post whose row has another identity than it seemed."""

    def new(given: str) -> str:
        return f"{other}{given.removeprefix(name)}" if given in {name, f"{name}{REPLY}"} else given

    return replace(post, native_id=new(post.native_id), root_id=new(post.root_id), parent_id=new(post.parent_id))


class Entry:
    """The rows of one reading, one by one, each by itself."""

    def __init__(self, reading: Reading, plan: Plan, zone: tzinfo, now: datetime) -> None:
        self._reading, self._plan, self._now = reading, plan, now
        self._export = one = reading.export
        self._zone = ZoneInfo(one.zone) if one is not None and one.zone else zone
        self._columns = reading.fields.columns
        self._folded = {fold(column): column for column in reversed(reading.columns)}
        self._form = one.name if one is not None else "|".join(sorted(c[0] for c in self._columns.values()))
        # Replies name rows of this file by numbers that mean nothing elsewhere.
        self.numbers_parents = "parent" in self._columns and (
            one is None or not (one.parents or one.network == "reddit")
        )

    def made(self, row: Mapping[str, Any], number: int, parents: Mapping[str, str]) -> Made:
        """What a row is. `parents`: identities by number."""
        code = self._none(row)
        if code:
            return Made((BadRow(number, code),))
        post, is_unnamed = self._post(row, parents)
        unnamed = post.native_id if is_unnamed else ""
        answer = self._answer(row, post)
        answers = (answer,) if answer is not None else ()
        if not post.text.strip() and not post.title.strip():
            return Made((BadRow(number, "no_text"), *answers), unnamed)
        return Made((post, *answers), unnamed)

    def parent_number(self, row: Mapping[str, Any]) -> str:
        return self._get(row, "parent").strip()

    def number_of(self, row: Mapping[str, Any]) -> str:
        return self._get(row, "id").strip()

    def _value(self, row: Mapping[str, Any], name: str) -> Any:
        """What a row holds of a field, or of a column by its folded name; nothing of a field that has no column."""
        columns = self._columns.get(name, ())
        if not columns and name not in FIELDS:
            column = self._folded.get(name)
            columns = (column,) if column is not None else ()
        for column in columns:
            value = row.get(column)
            if value is not None and value != "" and value != []:
                return value
        return None

    def _get(self, row: Mapping[str, Any], name: str) -> str:
        return plain_value(self._value(row, name))

    def _none(self, row: Mapping[str, Any]) -> str:
        """Why a row is no post by its nature; "" where it may be one."""
        one = self._export
        for skip in one.skips if one is not None else ():
            if re.fullmatch(skip.pattern, self._get(row, skip.column).strip(), re.DOTALL):
                return skip.code if self._value(row, skip.column) is not None else ""
        text, author = self._get(row, "text").strip(), self._get(row, "author").strip()
        if _REMOVED.fullmatch(text):
            return "removed"
        return "removed" if not text and _REMOVED.fullmatch(author) else ""

    def _post(self, row: Mapping[str, Any], parents: Mapping[str, str]) -> tuple[NewPost, bool]:
        one = self._export
        wording = one.wording if one is not None else ""
        text = words_of(self._value(row, "text"), wording, self._plan.people)
        title = self._get(row, "title") if wording != "latin1" else ""
        moment = self._moment(row)
        author, url = self._author(row, text), self._url(row)
        network, native, unnamed = self._identity(row, url, (author, str(moment), title, text))
        parent = self._parent(row, parents, native)
        post = NewPost(
            source_kind=network,
            native_id=native,
            text=text,
            plain=plain_text(text) if wording == "html" or "</" in text or "<br" in text else text.strip(),
            title=plain_text(title),
            url=url,
            author=author,
            published_at=moment,
            lang=language_of(self._get(row, "lang")),
            root_id=self._root(row, native),
            parent_id=parent,
            community=self._community(row),
            engagement=Engagement(*(self._count(row, name) for name in COUNTS)),
            ours=False if self._is_boost(row) else None,
        )
        return post, unnamed

    def _moment(self, row: Mapping[str, Any], name: str = "date") -> datetime | None:
        form = self._reading.dates if name == "date" else self._reading.answer_dates
        value = self._value(row, name)
        hour = self._value(row, "hour") if name == "date" else ""
        return self._read(value, form, hour) if form is not None and value is not None else None

    def _read(self, value: Any, form: DateForm, hour: Any = "") -> datetime | None:
        return read_date(value, form, zone=self._zone, now=self._now, hour=hour)

    def _author(self, row: Mapping[str, Any], text: str) -> str:
        author = self._get(row, "author").strip()
        network = self._export.network if self._export is not None else ""
        if network == "slack":
            return self._plan.people.get(author, author)
        if network == "x" and self._is_boost(row) and (said := _BOOSTED.match(text)):
            return said[1]  # whose words these are
        if network == "x" and not author:
            return self._plan.people.get("account", "")
        if network == "mastodon" and author.startswith("http"):
            parts = urlsplit(author)
            return f"{parts.path.rpartition('/')[2].lstrip('@')}@{parts.netloc}"
        if self._export is not None and self._export.wording == "latin1":
            author = words_of(author, "latin1", {})
        return "" if _REMOVED.fullmatch(author) else author

    def _url(self, row: Mapping[str, Any]) -> str:
        one, url = self._export, self._get(row, "url").strip()
        if url.startswith("/") and one is not None and one.network == "reddit":
            url = f"https://www.reddit.com{url}"
        elif url.startswith("www."):
            url = f"https://{url}"
        return web_link(url) or (self._filled(one.url, row) if one is not None else "")

    def _community(self, row: Mapping[str, Any]) -> str:
        one, given = self._export, self._get(row, "community").strip()
        if one is None:
            return given
        if one.network == "reddit" and given and not given.startswith(("r/", "u/")):
            return f"r/{given}"
        if one.wording == "latin1":
            given = words_of(given, "latin1", {})
        return given or self._filled(one.community, row).strip(" #")

    def _count(self, row: Mapping[str, Any], name: str) -> int | None:
        value = self._value(row, name) if name in self._columns else None
        if value is None:
            return None
        if name == "score" and self._export is not None and self._export.score == "reactions":
            return reactions(value)
        return read_number(value, self._reading.numbers.get(name, NumberForm()))

    def _is_boost(self, row: Mapping[str, Any]) -> bool:
        column, pattern = self._export.boost if self._export is not None else ("", "")
        return bool(column) and re.fullmatch(pattern, self._get(row, column).strip(), re.DOTALL) is not None

    def _filled(self, template: str, row: Mapping[str, Any]) -> str:
        """A template with its values; nothing where one is missing."""
        missing = False

        def value(match: re.Match[str]) -> str:
            nonlocal missing
            found = self._get(row, match[1]).strip() or self._get(row, match[1].replace("_", " ")).strip()
            missing = missing or not found
            return found

        filled = _BLANK.sub(value, template)
        return "" if missing else filled

    def _identity(self, row: Mapping[str, Any], url: str, said: tuple[str, ...]) -> tuple[str, str, bool]:
        """(kind, identity, whether others may have the same): what its network calls it, else what it says with the
        number that it has in its file."""
        one, reading = self._export, self._reading
        network = one.network if one is not None else ""
        number = self._get(row, "id").strip().strip('"')
        if reading.rounded and is_rounded(number):
            number = ""
        if one is not None and one.ids and number and number not in reading.shared:
            known = self._network_id(row, number)
            if known:
                return network or "import", known, False
        found = of_link(url) if (one is not None or reading.links) and not self._is_link_of_another() else None
        if found and found[1] not in reading.shared and (not network or network == found[0]):
            return *found, False
        kind = network or (network_of(url) if one is not None else "") or "import"
        return kind, *self._said(number, url, said)

    def _network_id(self, row: Mapping[str, Any], number: str) -> str:
        one = self._export
        assert one is not None
        if one.network == "reddit":
            is_post = "thread" in self._columns and number == self._get(row, "thread").strip()
            return reddit_id(number, "t3" if is_post else one.ids.partition("_")[0])
        if one.network == "linkedin":
            urn = _URN.search(number)
            return urn[0] if urn else ""
        return self._filled(one.ids, row)

    def _is_link_of_another(self) -> bool:
        """Whether links lead to what was answered, not to the answer."""
        return bool({*self._columns.get("url", ())} & {*self._columns.get("parent", ())})

    def _said(self, number: str, url: str, said: tuple[str, ...]) -> tuple[str, bool]:
        author, moment, title, text = said
        is_dated = moment != "None"
        name = digest(*([self._form, number] if number else []), *said)
        if not is_dated and not author and len(title) + len(text) < SAYS_ENOUGH:
            name = digest(self._plan.print, name)
        return name, not (number or author or url or (is_dated and " 00:00:00" not in moment))

    def _parent(self, row: Mapping[str, Any], parents: Mapping[str, str], native: str) -> str:
        one, given = self._export, self.parent_number(row)
        if one is not None and one.network == "reddit":
            thread = reddit_id(self._get(row, "thread").strip(), "t3") if "thread" in self._columns else ""
            parent = given and (thread if f"t3_{given}" == thread else reddit_id(given, "t1"))
            return "" if native == thread else parent or thread
        if self.numbers_parents:
            return parents.get(given, given)
        if one is None or not one.parents or given in {"", "0"}:
            return ""
        found = of_link(given)
        parent = found[1] if found else self._filled(one.parents, row)
        return "" if parent == native else parent

    def _root(self, row: Mapping[str, Any], native: str) -> str:
        one = self._export
        if one is None:
            return ""
        if one.network == "reddit":
            thread = self._get(row, "thread").strip() if "thread" in self._columns else ""
            return reddit_id(thread, "t3") if thread else native if native.startswith("t3_") else ""
        return self._filled(one.roots, row) or (native if "reply" in one.columns else "")

    def _answer(self, row: Mapping[str, Any], post: NewPost) -> NewPost | None:
        """What the company answered, in the row of what it answers: said by us."""
        text, moment = self._get(row, "reply"), self._moment(row, "reply_date")
        asked = self._get(row, "relationships response data id").strip()
        if not text and asked:
            text = self._plan.people.get(f"answer:{asked}", "")
            moment = self._read(self._plan.people.get(f"answered:{asked}", ""), DateForm(""))
        if not text.strip():
            return None
        return NewPost(
            source_kind=post.source_kind,
            native_id=f"{post.native_id}{REPLY}",
            text=text,
            plain=plain_text(text) if "</" in text or "<br" in text else text.strip(),
            url=post.url,
            author=self._get(row, "reply_author").strip(),
            published_at=moment,
            root_id=post.native_id,
            parent_id=post.native_id,
            community=post.community,
            ours=True,
        )
