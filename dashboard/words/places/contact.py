"""The first words to say in a place: as the house, openly, and by the rule of the place, which is quoted."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.words.language import _, current, in_quotes, speaking
from data.inbox.tone import HouseTone
from data.places.listing import Venue
from insights.ideas.networks import CHANNELS
from insights.places.promotion import HOW, Said, verdict

# Where one writes as on a network that Vigie knows to count; the others are rooms, read as one line.
CHANNEL_OF = {
    "reddit": "reddit",
    "lemmy": "reddit",
    "discourse": "forum",
    "forum": "forum",
    "stackexchange": "forum",
    "github": "forum",
    "list": "forum",
    "site": "forum",
    "group": "facebook",
}
ROOMS = frozenset({"discord", "slack", "telegram", "matrix"})
TAGGED = {"bsky.app": "bluesky", "x.com": "x", "www.instagram.com": "instagram"}


@dataclass(frozen=True, slots=True)
class House:
    """Who writes: the name of the house, its brand, how it speaks."""

    name: str
    brand: str
    tone: HouseTone


@dataclass(frozen=True, slots=True)
class Contact:
    """A first message. `to` is "moderators" or "place"; `title` is empty where the place has none; `rule` is the
    sentence that it follows, word for word; `over` is by how many signs it is too long there."""

    to: str
    title: str
    text: str
    rule: str
    channel: str
    over: int = 0


def channel_of(place: Venue) -> str:
    """The network whose form a message to this place takes; "" for a room."""
    if place.kind == "hashtag":
        return next((channel for host, channel in TAGGED.items() if f"//{host}/" in place.address), "mastodon")
    return CHANNEL_OF.get(place.kind, "")


def language_for(place: Venue) -> str:
    """French or English: the language of the place where it is one of these, else English."""
    return place.there.lang if place.there is not None and place.there.lang in {"en", "fr"} else "en"


def first_contact(place: Venue, said: list[Said], house: House) -> Contact:
    """A draft for this place, in its language. Where its rules forbid promotion, or were not read, it goes to those who
    keep the place and asks; else it may stand there."""
    with speaking(language_for(place)):
        return _written(place, said, house)


def _written(place: Venue, said: list[Said], house: House) -> Contact:
    how = verdict(said)
    rule = next((one.text for kind in HOW for one in said if one.how == kind), "")
    channel = channel_of(place)
    if place.kind == "stackexchange":
        return _answer(rule, house, channel)
    asks = not place.rules or how == "forbids"
    greeting = _("Hello,") if channel in {"forum", "reddit", "facebook"} else _("Hello!")
    parts = [_who(house), _what_holds(place, rule, how)]
    if asks:
        parts.append(
            _(
                "People here speak of what we work on. May we answer their questions, under our name and without a "
                "link? If you would rather that we only read, we will."
            )
        )
        title = _("A question before we write here")
    else:
        parts += [_("[What brings us here: one question of yours that we can help with]"), _help()]
        title = _("[Your question, as people here would ask it], from the team of {brand}").format(brand=house.brand)
    # A hashtag has nobody to ask: what stands under it is asked of those who keep the server.
    return _formed(channel, "moderators" if asks else "place", title, greeting, parts, rule, house)


def _who(house: House) -> str:
    if house.name and house.name.casefold() != house.brand.casefold():
        return _("We are {house}, who make {brand}.").format(house=house.name, brand=house.brand)
    return _("We are the team of {brand}.").format(brand=house.brand)


def _what_holds(place: Venue, rule: str, how: str) -> str:
    if not place.rules:
        return _("We looked for your rules and found none that we could read.")
    if not rule:
        return _("We read your rules: no advertising from us, and no link unless somebody asks for one.")
    quoted = in_quotes(rule)
    if how == "forbids":
        return _("Your rules say: {rule} We keep to it, and post nothing of ours.").format(rule=quoted)
    return _("Your rules say: {rule} We keep to it.").format(rule=quoted)


def _help() -> str:
    return _("Ask us what you like about it; we answer under our name, and say so when we do not know.")


def _answer(rule: str, house: House, channel: str) -> Contact:
    """Where one does not introduce oneself: an answer that says whose product it is."""
    text = "\n\n".join(
        [
            _("[The answer to one question, complete without any link]"),
            _("For openness: {who}").format(who=_who(house)),
        ]
    )
    return Contact("place", "", text, rule, channel)


def _formed(channel: str, to: str, title: str, greeting: str, parts: list[str], rule: str, house: House) -> Contact:
    """The parts in the form of the channel: letters have paragraphs, rooms and short posts one line. A text that is too
    long loses its greeting, then its last sentence; what is quoted is never cut."""
    signature = house.tone.signature_in(current()) or house.name or house.brand
    if channel in {"forum", "reddit", "facebook"}:
        return Contact(to, title, "\n\n".join([greeting, *parts, signature]), rule, channel)
    held = CHANNELS.get(channel)
    lines = [greeting, *parts]
    if held is None or not held.limit:
        return Contact(to, "", " ".join(lines), rule, channel)
    for shorter in (lines, lines[1:], lines[1:-1]):
        text = " ".join(shorter)
        if held.length(text) <= held.limit:
            return Contact(to, "", text, rule, channel)
    return Contact(to, "", text, rule, channel, held.length(text) - held.limit)
