"""Answers decompressed as they come in, never beyond a limit."""

from __future__ import annotations

import zlib
from typing import Any

from sources.errors import ContentError

GZIP = b"\x1f\x8b\x08"


def whole(body: bytes, limit: int, url: str) -> bytes:
    """The body, decompressed where it is a compressed file itself, as `feed.xml.gz`. Everything Vigie reads is text."""
    if not body.startswith(GZIP):
        return body
    inflate = Inflate("gzip", limit, url)
    inflate.feed(body)
    return inflate.finish()


class Inflate:
    """Decompress piece by piece, never beyond `limit` bytes."""

    def __init__(self, encoding: str, limit: int, url: str) -> None:
        self.url, self.limit, self.size = url, limit, 0
        self.parts: list[bytes] = []
        self.raw_deflate_tried = False
        self.engine: Any = None
        self.encoding = encoding
        if encoding in {"gzip", "x-gzip"}:
            self.engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif encoding == "deflate":
            self.engine = zlib.decompressobj()
        elif encoding not in {"", "identity"}:
            raise ContentError("bad_compression", url, encoding[:60])

    def _keep(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self.limit:
            raise ContentError("too_large", self.url, f"limit {self.limit // 1_000_000} MB")
        self.parts.append(piece)

    def feed(self, chunk: bytes) -> None:
        if self.engine is None:
            self._keep(chunk)
            return
        while chunk:
            try:
                piece = self.engine.decompress(chunk, 262_144)
            except zlib.error as error:
                if self.encoding == "deflate" and not self.raw_deflate_tried and self.size == 0:
                    self.raw_deflate_tried = True
                    self.engine = zlib.decompressobj(-zlib.MAX_WBITS)
                    continue
                raise ContentError("bad_compression", self.url, str(error)) from error
            self._keep(piece)
            chunk = self.engine.unconsumed_tail
            if self.engine.eof and self.engine.unused_data.startswith(GZIP):  # a further member of the same stream
                chunk = self.engine.unused_data
                self.engine = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def finish(self) -> bytes:
        if self.engine is not None:
            self._keep(self.engine.flush())
            if not self.engine.eof and self.size == 0:
                raise ContentError("bad_compression", self.url, "truncated")
        return b"".join(self.parts)
