"""Which channels a rule tells, and whose a channel is. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0023"
down_revision = "0019"


def upgrade() -> None:
    op.execute("ALTER TABLE alert_channel ADD COLUMN person TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE alert_channel ADD COLUMN takes TEXT NOT NULL DEFAULT 'all'")
    op.execute(
        "CREATE TABLE alert_route (rule_id BIGINT NOT NULL, channel_id BIGINT NOT NULL, "
        "PRIMARY KEY (rule_id, channel_id))"
    )
