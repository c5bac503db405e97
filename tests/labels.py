"""What reaches a label: every text that Streamlit reads as Markdown is ours, or went through `escape`.

A text is ours where it is written in the code, comes from gettext, is a number, or is made of such by joining, choosing
or filling in. What a name stands for is followed: to where its function gives it a value, to what the functions of
the house answer, and from a parameter to all who call. What cannot be followed counts as the text of a stranger.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from tests.law import WITH_STREAMLIT, Module

# What Streamlit reads as Markdown: places and names of arguments, by the name of the call.
_BODY = ((0,), ("label", "body", "title", "text", "help"))
READ: Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    **dict.fromkeys(
        [
            "badge",
            "button",
            "caption",
            "checkbox",
            "date_input",
            "dialog",
            "download_button",
            "error",
            "expander",
            "file_uploader",
            "form_submit_button",
            "header",
            "info",
            "link_button",
            "markdown",
            "multiselect",
            "number_input",
            "page_link",
            "pills",
            "popover",
            "radio",
            "segmented_control",
            "select_slider",
            "selectbox",
            "slider",
            "spinner",
            "subheader",
            "success",
            "table",
            "text_area",
            "text_input",
            "title",
            "toast",
            "toggle",
            "warning",
            "write",
        ],
        _BODY,
    ),
    "metric": ((0, 1, 2), ("label", "value", "delta", "help")),
    "progress": ((1,), ("text",)),
    "tabs": ((0,), ("tabs",)),
    **dict.fromkeys(["Column", "TextColumn", "NumberColumn", "DatetimeColumn", "LinkColumn"], ((), ("help",))),
}
CHOOSERS = {"pills", "segmented_control", "radio"}  # read what their options are called as well
NUMBERS = {"int", "float", "bool", "date", "datetime", "int | None", "float | None", "date | None", "datetime | None"}
OURS = {"_", "n_", "escape", "words_of_document", "len", "round", "int", "abs", "max", "min", "sum"}
OURS |= {
    "format_decimal",
    "format_percent",
    "format_date",
    "format_interval",
    "format_time",
    "format_datetime",
    "format_timedelta",
}  # of babel
LISTS = {"iter", "list", "tuple", "set", "sorted", "reversed", "filter", "zip", "dict", "str"}
KEEP = {
    "upper",
    "lower",
    "replace",
    "format",
    "strip",
    "lstrip",
    "rstrip",
    "removesuffix",
    "removeprefix",
    "get",
    "values",
    "items",
}


Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Here:
    """An expression's place: its module, and what has names of its own around it, the inmost last."""

    module: Module
    around: tuple[ast.AST, ...]

    def within(self, node: ast.AST) -> Here:
        return Here(self.module, (*self.around, node))


@dataclass
class House:
    """The modules whose labels are looked at, by their dotted names.

    A dictionary is asked in two ways: for what it holds, and for what a loop over it gives, its keys (`each`).
    """

    modules: Mapping[str, Module]
    _known: dict[tuple[int, bool], bool] = field(default_factory=dict)
    _made: list[ast.AST] = field(default_factory=list)  # kept, so that no other has the id of one

    def strangers(self) -> Iterator[str]:
        """`module.function: expression` of each argument of a label that could be a stranger's text."""
        for module in self.modules.values():
            for call, here in _calls(module) if module.layer in {*WITH_STREAMLIT, ""} else ():
                name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                if name in READ and self._module_named(call.func, here) is None:
                    for given in _given(call, name):
                        if not self.ours(given, here):
                            yield f"{_where(here)}: {ast.unparse(given)}"

    @cached_property
    def functions(self) -> dict[str, list[tuple[Function, Here]]]:
        """Every function of the house by its bare name, with where it stands."""
        found: dict[str, list[tuple[Function, Here]]] = {}
        for module in self.modules.values():
            for node, here in _walk(module):
                if isinstance(node, FUNCTIONS):
                    found.setdefault(node.name, []).append((node, here))
        return found

    @cached_property
    def callers(self) -> dict[str, list[tuple[ast.Call, Here]]]:
        """Every call in the house by the bare name of what is called."""
        found: dict[str, list[tuple[ast.Call, Here]]] = {}
        for module in self.modules.values():
            for call, here in _calls(module):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                found.setdefault(name, []).append((call, here))
        return found

    def ours(self, node: ast.expr, here: Here, each: bool = False) -> bool:
        key = (id(node), each)
        if key not in self._known:
            self._made.append(node)
            self._known[key] = True  # where it depends on itself, what else it depends on decides
            self._known[key] = self._ours(node, here, each)
        return self._known[key]

    def _ours(self, node: ast.expr, here: Here, each: bool) -> bool:
        match node:
            case ast.Constant() | ast.Compare():
                return True
            case ast.Dict():
                return all(self.ours(one, here) for one in (node.keys if each else node.values) if one is not None)
            case ast.DictComp():
                return self.ours(node.key if each else node.value, here.within(node))
            case ast.FormattedValue():
                return self.ours(node.value, here)
            case ast.JoinedStr() | ast.BoolOp():
                return all(self.ours(one, here, each) for one in node.values)
            case ast.BinOp():
                return self.ours(node.left, here, each) and self.ours(node.right, here, each)
            case ast.UnaryOp():
                return self.ours(node.operand, here)
            case ast.IfExp():
                return self.ours(node.body, here, each) and self.ours(node.orelse, here, each)
            case ast.List() | ast.Tuple() | ast.Set():
                return all(self.ours(one, here) for one in node.elts)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self.ours(node.elt, here.within(node))
            case ast.Starred() | ast.NamedExpr():
                return self.ours(node.value, here, each)
            case ast.Subscript():
                return not isinstance(node.slice, ast.Slice) and self.ours(node.value, here)
            case ast.Lambda():
                return self.ours(node.body, here.within(node))
            case ast.Name():
                return self._name(node, here, each)
            case ast.Attribute():
                module = self.modules.get(self._module_named(node, here) or "")
                if module is not None:
                    return self._of_module(ast.Name(node.attr), Here(module, ()), each)
                return node.attr in {"get", "__getitem__"} and self.ours(node.value, here)
            case ast.Call():
                return self._call(node, here, each)
        return False

    def _call(self, node: ast.Call, here: Here, each: bool) -> bool:
        arguments = [*node.args, *(one.value for one in node.keywords)]
        match node.func:
            case ast.Name(id=name) if name in OURS:
                return True
            case ast.Name(id=name) if name in LISTS:
                return all(self.ours(one, here, True) for one in node.args)
            case ast.Attribute(value=value, attr="join"):
                return self.ours(value, here) and all(self.ours(one, here, True) for one in arguments)
            case ast.Attribute(attr="fromkeys"):
                return self.ours(arguments[0], here, True)
            case ast.Attribute(value=value, attr="keys"):
                return self.ours(value, here, True)
            case ast.Attribute(value=value, attr=attr) if attr in KEEP:
                filled = arguments[1:] if attr in {"replace", "get"} else arguments
                return self.ours(value, here) and all(self.ours(one, here) for one in filled)
            case ast.Name() | ast.Attribute():
                return self._answers(node.func, here, each)
        return False

    def _answers(self, called: ast.expr, here: Here, each: bool) -> bool:
        """Whether all that a function of the house answers is ours; what answers nothing is not."""
        told = []
        for function, place in self.functions.get(_bare(called), ()):
            if self._is(called, here, place.module):
                if function.returns is not None and ast.unparse(function.returns) in NUMBERS:
                    return True
                inside = place.within(function)
                for node in _own(function):
                    if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
                        told.append(self.ours(node.value, inside, each))
        return bool(told) and all(told)

    def _is(self, called: ast.expr, here: Here, module: Module) -> bool:
        """Whether what is called here is of that module."""
        if isinstance(called, ast.Name):
            source = _imported(here.module).get(called.id, here.module.name + "." + called.id)
            return source.rpartition(".")[0] == module.name
        return self._module_named(called, here) == module.name

    def _module_named(self, called: ast.expr, here: Here) -> str | None:
        """The module of the house that an attribute is asked of."""
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            named = _imported(here.module).get(called.value.id, "")
            return named if named in self.modules else None
        return None

    def _name(self, node: ast.Name, here: Here, each: bool) -> bool:
        if node.id in OURS:
            return True
        for depth in range(len(here.around), 0, -1):
            function, around = here.around[depth - 1], Here(here.module, here.around[:depth])
            values = list(_values(node.id, function))
            parameter = next((one for one in _parameters(function) if one.arg == node.id), None)
            if values or parameter is not None:
                handed = parameter is None or self._handed(parameter, function, here.module, each)
                return handed and all(self.ours(one, around, each) for one in values)
        return self._of_module(node, here, each)

    def _of_module(self, node: ast.Name, here: Here, each: bool) -> bool:
        values = list(_values(node.id, here.module.tree))
        if values:
            return all(self.ours(one, Here(here.module, ()), each) for one in values)
        source, _dot, name = _imported(here.module).get(node.id, "").rpartition(".")
        if source in self.modules and name not in self.functions:
            return self._of_module(ast.Name(name), Here(self.modules[source], ()), each)
        return self._answers(node, here, each)

    def _handed(self, parameter: ast.arg, function: ast.AST, module: Module, each: bool) -> bool:
        """Whether all who call a function hand it a text of ours."""
        if parameter.annotation is not None and ast.unparse(parameter.annotation) in NUMBERS:
            return True
        if not isinstance(function, FUNCTIONS):
            return False  # who calls a lambda is not known
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        handed = []
        for call, here in self.callers.get(function.name, ()):
            if self._is(call.func, here, module):
                place = names.index(parameter.arg) if parameter.arg in names else len(call.args)
                found = next((one.value for one in call.keywords if one.arg == parameter.arg), None)
                if found is None and place < len(call.args):
                    found = call.args[place]
                handed.append(found is None or self.ours(found, here, each))  # without it, the default in the code
        return bool(handed) and all(handed)


def _bare(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _imported(module: Module) -> dict[str, str]:
    """Name in a module -> the full name of what it was imported from."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _where(here: Here) -> str:
    names = (one.name for one in here.around if isinstance(one, FUNCTIONS))
    return ".".join([here.module.name, *names])


def _given(call: ast.Call, name: str) -> Iterator[ast.expr]:
    """The arguments of a call of Streamlit that are read as Markdown."""
    places, names = READ[name]
    yield from (call.args[place] for place in places if place < len(call.args))
    yield from (one.value for one in call.keywords if one.arg in names)
    if name in CHOOSERS:
        called = next((one.value for one in call.keywords if one.arg == "format_func"), None)
        options = call.args[1:2] or [one.value for one in call.keywords if one.arg == "options"]
        yield from [called] if called is not None else (ast.Call(ast.Name("list"), [one], []) for one in options)


def _walk(module: Module) -> Iterator[tuple[ast.AST, Here]]:
    """Every node of a module with where it stands."""

    def below(node: ast.AST, here: Here) -> Iterator[tuple[ast.AST, Here]]:
        for child in ast.iter_child_nodes(node):
            yield child, here
            yield from below(child, here.within(child) if isinstance(child, (*FUNCTIONS, *LOOPS, ast.Lambda)) else here)

    yield from below(module.tree, Here(module, ()))


def _calls(module: Module) -> Iterator[tuple[ast.Call, Here]]:
    for node, here in _walk(module):
        if isinstance(node, ast.Call):
            yield node, here


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of what has names of its own, not those of what has them within it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, (*FUNCTIONS, *LOOPS, ast.Lambda, ast.ClassDef)):
            yield child
            yield from _own(child)


def _parameters(function: ast.AST) -> Iterator[ast.arg]:
    if isinstance(function, (*FUNCTIONS, ast.Lambda)):
        yield from chain(function.args.posonlyargs, function.args.args, function.args.kwonlyargs)


def _values(name: str, function: ast.AST) -> Iterator[ast.expr]:
    """All that a function, or a module, puts under a name."""
    for node in _own(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _unpacked(name, target, value)
            case ast.AnnAssign(target=ast.Name(id=held), value=ast.expr() as value) if held == name:
                yield value
            case ast.AugAssign(target=ast.Name(id=held), value=value) if held == name:
                yield value
            case ast.NamedExpr(target=ast.Name(id=held), value=value) if held == name:
                yield value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield from _unpacked(name, target, _each(value))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr="append" | "extend" | "insert")):
                if held == name:
                    yield from node.args[-1:]


def _each(value: ast.expr) -> ast.expr:
    """What a loop over a value gives, in a form whose parts can be told apart; the whole where they cannot."""
    match value:
        case ast.Call(func=ast.Name(id="enumerate"), args=[first, *_rest]):
            return ast.Tuple([ast.Constant(0), _each(first)], ast.Load())
        case ast.Call(func=ast.Name(id="zip"), args=args):
            return ast.Tuple([_each(one) for one in args], ast.Load())
        case ast.Call(func=ast.Name(id="range")):
            return ast.Constant(0)
        case ast.Call(func=ast.Attribute(value=held, attr="items")):
            both = (ast.Call(ast.Attribute(held, one, ast.Load()), [], []) for one in ("keys", "values"))
            return ast.Tuple(list(both), ast.Load())
        case ast.Tuple(elts=rows) | ast.List(elts=rows):
            tuples = [row for row in rows if isinstance(row, ast.Tuple)]
            if len(tuples) == len(rows) and len({len(row.elts) for row in tuples}) == 1:
                columns = zip(*(row.elts for row in tuples), strict=True)
                return ast.Tuple([ast.List(list(column), ast.Load()) for column in columns], ast.Load())
    return ast.Call(ast.Name("iter"), [value], [])


def _unpacked(name: str, target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    """What a name among the targets of an assignment gets."""
    if isinstance(target, ast.Name):
        if target.id == name:
            yield value
    elif isinstance(target, ast.Starred):
        yield from _unpacked(name, target.value, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        apart = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        for place, one in enumerate(target.elts):
            yield from _unpacked(
                name, one, value.elts[place] if apart and isinstance(value, (ast.Tuple, ast.List)) else value
            )
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == name:
        yield value
