"""Reputation: brands as queries, counts by hour, source, topic and aspect, members, alerts, actions.

Frozen on release: later changes are later files. A PostgreSQL record begins here: see `postgresql.sql`.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = """
ALTER TABLE brand ADD COLUMN kind TEXT NOT NULL DEFAULT 'own';
UPDATE brand SET kind = 'competitor' WHERE NOT is_own;
ALTER TABLE brand ADD COLUMN hashtags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE brand ADD COLUMN accounts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE brand ADD COLUMN exclusions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE brand ADD COLUMN context TEXT NOT NULL DEFAULT '[]';
ALTER TABLE brand ADD COLUMN exact_case BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE brand ADD COLUMN expert TEXT NOT NULL DEFAULT '';
ALTER TABLE brand ADD COLUMN made_by TEXT NOT NULL DEFAULT 'settings';
ALTER TABLE brand ADD COLUMN matched TEXT NOT NULL DEFAULT '';
INSERT INTO dirty_day SELECT DISTINCT day FROM brand_day WHERE true ON CONFLICT DO NOTHING;
UPDATE post SET pending = 1, sentiment_confidence = 0;
CREATE TABLE vector (model TEXT NOT NULL, post_id INTEGER NOT NULL, v BLOB NOT NULL, PRIMARY KEY (model, post_id))
  WITHOUT ROWID;

CREATE TABLE action (id INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, at INTEGER NOT NULL, brand_id
  INTEGER DEFAULT '0' NOT NULL, url TEXT DEFAULT '' NOT NULL, note TEXT DEFAULT '' NOT NULL, post_id INTEGER DEFAULT
  '0' NOT NULL, who TEXT DEFAULT '' NOT NULL, made_at INTEGER NOT NULL, effect TEXT DEFAULT '{}' NOT NULL,
  measured_at INTEGER DEFAULT '0' NOT NULL, PRIMARY KEY (id));
CREATE TABLE alert (id INTEGER NOT NULL, rule_id INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT DEFAULT '' NOT NULL,
  began_at INTEGER NOT NULL, noticed_at INTEGER NOT NULL, last_at INTEGER NOT NULL, state TEXT DEFAULT 'open' NOT
  NULL, snoozed TEXT DEFAULT '' NOT NULL, origin INTEGER DEFAULT '0' NOT NULL, posts TEXT DEFAULT '[]' NOT NULL,
  facts TEXT DEFAULT '{}' NOT NULL, PRIMARY KEY (id));
CREATE INDEX alert_by_rule ON alert (rule_id, key);
CREATE INDEX alert_by_time ON alert (noticed_at);
CREATE TABLE alert_channel (id INTEGER NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, lang TEXT DEFAULT 'en'
  NOT NULL, zone TEXT DEFAULT 'UTC' NOT NULL, quiet_from INTEGER DEFAULT '0' NOT NULL, quiet_to INTEGER DEFAULT '0'
  NOT NULL, digest_hour INTEGER DEFAULT '-1' NOT NULL, state TEXT DEFAULT 'on' NOT NULL, made_at INTEGER NOT NULL,
  digested TEXT DEFAULT '' NOT NULL, PRIMARY KEY (id));
CREATE TABLE alert_rule (id INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT DEFAULT '' NOT NULL, brand_id INTEGER
  DEFAULT '0' NOT NULL, query TEXT DEFAULT '' NOT NULL, sensitivity TEXT DEFAULT 'normal' NOT NULL, state TEXT
  DEFAULT 'on' NOT NULL, made_at INTEGER NOT NULL, looked_at INTEGER DEFAULT '0' NOT NULL, PRIMARY KEY (id));
CREATE TABLE brand_aspect_day (brand_id INTEGER NOT NULL, day INTEGER NOT NULL, aspect TEXT NOT NULL, posts INTEGER
  NOT NULL, negative INTEGER NOT NULL, neutral INTEGER NOT NULL, positive INTEGER NOT NULL, unsure INTEGER NOT NULL,
  PRIMARY KEY (brand_id, day, aspect)) WITHOUT ROWID;
CREATE TABLE brand_hour (brand_id INTEGER NOT NULL, hour INTEGER NOT NULL, posts INTEGER NOT NULL, negative INTEGER
  NOT NULL, neutral INTEGER NOT NULL, positive INTEGER NOT NULL, unsure INTEGER NOT NULL, PRIMARY KEY (brand_id,
  hour)) WITHOUT ROWID;
CREATE TABLE brand_source_day (brand_id INTEGER NOT NULL, day INTEGER NOT NULL, source_id INTEGER NOT NULL, lang
  TEXT NOT NULL, posts INTEGER NOT NULL, negative INTEGER NOT NULL, neutral INTEGER NOT NULL, positive INTEGER NOT
  NULL, unsure INTEGER NOT NULL, PRIMARY KEY (brand_id, day, source_id, lang)) WITHOUT ROWID;
CREATE TABLE brand_topic_day (fit_id INTEGER NOT NULL, brand_id INTEGER NOT NULL, day INTEGER NOT NULL, topic_id
  INTEGER NOT NULL, posts INTEGER NOT NULL, negative INTEGER NOT NULL, neutral INTEGER NOT NULL, positive INTEGER
  NOT NULL, unsure INTEGER NOT NULL, PRIMARY KEY (fit_id, brand_id, day, topic_id)) WITHOUT ROWID;
CREATE TABLE delivery (id INTEGER NOT NULL, channel_id INTEGER NOT NULL, alert_id INTEGER NOT NULL, due_at INTEGER
  NOT NULL, state TEXT DEFAULT 'waiting' NOT NULL, attempts INTEGER DEFAULT '0' NOT NULL, error TEXT DEFAULT '' NOT
  NULL, sent_at INTEGER, PRIMARY KEY (id), UNIQUE (channel_id, alert_id));
CREATE INDEX delivery_by_state ON delivery (state, due_at);
CREATE TABLE member_week (week INTEGER NOT NULL, source_kind TEXT NOT NULL, community TEXT NOT NULL, author TEXT NOT
  NULL, posts INTEGER NOT NULL, negative INTEGER NOT NULL, neutral INTEGER NOT NULL, positive INTEGER NOT NULL,
  unsure INTEGER NOT NULL, roots INTEGER DEFAULT '0' NOT NULL, replies INTEGER DEFAULT '0' NOT NULL, drawn INTEGER
  DEFAULT '0' NOT NULL, about_us INTEGER DEFAULT '0' NOT NULL, against_us INTEGER DEFAULT '0' NOT NULL, for_us
  INTEGER DEFAULT '0' NOT NULL, events INTEGER DEFAULT '0' NOT NULL, by_us INTEGER DEFAULT '0' NOT NULL, PRIMARY KEY
  (week, source_kind, community, author)) WITHOUT ROWID;
CREATE INDEX member_week_by_author ON member_week (source_kind, author, week);
CREATE TABLE place_week (week INTEGER NOT NULL, source_kind TEXT NOT NULL, community TEXT NOT NULL, slot INTEGER NOT
  NULL, posts INTEGER NOT NULL, PRIMARY KEY (week, source_kind, community, slot)) WITHOUT ROWID;
CREATE TABLE post_aspect (aspect TEXT NOT NULL, post_id INTEGER NOT NULL, sentiment TEXT NOT NULL, start INTEGER NOT
  NULL, stop INTEGER NOT NULL, PRIMARY KEY (aspect, post_id)) WITHOUT ROWID;
CREATE INDEX post_aspect_by_post ON post_aspect (post_id);
CREATE TABLE tone_check (post_id INTEGER NOT NULL, predicted TEXT NOT NULL, actual TEXT NOT NULL, lang TEXT NOT
  NULL, who TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (post_id));
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";"):
        if statement.strip():
            op.execute(statement)
