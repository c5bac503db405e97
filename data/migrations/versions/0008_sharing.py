"""Snapshots, reports, subscriptions, tokens. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = """
CREATE TABLE snapshot (id {id}, digest TEXT NOT NULL UNIQUE, title TEXT NOT NULL, note TEXT DEFAULT '' NOT NULL, page
  TEXT DEFAULT '' NOT NULL, parameters TEXT DEFAULT '{{}}' NOT NULL, report_id BIGINT DEFAULT 0 NOT NULL, made_at BIGINT
  NOT NULL, who TEXT DEFAULT '' NOT NULL, expires_at BIGINT DEFAULT 0 NOT NULL, secret TEXT DEFAULT '' NOT NULL, names
  TEXT NOT NULL, download BOOLEAN DEFAULT {no} NOT NULL, presenting BOOLEAN DEFAULT {no} NOT NULL, revoked_at BIGINT
  DEFAULT 0 NOT NULL, views BIGINT DEFAULT 0 NOT NULL, viewed_at BIGINT DEFAULT 0 NOT NULL, body {bytes} NOT NULL);
CREATE INDEX snapshot_by_time ON snapshot (made_at);
CREATE TABLE snapshot_post (snapshot_id BIGINT NOT NULL, post_id BIGINT NOT NULL, PRIMARY KEY (snapshot_id, post_id));
CREATE INDEX snapshot_post_by_post ON snapshot_post (post_id);
CREATE TABLE report (id {id}, name TEXT NOT NULL, days BIGINT NOT NULL, brand_id BIGINT DEFAULT 0 NOT NULL, lang TEXT
  DEFAULT '' NOT NULL, names TEXT DEFAULT 'pseudonyms' NOT NULL, blocks TEXT DEFAULT '[]' NOT NULL, comments TEXT
  DEFAULT '{{}}' NOT NULL, notes TEXT DEFAULT '{{}}' NOT NULL, made_at BIGINT NOT NULL, changed_at BIGINT NOT NULL);
CREATE TABLE subscription (id {id}, name TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL, report_id BIGINT
  DEFAULT 0 NOT NULL, lang TEXT DEFAULT 'en' NOT NULL, zone TEXT DEFAULT 'UTC' NOT NULL, hour BIGINT DEFAULT 8 NOT NULL,
  weekday BIGINT DEFAULT 0 NOT NULL, minutes BIGINT DEFAULT 3 NOT NULL, state TEXT DEFAULT 'on' NOT NULL, made_at BIGINT
  NOT NULL);
CREATE TABLE mailing (id {id}, subscription_id BIGINT NOT NULL, edition TEXT NOT NULL, due_at BIGINT NOT NULL, state
  TEXT DEFAULT 'waiting' NOT NULL, attempts BIGINT DEFAULT 0 NOT NULL, error TEXT DEFAULT '' NOT NULL, sent_at BIGINT,
  UNIQUE (subscription_id, edition));
CREATE TABLE access (id {id}, kind TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, names TEXT DEFAULT
  'pseudonyms' NOT NULL, lang TEXT DEFAULT '' NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT DEFAULT 0 NOT NULL,
  revoked_at BIGINT DEFAULT 0 NOT NULL, uses BIGINT DEFAULT 0 NOT NULL, used_at BIGINT DEFAULT 0 NOT NULL);
"""


def upgrade() -> None:
    server = op.get_bind().dialect.name == "postgresql"
    words = {
        "id": "BIGSERIAL PRIMARY KEY" if server else "INTEGER PRIMARY KEY NOT NULL",
        "no": "false" if server else "0",
        "bytes": "BYTEA" if server else "BLOB",
    }
    for statement in STATEMENTS.format(**words).split(";\n"):
        if statement.strip():
            op.execute(statement)
