"""Generate the demo community: about 3,400 invented posts over 120 days ending on a given day.

The same moment and seed give the same posts; another day gives the same posts moved in time. Texts are
written by hand in `data/demo/material.toml`; what is planted is listed in `data/demo/truth.toml`.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from data.models import Engagement, NewPost
from data.settings import DEMO

SEED = 7
TEAM = {"en": "Brimelo team", "fr": "Équipe Brimelo"}


@dataclass(frozen=True, slots=True)
class DemoSource:
    """An invented place. `kind` is the network it stands for; weight says how much is written there."""

    kind: str
    name: str
    lang: str
    weight: float


SOURCES = (
    DemoSource("forum", "Brimelo Forum", "en", 6),
    DemoSource("forum", "Forum Brimelo francophone", "fr", 6),
    DemoSource("reddit", "r/smallclubs", "en", 5),
    DemoSource("reddit", "r/associations_fr", "fr", 4),
    DemoSource("mastodon", "Mastodon #nonprofit", "en", 3),
    DemoSource("mastodon", "Mastodon #associations", "fr", 3),
    DemoSource("bluesky", "Bluesky: Brimelo", "en", 3),
    DemoSource("bluesky", "Bluesky : bénévolat", "fr", 2),
    DemoSource("feed", "Ops & Tea (blog)", "en", 1.5),
    DemoSource("feed", "L'Atelier des assos (blog)", "fr", 1.5),
    DemoSource("youtube", "YouTube: club tutorials", "en", 1.5),
    DemoSource("reviews", "App store reviews", "en", 2),
    DemoSource("reviews", "Avis des magasins d'applications", "fr", 2),
)
THREADED = {"forum", "reddit", "mastodon", "bluesky", "youtube"}


@lru_cache(maxsize=1)
def material() -> dict[str, Any]:
    return tomllib.loads((DEMO / "material.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def truth() -> dict[str, Any]:
    """The planted facts."""
    return tomllib.loads((DEMO / "truth.toml").read_text(encoding="utf-8"))


@dataclass(slots=True)
class _Writer:
    """Puts posts together and remembers what it used, so that nothing repeats by accident."""

    rng: random.Random
    used: set[tuple[str, ...]]

    def fill(self, text: str, lang: str, **extra: str) -> str:
        slots = material()["slots"][lang]

        def one(found: re.Match[str]) -> str:
            name = found[1]
            return extra[name] if name in extra else str(self.rng.choice(slots[name]))

        return re.sub(r"\{(\w+)\}", one, text)

    def _near(self, parts: tuple[str, ...]) -> bool:
        """Whether one post's sentences contain another's: that would read as a copy."""
        mine = set(parts)
        return len(mine) > 1 and any(len(mine) != len(other) and len(mine & set(other)) > 1 for other in self.used)

    def post(self, pool: Sequence[str], lang: str, *, most: int = 3, dress: bool = True) -> str:
        for _ in range(80):
            count = min(len(pool), self.rng.choices((1, 2, 3), (1, 3, 8))[0], most)
            parts = tuple(sorted(self.rng.sample(list(pool), count)))
            if parts not in self.used and not self._near(parts):
                break
        self.used.add(parts)
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
    facts, words = truth(), material()
    days = int(facts["days"])
    today = now.astimezone(UTC).date()
    elapsed = (now - datetime(today.year, today.month, today.day, tzinfo=UTC)).total_seconds() / 86_400
    rng = random.Random(seed)
    writer = _Writer(rng, set())
    names = _authors(rng)
    by_lang = {lang: [s for s in SOURCES if s.lang == lang] for lang in ("en", "fr")}
    found: list[tuple[DemoSource, NewPost]] = []
    serial = 0

    def place(lang: str, kinds: set[str] | None = None) -> DemoSource:
        choices = [s for s in by_lang[lang] if kinds is None or s.kind in kinds]
        return rng.choices(choices, [s.weight for s in choices])[0]

    def moment(ago: int, hour: float | None = None) -> datetime:
        if hour is None:
            hour = rng.choices(
                range(24), [1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 8, 8, 7, 7, 6, 6, 6, 6, 7, 8, 9, 9, 7, 4, 2]
            )[0]
            hour += rng.random()
        start = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(days=ago)
        # The last day ends now: no demo post lies in the future.
        seconds = rng.randrange(60)
        return start + timedelta(hours=hour if ago else hour * 0.99 * elapsed, seconds=seconds if ago else 0)

    def author(ago: int) -> str:
        # A loyal core, regulars, and people who arrived in the last month.
        draw = rng.random()
        if draw < 0.22:
            return names[rng.randrange(18)]
        if ago < 30 and draw < 0.40:
            return names[300 + rng.randrange(120)]
        return names[18 + min(int(rng.expovariate(1 / 70)), 281)]

    def add(
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
        nonlocal serial
        serial += 1
        native = f"demo-{key}-{serial:04d}" if not key.endswith("origin") else f"demo-{key}"
        score = int(rng.paretovariate(1.3) * 2) if source.kind != "feed" else None
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
        found.append((source, post))
        return post

    volume = {
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
    for theme, kind in facts["themes"].items():
        weights = [_shape(kind, ago) for ago in range(days)]
        for index in range(volume[theme]):
            # Even spacing for most posts keeps a steady theme steady; the rest falls as it may.
            ago = rng.choices(range(days), weights)[0] if kind != "steady" else (index * days // volume[theme])
            lang = rng.choices(("en", "fr"), (11, 9))[0]
            source = place(lang)
            text = writer.post(words["themes"][theme][lang], lang)
            title = text.split(". ")[0].rstrip(".?!")[:90] if source.kind == "feed" else ""
            add(source, text, moment(ago), theme, author(ago), title=title)

    crisis = facts["crisis"]
    onset = moment(crisis["day"], crisis["hour"])
    forum = by_lang["en"][0]
    origin = add(
        forum,
        "Is it only us? Every shift in our Brimelo planning is gone since seven this morning, "
        "and tomorrow three hundred runners start in Leeds. The list of volunteers is empty too.",
        onset,
        crisis["origin"],
        names[40],
    )
    for _ in range(210):
        lang = rng.choices(("en", "fr"), (11, 9))[0]
        delay = min(rng.expovariate(1 / 22), crisis["lasts"] * 24 - 1)
        source = place(lang)
        text = writer.post(words["themes"]["crisis"][lang], lang)
        in_thread = source is forum and rng.random() < 0.5
        root = origin.native_id if in_thread else ""
        add(source, text, onset + timedelta(hours=0.2 + delay), "crisis", author(30), root=root, parent=root)

    for hours, text in zip((3, 9), words["crisis_answers"]["en"], strict=True):
        said = writer.fill(text, "en")
        when = onset + timedelta(hours=hours)
        add(forum, said, when, "team", TEAM["en"], root=origin.native_id, parent=origin.native_id)

    for debate in facts["debates"]:
        sides = words["debates"][debate["name"]]
        for lang in ("en", "fr"):
            source = place(lang, {"forum", "reddit"})
            start = moment(debate["start"], 9.0)
            opened = add(source, sides[f"question_{lang}"], start, f"debate-{debate['name']}", author(60))
            camps = {"for": names[50:62], "against": names[70:84]}
            last = opened
            for step in range(52 if debate["name"] == "price" else 42):
                side = ("for", "against")[step % 2] if rng.random() < 0.8 else rng.choice(("for", "against"))
                text = writer.post(sides[side][lang], lang, most=2, dress=rng.random() < 0.5)
                if side == sides["granted"]["side"] and step % 9 < 2:
                    text += f" {sides['granted'][lang]}"
                when = start + timedelta(days=debate["lasts"] * (step + rng.random()) / 60)
                last = add(
                    source,
                    text,
                    when,
                    f"debate-{debate['name']}-{side}",
                    rng.choice(camps[side]),
                    root=opened.native_id,
                    parent=(last if rng.random() < 0.7 else opened).native_id,
                )

    for tool in facts["tools"]:
        first = int(tool["first_seen"])
        for index in range(20):
            lang = rng.choices(("en", "fr"), (11, 9))[0]
            ago = first if index == 0 else rng.randrange(0, first)
            template = rng.choice(words["tools"][lang]) if index else words["tools"][lang][0]
            said = writer.fill(template, lang, tool=tool["name"], what=tool[lang], v=str(rng.randrange(2, 9)))
            extra = writer.post(words["themes"]["craft"][lang], lang, most=1, dress=False) if rng.random() < 0.4 else ""
            hour = 6.0 if index == 0 else None
            add(place(lang), f"{said} {extra}".strip(), moment(ago, hour), f"tool-{tool['name'].lower()}", author(ago))

    for index, question in enumerate(words["questions"]):
        for answered in (False, True):
            lang = ("en", "fr")[(index + answered) % 2]
            source = place(lang, {"forum"})
            ago = 5 + 9 * index + (4 if answered else 0)
            asked = add(
                source,
                writer.fill(f"{question[lang]} {rng.choice(words['endings'][lang])}", lang),
                moment(ago),
                "question-answered" if answered else "question-open",
                author(ago),
                title=question[lang],
            )
            if answered and asked.published_at is not None:
                add(
                    source,
                    rng.choice(words["team"][lang]),
                    asked.published_at + timedelta(hours=5),
                    "team",
                    TEAM[lang],
                    root=asked.native_id,
                    parent=asked.native_id,
                )

    longer = [item for item in found if len(item[1].text) > 110 and "-origin" not in item[1].native_id]
    for source, post in rng.sample(longer, int(facts["copies"]["groups"])):
        for _ in range(rng.choice((1, 1, 2))):
            other = place(source.lang)
            if other is source:
                other = next(s for s in by_lang[source.lang] if s is not source)
            text = (
                post.text if rng.random() < 0.5 else post.text + (" (repost)" if source.lang == "en" else " (relayé)")
            )
            assert post.published_at is not None
            when = min(post.published_at + timedelta(hours=rng.uniform(1, 60)), moment(0, 23.0))
            add(other, text, when, f"copy-of-{post.native_id}", author(10))

    conflict = facts["conflict"]
    for lang, lines in words["conflict"].items():
        source = next(s for s in by_lang[lang] if s.kind == "forum")
        people = dict(zip("abc", names[120:123] if lang == "en" else names[123:126], strict=True))
        start = moment(conflict["start"][lang], 20.0)
        opening = parent = ""
        for step, (who, text) in enumerate(lines):
            when = start + timedelta(minutes=conflict["minutes"] * step)
            parent = add(source, text, when, "conflict", people[who], root=opening, parent=parent).native_id
            opening = opening or parent

    mix = facts["mix"]
    recent, usual = int(mix["days"]), int(mix["usual"])
    turns = [("negative", "positive")[n % 4 == 3] for n in range(4 * days)]
    often = [ago for ago in range(recent, days) for _ in range((ago + 1) * usual // 7 - ago * usual // 7)]
    times = [*often, *(1 + n % (recent - 1) for n in range(int(mix["then"])))]  # the last day is not over
    for n, ago in enumerate(sorted(times, reverse=True)):
        lang = ("en", "en", "en", "fr")[n // 4 % 4]
        source = next(s for s in by_lang[lang] if s.kind == mix["kind"])
        text = writer.post(words["reviews"][turns[n]][lang], lang, most=2, dress=False)
        add(source, text, moment(ago), "mix", author(ago))
    for n in range(days * int(mix["kind_words"]) // 7):
        lang, ago = "fr" if n % 6 == 5 else "en", n * 7 // int(mix["kind_words"])
        text = writer.post(words["praise"][lang], lang, most=2, dress=False)
        add(place(lang, {"forum", "mastodon"}), text, moment(ago), "praise", author(ago))

    while len(found) < int(facts["posts"]):
        lang = rng.choices(("en", "fr"), (11, 9))[0]
        source = place(lang, THREADED)
        ago = rng.randrange(days)
        text = writer.fill(" ".join(rng.sample(words["smalltalk"][lang], rng.choice((1, 2)))), lang)
        by = author(ago)
        if rng.random() < 0.5:
            add(source, text, moment(ago), "talk", by)
            continue
        _, target = rng.choice([f for f in found[:2_000] if f[0].lang == lang])
        assert target.published_at is not None
        when = min(target.published_at + timedelta(hours=rng.expovariate(1 / 8)), moment(0, 23.5))
        add(
            next(s for s in SOURCES if s.name == target.community),
            text,
            when,
            "talk",
            by,
            root=target.root_id,
            parent=target.native_id,
        )
    replies: dict[str, int] = {}
    for _, post in found:
        if post.parent_id:
            replies[post.parent_id] = replies.get(post.parent_id, 0) + 1
    counted = [
        (s, replace(p, engagement=replace(p.engagement, comments=replies.get(p.native_id, 0)))) for s, p in found
    ]
    return sorted(
        counted, key=lambda item: (item[1].published_at or datetime.min.replace(tzinfo=UTC), item[1].native_id)
    )
