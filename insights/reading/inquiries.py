"""Which inquiries ask the same thing, and which posts of ours answered it before. Pure.

Inquiries are compared by what they ask (`asked_in`), not by all they tell: in a thread on one subject whole posts are
alike whatever they ask. What all of them share is taken out before (`Likeness`), as in All-but-the-Top (Mu 2018).
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from insights.reading.questions import sentences_that_ask, spoken
from insights.topics.fit import Vectors, unit

ALIKE = 0.72  # cosine from which two inquiries ask the same
ANSWERED = 0.63  # cosine with what a post of ours replied to, from which it may answer
APART = 0.52  # the same with what all share taken out
SAME_SUBJECT = 0.6  # cosine of what two answers of ours replied to, from which the later one replaces the earlier
SAID_SINCE = 0.5  # the same, between what was asked and the words of a later post that answers nobody
FEW = 12  # inquiries below which what they share is not known
MOST_ANSWERS = 3
OUTAGE_SECONDS = 2 * 86_400  # reports of an outage within so much of the first are of one
PASSING_SECONDS = 3 * 86_400  # how long what we said of the moment holds
ASKED_CHARACTERS = 600

_OUTAGE = re.compile(
    r"\b(?:is|are|was|went|been|be|still|again) (?:all )?down\b|\boutages?\b|\bnothing (?:loads?|works?|shows?|opens?|is (?:shown|there|working))\b|\b(?:site|server|servers|app|service|everything|planning|calendars?|data) (?:is|are|was|were) (?:all |completely )?(?:gone|empty|unreachable|offline|unavailable)\b|\b(?:lost|losing|deleted|ate) (?:all|everything|every|the data)\b|\b(?:all|every)(?: of)? (?:our|my|the)? ?[\w -]{1,30}(?:gone|lost|empty|vanished|disappeared|deleted)\b|\b(?:shifts?|data|rota|rotas|lists?|plannings?|calendars?|messages) (?:is|are|have|has)(?: all)? (?:gone|lost|empty|vanished|disappeared)\b"
    r"|\ben panne\b|\bla panne\b|\bune panne\b|\brien ne (?:marche|charge|fonctionne|s'affiche|s'ouvre)\b|\bplus rien\b|\btou(?:t|s|te|tes)\b[^.!?\n]{1,40}\b(?:vides?|disparue?s?|perdue?s?|effacée?s?)\b|\b(?:a|ont) (?:perdu|effacé|disparu)\b|\b(?:données|créneaux|plannings?) (?:sont )?(?:perdue?s?|vides?|effacée?s?|disparue?s?)\b|\b(?:est|sont) (?:tombée?s?|inaccessibles?|injoignables?|hors service)\b",
    re.IGNORECASE,
)
# What we say of the moment, and what is no answer: thanks, a question back, a promise to look.
_PASSING = re.compile(
    r"\b(?:looking into|look into|working on it|on it now|checking with|we(?:'re| are) (?:aware|investigating|checking|on it)|will (?:write|answer|come back|get back|keep you|update you|let you know|look)|as soon as|stay tuned|(?:is|are) (?:back|up again|restored)|back (?:up|online|since|to normal)|was resolved|has been (?:fixed|resolved|restored)|this (?:morning|afternoon|week|evening)|today|tonight|tomorrow|yesterday|until (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|noon|tonight)|by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|noon|tonight)|we could reproduce|a fix is planned"
    r"|on regarde|nous regardons|nous (?:vérifions|cherchons|enquêtons|travaillons)|on (?:vérifie|s'en occupe|cherche)|revenons? vers vous|vous (?:tenons|tiendrons) au courant|dès que (?:possible|nous)|(?:est|sont) (?:rétablie?s?|de retour|revenue?s?|réparée?s?)|c'est (?:rétabli|réparé|réglé|revenu)|ce (?:matin|soir)|cet après-midi|cette semaine|aujourd'hui|demain|hier|d'ici (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|midi|ce soir)|nous avons reproduit|une correction est prévue)\b",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(
    r"\b(?:(?:could|can|would) you (?:please )?(?:send|tell|give|share|describe|write|dm)|send us|tell us (?:which|what|more|if)|which (?:device|version|browser|phone)|in (?:a )?private(?: message)?|by (?:dm|pm)|(?:pouvez|pourriez)-vous (?:nous )?(?:envoyer|donner|dire|préciser|écrire)|envoyez-nous|dites-nous(?: quel| en plus)?|en (?:message )?privé|quel(?:le)? (?:appareil|version|navigateur))\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W*(?:thank you|thanks|many thanks|that made our day|glad|welcome|you're welcome|great to hear|merci|ravie?s?|avec plaisir|de rien|bienvenue|bravo)\b[^.!?\n]{0,60}[.!?\W]*(?:[^.!?\n]{0,40}[.!?\W]*)?$",
    re.IGNORECASE,
)


def asked_in(text: str) -> str:
    """What a post asks: its first line and the sentences that ask; all of one that asks nothing."""
    body = spoken(text)
    asking = [sentence for sentence, _ in sentences_that_ask(body)]
    if not asking:
        return body[:ASKED_CHARACTERS]
    return " ".join(dict.fromkeys([body.split("\n", 1)[0].strip(), *asking]))[:ASKED_CHARACTERS]


def is_outage(text: str) -> bool:
    """Whether a post reports that a service is down, or that what was in it is gone."""
    return bool(_OUTAGE.search(spoken(text)))


def is_passing(text: str) -> bool:
    """Whether what we said is of its moment: true for a few days, then out of date."""
    return bool(_PASSING.search(spoken(text)))


def answers_nothing(text: str) -> bool:
    """Whether a post of ours only thanks, or asks something back."""
    body = spoken(text)
    return not body or bool(_THANKS.match(body)) or bool(_NO_ANSWER.search(body))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike inquiries are: `shared` is what those at hand have in common."""

    shared: Vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Likeness:
        """Of unit rows; too few have nothing in common that could be told from what each asks."""
        size = vectors.shape[1] if vectors.ndim == 2 else 0
        return cls(vectors.mean(axis=0) if len(vectors) >= FEW else np.zeros(size, np.float32))

    def asks_as(self, question: Vectors, others: Vectors) -> Vectors:
        """Cosine of one inquiry with each of `others` (unit rows), 0 where they are alike only as all are."""
        plain = np.asarray(others @ question, dtype=np.float32)
        apart = unit(others - self.shared) @ unit((question - self.shared)[None])[0]
        return np.where(apart >= APART, plain, 0.0).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Reply:
    """A post of ours and the post that it replies to, 0 for none (a statement to all); `at` in seconds; `passing`: true
    of its moment alone."""

    post: int
    asked: int
    at: int
    passing: bool = False


def same_inquiries(
    ids: Sequence[int],
    vectors: Vectors,
    known: Sequence[tuple[int, int]],
    known_vectors: Vectors,
    outages: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """For each new inquiry the first that asks the same, itself if there is none.

    `vectors` are unit rows of `ids`; `known` are (inquiry, the first that asks the same) with `known_vectors`.
    `outages` are inquiries that report an outage, with their time in seconds: reports of the same days are one, and
    those of another time are not, however alike they are.
    """
    outages = outages or {}
    firsts = [inquiry for inquiry, first in known if inquiry == first]
    rows = [vector for (inquiry, first), vector in zip(known, known_vectors, strict=True) if inquiry == first]
    same: dict[int, int] = {}
    for inquiry, vector in sorted(zip(ids, vectors, strict=True), key=lambda pair: pair[0]):
        # Compared with the first of each group only: from one to the next, a chain would join everything.
        near = np.stack(rows) @ vector if rows else np.zeros(0, np.float32)
        at = outages.get(inquiry)
        for place, first in enumerate(firsts):
            if first in outages and at is not None:
                near[place] = 1 + near[place] if 0 <= at - outages[first] <= OUTAGE_SECONDS else 0.0
        best = int(near.argmax()) if len(near) else -1
        if best >= 0 and float(near[best]) >= ALIKE:
            same[inquiry] = firsts[best]
        else:
            same[inquiry] = inquiry
            firsts.append(inquiry)
            rows.append(vector)
    return same


def likely_answers(
    question: Vectors, at: int, replies: Sequence[Reply], asked: Vectors, likeness: Likeness
) -> list[tuple[int, float]]:
    """(post of ours, similarity) that may answer one inquiry of the time `at`, the likeliest first, at most three.

    `asked` (unit rows) are what each of `replies` replied to, its own words where it replies to nothing. An inquiry like
    this one says what an answer is good for; the words of answers do not (measured: docs/benchmarks.md). What we said
    later on the same subject stands in for it, and what we said of a moment is left out once it has passed.
    """
    if not len(replies):
        return []
    near = likeness.asks_as(question, asked) * np.array([bool(reply.asked) for reply in replies])
    found: dict[int, float] = {}
    for place in np.flatnonzero(near >= ANSWERED):
        latest = _latest_on(int(place), replies, asked)
        chosen = replies[latest]
        if chosen.passing and not 0 <= at - chosen.at <= PASSING_SECONDS:
            continue
        found[chosen.post] = max(found.get(chosen.post, 0.0), float(near[place]))
    return sorted(found.items(), key=lambda pair: (-pair[1], -pair[0]))[:MOST_ANSWERS]


def _latest_on(place: int, replies: Sequence[Reply], asked: Vectors) -> int:
    """Which of our replies is the latest on the subject of one of them, among those that last."""
    lines = np.array([SAME_SUBJECT if reply.asked else SAID_SINCE for reply in replies])
    alike = np.flatnonzero(asked @ asked[place] >= lines)
    lasting = [i for i in map(int, alike) if not replies[i].passing] or [place]
    return max(lasting, key=lambda i: (replies[i].at, replies[i].post))
