"""What topics are called, as rows hold it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from data.models import TopicName, Wording


def name_of(row: Any) -> TopicName:
    """What a row of `topic` is called: a name that a person typed wins."""
    wordings = tuple(Wording(lang, label, tuple(terms)) for lang, label, terms in json.loads(row.wordings))
    return TopicName(row.person_label or row.label, bool(row.person_label), wordings)


def encoded(wordings: Sequence[Wording]) -> str:
    return json.dumps([astuple(wording) for wording in wordings], ensure_ascii=False)
