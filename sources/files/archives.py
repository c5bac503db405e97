"""Members of a ZIP archive, within bounds. Their names are labels only: nothing is ever written under them."""

from __future__ import annotations

import gzip
import tempfile
import weakref
import zipfile
import zlib
from typing import IO, cast

from sources.errors import ContentError

MAX_MEMBERS = 50_000
MAX_TOTAL = 2_000_000_000  # bytes, unpacked
MAX_MEMBER = 500_000_000
MAX_RATIO = 300  # of unpacked to packed, for members of more than a few MB
READ_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".js", ".xlsx", ".xlsm")
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class _Borrowed:
    """A stream that is not kept alive by the archive made of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = weakref.ref(stream)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream(), name)


# The directory of an archive of thousands of members is read once, not once a member.
_OPENED: weakref.WeakKeyDictionary[IO[bytes], tuple[int, zipfile.ZipFile]] = weakref.WeakKeyDictionary()


def opened(stream: IO[bytes], name: str) -> zipfile.ZipFile:
    """The archive in a stream. Raises ContentError for one that is damaged or beyond bounds."""
    size = stream.seek(0, 2)
    known = _OPENED.get(stream)
    if known is not None and known[0] == size:
        return known[1]
    try:
        archive = zipfile.ZipFile(cast(IO[bytes], _Borrowed(stream)))
    except (*DAMAGE, ValueError) as error:
        raise ContentError("bad_file", name, "it is a damaged ZIP archive; download or save it again") from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise ContentError("bad_file", name, f"it has {len(members)} members; at most {MAX_MEMBERS} are read")
    _OPENED[stream] = size, archive
    return archive


def readable_members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """Members whose form may be read, in their order; what systems put beside them is left out.

    Raises ContentError where there is none, with the reason.
    """
    seen: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        folders = member.filename.replace("\\", "/").split("/")
        hidden = any(part.startswith((".", "__MACOSX")) and part != "." for part in folders)
        if not member.is_dir() and not hidden and member.filename.lower().endswith(READ_ENDINGS):
            seen.setdefault(member.filename, member)
    members = list(seen.values())
    if not members:
        nested = any(m.filename.lower().endswith((".zip", ".gz", ".7z", ".rar")) for m in archive.infolist())
        reason = "it holds archives; unpack it once and import those" if nested else "no file in it holds posts"
        raise ContentError("bad_file", name, reason)
    if all(member.flag_bits & 1 for member in members):
        raise ContentError("bad_file", name, "it is protected by a password; pack it again without one")
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL:
        raise ContentError("bad_file", name, f"it unpacks to {total // 1_000_000} MB; unpack it and import its files")
    return members


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """One member, to be read. Raises ContentError for what is packed with a password, too large or a bomb."""
    if member.flag_bits & 1:
        raise ContentError("bad_file", member.filename, "it is protected by a password; pack it again without one")
    if member.file_size > MAX_MEMBER:
        raise ContentError("bad_file", member.filename, f"it unpacks to {member.file_size // 1_000_000} MB")
    if member.file_size > 5_000_000 and member.file_size > MAX_RATIO * max(1, member.compress_size):
        raise ContentError("bad_file", member.filename, "it unpacks to hundreds of times its size")
    try:
        return archive.open(member)
    except DAMAGE as error:
        raise ContentError("bad_file", member.filename, "it is damaged within the archive") from error


def unpacked(stream: IO[bytes], name: str, limit: int = MAX_MEMBER) -> IO[bytes]:
    """What a gzip file or a member holds, where it can be read back and forth. Raises ContentError."""
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=20_000_000)  # noqa: SIM115 - given to the caller
    try:
        while piece := stream.read(1 << 20):
            spool.write(piece)
            if spool.tell() > limit:
                raise ContentError("bad_file", name, f"it unpacks to more than {limit // 1_000_000} MB")
    except DAMAGE as error:
        raise ContentError("bad_file", name, "it is damaged; download or save it again") from error
    spool.seek(0)
    return spool


def gunzipped(stream: IO[bytes], name: str) -> IO[bytes]:
    """What a gzip file holds. Raises ContentError."""
    stream.seek(0)
    return unpacked(cast(IO[bytes], gzip.GzipFile(fileobj=stream)), name)
