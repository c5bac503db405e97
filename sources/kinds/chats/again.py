"""Messages read again by their numbers: for edits, for counters, and for those that are gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from data.models import NewPost


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages that stand side by side: the post of each by its number, None for one without words. `first` says that
    none stands before them."""

    messages: Mapping[int, NewPost | None] = field(default_factory=dict)
    first: bool = False


async def read_again(
    read_up_to: Callable[[int], Awaitable[Stretch]], numbers: Iterable[int], requests: int
) -> tuple[list[NewPost], list[int]]:
    """(the posts as they are now, the numbers that are no more), in at most `requests` requests.

    `read_up_to` gives the messages up to a number, the newest of them. Nothing is said of a number that no stretch
    reached.
    """
    due = sorted(set(numbers), reverse=True)
    posts: list[NewPost] = []
    gone: list[int] = []
    while due and requests > 0:
        requests -= 1
        stretch = await read_up_to(due[0])
        held = stretch.messages
        floor = 0 if stretch.first else min(held, default=due[0] + 1)
        here = [number for number in due if number >= floor]
        if not here or max(held, default=0) > due[0]:
            break  # not what was asked for
        posts += [post for number in here if (post := held.get(number)) is not None]
        gone += [number for number in here if number not in held]
        due = due[len(here) :]
    return posts, gone
