"""The mutations of a module: each drops, negates or shifts one expression, statement, keyword, entry or member."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Change = Callable[[ast.AST], ast.AST | None]
"""Return the mutated node for a copy of the original; None if there is nothing to change."""

CONDITIONS = {"where", "and_", "or_", "filter"}
LOGGERS = {"log", "logger", "warnings"}
"""Calls of these are for operators; no test checks them."""
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
REVERSED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
"""For comparisons with the current time: no test can set a time to the microsecond of a later clock reading."""
CLOCKS = {"now", "now_in_milliseconds", "at", "monotonic", "time"}
"""Functions that return the current time, and the variable that stands for it throughout the code."""
FEWEST_MEMBERS = 3
"""Of a shorter list, tuple or set no member is left out: it is a pair or a result rather than a table."""
MUTATED = (ast.Compare, ast.UnaryOp, ast.Constant)
"""Conditions whose own mutation already is the opposite."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One changed module: the line, a description of the change, and the new source."""

    line: int
    what: str
    source: str


def mutations(source: str) -> Iterator[Mutation]:
    """Yield every mutation of the module, in order of lines."""
    tree = ast.parse(source)
    unchanged, outside = _unchanged(tree), _outside_of_functions(tree)
    places = [node for node in ast.walk(tree) if hasattr(node, "lineno") and node not in unchanged]
    for node in sorted(places, key=lambda node: (node.lineno, node.col_offset)):  # pyright: ignore[reportAttributeAccessIssue]  # only nodes with a place are chosen
        for what, changed in (*(() if node in outside else _changes(node)), *_omissions(node)):
            text = ast.unparse(_Replacing(node, changed).visit(copy_but(tree, node)))
            yield Mutation(node.lineno, f"{what}: {ast.unparse(node)}", text)  # pyright: ignore[reportAttributeAccessIssue]  # only nodes with a place are chosen


def copy_but(tree: ast.Module, kept: ast.AST) -> ast.Module:
    """Copy the tree but keep the identity of this node, so that it can be found."""
    return copy.deepcopy(tree, {id(kept): kept})


class _Replacing(ast.NodeTransformer):
    def __init__(self, node: ast.AST, changed: ast.AST) -> None:
        self._node, self._changed = node, changed

    def visit(self, node: ast.AST) -> ast.AST:
        return self._changed if node is self._node else self.generic_visit(node)


def _unchanged(tree: ast.Module) -> set[ast.AST]:
    """Return what no test can detect: annotations, docstrings, logging, `strict`."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.values[-1], ast.Constant):
            skipped.add(node.values[-1])
        if isinstance(node, ast.keyword) and node.arg == "strict":
            skipped.add(node.value)
        ignored = isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or _is_log(node.value))
        hints = [node.annotation] if isinstance(node, ast.AnnAssign | ast.arg) else [node] if ignored else []
        skipped |= {part for hint in hints if hint is not None for part in ast.walk(hint)}
    return skipped


def _outside_of_functions(tree: ast.Module) -> set[ast.AST]:
    """Return what is run at the import: of that, only the parts of tables and calls are left out."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {node for function in functions for statement in function.body for node in ast.walk(statement)}
    return {node for node in ast.walk(tree) if node not in inside}


def _is_log(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in LOGGERS


def _has_current_time(node: ast.Compare) -> bool:
    """Return whether a side of the comparison is, or is computed from, the current time."""
    sides = [part for side in (node.left, node.comparators[0]) for part in ast.walk(side)]
    names = {part.id for part in sides if isinstance(part, ast.Name)}
    return bool(CLOCKS & (names | {part.attr for part in sides if isinstance(part, ast.Attribute)}))


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=before)) if name in CONDITIONS:
            yield from _without_conditions(node, before)
        case ast.Call(func=ast.Name(id=name)) if name in CONDITIONS:
            yield from _without_conditions(node, None)
        case ast.Call(func=ast.Attribute(attr="limit"), args=[ast.Constant(value=1)]):
            return  # only the first row is used: the limit saves time
        case ast.Call(func=ast.Attribute(attr="with_for_update" | "distinct" | "limit", value=before)):
            yield "call dropped", before
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield "statement removed", ast.Pass()
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if not isinstance(test, MUTATED):
            negated = copy.copy(node)
            negated.test = ast.UnaryOp(ast.Not(), test)  # pyright: ignore[reportAttributeAccessIssue]  # each of the three has a test
            yield "condition negated", negated
        case ast.BoolOp(values=[*_, ast.Constant()]):
            return  # a default that cannot occur, only for the type checker
        case ast.BoolOp(values=values):
            for place in range(len(values)):
                remaining = _without(values, place)
                yield (
                    f"without `{ast.unparse(values[place])}`",
                    remaining[0] if len(remaining) == 1 else ast.BoolOp(node.op, remaining),
                )
        case ast.Compare(ops=[operator, *others]) if type(operator) in OPPOSITES:
            changed = REVERSED if type(operator) in REVERSED and _has_current_time(node) else OPPOSITES
            yield "comparison changed", ast.Compare(node.left, [changed[type(operator)](), *others], node.comparators)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "`not` dropped", operand
        case ast.Constant(value=bool(value)):
            yield "constant changed", ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield "constant changed", ast.Constant(value + 1)
        case ast.BinOp(op=ast.Add() | ast.Sub() as operator):
            yield (
                "sign changed",
                ast.BinOp(node.left, ast.Sub() if isinstance(operator, ast.Add) else ast.Add(), node.right),
            )
        case _:
            return


def _without_conditions(node: ast.Call, before: ast.expr | None) -> Iterator[tuple[str, ast.AST]]:
    """Yield the call without one of its conditions, and what it is called on if there is only one condition."""
    if len(node.args) == 1 and before is not None:
        yield "condition dropped", before
    for place in range(len(node.args)) if len(node.args) > 1 else ():
        yield (
            f"without `{ast.unparse(node.args[place])}`",
            ast.Call(node.func, _without(node.args, place), node.keywords),
        )


def _omissions(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the call or table without one of its keywords, entries or members."""
    match node:
        case ast.Call(keywords=keywords):
            for keyword in keywords:
                if keyword.arg not in (None, "strict"):
                    remaining = [other for other in keywords if other is not keyword]
                    yield f"keyword `{keyword.arg}` omitted", ast.Call(node.func, node.args, remaining)
        case ast.Dict(keys=keys, values=values):
            for place, key in enumerate(keys):
                name = "**" if key is None else ast.unparse(key)
                yield f"entry `{name}` omitted", ast.Dict(_without(keys, place), _without(values, place))
        case ast.List(elts=members) | ast.Tuple(elts=members) | ast.Set(elts=members) if len(members) >= FEWEST_MEMBERS:
            if not isinstance(getattr(node, "ctx", None), ast.Store):
                for place, member in enumerate(members):
                    changed = copy.copy(node)
                    changed.elts = _without(members, place)
                    yield f"member `{ast.unparse(member)}` omitted", changed
        case _:
            return


def _without(parts: list[Any], place: int) -> list[Any]:
    return [*parts[:place], *parts[place + 1 :]]
