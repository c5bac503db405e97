"""What a pasted thing may be, or why it is nothing that can be followed."""

from __future__ import annotations

from dataclasses import dataclass

from sources.errors import AddressError


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kind and the address it would have. `sure` is False where the place must be asked first."""

    kind: str
    address: str
    sure: bool = True
    name: str = ""  # what a person calls it, where its address does not say
    for_some: bool = False  # not everyone in that place may see it


class NotUnderstood(AddressError):
    """Nothing that can be followed. `nearest` is something that would work, as one would paste it; `detail` says more
    where there is more to say."""

    def __init__(self, code: str, subject: str, nearest: str = "", detail: str = "") -> None:
        super().__init__(code, subject[:200], detail or (f"try {nearest}" if nearest else ""))
        self.nearest = nearest
