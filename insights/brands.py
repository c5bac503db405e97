"""Which posts name a brand: aliases as whole words, case and accents folded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.models import Brand
from insights.text import fold


def mention_pattern(brand: Brand) -> re.Pattern[str]:
    """A pattern for folded text that finds the brand's name, aliases, #tags and @names."""
    names = sorted({fold(name) for name in (brand.name, *brand.aliases) if name.strip()}, key=len, reverse=True)
    body = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names) or r"(?!)"
    return re.compile(rf"(?<!\w)[#@]?(?:{body})(?!\w)")


def mentions(texts: Sequence[str], brands: Sequence[Brand]) -> list[list[int]]:
    """For each text the ids of the brands that it names."""
    patterns = [(brand.id, mention_pattern(brand)) for brand in brands]
    return [[i for i, pattern in patterns if pattern.search(folded)] for folded in map(_fold_text, texts)]


def _fold_text(text: str) -> str:
    return " ".join(fold(word) for word in text.split(" "))
