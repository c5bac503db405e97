"""Where batches of work are done: here, one after another; or on the workers of a Dask cluster (`data.cluster.dask`).

What is done in a batch is pure: it reads no record and writes none, and may be done twice without harm. Reading posts
and writing what was found stay with the process that holds the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Batch = TypeVar("Batch")
Found = TypeVar("Found")


class Workers:
    """This process: each batch is done when its result is asked for, with no threads and nothing under way."""

    slots = 1  # batches that are under way at once
    far = False  # whether they are done elsewhere

    def each(
        self,
        work: Callable[[Batch], Found],
        batches: Iterable[Batch],
        here: Callable[[Batch], Found] | None = None,
        *,
        in_order: bool = True,
    ) -> Iterator[Found]:
        """What `work` finds in each batch, in their order; else each as soon as it is there.

        `work` goes to the workers and must be a function of a module. `here` does the same in this process, with what
        is at hand there. Batches are taken from their iterable as there is room for them.
        """
        for batch in batches:
            yield (here or work)(batch)
