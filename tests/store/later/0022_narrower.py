"""A migration to come that takes away what the version before the last one reads."""

from alembic import op

revision = "0022"
down_revision = "0021"
oldest = "0021"


def upgrade() -> None:
    op.execute("ALTER TABLE post DROP COLUMN toxicity")
