"""A migration to come that only adds: what an app of the version before does stays right."""

from alembic import op
from sqlalchemy import Connection, text

revision = "0021"
down_revision = "0020"
oldest = "0020"
indexes = ("CREATE INDEX post_by_length ON post (length, id)",)
BATCH = 200


def upgrade() -> None:
    op.execute("ALTER TABLE post ADD COLUMN length BIGINT")


def fill(connection: Connection) -> bool:
    """How long the posts are that are there; whether any are left."""
    some = text("SELECT id FROM post WHERE length IS NULL ORDER BY id LIMIT :most")
    ids = list(connection.execute(some, {"most": BATCH}).scalars())
    measure = text(
        "UPDATE post SET length = (SELECT length(plain) FROM post_text WHERE post_id = id) WHERE id BETWEEN :a AND :b"
    )
    if ids:
        connection.execute(measure, {"a": ids[0], "b": ids[-1]})
    return len(ids) == BATCH
