"""Where a post comes from, as far as that says how it will sound: an article tells, a comment answers.

Most articles are neutral whatever their subject is; comments are not; what was learned on tweets holds for neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ARTICLE, COMMENT, STATUS = "article", "comment", "status"
LONG = 600  # characters: beyond it a post rarely has one tone
_ARTICLES = {"feed", "webpage"}
_STATUSES = {"mastodon", "bluesky", "x", "google_play", "app_store", "google_business"}  # a review says an opinion too
_SHORT = 300
_STATUS_MARKS = re.compile(r"(?<!\w)[@#]\w|https?://")


@dataclass(frozen=True, slots=True)
class Origin:
    """`kind` is article, comment or status; `long` says that the post has more than 600 characters."""

    kind: str
    long: bool = False


def origin_of(text: str, source: str = "", *, reply: bool = False, titled: bool = False) -> Origin:
    """Told from the kind of source; where that says nothing (a file, the demo) from the post itself."""
    long = len(text) > LONG
    if source in _STATUSES:
        return Origin(STATUS, long)
    if source in _ARTICLES and titled and not reply:
        return Origin(ARTICLE, long)
    if not source and not reply and not titled and len(text) <= _SHORT and _STATUS_MARKS.search(text):
        return Origin(STATUS, long)
    return Origin(COMMENT, long)


def origin_columns(origins: Sequence[Origin]) -> NDArray[np.float32]:
    """n x 3: article, comment, long. A short status is all zeros."""
    rows = [(o.kind == ARTICLE, o.kind == COMMENT, o.long) for o in origins]
    return np.array(rows, dtype=np.float32).reshape(len(origins), 3)
