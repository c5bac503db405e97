"""Which buttons lead to a write, and whether they ask who may: followed through the code from each button.

What a click leads to is the branch that it opens: the body of its `if`, what follows an `if not`, its `on_click`, and
all that is called from there. A button within that branch, or in a dialog that it opens, answers for itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.law import WITH_STREAMLIT, Module

PRESSED = {"button", "form_submit_button"}
CHANGED = {
    "toggle",
    "checkbox",
    "selectbox",
    "multiselect",
    "segmented_control",
    "pills",
    "radio",
    "data_editor",
    "file_uploader",
    "chat_input",
    "feedback",
    "text_input",
    "text_area",
    "number_input",
    "date_input",
    "time_input",
    "slider",
    "select_slider",
}
ASKS = {"only", "may", "why_not"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Button:
    """A button of a page. `writes` are those that it leads to by themselves, `asked` what it asks for, as written."""

    place: str  # module.function: its call
    writes: frozenset[str]
    asked: frozenset[str]


@dataclass
class Clicks:
    """The buttons of the modules of a house, by their dotted names. `writes` are full names of functions."""

    modules: Mapping[str, Module]
    writes: set[str]
    _reached: dict[str, frozenset[str]] = field(default_factory=dict)
    _functions: dict[str, tuple[Module, Function]] = field(default_factory=dict)
    _answering: set[str] = field(default_factory=set)  # bare names of functions that answer whether theirs was pressed

    def __post_init__(self) -> None:
        for module in self.modules.values():
            for node in ast.walk(module.tree):
                if isinstance(node, FUNCTIONS):
                    self._functions.setdefault(f"{module.name}.{node.name}", (module, node))
                    returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                    if any(_presses(one, PRESSED) for one in returned):
                        self._answering.add(node.name)

    def all(self) -> Iterator[Button]:
        """Every button that leads to a write."""
        for name, (module, function) in self._functions.items():
            if module.package == "dashboard" and module.layer in {*WITH_STREAMLIT, ""}:
                branches: dict[ast.Call, frozenset[str]] = {}
                for call, branch in _branches(function, PRESSED | self._answering):
                    branches[call] = branches.get(call, frozenset()) | self._among(module, branch)
                for call, found in branches.items():
                    if found:
                        yield Button(f"{name}: {ast.unparse(call)[:90]}", found, self._asked(module, call))

    def callbacks(self) -> Iterator[str]:
        """Functions that Streamlit calls by itself, with no word of what happens where they are refused."""
        for module in self.modules.values():
            for call in ast.walk(module.tree):
                if not isinstance(call, ast.Call):
                    continue
                for name, told in [*_callbacks(call), *_drawn(call)]:
                    held = self._functions.get(_full(module, told))
                    if held is None or name not in {ast.unparse(one) for one in held[1].decorator_list}:
                        yield f"{module.name}: {ast.unparse(told)}"
            for node in ast.walk(module.tree):
                if isinstance(node, FUNCTIONS):
                    given = [ast.unparse(one) for one in node.decorator_list]
                    again = any(one.startswith(("st.fragment", "st.dialog")) for one in given)
                    if again and "plain_view" not in given:
                        yield f"{module.name}.{node.name}"

    def _asked(self, module: Module, call: ast.Call) -> frozenset[str]:
        """Full names of the writes, or the words, that a button asks about."""
        asked: set[str] = set()
        for node in ast.walk(call):
            if isinstance(node, ast.Call) and _bare(node.func) in ASKS:
                asked |= {_full(module, one) for one in node.args}
        return frozenset(asked)

    def _among(self, module: Module, branch: list[ast.AST]) -> frozenset[str]:
        """Writes that are named in a branch, or in what it calls, outside of branches of other buttons."""
        found: set[str] = set()
        for node in _open(branch, PRESSED | self._answering):
            if isinstance(node, (ast.Name, ast.Attribute)):
                name = _full(module, node)
                if name in self.writes:
                    found.add(name)
                elif name in self._functions:
                    found |= self._from(name)
        return frozenset(found)

    def _from(self, name: str) -> frozenset[str]:
        if name not in self._reached:
            self._reached[name] = frozenset()  # where it calls itself, what else it calls decides
            module, function = self._functions[name]
            self._reached[name] = self._among(module, list(function.body))
        return self._reached[name]


def _bare(called: ast.AST) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _full(module: Module, node: ast.AST) -> str:
    """The full name of what is named in a module; what is made of several words, as it is written."""
    imported = module.imported
    if isinstance(node, ast.Name):
        return imported.get(node.id, f"{module.name}.{node.id}")
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
        return f"{imported[node.value.id]}.{node.attr}"
    return ast.unparse(node)


def _callbacks(call: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    for one in call.keywords:
        if one.arg in {"on_click", "on_change", "on_submit"} and not isinstance(one.value, ast.Constant):
            yield "plain_callback", one.value


def _drawn(call: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(call.func, ast.Call) and ast.unparse(call.func.func) in {"st.dialog", "st.fragment"}:
        yield "plain_view", call.args[0]


def _presses(node: ast.AST, pressed: set[str]) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call) and _bare(one.func) in pressed]


def _branches(function: ast.AST, presses: set[str]) -> Iterator[tuple[ast.Call, list[ast.AST]]]:
    """Each button of a function with what it opens."""
    pressed = list(_pressed(function, presses))
    yield from pressed
    inside = {id(node) for _call, branch in pressed for one in branch for node in ast.walk(one)}
    for statement, rest in _statements(function):
        if isinstance(statement, ast.If) and id(statement) not in inside and not _presses(statement.test, presses):
            for call in _given(function, statement.test, CHANGED):
                yield call, [*statement.body, *(rest if _leaves(statement) else [])]
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            told = [one for _name, one in _callbacks(node)]
            if told:  # what is called may be handed to it, as `clicked` is handed a write
                yield node, told + [one.value for one in node.keywords if one.arg == "args"]


def _pressed(function: ast.AST, presses: set[str]) -> Iterator[tuple[ast.Call, list[ast.AST]]]:
    """As `_branches`, for what is pressed and not changed."""
    for statement, rest in _statements(function):
        if isinstance(statement, ast.If):
            for call in [*_presses(statement.test, presses), *_given(function, statement.test, presses)]:
                not_pressed = _negated(statement.test)
                after = [one for one, _rest in _statements(function) if one.lineno > (statement.end_lineno or 0)]
                opened = [*_beside(statement.test, call), *statement.body]
                yield call, (after if _leaves(statement) else rest) if not_pressed else opened


def _beside(test: ast.AST, call: ast.Call) -> list[ast.AST]:
    """What is asked after a button in one condition: `if pressed and saved(...)`."""
    if not isinstance(test, ast.BoolOp) or not isinstance(test.op, ast.And):
        return []
    place = next((n for n, one in enumerate(test.values) if any(node is call for node in ast.walk(one))), -1)
    return list(test.values[place + 1 :])


def _leaves(statement: ast.If) -> bool:
    return isinstance(statement.body[-1], (ast.Return, ast.Continue))


def _negated(test: ast.AST) -> bool:
    """Whether a branch is for when the button is not pressed."""
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _statements(function: ast.AST) -> Iterator[tuple[ast.stmt, list[ast.AST]]]:
    """Every statement of a function, with those that come after it in its block."""
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                for place, statement in enumerate(block):
                    yield statement, block[place + 1 :]


def _given(function: ast.AST, test: ast.AST, among: set[str]) -> list[ast.Call]:
    """The buttons whose answer a test looks at by its name."""
    named = {one.id for one in ast.walk(test) if isinstance(one, ast.Name)}
    found = []
    for node in ast.walk(function):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call)
                | ast.NamedExpr(target=ast.Name(id=name), value=ast.Call() as call)
            ) if name in named and _bare(call.func) in among:
                found.append(call)
    return found


def _open(branch: list[ast.AST], presses: set[str]) -> Iterator[ast.AST]:
    """The nodes of a branch that no other button stands before, without what only asks."""
    held = ast.Module(body=[one if isinstance(one, ast.stmt) else ast.Expr(one) for one in branch], type_ignores=[])  # type: ignore[arg-type]
    closed = {id(node) for _call, inner in _branches(held, presses) for one in inner for node in ast.walk(one)}

    def below(node: ast.AST) -> Iterator[ast.AST]:
        if id(node) not in closed and not (isinstance(node, ast.Call) and _bare(node.func) in ASKS):
            yield node
            for child in ast.iter_child_nodes(node):
                yield from below(child)

    yield from below(held)
