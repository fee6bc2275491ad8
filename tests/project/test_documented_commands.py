"""The commands in the documentation, as a reader runs them on a system without packages of its own."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
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


def test_a_deployment_installs_before_it_signs_in():
    (block,) = re.findall(
        r"## With reflex deploy\n\n```sh\n(.*?)```", (PROJECT / "docs" / "deploy.md").read_text(), re.DOTALL
    )
    commands = block.splitlines()
    assert commands[1].startswith("make deploy ")
    assert commands.index(".venv/bin/python -m reflex login") > 1
