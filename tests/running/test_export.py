"""The exported page and API on two sites: a user registers, chats, reloads and signs out."""

from pathlib import Path

import pytest

from tests.running.exported import ExportedApi, export, static_pages
from tests.running.reflex_run import copy_of_project
from tests.running.test_reflex_run import Meet, use_all_pages
from tests.running.test_reflex_run import meet as meet
from tests.serving import free_port
from tests.ui.conftest import browser as browser

pytestmark = pytest.mark.timeout(400)


async def test_the_exported_page_works_with_an_api_on_another_site(meet: Meet, tmp_path: Path):
    project, page_port = copy_of_project(tmp_path / "taskchat"), free_port()
    for name in (".taskchat", "tests"):
        (project / name).mkdir()
        (project / name / "secret").write_text("stays here")
    exported = tmp_path / "exported"
    api = ExportedApi(exported / "api", page_port)
    export(project, exported, page_port, api.api, "tests")
    assert [path for path in exported.rglob("*") if path.name == "secret"] == []
    assert not (exported / "page" / "taskchat_app").exists()
    assert not list((exported / "api").rglob("*.html"))
    with static_pages(exported / "page", page_port), api:
        visitor = await meet(api)
        await use_all_pages(visitor)
        (cookie,) = await visitor.context.cookies()
        assert (cookie.get("domain"), cookie.get("sameSite"), cookie.get("secure")) == ("api.localhost", "None", True)
        assert cookie.get("partitionKey") == "http://page.localhost"
        await visitor.page.goto("about:blank")
