"""How exports write a text or a count within a cell: read back to the words of their author."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from itertools import pairwise
from typing import Any

from sources.files.meaning.export import Wording

_SLACK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_REACTIONS = re.compile(r"\((\d{1,9})\)")
_MENTION_KEYS = ("display_name", "real_name", "name")


def plain_value(value: Any) -> str:
    """A cell as text. Whole numbers of a workbook have no point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def words_of(value: Any, wording: Wording, people: Mapping[str, str]) -> str:
    """The words in a cell. `people` names those whom a chat calls by number."""
    if wording == "pieces":
        return _pieces(value)
    text = plain_value(value) if not isinstance(value, (list, dict)) else _pieces(value)
    text = text.replace("\r\n", "\n")  # within a cell, lines end as the file's do
    match wording:
        case "entities":
            return unescape(text)
        case "segments":
            return _segments(text)
        case "slack":
            return _slack(text, people)
        case "shares":
            return _shares(text)
        case "latin1":
            return _latin1(text)
    return text


def _pieces(value: Any) -> str:
    """Telegram writes a text of one form as a string, of several as a list of strings and objects."""
    if isinstance(value, list):
        return "".join(_pieces(piece) for piece in value)
    if isinstance(value, Mapping):
        return _pieces(value.get("text", ""))
    return plain_value(value)


def _segments(text: str) -> str:
    """YouTube writes a comment as JSON: {"text": ...}, several apart by commas, or a list of them in an object."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        found = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        return text
    pieces: list[Any] = []
    for one in found:
        inner = next((v for v in one.values() if isinstance(v, list)), None) if isinstance(one, dict) else None
        pieces += inner if inner is not None else [one]
    if not all(isinstance(piece, dict) for piece in pieces):
        return text
    return "".join(_pieces(piece.get("text", "")) for piece in pieces)


def _shares(text: str) -> str:
    """LinkedIn puts a quote before and after each line break of a share."""
    lines = text.split("\n")
    if len(lines) < 2 or not all(a.endswith('"') and b.startswith('"') for a, b in pairwise(lines)):
        return text
    first, *middle, last = lines
    inner = (line[1:-1] if len(line) > 1 else "" for line in middle)
    return "\n".join((first[:-1], *inner, last[1:]))


def _slack(text: str, people: Mapping[str, str]) -> str:
    def told(match: re.Match[str]) -> str:
        what, label = match[1], match[2]
        if what[0] == "@":
            return "@" + (people.get(what[1:]) or label or what[1:])
        if what[0] == "#":
            return "#" + (label or people.get(what[1:]) or what[1:])
        if what[0] == "!":
            return (
                label if label and what.startswith("!date") else "@" + (label or what[1:].partition("^")[0]).lstrip("@")
            )
        link = what.removeprefix("mailto:")
        return label if label else link

    return unescape(_SLACK.sub(told, text))


def _latin1(text: str) -> str:
    """Meta writes the bytes of UTF-8 as if each were a character: put together again where they are such bytes."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def reactions(value: Any) -> int | None:
    """How many reacted: of a list of reactions with their counts, or of `👍 (3),❤ (1)`."""
    if isinstance(value, list):
        counts = [one.get("count") for one in value if isinstance(one, Mapping)]
        whole = [count for count in counts if isinstance(count, int) and not isinstance(count, bool)]
        return sum(whole) if whole else None
    found = _REACTIONS.findall(plain_value(value))
    return sum(map(int, found)) if found else None


def person_of(user: Mapping[str, Any]) -> str:
    """How a member of a Slack workspace is called."""
    profile = user.get("profile")
    for place in (profile if isinstance(profile, Mapping) else {}, user):
        for key in _MENTION_KEYS:
            if isinstance(place.get(key), str) and place[key].strip():
                return str(place[key]).strip()
    return ""


_LANGUAGES = {
    "english": "en", "anglais": "en", "englisch": "en", "french": "fr", "francais": "fr", "franzosisch": "fr",
    "german": "de", "allemand": "de", "deutsch": "de", "spanish": "es", "espagnol": "es", "spanisch": "es",
    "italian": "it", "italien": "it", "italienisch": "it", "portuguese": "pt", "portugais": "pt", "portugiesisch": "pt",
    "dutch": "nl", "neerlandais": "nl", "niederlandisch": "nl", "arabic": "ar", "arabe": "ar", "arabisch": "ar",
    "japanese": "ja", "japonais": "ja", "japanisch": "ja", "chinese": "zh", "chinois": "zh", "chinesisch": "zh",
    "korean": "ko", "coreen": "ko", "koreanisch": "ko", "russian": "ru", "russe": "ru", "russisch": "ru",
    "polish": "pl", "polonais": "pl", "polnisch": "pl", "turkish": "tr", "turc": "tr", "turkisch": "tr",
    "swedish": "sv", "suedois": "sv", "danish": "da", "danois": "da", "norwegian": "no", "norvegien": "no",
    "finnish": "fi", "finnois": "fi", "greek": "el", "grec": "el", "czech": "cs", "tcheque": "cs",
    "hungarian": "hu", "hongrois": "hu", "romanian": "ro", "roumain": "ro", "ukrainian": "uk", "ukrainien": "uk",
    "catalan": "ca", "hebrew": "he", "hindi": "hi", "indonesian": "id", "indonesien": "id", "thai": "th",
    "vietnamese": "vi", "vietnamien": "vi", "castellano": "es", "espanol": "es", "portugues": "pt", "italiano": "it",
}  # fmt: skip
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_LONG = {
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "deu": "de",
    "ger": "de",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "nld": "nl",
}
_NO_LANGUAGE = {"un", "und", "zxx", "qme", "qst", "qht", "mul", "mis", "xx", "art"}


def language_of(value: str) -> str:
    """A code of two letters of what a column of languages says; "" where it says none."""
    from sources.files.meaning.names import fold

    named = _LANGUAGES.get(fold(value).partition(" ")[0], "")
    if named:
        return named
    code = _CODE.fullmatch(value.strip())
    if code is None or code[1].lower() in _NO_LANGUAGE:
        return ""
    short = code[1].lower()
    return short if len(short) == 2 else _LONG.get(short, "")
