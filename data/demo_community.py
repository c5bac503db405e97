"""Generate the demo community: about 3,400 invented posts over 120 days ending on a given day.

The same moment and seed give the same posts; another day gives the same posts moved in time. Texts are
written by hand in `data/demo/material.toml`; what is planted is listed in `data/demo/truth.toml`.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from typing import Any

from data.demo_places import SOURCES, TEAM, THREADED, DemoSource
from data.models import Engagement, NewPost
from data.settings import DEMO

SEED = 7


@lru_cache(maxsize=1)
def material() -> dict[str, Any]:
    return tomllib.loads((DEMO / "material.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def truth() -> dict[str, Any]:
    """The planted facts."""
    return tomllib.loads((DEMO / "truth.toml").read_text(encoding="utf-8"))


# How many posts each theme has.
VOLUME = {
    "sync": 300,
    "volunteers": 270,
    "support": 230,
    "plandora": 210,
    "craft": 250,
    "notifications": 230,
    "accessibility": 180,
    "pdf": 170,
    "festival": 210,
    "migration": 190,
    "assistant": 110,
}
# How much is written in each hour of a day.
HOURS = (1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 8, 8, 7, 7, 6, 6, 6, 6, 7, 8, 9, 9, 7, 4, 2)


@dataclass(slots=True)
class _Writer:
    """Puts posts together and remembers what it used, so that nothing repeats by accident."""

    rng: random.Random
    used: set[tuple[str, ...]] = field(default_factory=set)
    _sizes: dict[tuple[str, str], set[int]] = field(default_factory=dict)  # of posts that hold two sentences

    def fill(self, text: str, lang: str, **extra: str) -> str:
        slots = material()["slots"][lang]

        def one(found: re.Match[str]) -> str:
            name = found[1]
            return extra[name] if name in extra else str(self.rng.choice(slots[name]))

        return re.sub(r"\{(\w+)\}", one, text)

    def _near(self, parts: tuple[str, ...]) -> bool:
        """Whether one post's sentences contain another's: that would read as a copy."""
        return any(self._sizes.get(two, set()) - {len(parts)} for two in combinations(parts, 2))

    def post(self, pool: Sequence[str], lang: str, *, most: int = 3, dress: bool = True) -> str:
        for _ in range(80):
            count = min(len(pool), self.rng.choices((1, 2, 3), (1, 3, 8))[0], most)
            parts = tuple(sorted(self.rng.sample(list(pool), count)))
            if parts not in self.used and not self._near(parts):
                break
        self.used.add(parts)
        for two in combinations(parts, 2):
            self._sizes.setdefault(two, set()).add(len(parts))
        sentences = [self.fill(part, lang) for part in parts]
        if dress and self.rng.random() < 0.35:
            opening = self.fill(self.rng.choice(material()["openings"][lang]), lang)
            sentences.insert(0, opening)
        if dress and self.rng.random() < 0.35:
            sentences.append(self.fill(self.rng.choice(material()["endings"][lang]), lang))
        return " ".join(sentences)


def _authors(rng: random.Random) -> list[str]:
    people = material()["people"]
    names = [f"{first} {last}" for first in people["first"] for last in people["last"]]
    rng.shuffle(names)
    return names[:420]


def _shape(kind: str, ago: int) -> float:
    """Relative volume of a theme `ago` days before the last day."""
    if kind == "rising":
        return 0.25 + (0.0 if ago > 28 else 2.2 * (28 - ago) / 28)
    if kind == "fading":
        return 0.22 if ago < 25 else (1.4 if ago > 45 else 0.22 + 1.18 * (ago - 25) / 20)
    if kind == "new":
        return 1.0 if ago < 10 else 0.0
    return 1.0


def demo_posts(now: datetime, seed: int = SEED) -> list[tuple[DemoSource, NewPost]]:
    """(source, post) of the whole community, oldest first, the last ones before `now` (UTC)."""
    community = _Community(now, seed)
    # The order is part of the demo: every step draws from the same random numbers.
    community.write_themes()
    community.write_crisis()
    community.write_debates()
    community.write_tools()
    community.write_questions()
    community.write_copies()
    community.write_conflict()
    community.write_mix()
    community.write_praise()
    community.write_smalltalk()
    community.write_traps()
    return community.counted()


class _Community:
    """The posts so far, and what the next ones are drawn from."""

    def __init__(self, now: datetime, seed: int) -> None:
        self.facts, self.words = truth(), material()
        self.days = int(self.facts["days"])
        today = now.astimezone(UTC).date()
        self.midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
        self.elapsed = (now - self.midnight).total_seconds() / 86_400  # of the last day
        self.rng = random.Random(seed)
        self.writer = _Writer(self.rng)
        self.names = _authors(self.rng)
        self.posts: list[tuple[DemoSource, NewPost]] = []

    def lang(self) -> str:
        return self.rng.choices(("en", "fr"), (11, 9))[0]

    def place(self, lang: str, kinds: Container[str] | None = None) -> DemoSource:
        """A place of a language, of these kinds where they are given."""
        choices = [s for s in SOURCES if s.lang == lang and (kinds is None or s.kind in kinds)]
        return self.rng.choices(choices, [s.weight for s in choices])[0]

    def moment(self, ago: int, hour: float | None = None) -> datetime:
        """A moment `ago` days before the last day, at an hour or at any."""
        if hour is None:
            hour = self.rng.choices(range(24), HOURS)[0]
            hour += self.rng.random()
        start = self.midnight - timedelta(days=ago)
        # The last day ends now: no demo post lies in the future.
        seconds = self.rng.randrange(60)
        return start + timedelta(hours=hour if ago else hour * 0.99 * self.elapsed, seconds=seconds if ago else 0)

    def author(self, ago: int) -> str:
        """A loyal core, regulars, and people who arrived in the last month."""
        draw = self.rng.random()
        if draw < 0.22:
            return self.names[self.rng.randrange(18)]
        if ago < 30 and draw < 0.40:
            return self.names[300 + self.rng.randrange(120)]
        return self.names[18 + min(int(self.rng.expovariate(1 / 70)), 281)]

    def add(
        self,
        source: DemoSource,
        text: str,
        when: datetime,
        key: str,
        by: str,
        *,
        title: str = "",
        root: str = "",
        parent: str = "",
    ) -> NewPost:
        """One post more; `key` says in its id what planted it."""
        serial = len(self.posts) + 1
        native = f"demo-{key}-{serial:04d}" if not key.endswith("origin") else f"demo-{key}"
        score = int(self.rng.paretovariate(1.3) * 2) if source.kind != "feed" else None
        post = NewPost(
            source_kind=source.kind,
            native_id=native,
            text=text,
            plain=text,
            title=title,
            url=f"https://example.org/vigie-demo/{native}",
            author=by,
            published_at=when,
            lang=source.lang,
            root_id=root or native,
            parent_id=parent,
            community=source.name,
            engagement=Engagement(score=min(score, 900) if score is not None else None),
        )
        self.posts.append((source, post))
        return post

    def write_themes(self) -> None:
        for theme, kind in self.facts["themes"].items():
            weights = [_shape(kind, ago) for ago in range(self.days)]
            volume = VOLUME[theme]
            for index in range(volume):
                # Even spacing for most posts keeps a steady theme steady; the rest falls as it may.
                steady = index * self.days // volume
                ago = self.rng.choices(range(self.days), weights)[0] if kind != "steady" else steady
                lang = self.lang()
                source = self.place(lang)
                text = self.writer.post(self.words["themes"][theme][lang], lang)
                title = text.split(". ")[0].rstrip(".?!")[:90] if source.kind == "feed" else ""
                self.add(source, text, self.moment(ago), theme, self.author(ago), title=title)

    def write_crisis(self) -> None:
        crisis = self.facts["crisis"]
        onset = self.moment(crisis["day"], crisis["hour"])
        forum = SOURCES[0]
        origin = self.add(
            forum,
            "Is it only us? Every shift in our Brimelo planning is gone since seven this morning, "
            "and tomorrow three hundred runners start in Leeds. The list of volunteers is empty too.",
            onset,
            crisis["origin"],
            self.names[40],
        )
        for _ in range(210):
            lang = self.lang()
            delay = min(self.rng.expovariate(1 / 22), crisis["lasts"] * 24 - 1)
            source = self.place(lang)
            text = self.writer.post(self.words["themes"]["crisis"][lang], lang)
            root = origin.native_id if source is forum and self.rng.random() < 0.5 else ""
            when = onset + timedelta(hours=0.2 + delay)
            self.add(source, text, when, "crisis", self.author(30), root=root, parent=root)
        for hours, text in zip((3, 9), self.words["crisis_answers"]["en"], strict=True):
            said = self.writer.fill(text, "en")
            when = onset + timedelta(hours=hours)
            self.add(forum, said, when, "team", TEAM["en"], root=origin.native_id, parent=origin.native_id)

    def write_debates(self) -> None:
        for debate in self.facts["debates"]:
            for lang in ("en", "fr"):
                self._write_debate(debate, lang)

    def _write_debate(self, debate: dict[str, Any], lang: str) -> None:
        sides, key = self.words["debates"][debate["name"]], f"debate-{debate['name']}"
        source = self.place(lang, {"forum", "reddit"})
        start = self.moment(debate["start"], 9.0)
        opened = self.add(source, sides[f"question_{lang}"], start, key, self.author(60))
        camps = {"for": self.names[50:62], "against": self.names[70:84]}
        last = opened
        for step in range(52 if debate["name"] == "price" else 42):
            turn = ("for", "against")[step % 2]
            side = turn if self.rng.random() < 0.8 else self.rng.choice(("for", "against"))
            text = self.writer.post(sides[side][lang], lang, most=2, dress=self.rng.random() < 0.5)
            if side == sides["granted"]["side"] and step % 9 < 2:
                text += f" {sides['granted'][lang]}"
            when = start + timedelta(days=debate["lasts"] * (step + self.rng.random()) / 60)
            by = self.rng.choice(camps[side])
            parent = (last if self.rng.random() < 0.7 else opened).native_id
            last = self.add(source, text, when, f"{key}-{side}", by, root=opened.native_id, parent=parent)

    def write_tools(self) -> None:
        for tool in self.facts["tools"]:
            first = int(tool["first_seen"])
            for index in range(20):
                lang = self.lang()
                ago = first if index == 0 else self.rng.randrange(0, first)
                templates = self.words["tools"][lang]
                template = self.rng.choice(templates) if index else templates[0]
                version = str(self.rng.randrange(2, 9))
                said = self.writer.fill(template, lang, tool=tool["name"], what=tool[lang], v=version)
                craft, extra = self.words["themes"]["craft"][lang], ""
                if self.rng.random() < 0.4:
                    extra = self.writer.post(craft, lang, most=1, dress=False)
                source, when = self.place(lang), self.moment(ago, 6.0 if index == 0 else None)
                key = f"tool-{tool['name'].lower()}"
                self.add(source, f"{said} {extra}".strip(), when, key, self.author(ago))

    def write_questions(self) -> None:
        for index, question in enumerate(self.words["questions"]):
            for answered in (False, True):
                lang = ("en", "fr")[(index + answered) % 2]
                source = self.place(lang, {"forum"})
                ago = 5 + 9 * index + (4 if answered else 0)
                ending = self.rng.choice(self.words["endings"][lang])
                text = self.writer.fill(f"{question[lang]} {ending}", lang)
                when = self.moment(ago)
                key = "question-answered" if answered else "question-open"
                asked = self.add(source, text, when, key, self.author(ago), title=question[lang])
                if answered:
                    said = self.rng.choice(self.words["team"][lang])
                    when += timedelta(hours=5)
                    root = asked.native_id
                    self.add(source, said, when, "team", TEAM[lang], root=root, parent=root)

    def write_copies(self) -> None:
        longer = [item for item in self.posts if len(item[1].text) > 110 and "-origin" not in item[1].native_id]
        for source, post in self.rng.sample(longer, int(self.facts["copies"]["groups"])):
            assert post.published_at is not None
            for _ in range(self.rng.choice((1, 1, 2))):
                other = self.place(source.lang)
                if other is source:
                    other = next(s for s in SOURCES if s.lang == source.lang and s is not source)
                mark = "" if self.rng.random() < 0.5 else " (repost)" if source.lang == "en" else " (relayé)"
                when = min(post.published_at + timedelta(hours=self.rng.uniform(1, 60)), self.moment(0, 23.0))
                self.add(other, post.text + mark, when, f"copy-of-{post.native_id}", self.author(10))

    def write_conflict(self) -> None:
        conflict = self.facts["conflict"]
        for lang, lines in self.words["conflict"].items():
            source = next(s for s in SOURCES if s.lang == lang and s.kind == "forum")
            people = dict(zip("abc", self.names[120:123] if lang == "en" else self.names[123:126], strict=True))
            start = self.moment(conflict["start"][lang], 20.0)
            opening = parent = ""
            for step, (who, text) in enumerate(lines):
                when = start + timedelta(minutes=conflict["minutes"] * step)
                parent = self.add(source, text, when, "conflict", people[who], root=opening, parent=parent).native_id
                opening = opening or parent

    def write_mix(self) -> None:
        """Reviews whose places, not their tone, change: the negative share moves although nobody changed their mind."""
        mix, days = self.facts["mix"], self.days
        recent, usual = int(mix["days"]), int(mix["usual"])
        turns = [("negative", "positive")[n % 4 == 3] for n in range(4 * days)]
        often = [ago for ago in range(recent, days) for _ in range((ago + 1) * usual // 7 - ago * usual // 7)]
        times = [*often, *(1 + n % (recent - 1) for n in range(int(mix["then"])))]  # the last day is not over
        for n, ago in enumerate(sorted(times, reverse=True)):
            lang = ("en", "en", "en", "fr")[n // 4 % 4]
            source = next(s for s in SOURCES if s.lang == lang and s.kind == mix["kind"])
            text = self.writer.post(self.words["reviews"][turns[n]][lang], lang, most=2, dress=False)
            self.add(source, text, self.moment(ago), "mix", self.author(ago))

    def write_praise(self) -> None:
        weekly = int(self.facts["mix"]["kind_words"])
        for n in range(self.days * weekly // 7):
            lang, ago = "fr" if n % 6 == 5 else "en", n * 7 // weekly
            text = self.writer.post(self.words["praise"][lang], lang, most=2, dress=False)
            self.add(self.place(lang, {"forum", "mastodon"}), text, self.moment(ago), "praise", self.author(ago))

    def write_smalltalk(self) -> None:
        """What fills the community up: talk of its own, and replies to what stands there."""
        while len(self.posts) < int(self.facts["posts"]) - len(self.words["traps"]):
            lang = self.lang()
            source = self.place(lang, THREADED)
            ago = self.rng.randrange(self.days)
            lines = self.rng.sample(self.words["smalltalk"][lang], self.rng.choice((1, 2)))
            text = self.writer.fill(" ".join(lines), lang)
            by = self.author(ago)
            if self.rng.random() < 0.5:
                self.add(source, text, self.moment(ago), "talk", by)
                continue
            _, target = self.rng.choice([item for item in self.posts[:2_000] if item[0].lang == lang])
            assert target.published_at is not None
            when = min(target.published_at + timedelta(hours=self.rng.expovariate(1 / 8)), self.moment(0, 23.5))
            there = next(s for s in SOURCES if s.name == target.community)
            self.add(there, text, when, "talk", by, root=target.root_id, parent=target.native_id)

    def write_traps(self) -> None:
        """What looks like a finding and is none. Written last: what is drawn for the others stays as it was."""
        opened: dict[str, str] = {}
        for trap in self.words["traps"]:
            source = next(s for s in SOURCES if s.name == trap["place"])
            by = TEAM[trap["lang"]] if trap["by"] == "team" else self.names[trap["by"]]
            root = opened.get(trap.get("thread", ""), "")
            when, title = self.moment(trap["day"], trap["hour"]), trap.get("title", "")
            post = self.add(source, trap["text"], when, trap["key"], by, title=title, root=root, parent=root)
            if "thread" in trap:
                opened.setdefault(trap["thread"], post.native_id)

    def counted(self) -> list[tuple[DemoSource, NewPost]]:
        """All posts with how many replies each drew, the oldest first."""
        replies = Counter(post.parent_id for _, post in self.posts)
        posts = [
            (source, replace(post, engagement=replace(post.engagement, comments=replies[post.native_id])))
            for source, post in self.posts
        ]
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(posts, key=lambda item: (item[1].published_at or never, item[1].native_id))
