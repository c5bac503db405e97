"""Quotes, emphasis, addresses and markup in what a model wrote: each must stand in a post that the sentence names."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

# Opening sign -> signs that close it. German and Danish marks open with what closes elsewhere.
_PAIRS = {
    "“": "”“",
    "„": "“”„",
    "‟": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "〈": "〉",
    "《": "》",
    "〝": "〞〟",
    "＂": "＂",
    '"': '"',
    "″": "″",
    "‚": "‘’",
    "‘": "’",
    "`": "`",
}
_OPENERS, _CLOSERS = frozenset(_PAIRS), frozenset("".join(_PAIRS.values())) - frozenset("’")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)|(?<=s)['’](?=\s)|(?<=\d)[\"″'](?=[\s,.]|$)")
_ASIDE = str.maketrans({"'": "\ue000", "’": "\ue001", '"': "\ue002", "″": "\ue003"})
_BACK = {ord(after): chr(before) for before, after in _ASIDE.items()}
_STRAIGHT = re.compile(r"(?<!\w)'([^'\n]{1,300})'(?!\w)")
_DOUBLED = re.compile(r"(?:''|``)([^'`\n]{1,300})(?:''|``)")
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]{1,300}?)(?<=\S)\1(?![\w*])|(?<![\w_])(_{1,3})(?=\S)([^_\n]{1,300}?)(?<=\S)\3(?![\w_])"
    r"|(~~)(?=\S)([^~\n]{1,300}?)(?<=\S)~~"
)
_TAG = re.compile(r"<\s*[/!?]?\s*[A-Za-z][^<>]{0,500}>?|<!--")
_LINK = re.compile(r"!?\[[^\[\]\n]{0,300}\]\s?(?:\(|\[|:)|\]\(|^\s{0,3}\[[^\]\n]{1,100}\]:", re.MULTILINE)
_QUOTED_LINE = re.compile(r"^[^\S\n]*>[ \t]*(.+)$", re.MULTILINE)
_END = re.compile(r"[)\]}>.,;:!?…'\"’”»*_`]+$")
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://[^\s<>\"“”«»]+"
    r"|\b(?:javascript|data|mailto|tel|sms|vbscript|file|magnet|bitcoin|hxxps?):[^\s<>\"“”«»]+"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}(?::\d{2,5})?(?:/[^\s<>\"“”«»]*)?"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5})?(?:/[^\s<>\"“”«»]*)?"
    r"|\blocalhost(?::\d{2,5})?(?:/\S*)?"
    r"|(?<![\w@])[@#]\w[\w.-]*"
    r"|(?<![\w/])[ru]/\w+",
    re.IGNORECASE,
)
# Ways of writing a dot or an at sign that a reader reads as one.
_DISGUISED = re.compile(
    r"\s?[\[({]\s?(?:\.|dot|point|at|arobase|@)\s?[\])}]\s?|\s(?:dot|point)\s(?=(?:com|org|net|io|fr|example)\b)",
    re.IGNORECASE,
)
_AT = re.compile(r"at|arobase|@", re.IGNORECASE)
_DOTS = str.maketrans({"。": ".", "．": ".", "｡": ".", "․": "."})


LONGEST = 5_000  # characters of what a model wrote as one sentence or one draft


def hidden_signs(text: str) -> bool:
    """Whether a text holds signs that no reader sees, or that turn what they see around."""
    return any(unicodedata.category(c) in {"Cf", "Cc", "Co", "Cn"} and c not in "\n\t\u200d" for c in text)


def plain_of(text: str) -> str:
    """A text as a reader reads it: entities and wide letters as what they stand for."""
    return unicodedata.normalize("NFKC", html.unescape(text)).translate(_DOTS)


def addresses(text: str) -> set[str]:
    """Every address, mail address, @name and #tag, bare domains too, without scheme, `www.` and what closes it."""
    plain = _DISGUISED.sub(lambda m: "@" if _AT.search(m[0]) else ".", plain_of(text))
    return {bare for found in _ADDRESS.finditer(plain) if (bare := _bare(found[0]))}


def _bare(address: str) -> str:
    bare = _END.sub("", address).lower()
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", bare).rstrip("/")
    return "" if re.fullmatch(r"[\d.]+", bare) and bare.count(".") < 3 else bare


def holds_address(address: str, held: set[str]) -> bool:
    """Whether one of these addresses is this one, or lies on the same host where it is a host alone."""
    return address in held or ("/" not in address and any(h.partition("/")[0] == address for h in held))


def quoted(text: str) -> Iterator[str | None]:
    """What stands between marks of quotation of any kind, in code and in quoted lines; None for a mark without its
    other."""
    for pattern in (_DOUBLED, _STRAIGHT, _QUOTED_LINE):
        for found in pattern.finditer(text):
            yield next(part for part in found.groups() if part)
    text = _APOSTROPHE.sub(lambda m: m[0].translate(_ASIDE), _DOUBLED.sub(" ", _STRAIGHT.sub(" ", text)))
    opened, start = "", 0
    for place, sign in enumerate(text):
        if opened and sign in _PAIRS[opened]:
            yield text[start:place].translate(_BACK).strip()
            opened = ""
        elif not opened and sign in _OPENERS:
            opened, start = sign, place + 1
        elif not opened and sign in _CLOSERS:
            yield None
    if opened:
        yield None


def emphasised(text: str) -> Iterator[str]:
    """What is set off by stars, lines or tildes."""
    for found in _EMPHASIS.finditer(text):
        yield next(part for part in (found[2], found[4], found[6]) if part)


def wrong_mark(text: str, sources: Sequence[str]) -> str:
    """ "markup", "address" or "quote" where a sentence holds one that its sources do not; "" for none. What is longer
    than LONGEST is not looked into and counts as markup."""
    if len(text) > LONGEST:
        return "markup"
    if hidden_signs(text) and not any(text in source for source in sources):
        return "markup"
    for marked in (text, html.unescape(text)):
        if any(not any(found[0] in source for source in sources) for found in _TAG.finditer(marked)):
            return "markup"
        if _LINK.search(marked) and not any(marked in source for source in sources):
            return "markup"
    held = set().union(*(addresses(source) for source in sources)) if sources else set()
    if any(not holds_address(address, held) for address in addresses(text)):
        return "address"
    for words in quoted(text):
        if words is None or not _held(words, sources):
            return "quote"
    lower = [source.casefold() for source in sources]
    if any(not _held(words.casefold(), lower) for words in emphasised(text)):
        return "quote"
    return ""


def _held(words: str, sources: Sequence[str]) -> bool:
    """Whether words stand in a source letter by letter; a full stop or comma of the sentence may close them."""
    bare = words.strip()
    inner = bare.strip("*_~")
    if not inner:
        return not bare
    kept = (bare, inner, inner[:-1].rstrip() if inner[-1] in ".,;" else inner)
    return any(words and words in source for words in kept for source in sources)


def without_marks(text: str) -> str:
    """A text with addresses, marks of quotation and of emphasis left out, for its words to be read."""
    return re.sub(r"[*`~]|(?<!\w)_+|_+(?!\w)", " ", _ADDRESS.sub(" ", plain_of(text)))
