"""The inbox: kinds of posts, who waits for an answer, moderation, triage with its history, corrections, verbatims.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = """
ALTER TABLE post ADD COLUMN toxicity FLOAT NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN by_us BOOLEAN NOT NULL DEFAULT 0;
CREATE INDEX post_by_root ON post (root_id, id) WHERE root_id != '';
UPDATE post SET pending = 1, sentiment_confidence = 0;

CREATE TABLE own_account (author TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;

CREATE TABLE post_intent (
  intent TEXT NOT NULL, post_id INTEGER NOT NULL, confidence FLOAT NOT NULL,
  PRIMARY KEY (intent, post_id)) WITHOUT ROWID;
CREATE INDEX post_intent_by_post ON post_intent (post_id);

CREATE TABLE inquiry (
  post_id INTEGER PRIMARY KEY NOT NULL, kind TEXT NOT NULL, alike INTEGER NOT NULL,
  answered_by INTEGER NOT NULL DEFAULT 0);
CREATE INDEX inquiry_open ON inquiry (alike, post_id) WHERE answered_by = 0;
CREATE TABLE past_answer (
  post_id INTEGER NOT NULL, answer_id INTEGER NOT NULL, similarity FLOAT NOT NULL,
  PRIMARY KEY (post_id, answer_id)) WITHOUT ROWID;

CREATE TABLE thread_heat (
  source_kind TEXT NOT NULL, root_id TEXT NOT NULL, heat FLOAT NOT NULL, before FLOAT NOT NULL,
  parts TEXT NOT NULL, posts INTEGER NOT NULL, last_post INTEGER NOT NULL,
  PRIMARY KEY (source_kind, root_id)) WITHOUT ROWID;
CREATE TABLE moderation (
  post_id INTEGER PRIMARY KEY NOT NULL, risk FLOAT NOT NULL, heat FLOAT NOT NULL,
  reasons TEXT NOT NULL DEFAULT '[]');
CREATE INDEX moderation_by_risk ON moderation (risk);

CREATE TABLE triage (
  post_id INTEGER PRIMARY KEY NOT NULL, seen TEXT NOT NULL DEFAULT '', starred TEXT NOT NULL DEFAULT '',
  handled TEXT NOT NULL DEFAULT '', snoozed TEXT NOT NULL DEFAULT '', assigned TEXT NOT NULL DEFAULT '',
  decision TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '');
CREATE TABLE post_label (
  post_id INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (post_id, field)) WITHOUT ROWID;
CREATE TABLE triage_event (
  id INTEGER PRIMARY KEY NOT NULL, batch INTEGER NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL,
  post_id INTEGER NOT NULL, field TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, undone_at INTEGER);
CREATE INDEX triage_event_by_post ON triage_event (post_id);
CREATE INDEX triage_event_by_time ON triage_event (at);

CREATE TABLE word_tone (
  word TEXT PRIMARY KEY NOT NULL, tone TEXT NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE local_model (
  id INTEGER PRIMARY KEY NOT NULL, made_at INTEGER NOT NULL, labels INTEGER NOT NULL, before FLOAT NOT NULL,
  after FLOAT NOT NULL, state TEXT NOT NULL, base TEXT NOT NULL, weights BLOB NOT NULL);

CREATE TABLE verbatim (
  id INTEGER PRIMARY KEY NOT NULL, post_id INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
  digest TEXT NOT NULL, tags TEXT NOT NULL DEFAULT '[]', who TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX verbatim_by_post ON verbatim (post_id);
CREATE TABLE reply_template (
  kind TEXT NOT NULL, tone TEXT NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (kind, tone, lang)) WITHOUT ROWID;
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";"):
        if statement.strip():
            op.execute(statement)
