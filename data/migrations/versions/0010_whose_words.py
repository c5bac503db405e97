"""Whose words a post is, where what brought it knows better than its source. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("ALTER TABLE post ADD COLUMN ours BOOLEAN")
