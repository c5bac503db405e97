"""The folder that a list of feeds kept a source in. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("ALTER TABLE source ADD COLUMN folder TEXT DEFAULT '' NOT NULL")
