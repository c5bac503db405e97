"""Words inside texts without spaces; posts known again by their link and what they say. SQLite and PostgreSQL.

Frozen on release: later changes are later files.
"""

import json
import unicodedata
from itertools import groupby

from alembic import op
from sqlalchemy import text

from data.posts.links import marks

revision = "0009"
down_revision = "0008"

UNSPACED = (
    "\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0e82\u0e84\u0e86-\u0e8a\u0e8c-\u0ea3\u0ea5\u0ea7-\u0eb0"
    "\u0eb2-\u0eb3\u0ebd\u0ec0-\u0ec4\u0ec6\u0edc-\u0edf\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061"
    "\u1065-\u1066\u106e-\u1070\u1075-\u1081\u108e\u1100-\u11ff\u1780-\u17b3\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufad9\U00020000-\U000323af"
)

# The function `spread` is ours, given to every connection (`data/sqlite.py`). Only posts that it changes are indexed
# again: a record of Latin posts is brought up to date by reading it once.
FOLD = "replace(replace(replace(replace(replace({0}, 'œ', 'oe'), 'Œ', 'OE'), 'æ', 'ae'), 'Æ', 'AE'), 'ß', 'ss')"
SPREAD = f"spread({FOLD})"
CHANGED = "FROM post_text WHERE spread(title) <> title OR spread(plain) <> plain"
SQLITE = [
    *(f"DROP TRIGGER post_text_{name}" for name in ("added", "removed", "changed")),
    f"INSERT INTO post_fts (post_fts, rowid, title, plain) SELECT 'delete', post_id, {FOLD.format('title')}, "
    f"{FOLD.format('plain')} {CHANGED}",
    f"INSERT INTO post_fts (rowid, title, plain) SELECT post_id, {SPREAD.format('title')}, {SPREAD.format('plain')} "
    f"{CHANGED}",
    "DROP VIEW post_search",
    f"CREATE VIEW post_search AS SELECT post_id, {SPREAD.format('title')} AS title, {SPREAD.format('plain')} AS plain "
    "FROM post_text",
    f"""CREATE TRIGGER post_text_added AFTER INSERT ON post_text BEGIN
      INSERT INTO post_fts (rowid, title, plain)
      VALUES (new.post_id, {SPREAD.format("new.title")}, {SPREAD.format("new.plain")}); END""",
    f"""CREATE TRIGGER post_text_removed AFTER DELETE ON post_text BEGIN
      INSERT INTO post_fts (post_fts, rowid, title, plain)
      VALUES ('delete', old.post_id, {SPREAD.format("old.title")}, {SPREAD.format("old.plain")}); END""",
    f"""CREATE TRIGGER post_text_changed AFTER UPDATE OF title, plain ON post_text BEGIN
      INSERT INTO post_fts (post_fts, rowid, title, plain)
      VALUES ('delete', old.post_id, {SPREAD.format("old.title")}, {SPREAD.format("old.plain")});
      INSERT INTO post_fts (rowid, title, plain)
      VALUES (new.post_id, {SPREAD.format("new.title")}, {SPREAD.format("new.plain")}); END""",
]

# Signs drawn wide or half as wide, one for one; a voiced katakana comes together in the normal form afterwards.
DRAWN = "".join(map(chr, (*range(0xFF01, 0xFF5F), *range(0xFF66, 0xFFA0))))
PLAIN = "".join(map(chr, range(0x21, 0x7F))) + (
    "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309a"
)


def _ranges(codes: list[int]) -> str:
    """The inside of a class of a regular expression."""
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


# Vowels and other signs around letters part words, as in FTS5; whether a server takes them for letters depends on it.
MARKS = _ranges([code for code in range(0x370, 0xFE10) if unicodedata.category(chr(code)) in {"Mn", "Mc"}])
# A tsvector has a size: a text grows threefold when it is spread, and is cut where no vector can grow too large.
SERVER = [
    f"""CREATE FUNCTION spread(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
      IF said ~ '[\uff01-\uff5e\uff66-\uff9f]' THEN
        said := normalize(translate(said, $drawn${DRAWN}$drawn$, $plain${PLAIN}$plain$), NFC);
      END IF;
      IF said ~ '[{MARKS}]' THEN
        said := regexp_replace(said, '[{MARKS}]+', ' ', 'g');
      END IF;
      IF said ~ '[{UNSPACED}]' THEN
        said := regexp_replace(regexp_replace(said, '([{UNSPACED}]+)', ' \\1 ', 'g'), '([{UNSPACED}])', '\\1 \\1', 'g');
      END IF;
      RETURN left(said, 150000); END $$""",
    """CREATE OR REPLACE FUNCTION words_of(said text) RETURNS tsvector LANGUAGE sql STABLE AS
    $$ SELECT to_tsvector('simple', unaccent(regexp_replace(spread(regexp_replace(
      normalize(lower(left(said, 100000)), NFC), '[\u0300-\u036f]', '', 'g')), '[^[:alnum:]]+', ' ', 'g'))) $$""",
    f"UPDATE post_text SET search = words_of(title || ' ' || plain) "
    f"WHERE title || ' ' || plain ~ '[{UNSPACED}{MARKS}\u0300-\u036f\uff01-\uff5e\uff66-\uff9f]'",
]

LINKS = """
ALTER TABLE post_source ADD COLUMN link BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE post_source ADD COLUMN said BIGINT DEFAULT 0 NOT NULL;
CREATE INDEX post_source_by_link ON post_source (source_id, link, said) WHERE link <> 0
"""
OF_FEEDS = """
SELECT ps.source_id, ps.post_id, t.url, t.title, t.received
FROM post_source ps JOIN post p ON p.id = ps.post_id JOIN post_text t ON t.post_id = ps.post_id
WHERE p.source_kind = 'feed' AND (ps.post_id > :post OR (ps.post_id = :post AND ps.source_id > :source))
ORDER BY ps.post_id, ps.source_id LIMIT 2000
"""
ONE_BY_ONE = "UPDATE post_source SET link = :link, said = :said WHERE source_id = :source AND post_id = :post"
TOGETHER = """
UPDATE post_source ps SET link = v.link, said = v.said
FROM json_to_recordset(CAST(:rows AS json)) AS v (source bigint, post bigint, link bigint, said bigint)
WHERE ps.source_id = v.source AND ps.post_id = v.post
"""


def upgrade() -> None:
    connection = op.get_bind()
    server = connection.dialect.name == "postgresql"
    # Written as the driver's own SQL: a colon in these statements is no parameter.
    for statement in SERVER if server else SQLITE:
        connection.exec_driver_sql(statement)
    for statement in LINKS.split(";\n"):
        op.execute(statement)
    place = {"post": 0, "source": 0}
    while found := connection.execute(text(OF_FEEDS), place).all():
        rows = []
        for row in found:
            link, said = marks(row.url, row.title, row.received)
            rows.append({"source": row.source_id, "post": row.post_id, "link": link, "said": said})
        if server:
            connection.execute(text(TOGETHER), {"rows": json.dumps(rows)})
        else:
            connection.execute(text(ONE_BY_ONE), rows)
        place = {"post": found[-1].post_id, "source": found[-1].source_id}
