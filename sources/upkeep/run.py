"""The daily look at every place of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from data.credentials import load_credentials
from data.settings import Settings
from data.store import Store
from data.upkeep.findings import PlaceLook, forget_others, links_of_ours, note_look, own_places, usual_seconds
from data.usage import Meter
from sources.http import Client
from sources.upkeep.look import look_at

MOST_PLACES = 30


async def look_at_ours(
    store: Store,
    settings: Settings,
    now: Callable[[], datetime],
    told: Callable[[int, int, PlaceLook], None] = lambda _done, _total, _look: None,
) -> list[PlaceLook]:
    """Look at the places of ours, one after the other, and keep what was found. The links of our posts are followed
    with the first one. At most MOST_PLACES are looked at."""
    with store.read() as connection:
        places = own_places(connection)
        links = links_of_ours(connection, now())
    forget_others(store, [place.home for place in places])
    looks = []
    async with Client(settings, load_credentials(settings), Meter(store)) as client:
        for number, place in enumerate(places[:MOST_PLACES]):
            with store.read() as connection:
                usual = usual_seconds(connection, place.home, now())
            look = await look_at(client, place, usual, links if number == 0 else (), now())
            note_look(store, look, now())
            looks.append(look)
            told(len(looks), min(len(places), MOST_PLACES), look)
    return looks
