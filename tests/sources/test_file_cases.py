"""Files in the form of those that people reported, read from the shared cases: each beside its right values."""

from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.models import NewPost
from data.settings import ROOT, Settings
from data.store import Store
from sources.files.imports import import_file
from sources.files.posts import posts_of, preview
from tests.conftest import lacking, measured

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture(scope="module")
def cases() -> Path:
    path = Path(os.environ.get("VIGIE_CASES", ROOT.parent / "shared" / "cases")) / "files"
    if not path.is_dir():
        lacking("the shared cases are not on this machine")
    return path


def posts_in(path: Path) -> list[NewPost]:
    with path.open("rb") as stream:
        guess = preview(stream, path.name, now=NOW).guess
        return [item for _, item in posts_of(stream, path.name, guess, now=NOW) if isinstance(item, NewPost)]


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


# file, number of posts, field, its values (None: any)
WANTED = [
    ("01_brandwatch_bulk.csv", 3, "author", ["lea_b", "Jo Fields", "marc_d"]),
    (
        "03_crowdtangle_facebook.csv",
        3,
        "published_at",
        [at(2023, 3, 6, 17, 0, 6), at(2023, 3, 7, 13, 30), at(2023, 7, 8, 12, 30)],
    ),
    ("04_youtube_takeout_comments.csv", 2, "text", ["Thank you, the second chapter solved my leak!", None]),
    ("07_arctic_shift_submissions.jsonl", 1, "native_id", ["t3_1c0aaaa"]),
    ("08_discord_exporter.json", 2, "author", ["lea_b", "tom_k"]),
    ("08b_discord_exporter.csv", 2, "author", ["lea_b", "tom_k"]),
    ("09_slack_export.zip", 1, "community", ["support"]),
    ("10_telegram_result.json", 2, "text", ["Has anyone tried the P2 with salt water?", "It rusts, don't"]),
    ("11_whatsapp_android_fr.txt", 2, "published_at", [at(2026, 5, 3, 21, 15), at(2026, 5, 3, 21, 17)]),
    ("12_4cat_reddit.csv", 2, "native_id", ["t3_1c0aaaa", "t1_l000001"]),
    ("13_zeeschuimer_tiktok.ndjson", 2, "text", ["Unboxing the P2 #acme", "Why I sent mine back"]),
    ("15_trustpilot.csv", 3, "ours", [None, True, None]),
    ("16_facebook_insights_posts.csv", 2, "native_id", ["1234567890_1001", "1234567890_1002"]),
    ("17_linkedin_page.xlsx", 2, "published_at", [at(2026, 4, 28), at(2026, 4, 30)]),
    ("18_meta_business_suite_ig.csv", 2, "published_at", [at(2025, 10, 3, 8, 31), at(2025, 10, 23, 18, 31)]),
    ("18b_meta_days_under_13.csv", 2, "published_at", [at(2026, 10, 3, 8, 31), at(2026, 10, 5, 18, 31)]),
    ("19_tiktok_studio.csv", 2, "published_at", [at(2026, 9, 4), at(2026, 8, 9, 20, 10)]),
    ("25_hootsuite_streams.csv", 2, "text", ["The P2 is out", "What should we build next?"]),
    ("26_discourse_user_archive.csv", 1, "text", ["Mine leaks since *Monday*. Any idea?"]),
    ("27_excel_scientific_ids.csv", 3, "author", ["lea_b", "tom_k", "zoe"]),
    ("28_date_and_hour_columns.csv", 2, "published_at", [at(2026, 5, 1, 23, 40), at(2026, 5, 2, 0, 10)]),
]


@pytest.mark.parametrize(("name", "number", "field", "values"), WANTED, ids=[w[0] for w in WANTED])
def test_reported_files_are_read_right(cases: Path, name: str, number: int, field: str, values: list[object]) -> None:
    posts = posts_in(cases / name)
    assert len(posts) == number
    found = [getattr(post, field) for post in posts]
    assert [f if v is not None or field == "ours" else None for f, v in zip(found, values, strict=True)] == values


def test_reported_figures_and_links(cases: Path) -> None:
    french = [post.engagement for post in posts_in(cases / "20_excel_fr_semicolon.csv")]
    assert [(e.score, e.comments, e.views) for e in french] == [(1_234, 12, 45_678), (1_200, 3, 3_400)]
    assert posts_in(cases / "19_tiktok_studio.csv")[0].engagement.score == 1_200
    assert all(
        "/comments/" in post.url and post.url.count("/") > 7 for post in posts_in(cases / "06_reddit_gdpr_comments.csv")
    )
    (share,) = posts_in(cases / "23_linkedin_shares.csv")
    assert share.text.splitlines()[2:] == ["1. Ask early", '2. "Listen" first']
    review, reply, _ = posts_in(cases / "15_trustpilot.csv")
    assert reply.parent_id == review.native_id


def test_two_surveys_with_the_same_numbers_are_six_answers(cases: Path, store: Store, settings: Settings) -> None:
    def bring(name: str, label: str) -> int:
        stream = io.BytesIO((cases / name).read_bytes())
        guess = preview(stream, label, now=NOW).guess
        return import_file(store, settings, stream, label, guess, now=lambda: NOW).new

    files = ("29a_survey_may.csv", "29b_survey_june.csv")
    assert [bring(name, name) for name in files] == [3, 3]
    assert [bring(name, f"copy of {name}") for name in files] == [0, 0]


@pytest.mark.parametrize("name", ["30_topics_bilingual.csv", "31_topics_few.csv"])
def test_names_of_topics_have_only_words_of_their_posts(cases: Path, settings: Settings, name: str) -> None:
    from insights.pipeline.refresh import refresh

    store = Store(settings.store_url)
    with (cases / name).open("rb") as stream:
        import_file(store, settings, stream, name, preview(stream, name, now=NOW).guess, now=lambda: NOW)
    refresh(measured(store), settings, now=lambda: NOW)
    said: dict[int, str] = {}
    with store.read() as connection:
        for topic_id, plain in connection.exec_driver_sql(
            "SELECT topic_id, title || ' ' || plain FROM post_topic JOIN post_text USING (post_id)"
        ):
            said[topic_id] = f"{said.get(topic_id, '')} {plain}".lower()
        terms = connection.exec_driver_sql("SELECT id, terms FROM topic").all()
    strangers = [
        (topic_id, term)
        for topic_id, given in terms
        for term in json.loads(given)
        if term.lower() not in said.get(topic_id, "")
    ]
    assert not strangers
    assert terms or name == "31_topics_few.csv"
