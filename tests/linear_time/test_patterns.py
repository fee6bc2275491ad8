"""Every regular expression of the project takes linear time for every text."""

import ast
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.linear_time import growth, hostile

pytestmark = pytest.mark.soak

PROJECT = Path(__file__).parents[2]
PACKAGE = PROJECT / "taskchat_app"
MODULES = sorted(PACKAGE.rglob("*.py"))
CALLS = ("compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")

# Imports every module while recording each pattern that is compiled.
RECORD = """
import importlib, json, re, sys

root, modules, names = sys.argv[1], sys.argv[2].split(), sys.argv[3].split()
made, compile_ = [], re.compile

def record(name):
    real = getattr(re, name)

    def call(pattern, *arguments, **options):
        caller = sys._getframe(1)
        if caller.f_code.co_filename.startswith(root) and isinstance(pattern, str):
            flags = options.get("flags", arguments[0] if name == "compile" and arguments else 0)
            made.append((f"{caller.f_code.co_filename[len(root) + 1:]}:{caller.f_lineno}", compile_(pattern, flags)))
        return real(pattern, *arguments, **options)

    setattr(re, name, call)

for name in names:
    record(name)
for module in modules:
    importlib.import_module(module)
print(json.dumps([(place, pattern.pattern, pattern.flags) for place, pattern in made]))
"""
COMPILED_LATER = {
    ("assistant/grammar/phrases/patterns.py", "sentence"),
    ("assistant/grammar/phrases/patterns.py", "phrase"),
    ("domain/dates/vocabulary.py", "caseless"),
}
"""Functions that compile patterns from their arguments; The import of other modules calls them."""

Pattern = tuple[str, str, int]
"""The place (file:line), the pattern and its flags."""


def name_of(module: Path) -> str:
    return ".".join(module.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def compiled_at_import() -> list[Pattern]:
    recorded = subprocess.run(
        [sys.executable, "-c", RECORD, str(PACKAGE), " ".join(map(name_of, MODULES)), " ".join(CALLS)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [(place, pattern, flags) for place, pattern, flags in json.loads(recorded.stdout.splitlines()[-1])]


def calls_in(source: str) -> list[tuple[str | None, ast.Call]]:
    """Return the calls of `re`, each with its enclosing function's name; None at module level."""
    calls: list[tuple[str | None, ast.Call]] = []

    def visit(node: ast.AST, function: str | None) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            if isinstance(of, ast.Name) and of.id == "re" and node.func.attr in CALLS:
                calls.append((function, node))
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(ast.parse(source), None)
    return calls


def compiled_in_functions(module: Path) -> list[Pattern]:
    """Return the patterns written in functions; fail if one is built at run time."""
    place = str(module.relative_to(PACKAGE))
    patterns: list[Pattern] = []
    for function, call in calls_in(module.read_text()):
        if function is None or (place, function) in COMPILED_LATER:
            continue
        assert isinstance(call.args[0], ast.Constant), f"{place}:{call.lineno}: put patterns together at import."
        flags = re.IGNORECASE if "re.I" in ast.unparse(call) else 0
        patterns.append((f"{place}:{call.lineno}", str(call.args[0].value), flags))
    return patterns


def growth_in(pattern: Pattern) -> list[str]:
    """Return descriptions of hostile texts that the pattern is too slow for, at most one for each way to use it."""
    place, source, flags = pattern
    compiled = re.compile(source, flags)
    ways = {"finditer": lambda text: [None for _ in compiled.finditer(text)], "fullmatch": compiled.fullmatch}
    if hostile.matches_whole_texts(source, flags):
        del ways["finditer"]  # it does the same
    texts = [repetition.text for repetition in hostile.repetitions_for(source, flags)]
    problems = {name: growth.first_growth(way, texts) for name, way in ways.items()}
    return [f"{place}: {name} of {source[:80]!r}: {problem}" for name, problem in problems.items() if problem]


@cache
def all_patterns() -> list[Pattern]:
    patterns = compiled_at_import() + [pattern for module in MODULES for pattern in compiled_in_functions(module)]
    return sorted({pattern[1:]: pattern for pattern in patterns}.values())


def test_the_patterns_of_the_project_are_collected():
    assert len(all_patterns()) > 300


def test_every_pattern_takes_linear_time():
    slow = [problem for pattern in all_patterns() for problem in growth_in(pattern)]
    assert slow == [], "\n".join(slow)


def test_no_group_is_possessive():
    """Python 3.11.2 (Debian 12) fails to match some possessive quantifiers of groups (gh-106052); (?>...) works."""
    assert [pattern for pattern in all_patterns() if re.search(r"\)(?:[*+?]|\{[\d,]+\})\+", pattern[1])] == []


def test_slow_patterns_are_detected():
    slow = (
        r"\s+$", r"(a+)+b", r"<(.*?)>", r"\A(?:add\s*(.+?)\s+(?:to|on)\s+(.+?)\s+list)\Z",
        r"(?<!\S)#(\w*[a-z]\w*)(?!\S)",
    )  # fmt: skip
    assert [pattern for pattern in slow if not growth_in(("here", pattern, 0))] == []


def test_a_pattern_built_in_a_function_is_detected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    module = tmp_path / "new.py"
    module.write_text("import re\n\ndef find(word):\n    return re.search(f'{word}+', '')\n")
    with pytest.raises(AssertionError, match="at import"):
        compiled_in_functions(module)


def test_patterns_are_not_imported_by_name():
    for module in MODULES:
        names = [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.ImportFrom)]
        assert all(node.module not in ("re", "regex") for node in names), f"{module}: write re.compile."
