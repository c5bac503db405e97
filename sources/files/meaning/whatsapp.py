"""Texts that are read line by line: a chat of WhatsApp, and lists of "Name: value" as TikTok writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sources.files.rows import BadRow
from sources.files.text_lines import CHAT_HEAD, PHONE_MARKS

_HEAD = re.compile(rf"{CHAT_HEAD}(.*)", re.IGNORECASE | re.DOTALL)
_SAID = re.compile(r"([^:\n]{1,100}?)\s?:(?:\s|\Z)(.*)", re.DOTALL)
_EDITED = re.compile(
    rf"[\s{PHONE_MARKS}]*<(?:This message was edited|Ce message a été modifié"
    r"|Diese Nachricht wurde bearbeitet)\.?>\s*\Z",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:this message was deleted|you deleted this message|ce message a été supprimé|vous avez supprimé ce message"
    r"|cet? message (?:est|a été) (?:effacé|supprimé)|diese nachricht wurde gelöscht|du hast diese nachricht gelöscht"
    r"|se eliminó este mensaje|eliminaste este mensaje|questo messaggio è stato eliminato|mensagem apagada"
    r"|message deleted by admin.*|ce message a été supprimé par .*)\.?",
    re.IGNORECASE,
)
_OMITTED = re.compile(
    r"<[^<>\n]{0,40}?(?:omitted|omis|omise|omises|ausgeschlossen|ausgelassen|weggelassen|omitidos?|omitida|omesso|omessa"
    r"|weggelaten)>|(?:[\w-]+ ){0,3}?(?:omitted|omise?|absente?|weggelassen|omitid[oa]|omess[oa]|weggelaten)"
    r"|<?(?:attached|pièce jointe|fichier joint|anhang|adjunto|allegato) ?:[^\n>]*>?"
    r"|[^\n]{1,200}\((?:file attached|fichier joint|datei angehängt|archivo adjunto|file allegato)\)"
    r"|null|(?:missed|appel|verpasster) (?:voice |video |vocal |vidéo )?(?:call|manqué|anruf).*"
    r"|view once (?:message|photo|video).*",
    re.IGNORECASE,
)
_FILE = re.compile(r"[^\n]{1,120}\.[a-z0-9]{2,5}", re.IGNORECASE)
_NOTICE = re.compile(
    r".*(?:end-to-end encrypted|chiffrés? de bout en bout|ende-zu-ende-verschlüssel|cifrados de extremo a extremo"
    r"|security code|code de sécurité|sicherheitsnummer|created (?:this )?group|a créé (?:le |ce )?groupe"
    r"|hat die gruppe|changed the (?:subject|group)|changed this group|a changé (?:le|l'icône|la|les)|a modifié"
    r"|(?:joined|added|removed|left|est parti|a quitté|a rejoint|a ajouté|a retiré|beigetreten|hinzugefügt|verlassen)"
    r"(?: using| via| \S+)?\b).*",
    re.IGNORECASE | re.DOTALL,
)
_SURE = re.compile(
    r"(?:messages and calls are end-to-end|les messages et (?:les )?appels sont chiffrés|nachrichten und anrufe sind"
    r"|les messages que vous envoyez|messages to this (?:chat|group)|nachrichten in diesem chat).*",
    re.IGNORECASE | re.DOTALL,
)
_DAY_FIRST = re.compile(
    r"chiffrés|omis>|omise>|supprimé|fichier joint|verschlüssel|ausgeschlossen|weggelassen|gelöscht", re.IGNORECASE
)
_PAIR = re.compile(r"([A-Z][\w' ()-]{0,40}): ?(.*)")

Line = tuple[int, Any]
Row = tuple[int, Mapping[str, Any] | BadRow]


def is_day_first(lines: Iterable[str]) -> bool:
    """Whether the phone spoke a language that writes the day first."""
    return any(_DAY_FIRST.search(line) for line in lines)


def chat_rows(lines: Iterable[Line]) -> Iterator[Row]:
    """Messages of a chat, with the number of the line that each begins on; notices and media are left out."""
    begun: tuple[int, str, list[str]] | None = None
    for number, line in lines:
        if isinstance(line, BadRow):
            yield number, line
            continue
        match = _HEAD.match(line)
        if match is None:
            if begun is not None:
                begun[2].append(line)
            elif line.strip():
                yield number, BadRow(number, "notice")
            continue
        if begun is not None:
            yield _message(*begun)
        begun = (number, f"{match[1]} {match[2]}".replace("\u202f", " ").replace("\xa0", " "), [match[3]])
    if begun is not None:
        yield _message(*begun)


def _message(number: int, stamp: str, lines: list[str]) -> Row:
    whole = "\n".join(lines).rstrip("\n")
    said = _SAID.fullmatch(whole)
    if said is None or (whole.startswith(tuple(PHONE_MARKS)) and _NOTICE.fullmatch(whole)):
        return number, BadRow(number, "notice")
    author, text = said[1].strip(PHONE_MARKS + " ~\u00a0\u202f"), said[2]
    is_marked = text.startswith(tuple(PHONE_MARKS))  # how phones of Apple mark what nobody wrote
    text = _EDITED.sub("", text.strip(PHONE_MARKS))
    first, _, rest = text.partition("\n")
    if _GONE.fullmatch(first.strip(PHONE_MARKS + " ")):
        return number, BadRow(number, "removed")
    if _SURE.match(text) or (is_marked and _NOTICE.fullmatch(text)):
        return number, BadRow(number, "notice")
    if _OMITTED.fullmatch(first.strip(PHONE_MARKS + " ")):
        text = "" if _FILE.fullmatch(rest.strip()) else rest
        if not text.strip():
            return number, BadRow(number, "media")
    return number, {"whatsapp date": stamp, "author": author, "text": text}


def is_pairs(lines: Iterable[str]) -> bool:
    """Whether these first lines are "Name: value", with empty lines between what belongs together."""
    filled = [line for line in lines if line.strip()]
    return len(filled) > 1 and sum(_PAIR.match(line) is not None for line in filled) > 0.6 * len(filled)


def pair_rows(lines: Iterable[Line]) -> Iterator[Row]:
    """What stands between empty lines, as one row; a line without a name goes on with the value before it."""
    row: dict[str, Any] = {}
    start, last = 0, ""
    for number, line in lines:
        if isinstance(line, BadRow):
            yield number, line
            continue
        match = _PAIR.match(line)
        if match and match[1] in row:  # a next one begins, with or without an empty line
            yield start, row
            row = {}
        if match:
            start, last = (start if row else number), match[1]
            row[last] = match[2].strip()
        elif line.strip() and row:
            row[last] = f"{row[last]}\n{line}"
        elif row and len(row) > 1:
            yield start, row
            row = {}
    if row:
        yield start, row
