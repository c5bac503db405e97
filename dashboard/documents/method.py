"""What a document rests on: coverage, method and limits."""

from __future__ import annotations

from datetime import timedelta

from dashboard.documents.frame import Frame, section_of
from dashboard.documents.sources import followed, followed_words
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import sources as source_reads
from dashboard.words.language import _, moment, n_, percent
from data.sharing.document import Section, Words


def coverage(frame: Frame) -> tuple[str, ...]:
    """Of what the figures are: sources, how fresh, and what could not be read."""
    sources = [row.source for row in followed(frame)]
    checked = [s.last_success for s in sources if s.last_success is not None]
    lines = [followed_words(len(sources))]
    if checked:
        lines.append(_("Last read on {moment}.").format(moment=moment(max(checked))))
    down = source_reads.blind_spots(frame.scope, frame.hour + timedelta(hours=1))
    names = list(dict.fromkeys(spot.source.title or spot.source.kind for spot in down))
    if names:
        lines.append(
            n_(
                "{n} source could not be read for part of the period: {names}.",
                "{n} sources could not be read for part of the period: {names}.",
                len(names),
            ).replace("{names}", ", ".join(names[:5]) + ("…" if len(names) > 5 else ""))
        )
    else:
        lines.append(_("No source failed for longer than its usual rhythm in this period."))
    return tuple(lines)


def method(frame: Frame) -> tuple[str, ...]:
    """How the figures were made, and what they cannot say."""
    errors = reputation_reads.errors_of(frame.scope)
    who = {
        "pseudonyms": _("Authors have pseudonyms, the same for the same author."),
        "names": _("Authors appear under the names that they gave."),
        "none": _("Authors are not named."),
    }[frame.names]
    return (
        _("Quotes are exact, as they were read; […] marks a cut. Copies of one text are counted as posts."),
        _(
            "Tone is estimated by a program, right in {share} of the posts that people checked; shares and net "
            "sentiment "
            "are corrected for that error, and intervals hold the true figure nine times in ten."
        ).format(share=percent(errors.agreement)),
        _(
            "Topics are groups of posts that are alike in meaning, made by a program; posts that fit none are left "
            "out of them."
        ),
        _(
            "Only what the followed sources show is counted: it is not a survey, and whoever does not write is not "
            "heard."
        ),
        who,
    )


def method_section(frame: Frame) -> Section:
    blocks = [Words(line, "item") for line in (*coverage(frame), *method(frame))]
    return section_of("method", _("Method and limits"), *blocks)
