"""Reflex's own commands: `make deploy` against a stand-in of the control plane, and `reflex db`."""

import io
import json
import re
import secrets
import zipfile
from pathlib import Path

import pytest

from taskchat_app.config import Settings
from tests import empty_database
from tests.running.support.control_plane import control_plane
from tests.running.support.reflex_run import copy_of_project
from tests.serving import run_command

pytestmark = pytest.mark.soak

SECRET = "0123456789abcdef0123456789abcdef"
READY = {
    "PUBLIC_URL": "https://my-tasks.reflex.run",
    "DATABASE_URL": "postgresql://user:it's%20$secret@db.example.org/taskchat",
    "JWT_SECRET": SECRET,
    "REFLEX_ACCESS_TOKEN": "a token",
}
API = "https://0123.fly.dev"
HOMES_FILES = """
    jwt_secret postgres.log state/jwt_secret state/upgrade/dump var/home/postgres/users.lock
    var/home/postgres/data/base/1/112 var/home/postgres.log data-16/PG_VERSION data-16/base/1/112
""".split()
"""Of homes with visible names: the project itself, one with a key, one without (JWT_SECRET), and moved data of one."""


def deploy(folder: Path, **environment: str) -> tuple[int, str]:
    """Run it in the folder, with these settings alone; return the exit code and what it printed."""
    unset = dict.fromkeys((name.upper() for name in Settings.model_fields), "")
    output = folder.parent / f"output-{secrets.token_hex(4)}"
    return run_command("taskchat_app.deploy", output=output, folder=folder, **unset | environment)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of_project(tmp_path_factory.mktemp("deployed") / "taskchat")
    for name in (".taskchat", "tests"):
        (folder / name).mkdir()
        (folder / name / "secret").write_text("stays here")
    for name in ("secret.backup", "taskchat_app/secret.backup.part"):
        (folder / name).write_text("stays here")
    for name in HOMES_FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("stays here")
    return folder


def test_each_missing_thing_and_each_unusable_value_is_one_line(project: Path):
    code, printed = deploy(project, HOME=str(project / "home"))  # where nobody is signed in
    assert code == 1
    assert [line.partition(":")[0] for line in printed.splitlines()] == list(READY)
    for changed, line in (
        ({"PUBLIC_URL": "http://my-tasks.reflex.run"}, "PUBLIC_URL: use an https:// address"),
        ({"JWT_SECRET": "short"}, "JWT_SECRET: use at least 32 bytes"),
        ({"DATABASE_URL": "mysql://db/x"}, "DATABASE_URL: use a postgresql:// URL"),
    ):
        code, printed = deploy(project, **(READY | changed))
        assert code == 1
        (only,) = printed.splitlines()
        assert only.startswith(line)


def is_private(name: str) -> bool:
    """Return whether a file must not be uploaded: one that `project` plants, or a backup, or a test."""
    is_planted = name in HOMES_FILES or Path(name).name.split(".")[0] == "secret"
    return is_planted or name.startswith((".taskchat", "tests"))


def test_the_cli_uploads_page_and_api_with_the_settings_as_secrets(project: Path):
    with control_plane(READY["PUBLIC_URL"], API) as plane:
        own = {"HOME": str(project / "home"), "REFLEX_CLOUD_BACKEND_URL": plane.origin}
        code, printed = deploy(project, **READY, **own, CHAT_DAILY_LIMIT="7", PORT="4000")
    assert code == 0, printed[-6000:]
    assert json.loads(plane.form["secrets"]) == {
        **{name: READY[name] for name in ("PUBLIC_URL", "DATABASE_URL", "JWT_SECRET")},
        "CHAT_DAILY_LIMIT": "7",
    }
    backend = set(zipfile.ZipFile(io.BytesIO(plane.archives["backend"])).namelist())
    needed = "rxconfig.py requirements.txt requirements.lock alembic.ini taskchat_app/taskchat_app.py"
    assert set(needed.split()) <= backend
    assert [name for name in backend if is_private(name)] == []
    page = zipfile.ZipFile(io.BytesIO(plane.archives["frontend"]))
    assert "index.html" in page.namelist()
    scripts = b"".join(page.read(name) for name in page.namelist() if name.endswith(".js"))
    assert API.encode() in scripts
    assert SECRET.encode() not in scripts
    assert not (project / ".web-prod-3000").exists()


FIELD = "    password_hash: str\n"
ADDED = '    nickname: str = Field(default="", sa_column_kwargs={"server_default": ""})\n'


def reflex_db(project: Path, *arguments: str) -> str:
    """Run it in the project, on the embedded Postgres of its own home; return what it printed."""
    output = project.parent / f"output-{secrets.token_hex(4)}"
    command = ("reflex", "db", *arguments)
    code, printed = run_command(*command, output=output, folder=project, TASKCHAT_HOME=str(project / "home"))
    assert code == 0, printed
    return printed


def state_of_last(project: Path) -> tuple[str, str]:
    """Return the mark of the last revision in `reflex db status`, and the name of its file."""
    mark, revision = re.findall(r"\[(.)\] (\w+)", reflex_db(project, "status"))[-1]
    [file] = [path for path in (project / "alembic" / "versions").glob("*.py") if revision in path.read_text()]
    return mark, file.name


def test_a_changed_model_is_migrated(tmp_path: Path):
    project = copy_of_project(tmp_path / "taskchat")
    empty_database.provide(project / "home")
    models = project / "taskchat_app" / "domain" / "storage" / "models.py"
    versions = project / "alembic" / "versions"
    before = set(versions.glob("*.py"))
    models.write_text(models.read_text().replace(FIELD, FIELD + ADDED, 1))
    reflex_db(project, "makemigrations", "--message", "nicknames")
    [made] = set(versions.glob("*.py")) - before
    assert "sa.Column('nickname'" in made.read_text()
    assert state_of_last(project) == ("✗", made.name)
    reflex_db(project, "migrate")
    assert state_of_last(project) == ("✓", made.name)
