"""Stances, debates, and tools that people begin to name. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = """
CREATE TABLE post_stance (post_id BIGINT NOT NULL, value DOUBLE PRECISION NOT NULL, target TEXT NOT NULL, depends
  BOOLEAN DEFAULT FALSE NOT NULL, grants TEXT DEFAULT '[]' NOT NULL, PRIMARY KEY (post_id));
CREATE TABLE debate (id {id}, source_kind TEXT NOT NULL, root_id TEXT NOT NULL, topic_id BIGINT DEFAULT 0 NOT NULL,
  state TEXT NOT NULL, question TEXT NOT NULL, asks BOOLEAN DEFAULT FALSE NOT NULL, opener BIGINT DEFAULT 0 NOT NULL,
  place TEXT DEFAULT '' NOT NULL, lang TEXT DEFAULT '' NOT NULL, score DOUBLE PRECISION NOT NULL, low DOUBLE PRECISION
  NOT NULL, high DOUBLE PRECISION NOT NULL, sure DOUBLE PRECISION NOT NULL, posts BIGINT NOT NULL, people BIGINT NOT
  NULL, first_post BIGINT NOT NULL, last_post BIGINT NOT NULL, facts TEXT DEFAULT '{{}}' NOT NULL, dismissed TEXT
  DEFAULT '' NOT NULL, UNIQUE (source_kind, root_id, topic_id));
CREATE INDEX debate_by_last ON debate (state, last_post);
CREATE TABLE debate_post (debate_id BIGINT NOT NULL REFERENCES debate (id), post_id BIGINT NOT NULL, position DOUBLE
  PRECISION NOT NULL, side BIGINT NOT NULL, argument BIGINT NOT NULL, PRIMARY KEY (debate_id, post_id));
CREATE INDEX debate_post_by_post ON debate_post (post_id);
CREATE TABLE tool (id {id}, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, state TEXT NOT NULL, evidence DOUBLE
  PRECISION NOT NULL, first_post BIGINT NOT NULL, noticed_post BIGINT NOT NULL, last_post BIGINT NOT NULL, posts BIGINT
  NOT NULL, stage TEXT DEFAULT 'sighted' NOT NULL, facts TEXT DEFAULT '{{}}' NOT NULL, decision TEXT DEFAULT '' NOT
  NULL, to_test TEXT DEFAULT '' NOT NULL, assigned TEXT DEFAULT '' NOT NULL, note TEXT DEFAULT '' NOT NULL, who TEXT
  DEFAULT '' NOT NULL);
CREATE INDEX tool_by_first ON tool (state, first_post);
CREATE TABLE tool_post (tool_id BIGINT NOT NULL REFERENCES tool (id), post_id BIGINT NOT NULL, cue TEXT NOT NULL,
  evidence DOUBLE PRECISION NOT NULL, tone TEXT NOT NULL, PRIMARY KEY (tool_id, post_id));
CREATE INDEX tool_post_by_post ON tool_post (post_id);
UPDATE post SET pending = TRUE, sentiment_confidence = 0;
"""


def upgrade() -> None:
    server = op.get_bind().dialect.name == "postgresql"
    # An id is given by the database: SQLite does so for a column of exactly this type.
    given = "BIGSERIAL PRIMARY KEY" if server else "INTEGER PRIMARY KEY NOT NULL"
    for statement in STATEMENTS.format(id=given).split(";\n"):
        if statement.strip():
            op.execute(statement)
