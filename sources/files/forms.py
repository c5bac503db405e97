"""What a file is by its first bytes, whatever its name says, and in a sentence why one cannot be read."""

from __future__ import annotations

import re
from collections.abc import Collection

from sources.errors import ContentError

_SHEET = "save it as XLSX or CSV"
# (where, signature, what it is, what to do)
_SIGNATURES = (
    (0, b"%PDF", "a PDF document", "export the posts as CSV or XLSX instead"),
    (0, b"\x89PNG", "a picture", "export the posts as CSV or XLSX instead"),
    (0, b"\xff\xd8\xff", "a picture", "export the posts as CSV or XLSX instead"),
    (0, b"GIF8", "a picture", "export the posts as CSV or XLSX instead"),
    (8, b"WEBP", "a picture", "export the posts as CSV or XLSX instead"),
    (4, b"ftyp", "a picture or a film", "export the posts as CSV or XLSX instead"),
    (0, b"OggS", "a recording", "export the posts as CSV or XLSX instead"),
    (0, b"ID3", "a recording", "export the posts as CSV or XLSX instead"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and import the files within"),
    (0, b"Rar!", "a RAR archive", "unpack it and import the files within"),
    (0, b"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it and import the file within"),
    (0, b"BZh", "packed with bzip2", "unpack it and import the file within"),
    (0, b"\xfd7zXZ", "packed with xz", "unpack it and import the file within"),
    (257, b"ustar", "a TAR archive", "unpack it and import the files within"),
    (0, b"SQLite format 3\0", "a database", "export its table as CSV"),
    (0, b"PAR1", "a Parquet file", "save it as CSV or JSON"),
    (0, b"{\\rtf", "a text document (RTF)", "save the table as XLSX or CSV"),
    (0, b"bplist00", "a property list", "export the posts as CSV or XLSX instead"),
)
_HTML = re.compile(rb"(?is)\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|meta|style)\b")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def refuse_other_forms(head: bytes, name: str) -> None:
    """Raise ContentError, naming the thing and what to do, for what is neither text nor ZIP nor gzip."""
    for at, signature, what, advice in _SIGNATURES:
        if head[at : at + len(signature)] == signature:
            raise ContentError("bad_file", name, f"it is {what}; {advice}")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        if _ENCRYPTED in head:
            raise ContentError("bad_file", name, "it is protected by a password; save it without one")
        raise ContentError("bad_file", name, f"it is a workbook of an old form (XLS); open it and {_SHEET}")
    words = head[:4_096].removeprefix(b"\xef\xbb\xbf")
    if b"\0" in words[:200] and words[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        words = words.replace(b"\0", b"")[2:]
    if _HTML.match(words):
        kind = "a web page named as a workbook" if name.lower().endswith((".xls", ".xlsx")) else "a web page"
        raise ContentError("bad_file", name, f"it is {kind}; open it in a spreadsheet and {_SHEET}")
    if words.lstrip()[:5].lower() == b"<?xml" or re.match(rb"\s*<(?:opml|rss|feed|rdf:RDF|Workbook)\b", words):
        raise ContentError("bad_file", name, f"it is {_xml(words)}")


def _xml(words: bytes) -> str:
    if b"Excel.Sheet" in words or b"office:spreadsheet" in words:
        return f"a workbook of an old form (XML); open it and {_SHEET}"
    if b"<opml" in words:
        return "a list of feeds (OPML); import it as a list of sources"
    if re.search(rb"<(?:rss|feed|rdf:RDF)\b", words):
        return "a feed; add its address as a source"
    return "an XML file; export the posts as CSV, XLSX or JSON instead"


def zip_form(members: Collection[str], name: str) -> str:
    """ "xlsx" or "archive" by the names within. Raises ContentError for other forms that are ZIP inside."""
    if "xl/workbook.xml" in members:
        return "xlsx"
    if "xl/workbook.bin" in members:
        raise ContentError("bad_file", name, f"it is a binary workbook (XLSB); open it and {_SHEET}")
    if "[Content_Types].xml" in members:
        other = next((m for m in members if re.fullmatch(r"xl/workbook\d*\.xml", m)), "")
        if other:
            return "xlsx"
        raise ContentError("bad_file", name, "it is a document of Word or PowerPoint; save its table as XLSX or CSV")
    if "content.xml" in members and "META-INF/manifest.xml" in members:
        raise ContentError("bad_file", name, f"it is an OpenDocument file (ODS); open it and {_SHEET}")
    if any(member.endswith(".iwa") for member in members) or "Index.zip" in members:
        raise ContentError("bad_file", name, "it is a Numbers document; export it as XLSX or CSV")
    if "META-INF/MANIFEST.MF" in members or "mimetype" in members or "AndroidManifest.xml" in members:
        raise ContentError("bad_file", name, "it holds a program or a book, not posts")
    return "archive"
