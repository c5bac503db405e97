"""The law of the house, checked on a folder of code: what may import what, and how large a thing may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

LAW = "pages > views > sending > web > documents > files > words > charts, reads"  # each imports what is right of it
ROOT_OF_DASHBOARD = {"state", "workspace", "who", "openid", "addresses", "__main__", ""}
PACKAGES: Mapping[str, set[str]] = {
    "data": {"data"},
    "sources": {"sources", "data"},
    "insights": {"insights", "data"},
    "dashboard": {"dashboard", "insights", "sources", "data"},
}
WITH_STREAMLIT = {"views", "pages", "state", "workspace", "who", "openid"}  # of dashboard
MEET_THE_STORE = ("insights.pipeline.", "insights.__main__", "insights.evaluate.demo")
DRAWERS = {"utils", "helpers", "manager", "misc", "common"}
MODULE_LINES, PAGE_LINES, FUNCTION_LINES, FOLDER_MODULES = 400, 45, 60, 20


@dataclass(frozen=True)
class Module:
    """One file of code. `name` is dotted, of a package that of its folder."""

    name: str
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        return self.name.split(".")[0]

    @property
    def layer(self) -> str:
        """The folder of dashboard that it is in, or its own name at the root of dashboard."""
        return (*self.name.split("."), "")[1]

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """Each name that `from ... import` brings anywhere in it -> the full name of what it stands for."""
        return {
            alias.asname or alias.name: f"{one.module}.{alias.name}"
            for one in ast.walk(self.tree)
            if isinstance(one, ast.ImportFrom) and one.module
            for alias in one.names
        }

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def imports(self, known: Mapping[str, object]) -> set[str]:
        """Full names of what it imports anywhere, also inside functions: modules of ours, first names of others."""
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                parts = {f"{node.module}.{alias.name}" for alias in node.names}
                names |= {part if part in known else node.module for part in parts}
        return {name if name in known else name.split(".")[0] for name in names} - {self.name}


@lru_cache(maxsize=4)
def modules(root: Path) -> Mapping[str, Module]:
    """Name -> module of the four packages below a folder, read once."""
    held = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "local" not in parts:
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                held[name] = Module(name, path, path.read_text(encoding="utf-8"))
    return held


def broken(root: Path) -> list[str]:
    """Everything below a folder that the law forbids, a sentence each."""
    held = modules(root)
    arrows = {name: module.imports(held) for name, module in held.items()}
    told = [*_imports(held, arrows), *_circles({name: here & set(held) for name, here in arrows.items()})]
    for module in held.values():
        told += _sizes(module)
    return [*told, *_folders(held)]


def _imports(held: Mapping[str, Module], arrows: Mapping[str, set[str]]) -> Iterator[str]:
    floors = {layer.strip(): floor for floor, name in enumerate(LAW.split(">")) for layer in name.split(",")}
    for name, module in held.items():
        for other in sorted(arrows[name]):
            package = other.split(".")[0]
            if package in PACKAGES and package not in PACKAGES[module.package]:
                yield f"{name} imports {other}: {module.package} knows no {package}"
            if package == "streamlit" and (module.package != "dashboard" or module.layer not in WITH_STREAMLIT):
                yield f"{name} imports streamlit"
            if other == "data.store" and module.package == "insights" and not name.startswith(MEET_THE_STORE):
                yield f"{name} meets the store: that is for insights.pipeline"
            if package == module.package == "dashboard":
                mine, theirs = module.layer, held[other].layer if other in held else ""
                if theirs in {"state", "workspace", "who"} and mine not in {*WITH_STREAMLIT, *ROOT_OF_DASHBOARD}:
                    yield f"{name} imports {other}, which needs a session"
                elif mine in floors and theirs in floors and mine != theirs and floors[theirs] <= floors[mine]:
                    yield f"{name} imports {other}: {LAW}"
        if module.package == "dashboard" and module.layer not in {*floors, *ROOT_OF_DASHBOARD}:
            yield f"{name} is in no room of dashboard"


def _circles(arrows: Mapping[str, set[str]]) -> Iterator[str]:
    """Modules that import one another by any way, found by taking away what imports nothing that is left."""
    left = {name: set(here) for name, here in arrows.items()}
    while True:
        ends = {name for name, here in left.items() if not here & set(left)}
        ends |= set(left) - {other for here in left.values() for other in here}
        if not ends:
            break
        left = {name: here for name, here in left.items() if name not in ends}
    if left:
        yield f"a circle of imports among {', '.join(sorted(left))}"


def _sizes(module: Module) -> Iterator[str]:
    most = PAGE_LINES if module.name.startswith("dashboard.pages.") else MODULE_LINES
    if module.lines > most:
        yield f"{module.name} has {module.lines} lines, more than {most}"
    if module.path.stem in DRAWERS:
        yield f"{module.name} is a drawer"
    lines = module.text.splitlines()
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            has_reason = first > 1 and lines[first - 2].lstrip().startswith("#")
            if length > FUNCTION_LINES and not has_reason:
                yield f"{module.name}.{node.name} has {length} lines and no reason above it"


def _folders(held: Mapping[str, Module]) -> Iterator[str]:
    folders: dict[Path, int] = {}
    for module in held.values():
        if module.path.name not in {"__init__.py", "__main__.py"}:
            folders[module.path.parent] = folders.get(module.path.parent, 0) + 1
    for folder, number in folders.items():
        if number > FOLDER_MODULES:
            yield f"{folder} has {number} modules, more than {FOLDER_MODULES}"
