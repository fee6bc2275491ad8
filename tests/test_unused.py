"""A forgotten field, condition, limit or check leaves something that nothing uses, or gives: here, it is named."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain

from tests.test_architecture import MODULES, PROJECT, SCRIPTS, name_of

CALLED_BY_OTHERS = """
    __deepcopy__ _exit _exit_again _list_tools _on_http_exception _on_invalid_request _prepare_connection
    _start_embedded delete_attachment dst generate_item_id generate_thread_id get_response handle_end_component key
    open_page read_tasks save_attachment stream_response tzname wake
"""
"""Functions whose arguments are those that libraries, or other functions of their kind, have."""
UNUSED = "BinaryIO Coroutine Mapping TResponseInputItem Table ISOLATION_CHECKS PAGE_CHECKS STATE_CHECKS REFLEX_VERSION"
"""Names that stand in the text of a type, hold what a call has registered, or are of the tests."""
SCRIPT_FUNCTION = re.compile(
    r"^( *)(?:export )?(?:async )?(?:function (\w+)|const (\w+) = (?:async )?)\(([^()]*)\)(?: =>| \{)", re.M
)
SCRIPT_ARROW = re.compile(r"\(\{([^{}()]*)\}(?:, \w+)*\) => ")
"""A function that takes names out of an object."""
SCRIPT_COMMENT = re.compile(r"^ *(?://|/\*|\*).*$|(?<=[;{,)]) // .*$", re.M)
SCRIPT_NAMES = re.compile(
    r"\bimport \{([^}]*)\}|\bimport \* as (\w+)|\bfunction (\w+)"
    r"|\b(?:const|let) (?:\{([^}=]*)\}|\[([^\]]*)\]|(\w+))(?: =|;)"
)
SCRIPT_LOCAL = re.compile(r"^( +)(?:const|let) (?:\{([^}=]*)\}|\[([^\]]*)\]|(\w+))(?: =|;)", re.M)
SCRIPT_USE = re.compile(r"(?<![\w$])(?<!(?<!\.\.)\.)\w+(?![\w:])")
"""A name, but neither that of a property of something nor of a field that gets a value; also in `...name`."""
FROZEN, MANY = re.compile(r"frozen=True|NamedTuple"), 99
EXPORTED = re.compile(r"\bexport (?:async )?(?:const|let|function) (\w+)")


def unused_in_functions(nodes: Sequence[ast.AST]) -> list[str]:
    """Return the arguments and variables that a module's functions do not use, as function(name)."""
    found: list[str] = []
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name not in CALLED_BY_OTHERS.split():
            parts = [part for statement in node.body for part in ast.walk(statement)]
            used = {part.id for part in parts if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Store)}
            used |= {name for part in parts if isinstance(part, ast.Nonlocal | ast.Global) for name in part.names}
            names = [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
            if isinstance(node.body[-1], ast.Raise):  # of a class whose subclasses have the function
                names = []
            names += [part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
            found += [f"{node.name}({name})" for name in names if name[0] != "_" and name not in {*used, "self", "cls"}]
    return found


def unused_in_modules(nodes: Mapping[str, Sequence[ast.AST]], others: Collection[str]) -> list[str]:
    """Return what modules define or import and neither they nor others use, as module:name."""
    found: list[str] = []
    used = {node.attr for each in nodes.values() for node in each if isinstance(node, ast.Attribute)}.union(others)
    imported = {
        f"{node.module}:{alias.name}"
        for each in nodes.values()
        for node in each
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for module, (tree, *within) in nodes.items():
        own = {node.id for node in within if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        names = {name for node in ast.iter_child_nodes(tree) for name in names_of(node)} - own - used
        found += [f"{module}:{name}" for name in names if name[:2] != "__" and f"{module}:{name}" not in imported]
    return found


def names_of(node: ast.AST) -> Iterator[str]:
    """Yield what a statement of a module defines or imports; a decorated function is used by its decorator."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield from [] if node.decorator_list else [node.name]
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
        case ast.Import() | ast.ImportFrom():
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        case _:
            pass


def never_given(nodes: Mapping[str, Sequence[ast.AST]]) -> list[str]:
    """Return what no call gives: optional fields of frozen classes, and arguments of functions that are only called."""
    every = [*chain(*nodes.values())]
    calls, called = defaultdict[str, list[ast.Call]](list), set[ast.AST]()
    for call in (node for node in every if isinstance(node, ast.Call)):
        is_partial = last_name(call.func) == "partial"
        function, arguments = (call.args[0], call.args[1:]) if is_partial else (call.func, call.args)
        calls[last_name(function)].append(ast.Call(function, arguments, call.keywords))
        called.add(function)
    values = {last_name(node) for node in every if isinstance(node, ast.Name | ast.Attribute) and node not in called}
    found: list[str] = []
    for module, node in ((module, node) for module, each in nodes.items() for node in each):
        if isinstance(node, ast.ClassDef) and FROZEN.search(
            " ".join(map(ast.unparse, node.decorator_list + node.bases))
        ):
            fields = [part for part in node.body if isinstance(part, ast.AnnAssign)]
            optional = [(ast.unparse(field.target), place) for place, field in enumerate(fields) if field.value]
            made = [part for part in ast.walk(node) if isinstance(part, ast.Call) and last_name(part.func) == "cls"]
            made += [*calls[node.name], *calls["replace"]]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name not in values:
            names = [one.arg for one in node.args.args if one.arg not in ("self", "cls")]
            optional = [(name, place) for place, name in enumerate(names)][len(names) - len(node.args.defaults) :]
            optional += [
                (one.arg, MANY) for one, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value
            ]
            made = [] if node.name[:2] == "__" or node.decorator_list else calls[node.name]
        else:
            continue
        found += [
            f"{module}:{node.name}({name})"
            for name, place in optional
            if made and not any(gives(call, name, place) for call in made)
        ]
    return found


def gives(call: ast.Call, name: str, place: int) -> bool:
    is_starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    return is_starred or len(call.args) > place or any(keyword.arg in (name, None) for keyword in call.keywords)


def last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def unused_in_script(source: str, elsewhere: Collection[str]) -> list[str]:
    """Return the arguments of a script's functions, as function(name), and other names that nothing uses.

    A function ends before the next line that is indented no more than its first, the block in which a name is declared
    before one that is indented less. `elsewhere` are the words of what may use an exported name.
    """
    source, found = SCRIPT_COMMENT.sub("", source), list[str]()
    for head in SCRIPT_FUNCTION.finditer(source):
        body = re.split(rf"\n(?= {{0,{len(head[1])}}}[^\s}})\]])", source[head.end() :], maxsplit=1)[0]
        names = re.findall(r"\w+", re.sub(r"= [^,}]+|\w+:(?=\s)", "", head[4]))
        found += [f"{head[2] or head[3]}({name})" for name in names if not re.search(rf"\b{name}\b", body)]
    for head in SCRIPT_ARROW.finditer(source):
        body = source[head.end() :]
        depths = accumulate((char in "([{") - (char in ")]}") for char in body)
        ends = (at for at, depth in enumerate(depths) if depth < 0 or (depth == 0 and body[at] in ",;}"))
        used = SCRIPT_USE.findall(body[: next(ends)])
        found += [f"{head[0]}…: {name}" for name in names_in(head[1]) if name not in used]
    for local in SCRIPT_LOCAL.finditer(source):
        block = re.split(rf"\n(?! {{{len(local[1])}}}|\n)", source[local.end() :], maxsplit=1)[0]
        names = names_in("".join(filter(None, local.groups()[1:])))
        found += [f"{local[0].strip()}…: {name}" for name in names if name not in SCRIPT_USE.findall(block)]
    counts, exported = Counter(SCRIPT_USE.findall(source)), {*EXPORTED.findall(source)}.intersection(elsewhere)
    declared = names_in(",".join(map("".join, SCRIPT_NAMES.findall(source))))
    return found + [name for name in declared if counts[name] == 1 and name not in exported]


def names_in(declared: str) -> list[str]:
    """Return the names that are declared by `a, b: c, d as e, f = 1, ...g`: a, c, e, f, g."""
    parts = [re.sub(r" = .*", "", part) for part in declared.split(",") if part.strip()]
    return [part.split(":")[-1].split(" as ")[-1].strip(" .{}\n") for part in parts]


@cache
def nodes_of_modules() -> dict[str, list[ast.AST]]:
    return {name_of(module): [*ast.walk(ast.parse(module.read_text()))] for module in MODULES}


def test_every_name_is_used():
    files = [*SCRIPTS, PROJECT / "assets/service_worker.js"]
    words = {file: {*re.findall(r"\w+", file.read_text())} for file in (*files, PROJECT / "rxconfig.py")}
    of_modules = {*chain(*(re.findall(r"\w+", module.read_text()) for module in MODULES))}
    nodes = nodes_of_modules()
    found = unused_in_modules(nodes, {*UNUSED.split()}.union(*words.values()))
    found += [f"{name}: {unused}" for name, each in nodes.items() for unused in unused_in_functions(each)]
    for file in files:
        elsewhere = of_modules.union(*(others for other, others in words.items() if other != file))
        found += [f"{file.name}: {unused}" for unused in unused_in_script(file.read_text(), elsewhere)]
    assert not found, "\n".join(found)


def test_every_optional_field_and_argument_is_given_somewhere():
    found = never_given(nodes_of_modules())
    assert not found, "\n".join(found)
