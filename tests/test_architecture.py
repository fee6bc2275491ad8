"""Directions and side effects of imports, one module that reads the environment, keys with their user, arguments."""

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TypeVar

import pytest
from importlinter import configuration
from importlinter.application.use_cases import lint_imports

from tests.mutation.targets import TARGETS

T = TypeVar("T")
PROJECT = Path(__file__).parents[1]
MODULES = sorted((PROJECT / "taskchat_app").rglob("*.py"))
MODULES_MAX = 15
"""In one folder: more are split by what they are about."""
SCRIPTS = sorted((PROJECT / "assets" / "page").rglob("*.js"))
SCRIPT_FOLDERS = (
    *("core", "connection", "pending", "editing", "reminders", "settings", "pages"),
    *("conversations", "task_detail", "task_list", "chat", "shell"),
)
"""Of assets/page, from bottom to top."""
DIRECTION = "Imports point down: ui | api -> assistant -> domain -> config. Move the shared part down, or pass it in."

DOCUMENT = (PROJECT / "docs" / "architecture.md").read_text()
NAMED = re.compile(r"`([\w/]+\.(?:py|js))(?::([\w.]+))?`")
"""A file, from the project's root or from taskchat_app/, and perhaps a name that it defines."""

# Reports side effects of the imports. Audit events: https://docs.python.org/3/library/audit_events.html
IMPORT_EVERYTHING = """
import importlib, json, sys, threading
import urllib3  # binds a socket to detect IPv6

done = []
watched = {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.fork", "os.posix_spawn"}
sys.addaudithook(lambda event, arguments: done.append(f"{event}{arguments!r}") if event in watched else None)
for module in sys.argv[1:]:
    importlib.import_module(module)

from agents.tracing import setup
from reflex import model

if setup.GLOBAL_TRACE_PROVIDER is not None:  # the first model makes it
    done.append("the Agents SDK traces")
done += [f"thread {thread.name}" for thread in threading.enumerate() if thread is not threading.main_thread()]
done += [f"engine {url}" for url in [*model._ENGINE, *model._ASYNC_ENGINE]]
print(json.dumps(done))
"""


def name_of(module: Path) -> str:
    return ".".join(module.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def nodes_of(source: str, names: Collection[str]) -> Iterator[ast.AST]:
    """Yield all nodes of a module that has one of the names: parsing all modules takes 2 s."""
    if any(name in source for name in names):
        yield from ast.walk(ast.parse(source))


def environment_reads(source: str) -> list[int]:
    """Return the lines that use the process's environment, under any name of the import."""
    names = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv", "load_dotenv", "dotenv_values"}
    return [
        node.lineno
        for node in nodes_of(source, names)
        if (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.ImportFrom) and names & {alias.name for alias in node.names})
    ]


def partial_outage_handlers(source: str) -> list[int]:
    """Return the lines that catch single exceptions of an unreachable database, and so perhaps not all of them."""
    single = {"SQLAlchemyError", "EmbeddedPostgresError"}
    caught = [node.type for node in nodes_of(source, single) if isinstance(node, ast.ExceptHandler) and node.type]
    names = [name for kind in caught for name in ast.walk(kind) if isinstance(name, ast.Name)]
    return [name.lineno for name in names if name.id in single]


OF_A_USER = {"read_shared": 0, "_.shared": 0, "_.setdefault": 0, "in_queue": 0, "take_or_refuse": 2, "take_writes": 1}
"""What is shared, kept, queued or counted for each user by itself, and the argument that names the user."""


def keys_without_user(source: str) -> list[int]:
    """Return the lines of calls of OF_A_USER whose argument names no user; `_.shared` is one of a variable _feeds."""
    if not re.search(rf"\b({'|'.join(OF_A_USER)})\(".replace("_.", ""), source):
        return []
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    places = [(call, OF_A_USER.get(re.sub(r"^_\w+\.", "_.", ast.unparse(call.func)))) for call in calls]
    keys = [(call.lineno, ast.unparse(call.args[place])) for call, place in places if place is not None]
    return [line for line, key in keys if not re.search(r"\b(person|user_id)\b", key)]


def defines(file: Path, name: str) -> bool:
    """Return whether the file defines all parts of a name such as `TurnModel.close`."""
    source = file.read_text()
    return all(
        re.search(rf"^\s*(?:export )?(?:(?:async )?def|class|function|const)? ?{part}\b", source, re.M)
        for part in name.split(".")
    )


def test_imports_point_down(capsys: pytest.CaptureFixture[str]):
    configuration.configure()
    kept = lint_imports(str(PROJECT / "pyproject.toml"), cache_dir=None, no_logo=True)
    assert kept, f"{capsys.readouterr().out}\n{DIRECTION}"


def script_imports(script: Path) -> set[Path]:
    """Return the scripts of the page that a script imports."""
    return {(script.parent / path).resolve() for path in re.findall(r' from "(\.[^"]+)"', script.read_text())}


def test_every_import_of_a_script_is_found():
    """Without this, a changed way to write imports would make the next two tests pass whatever they say."""
    names = {file.name for file in script_imports(PROJECT / "assets/page/task_list/checkbox.js")}
    assert names == {"ticks.js", "task_rows.js"}
    assert {file for script in SCRIPTS for file in script_imports(script)} <= set(SCRIPTS)


def test_scripts_import_only_from_folders_below_their_own():
    def height(file: Path) -> int:
        return SCRIPT_FOLDERS.index(file.parent.name)

    pairs = [(script, file) for script in SCRIPTS for file in script_imports(script) if file.parent != script.parent]
    above = [(name_of(script), name_of(file)) for script, file in pairs if height(file) >= height(script)]
    assert above == [], "Move what the first one needs to a folder below its own, or pass it in."


def test_no_scripts_import_each_other_in_a_circle():
    order = TopologicalSorter({script: script_imports(script) for script in SCRIPTS})
    assert set(order.static_order()) == set(SCRIPTS)  # raises CycleError for a circle


@pytest.mark.soak
def test_importing_any_module_needs_no_environment_and_has_no_side_effects(tmp_path: Path):
    # Reflex reads its configuration from the working directory; without one it would store page state on disk.
    (tmp_path / "rxconfig.py").symlink_to(PROJECT / "rxconfig.py")
    imported = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING, *map(name_of, MODULES)],
        cwd=tmp_path,
        env={
            "PYTHONPATH": os.pathsep.join([str(PROJECT), *sys.path]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(tmp_path),
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert imported.returncode == 0, imported.stderr
    assert json.loads(imported.stdout.splitlines()[-1]) == []
    assert [path.name for path in tmp_path.iterdir()] == ["rxconfig.py"]


def lines_of_modules(find: Callable[[str], list[T]]) -> dict[str, list[T]]:
    """Return the lines that `find` finds, of the modules where it finds any."""
    return {name_of(module): lines for module in MODULES if (lines := find(module.read_text()))}


def test_only_config_reads_the_environment():
    found = lines_of_modules(environment_reads)
    assert list(found) == ["taskchat_app.config"], f"Give taskchat_app.config a setting for these: {found}"


def test_reads_of_the_environment_are_detected():
    reads = ["import os; os.environ['A']", "from os import getenv", "import os as o; o.environ.get('A')"]
    assert [environment_reads(read) for read in reads] == [[1]] * 3


def test_handlers_of_an_unreachable_database_catch_all_its_exceptions():
    assert lines_of_modules(partial_outage_handlers) == {}, "Catch DATABASE_AWAY of domain/storage/database.py."


def test_what_is_kept_or_counted_for_each_user_names_the_user():
    found = lines_of_modules(keys_without_user)
    of_all = ["taskchat_app.assistant.turns.shared_events", "taskchat_app.domain.accounts.sign_in_limits"]
    assert list(found) == of_all, f"Another user's would be shown, or counted: {found}"


def events_without_login(source: str) -> list[str]:
    """Return the events that take a user, but not the signed-in one: a client could send any."""
    handlers = (node for node in nodes_of(source, {"rx.event"}) if isinstance(node, ast.AsyncFunctionDef))
    taken = ((node.name, ast.unparse(node.args), [*map(ast.unparse, node.decorator_list)]) for node in handlers)
    return [
        name
        for name, arguments, decorators in taken
        if "person: Person" in arguments and "rx.event" in str(decorators) and "signed_in" not in decorators
    ]


def test_every_event_takes_the_signed_in_user():
    assert lines_of_modules(events_without_login) == {}


def test_the_files_and_names_in_the_documentation_of_the_architecture_exist():
    for path, name in NAMED.findall(DOCUMENT):
        files = [folder / path for folder in (PROJECT, PROJECT / "taskchat_app") if (folder / path).exists()]
        assert files or "/" not in path, path
        assert all(defines(file, name) for file in files if name), f"{path}:{name}"


def test_the_tree_in_the_documentation_names_every_package_and_no_other():
    tree = (PROJECT / "docs/development.md").read_text().partition("## How it is put together")[2].split("```")[1]
    taskchat = PROJECT / "taskchat_app"
    files, folders = set(re.findall(r"\w+\.py\b", tree)), set(re.findall(r"\b\w+(?=/)", tree))
    packages = {package.parent for package in taskchat.glob("*/__init__.py")}
    packages |= {
        package.parent for layer in ("domain", "assistant", "ui") for package in taskchat.glob(f"{layer}/*/__init__.py")
    }
    assert {package.name for package in packages} - folders == set()
    assert {name for name in files if not [*taskchat.rglob(name), *PROJECT.glob(name)]} == set()
    above = (PROJECT, taskchat, PROJECT / "assets")
    assert {
        name for name in folders if not any([*top.glob(name)] or [*top.glob(f"*/{name}")] for top in above)
    } == set()


def test_no_package_has_more_than_fifteen_modules():
    counts = Counter(module.parent for module in (*MODULES, *SCRIPTS) if module.name != "__init__.py")
    assert {str(folder.relative_to(PROJECT)): count for folder, count in counts.items() if count > MODULES_MAX} == {}


def test_the_modules_and_tests_that_make_mutate_names_exist():
    named = {file for target in TARGETS for file in (target.path, *target.tests)}
    assert {file for file in named if not (PROJECT / file).exists()} == set()


def test_a_message_passes_as_many_files_and_layers_as_documented():
    way = DOCUMENT.partition("## The way of one message")[2].partition("\n## ")[0]
    lead, _, steps = way.partition("\n1. ")
    named = {path for path, _ in NAMED.findall(re.sub(r"\([^()]*\)", "", steps))}
    passed = {path for path in named if not any(other.endswith(f"/{path}") for other in named)}
    assert f"through {len(passed)} files" in " ".join(lead.split())
    assert f"there are {steps.count('↓') + steps.count('↑')}." in lead
