"""Whether an idea is ours to speak of: near to the brand, its places or its themes, and on no silent theme. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from insights.ideas.candidates import Candidate

# Ideas about ourselves, our people and our posts; all others are about what people speak of anywhere.
ABOUT_US = frozenset({"faq", "testimonial", "fixed", "words", "evergreen", "milestone", "member", "welcome"})
READ = 120  # posts of an idea that are looked at
TOUCHED = 0.2  # of its posts are about a theme to stay out of: so is the idea
NEAR = 0.15  # of its posts name us or a rival, stand in a place of ours, or hold a theme of ours
LEAST_NEAR = 3  # such posts,
LEAST_PEOPLE = 2  # and people who wrote them
MEANT = 0.5  # or what its posts say is so near to what posts about us say (cosine of their mean vectors)
LEAST_ABOUT_US = 10  # posts about us, fewer say too little of what we are about
OWN_MATTER = 0.5  # of its posts name us: it must be answered, heavy as it is
HEAVY = 0.9  # the risk of what touches such a theme and is still ours


@dataclass(frozen=True, slots=True)
class Reading:
    """What a post is to us: it names us, is near to us in another way, touches these themes to stay out of."""

    author: str = ""
    names_us: bool = False
    near: bool = False
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sorted:
    """Candidates to be shown, those on which to stay silent, those too far from us."""

    ours: list[Candidate]
    silent: list[Candidate]
    far: list[Candidate]


def sort_by_standing(items: Sequence[Candidate], posts: Mapping[int, Reading], likeness: Mapping[str, float]) -> Sorted:
    """Sort candidates by what their posts are to us; posts that are not in the mapping say nothing. `likeness`: key of
    a candidate -> how near its posts are to posts about us in meaning."""
    found = Sorted([], [], [])
    for item in items:
        held = [posts[post] for post in item.posts[:READ] if post in posts]
        touched = sum(bool(post.themes) for post in held)
        heavy = is_heavy(touched, len(held))
        if heavy and not _our_own_matter(held):
            found.silent.append(silent(item, held))
        elif item.kind in ABOUT_US or _is_near(held) or likeness.get(item.key, 0.0) >= MEANT:
            found.ours.append(
                replace(item, risk=HEAVY if heavy else max(item.risk, round(touched / max(1, len(held)), 3)))
            )
        else:
            found.far.append(item)
    return found


def is_heavy(touched: int, posts: int) -> bool:
    """Whether a subject is one to stay out of, from how many of its posts touch such a theme; one says nothing."""
    return touched >= max(2, TOUCHED * posts)


def _our_own_matter(held: Sequence[Reading]) -> bool:
    return sum(post.names_us for post in held) >= OWN_MATTER * max(1, len(held))


def _is_near(held: Sequence[Reading]) -> bool:
    near = [post for post in held if post.names_us or post.near]
    people = {post.author or str(place) for place, post in enumerate(near)}
    return len(near) >= max(LEAST_NEAR, NEAR * len(held)) and len(people) >= LEAST_PEOPLE


def silent(item: Candidate, held: Sequence[Reading]) -> Candidate:
    """A subject of the news on which to stay silent, with the themes that it touches, most frequent first."""
    themes = Counter(theme for post in held for theme in sorted(post.themes))
    least = 0.1 * max(themes.values(), default=0)
    named = tuple(theme for theme, number in themes.most_common(3) if number > least)
    facts = replace(item.facts, themes=named)
    return replace(item, kind="silent", key=f"silent:{item.key}", facts=facts, risk=1.0, formats=())
