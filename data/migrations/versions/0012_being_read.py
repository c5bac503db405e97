"""Posts that nobody has read yet have no tone: they were kept as "unsure". Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

UNREAD = "pending AND sentiment = 'unsure' AND sentiment_confidence = 0"


def upgrade() -> None:
    op.execute("CREATE TABLE unsettled_post (post_id BIGINT NOT NULL PRIMARY KEY)")
    op.execute(f"INSERT INTO dirty_day SELECT DISTINCT id / 10000000 FROM post WHERE {UNREAD} ON CONFLICT DO NOTHING")
    op.execute(f"UPDATE post SET sentiment = '' WHERE {UNREAD}")
    # Newest first among those never read, then those that are read anew; and how many there are, from the index alone.
    op.execute("DROP INDEX post_by_pending")
    op.execute("CREATE INDEX post_by_pending ON post (sentiment, id) WHERE pending")
