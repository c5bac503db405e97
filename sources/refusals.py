"""How a server says no, or not now: by a status, by a header, by a page that asks for a human; and how long to wait."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_WAIT = 86_400.0  # seconds
CHALLENGES = (
    b"cf-challenge",
    b"challenge-platform",
    b"just a moment...",
    b"g-recaptcha",
    b"h-captcha",
    b"captcha-delivery",
    b"are you a robot",
    b"verify you are human",
    b"anubis_challenge",
    b"px-captcha",
)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds from a Retry-After header, given as seconds or as a date; None when it says nothing."""
    value = value.strip()
    if value.isdecimal():
        return min(float(value[:9]), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), MAX_WAIT)


def rate_pause(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds to stay away because the answer said that no request is left; 0 when some are.

    Reset is given in seconds, as a Unix time, or as a date, depending on the service.
    """
    for remaining, reset in (
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
        ("x-rate-limit-remaining", "x-rate-limit-reset"),
        ("ratelimit-remaining", "ratelimit-reset"),
    ):
        left, until = headers.get(remaining, "").strip(), headers.get(reset, "").strip()
        try:
            if not left or float(left) >= 1:
                continue
            if re.fullmatch(r"\d+(\.\d+)?", until):
                seconds = float(until) - (now.timestamp() if float(until) > 1e9 else 0.0)
            else:
                seconds = (datetime.fromisoformat(until.replace("Z", "+00:00")) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            seconds = 60.0
        return min(max(seconds, 1.0), 3_600.0)
    return 0.0


def looks_like_challenge(body: bytes) -> bool:
    """Whether a page only asks its visitor to prove to be human."""
    head = body[:60_000].lower()
    if b"<html" not in head and b"<!doctype" not in head:
        return False
    return any(mark in head for mark in CHALLENGES)


_REFUSALS = {401: "login_needed", 403: "forbidden", 404: "not_found", 410: "gone", 429: "too_many_requests"}


def refusal(status: int) -> str:
    """The code of a status that gives no content."""
    return _REFUSALS.get(status, "server_error" if status >= 500 else "refused")


def backoff(failures: int, base: float, rng: random.Random) -> float:
    """Seconds to wait after `failures` failures in a row: doubling from `base`, at most a day, with jitter."""
    return float(min(MAX_WAIT, base * 2.0 ** min(failures, 12)) * rng.uniform(0.75, 1.0))
