"""Which column of a file gives which field: by the export's form, else by names and contents; a person confirms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sources.files.dates import Order, date_form
from sources.files.meaning.export import Export, listed
from sources.files.meaning.names import fold
from sources.files.meaning.wording import plain_value
from sources.files.numbers import number_form, read_number

Why = Literal["export", "name", "contents", "person", "none"]
COUNTS = ("score", "comments", "views", "shares")

# What each field is called in the tables that people bring, in order of preference: English, French, German.
NAMES: dict[str, tuple[str, ...]] = {
    field: listed(names)
    for field, names in {
        "text": "text, full text, post text, tweet text, post message, message text, comment text, review text, "
        "review content, review body, texte, texte du message, texte du commentaire, message, body, content, contenu, "
        "inhalt, post content, post, selftext, comment, commentaire, kommentar, tweet, review, avis, bewertung, "
        "verbatim, verbatims, caption, legende, answer, reponse libre, antwort, feedback, nachricht, beitrag, "
        "beitragstext, publication, description, beschreibung, snippet, extrait, hit sentence, mention, "
        "commentaire client, remarques, remarque, opinion, temoignage",
        "date": "date, published at, published, publication date, publish date, publish time, published date, "
        "created at, created, created time, creation date, creation time, date created, post date, posted at, posted, "
        "post created, date de publication, date de creation, date du message, date et heure, date heure, "
        "datetime, date time, timestamp, horodatage, horodateur, unix timestamp, created utc, submitted at, "
        "date utc, date gmt, review date, date of review, heure de publication, datum, erstellt am, "
        "veroffentlicht am, veroffentlichungsdatum, erstellungsdatum, zeitstempel, zeitpunkt, time, heure, zeit, "
        "submission date, date de soumission, submitted, date submitted, submit date, submit date utc, "
        "completion time, heure de fin, fertigstellungszeit, end date, start time, heure de debut, startzeit, "
        "start date, response date, date de l avis, date du commentaire, jour, day, tag",
        "hour": "time, hour, heure, uhrzeit, zeit, hour of day, time of day, heure de publication, post time",
        "author": "author, auteur, autor, author name, author username, nom de l auteur, user, username, user name, "
        "utilisateur, nom d utilisateur, benutzer, benutzername, screen name, user screen name, handle, author handle, "
        "account, compte, konto, from, de, von, sender, expediteur, absender, reviewer, reviewer name, consumer, "
        "pseudo, pseudonyme, name, nom, nom complet, full name, display name, nickname, profile, profil, verfasser, "
        "page name, respondent, repondant, participant, customer, client, customer name, client name, "
        "nom du client, kunde, kundenname, name des kunden, nom de l utilisateur, owner username, author full name, "
        "demandeur, requester, requester name, anfrager",
        "title": "title, titre, titel, headline, subject, sujet, objet, betreff, review title, titre de l avis, "
        "post title, uberschrift, thema",
        "url": "permalink, permalien, post url, post link, post permalink, tweet url, tweet permalink, message url, "
        "comment url, review url, permanent link, url du post, lien du post, lien de la publication, url, link, "
        "lien, "
        "adresse, web url, uri, href, source url, webadresse",
        "id": "id, post id, tweet id, message id, comment id, review id, mention id, identifiant, "
        "native id, guid, uuid, "
        "uri, response id, respondent id, id de reponse, numero, nummer, no, kennung, beitrags id",
        "lang": "lang, language, langue, sprache, language code, post language, code langue",
        "community": "community, subreddit, forum, page, page name, group, group name, groupe, gruppe, channel, canal, "
        "chaine, kanal, source name, source, nom de la source, site, quelle, place, board, network, reseau, plattform, "
        "platform, plateforme",
        "score": "score, likes, like count, likes count, nombre de likes, j aime, mentions j aime, nombre de j aime, "
        "reactions, reaction count, total reactions, favorites, favourites, favorite count, favoris, "
        "upvotes, up votes, "
        "points, votes, total likes, gefallt mir, gefallt mir angaben, reaktionen, num likes, "
        "total de j aime, total des j aime",
        "comments": "comments, replies, reply count, comment count, comments count, num comments, total comments, "
        "nb commentaires, nombre de commentaires, commentaires, reponses, nombre de reponses, kommentare, antworten, "
        "anzahl kommentare, total des commentaires",
        "shares": "shares, share count, shares count, retweets, retweet count, reposts, repost count, partages, "
        "nombre de partages, republications, boosts, total shares, geteilt, teilungen, forwards, "
        "total des partages",
        "views": "views, view count, views count, vues, nombre de vues, impressions, impressionen, total views, plays, "
        "play count, aufrufe, reach, portee, couverture, reichweite, "
        "total des vues",
        "parent": "parent, parent id, in reply to, in reply to id, reply to, reply to id, en reponse a, "
        "parent comment id, "
        "antwort auf, reponse a",
        "reply": "company reply, owner response, owner reply, developer response, developer reply, "
        "developer reply text, "
        "business response, business reply, company response, merchant reply, seller reply, brand reply, our reply, "
        "response from owner text, response from the owner, management response, reponse de l entreprise, "
        "reponse du proprietaire, reponse de la societe, reponse de la marque, reponse du developpeur, "
        "reponse du commercant, notre reponse, reponse de l etablissement, antwort des unternehmens, "
        "antwort des inhabers, antwort des entwicklers, unsere antwort, reply text, response text, reply, response, "
        "reponse, antwort",
        "reply_date": "company reply date, company reply date utc, owner response date, developer response date, "
        "developer reply date, developer reply date and time, business response date, company response date, "
        "response from owner date, reply date, response date, date de reponse, date de la reponse, antwortdatum, "
        "datum der antwort, replied at",
    }.items()
}
FIELDS = tuple(NAMES)
_STARS = frozenset(
    listed("rating, stars, star rating, review stars, note, etoiles, nombre d etoiles, sterne, bewertung sterne")
)
_MARKS = frozenset(listed("score, points, votes"))
_OF_COMPANY = ("company", "owner", "developer", "business", "merchant", "seller", "brand", "our", "management",
               "entreprise", "proprietaire", "societe", "marque", "developpeur", "commercant", "notre",
               "etablissement", "unternehmens", "inhabers", "entwicklers", "unsere")  # fmt: skip
_HOUR = re.compile(r"\d{1,2}\s?[:hH.]\s?\d{2}.{0,12}|\d{1,2}\s?[ap]\.?m\.?", re.IGNORECASE)
_LONG_WORDS = 20  # characters that a wordy column has on average


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which column gives which field, as guessed and as a person corrects it.

    `order`: which comes first in 03/04, "day" or "month"; "" as the rows say. `asks`: they do not say, and a person
    must. `ours`: whether we said what the file holds; None as its export is. `why`: field -> what it was taken by.
    """

    columns: Mapping[str, str]
    order: Order = ""
    network: str = ""  # whose export it is, where that is known
    export: str = ""  # and which one, in words
    why: Mapping[str, Why] = field(default_factory=dict)
    asks: bool = False
    ours: bool | None = None

    def problem(self) -> str:
        """Why an import cannot start with this mapping; empty when it can."""
        if not (self.columns.get("text") or self.columns.get("title")):
            return "no_text_column"
        return ""


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns of each field, the first that holds something counts, and why the first was taken."""

    columns: Mapping[str, tuple[str, ...]]
    why: Mapping[str, Why]


def fields_of_export(one: Export, columns: Sequence[str]) -> Fields:
    """The columns of a part by the export's form."""
    folded: dict[str, str] = {}
    for column in columns:
        folded.setdefault(fold(column), column)
    found = {name: tuple(folded[known] for known in names if known in folded) for name, names in one.columns.items()}
    kept = {name: names for name, names in found.items() if names}
    return Fields(kept, dict.fromkeys(kept, "export"))


def guess_fields(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], now: datetime) -> Fields:
    """The columns of a table of no known form: by their names where their contents agree, else by their contents."""
    values = {c: [row[c] for row in rows if c in row and plain_value(row[c]).strip()] for c in columns}
    looks = {c: _Look.of(values[c], fold(c), now) for c in columns}
    names: dict[str, list[str]] = {}
    for given in columns:
        names.setdefault(fold(given), []).append(given)
        last = fold(given.rpartition(".")[2])
        if last != fold(given) and not last.isdecimal():
            names.setdefault(last, []).append(given)
    chosen: dict[str, str] = {}
    why: dict[str, Why] = {}
    for name in ("date", "url", "text", *(f for f in FIELDS if f not in {"date", "url", "text"})):
        column: str | None = next(
            (
                c
                for known in NAMES[name]
                for c in names.get(known, ())
                if c not in chosen.values() and looks[c].may_be(name)
            ),
            None,
        )
        if column is not None:
            chosen[name], why[name] = column, "name"
    _by_contents(chosen, why, looks)
    is_review = bool(_STARS & {fold(c) for c in columns})
    if "reply" in chosen and not is_review and not any(w in fold(chosen["reply"]).split() for w in _OF_COMPANY):
        del chosen["reply"], why["reply"]
    if is_review and "score" in chosen and fold(chosen["score"]) in _STARS:
        del chosen["score"], why["score"]  # stars are no likes
    if chosen.get("text", "").endswith("?") and fold(chosen.get("score", "")) in _MARKS:
        del chosen["score"], why["score"]  # nor is the mark that an answer to a question goes with
    if "reply" not in chosen:
        chosen.pop("reply_date", None)
    if "date" not in chosen:
        chosen.pop("hour", None)
    return Fields({name: (column,) for name, column in chosen.items()}, {n: why[n] for n in chosen})


def _by_contents(chosen: dict[str, str], why: dict[str, Why], looks: Mapping[str, _Look]) -> None:
    """Fill what no name gave; and where a column is a text by its name alone, see whether another is wordy."""
    free = [c for c in looks if c not in chosen.values()]
    if "date" not in chosen:
        column = next((c for c in free if looks[c].is_date), None)
        if column is not None:
            chosen["date"], why["date"] = column, "contents"
            free.remove(column)
    wordy = [c for c in free if looks[c].is_wordy]
    if not wordy and "text" not in chosen and "title" not in chosen:  # short answers to a question are a text, too
        wordy = [c for c in free if c.rstrip().endswith("?") and looks[c].is_spaced and looks[c].may_be("text")]
    longest = max(wordy, key=lambda c: looks[c].length, default=None)
    text = chosen.get("text")
    if longest is not None and (
        text is None or (not looks[text].is_wordy and looks[longest].length > 3 * looks[text].length)
    ):
        if "title" in chosen and text is None and looks[longest].length < looks[chosen["title"]].length:
            return
        chosen["text"], why["text"] = longest, "contents"


def _is_hour(text: str) -> bool:
    return _HOUR.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class _Look:
    """What the values of a column are like."""

    empty: bool
    is_date: bool
    is_named_date: bool
    is_link: bool
    is_number: bool
    is_count: bool
    is_hour: bool
    is_constant: bool
    is_spaced: bool
    is_wordy: bool
    length: float

    @staticmethod
    def of(values: Sequence[Any], name: str, now: datetime) -> _Look:
        texts = [plain_value(value).strip() for value in values]
        many = len(texts)
        form = number_form(values)
        counts = sum(read_number(value, form) is not None for value in values)
        links = sum(text.startswith(("http://", "https://", "www.")) and " " not in text for text in texts)
        numbers = sum(text.replace(".", "").replace(",", "").lstrip("-").isdecimal() for text in texts)
        length = sum(map(len, texts)) / many if many else 0.0
        is_date = many > 0 and date_form(values, now=now, named_date=False) is not None
        named = is_date or (many > 0 and date_form(values, now=now, named_date=True) is not None)
        spaced = sum(" " in text for text in texts)
        holds_lists = any(isinstance(value, list) for value in values)  # what holds others says nothing itself
        plain = bool(many) and not holds_lists and links < 0.5 * many and numbers < 0.5 * many and not is_date
        is_constant = many > 3 and len(set(texts)) == 1
        is_spaced = spaced > 0.4 * many
        wordy = plain and length > _LONG_WORDS and is_spaced and not is_constant
        is_id = name.endswith((" id", " ids")) or name == "id"
        return _Look(
            not many, is_date, named, many > 0 and links > 0.5 * many, many > 0 and numbers > 0.8 * many,
            many > 0 and counts >= 0.5 * many,
            many > 0 and sum(map(_is_hour, texts)) > 0.5 * many, is_constant, is_spaced,
            wordy and not is_id, length,
        )  # fmt: skip

    def may_be(self, name: str) -> bool:
        """Whether its contents allow it to be this field."""
        if self.empty:
            return name not in {"text", "date", "title"}
        if name in {"text", "title", "reply"}:
            return not (self.is_link or self.is_number or self.is_date) and not (self.is_constant and name != "reply")
        if name in {"date", "reply_date"}:
            return self.is_named_date
        if name in COUNTS:
            return self.is_count
        if name == "url":
            return self.is_link
        if name == "hour":
            return self.is_hour
        if name == "author":
            return not (self.is_link or self.is_wordy)
        if name == "community":
            return not self.is_number and not self.is_wordy
        return not (name in {"id", "lang", "parent"} and self.is_wordy)
