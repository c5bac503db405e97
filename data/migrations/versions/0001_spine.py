"""The spine: sources, posts with full text, topics, rollups, jobs.

Frozen on release: later changes are later files. The statements are written out so that a change to
`data/schema.py` can never rewrite history; a test compares both.
"""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);

CREATE TABLE source (
  id INTEGER PRIMARY KEY NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '', site TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'active',
  is_own BOOLEAN NOT NULL DEFAULT 0, etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT '',
  cursor TEXT NOT NULL DEFAULT '', redirect_to TEXT NOT NULL DEFAULT '',
  redirect_days INTEGER NOT NULL DEFAULT 0, redirect_day INTEGER NOT NULL DEFAULT 0,
  added_at INTEGER NOT NULL, next_check INTEGER NOT NULL DEFAULT 0,
  last_attempt INTEGER, last_success INTEGER,
  error_code TEXT NOT NULL DEFAULT '', error_detail TEXT NOT NULL DEFAULT '',
  failures INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, address));

CREATE TABLE post (
  id INTEGER PRIMARY KEY NOT NULL, source_kind TEXT NOT NULL, native_id TEXT NOT NULL,
  source_id INTEGER NOT NULL REFERENCES source (id),
  published_at INTEGER NOT NULL, collected_at INTEGER NOT NULL,
  author TEXT NOT NULL DEFAULT '', community TEXT NOT NULL DEFAULT '', lang TEXT NOT NULL DEFAULT '',
  root_id TEXT NOT NULL DEFAULT '', parent_id TEXT NOT NULL DEFAULT '',
  is_demo BOOLEAN NOT NULL DEFAULT 0,
  sentiment TEXT NOT NULL DEFAULT 'unsure', sentiment_confidence FLOAT NOT NULL DEFAULT 0,
  group_id INTEGER NOT NULL DEFAULT 0, pending BOOLEAN NOT NULL DEFAULT 1,
  score INTEGER, comments INTEGER, views INTEGER, shares INTEGER,
  UNIQUE (source_kind, native_id));
CREATE INDEX post_by_pending ON post (id) WHERE pending;
CREATE INDEX post_by_source ON post (source_id, id);
CREATE INDEX post_by_group ON post (group_id);
CREATE INDEX post_by_author ON post (author, id);

CREATE TABLE post_text (
  post_id INTEGER PRIMARY KEY NOT NULL REFERENCES post (id),
  title TEXT NOT NULL DEFAULT '', received TEXT NOT NULL DEFAULT '',
  plain TEXT NOT NULL DEFAULT '', url TEXT NOT NULL DEFAULT '');

CREATE TABLE post_source (
  source_id INTEGER NOT NULL REFERENCES source (id), post_id INTEGER NOT NULL REFERENCES post (id),
  PRIMARY KEY (source_id, post_id)) WITHOUT ROWID;
CREATE INDEX post_source_by_post ON post_source (post_id);

CREATE TABLE engagement_day (
  post_id INTEGER NOT NULL REFERENCES post (id), day INTEGER NOT NULL,
  score INTEGER, comments INTEGER, views INTEGER, shares INTEGER,
  PRIMARY KEY (post_id, day)) WITHOUT ROWID;

CREATE TABLE brand (
  id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE,
  is_own BOOLEAN NOT NULL DEFAULT 0, aliases TEXT NOT NULL DEFAULT '[]');

CREATE TABLE mention (
  brand_id INTEGER NOT NULL REFERENCES brand (id), day INTEGER NOT NULL,
  post_id INTEGER NOT NULL REFERENCES post (id),
  sentiment TEXT NOT NULL, lang TEXT NOT NULL, source_id INTEGER NOT NULL,
  PRIMARY KEY (brand_id, day, post_id)) WITHOUT ROWID;
CREATE INDEX mention_by_post ON mention (post_id);

CREATE TABLE topic (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, label TEXT NOT NULL DEFAULT '',
  person_label TEXT NOT NULL DEFAULT '', terms TEXT NOT NULL DEFAULT '[]',
  representatives TEXT NOT NULL DEFAULT '[]', hidden BOOLEAN NOT NULL DEFAULT 0,
  merged_into INTEGER, first_fit INTEGER NOT NULL, first_seen INTEGER,
  trend TEXT NOT NULL DEFAULT 'steady', trend_facts TEXT NOT NULL DEFAULT '{}');

CREATE TABLE topic_fit (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, created_at INTEGER NOT NULL, model TEXT NOT NULL,
  fitted_posts INTEGER NOT NULL, threshold FLOAT NOT NULL);
CREATE TABLE topic_centroid (
  fit_id INTEGER NOT NULL REFERENCES topic_fit (id), topic_id INTEGER NOT NULL REFERENCES topic (id),
  vector BLOB NOT NULL, PRIMARY KEY (fit_id, topic_id));
CREATE TABLE post_topic (
  fit_id INTEGER NOT NULL, topic_id INTEGER NOT NULL, post_id INTEGER NOT NULL, similarity FLOAT NOT NULL,
  PRIMARY KEY (fit_id, topic_id, post_id)) WITHOUT ROWID;
CREATE INDEX post_topic_by_post ON post_topic (post_id, fit_id);

CREATE TABLE brand_day (
  brand_id INTEGER NOT NULL, day INTEGER NOT NULL, posts INTEGER NOT NULL,
  negative INTEGER NOT NULL, neutral INTEGER NOT NULL, positive INTEGER NOT NULL, unsure INTEGER NOT NULL,
  PRIMARY KEY (brand_id, day)) WITHOUT ROWID;
CREATE TABLE topic_day (
  fit_id INTEGER NOT NULL, topic_id INTEGER NOT NULL, day INTEGER NOT NULL, posts INTEGER NOT NULL,
  negative INTEGER NOT NULL, neutral INTEGER NOT NULL, positive INTEGER NOT NULL, unsure INTEGER NOT NULL,
  PRIMARY KEY (fit_id, topic_id, day)) WITHOUT ROWID;
CREATE TABLE erased_post (post_id INTEGER PRIMARY KEY NOT NULL);
CREATE TABLE dirty_day (day INTEGER PRIMARY KEY NOT NULL);

CREATE TABLE job (
  id INTEGER PRIMARY KEY NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
  started_at INTEGER NOT NULL, beat_at INTEGER NOT NULL, finished_at INTEGER,
  done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '');
CREATE TABLE lease (name TEXT PRIMARY KEY NOT NULL, holder TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE visit (
  viewer TEXT PRIMARY KEY NOT NULL, current_at INTEGER NOT NULL, previous_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL);
"""

# unicode61 folds accents but not ligatures; the view replaces them so that "coeur" finds "cœur".
# The index is external content: it holds no copy of the text, and the triggers keep it in step.
FOLD = "replace(replace(replace(replace(replace({0}, 'œ', 'oe'), 'Œ', 'OE'), 'æ', 'ae'), 'Æ', 'AE'), 'ß', 'ss')"
FULL_TEXT = [
    f"CREATE VIEW post_search AS SELECT post_id, {FOLD.format('title')} AS title, "
    f"{FOLD.format('plain')} AS plain FROM post_text",
    "CREATE VIRTUAL TABLE post_fts USING fts5(title, plain, content='post_search', "
    "content_rowid='post_id', tokenize='unicode61 remove_diacritics 2')",
    f"""CREATE TRIGGER post_text_added AFTER INSERT ON post_text BEGIN
      INSERT INTO post_fts (rowid, title, plain)
      VALUES (new.post_id, {FOLD.format("new.title")}, {FOLD.format("new.plain")}); END""",
    f"""CREATE TRIGGER post_text_removed AFTER DELETE ON post_text BEGIN
      INSERT INTO post_fts (post_fts, rowid, title, plain)
      VALUES ('delete', old.post_id, {FOLD.format("old.title")}, {FOLD.format("old.plain")}); END""",
    f"""CREATE TRIGGER post_text_changed AFTER UPDATE OF title, plain ON post_text BEGIN
      INSERT INTO post_fts (post_fts, rowid, title, plain)
      VALUES ('delete', old.post_id, {FOLD.format("old.title")}, {FOLD.format("old.plain")});
      INSERT INTO post_fts (rowid, title, plain)
      VALUES (new.post_id, {FOLD.format("new.title")}, {FOLD.format("new.plain")}); END""",
]


def upgrade() -> None:
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
    for statement in FULL_TEXT:
        op.execute(statement)
    op.execute("INSERT INTO meta (key, value) VALUES ('revision', '0'), ('topic_fit', '0')")
