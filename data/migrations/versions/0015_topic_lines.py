"""Each topic has a line of its own; posts are grouped anew once. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("ALTER TABLE topic_centroid ADD COLUMN line FLOAT")
    op.execute("DELETE FROM meta WHERE key = 'refit' AND EXISTS (SELECT 1 FROM topic_fit)")
    op.execute("INSERT INTO meta (key, value) SELECT 'refit', 'wanted' WHERE EXISTS (SELECT 1 FROM topic_fit)")
