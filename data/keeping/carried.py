"""What a restored record must know of the time after its backup: what was sent, spent, withdrawn, erased, and
who did what.

All of it is written to the copy that is about to become the record, so that no page ever shows it without.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from data.settings import Settings
from data.store import Store

UNKNOWN = 1_000_000  # revisions: more than a record that cannot be read had since its backup
# What was sent is not sent again; quotas and money stay counted; what was withdrawn opens nothing again.
_CARRIED = (
    "UPDATE delivery SET state = b.state, attempts = b.attempts, error = b.error, sent_at = b.sent_at "
    "FROM before.delivery b WHERE b.channel_id = delivery.channel_id AND b.alert_id = delivery.alert_id "
    "AND b.state = 'sent'",
    "INSERT INTO mailing (subscription_id, edition, due_at, state, attempts, error, sent_at) "
    "SELECT subscription_id, edition, due_at, state, attempts, error, sent_at FROM before.mailing WHERE state = 'sent' "
    "ON CONFLICT (subscription_id, edition) DO UPDATE SET state = 'sent', sent_at = excluded.sent_at",
    "UPDATE alert_channel SET digested = b.digested FROM before.alert_channel b "
    "WHERE b.id = alert_channel.id AND b.digested > alert_channel.digested",
    "INSERT INTO service_usage (service, period, used, allowed) SELECT service, period, used, allowed "
    "FROM before.service_usage WHERE true "
    "ON CONFLICT (service, period) DO UPDATE SET used = max(used, excluded.used)",
    "UPDATE snapshot SET revoked_at = b.revoked_at FROM before.snapshot b "
    "WHERE b.digest = snapshot.digest AND b.revoked_at != 0",
    "UPDATE access SET revoked_at = b.revoked_at FROM before.access b "
    "WHERE b.digest = access.digest AND b.revoked_at != 0",
    # A link or token that is gone was removed, or renewed because the old one was in wrong hands.
    "UPDATE snapshot SET revoked_at = {now} "
    "WHERE revoked_at = 0 AND digest NOT IN (SELECT digest FROM before.snapshot)",
    "UPDATE access SET revoked_at = {now} WHERE revoked_at = 0 AND digest NOT IN (SELECT digest FROM before.access)",
    "INSERT OR REPLACE INTO lease SELECT * FROM before.lease",
    # What was done at networks stands there still, whatever the record says of its posts.
    "INSERT OR REPLACE INTO act SELECT * FROM before.act",
    "INSERT OR REPLACE INTO act_try SELECT * FROM before.act_try",
    # Who did what stays told, though it is undone: changes of posts as lines of the audit, as what they made is gone.
    "INSERT INTO change (at, account, who, action, subject, before, after) "
    "SELECT at, account, who, action, subject, before, after FROM before.change "
    "WHERE id > (SELECT coalesce(max(id), 0) FROM change) ORDER BY id",
    "INSERT INTO change (at, account, who, action, subject, before, after) "
    "SELECT at, account, who, 'post.' || field, CAST(post_id AS TEXT), before, after FROM before.triage_event "
    "WHERE id > (SELECT coalesce(max(id), 0) FROM triage_event) ORDER BY id",
)
_ENDED = (
    "DELETE FROM lease",
    # Whether a message of the time since the backup went out is not always known: none goes out twice.
    "UPDATE assignment_notice SET state = 'dropped' WHERE state IN ('waiting', 'sending')",
    # Nor is anything done at a network without a person's look: it may have been done since the backup.
    "UPDATE act SET state = 'refused', error = 'restored', maybe = true, tried_at = {now}, "
    "first_try = CASE first_try WHEN 0 THEN asked_at ELSE first_try END WHERE state IN ('ready', 'trying', 'waits')",
    "UPDATE job SET state = 'interrupted', finished_at = beat_at WHERE state = 'running'",
)
# Vectors that belong to no post of the restored record, or to other words than it holds, go at the next refresh, and
# posts without a vector are read again then.
_VECTORS = (
    "INSERT OR IGNORE INTO erased_post SELECT DISTINCT v.post_id FROM vectors.vector v "
    "LEFT JOIN post_text n ON n.post_id = v.post_id WHERE n.post_id IS NULL",
    "UPDATE post SET pending = true WHERE NOT pending AND id NOT IN "
    "(SELECT post_id FROM vectors.vector EXCEPT SELECT post_id FROM erased_post)",
)
_OTHER_WORDS = (
    "INSERT OR IGNORE INTO erased_post SELECT DISTINCT v.post_id FROM vectors.vector v "
    "JOIN post_text n ON n.post_id = v.post_id LEFT JOIN before.post_text b ON b.post_id = v.post_id "
    "WHERE b.post_id IS NULL OR (b.title, b.plain) IS NOT (n.title, n.plain)"
)


def carry_over(staged: Store, before: Path | None, settings: Settings, now: int) -> None:
    """Bring a copy of a backup up to what must not go back. `before` is the record as it was set aside, None where
    there was none or it cannot be read; `now` in seconds.

    The one place for what a restore does to the record before anybody sees it.
    """
    with closing(sqlite3.connect(staged.path, isolation_level=None)) as connection:
        if before is not None:
            connection.execute("ATTACH DATABASE ? AS before", (str(before),))
        has_vectors = _attach_vectors(connection, settings)
        connection.execute("BEGIN IMMEDIATE")
        for statement in _ENDED:
            _where_it_exists(connection, statement.replace("{now}", str(now)))
        for statement in _CARRIED if before is not None else ():
            _where_it_exists(connection, statement.replace("{now}", str(now)))
        if has_vectors and before is not None:
            _where_it_exists(connection, _OTHER_WORDS)
        for statement in _VECTORS if has_vectors else ("UPDATE post SET pending = true",):
            connection.execute(statement)
        connection.execute("COMMIT")


def _where_it_exists(connection: sqlite3.Connection, statement: str) -> None:
    """Run it; a record of an earlier Vigie may lack the table or column."""
    try:
        connection.execute(statement)
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise


def _attach_vectors(connection: sqlite3.Connection, settings: Settings) -> bool:
    path = Path(settings.store_url.removeprefix("sqlite:///")).with_suffix(".vectors.sqlite")
    if not path.is_file():
        return False
    try:
        connection.execute("ATTACH DATABASE ? AS vectors", (str(path),))
        connection.execute("SELECT 1 FROM vectors.vector LIMIT 1")
    except sqlite3.DatabaseError:
        return False  # damaged: the next refresh begins it anew
    return True


def sign_out(staged: Store) -> None:
    """Everybody signs in again: sessions and links of the backup may have been withdrawn since."""
    with closing(sqlite3.connect(staged.path)) as connection, connection:
        connection.execute("DELETE FROM session")
        connection.execute("DELETE FROM invitation")


def go_on_counting(staged: Store, known: int | None) -> int:
    """The revision never goes back: an open app would show what it kept of before. `known` is the record's last one,
    None where it could not be read. Gives the new revision."""
    with closing(sqlite3.connect(staged.path)) as connection, connection:
        held = int(connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0])
        new = held + UNKNOWN if known is None else max(held, known) + 1
        connection.execute("UPDATE meta SET value = ? WHERE key = 'revision'", (str(new),))
    return new
