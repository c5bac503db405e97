"""The list of a draw as a file to publish: codes, people under a number and places, with how anybody checks them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from dashboard.words.events.told import seed_words
from dashboard.words.language import _, n_
from data.events.draws import Draw, Drawn
from data.events.events import Event


def name_of(draw: Draw) -> str:
    return f"draw-{draw.event}-{draw.number}.txt"


def as_file(event: Event, draw: Draw, entries: Sequence[Drawn]) -> str:
    """Lines of comment (`#`), then one line for each entry: code, person, place in the draw, by tabs.

    People stand under a number of this list alone: nothing of the file leads to them, and it stays the same when one is
    erased.
    """
    closed = f"{draw.closed_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    told = [
        " ".join(event.title.split()),
        _("List {number}, closed on {when}: {listed}").format(
            number=draw.number, when=closed, listed=n_("{n} entry", "{n} entries", draw.total)
        ),
        _("Digest of the list (SHA-256): {digest}").format(digest=draw.digest),
        _("To check the digest, in a shell:"),
        f"  grep -v '^#' {name_of(draw)} | cut -f1 | LC_ALL=C sort | sha256sum",
        _("Winners: {n}; each person wins once at most").format(n=draw.prizes),
    ]
    if draw.reason:
        told.append(_("Why another list was closed: {reason}").format(reason=draw.reason))
    if draw.seed:
        quoted = draw.seed.replace("'", "'\\''")
        told += [
            _("Seed: {seed}").format(seed=draw.seed) + f" ({seed_words(draw)})",
            _("To check the order, which is that of the SHA-256 of “seed:code”:"),
            f"  seed='{quoted}'; grep -v '^#' {name_of(draw)} | cut -f1 | while read -r code; do",
            '  echo "$(printf %s "$seed:$code" | sha256sum | cut -c1-64) $code"; done | LC_ALL=C sort',
        ]
    elif draw.seed_from:
        told.append(_("The seed will be: {source}").format(source=draw.seed_from))
    told.append(_("Code, person under a pseudonym, place in the draw:"))
    rows = [f"{one.code}\tperson-{one.person}\t{one.place or ''}" for one in entries]
    return "".join(f"# {line}\n" for line in told) + "".join(f"{row}\n" for row in rows)
