"""What of a post is running text: code, signatures, hashes, lines of a machine and boilerplate hold no names.

They are blanked, not cut, so that a place in what is left is the same place in the post.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t]*(```|~~~)[^\n]*\n.*?(?:^[ \t]*\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_ARMOUR = re.compile(r"-----BEGIN [A-Z0-9 ]{3,40}-----.*?(?:-----END [A-Z0-9 ]{3,40}-----|\Z)", re.DOTALL)
_SIGNATURE = re.compile(r"^-- ?\n.{0,600}\Z", re.MULTILINE | re.DOTALL)
_HASH = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,128}\b|\b[A-Za-z0-9+/]{48,}={0,2}", re.IGNORECASE)
# A line of a program: it ends as statements do, assigns, calls, or is a tag; or begins as the lines of a shell or log do.
_CODE = re.compile(
    r"(?:[;{}]|=>|\):|->)\s*$|^\s*(?:[$>#%] \S|import \w|from \w[\w.]* import|#include|def \w+\(|fn \w+|func \w+|class \w+[(:{]|"
    r"(?:var|let|const|public|private|static|return|if|else|for|while|try|catch)\b[^.!?]*[;{(]|@\w+\(|<[/!?a-zA-Z][^>]*>\s*$|"
    r"(?:SELECT|INSERT|UPDATE|CREATE|DROP|ALTER|GRANT)\s+[\w*`\"(])"
)
_SYMBOLS = re.compile(r"[{}()\[\]<>=;|&$\\_/*+^~]")
_MACHINE = re.compile(
    r"^\s*(?:HTTP/\d|\d{1,3}(?:\.\d{1,3}){3}\b|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d|(?:INFO|WARN(?:ING)?|ERROR|DEBUG|FATAL|TRACE)\b[ :\]]|"
    r"Traceback |\s*File \".*\", line \d|\s*at [\w.$]+\(|(?:GET|POST|PUT|DELETE|HEAD) /)"
)
_BOILERPLATE = re.compile(
    r"^\s*(?:the post .{1,200} (?:appeared first|first appeared) on|.{0,60}\b(?:all rights reserved|tous droits réservés)|privacy policy|terms (?:of|and)|"
    r"posted (?:in|by|on)\b|filed under|tagged (?:with|as|in)|tags? ?:|categor(?:y|ies) ?:|catégories? ?:|étiquettes? ?:|share (?:this|on)|partager|read (?:more|the full|the rest)|lire la suite|"
    r"continue reading|related (?:posts|articles)|table of contents|sommaire|sent from my|envoyé de(?:puis)? mon|subscribe|s'abonner|sign up for|follow us|suivez-nous|"
    r"listen to|photo(?:graph)?(?: credit)? ?:|image(?: credit)? ?:|crédits? photo|copyright|©|source ?:|via ?:|edit ?:|view (?:in browser|the full)|click here|cliquez ici)",
    re.IGNORECASE,
)


def running_text(text: str) -> str:
    """The text with blanks, as many, for what is none of its sentences."""
    for pattern in (_FENCE, _ARMOUR, _SIGNATURE, _HASH):
        text = pattern.sub(_blank, text)
    return "".join(_blanked(line) if _is_none(line) else line for line in text.splitlines(keepends=True))


def _is_none(line: str) -> bool:
    """Whether a line is of a program, a machine or a template."""
    bare = line.strip()
    if not bare:
        return False
    if _MACHINE.match(line[:200]) or (len(bare) < 240 and _BOILERPLATE.match(line[:300])):
        return True
    if "http" in bare or bare.startswith(("[", "*", "- ", "# ")):
        return False  # an address, a link, a list of Markdown
    symbols = len(_SYMBOLS.findall(bare))
    return bool(_CODE.search(line[:300]) and symbols >= 2) or (symbols >= 6 and symbols > 0.12 * len(bare))


def _blank(match: re.Match[str]) -> str:
    return _blanked(match[0])


def _blanked(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
