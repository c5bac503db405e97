"""Why a query cannot be read, and where."""

from __future__ import annotations

import pytest

from dashboard.words.brands import kind_names, query_problem
from dashboard.words.language import speaking
from data.models import BRAND_KINDS
from data.posts.query_language import QueryError, parse


def problem(query: str) -> str:
    with pytest.raises(QueryError) as caught:
        parse(query)
    return query_problem(caught.value, query)


def test_the_place_is_named_where_there_is_one() -> None:
    with speaking("en"):
        assert problem("") == "The query is empty. Write a name, or words that must be in the post."
        assert problem("fild:x").endswith("Here: character 1, “fild”.")
        assert problem("a OR").startswith("Something is missing at the end.")
    with speaking("fr"):
        assert problem("a (b") == "Une parenthèse n’est pas fermée. Ici\xa0: caractère 3, «\xa0\\(\xa0»."


def test_what_a_person_typed_is_not_markup() -> None:
    with speaking("en"):
        assert "\\*" in problem("**b** (") or "\\(" in problem("**b** (")
        assert "<b>" not in problem("<b>:x")


def test_every_kind_of_brand_has_a_name() -> None:
    for lang in ("en", "fr"):
        with speaking(lang):
            assert set(kind_names()) == set(BRAND_KINDS)
