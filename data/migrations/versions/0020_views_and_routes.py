"""Filters of posts under a name, feeds of their posts; which channels a rule tells, and whose a channel is; who is
told of what was assigned to them; how people like lists; what is to mend at our own places. Runs on SQLite and on
PostgreSQL.

Frozen on release: later changes are later files.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
_ID = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("parameters", sa.Text, nullable=False, server_default="{}"),
        sa.Column("made_at", _ID, nullable=False),
    )
    op.add_column("access", sa.Column("view_id", _ID, nullable=False, server_default="0"))
    op.execute("ALTER TABLE alert_channel ADD COLUMN person TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE alert_channel ADD COLUMN takes TEXT NOT NULL DEFAULT 'all'")
    op.execute(
        "CREATE TABLE alert_route (rule_id BIGINT NOT NULL, channel_id BIGINT NOT NULL, "
        "PRIMARY KEY (rule_id, channel_id))"
    )
    op.execute("ALTER TABLE alert_channel ADD COLUMN notices TEXT NOT NULL DEFAULT 'off'")
    op.create_table(
        "assignment_notice",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("post_id", _ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("account", _ID, nullable=False, server_default="0"),
        sa.Column("at", _ID, nullable=False),
        sa.Column("due_at", _ID, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("attempts", _ID, nullable=False, server_default="0"),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("sent_at", _ID),
    )
    op.create_table(
        "habit",
        sa.Column("viewer", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "place_check",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("day", _ID, primary_key=True, autoincrement=False),
        sa.Column("seconds", sa.Float),
    )
    op.create_table(
        "place_finding",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("stands_on", sa.Text, nullable=False, server_default=""),
        sa.Column("found_at", _ID, nullable=False),
        sa.Column("seen_at", _ID, nullable=False),
        sa.Column("gone_at", _ID, nullable=False, server_default="0"),
        sa.Column("times", _ID, nullable=False, server_default="0"),
        sa.Column("state", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("place_finding_once", "place_finding", ["place", "code", "subject"], unique=True)
    op.create_index("assignment_notice_by_state", "assignment_notice", ["state", "due_at"])
    op.create_index("assignment_notice_by_post", "assignment_notice", ["post_id"])
