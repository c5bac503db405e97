"""The app's policy in a real browser: charts are drawn, the WebSocket works, and no script that is not ours runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
INJECTED = """() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = 1";
    document.body.append(script);
    try { window.setTimeout("window.injected = 2", 0); } catch (error) {}
    return new Promise(done => window.setTimeout(() => done(window.injected ?? null), 300));
}"""


def test_charts_are_drawn_and_no_other_script_runs(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo_app.url}/?lang=en")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    page.wait_for_selector("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")
    assert not [words for words in said if "Content Security Policy" in words]
    assert page.evaluate(INJECTED) is None
    assert [words for words in said if "Content Security Policy" in words]  # the browser says that it refused
