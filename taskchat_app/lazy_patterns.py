"""Regular expressions that are compiled when they are first used, or in the background after the start.

Compiling the grammars' patterns takes 0.6 s of processor time, and no page needs them.
"""

import re
import time
from typing import Any, cast

PAUSE_SECONDS = 0.0005
"""After each pattern, so that the event loop gets the interpreter's lock."""

_unused: list["_LazyPattern"] = []


def compile_later(pattern: str, flags: int) -> re.Pattern[str]:
    """Return the pattern; the first use of it compiles it."""
    lazy = _LazyPattern(pattern, flags)
    _unused.append(lazy)
    return cast(re.Pattern[str], lazy)


def compile_now() -> None:
    """Compile all patterns that were not used yet. Blocking, for a thread."""
    while _unused:
        _unused.pop().compiled()
        time.sleep(PAUSE_SECONDS)


class _LazyPattern:
    """Has the attributes of the compiled pattern."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags
        self._compiled: re.Pattern[str] | None = None

    def compiled(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(*self._source)
        return self._compiled

    def __getattr__(self, name: str) -> Any:
        """Keep what is read, so that a second use of it costs nothing more."""
        value = getattr(self.compiled(), name)
        setattr(self, name, value)
        return value
