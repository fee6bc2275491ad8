"""requirements*.lock and reflex.lock: complete, pinned by hash, up to date with what they lock."""

import json
import re
from importlib.metadata import distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.serving import PROJECT

NAMES = ("requirements", "requirements-dev")
ENTRY = re.compile(r"[a-z0-9-]+==[^\s;]+( ; [^-]+?)?( +--hash=sha256:[0-9a-f]{64})+( *#.*)?")


def requirements(name: str) -> list[Requirement]:
    """Return the requirements of a file and of the file that it includes."""
    lines = [line.partition("#")[0].strip() for line in (PROJECT / f"{name}.txt").read_text().splitlines()]
    included = [line.removeprefix("-r ").removesuffix(".txt") for line in lines if line.startswith("-r ")]
    own = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return own + [requirement for other in included for requirement in requirements(other)]


def entries(name: str) -> list[str]:
    """Return the entries of a lock, each with its hashes in one line."""
    lines = (PROJECT / f"{name}.lock").read_text().replace("\\\n", "").splitlines()
    return [line for line in lines if not line.lstrip().startswith("#")]


def versions(name: str) -> dict[str, str]:
    """Return the locked version of each package."""
    return dict(line.split()[0].split("==") for line in entries(name))


def needed(wanted: Requirement) -> list[Requirement]:
    """Return what an installed package requires in this environment, with the wanted extras."""
    required = [Requirement(line) for line in requires(wanted.name) or []]
    environments = [{"extra": extra} for extra in ("", *wanted.extras)]
    return [one for one in required if one.marker is None or any(map(one.marker.evaluate, environments))]


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_satisfies_the_requirements_and_whatever_these_require(name: str):
    lock, lacking, visited, queue = versions(name), [], set[str](), requirements(name)
    while queue:
        wanted = queue.pop()
        if str(wanted) in visited:
            continue
        visited.add(str(wanted))
        locked = lock.get(canonicalize_name(wanted.name))
        if locked is None or not wanted.specifier.contains(locked, prereleases=True):
            lacking.append(str(wanted))
        else:
            queue += needed(wanted)
    assert not lacking, f"Run make lock: {name}.lock does not satisfy {', '.join(lacking)}"


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_holds_only_versions_with_their_hashes(name: str):
    assert [line[:80] for line in entries(name) if not ENTRY.fullmatch(line)] == []
    assert "/" not in (PROJECT / f"{name}.lock").read_text(), "names a host or a folder"


def test_tools_are_locked_on_top_of_the_versions_that_the_app_runs_with():
    runtime, development = map(versions, NAMES)
    assert runtime.items() <= development.items()


def test_the_pages_packages_are_locked_with_their_hashes_and_go_along_with_the_source():
    packages = re.findall(r'^    ".+": \[.+\],$', (PROJECT / "reflex.lock" / "bun.lock").read_text(), re.MULTILINE)
    assert len(packages) > 100
    pattern = re.compile(r'.+\["[^"]+", "", .+, "sha512-[A-Za-z0-9+/]{86}=="\],')
    assert [line[:80] for line in packages if not pattern.fullmatch(line)] == [], "names a registry or lacks a hash"
    ignored = [line for name in (".gitignore", ".dockerignore") for line in (PROJECT / name).read_text().splitlines()]
    assert not [line for line in ignored if line.startswith("reflex.lock")]


def test_the_parts_of_reflex_that_name_locked_packages_are_pinned_where_the_lock_is_not_installed():
    package = json.loads((PROJECT / "reflex.lock" / "package.json").read_text())
    locked = [f'"{name}@{version}"' for name, version in package["dependencies"].items()]
    parts = [part for part in distributions() if part.name.startswith("reflex-components-")]
    naming = {
        part.name
        for part in parts
        for file in part.files or ()
        if file.suffix == ".py" and any(name in file.read_text() for name in locked)
    }
    pinned = {str(wanted) for wanted in requirements("requirements")}
    assert len(naming) > 1
    assert {f"{name}=={versions('requirements')[name]}" for name in naming} <= pinned
