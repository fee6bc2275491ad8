"""Distributes the test files among the workers of a run: files that share servers go to one worker."""

import re
from functools import cache

from xdist.scheduler import LoadFileScheduling

from tests.serving import PROJECT

SHARED = re.compile(r"\b(other_instance|proxied): (?:Instance|Proxied)\b")
"""A parameter that is a server which few files use: in each worker, its start takes seconds of CPU."""
FAILURES = "tests/failures/"
"""A folder whose files share three servers."""


class FilesByServer(LoadFileScheduling):
    """Gives each file to one worker, and all files with a server in SHARED to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(super()._split_scope(nodeid))


@cache
def scope_of(file: str) -> str:
    """Return the server that this file shares with others, else the file."""
    if file.startswith(FAILURES):
        return FAILURES
    shared = SHARED.search((PROJECT / file).read_text())
    return f"files with {shared[1]}" if shared else file
