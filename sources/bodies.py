"""What a request carries: JSON, a form, or files with a form, as bytes and the header that names them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a request and their media type."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """One file of a form: the form's field it fills, its own name, its media type and its bytes."""

    field: str
    name: str
    media_type: str
    content: bytes


def json_body(value: Any) -> Body:
    return Body("application/json", json.dumps(value).encode())


def form_body(fields: Mapping[str, str] | Sequence[tuple[str, str]]) -> Body:
    return Body("application/x-www-form-urlencoded", urlencode(fields).encode())


def multipart_body(fields: Mapping[str, str], files: Sequence[File]) -> Body:
    """A form with files, as RFC 7578 and browsers write it: names are escaped, text goes as UTF-8."""
    mark = f"vigie{secrets.token_hex(16)}"  # random, so that no file can hold it
    parts = [(_disposition(name), value.encode()) for name, value in fields.items()]
    for file in files:
        head = f'{_disposition(file.field)}; filename="{_escaped(file.name)}"\r\nContent-Type: {file.media_type}'
        parts.append((head, file.content))
    sent = [f"--{mark}\r\n{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in parts]
    return Body(f"multipart/form-data; boundary={mark}", b"".join([*sent, f"--{mark}--\r\n".encode()]))


def _disposition(name: str) -> str:
    return f'Content-Disposition: form-data; name="{_escaped(name)}"'


def _escaped(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
