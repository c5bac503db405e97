"""The encoding of a feed's body, as browsers tell it, and its text."""

from __future__ import annotations

import codecs
import re

# Labels that mean more than they say, as browsers take them (WHATWG Encoding).
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
    "tis-620": "cp874",
    "iso-8859-9": "cp1254",
}
_NO_START = bytes(range(0xC0))  # bytes that start no sequence of UTF-8
_NO_UTF8 = re.compile("[\udc80-\udcff]")  # what stands for such a byte
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")


def decoded(body: bytes, charset: str = "") -> str:
    """The text of a body. `charset` is what its HTTP header says, "" for nothing.

    A mark at its start decides; then UTF-8 wherever the bytes are that, whatever was said; then what the header says,
    then what the document declares. Bytes that are no UTF-8 in a text that is, are read as Windows-1252: that is what
    they nearly always are, and it keeps an error to its own letter.
    """
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff") if name != "utf-8" else _as_utf8(body[3:])[0]
    if body[:4].count(0) >= 2 and len(body) >= 4:
        return body.decode("utf-16-be" if body[0] == 0 else "utf-16-le", "replace")
    for label in (charset, declared_encoding(body)):
        name = known_encoding(label)
        if name and name not in {"utf-8", "utf-16", "utf-32"} and not _is_utf8(body, name):
            return body.decode(name, "replace")
    return _as_utf8(body)[0]


def declared_encoding(body: bytes) -> str:
    """The encoding that a document declares itself, "" for none."""
    said = _DECLARED.match(body[:400])
    return said[1].decode("ascii") if said else ""


def known_encoding(label: str) -> str:
    """The name of the encoding that a label means, as browsers take it; "" for one that is none."""
    label = label.strip("\"' ").lower()
    try:
        return codecs.lookup(_MEANT.get(label, label)).name if label else ""
    except LookupError:
        return ""


def _is_utf8(body: bytes, named: str) -> bool:
    """Whether the bytes are UTF-8 although another encoding is named: sequences of it well outnumber what is none."""
    if named.startswith("iso2022"):
        return False
    _text, wrong = _as_utf8(body)
    right = len(body.translate(None, _NO_START)) - wrong
    return right > 3 * wrong


def _as_utf8(body: bytes) -> tuple[str, int]:
    """(the text, how many bytes of it were no UTF-8 and were read as Windows-1252)."""
    try:
        return body.decode("utf-8"), 0
    except UnicodeDecodeError:
        text = body.decode("utf-8", "surrogateescape")
    return _NO_UTF8.subn(_as_cp1252, text)


def _as_cp1252(found: re.Match[str]) -> str:
    return bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace")
