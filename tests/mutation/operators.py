"""The mutations of a module: each drops, turns round or shifts one thing that the code says."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Change = Callable[[ast.AST], ast.AST | None]
"""Makes the mutated node of a copy of the original; None where there is nothing to change."""

CONDITIONS = {"where", "and_", "or_", "filter"}
UNHEARD = {"log", "logger", "warnings"}
"""What is said to these is for operators; no test reads it."""
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
TURNED_THEMSELVES = (ast.Compare, ast.UnaryOp, ast.Constant)
"""Tests whose own mutation is the opposite already."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One changed module: where, what was done to which words, and the whole new text."""

    line: int
    what: str
    source: str


def mutations(source: str) -> Iterator[Mutation]:
    """Every mutation of the module, in the order of its lines."""
    tree = ast.parse(source)
    places = [node for node in ast.walk(tree) if hasattr(node, "lineno") and node not in _unchanged(tree)]
    for node in sorted(places, key=lambda one: (one.lineno, one.col_offset)):  # pyright: ignore[reportAttributeAccessIssue]
        for what, changed in _changes(node):
            text = ast.unparse(_Replacing(node, changed).visit(copy_but(tree, node)))
            yield Mutation(node.lineno, f"{what}: {ast.unparse(node)}", text)  # pyright: ignore[reportAttributeAccessIssue]


def copy_but(tree: ast.Module, kept: ast.AST) -> ast.Module:
    """A copy of the tree in which this one node is the same object, so that it can be found."""
    return copy.deepcopy(tree, {id(kept): kept})


class _Replacing(ast.NodeTransformer):
    def __init__(self, node: ast.AST, changed: ast.AST) -> None:
        self._node, self._changed = node, changed

    def visit(self, node: ast.AST) -> ast.AST:
        return self._changed if node is self._node else self.generic_visit(node)


def _unchanged(tree: ast.Module) -> set[ast.AST]:
    """What says nothing that a test could notice: annotations, docstrings, logging, and all outside of functions."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {one for function in functions for statement in function.body for one in ast.walk(statement)}
    skipped = {node for node in ast.walk(tree) if node not in inside}
    for node in inside:
        if isinstance(node, ast.BoolOp) and isinstance(node.values[-1], ast.Constant):
            skipped.add(node.values[-1])
    for node in inside:
        said = isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or _is_log(node.value))
        hints = [node.annotation] if isinstance(node, ast.AnnAssign) else [node] if said else []
        skipped |= {one for hint in hints for one in ast.walk(hint)}
    return skipped


def _is_log(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in UNHEARD


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=before)) if name in CONDITIONS:
            yield from _without_conditions(node, before)
        case ast.Call(func=ast.Name(id=name)) if name in CONDITIONS:
            yield from _without_conditions(node, None)
        case ast.Call(func=ast.Attribute(attr="with_for_update" | "distinct" | "limit", value=before)):
            yield "call dropped", before
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield "statement removed", ast.Pass()
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if not isinstance(test, TURNED_THEMSELVES):
            turned = copy.copy(node)
            turned.test = ast.UnaryOp(ast.Not(), test)  # pyright: ignore[reportAttributeAccessIssue]
            yield "condition negated", turned
        case ast.BoolOp(values=[*_, ast.Constant()]):
            return  # a value for what cannot be missing, which only the type checker asks for
        case ast.BoolOp(values=values):
            for place in range(len(values)):
                left = [value for index, value in enumerate(values) if index != place]
                yield (
                    f"without `{ast.unparse(values[place])}`",
                    left[0] if len(left) == 1 else ast.BoolOp(node.op, left),
                )
        case ast.Compare(ops=[operator, *others]) if type(operator) in TURNED:
            yield "comparison changed", ast.Compare(node.left, [TURNED[type(operator)](), *others], node.comparators)
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
    """The call with one condition less; without its only one it goes."""
    if len(node.args) == 1 and before is not None:
        yield "condition dropped", before
    for place in range(len(node.args)) if len(node.args) > 1 else ():
        left = [argument for index, argument in enumerate(node.args) if index != place]
        yield f"without `{ast.unparse(node.args[place])}`", ast.Call(node.func, left, node.keywords)
