"""Collect and refresh on a schedule, in processes of their own. Started by the app, or by hand.

Serves every open workspace in turn, and holds the lease "worker" of each, so that only one runs for a record. Each step
is a process that ends: the models' memory is given back, and a crash of one step stops nothing. Ends when the app that
started it does.

python worker.py now KEY [SOURCE ...]    collect these sources of one workspace, or those that are due, and read what
                                         they bring, at once
"""

import logging
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import Connection

from data.acting.running import any_act_due
from data.alerts.destinations import any_due, digest_due
from data.alerts.rules import wanted_look
from data.demo_community import truth
from data.house.workspaces import chosen_settings, has_record, settings_of_each
from data.inbox.notices import any_notice_due
from data.jobs import holder_name, release_lease, take_lease, visited_since
from data.models import Source
from data.reputation.brands import brands_behind
from data.running import logs
from data.running.memory import give_back
from data.running.presence import running
from data.settings import Settings, SettingsError, load_settings
from data.sharing.subscriptions import any_mailing_due
from data.source_list import due_sources, get_source
from data.store import Store, StoreError, put_meta
from data.topics.fits import wanted_refit
from data.topics.watches import any_unready

ROOT = Path(__file__).parent
BEAT = 5.0
LEASE_SECONDS = 60
PATIENCE = 120.0  # seconds that new sources wait for another run that is collecting
GATHER = timedelta(minutes=3)  # sources that are due wait so long for others: each run has a cost of its own
READING_ON = timedelta(seconds=90)  # between two checks of a source that is being read back
NICE = 10
stop = Event()
LOG = logs.subject("worker")


@lru_cache(maxsize=32)
def record(url: str) -> Store:
    """A record, opened once: opening it at each beat was half of what waiting costs."""
    return Store(url)


def run(settings: Settings, *arguments: str, store: Store | None = None, holder: str = "") -> None:
    """One step in a workspace as a process; the lease is renewed while it works, and its complaints are logged."""
    environ = {**os.environ, "VIGIE_WORKSPACE": settings.key}
    command = [sys.executable, "-m", *arguments]
    name, began = f"worker.{'.'.join(arguments[:2])}", time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    complaints = Thread(target=logs.tell, args=(logs.subject(name), process.stderr, logging.WARNING), daemon=True)
    complaints.start()
    while process.poll() is None:
        if stop.wait(1.0):
            process.terminate()
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                process.kill()
            return
        if store is not None and int(time.monotonic()) % 15 == 0:
            take_lease(store, "worker", holder, datetime.now(UTC), LEASE_SECONDS)
    complaints.join(timeout=5)
    level = logging.ERROR if process.returncode else logging.INFO
    logs.subject(name).log(
        level, "%s: ended with %d in %.1f s", settings.key, process.returncode, time.monotonic() - began
    )


def demo_is_stale(settings: Settings) -> bool:
    """The demo is missing, or ends on another day and nobody has added a source of their own to it."""
    if not has_record(settings):
        return True
    store = record(settings.store_url)
    if store.get_meta("demo_day") == datetime.now(UTC).date().isoformat():
        return False
    with store.read() as connection:
        own = connection.exec_driver_sql("SELECT count(*) FROM source WHERE kind != 'demo'").scalar_one()
    return not own and bool(truth())


def is_time(due: Sequence[Source], now: datetime) -> bool:
    """Whether to collect now: once the first that is due has waited for others, or where somebody waits for one: it is
    new, was asked for, is being read back, or its clock was set back."""
    return any(
        one.last_attempt is None
        or one.next_check is None
        or not one.next_check <= now < one.next_check + GATHER
        or one.next_check - one.last_attempt <= READING_ON
        for one in due
    )


def is_pending(connection: Connection) -> bool:
    """Posts have come that are not understood yet."""
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM post WHERE pending)").scalar_one())


def is_behind(connection: Connection) -> bool:
    """Figures are out of date, or somebody asked for something that a refresh does."""
    return (
        bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM dirty_day)").scalar_one())
        or bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM unsettled_post)").scalar_one())
        or any_unready(connection)
        or wanted_refit(connection)
        or wanted_look(connection)
        or bool(brands_behind(connection))
    )


def is_looked_at(settings: Settings, now: datetime) -> bool:
    """Whether the demo is made anew each day: it is shown first, or somebody was there since yesterday."""
    return load_settings().key == settings.key or visited_since(record(settings.store_url), now - timedelta(days=1))


def once(settings: Settings, holder: str) -> None:
    """Do what is due now in one workspace: act, collect, refresh, suggest, send."""
    now = datetime.now(UTC)
    if settings.demo and not settings.database_url and is_looked_at(settings, now) and demo_is_stale(settings):
        run(settings, "insights", "demo")
        return
    store = record(settings.store_url)
    if not take_lease(store, "worker", holder, now, LEASE_SECONDS):
        return
    with store.read() as connection:
        due = due_sources(connection, now)
        acts = any_act_due(connection, now) and not settings.demo
        wanted = is_pending(connection) or is_behind(connection)
    if acts:  # before all else: somebody waits for it
        run(settings, "sources.acting", store=store, holder=holder)
    if is_time(due, now) and not stop.is_set():
        run(settings, "sources", "collect", store=store, holder=holder)
    with store.read() as connection:
        wanted = wanted or is_pending(connection)
    # Alerts that hang on the clock, and effects of actions, are looked at once an hour though nothing came.
    hour = now.strftime("%Y-%m-%dT%H")
    if wanted or store.get_meta("looked") != hour:
        run(settings, "insights", "refresh", store=store, holder=holder)
        with store.write(counts=False) as connection:
            put_meta(connection, "looked", hour)
        today = now.date().isoformat()
        if store.get_meta("suggested") != today and not stop.is_set():
            run(settings, "sources", "suggest", store=store, holder=holder)
            store.set_meta("suggested", today)
        if not settings.demo and store.get_meta("kept_up") != today and not stop.is_set():
            run(settings, "sources.upkeep", store=store, holder=holder)
            store.set_meta("kept_up", today)
    today = now.date().isoformat()
    if store.get_meta("retained") != today and not stop.is_set():
        run(settings, "data", "retain", store=store, holder=holder)
        with store.write(counts=False) as connection:
            put_meta(connection, "retained", today)
    with store.read() as connection:
        send = not stop.is_set() and (
            any_due(connection, now)
            or digest_due(connection, now)
            or any_mailing_due(connection, now)
            or any_notice_due(connection, now)
        )
    if send and not settings.demo:
        run(settings, "dashboard", "deliver", store=store, holder=holder)
    if stop.is_set():
        release_lease(store, "worker", holder)


def at_once(settings: Settings, sources: list[int]) -> None:
    """Collect sources that somebody has just followed, and read what they bring: beside the worker, which may be busy
    elsewhere. Each step has a lease of its own, so that nothing is done twice. Where the app starts no worker, reading
    is left to the one that runs elsewhere."""
    store = record(settings.store_url)
    until = time.monotonic() + PATIENCE
    while not stop.is_set() and time.monotonic() < until:
        run(settings, "sources", "collect", *(f"--source={number}" for number in sources))
        with store.read() as connection:
            found = [get_source(connection, number) for number in sources]
        if all(one is None or one.last_attempt is not None for one in found):
            break
        stop.wait(1.0)  # another run is collecting: it may not know of these yet
    if settings.worker and not stop.is_set():
        run(settings, "insights", "refresh")


def due_workspaces() -> list[Settings]:
    """Those that are open now: one may be made, closed or opened again while the worker runs."""
    try:
        return settings_of_each(load_settings())
    except (StoreError, SettingsError, OSError) as error:
        LOG.error("%s", error)
        stop.wait(30)
        return []


def serve(settings: Settings, holder: str) -> bool:
    """What is due in one workspace; false where it could not be done, which keeps no other waiting."""
    if stop.is_set():
        return True
    try:
        once(settings, holder)
        return True
    except (StoreError, SettingsError, OSError) as error:
        LOG.error("%s: %s", settings.key, error)
        return False


def main() -> None:
    os.nice(NICE)  # and so all its steps: the app beside answers first
    try:
        settings = load_settings()
        logs.configure("worker", settings.log_form)
    except SettingsError as error:
        logs.configure("worker").critical("%s", error)
        sys.exit(1)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())

    if sys.argv[1:2] == ["now"]:
        at_once(chosen_settings(sys.argv[2]), [int(number) for number in sys.argv[3:]])
        return

    def watch_parent() -> None:
        # The app holds the other end of stdin: when it is gone, so are we.
        os.read(0, 1)
        stop.set()

    if stat.S_ISFIFO(os.fstat(0).st_mode):
        Thread(target=watch_parent, daemon=True).start()
    try:
        with running(settings.home):
            work()
    except StoreError as error:
        LOG.critical("The worker does not start: %s", error)
        sys.exit(1)


def work() -> None:
    """Serve every workspace in turn until it is to stop."""
    LOG.info("started")
    holder = holder_name()
    while not stop.is_set():
        failed = False in [serve(settings, holder) for settings in due_workspaces()]
        give_back()
        stop.wait(30 if failed else BEAT)


if __name__ == "__main__":
    main()
