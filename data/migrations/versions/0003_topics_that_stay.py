"""Topics that stay: passport, lineage, edits that are undone, the map, sub-topics, watched subjects.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = """
ALTER TABLE topic ADD COLUMN first_terms TEXT NOT NULL DEFAULT '[]';
ALTER TABLE topic ADD COLUMN noise BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE topic ADD COLUMN made_by TEXT NOT NULL DEFAULT 'fit';
ALTER TABLE topic ADD COLUMN became INTEGER;
ALTER TABLE topic ADD COLUMN theme INTEGER NOT NULL DEFAULT 0;
UPDATE topic SET first_terms = terms;
ALTER TABLE post_topic ADD COLUMN x FLOAT;
ALTER TABLE post_topic ADD COLUMN y FLOAT;
ALTER TABLE post_topic ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN step_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE topic_part (
  fit_id INTEGER NOT NULL, topic_id INTEGER NOT NULL, number INTEGER NOT NULL,
  label TEXT NOT NULL DEFAULT '', vector BLOB NOT NULL,
  PRIMARY KEY (fit_id, topic_id, number)) WITHOUT ROWID;

CREATE TABLE map_mark (
  fit_id INTEGER NOT NULL, post_id INTEGER NOT NULL, x FLOAT NOT NULL, y FLOAT NOT NULL,
  PRIMARY KEY (fit_id, post_id)) WITHOUT ROWID;

CREATE TABLE map_day (
  fit_id INTEGER NOT NULL, day INTEGER NOT NULL, cell INTEGER NOT NULL, posts INTEGER NOT NULL,
  PRIMARY KEY (fit_id, day, cell)) WITHOUT ROWID;

CREATE TABLE topic_change (
  id INTEGER PRIMARY KEY NOT NULL, at INTEGER NOT NULL, topic_id INTEGER NOT NULL,
  other_id INTEGER NOT NULL DEFAULT 0, kind TEXT NOT NULL, made_by TEXT NOT NULL DEFAULT 'fit',
  detail TEXT NOT NULL DEFAULT '{}', undone_at INTEGER);
CREATE INDEX topic_change_by_topic ON topic_change (topic_id);

CREATE TABLE post_pin (post_id INTEGER PRIMARY KEY NOT NULL, topic_id INTEGER NOT NULL);

CREATE TABLE watch (
  id INTEGER PRIMARY KEY NOT NULL, words TEXT NOT NULL, threshold FLOAT NOT NULL DEFAULT 0.5,
  model TEXT NOT NULL DEFAULT '', vector BLOB, made_at INTEGER NOT NULL);
CREATE TABLE watch_post (
  watch_id INTEGER NOT NULL REFERENCES watch (id), post_id INTEGER NOT NULL, similarity FLOAT NOT NULL,
  PRIMARY KEY (watch_id, post_id)) WITHOUT ROWID;
CREATE INDEX watch_post_by_post ON watch_post (post_id);
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";"):
        if statement.strip():
            op.execute(statement)
