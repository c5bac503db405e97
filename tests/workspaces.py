"""Two workspaces of one installation, alike but for a word: every text of each that a page shows holds its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from data.house.workspaces import make_workspace
from data.settings import Settings
from data.store import Store
from tests.conftest import NOW

WORDS = {"ants": "antsword", "bees": "beesword"}
TEXTS = {
    "post": ("author", "community"),
    "post_text": ("title", "plain"),
    "topic": ("label", "person_label"),
    "brand": ("name",),
    "source": ("title",),
    "tool": ("name",),
    "debate": ("question", "place"),
    "alert_rule": ("name",),
    "calendar_item": ("title", "note"),
    "report": ("name",),
    "member_week": ("author", "community"),
    "author_day": ("author",),
    "author_week": ("author",),
    "place_week": ("community",),
    "place_people_week": ("community",),
    "own_account": ("author",),
    "subscription": ("name",),
    "alert_channel": ("name",),
    "watch": ("words",),
    "reply_template": ("text",),
    "content_template": ("text",),
    "suggestion": ("title",),
}


def two_workspaces(folder: Path) -> dict[str, Store]:
    """Make them from the demo in a folder, which stays as it is; gives key -> record."""
    settings = Settings(data_dir=str(folder), demo=False)
    made = {}
    for key, word in WORDS.items():
        assert make_workspace(settings, key.title(), NOW) == key
        target = settings.for_workspace(key).data_path
        shutil.copyfile(folder / "demo.sqlite", target / "vigie.sqlite")
        shutil.copyfile(folder / "demo.vectors.sqlite", target / "vigie.vectors.sqlite")
        made[key] = Store(settings.for_workspace(key).store_url)
        with made[key].write() as connection:
            for table, columns in TEXTS.items():
                for column in columns:
                    connection.exec_driver_sql(
                        f"UPDATE {table} SET {column} = {column} || ' {word}' WHERE {column} != ''"
                    )
    return made
