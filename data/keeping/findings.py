"""What the doctor tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence about what was found and what to do. A note is worth knowing and wrong with nothing; what `mends` is
    computed again by `doctor --mend`."""

    said: str
    mends: bool = False
    is_note: bool = False
