"""Sharing in a real browser against the real server: links, what they show, what they refuse; reports and slides."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.charts.drawing import drawn
from data.models import Post
from data.posts.quotes import quote_of
from data.sharing import snapshots, tokens
from data.sharing.document import Chart, Document, Figure, Figures, Quotes, Section, Words
from data.store import Store
from tests.browser.conftest import SHOWN, opens_cold, settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
MAIN = "[data-testid=stMainBlockContainer]"
Open = Callable[..., Any]
VIEWS = [
    "reports?view=reports",
    "reports?view=recipients",
    "reports?view=recipients&recipient=new",
    "reports?view=programs",
    "reports?view=shared&changed=99999",
]


@pytest.fixture(scope="module")
def app(demo_today: Callable[[str], Path]) -> Any:
    """An app of its own: guesses made here slow nobody else."""
    running = RunningApp(demo_today("sharing"), VIGIE_DEMO="true", VIGIE_WORKER="false")
    yield running
    running.close()


@pytest.fixture(scope="module")
def store(app: RunningApp, browser: Any) -> Store:
    page = browser.new_page()
    page.goto(app.url)
    page.wait_for_selector(f"{MAIN} h1", timeout=120_000)  # the demo is ready
    page.close()
    return Store(f"sqlite:///{app.log.parent / 'demo.sqlite'}")


def now() -> datetime:
    return datetime.now(UTC)


def document_of(*texts: str, **more: Any) -> Document:
    posts = [
        Post(
            n + 1,
            "feed",
            str(n),
            1,
            "Place",
            now(),
            "Ana",
            "",
            words,
            "https://example.org/",
            "en",
            "neutral",
            0.5,
            False,
        )
        for n, words in enumerate(texts)
    ]
    chart = Chart("bars", "Chart <b>", "alt", ("<script>alert(1)</script>", "B"), (("Posts", (3.0, 2.0)),))
    blocks = (
        Words("Lead", "lead"),
        Figures((Figure("Posts", "12"),)),
        chart,
        Quotes("Said", tuple(map(quote_of, posts))),
    )
    sections = (Section("one", "First", blocks, "speak slowly"), Section("two", "Second", (Words("More"),)))
    return drawn(Document("A title", "June", "en", "Made", sections, **more))


def get(url: str, **headers: str) -> tuple[int, str, Any]:
    """(status, body, headers) of a plain request."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status, answer.read().decode("utf-8", "replace"), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace"), error.headers


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("fr", "dark", 390)])
def test_every_view_opens_cold(app: RunningApp, open_page: Open, path: str, lang: str, scheme: str, width: int) -> None:
    opens_cold(open_page, f"{app.url}/{path}&lang={lang}", scheme, width)


def test_a_page_is_frozen_and_opened_by_others(app: RunningApp, store: Store, open_page: Open, browser: Any) -> None:
    page = open_page(f"{app.url}/topics?lang=en&days=7")
    page.locator(".st-key-share-page button").first.click()
    page.wait_for_selector("[role=dialog]")
    settle(page)
    dialog = page.locator("[role=dialog]")
    assert dialog.locator("code").first.inner_text().endswith("/topics?days=7")  # the link to the view
    dialog.get_by_label("A word to those who open it").fill("For Monday <b>please</b>")
    dialog.get_by_role("button", name="Freeze and make a link").click()
    page.wait_for_selector("text=Frozen. This link opens it:")
    link = dialog.locator("code").nth(1).inner_text()
    assert re.fullmatch(rf"{app.url}/share/[\w-]{{43}}", link)
    status, body, headers = get(link)
    assert status == 200
    assert len(body.encode()) < 300_000
    assert "For Monday &lt;b&gt;please&lt;/b&gt;" in body
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    assert headers["cache-control"] == "private, no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert len(headers.get_all("content-security-policy")) == 1
    assert "<script" not in body
    other = browser.new_context(viewport={"width": 390, "height": 800}, locale="fr-FR").new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(link)
    assert asked == [link]  # one request: nothing else is loaded
    assert other.locator("h1").inner_text() == "Topics"
    assert "Demo: an invented brand" in other.inner_text("header")
    assert other.locator("svg").count() >= 1
    assert other.locator("blockquote").count() >= 2
    assert not other.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert other.locator("[class*=st-]").count() == 0  # no app around it
    other.context.close()
    page = open_page(f"{app.url}/reports?view=shared&lang=en")
    row = page.locator("[class*=st-key-shared-]").first
    assert "opened 2 times" in row.inner_text()
    row.get_by_role("button", name="Revoke").click()
    settle(page)
    assert "Revoked" in page.locator("[class*=st-key-shared-]").first.inner_text()
    assert get(link)[0] == 404


def test_closed_links_all_say_the_same(app: RunningApp, store: Store) -> None:
    document = document_of("x")
    revoked, revoked_token = snapshots.freeze(store, document, now())
    _expired, expired_token = snapshots.freeze(store, document, now(), expires_at=now() - timedelta(seconds=1))
    snapshots.revoke(store, revoked, now())
    wrong = ["A" * 43, "short", "x" * 3_000, "%00", "..%2f..%2fetc", "'%20OR%201=1", "%F0%9F%98%80"]
    answers = [get(f"{app.url}/share/{token}") for token in (revoked_token, expired_token, *wrong)]
    assert {status for status, _body, _headers in answers} == {404}
    assert len({body for _status, body, _headers in answers}) == 1
    told = [{k.lower(): v for k, v in h.items() if k.lower() not in {"date", "vary"}} for _s, _b, h in answers]
    assert all(headers == told[0] for headers in told)
    for tail in ("/slides", "/file.pdf", "/file.exe"):
        assert get(f"{app.url}/share/{revoked_token}{tail}")[0] == 404


def test_a_token_opens_nothing_else(app: RunningApp, store: Store) -> None:
    _number, token = snapshots.freeze(store, document_of("x"), now(), download=False)
    assert get(f"{app.url}/share/{token}")[0] == 200
    for kind in ("pdf", "pptx", "docx", "xlsx", "html", "jsonl"):
        assert get(f"{app.url}/share/{token}/file.{kind}")[0] == 404  # downloads are not allowed
    assert get(f"{app.url}/api/v1/posts", Authorization=f"Bearer {token}")[0] == 401
    assert get(f"{app.url}/feed/{token}.atom")[0] == 404
    assert get(f"{app.url}/calendar-feed/{token}.ics")[0] == 404
    other = tokens.grant(store, "api", "bi", now())
    assert get(f"{app.url}/share/{other}")[0] == 404
    _number, open_token = snapshots.freeze(store, document_of("=1+1"), now())
    for kind in ("pdf", "pptx", "docx", "xlsx", "html", "jsonl"):
        status, _body, headers = get(f"{app.url}/share/{open_token}/file.{kind}")
        assert status == 200
        assert headers["content-disposition"].startswith("attachment")
    assert get(f"{app.url}/share/{open_token}/file.sqlite")[0] == 404


def test_a_password_is_asked_once_and_not_guessed(app: RunningApp, store: Store, browser: Any) -> None:
    _number, token = snapshots.freeze(store, document_of("Secret words"), now(), password="Sésame, ouvre-toi")
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{app.url}/share/{token}")
    assert "Secret words" not in page.content()
    page.fill("input[type=password]", "wrong")
    page.click("button")
    assert "That is not the password." in page.inner_text("main")
    page.fill("input[type=password]", "Sésame, ouvre-toi")
    page.click("button")
    page.wait_for_selector("blockquote")
    assert page.locator("blockquote").inner_text() == "Secret words"
    page.goto(f"{app.url}/share/{token}/slides")
    assert "Secret words" in page.content()
    assert get(f"{app.url}/share/{token}/file.pdf")[1].find("PDF") == -1  # without the cookie: the form
    context.close()

    def guess(number: int) -> int:
        request = urllib.request.Request(f"{app.url}/share/{token}", data=f"password=guess{number}".encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    answers = [guess(n) for n in range(15)]
    assert 200 not in answers
    assert answers[-1] == 429


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</blockquote></main><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    '"><iframe src=http://evil.example>',
    "]]><!--",
    "a\r\nb\tc  d",
    "</title></style><script>alert(1)</script>",
    "{{7*7}} ${alert(1)} `alert(1)`",
    "é 👩‍👩‍👧 \u202eabc\u202c",
]


@pytest.mark.corpora
def test_nothing_in_a_share_runs(app: RunningApp, store: Store, browser: Any, corpora: Path) -> None:
    texts = [*HOSTILE, *[s for s in json.loads((corpora / "hostile/blns.json").read_text()) if s.strip()]]
    texts += [s for s in (corpora / "hostile/xss.txt").read_text(errors="replace").splitlines() if s.strip()]
    evil = "</title><script>alert(1)</script><img src=http://evil.example onerror=alert(1)>"
    document = replace(document_of(*texts, note=evil), title=evil, subtitle=evil, coverage=(evil,), method=(evil,))
    _number, token = snapshots.freeze(store, document, now(), presenting=False)
    page = browser.new_page()
    found: list[str] = []
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda r: None if r.url.startswith(f"{app.url}/share/") else found.append(r.url))
    page.on("popup", lambda other: found.append(other.url))
    page.goto(f"{app.url}/share/{token}")
    page.wait_for_timeout(500)
    shown = page.evaluate("[...document.querySelectorAll('blockquote')].map(b => b.textContent)")
    assert shown == texts
    assert page.evaluate("document.querySelectorAll('script, iframe, img, object, embed').length") == 0
    assert page.title() == evil
    page.goto(f"{app.url}/share/{token}/slides")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelectorAll('script').length") == 1  # ours
    assert found == []
    page.close()


def test_slides_follow_the_keyboard(app: RunningApp, store: Store, browser: Any) -> None:
    long = [f"{name} says so, and why. " * 25 for name in ("One", "Two", "Three", "Four")]  # more than a slide holds
    _number, token = snapshots.freeze(store, document_of(*long), now())
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{app.url}/share/{token}/slides")

    def shown() -> str:
        return str(page.evaluate("document.querySelector('.slide.now').getAttribute('aria-label')"))

    total = int(shown().split(" / ")[1])
    assert total >= 3
    assert shown() == f"1 / {total}"
    for key, place in (
        ("ArrowRight", 2),
        ("Space", 3),
        ("ArrowLeft", 2),
        ("End", total),
        ("ArrowRight", total),
        ("Home", 1),
    ):
        page.keyboard.press(key)
        assert shown() == f"{place} / {total}", key
    assert page.locator(".slide:visible").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".slide:visible").count() == total
    assert "speak slowly" not in page.content()  # notes are for who presents
    page.goto(f"{app.url}/share/{token}/slides?notes=1")
    assert "speak slowly" not in page.content()
    _number, mine = snapshots.freeze(
        store, document_of("One."), now(), presenting=True, expires_at=now() + timedelta(hours=1)
    )
    page.goto(f"{app.url}/share/{mine}")  # a presentation opens as slides
    assert page.url.split("#")[0].endswith("/slides")
    with page.expect_popup() as waiting:
        page.keyboard.press("p")
    notes = waiting.value
    notes.wait_for_selector("#said")
    page.bring_to_front()
    page.keyboard.press("ArrowRight")
    notes.wait_for_function("document.getElementById('said').textContent === 'speak slowly'")  # in step with the slides
    assert re.match(r"\d+:\d\d", notes.inner_text("#clock"))
    assert errors == []
    context.close()


def test_a_report_from_template_to_slides(app: RunningApp, store: Store, open_page: Open, browser: Any) -> None:
    page = open_page(f"{app.url}/reports?lang=en")
    page.locator(".st-key-new-weekly button").first.click()
    page.wait_for_url("**report=*")
    settle(page)
    assert "In short" in page.inner_text(MAIN)
    page.get_by_text("Your words", exact=True).click()
    settle(page)
    page.get_by_label("Comment").first.fill("A quiet week.\nAlmost.")
    page.get_by_label("Presenter's notes").first.fill("Smile")
    page.get_by_text("Arrange", exact=True).click()
    settle(page)
    page.locator(".st-key-out-1 button").first.click()  # the second block goes
    settle(page)
    page.locator(".st-key-down-0 button").first.click()
    settle(page)
    with store.read() as connection:
        row = connection.exec_driver_sql("SELECT blocks, comments FROM report").one()
    assert json.loads(row.blocks)[:3] == ["topics", "summary", "debates"]
    assert json.loads(row.comments) == {"summary": "A quiet week.\nAlmost."}
    page.locator(".st-key-present button").first.click()
    link = page.get_by_role("link", name="Open the slides")
    link.wait_for()
    slides = browser.new_page()
    slides.goto(f"{link.get_attribute('href')}?notes=1")
    assert "A quiet week." in slides.content()
    assert "Smile" in slides.content()
    slides.close()
    settle(page)
    page.get_by_role("button", name="Files").click()
    for label, start in (("PDF", b"%PDF-"), ("PowerPoint", b"PK"), ("Excel", b"PK")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label, exact=True).click()
        assert Path(waiting.value.path()).read_bytes().startswith(start), label
    page = open_page(f"{app.url}/reports?lang=en&report=1")
    assert "A quiet week." in page.inner_text(MAIN)
    # An edition that was shared, against the latest one.
    page.locator(".st-key-edition-before button").first.click()
    settle(page)
    page.get_by_role("button", name="Freeze and share").click()
    page.get_by_role("button", name="Make a link").click()
    page.wait_for_selector("text=Frozen. This link opens it:")
    settle(page)
    page.goto(f"{app.url}/reports?lang=en&view=shared")
    page.wait_for_selector(SHOWN)
    settle(page)
    page.locator("[class*=st-key-changed-] button").first.click()
    page.wait_for_selector("text=against the latest edition of the report.")
    page.wait_for_selector(f"{MAIN} [data-testid=stDataFrame]")
    settle(page)
    page.get_by_role("button", name="Open the report").click()
    page.wait_for_url("**/reports?**report=1**")


def test_back_goes_back(app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{app.url}/topics?lang=en&days=7")
    page.get_by_text("90 days", exact=True).click()
    page.wait_for_url("**days=90**")
    settle(page)
    page.get_by_text("Themes", exact=True).click()
    page.wait_for_url("**view=themes**")
    settle(page)
    page.go_back()
    page.wait_for_function("!location.search.includes('view=themes')")
    settle(page)
    assert page.locator("[data-testid=stDataFrame]").count() == 1
    assert page.get_by_text("A theme joins topics").count() == 0
    page.go_back()
    page.wait_for_function("location.search.includes('days=7')")
    settle(page)
    assert page.query_selector("[data-testid=stException]") is None


def test_the_interface_and_the_feeds_over_http(app: RunningApp, store: Store) -> None:
    token, feed = tokens.grant(store, "api", "bi", now()), tokens.grant(store, "feed", "reader", now())
    status, body, headers = get(f"{app.url}/api/v1/topics?days=30", Authorization=f"Bearer {token}")
    assert status == 200
    assert json.loads(body)["items"]
    assert headers["content-type"] == "application/json"
    assert json.loads(get(f"{app.url}/api/v1/openapi.json")[1])["openapi"].startswith("3.")
    assert get(f"{app.url}/api/v1/topics")[0] == 401
    assert get(f"{app.url}/api/v1/topics?token={token}")[0] == 401  # never in an address
    assert get(f"{app.url}/feed/{feed}.atom")[2]["content-type"].startswith("application/atom+xml")
    assert get(f"{app.url}/feed/{feed}.ics")[1].startswith("BEGIN:VCALENDAR")
    assert get(f"{app.url}/feed/{feed}.exe")[0] == 404


def test_a_thousand_guesses_open_nothing(app: RunningApp, store: Store) -> None:
    """Last in this file: this address is slowed from here on."""
    import secrets

    _number, token = snapshots.freeze(store, document_of("x"), now())
    with ThreadPoolExecutor(8) as pool:
        codes = Counter(pool.map(lambda _n: get(f"{app.url}/share/{secrets.token_urlsafe(32)}")[0], range(1_000)))
    assert set(codes) <= {404, 429}
    assert codes[429] > 900
    assert int(get(f"{app.url}/share/{'A' * 43}")[2]["retry-after"]) > 0
    assert get(f"{app.url}/share/{token}")[0] == 200  # who has the link is not kept waiting


def test_a_guest_answers_without_a_session_and_the_editor_sees_it(
    app: RunningApp, store: Store, open_page: Open, browser: Any
) -> None:
    number, token = snapshots.freeze(
        store, document_of("x"), now(), asks="approval", question="Is the tone right?", mutual=True
    )
    guest = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 800})
    other = guest.new_page()
    other.goto(f"{app.url}/share/{token}")
    other.click("text=Your approval, please")
    other.get_by_label("Your name").fill("Administrator <b>")
    other.get_by_label("Your name").press("Enter")  # approves nothing by itself
    assert other.url.endswith(f"/share/{token}#answer")
    ask_for_changes = other.get_by_role("button", name="Ask for changes")
    ask_for_changes.click()  # without a word
    assert other.inner_text("[role=alert]") == "Write something first."
    words = "Too long.\n<script>alert(1)</script> http://evil.example :smile: **x**"
    other.get_by_label("Your words").fill(words)
    other.get_by_label("About").select_option(label="Second")
    ask_for_changes.click()
    assert other.inner_text("[role=status]") == "Thank you. Your answer has been passed on."
    assert other.inner_text(".guests strong") == "guest: Administrator <b>"
    assert guest.cookies() == []
    other.get_by_label("Your words").fill("")
    with other.expect_navigation():
        other.get_by_role("button", name="Approve").click()
    assert other.locator(".guests li").count() == 2
    assert not other.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page = open_page(f"{app.url}/reports?view=shared&lang=en")
    row = page.locator(f".st-key-shared-{number}")
    assert "2 new answers" in row.inner_text()
    assert "1 asks for changes" in row.inner_text()
    row.get_by_role("button", name="2 answers").click()
    page.wait_for_selector("text=Guests see one another's answers")
    settle(page)
    assert f"answers={number}" in page.url
    first = page.locator("[class*=st-key-guest-answer-]").last
    assert "guest: Administrator <b>" in first.inner_text()
    assert "Second" in first.inner_text()
    assert first.get_by_test_id("stText").inner_text() == words
    assert page.locator(f"{MAIN} a[href*=evil]").count() == 0
    first.get_by_role("button", name="Hide").click()
    settle(page)
    other.reload()
    assert other.locator(".guests li").count() == 1
    first.get_by_role("button", name="Erase").click()
    page.get_by_role("button", name="Erase it").click()
    settle(page)
    assert page.locator("[class*=st-key-guest-answer-]").count() == 1
    page.locator("[data-testid=stForm] [data-testid=stSelectbox] input").click()  # nothing is asked any more
    page.get_by_role("option", name="Nothing").click()
    page.get_by_role("button", name="Save").click()
    settle(page)
    other.reload()
    assert other.locator("#answer").count() == 0
    guest.close()
