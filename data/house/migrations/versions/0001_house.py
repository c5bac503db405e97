"""Accounts, sessions, invitations, workspaces and roles. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
_ID = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, _ID, nullable=False, server_default="0")


def _int(name: str) -> sa.Column[int]:
    return sa.Column(name, _ID, nullable=False)


# Frozen, one table after the other.
def upgrade() -> None:
    meta = op.create_table(
        "meta", sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False)
    )
    op.bulk_insert(meta, [{"key": "revision", "value": "1"}])
    op.create_table(
        "account",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False, server_default="local"),
        _text("subject"),
        _text("secret"),
        _text("email"),
        sa.Column("state", sa.Text, nullable=False, server_default="active"),
        _int("made_at"),
        _text("made_by"),
        _count("seen_at"),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.Text, primary_key=True),
        _int("account_id"),
        _int("made_at"),
        _int("seen_at"),
        _int("expires_at"),
        _text("browser"),
    )
    op.create_index("session_by_account", "session", ["account_id"])
    op.create_table(
        "invitation",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        _count("account_id"),
        _text("name"),
        _text("role"),
        _text("workspace"),
        _int("made_at"),
        _text("made_by"),
        _int("expires_at"),
        _count("used_at"),
    )
    op.create_table("attempt", sa.Column("key", sa.Text, primary_key=True), _int("began_at"), _int("failures"))
    op.create_table(
        "known_address",
        sa.Column("account_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("address", sa.Text, primary_key=True),
        _int("seen_at"),
    )
    op.create_table(
        "workspace",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="active"),
        _int("made_at"),
    )
    op.create_table(
        "membership",
        sa.Column("account_id", _ID, primary_key=True),
        sa.Column("workspace_id", _ID, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
    )
    op.create_table(
        "house_change",
        sa.Column("id", _ID, primary_key=True),
        _int("at"),
        _count("account"),
        _text("who"),
        sa.Column("action", sa.Text, nullable=False),
        _text("subject"),
        _text("before"),
        _text("after"),
    )
    op.create_index("house_change_by_time", "house_change", ["at"])
