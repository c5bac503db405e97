"""Posts whose words and authors were let go, for they were kept long enough. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("ALTER TABLE post ADD COLUMN dropped_at BIGINT")
