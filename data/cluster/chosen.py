"""The workers that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from data.cluster.workers import Workers
from data.settings import Settings


@contextmanager
def open_workers(settings: Settings) -> Iterator[Workers]:
    """The workers that the settings name: those of a scheduler, or none but this process.

    A scheduler that does not answer costs a few seconds and one line. Raises SettingsError where one is named and the
    package is missing.
    """
    if not settings.dask_scheduler:
        yield Workers()
        return
    from data.cluster.dask import connected

    with connected(settings.dask_scheduler) as workers:
        yield workers


def for_workers(settings: Settings) -> Settings:
    """The settings as they may travel: without what opens the record, the house or somebody's account."""
    return replace(settings, database_url="", data_dir="", dask_scheduler="", llm_key="", openid_client_secret="")
