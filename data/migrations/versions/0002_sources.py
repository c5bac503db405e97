"""Every kind of source: paging that resumes, counters refreshed, outages, quotas, suggestions.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = """
ALTER TABLE source ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN back_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN reached INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN recounted_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN removed_at INTEGER;
ALTER TABLE post ADD COLUMN ratio FLOAT;
ALTER TABLE post ADD COLUMN accepted BOOLEAN NOT NULL DEFAULT 0;

CREATE TABLE outage (
  id INTEGER PRIMARY KEY NOT NULL, source_id INTEGER NOT NULL REFERENCES source (id),
  began_at INTEGER NOT NULL, ended_at INTEGER);
CREATE INDEX outage_by_source ON outage (source_id, began_at);

CREATE TABLE service_usage (
  service TEXT NOT NULL, period TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0, allowed INTEGER,
  PRIMARY KEY (service, period)) WITHOUT ROWID;

CREATE TABLE suggestion (
  kind TEXT NOT NULL, address TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',
  posts INTEGER NOT NULL, authors INTEGER NOT NULL, examples TEXT NOT NULL DEFAULT '[]',
  dismissed BOOLEAN NOT NULL DEFAULT 0, made_at INTEGER NOT NULL,
  PRIMARY KEY (kind, address)) WITHOUT ROWID;
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";"):
        if statement.strip():
            op.execute(statement)
