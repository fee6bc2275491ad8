"""A failed start: one line with the reason, an exit code, no stack trace."""

import secrets
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from taskchat_app.config import Settings, settings
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.database import DatabaseUnusable
from tests.serving import PROJECT, run_command

SECRET = "0123456789abcdef0123456789abcdef"


def run(tmp_path: Path, *options: str, **environment: str) -> tuple[int, str]:
    """Run `reflex run`; return the exit code and the only line of the output that is none of Reflex's own headings."""
    home = {"TASKCHAT_HOME": str(tmp_path / "home"), "REFLEX_WEB_WORKDIR": str(tmp_path / "web")}
    output = tmp_path / f"output-{secrets.token_hex(4)}"
    command = ("reflex", "run", *(options or ("--env", "prod")))
    code, printed = run_command(*command, output=output, folder=PROJECT, **home | {"JWT_SECRET": SECRET} | environment)
    headings = ("─", "Info: ", "Success: ")
    [line] = [line for line in printed.splitlines() if line and not line.startswith(headings)]
    return code, line


def is_said(part: str, line: str) -> bool:
    return line.startswith(part) if part.startswith("taskchat cannot start") else part in line


def closed_port(stack: ExitStack) -> int:
    """Return a port that is taken, but on which nobody listens."""
    silent = stack.enter_context(socket.socket())
    silent.bind(("127.0.0.1", 0))
    return silent.getsockname()[1]


@pytest.mark.soak
def test_a_failed_start_is_one_line_that_says_what_to_change(tmp_path: Path):
    with ExitStack() as stack:
        closed = closed_port(stack)
        redis = f"Redis cannot be reached (Error 111 connecting to 127.0.0.1:{closed}. Connection refused)"
        # options, environment, and a part of the line
        cases: list[tuple[str, dict[str, str], str]] = [
            ("", {"PORT": "many"}, "taskchat cannot start. PORT"),
            ("", {"HOST": "203.0.113.5"}, "taskchat cannot start. HOST"),
            ("--single-port", {}, "--env=PROD"),
            ("--frontend-only --backend-only", {}, "both --frontend-only and --backend-only"),
            ("--backend-only --frontend-port 4000", {}, "Leave it out; PORT or PUBLIC_URL"),
            ("--frontend-only --backend-port 4000", {}, "Leave it out; REFLEX_API_URL"),
            ("--env prod --frontend-port 4000 --backend-port 5000", {}, "Give one of the two"),
            ("--frontend-port 4000 --backend-port 4000", {}, "serve both on one port with --env prod"),
            (
                "",
                {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{closed}/none"},
                "taskchat cannot start. The database cannot be reached (",
            ),
            (
                "",
                {"REDIS_URL": f"redis://:secret@127.0.0.1:{closed}"},
                f"taskchat cannot start. {redis}. Check REDIS_URL and that Redis is running.",
            ),
        ]
        ran = [(*run(tmp_path, *options.split(), **more), part) for options, more, part in cases]
    assert [(code, line, part) for code, line, part in ran if code != 1 or not is_said(part, line)] == []
    assert ran[-1][1] == cases[-1][2], "no password"


def test_a_taken_port_is_one_line_and_nothing_is_built(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        ran = {env: run(tmp_path, "--env", env, PORT=str(port)) for env in ("dev", "prod")}
    for code, line in ran.values():
        assert code == 1
        assert f"PORT {port}: cannot listen there: Address already in use. Choose another port" in line
    assert not (tmp_path / "web").exists()


@pytest.mark.soak
def test_a_user_without_a_writable_home_needs_no_setting(tmp_path: Path):
    _, line = run(tmp_path, HOME="/dev/null", REDIS_URL="redis://127.0.0.1:1")
    # Reflex has used its folder by then
    assert line.startswith("taskchat cannot start. Redis cannot be reached (")
    assert (tmp_path / "home" / "reflex").is_dir()


@pytest.mark.soak
def test_without_any_writable_folder_the_line_names_the_variable(tmp_path: Path):
    code, line = run(tmp_path, HOME="/dev/null", TASKCHAT_HOME="/dev/null")
    assert code == 1
    assert line.startswith("taskchat cannot start. REFLEX_DIR: set it to a folder ")


@pytest.mark.usefixtures("postgres")
class TestExternalDatabase:
    """Uses additional databases on the Postgres of the test run."""

    def create(self, name: str, options: str) -> Settings:
        engine = create_engine(database.database_url(settings()), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(text(f"CREATE DATABASE {name} {options} TEMPLATE template0"))
        query = {"host": engine.url.query["host"], "port": engine.url.query["port"]}
        url = engine.url.set(database=name, query=query)
        return settings().model_copy(update={"database_url": url.render_as_string(hide_password=False)})

    def test_a_database_that_is_not_utf8_is_rejected(self):
        external = self.create("ascii", "ENCODING 'SQL_ASCII' LOCALE 'C'")
        with pytest.raises(DatabaseUnusable, match=r"encoded in SQL_ASCII.* ENCODING 'UTF8' TEMPLATE template0$"):
            database.migrate(external)

    def test_a_login_that_may_not_create_tables_is_told_to_own_the_database(self):
        external = self.create("others", "ENCODING 'UTF8'")
        engine = create_engine(database.database_url(external), poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("CREATE ROLE guest LOGIN"))
        guest = engine.url.set(username="guest").render_as_string(hide_password=False)
        with pytest.raises(DatabaseUnusable, match=r"\(permission denied for schema public\)\. Make it the .* owner: "):
            database.migrate(external.model_copy(update={"database_url": guest}))
        with engine.begin() as connection:
            connection.execute(text("ALTER DATABASE others OWNER TO guest"))
        database.migrate(external.model_copy(update={"database_url": guest}))

    def test_a_search_path_without_a_schema_is_told_where_it_is_set(self):
        external = self.create("schemaless", "ENCODING 'UTF8'")
        url = f"{external.database_url}&options=-csearch_path%3Dnosuch"
        with pytest.raises(
            DatabaseUnusable, match=r"^The search_path .* schema .*\. Check the options of DATABASE_URL"
        ):
            database.migrate(external.model_copy(update={"database_url": url}))

    def test_a_database_of_a_newer_taskchat_is_rejected_and_not_changed(self):
        external = self.create("newer", "ENCODING 'UTF8'")
        database.migrate(external)
        engine = create_engine(database.database_url(external), poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'ffffffffffff'"))
        with pytest.raises(DatabaseUnusable, match=r"^The database was made by a newer taskchat than this one"):
            database.migrate(external)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "ffffffffffff"
            assert connection.execute(text("SELECT count(*) FROM tasks")).scalar_one() == 0
