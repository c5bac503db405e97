"""How a workspace presents itself: name, logo, colour, language, zone. Kept in its record, so that backups carry it.

What is not said here is as the settings of the installation say.
"""

from __future__ import annotations

import base64
import io
import json
import re
import struct
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Connection, select

from data.actor import needs
from data.changes import note_change, reconciled
from data.schema import meta
from data.store import Store, put_meta

META = "identity"
LONGEST_NAME = 80
LOGO_BYTES, LOGO_PIXELS = 2_000_000, 20_000_000  # of a file that is taken, packed and unpacked
LOGO_SIZE = (640, 200)  # pixels that are kept
LEAST_CONTRAST = 4.5  # of text on white (WCAG 2.2, level AA)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PNG = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class IdentityError(ValueError):
    """Something that cannot be kept. `code` is one of name, colour, language, zone, logo, large."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


FIELDS = ("name", "colour", "logo", "language", "zone")


@dataclass(frozen=True, slots=True)
class Identity:
    """What is said of it; "" where nothing is. `logo` is a PNG in base64, `colour` written #rrggbb."""

    name: str = ""
    colour: str = ""
    logo: str = ""
    language: str = ""
    zone: str = ""


def contrast_on_white(colour: str) -> float:
    """The contrast ratio of a colour written #rrggbb on white, 1 to 21."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def readable(colour: str) -> bool:
    """Whether a text of this colour can be read on white."""
    return _COLOUR.fullmatch(colour) is not None and contrast_on_white(colour) >= LEAST_CONTRAST


def accent_of(colour: str, usual: str) -> str:
    """The colour where it can be read, else the usual one."""
    return colour if readable(colour) else usual


def logo_of(logo: str) -> bytes:
    """The picture of an identity, nothing where it is none."""
    return base64.b64decode(logo) if _PNG.fullmatch(logo) else b""


def clean_logo(body: bytes) -> str:
    """A picture as it is kept: drawn anew as a small PNG, so that nothing but its pixels remains.

    Raises IdentityError for what is no PNG, JPEG or WebP, or is too large.
    """
    from PIL import Image, ImageOps

    if len(body) > LOGO_BYTES:
        raise IdentityError("large", f"A logo has at most {LOGO_BYTES // 1_000_000} MB.")
    try:
        with Image.open(io.BytesIO(body), formats=("PNG", "JPEG", "WEBP")) as given:
            if given.width * given.height > LOGO_PIXELS:
                raise IdentityError("large", f"A logo has at most {LOGO_PIXELS // 1_000_000} million pixels.")
            shown = ImageOps.exif_transpose(given).convert("RGBA")
        shown.thumbnail(LOGO_SIZE)
        made = io.BytesIO()
        Image.frombytes("RGBA", shown.size, shown.tobytes()).save(made, "PNG", optimize=True)
    except (OSError, SyntaxError, EOFError, OverflowError, struct.error, Image.DecompressionBombError) as error:
        raise IdentityError("logo", "This file is no picture that can be read: take a PNG, JPEG or WebP.") from error
    return base64.b64encode(made.getvalue()).decode()


def identity_of(connection: Connection) -> Identity:
    """What the record says; what is damaged in it says nothing."""
    held = connection.execute(select(meta.c.value).where(meta.c.key == META)).scalar()
    try:
        said: Any = json.loads(held or "{}")
        return _checked(Identity(**{key: str(said[key]) for key in asdict(Identity()) if key in said}))
    except (ValueError, TypeError):
        return Identity()


def _checked(given: Identity) -> Identity:
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in given.name[:1_000]).split())
    if len(name) > LONGEST_NAME:
        raise IdentityError("name", f"A name has at most {LONGEST_NAME} characters.")
    if given.colour and not _COLOUR.fullmatch(given.colour):
        raise IdentityError("colour", "Write a colour as #0b6d84.")
    if given.language not in {"", "auto", "en", "fr"}:
        raise IdentityError("language", "The language is auto, en or fr.")
    if given.zone and given.zone not in available_timezones():
        raise IdentityError("zone", f"There is no time zone {given.zone[:80]!r}.")
    if given.logo and not logo_of(given.logo).startswith(b"\x89PNG\r\n\x1a\n"):
        raise IdentityError("logo", "A logo is kept as PNG.")
    return Identity(name, given.colour.lower(), given.logo, given.language, given.zone)


@needs("administrator")
def note_first(store: Store, before: str, after: str) -> None:
    """Note which workspace is shown first from now on, which is kept beside the records: see `data.settings`."""
    if not store.is_read_only:
        with store.write(counts=False) as connection:
            note_change(connection, "workspace.first", "first", before, after)


@needs("administrator")
def save_identity(store: Store, identity: Identity, seen: Identity | None = None) -> None:
    """Keep how a workspace presents itself, and note what changed. `seen` is it as its author read it.

    Raises IdentityError for what cannot be, StaleError where somebody changed the same meanwhile.
    """
    wanted = _checked(identity)
    with store.write() as connection:
        held = identity_of(connection)
        wanted = reconciled(connection, "identity", seen, held, wanted, FIELDS)
        put_meta(connection, META, json.dumps(asdict(wanted)))
        for key, after in asdict(wanted).items():
            before = str(getattr(held, key))
            if before != after:  # of a picture only whether there is one
                told = ("yes" if before else "", "yes" if after else "") if key == "logo" else (before, after)
                note_change(connection, "workspace.setting", f"identity: {key}", *told)
