"""`reflex db`: makes a migration of a changed model, applies it and lists it."""

import re
import secrets
from pathlib import Path

import pytest

from tests import empty_database
from tests.running.support.reflex_run import copy_of_project
from tests.serving import run_command

pytestmark = pytest.mark.soak

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
