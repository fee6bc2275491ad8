"""Starts the embedded Postgres on first use and stops it with the last process that uses its TASKCHAT_HOME.

Three lock files in `HOME/postgres` coordinate the processes. The kernel releases a lock when its process ends, even
after kill -9, so there are no stale pids:

- `changing.lock`, exclusive: held while a process starts, joins or stops the server.
- `users.lock`, shared: held by every process for as long as it uses the server.
- `server.lock`, exclusive: inherited by Postgres itself, so it is held as long as any process of the server lives.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Generator
from functools import cache
from io import FileIO
from multiprocessing.util import Finalize
from pathlib import Path

import psutil
import psycopg

from taskchat_app.domain.storage.postgres_process import (
    DATABASE,
    EmbeddedPostgresError,
    ServerPaths,
    accepts_connections,
    last_failure,
    postmaster,
    start_process,
)

START_TIMEOUT_SECONDS = 120.0  # long, because crash recovery is part of a start
FAST_STOP_SECONDS = 2.5  # then stop without a checkpoint: the next start must recover, but no data are lost
IMMEDIATE_STOP_SECONDS = 0.5  # then stop waiting: the next start waits until the server has ended
RELEASE_SECONDS = 5.0  # a process that holds changing.lock for longer will use the server itself, or stops it
POLL_SECONDS = 0.03

_attempts: dict[Path, asyncio.Task[str]] = {}  # home -> running task that starts its server
_joined: dict[Path, int] = {}  # home -> file descriptor of this process's lock on users.lock


def url(home: Path) -> str:
    """Return the SQLAlchemy URL of this home's database, whose server need not run yet."""
    return ServerPaths(home.resolve()).url


def ensure_running(home: Path) -> str:
    """Start this home's Postgres unless it runs, register this process as its user, and return its SQLAlchemy URL.

    Blocks: about a millisecond while the server runs, up to START_TIMEOUT_SECONDS after a crash. Restarts a server
    that has died. Raises EmbeddedPostgresError.
    """
    paths = ServerPaths(home.resolve())
    if paths.home not in _joined or not accepts_connections(paths):
        try:
            paths.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            paths.folder.mkdir(mode=0o700, exist_ok=True)
            with _locked(paths, START_TIMEOUT_SECONDS):
                _join_and_start(paths)
        except OSError as error:
            reason = f"{error.strerror}: {error.filename}"
            raise EmbeddedPostgresError(
                f"TASKCHAT_HOME {paths.home} cannot hold the database ({reason}). Set it to another folder"
            ) from error
    return paths.url


async def ensure_running_within(home: Path, seconds: float) -> None:
    """Call `ensure_running` in a thread and wait at most `seconds`; raise EmbeddedPostgresError.

    The start continues after a timeout. All callers wait for the same start, so only one thread is busy.
    """
    attempt = _attempts.get(home)
    if attempt is None:
        attempt = _attempts[home] = asyncio.create_task(asyncio.to_thread(ensure_running, home))
        attempt.add_done_callback(lambda done: _forget_attempt(home, done))
    try:
        async with asyncio.timeout(seconds):
            await asyncio.shield(attempt)
    except TimeoutError as error:
        raise EmbeddedPostgresError(f"Postgres in {home} took no connection within {seconds:.0f} s") from error


def _forget_attempt(home: Path, done: asyncio.Task[str]) -> None:
    del _attempts[home]
    if not done.cancelled():
        done.exception()  # marks it as retrieved: callers that still waited have received it


def release(home: Path) -> None:
    """Unregister this process as a user of the server; the last one stops the server. Safe to repeat."""
    paths = ServerPaths(home.resolve())
    users = _joined.pop(paths.home, None)
    if users is None:
        return
    _unlock(users)
    # A deleted home has no lock files; its Postgres notices the deletion within a minute and ends.
    with contextlib.suppress(FileNotFoundError, EmbeddedPostgresError), _locked(paths, RELEASE_SECONDS):
        if _is_free(paths.folder / "users.lock"):
            stop(paths)


@contextlib.contextmanager
def stopped(paths: ServerPaths) -> Generator[FileIO]:
    """Keep every process from starting this home's server; yield its server.lock, open.

    A caller whose own server has inherited it closes it before that server stops. A server without a user, which a
    killed process has left, is stopped first. Raises EmbeddedPostgresError while a process uses the server.
    """
    with _locked(paths, RELEASE_SECONDS):
        if _is_free(paths.folder / "users.lock"):
            stop(paths)
        server_lock = _try_lock(paths.folder / "server.lock")
        if server_lock is None:
            raise EmbeddedPostgresError(f"taskchat still uses the database in {paths.home}. Stop it first")
        with FileIO(server_lock) as lock_file:
            yield lock_file


def _join_and_start(paths: ServerPaths) -> None:
    if paths.home not in _joined:
        users = os.open(paths.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        _joined[paths.home] = users
        _watch_forks()
        # atexit does not run in a multiprocessing child such as the web server's worker; Finalize does. A priority
        # below 0 means after the process's own children have ended.
        Finalize(None, release, args=(paths.home,), exitpriority=-1)
    try:
        _start(paths)
    except BaseException:
        if (users := _joined.pop(paths.home, None)) is not None:  # `release` runs as the process ends
            _unlock(users)
        raise


@cache
def _watch_forks() -> None:
    """Make forked children forget the parent's locks: a child becomes a user when it connects itself."""
    os.register_at_fork(after_in_child=_forget_users)


def _forget_users() -> None:
    for users in _joined.values():
        os.close(users)  # without LOCK_UN: the parent still holds the lock through its own copy
    _joined.clear()


def _start(paths: ServerPaths) -> None:
    """Start the server unless it runs, and wait until it accepts connections, also through recovery.

    While server.lock is held, a server runs, starts or stops. Once we have the lock, none does.
    """
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while (server_lock := _try_lock(paths.folder / "server.lock")) is None and not accepts_connections(paths):
        pause(paths, deadline)
    if server_lock is not None:
        try:
            log_begin = start_process(paths, server_lock)
        finally:
            os.close(server_lock)  # without LOCK_UN: Postgres has inherited the lock
        while not accepts_connections(paths):
            if _is_free(paths.folder / "server.lock"):
                raise EmbeddedPostgresError(f"Postgres did not start: {last_failure(paths, log_begin)}")
            pause(paths, deadline)
    _create_database(paths)


def pause(paths: ServerPaths, deadline: float) -> None:
    """Wait a moment for the server; raise EmbeddedPostgresError after the deadline, a time of time.monotonic()."""
    if time.monotonic() > deadline:
        raise EmbeddedPostgresError(
            f"Postgres in {paths.home} took no connection within {START_TIMEOUT_SECONDS:.0f} s; see {paths.log}"
        )
    time.sleep(POLL_SECONDS)


def _create_database(paths: ServerPaths) -> None:
    with psycopg.connect(paths.conninfo("postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            # An explicit locale: under the shell's LANG=C, a search for "übung" would not match "ÜBUNG".
            connection.execute(
                f"CREATE DATABASE {DATABASE} LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0"
            )


def stop(paths: ServerPaths) -> bool:
    """Stop the server, wait for its end, and return whether it has ended. The caller keeps others from starting it."""
    for stop_signal, seconds in ((signal.SIGINT, FAST_STOP_SECONDS), (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS)):
        process = postmaster(paths)
        if process is None:
            break
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process.send_signal(stop_signal)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if _is_free(paths.folder / "server.lock"):
                with contextlib.suppress(OSError):  # the data folder, if it has the socket, is not empty
                    paths.socket_folder.rmdir()
                return True
            time.sleep(POLL_SECONDS)
    return _is_free(paths.folder / "server.lock")


def _is_free(path: Path) -> bool:
    """Return whether no process holds the lock."""
    lock = _try_lock(path)
    if lock is not None:
        _unlock(lock)
    return lock is not None


@contextlib.contextmanager
def _locked(paths: ServerPaths, seconds: float) -> Generator[None]:
    """Hold changing.lock; raise EmbeddedPostgresError if another process holds it for longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while (lock := _try_lock(paths.folder / "changing.lock")) is None:
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"Another process is starting or stopping the database in {paths.home}")
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        _unlock(lock)


def _try_lock(path: Path) -> int | None:
    """Return a file descriptor that holds the exclusive lock, or None while another process holds it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _unlock(lock: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_UN)  # close() would not release a lock whose descriptor a forked child has inherited
    os.close(lock)
