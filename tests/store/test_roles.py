"""Who may write what: every write is in the table, and refuses who is below its role before it looks at anything."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from data.actor import ROLES, WRITES, Actor, RefusedError, acting
from data.inbox.triage import ROLE_OF
from tests.law import modules

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "roles.md"
# Writes that no person makes: the worker, the command line, and what is counted as pages are opened.
MACHINE = set((Path(__file__).parent / "machine_writes.txt").read_text(encoding="utf-8").split())
KEEPS = {"set_meta", "_keep_secret"}
PEOPLE = ("data", "sources", "dashboard")


def writers() -> dict[str, bool]:
    """Full name of every function that opens a write, or keeps a setting or a secret -> whether it asks for a role."""
    found = {}
    for name, module in modules(ROOT).items():
        for node in ast.walk(module.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _writes(node):
                asks = any("needs(" in ast.unparse(one) for one in node.decorator_list)
                found[f"{name}.{node.name}"] = asks
    return found


def _writes(function: ast.AST) -> bool:
    for node in ast.walk(function):
        opened = [item.context_expr for item in node.items] if isinstance(node, ast.With) else []
        for call in [*opened, *([node] if isinstance(node, ast.Call) else [])]:
            if not isinstance(call, ast.Call):
                continue
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if called in KEEPS or (called == "write" and call in opened):
                return True
    return False


def load() -> dict[str, str]:
    """The table of writes, once every module that has some is loaded."""
    for name, module in modules(ROOT).items():
        if "@needs(" in module.text:
            importlib.import_module(name)
    return {name: role for name, role in WRITES.items() if name.split(".")[0] in {"data", "sources", "dashboard"}}


def table() -> str:
    """The table as docs/roles.md holds it."""
    rows = [(name, role) for name, role in load().items() if name != "data.inbox.triage.change"]
    rows += [(f"data.inbox.triage.change ({field})", role) for field, role in ROLE_OF.items()]
    rows.sort(key=lambda row: (ROLES.index(row[1]), row[0]))
    return "".join(f"| `{name}` | {role} |\n" for name, role in rows)


def test_every_write_asks_for_a_role_or_is_a_machines_own() -> None:
    found = {name: asks for name, asks in writers().items() if name.split(".")[0] in PEOPLE}
    assert len(found) > 60
    assert sorted(name for name, asks in found.items() if not asks and name not in MACHINE) == []
    assert sorted(MACHINE - {name for name, asks in found.items() if not asks}) == []  # the list names nothing else


def test_a_page_writes_nothing_by_itself() -> None:
    here = ("dashboard.views.", "dashboard.pages.")
    pages = [name for name in writers() if name.startswith(here) and name not in MACHINE]
    assert pages == []


def test_the_table_of_the_documentation_is_that_of_the_code() -> None:
    assert table() in TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(load()))
def test_whoever_is_below_is_refused_before_anything_is_looked_at(name: str) -> None:
    role = load()[name]
    module, function = name.rsplit(".", 1)
    write = getattr(importlib.import_module(module), function)
    for below in ROLES[: ROLES.index(role)]:
        with acting(Actor(7, "Eve", below)), pytest.raises(RefusedError) as refused:
            write()
        assert (refused.value.action, refused.value.needs) == (name, role)
    with acting(Actor(7, "Ana", role)), pytest.raises(TypeError):  # let in: only the arguments are missing
        write()
