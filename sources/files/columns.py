"""Which column of a file gives which field: guessed from names and contents, then confirmed by a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sources.files.dates import are_day_first, parse_date
from sources.files.exports import known_export

# What each field is called in the exports people bring, in order of preference.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text",
        "texte",
        "message",
        "content",
        "contenu",
        "body",
        "post",
        "post text",
        "full text",
        "comment",
        "commentaire",
        "tweet",
        "caption",
        "legende",
        "description",
        "snippet",
        "verbatim",
        "selftext",
    ),
    "date": (
        "date",
        "published at",
        "published",
        "created at",
        "created",
        "created time",
        "date de publication",
        "publish date",
        "post date",
        "timestamp",
        "time",
        "datetime",
        "horodatage",
        "created utc",
        "heure",
    ),
    "author": (
        "author",
        "auteur",
        "user",
        "username",
        "user name",
        "utilisateur",
        "screen name",
        "account",
        "compte",
        "from",
        "name",
        "nom",
        "profile",
        "handle",
    ),
    "title": ("title", "titre", "headline", "subject", "sujet", "objet"),
    "url": ("url", "link", "lien", "permalink", "post url", "tweet url", "permanent link", "adresse"),
    "id": ("id", "post id", "tweet id", "message id", "comment id", "identifiant", "native id", "uri", "guid"),
    "lang": ("lang", "language", "langue"),
    "community": (
        "community",
        "subreddit",
        "forum",
        "page",
        "page name",
        "group",
        "groupe",
        "source",
        "channel",
        "canal",
    ),
    "score": ("score", "likes", "reactions", "favorites", "favourites", "like count", "j aime", "upvotes", "points"),
    "comments": ("comments", "replies", "reply count", "comment count", "reponses", "num comments"),
    "shares": ("shares", "retweets", "reposts", "partages", "share count", "boosts"),
    "views": ("views", "impressions", "vues", "reach", "portee", "view count"),
    "parent": ("parent", "parent id", "in reply to", "in reply to id", "reply to", "en reponse a"),
}
FIELDS = tuple(NAMES)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which column gives which field. `day_first` reads 03/04 as 3 April."""

    columns: dict[str, str]
    day_first: bool = True
    network: str = ""  # whose export it is, where that is known
    export: str = ""  # and which one, in words

    def problem(self) -> str:
        """Why an import cannot start with this mapping; empty when it can."""
        if not (self.columns.get("text") or self.columns.get("title")):
            return "no_text_column"
        return ""


def _fold(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower()).strip()


def guess_mapping(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Mapped:
    """Match columns to fields by their names, then by what they hold."""
    folded = {column: _fold(column) for column in columns}
    chosen: dict[str, str] = {}
    export = known_export(folded.values())
    wanted = NAMES if export is None else {field: export.columns.get(field, ()) for field in NAMES}
    for field, names in wanted.items():
        for name in names:
            match = next((c for c in columns if folded[c] == name and c not in chosen.values()), None)
            if match:
                chosen[field] = match
                break
    if export is not None and "text" in chosen:
        dates = [str(r.get(chosen.get("date", "")) or "") for r in rows]
        return Mapped(chosen, are_day_first(dates), export.network, export.name)
    free = [c for c in columns if c not in chosen.values()]
    values = {c: [str(r.get(c) or "") for r in rows if r.get(c)] for c in columns}
    if "date" not in chosen:
        for column in free:
            sample = values[column][:50]
            if sample and sum(parse_date(v) is not None for v in sample) > 0.8 * len(sample):
                chosen["date"] = column
                free.remove(column)
                break
    if "text" not in chosen and "title" not in chosen:
        long = {c: sum(map(len, values[c])) / len(values[c]) for c in free if values[c]}
        wordy = {c: size for c, size in long.items() if size > 20 and any(" " in v for v in values[c][:20])}
        if wordy:
            chosen["text"] = max(wordy, key=lambda c: wordy[c])
    sample = values.get(chosen.get("date", ""), [])
    return Mapped(chosen, day_first=are_day_first(sample))
