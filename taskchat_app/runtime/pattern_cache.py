"""Compiles regular expressions, and keeps their code in a file beside that of the modules.

Compiling the grammars' 800 patterns takes 0.6 s of processor time, reading their code 0.02 s. Where the file cannot be
used, they are compiled.
"""

import logging
import marshal
import os
import re
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, cast

log = logging.getLogger(__name__)

UNUSABLE = (AttributeError, ImportError, LookupError, OverflowError, RuntimeError, TypeError, ValueError)
"""Errors of a damaged file, and of a Python whose private functions are others."""

FILE = Path(cache_from_source(__file__)).with_suffix(".patterns")
"""Its name contains the Python version."""

_Key = tuple[str, int]
_used: list[_Key] = []
_missing: list[_Key] = []


def _read() -> dict[_Key, Any]:
    """Return the arguments of the patterns' constructor; none where the file is missing or of another Python."""
    try:
        version, kept = marshal.loads(FILE.read_bytes())  # noqa: S302 -- trusted like the modules' bytecode beside it
    except (OSError, EOFError, *UNUSABLE):
        return {}
    return kept if version == sys.version else {}


_kept = _read()


@cache
def compile_cached(pattern: str, flags: int) -> re.Pattern[str]:
    """Return the compiled pattern, from the file if it is there."""
    key = (pattern, int(flags))
    _used.append(key)
    if arguments := _kept.pop(key, None):
        try:
            return _private("_sre").compile(*arguments)
        except UNUSABLE as error:
            log.info("A kept pattern cannot be used, compiling it: %s", error)
    _missing.append(key)
    return re.compile(pattern, flags)


def write_cache() -> None:
    """Write the code of all patterns used, if the file lacks one. Blocking."""
    if not _missing or sys.dont_write_bytecode:
        return
    own = FILE.with_suffix(f".{os.getpid()}")
    try:
        with own.open("wb") as file:  # before the code is made: in a read-only folder that would be for nothing
            marshal.dump((sys.version, {key: constructor_arguments(*key) for key in _used}), file)
        own.replace(FILE)
    except (OSError, *UNUSABLE) as error:
        log.info("Patterns are compiled at each start: %s cannot be written: %s", FILE, error)
        with suppress(OSError):
            own.unlink()
    _missing.clear()


def constructor_arguments(pattern: str, flags: int) -> tuple[Any, ...]:
    """Return what `re.compile` passes to `_sre.compile`, see compile() in CPython's Lib/re/_compiler.py."""
    parsed = _private("re._parser").parse(pattern, flags)
    names = parsed.state.groupdict
    indices = [None, *({number: name for name, number in names.items()}.get(n) for n in range(1, parsed.state.groups))]
    code = [int(word) for word in _private("re._compiler")._code(parsed, flags)]
    return pattern, flags | parsed.state.flags, code, parsed.state.groups - 1, dict(names), tuple(indices)


def _private(name: str) -> Any:
    """Return a module that is private in CPython: the constructor of patterns, or what makes its arguments."""
    return cast(Any, import_module(name))
