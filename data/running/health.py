"""Whether Vigie is well, for who watches over it: the record opens and this version may use it, and a worker works."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from data.house.store import House
from data.house.workspaces import has_record, settings_of_each
from data.models import to_epoch
from data.schema import lease
from data.settings import Settings
from data.store import Store, StoreError

SEEN = 180  # seconds after its lease has run out that a worker still counts: it may be at work in another workspace


@lru_cache(maxsize=64)
def _opened(kind: type[Store], url: str) -> Store:
    return kind(url, as_it_is=True)


def is_ready(settings: Settings) -> bool:
    """Whether pages can be shown: record and house answer and this version may use them. One that is not there yet is
    made by the first page. Nothing is made or migrated by asking."""
    try:
        if settings.database_url.startswith("postgresql") or (settings.home / "house.sqlite").exists():
            house = _opened(House, settings.house_url)
            if house.version() and not house.fits():
                return False
        if not has_record(settings):
            return True
        record = _opened(Store, settings.store_url)
        return record.fits() and record.revision() >= 0
    except (StoreError, OSError, ValueError):
        return False


def worker_seen(settings: Settings, now: datetime) -> bool:
    """Whether a worker held some workspace lately."""
    return any(_seen_in(one, now) for one in settings_of_each(settings) if has_record(one))


def _seen_in(settings: Settings, now: datetime) -> bool:
    try:
        with _opened(Store, settings.store_url).read() as connection:
            until = connection.execute(select(lease.c.expires_at).where(lease.c.name == "worker")).scalar()
    except StoreError:
        return False
    return until is not None and until + SEEN > to_epoch(now)
