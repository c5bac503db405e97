"""The encoding of a file that declares none: told from the whole of it, not from its beginning."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

CHUNK = 1 << 20
STRAY = 10  # times as many bytes that are no UTF-8, beside letters that nobody writes by chance as Ã© or â€™
ENOUGH = 20_000  # bytes that are no UTF-8; what they are is clear by then
HANDLER = "vigie-cp1252"

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Between letters: é è ê ç î ï ô û and the apostrophe of MacRoman, which are signs or nothing in Windows-1252 ...
_MAC = re.compile(rb"(?<=[A-Za-z])[\x87\x88\x89\x8a\x8d\x8e\x8f\x90\x91\x94\x95\x99\x9a\x9d\x9e\x9f\xd5](?=[a-z])")
# ... and the letters of Windows-1252, which are signs or capitals in MacRoman.
_WINDOWS = re.compile(rb"(?<=[A-Za-z])[\xdf-\xf6\xf8-\xff\x92\x9c](?=[a-z])")

# Small letters with accents, quotes, dashes and pictures in UTF-8: as Windows-1252 they are no words.
_SURE = re.compile("[\u00e0-\u00f6\u00f8-\u00ff\u0152\u0153\u2010-\u206f\u20ac\U0001f300-\U0001faff]")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 as Windows-1252, and what that leaves undefined as browsers do."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    signs = (bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in wrong)
    return "".join(signs), error.end


codecs.register_error(HANDLER, _as_windows)


def _utf16_without_mark(head: bytes) -> str:
    """utf-16-le or utf-16-be where every other byte of many is zero, as in text with Latin letters or digits."""
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    many = max(3, 0.08 * pairs)  # one stray zero in a short file is no encoding
    if odd > many and even < 0.01 * pairs:
        return "utf-16-le"
    return "utf-16-be" if even > many and odd < 0.01 * pairs else ""


def _is_mac(sample: bytes) -> bool:
    mac, windows = len(_MAC.findall(sample)), len(_WINDOWS.findall(sample))
    return mac >= 3 and mac > 4 * windows


def encoding_of(stream: IO[bytes]) -> str:
    """utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, cp1252 or mac_roman.

    A file that is UTF-8 but for some bytes is UTF-8: `text_of` reads those bytes as Windows-1252.
    """
    stream.seek(0)
    head = stream.read(65_536)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if found := _utf16_without_mark(head[:8_192]):
        return found
    return _eight_bits(stream)


def _eight_bits(stream: IO[bytes]) -> str:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    right = sure = wrong = 0
    odd: list[bytes] = []  # where bytes are no UTF-8
    while wrong < ENOUGH and (chunk := stream.read(CHUNK)):
        text = decoder.decode(chunk)
        if text.isascii():
            continue
        here = len(re.findall("[\udc80-\udcff]", text))
        right += len(re.findall("[^\x00-\x7f\udc80-\udcff]", text))
        sure += len(_SURE.findall(text))
        wrong += here
        if here and len(odd) < 5:
            odd.append(chunk)
    wrong += len(decoder.decode(b"", True))
    if right >= wrong or STRAY * sure >= wrong:
        return "utf-8"
    return "mac_roman" if _is_mac(b"".join(odd)) else "cp1252"


def text_of(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """The text of a file in pieces of about a million characters, without its byte order mark."""
    errors = HANDLER if encoding in {"utf-8", "utf-8-sig", "cp1252"} else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        if text := decoder.decode(chunk):
            yield text
    if text := decoder.decode(b"", True):
        yield text
