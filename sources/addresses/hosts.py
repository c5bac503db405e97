"""Which sources are asked of the same host: one process asks for them all, so that the host is asked as politely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from data.models import Source

_SAME = ("www.", "old.")
_OF_KIND = {"reddit": "reddit.com"}  # asked for here, while feeds of the same place have addresses there


def host_of(source: Source) -> str:
    """The host that a source is asked of, as its address names it; the kind of a service that has one for all."""
    if source.kind in _OF_KIND:
        return _OF_KIND[source.kind]
    address = source.address.strip().lower()
    if "://" in address:
        host = urlsplit(address).netloc.rpartition("@")[2]
    else:
        host = address.rpartition("@")[2].split("/")[0] if "@" in address else ""
    for start in _SAME:
        host = host.removeprefix(start)
    return host or source.kind


def by_host(sources: Iterable[Source]) -> list[list[Source]]:
    """Sources in groups of one host each, in the order in which each host first comes."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        groups.setdefault(host_of(source), []).append(source)
    return list(groups.values())


def shared_out(
    sources: Sequence[Source], stays: Callable[[Source], bool], size: int
) -> tuple[list[Source], list[list[Source]]]:
    """(sources that stay here, batches of about `size` of the others). A host is never in two places: where one of its
    sources stays, all do; where it has more than `size`, they are a batch of their own."""
    groups = by_host(sources)
    here = [source for group in groups if any(map(stays, group)) for source in group]
    return here, list(_packed([group for group in groups if not any(map(stays, group))], size))


def _packed(groups: Iterable[list[Source]], size: int) -> Iterator[list[Source]]:
    batch: list[Source] = []
    for group in groups:
        if batch and len(batch) + len(group) > size:
            yield batch
            batch = []
        batch = batch + group
    if batch:
        yield batch
