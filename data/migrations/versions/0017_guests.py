"""A shared link may ask its guests for a comment or an approval; what they write has a table of its own. Runs on SQLite
and on PostgreSQL.

Frozen on release: later changes are later files.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
_ID = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.execute("ALTER TABLE snapshot ADD COLUMN asks TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE snapshot ADD COLUMN question TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE snapshot ADD COLUMN mutual BOOLEAN DEFAULT false NOT NULL")
    op.create_table(
        "guest_answer",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("section", _ID, nullable=False, server_default="0"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("text", sa.Text, nullable=False, server_default=""),
        sa.Column("at", _ID, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="new"),
    )
    op.create_index("guest_answer_by_snapshot", "guest_answer", ["snapshot_id", "id"])
