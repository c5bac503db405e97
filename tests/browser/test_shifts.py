"""Nothing moves while a page comes: what `tests.bench.shifts` measures, on the pages that moved most."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench.shifts import measured
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
MOST = 0.1  # from there on people notice


@pytest.mark.parametrize(
    ("path", "width"), [("people", 390), ("tools", 1280), ("mentions?view=answer&look=compact", 390)]
)
def test_a_page_stays_where_it_is(demo_app: RunningApp, browser: Any, path: str, width: int) -> None:
    address = f"{demo_app.url}/{path}{'&' if '?' in path else '?'}lang=en"
    measured(browser, address, width, 1, 0)  # the first visit of all makes the demo ready
    [(_load, shift, moved)] = measured(browser, address, width, 1, 0)
    assert shift <= MOST, "\n".join(moved)
