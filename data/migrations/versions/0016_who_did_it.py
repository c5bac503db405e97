"""Changes carry the account that made them; an audit of everything but posts. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
_ID = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.execute("ALTER TABLE triage_event ADD COLUMN account BIGINT DEFAULT 0 NOT NULL")
    op.create_table(
        "change",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", _ID, nullable=False),
        sa.Column("account", _ID, nullable=False, server_default="0"),
        sa.Column("who", sa.Text, nullable=False, server_default=""),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False, server_default=""),
        sa.Column("before", sa.Text, nullable=False, server_default=""),
        sa.Column("after", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("change_by_time", "change", ["at"])
