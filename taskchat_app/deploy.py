"""`make deploy`: runs `reflex deploy` with what taskchat needs, or prints one line for each thing that is missing."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from reflex_cli.utils.hosting import get_existing_access_token  # pyright: ignore[reportMissingTypeStubs]  # it has none

from taskchat_app.config import Settings, SettingsError, environment_of, read_settings

LOCAL = ("port", "host", "taskchat_home")
"""Settings of this machine only: the platform chooses the port, and the database is elsewhere."""
NOT_DEPLOYED = ("tests", "benchmarks", "docs", "examples")
"""Folders of the project that the app does not read. Reflex leaves out names that begin with a dot by itself."""
REFLEX_DOMAIN = ".reflex.run"
REQUIRED = {
    "PUBLIC_URL": "set the page's address, for example https://my-tasks.reflex.run",
    "DATABASE_URL": "set a postgresql:// URL that the host can reach; the disk there is lost at each deployment",
    "JWT_SECRET": "set 32 bytes or more, for example from: openssl rand -hex 32",
}


def main() -> None:
    """Deploy; exit with the code of `reflex deploy`, or 1 and the missing things."""
    given = environment_of(name.upper() for name in Settings.model_fields if name not in LOCAL)
    problems = list(missing(given))
    if problems:
        sys.exit("\n".join(problems))
    sys.exit(deploy(given))


def missing(given: Mapping[str, str]) -> Iterator[str]:
    """Yield one line for each thing that a deployment lacks."""
    yield from (f"{name}: {advice}" for name, advice in REQUIRED.items() if name not in given)
    if REQUIRED.keys() <= given.keys():
        try:
            read_settings()
        except SettingsError as error:
            yield str(error)
    if "PUBLIC_URL" in given and not given["PUBLIC_URL"].startswith("https://"):
        yield "PUBLIC_URL: use an https:// address; browsers send the login to another site over https only"
    if not get_existing_access_token():
        yield "REFLEX_ACCESS_TOKEN: sign in with `.venv/bin/python -m reflex login`, or set a token of Reflex Cloud"


def deploy(given: Mapping[str, str]) -> int:
    """Run `reflex deploy` without questions; return its exit code.

    The variables go in a file that only this user can read: every user can read the arguments of a process.
    """
    host = urlsplit(given["PUBLIC_URL"]).hostname or ""
    hostname = ["--hostname", host.removesuffix(REFLEX_DOMAIN)] if host.endswith(REFLEX_DOMAIN) else []
    excluded = [f"--exclude-from-backend={name}" for name in NOT_DEPLOYED if Path(name).is_dir()]
    with tempfile.NamedTemporaryFile("w", prefix="taskchat-", suffix=".env") as variables:
        variables.writelines(f"{name}={_quoted(value)}\n" for name, value in given.items())
        variables.flush()
        command = ["deploy", "--no-interactive", "--envfile", variables.name, *hostname, *excluded]
        return subprocess.run([sys.executable, "-m", "reflex", *command], check=False).returncode


def _quoted(value: str) -> str:
    """Return the value in the single quotes of an env file, where nothing is expanded."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


if __name__ == "__main__":
    main()
