"""Whether an account is told by mail of what is assigned to it, and in which language.

Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN notices TEXT NOT NULL DEFAULT 'on'")
    op.execute("ALTER TABLE account ADD COLUMN lang TEXT NOT NULL DEFAULT ''")
