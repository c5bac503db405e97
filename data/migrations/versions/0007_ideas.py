"""Ideas, the content calendar, templates, days that come back. Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = """
CREATE TABLE idea (id {id}, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, facts TEXT DEFAULT '{{}}' NOT NULL, score
  DOUBLE PRECISION NOT NULL, why TEXT DEFAULT '{{}}' NOT NULL, posts TEXT DEFAULT '[]' NOT NULL, total BIGINT NOT NULL,
  people BIGINT NOT NULL, places BIGINT NOT NULL, days BIGINT NOT NULL, interest DOUBLE PRECISION, sample BIGINT NOT
  NULL, effort DOUBLE PRECISION NOT NULL, risk DOUBLE PRECISION NOT NULL, formats TEXT DEFAULT '[]' NOT NULL, lang TEXT
  DEFAULT '' NOT NULL, place BIGINT DEFAULT 0 NOT NULL, state TEXT DEFAULT '' NOT NULL, reason TEXT DEFAULT '' NOT NULL,
  dismissed_total BIGINT DEFAULT 0 NOT NULL, liked BIGINT DEFAULT 0 NOT NULL, who TEXT DEFAULT '' NOT NULL, first_at
  BIGINT NOT NULL);
CREATE INDEX idea_by_place ON idea (place);
CREATE TABLE calendar_item (id {id}, idea_id BIGINT DEFAULT 0 NOT NULL, title TEXT NOT NULL, format TEXT DEFAULT '' NOT
  NULL, channel TEXT DEFAULT '' NOT NULL, lang TEXT DEFAULT '' NOT NULL, owner TEXT DEFAULT '' NOT NULL, status TEXT
  DEFAULT 'idea' NOT NULL, day TEXT DEFAULT '' NOT NULL, hour BIGINT DEFAULT -1 NOT NULL, note TEXT DEFAULT '' NOT NULL,
  subject TEXT DEFAULT '' NOT NULL, drafts TEXT DEFAULT '{{}}' NOT NULL, url TEXT DEFAULT '' NOT NULL, post_id BIGINT
  DEFAULT 0 NOT NULL, action_id BIGINT DEFAULT 0 NOT NULL, made_at BIGINT NOT NULL, changed_at BIGINT NOT NULL);
CREATE INDEX calendar_item_by_day ON calendar_item (day);
CREATE TABLE content_template (format TEXT NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (format, lang));
CREATE TABLE own_occasion (key TEXT NOT NULL, day TEXT NOT NULL, name TEXT DEFAULT '' NOT NULL, words TEXT DEFAULT ''
  NOT NULL, PRIMARY KEY (key));
"""


def upgrade() -> None:
    server = op.get_bind().dialect.name == "postgresql"
    given = "BIGSERIAL PRIMARY KEY" if server else "INTEGER PRIMARY KEY NOT NULL"
    for statement in STATEMENTS.format(id=given).split(";\n"):
        if statement.strip():
            op.execute(statement)
