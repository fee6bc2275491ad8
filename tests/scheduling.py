"""Distributes the test files among the workers of a run: files that share servers go to one worker."""

import re
from functools import cache

from xdist.scheduler import LoadFileScheduling

from tests.serving import PROJECT

SHARED = (re.compile(r"\bproxied: Proxied\b"), re.compile(r"\bother_instance: Instance\b|\b_?gemini: Standin\b"))
"""Parameters for which the tests of a page start a server that not all need, behind a proxy or with the stand-in as its
model: in each worker, a start takes seconds of CPU."""
PAGES = "tests/ui/"
FAILURES = "tests/failures/"
"""A folder whose files share three servers."""


class FilesByServer(LoadFileScheduling):
    """Gives each file to one worker, and all files with the same server in SHARED to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(super()._split_scope(nodeid))


@cache
def scope_of(file: str) -> str:
    """Return the server that this file shares with others, else the file."""
    if file.startswith(FAILURES):
        return FAILURES
    text = (PROJECT / file).read_text() if file.startswith(PAGES) else ""
    return next((f"files with {shared.pattern}" for shared in SHARED if shared.search(text)), file)
