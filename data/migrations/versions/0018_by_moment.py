"""Posts in the order of their moments. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_index("post_by_moment", "post", ["published_at", "id"])
