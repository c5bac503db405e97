"""Filters of posts under a name, feeds of their posts; which channels a rule tells, and whose a channel is; who is
told of what was assigned to them; how people like lists; what is to mend at our own places; what was passed on; what
we know; what is done at networks; where to go; events and their draws; what posts lead to.

Runs on SQLite and on PostgreSQL.

Frozen on release: later changes are later files.
"""

import sqlalchemy as sa
from alembic import op

from data.migrations.alike import alike
from data.migrations.languages import languages
from data.migrations.returning import returning
from data.posts.links import pages_of

revision = "0020"
down_revision = "0019"
_ID = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

# Facts are indexed as posts are: see 0009, whose functions these use.
FOLD = "replace(replace(replace(replace(replace({0}, 'œ', 'oe'), 'Œ', 'OE'), 'æ', 'ae'), 'Æ', 'AE'), 'ß', 'ss')"
SPREAD = f"spread({FOLD})"


def _indexed(side: str) -> str:
    return f"{side}.id, {SPREAD.format(side + '.questions')}, {SPREAD.format(side + '.text')}"


FACT_INDEX = [
    f"CREATE VIEW fact_search AS SELECT id AS fact_id, {SPREAD.format('questions')} AS questions, "
    f"{SPREAD.format('text')} AS text FROM fact",
    "CREATE VIRTUAL TABLE fact_fts USING fts5(questions, text, content='fact_search', content_rowid='fact_id', "
    "tokenize='unicode61 remove_diacritics 2')",
    f"""CREATE TRIGGER fact_added AFTER INSERT ON fact BEGIN
      INSERT INTO fact_fts (rowid, questions, text) VALUES ({_indexed("new")}); END""",
    f"""CREATE TRIGGER fact_removed AFTER DELETE ON fact BEGIN
      INSERT INTO fact_fts (fact_fts, rowid, questions, text) VALUES ('delete', {_indexed("old")}); END""",
    f"""CREATE TRIGGER fact_changed AFTER UPDATE OF questions, text ON fact BEGIN
      INSERT INTO fact_fts (fact_fts, rowid, questions, text) VALUES ('delete', {_indexed("old")});
      INSERT INTO fact_fts (rowid, questions, text) VALUES ({_indexed("new")}); END""",
]
FACT_INDEX_OF_SERVER = [
    "ALTER TABLE fact ADD COLUMN search tsvector",
    "CREATE INDEX fact_words ON fact USING gin (search)",
    """CREATE FUNCTION keep_fact_search() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.search := words_of(NEW.questions || ' ' || NEW.text); RETURN NEW; END $$""",
    """CREATE TRIGGER fact_words BEFORE INSERT OR UPDATE OF questions, text ON fact
    FOR EACH ROW EXECUTE FUNCTION keep_fact_search()""",
]


def upgrade() -> None:
    _views_and_routes()
    _notices()
    _habits()
    _own_places()
    _tickets()
    _facts()
    _acts()
    _where_to_go()
    _events()
    _spreading()
    returning(op, _ID)
    languages(op, _ID)
    alike(op, _ID)
    if op.get_bind().dialect.name == "postgresql":  # a debate's number, as long as those of debates
        op.execute("ALTER TABLE debate ALTER COLUMN told_with TYPE BIGINT")


def _views_and_routes() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("parameters", sa.Text, nullable=False, server_default="{}"),
        sa.Column("made_at", _ID, nullable=False),
    )
    op.add_column("access", sa.Column("view_id", _ID, nullable=False, server_default="0"))
    op.execute("ALTER TABLE alert_channel ADD COLUMN person TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE alert_channel ADD COLUMN takes TEXT NOT NULL DEFAULT 'all'")
    op.execute(
        "CREATE TABLE alert_route (rule_id BIGINT NOT NULL, channel_id BIGINT NOT NULL, "
        "PRIMARY KEY (rule_id, channel_id))"
    )
    op.execute("ALTER TABLE alert_channel ADD COLUMN notices TEXT NOT NULL DEFAULT 'off'")


def _notices() -> None:
    op.create_table(
        "assignment_notice",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("post_id", _ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("account", _ID, nullable=False, server_default="0"),
        sa.Column("at", _ID, nullable=False),
        sa.Column("due_at", _ID, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("attempts", _ID, nullable=False, server_default="0"),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("sent_at", _ID),
        sa.Column("act_id", _ID, nullable=False, server_default="0"),
    )
    op.create_index("assignment_notice_by_state", "assignment_notice", ["state", "due_at"])
    op.create_index("assignment_notice_by_post", "assignment_notice", ["post_id"])


def _habits() -> None:
    op.create_table(
        "habit",
        sa.Column("viewer", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _own_places() -> None:
    op.create_table(
        "place_check",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("day", _ID, primary_key=True, autoincrement=False),
        sa.Column("seconds", sa.Float),
    )
    op.create_table(
        "place_finding",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("stands_on", sa.Text, nullable=False, server_default=""),
        sa.Column("found_at", _ID, nullable=False),
        sa.Column("seen_at", _ID, nullable=False),
        sa.Column("gone_at", _ID, nullable=False, server_default="0"),
        sa.Column("times", _ID, nullable=False, server_default="0"),
        sa.Column("state", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("place_finding_once", "place_finding", ["place", "code", "subject"], unique=True)


def _tickets() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False, server_default="")
            for name in ("note", "tracker", "url", "outcome", "error", "who")
        ),
        sa.Column("made_at", _ID, nullable=False),
        sa.Column("checked_at", _ID, nullable=False, server_default="0"),
        sa.Column("closed_at", _ID, nullable=False, server_default="0"),
    )
    op.create_table(
        "ticket_post",
        sa.Column("ticket_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("post_id", _ID, primary_key=True, autoincrement=False),
    )
    op.create_index("ticket_post_by_post", "ticket_post", ["post_id"])


def _facts() -> None:
    op.create_table(
        "fact",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        *_texts("questions"),
        sa.Column("text", sa.Text, nullable=False),
        *_texts("lang", "valid_from", "valid_until", "source", "owner"),
        sa.Column("made_at", _ID, nullable=False),
        sa.Column("changed_at", _ID, nullable=False),
    )
    op.create_index("fact_by_end", "fact", ["valid_until"])
    op.create_table(
        "fact_vector",
        sa.Column("model", sa.Text, primary_key=True),
        sa.Column("fact_id", _ID, primary_key=True),
        sa.Column("place", _ID, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("v", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "fact_match",
        sa.Column("post_id", _ID, primary_key=True),
        sa.Column("fact_id", _ID, primary_key=True),
        sa.Column("near", sa.Float, nullable=False),
        sa.Column("sure", sa.Boolean, nullable=False),
    )
    op.create_index("fact_match_by_fact", "fact_match", ["fact_id"])
    connection = op.get_bind()
    for statement in FACT_INDEX_OF_SERVER if connection.dialect.name == "postgresql" else FACT_INDEX:
        connection.exec_driver_sql(statement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False, server_default="") for name in names]


def _acts() -> None:
    def numbers(*names: str) -> list[sa.Column[int]]:
        return [sa.Column(name, _ID, nullable=False, server_default="0") for name in names]

    op.create_table(
        "act",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        *_texts("account", "source_kind"),
        *numbers("post_id", "item_id"),
        *_texts("target", "target_url", "place", "title", "text", "reason", "rule", "lang", "seen"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("aim", sa.Text, nullable=False, server_default="do"),
        *numbers("asked_account"),
        *_texts("asked_by"),
        sa.Column("asked_at", _ID, nullable=False),
        *numbers("approved_account"),
        *_texts("approved_by"),
        *numbers("approved_at"),
        sa.Column("due_at", _ID, nullable=False),
        *numbers("attempts"),
        sa.Column("maybe", sa.Boolean, nullable=False, server_default=sa.text("false")),
        *numbers("first_try", "tried_at"),
        *_texts("holder"),
        *numbers("lease_until"),
        *_texts("error", "detail", "native_id", "url"),
        *numbers("done_at", "reply_id"),
        sa.Column("settled", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_index("act_by_state", "act", ["state", "due_at"])
    op.create_index("act_by_post", "act", ["post_id"])
    op.create_index("act_by_native_id", "act", ["native_id"])
    op.create_table(
        "act_try",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("act_id", _ID, nullable=False),
        sa.Column("at", _ID, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        *_texts("outcome", "detail"),
    )
    op.create_index("act_try_by_act", "act_try", ["act_id"])
    op.create_table(
        "item_picture",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("item_id", _ID, nullable=False),
        *_texts("name"),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        *_texts("alt"),
    )
    op.create_index("item_picture_by_item", "item_picture", ["item_id"])


def _where_to_go() -> None:
    op.create_table(
        "venue",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False, unique=True),
        *_texts("title", "about"),
        sa.Column("found", sa.Text, nullable=False),
        *_texts("facts", "sample"),
        sa.Column("looked_at", _ID, nullable=False, server_default="0"),
        *_texts("error", "rules", "rules_url"),
        sa.Column("rules_at", _ID, nullable=False, server_default="0"),
        *_texts("state"),
        sa.Column("made_at", _ID, nullable=False),
    )
    op.create_table(
        "venue_post",
        sa.Column("venue_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("post_id", _ID, primary_key=True, autoincrement=False),
    )
    op.create_index("venue_post_by_post", "venue_post", ["post_id"])
    op.create_table(
        "venue_step",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("venue_id", _ID, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("day", _ID, nullable=False),
        *_texts("who", "note"),
    )
    op.create_index("venue_step_by_venue", "venue_step", ["venue_id"])


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        *_texts("rules", "lang"),
        sa.Column("starts_at", _ID, nullable=False),
        sa.Column("ends_at", _ID, nullable=False),
        *_texts("hashtag"),
        *[sa.Column(name, _ID, nullable=False, server_default="0") for name in ("thread_id", "most", "prizes")],
        *_texts("answers", "who"),
        sa.Column("made_at", _ID, nullable=False),
    )
    op.create_table(
        "event_exclusion",
        sa.Column("event_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("source_kind", sa.Text, primary_key=True),
        sa.Column("author", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        *_texts("who"),
        sa.Column("at", _ID, nullable=False),
    )
    op.create_table(
        "event_mark",
        sa.Column("event_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("post_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("mark", sa.Text, nullable=False),
    )
    op.create_index("event_mark_by_post", "event_mark", ["post_id"])
    op.create_table(
        "event_draw",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("number", _ID, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("total", _ID, nullable=False),
        sa.Column("prizes", _ID, nullable=False),
        *_texts("seed_from", "reason", "closed_by"),
        sa.Column("closed_at", _ID, nullable=False),
        *_texts("seed", "drawn_by"),
        sa.Column("drawn_at", _ID, nullable=False, server_default="0"),
    )
    op.create_index("event_draw_once", "event_draw", ["event_id", "number"], unique=True)
    op.create_table(
        "event_entry",
        sa.Column("draw_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("post_id", _ID, nullable=False),
        sa.Column("person", _ID, nullable=False),
        sa.Column("place", _ID, nullable=False, server_default="0"),
    )
    op.create_index("event_entry_by_post", "event_entry", ["post_id"])


def _spreading() -> None:
    """What posts lead to, found in those that are there."""
    op.create_table(
        "post_link",
        sa.Column("page", _ID, primary_key=True, autoincrement=False),
        sa.Column("post_id", _ID, sa.ForeignKey("post.id"), primary_key=True, autoincrement=False),
        sa.Column("own", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index("post_link_by_post", "post_link", ["post_id", "page"])
    op.execute("CREATE INDEX post_by_copy ON post (id, group_id) WHERE group_id <> 0")
    op.execute("CREATE INDEX IF NOT EXISTS post_source_by_post ON post_source (post_id)")  # a server's had none
    op.execute("CREATE INDEX post_by_shares ON post (id, shares) WHERE shares > 0")
    connection, last = op.get_bind(), 0
    batch = sa.text("SELECT post_id, received, plain, url FROM post_text WHERE post_id > :last ORDER BY 1 LIMIT 2000")
    put = sa.text("INSERT INTO post_link (page, post_id, own) VALUES (:page, :post, :own)")
    while found := connection.execute(batch, {"last": last}).all():
        last = found[-1].post_id
        rows = [
            {"page": page, "post": row.post_id, "own": own}
            for row in found
            for page, own in pages_of(row.received, row.plain, row.url).items()
        ]
        if rows:
            connection.execute(put, rows)
