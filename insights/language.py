"""The language of a post: what the network says, else py3langid between French and English."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from insights.text import HANDLE, URL

EXPECTED = ("en", "fr")


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_modelpath(str(MODEL_DIR / MODEL_FILE))
    identifier.set_languages(list(EXPECTED))
    return identifier


def detect_languages(texts: Sequence[str], given: Sequence[str] | None = None) -> list[str]:
    """ "fr" or "en" for each text; a language already `given` stays; "" where there are no letters to read."""
    langs = []
    for index, text in enumerate(texts):
        known = given[index] if given is not None else ""
        if known:
            langs.append(known)
            continue
        words = HANDLE.sub(" ", URL.sub(" ", text[:2_000])).strip()
        if not any(c.isalpha() for c in words):
            langs.append("")
        else:
            langs.append(str(_identifier().classify(words)[0]))
    return langs
