"""The exported page and API on two sites, as on foreign hosts: a user registers, chats, reloads and signs out."""

import secrets
from pathlib import Path

import pytest

from tests.failures.support.postgres import Postgres
from tests.running.exported import ExportedApi, export, installing, static_pages
from tests.running.reflex_run import copy_of_project
from tests.running.test_reflex_run import Meet, use_all_pages
from tests.running.test_reflex_run import meet as meet
from tests.serving import free_port
from tests.ui.conftest import browser as browser
from tests.ui.visitor import Visitor

DEBIAN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
"""The programs of Debian's Postgres; where it is not installed, ours are used."""
pytestmark = pytest.mark.timeout(400)


async def test_the_exported_page_works_with_an_api_on_another_site(meet: Meet, tmp_path: Path):
    project, page_port = copy_of_project(tmp_path / "taskchat"), free_port()
    for name in (".taskchat", "tests"):
        (project / name).mkdir()
        (project / name / "secret").write_text("stays here")
    exported = tmp_path / "exported"
    clean = tmp_path / "venv"
    with Postgres(DEBIAN) as postgres:
        database = {"DATABASE_URL": postgres.url, "JWT_SECRET": secrets.token_hex(32)}
        api = ExportedApi(exported / "api", page_port, clean, **database)
        with installing(project / "requirements.txt", clean):
            export(project, exported, page_port, api.api, "tests")
        assert [path for path in exported.rglob("*") if path.name == "secret"] == []
        assert not (exported / "page" / "taskchat_app").exists()
        assert not list((exported / "api").rglob("*.html"))
        with static_pages(exported / "page", page_port), api:
            await use_both_sites(await meet(api))
        assert not api.has_home


async def use_both_sites(visitor: Visitor) -> None:
    await use_all_pages(visitor)
    (cookie,) = await visitor.context.cookies()
    assert (cookie.get("domain"), cookie.get("sameSite"), cookie.get("secure")) == ("api.localhost", "None", True)
    assert cookie.get("partitionKey") == "http://page.localhost"
    await visitor.page.goto("about:blank")
