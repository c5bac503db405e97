"""Upgrade and go back. Each step leaves the installation before it or after it, and can be run again.

What new code does is done by a process of that code; what goes back is in this one, so that new code which does not
even start can be left.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.jobs import lease_holder
from data.keeping import locks
from data.keeping.doctor import examine
from data.running.presence import nobody_runs
from data.settings import ROOT, Settings
from data.store import Store, StoreError
from data.upgrading import code
from data.upgrading.put_back import Said, put_back
from data.upgrading.saved import Item, Saved, databases, forget_old, latest, note, room, rows_in, save

LASTS = timedelta(days=1)  # that an upgrade which was cut short is gone on with
WORK = {"post", "change", "job", "triage_event", "visit", "session", "account"}  # grow when Vigie is used
MAY_SHRINK = {"meta", "alembic_version", "lease"}  # notes of Vigie to itself


class UpgradeError(ValueError):
    """The upgrade did not come about; the message says how things stand."""


def upgrade(settings: Settings, now: datetime, version: str = "", told: Said = print, root: Path = ROOT) -> Saved:
    """Save everything, move the code, install what it needs, bring every database up to date, compare and check.

    Where a step fails, code and databases go back to what was saved, and UpgradeError says why. Killed at any moment
    it can be run again: what was saved first stays what is gone back to.
    """
    _of_all(settings)
    with nobody_runs(settings.home):
        _nobody_works(settings)
        moves = code.is_repository(root)
        if moves:
            code.must_be_clean(root)
        saved = _cut_short(settings, now)
        if saved is None:
            room(settings)
            saved = save(settings, now, *(code.where(root) if moves else ("", "")))
        else:
            told(f"The upgrade of {saved.at} was cut short: it goes on with what was saved then.")
        for item in saved.items:
            told(f"{item.url} is in {item.copy}.")
        try:
            if moves:
                told(f"The code is at {code.bring(root, version)[:12]}.")
                _do(["make", "--silent", ".venv/.run"], root)
            _do([sys.executable, "-m", "data", "migrate"], root, told)
        except (code.CodeError, UpgradeError, subprocess.SubprocessError, OSError) as error:
            told(f"It goes back: {error}")
            _take_back(settings, saved, now, told, root)
            raise UpgradeError(f"Nothing was upgraded, and everything is as it was. {error}") from error
        done = note(saved, "done")
        forget_old(settings)
        return done


def _cut_short(settings: Settings, now: datetime) -> Saved | None:
    """The upgrade to go on with: one that did not end, after which nobody worked. Going back to what is older than
    somebody's work would lose that, so what is there now is saved anew then."""
    saved = latest(settings, "saved")
    if saved is None or now - datetime.fromisoformat(saved.at) > LASTS:
        return None
    before = {item.key: item.rows for item in saved.items}
    for key, store in databases(settings):
        rows = rows_in(store)
        if key not in before or any(rows.get(name) != before[key][name] for name in WORK & before[key].keys()):
            return None
    return saved


def migrate(settings: Settings, told: Said = print) -> list[str]:
    """Bring every database up to date, and compare with what an upgrade saved before. Gives what is wrong."""
    _of_all(settings)
    saved = latest(settings, "saved")
    before = {item.key: item for item in saved.items} if saved is not None else {}
    wrong = []
    for key, held in databases(settings):
        was = held.version()
        store = type(held)(held.url)
        told(f"{store.name}: {was} to {store.version()}.")
        wrong += [f"{store.name}: {problem}" for problem in store.check()]
        if key and not wrong:
            for finding in examine(store, settings.for_workspace(key), datetime.now(UTC)):
                told(f"  {'note' if finding.is_note else 'problem'}: {finding.said}")
        if key in before:
            wrong += [f"{store.name}: {problem}" for problem in compared(before[key].rows, rows_in(store))]
        store.engine.dispose()
    return wrong


def compared(before: dict[str, int], after: dict[str, int]) -> Iterator[str]:
    """Tables that lost rows, a sentence each."""
    for name, rows in before.items():
        if name not in MAY_SHRINK and after.get(name, 0) < rows:
            yield f"'{name}' held {rows} rows and holds {after.get(name, 0)}."


def go_back(settings: Settings, now: datetime, told: Said = print, root: Path = ROOT) -> Saved:
    """Undo the last upgrade: databases that it changed become what was saved, the code goes back, who was erased since
    is erased again. What is there now is set aside first. Raises StoreError or CodeError where it cannot be."""
    _of_all(settings)
    with nobody_runs(settings.home):
        _nobody_works(settings)
        saved = latest(settings, "saved", "done")
        if saved is None:
            raise StoreError("missing", "There is no upgrade to go back from.")
        return _take_back(settings, saved, now, told, root)


def _take_back(settings: Settings, saved: Saved, now: datetime, told: Said, root: Path) -> Saved:
    """Databases first: code opens those of earlier versions, and none of later ones."""
    held = dict(databases(settings))
    for item in saved.items:
        _must_be_usable(settings, item)
    back = [item for item in saved.items if item.key not in held or held[item.key].version() != item.version]
    for item in back:
        put_back(settings.for_workspace(item.key) if item.key else settings, item, held.get(item.key), now, told)
    for item in saved.items:
        if item not in back:
            told(f"{item.url} was not changed by the upgrade: it stays, with all that came since.")
    for key in held.keys() - {item.key for item in saved.items}:
        told(f"{held[key].name} was made since and stays as it is: the former version may not be able to open it.")
    if saved.commit and code.is_repository(root):
        code.take_back(root, saved.commit, saved.branch)
        told(f"The code is at {saved.commit[:12]} again.")
        _do(["make", "--silent", ".venv/.run"], root)
        for item in back:  # by the former code, to which they belong again
            if item.key:
                _do([sys.executable, "-m", "data", "--workspace", item.key, "replay"], root, told)
    elif back:
        told("Put the former code in place, then run 'python -m data replay': who was erased since is erased again.")
    return note(saved, "back")


def _must_be_usable(settings: Settings, item: Item) -> None:
    copy = Path(item.copy)
    if not copy.is_file():
        raise StoreError("missing", f"{copy} is gone: there is nothing to go back to. Nothing was changed.")
    if not settings.database_url.startswith("postgresql"):
        version = Store(f"sqlite:///{copy}", as_it_is=True).version()
        if version != item.version:
            raise StoreError("newer", f"{copy} is of version {version} by now, and not of {item.version}.")


def _do(command: list[str], root: Path, told: Said = lambda words: None) -> None:
    """A step of the code that lies in `root`. Raises UpgradeError with what it said last."""
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    for line in done.stdout.splitlines():
        told(line)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise UpgradeError(f"'{' '.join(command[1:])}' failed: {' '.join(said)}")


def _of_all(settings: Settings) -> None:
    if not settings.is_built_in:
        raise UpgradeError("An upgrade is of everything together: leave --workspace out.")


def _nobody_works(settings: Settings) -> None:
    """Raise StoreError where a worker holds a record, here or on another machine, or a command works on it."""
    now = datetime.now(UTC)
    for key, store in databases(settings):
        try:
            with nullcontext() if store.is_server else locks.alone(store.path, 1.0):
                holder = lease_holder(store, "worker", now) if key else ""
        except locks.TakenError:
            holder = "a command"
        store.engine.dispose()
        if holder:
            raise StoreError(
                "locked",
                f"{store.name} is being worked on by {holder}. Stop it, wait a minute, then do the same again.",
            )
