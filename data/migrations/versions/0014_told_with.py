"""The debate that another one is told with: the same question, in another language. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("ALTER TABLE debate ADD COLUMN told_with INTEGER DEFAULT 0 NOT NULL")
