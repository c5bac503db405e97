"""What changed between two documents of one page."""

from __future__ import annotations

from dashboard.words.language import _, count, n_, percent
from dashboard.words.reputation import signed
from data.sharing.document import Chart, Document, Figures, Table


def differences(before: Document, after: Document) -> Table:
    """What changed between two documents of one page: every figure and every row of charts of names, then and now."""
    then, now_ = _numbers(before), _numbers(after)
    rows = []
    for key in dict.fromkeys([*then, *now_]):
        old, new = then.get(key), now_.get(key)
        if old is None or new is None or old[0] != new[0]:
            move = _move(old[1], new[1], "%" in new[0]) if old is not None and new is not None else "–"
            rows.append((key[0], key[1], old[0] if old else "–", new[0] if new else "–", move))
    columns = ((_("Where"), "text"), (_("What"), "text"), (_("Then"), "text"), (_("Now"), "text"), (_("Move"), "text"))
    return Table(_("What changed since"), columns, tuple(rows), "" if rows else _("Nothing has changed."))


def _move(old: float, new: float, of_shares: bool) -> str:
    """How much a figure moved; between two shares, in points of a hundred as both are written."""
    if not of_shares:
        return signed(new - old, 0 if abs(new - old) >= 2 else 2)
    points = round(100 * new) - round(100 * old)
    return ("+" if points > 0 else "−" if points < 0 else "") + n_("{n} point", "{n} points", abs(points))


def _numbers(document: Document) -> dict[tuple[str, str], tuple[str, float]]:
    numbers: dict[tuple[str, str], tuple[str, float]] = {}
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Figures):
                numbers |= {(section.title, f.label): (f.value, f.number or 0.0) for f in block.items}
            elif isinstance(block, Chart) and block.kind == "bars":
                for name, value in zip(block.categories, block.series[0][1], strict=True):
                    words = percent(value or 0) if block.share else count(value or 0)
                    numbers[(block.title, name)] = (words, value or 0.0)
    return numbers
