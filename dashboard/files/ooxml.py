"""Texts in Office files. XML holds no control signs: they are written as the format does, _xHHHH_, and read back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from data.sharing.document import Document

_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def escaped(text: str) -> str:
    """A text as Office files write it (ECMA-376, ST_Xstring); a carriage return too, which XML would make a line
    feed."""
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _NOT_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


def sign(properties: Any, document: Document) -> None:
    """Say of a Word or PowerPoint file what it is, in place of who made the template that it starts from, and when."""
    moment = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    properties.title, properties.language = escaped(document.title)[:250], document.lang
    properties.author = properties.last_modified_by = "Vigie"
    properties.created = properties.modified = moment
    properties.revision = 1
    for name in ("category", "comments", "content_status", "identifier", "keywords", "subject", "version"):
        setattr(properties, name, "")
