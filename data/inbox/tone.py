"""How the house speaks in its replies: tu, vous or as the asker does, and how it signs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from data.actor import needs
from data.changes import note_edit, reconciled
from data.schema import meta
from data.store import Store, put_meta

KEY = "house_tone"
ADDRESSES = ("vous", "tu", "asker")
SIGNATURE = 120  # characters
FIELDS = ("address", "signature_en", "signature_fr")


@dataclass(frozen=True, slots=True)
class HouseTone:
    """`address` is the form of address in French: vous, tu, or that of who is answered (asker). A reply ends with the
    signature of its language, "" for none."""

    address: str = "vous"
    signature_en: str = ""
    signature_fr: str = ""

    def signature_in(self, lang: str) -> str:
        return self.signature_fr if lang == "fr" else self.signature_en


USUAL = HouseTone()


def house_tone(connection: Connection) -> HouseTone:
    """What people chose; the usual where they did not."""
    written = connection.execute(select(meta.c.value).where(meta.c.key == KEY)).scalar()
    held = json.loads(written) if written else {}
    return _tidied(HouseTone(**{name: str(held[name]) for name in FIELDS if name in held}))


def _tidied(wanted: HouseTone) -> HouseTone:
    address = wanted.address if wanted.address in ADDRESSES else USUAL.address
    english, french = (" ".join(one.split())[:SIGNATURE] for one in (wanted.signature_en, wanted.signature_fr))
    return HouseTone(address, english, french)


@needs("editor")
def set_house_tone(store: Store, wanted: HouseTone, seen: HouseTone | None = None) -> None:
    """Keep how the house speaks. Raises StaleError where somebody chose otherwise since `seen`."""
    with store.write() as connection:
        before = house_tone(connection)
        kept = _tidied(reconciled(connection, "tone of the house", seen, before, _tidied(wanted), FIELDS))
        note_edit(connection, "reply.tone", "tone of the house", before, kept, FIELDS)
        put_meta(connection, KEY, json.dumps(asdict(kept), ensure_ascii=False))
