"""Starts the embedded Postgres on first use and stops it with the last process of its home.

Three lock files in `HOME/postgres` decide everything. The kernel drops a lock together with the process that held it,
however that process died, so there are no pids that could go stale:

- `changing.lock`, exclusive: held while somebody starts, joins or stops the server.
- `users.lock`, shared: held by every process for as long as it uses the server.
- `server.lock`, exclusive: inherited by Postgres itself, so it is taken as long as any process of the server lives.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Generator
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

import psutil
import psycopg

from taskchat_app.domain.storage.postgres_process import (
    DATABASE,
    EmbeddedPostgresError,
    ServerPaths,
    accepts_connections,
    clear_socket_folder,
    last_failure,
    postmaster,
    start_process,
)

START_TIMEOUT_SECONDS = 120.0  # long, because crash recovery is part of a start
FAST_STOP_SECONDS = 2.5  # then without its last checkpoint, which costs the next start a recovery and nobody any data
IMMEDIATE_STOP_SECONDS = 0.5  # then it is left to end by itself, which the next start waits for
RELEASE_SECONDS = 5.0  # whoever changes something for longer than that goes on to use the server, or stops it
POLL_SECONDS = 0.03

_attempts: dict[Path, asyncio.Task[str]] = {}  # home -> what brings its server up now
_joined: dict[Path, int] = {}  # home -> the descriptor that holds this process's share of users.lock


def url(home: Path) -> str:
    """The SQLAlchemy URL of this home's database, whose server need not run yet."""
    return ServerPaths(home.resolve()).url


def ensure_running(home: Path) -> str:
    """Start this home's Postgres unless it runs, count this process among its users, and return its SQLAlchemy URL.

    Blocks (for up to START_TIMEOUT_SECONDS after a crash); a millisecond when the server runs. Brings a server back
    that has died since. Raises EmbeddedPostgresError.
    """
    place = ServerPaths(home.resolve())
    if place.home not in _joined or not accepts_connections(place):
        try:
            place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.folder.mkdir(mode=0o700, exist_ok=True)
            with _locked(place, START_TIMEOUT_SECONDS):
                _join_and_start(place)
        except OSError as error:
            message = f"TASKCHAT_HOME {place.home} cannot hold the database: {error.strerror}: {error.filename}"
            raise EmbeddedPostgresError(message) from error
    return place.url


async def ensure_running_within(home: Path, seconds: float) -> None:
    """The same without blocking the event loop: for so long, while the attempt goes on for whoever asks next.

    However many ask, one thread is busy with it. Raises EmbeddedPostgresError.
    """
    attempt = _attempts.get(home)
    if attempt is None:
        attempt = _attempts[home] = asyncio.create_task(asyncio.to_thread(ensure_running, home))
        attempt.add_done_callback(lambda ended: _forget_attempt(home, ended))
    try:
        async with asyncio.timeout(seconds):
            await asyncio.shield(attempt)
    except TimeoutError as silence:
        raise EmbeddedPostgresError(f"Postgres in {home} took no connection within {seconds:.0f} s") from silence


def _forget_attempt(home: Path, ended: asyncio.Task[str]) -> None:
    del _attempts[home]
    if not ended.cancelled():
        ended.exception()  # known to whoever still waited


def release(home: Path) -> None:
    """Stop counting this process among the server's users; the last living one stops the server. Safe to repeat."""
    place = ServerPaths(home.resolve())
    users = _joined.pop(place.home, None)
    if users is None:
        return
    _unlock(users)
    # A home that was deleted under us holds no lock; its Postgres notices within a minute and ends.
    with contextlib.suppress(FileNotFoundError, EmbeddedPostgresError), _locked(place, RELEASE_SECONDS):
        if (alone := _try_lock(place.folder / "users.lock")) is not None:
            _unlock(alone)
            _stop(place)


def _join_and_start(place: ServerPaths) -> None:
    if place.home not in _joined:
        users = os.open(place.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        _joined[place.home] = users
        _watch_forks()
        # atexit never runs in a multiprocessing child such as the web server's worker; this runs there too. Below 0
        # means after the process's own children have ended.
        Finalize(None, release, args=(place.home,), exitpriority=-1)
    try:
        _start(place)
    except BaseException:
        _unlock(_joined.pop(place.home))
        raise


@cache
def _watch_forks() -> None:
    """See to it that a forked child is no user until it connects itself."""
    os.register_at_fork(after_in_child=_forget_users)


def _forget_users() -> None:
    for users in _joined.values():
        os.close(users)  # without LOCK_UN: the parent still holds the lock through its own copy
    _joined.clear()


def _start(place: ServerPaths) -> None:
    """Bring the server up and wait until it takes connections, through recovery or an earlier server's last moments."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    log_begin: int | None = None
    while (server_lock := _try_lock(place.folder / "server.lock")) is not None or not accepts_connections(place):
        if server_lock is not None:
            try:
                if log_begin is not None:
                    raise EmbeddedPostgresError(f"Postgres did not start: {last_failure(place, log_begin)}")
                log_begin = start_process(place, server_lock)
            finally:
                os.close(server_lock)  # without LOCK_UN: Postgres has inherited the lock
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"Postgres in {place.home} took no connection within {START_TIMEOUT_SECONDS:.0f} s; see {place.log}"
            )
        time.sleep(POLL_SECONDS)
    _create_database(place)


def _create_database(place: ServerPaths) -> None:
    with psycopg.connect(place.conninfo("postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            # A locale of its own, whatever the shell says: under LANG=C "ÜBUNG" would not be found by "übung".
            connection.execute(
                f"CREATE DATABASE {DATABASE} LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0"
            )


def _stop(place: ServerPaths) -> None:
    for stop_signal, seconds in ((signal.SIGINT, FAST_STOP_SECONDS), (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS)):
        process = postmaster(place)
        if process is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(stop_signal)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (ended := _try_lock(place.folder / "server.lock")) is not None:
                _unlock(ended)
                clear_socket_folder(place)
                return
            time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def _locked(place: ServerPaths, seconds: float) -> Generator[None]:
    """While this process alone changes something. Raises EmbeddedPostgresError where another one does for so long."""
    deadline = time.monotonic() + seconds
    while (lock := _try_lock(place.folder / "changing.lock")) is None:
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"Another process has its hands on the database in {place.home}")
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        _unlock(lock)


def _try_lock(path: Path) -> int | None:
    """The descriptor that now holds the lock, or None while somebody else does."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _unlock(lock: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_UN)  # explicitly: a process forked meanwhile has a copy, which close() would not end
    os.close(lock)
