"""Filters of posts under a name, feeds of their posts; which channels a rule tells, and whose a channel is; who is
told of what was assigned to them; what is done at networks. Runs on SQLite and on PostgreSQL.

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
    op.create_index("assignment_notice_by_state", "assignment_notice", ["state", "due_at"])
    op.create_index("assignment_notice_by_post", "assignment_notice", ["post_id"])
    _acts()


def _acts() -> None:
    def words(*names: str) -> list[sa.Column[str]]:
        return [sa.Column(name, sa.Text, nullable=False, server_default="") for name in names]

    def numbers(*names: str) -> list[sa.Column[int]]:
        return [sa.Column(name, _ID, nullable=False, server_default="0") for name in names]

    op.create_table(
        "act",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        *words("account", "source_kind"),
        *numbers("post_id", "item_id"),
        *words("target", "target_url", "place", "title", "text", "reason", "rule", "lang", "seen"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("aim", sa.Text, nullable=False, server_default="do"),
        *numbers("asked_account"),
        *words("asked_by"),
        sa.Column("asked_at", _ID, nullable=False),
        *numbers("approved_account"),
        *words("approved_by"),
        *numbers("approved_at"),
        sa.Column("due_at", _ID, nullable=False),
        *numbers("attempts"),
        sa.Column("maybe", sa.Boolean, nullable=False, server_default=sa.text("false")),
        *numbers("first_try", "tried_at"),
        *words("holder"),
        *numbers("lease_until"),
        *words("error", "detail", "native_id", "url"),
        *numbers("done_at", "reply_id"),
        sa.Column("settled", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_index("act_by_state", "act", ["state", "due_at"])
    op.create_index("act_by_post", "act", ["post_id"])
    op.create_index("act_by_native_id", "act", ["native_id"])
    op.create_table(
        "act_try",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("act_id", _ID, nullable=False),
        sa.Column("at", _ID, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        *words("outcome", "detail"),
    )
    op.create_index("act_try_by_act", "act_try", ["act_id"])
    op.create_table(
        "item_picture",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("item_id", _ID, nullable=False),
        *words("name"),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        *words("alt"),
    )
    op.create_index("item_picture_by_item", "item_picture", ["item_id"])
