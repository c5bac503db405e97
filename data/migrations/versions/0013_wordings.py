"""The name and words of a topic in each of its languages. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE topic ADD COLUMN wordings TEXT DEFAULT '[]' NOT NULL")
