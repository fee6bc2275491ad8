"""Patterns whose code was kept in the file are equal to compiled ones; a missing or damaged file changes nothing."""

import marshal
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from taskchat_app.assistant.grammar import clauses
from taskchat_app.runtime import pattern_cache

EXAMPLE = (r"\A(?:add (?P<title>.+?)|(?P<number>\d+)(st|nd)?)\Z", int(re.IGNORECASE | re.DOTALL))


@pytest.fixture
def restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that does what a start does: nothing is compiled, and the file is read."""
    monkeypatch.setattr(pattern_cache, "FILE", tmp_path / "patterns")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def read() -> None:
        pattern_cache.compile_cached.cache_clear()
        monkeypatch.setattr(pattern_cache, "_kept", pattern_cache._read())
        monkeypatch.setattr(pattern_cache, "_used", [])
        monkeypatch.setattr(pattern_cache, "_missing", [])

    read()
    return read


def test_the_code_of_every_pattern_of_the_app_is_what_re_compiles():
    """Python compares the code of patterns (`Pattern.__eq__`)."""
    assert clauses, "imported for its patterns"
    assert len(pattern_cache._used) > 100
    for pattern, flags in pattern_cache._used:
        kept = pattern_cache._private("_sre").compile(*pattern_cache.constructor_arguments(pattern, flags))
        assert kept == re.compile(pattern, flags)
        assert kept.groupindex == re.compile(pattern, flags).groupindex


def test_a_second_start_reads_what_the_first_one_compiled(restart: Callable[[], None], monkeypatch: pytest.MonkeyPatch):
    pattern_cache.compile_cached(*EXAMPLE)
    pattern_cache.write_cache()
    expected = re.compile(*EXAMPLE)
    restart()
    monkeypatch.delattr(re, "compile")
    assert pattern_cache.compile_cached(*EXAMPLE) == expected
    match = pattern_cache.compile_cached(*EXAMPLE).fullmatch("ADD milk")
    assert match is not None
    assert match["title"] == "milk"


@pytest.mark.parametrize("content", [b"", b"\0", b"no marshalled data", b"i\x01\0\0\0"])
def test_a_damaged_file_is_written_again(restart: Callable[[], None], content: bytes):
    pattern_cache.FILE.write_bytes(content)
    restart()
    assert pattern_cache.compile_cached(*EXAMPLE).fullmatch("add milk")
    pattern_cache.write_cache()
    assert EXAMPLE in pattern_cache._read()


def test_unusable_code_is_compiled(restart: Callable[[], None]):
    pattern_cache.FILE.write_bytes(marshal.dumps((sys.version, {EXAMPLE: (*EXAMPLE, [1, 2, 3], 0, {}, ())})))
    restart()
    assert pattern_cache.compile_cached(*EXAMPLE).fullmatch("add milk")


def test_a_python_without_the_private_functions_compiles(restart: Callable[[], None], monkeypatch: pytest.MonkeyPatch):
    pattern_cache.compile_cached(*EXAMPLE)
    pattern_cache.write_cache()
    restart()
    monkeypatch.setattr(pattern_cache, "import_module", lambda name: object())
    assert pattern_cache.compile_cached(*EXAMPLE).fullmatch("add milk")
    pattern_cache.FILE.unlink()
    pattern_cache.write_cache()
    assert not pattern_cache.FILE.exists()


def test_nothing_is_written_where_python_writes_no_bytecode(
    restart: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    pattern_cache.compile_cached(*EXAMPLE)
    pattern_cache.write_cache()
    assert not pattern_cache.FILE.exists()
