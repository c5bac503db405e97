"""How a workspace presents itself: kept in its record, checked, a logo of pixels alone."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import select

from data.actor import Actor, RefusedError, acting
from data.identity import (
    LOGO_BYTES,
    LOGO_SIZE,
    Identity,
    IdentityError,
    accent_of,
    clean_logo,
    contrast_on_white,
    identity_of,
    readable,
    save_identity,
)
from data.schema import change
from data.store import Store, put_meta


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#c02040").save(made, kind, **more)
    return made.getvalue()


def test_it_is_kept_in_the_record_and_noted(store: Store) -> None:
    wanted = Identity("  Acme \n Ltd", "#0B6D84", clean_logo(picture()), "fr", "Europe/Paris")
    save_identity(store, wanted)
    save_identity(store, replace(wanted, logo=""))
    with store.read() as connection:
        assert identity_of(connection) == Identity("Acme Ltd", "#0b6d84", "", "fr", "Europe/Paris")
        rows = connection.execute(select(change.c.subject, change.c.before, change.c.after)).tuples().all()
    assert rows == [
        ("identity: name", "", "Acme Ltd"),
        ("identity: colour", "", "#0b6d84"),
        ("identity: logo", "", "yes"),
        ("identity: language", "", "fr"),
        ("identity: zone", "", "Europe/Paris"),
        ("identity: logo", "yes", ""),
    ]
    with acting(Actor(1, "Ana", "editor")), pytest.raises(RefusedError):
        save_identity(store, Identity("Hers"))


def test_a_backup_carries_it(sqlite_store: Store, tmp_path: Path) -> None:
    save_identity(sqlite_store, Identity("Acme"))
    sqlite_store.backup(tmp_path / "copy.sqlite")
    with Store(f"sqlite:///{tmp_path / 'copy.sqlite'}").read() as connection:
        assert identity_of(connection).name == "Acme"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Identity("a" * 81), "name"),
        (Identity(colour="red;}body{display:none"), "colour"),
        (Identity(language="de"), "language"),
        (Identity(zone="../../etc/passwd"), "zone"),
        (Identity(logo=base64.b64encode(b"<svg onload=alert(1)>").decode()), "logo"),
        (Identity(logo='"><script>'), "logo"),
    ],
)
def test_what_cannot_be_kept_is_refused(sqlite_store: Store, wrong: Identity, code: str) -> None:
    with pytest.raises(IdentityError) as refused:
        save_identity(sqlite_store, wrong)
    assert refused.value.code == code


@pytest.mark.parametrize("held", ["no json", "[1]", '{"colour": "url(x)"}', '{"name": {"a": 1}, "zone": "nowhere"}'])
def test_what_is_damaged_says_nothing(sqlite_store: Store, held: str) -> None:
    with sqlite_store.write() as connection:
        put_meta(connection, "identity", held)
        assert identity_of(connection) == Identity()


def test_a_logo_is_drawn_anew() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("comment", "SECRETWORD")
    exif = Image.Exif()
    exif[0x010E] = "SECRETWORD"
    hostile = [
        picture(pnginfo=notes, icc_profile=b"SECRETWORD" * 20) + b"<script>SECRETWORD</script>",
        picture("JPEG", exif=exif, comment=b"SECRETWORD", icc_profile=b"SECRETWORD" * 20),
        picture("WEBP", exif=exif, xmp=b"SECRETWORD"),
    ]
    for body in hostile:
        assert b"SECRETWORD" in body
        made = base64.b64decode(clean_logo(body))
        assert b"SECRETWORD" not in made
        with Image.open(io.BytesIO(made)) as kept:
            assert kept.format == "PNG"
            assert (kept.width, kept.height) == (600, 200)
            assert kept.width <= LOGO_SIZE[0]
            assert not kept.info
            red, green, blue, _alpha = kept.getpixel((10, 10))
            assert (abs(red - 0xC0), abs(green - 0x20), abs(blue - 0x40)) < (8, 8, 8)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "logo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "logo"),
        (b"GIF89a" + bytes(200), "logo"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "logo"),
        (picture()[:200], "logo"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, "logo"),
        (b" " * (LOGO_BYTES + 1), "large"),
        (picture(size=(6_000, 6_000)), "large"),
    ],
)
def test_a_file_that_is_no_logo(body: bytes, code: str) -> None:
    with pytest.raises(IdentityError) as refused:
        clean_logo(body)
    assert refused.value.code == code


def test_a_colour_must_be_read_on_white() -> None:
    assert contrast_on_white("#ffffff") == pytest.approx(1)
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)  # the example of WCAG
    assert readable("#767676")
    assert not readable("#777777")
    for wrong in ("#ffee00", "red", "", "#12345", "#0b6d84;}"):
        assert accent_of(wrong, "#0b6d84") == "#0b6d84"
    assert accent_of("#7a0019", "#0b6d84") == "#7a0019"
