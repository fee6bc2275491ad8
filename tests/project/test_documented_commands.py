"""The commands in the documentation, as a reader runs them on a system without packages of its own."""

import re
from pathlib import Path

import pytest

from taskchat_app.config import Settings
from tests.serving import PROJECT

NAMES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/*.md", "benchmarks/README.md", "examples/*/README.md")
DOCUMENTS = sorted(path for name in NAMES for path in PROJECT.glob(name))
CODE = re.compile(r"```sh\n(.*?)```|^ {4}(\S[^\n]*)|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
"""Blocks, indented lines, and code within a sentence."""
BARE = re.compile(r"(?:^|&& )\s*(?:python|pip3?) ", re.MULTILINE)
"""Debian has no `python`, its pip and Homebrew's refuse to install, and the packages are in .venv."""
ACTIVATES = ". .venv/bin/activate"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_commands_use_the_environment_that_has_the_packages(document: Path):
    codes = ["".join(groups) for groups in CODE.findall(document.read_text())]
    assert [code for code in codes if BARE.search(code.partition(ACTIVATES)[0])] == []


def test_every_setting_is_documented_and_every_documented_one_exists():
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", (PROJECT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert named == {field.upper() for field in Settings.model_fields}


def test_every_command_of_make_that_is_documented_exists():
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    named = {
        name for document in DOCUMENTS for name in re.findall(r"`(?:\w+=\S+ )*make ([a-z-]+)", document.read_text())
    }
    assert named - targets == set()


def test_a_deployment_installs_before_it_signs_in():
    (block,) = re.findall(
        r"## With reflex deploy\n\n```sh\n(.*?)```", (PROJECT / "docs" / "deploy.md").read_text(), re.DOTALL
    )
    commands = block.splitlines()
    assert commands[1].startswith("make deploy ")
    assert commands.index(".venv/bin/python -m reflex login") > 1
