"""The exported page and API on two sites, as on foreign hosts: a user registers, chats, sends files, dictates, exports,
imports, reloads and signs out."""

import json
import re
import secrets
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.failures.support.postgres import Postgres
from tests.pictures import photo
from tests.running.support.exported import ExportedApi, export, installing, static_pages
from tests.running.support.reflex_run import copy_of_project
from tests.running.test_reflex_run import Meet, use_all_pages
from tests.running.test_reflex_run import meet as meet
from tests.serving import free_port
from tests.standin import Standin, call, calls, text
from tests.ui.chat.test_attachments import chips, choose, hand_over
from tests.ui.chat.test_dictation import dictate
from tests.ui.conftest import browser_with_microphone as browser  # noqa: F401 -- `meet` takes it
from tests.ui.visitor import Visitor

DEBIAN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
"""The programs of Debian's Postgres; where it is not installed, ours are used."""
pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]


async def test_the_exported_page_works_with_an_api_on_another_site(meet: Meet, tmp_path: Path):
    project, page_port = copy_of_project(tmp_path / "taskchat"), free_port()
    for name in (".taskchat", "tests"):
        (project / name).mkdir()
        (project / name / "secret").write_text("stays here")
    (project / "secret.backup").write_text("stays here")
    exported = tmp_path / "exported"
    clean = tmp_path / "venv"
    with Postgres(DEBIAN) as postgres, Standin() as model:
        settings = {"DATABASE_URL": postgres.url, "JWT_SECRET": secrets.token_hex(32), **model.settings}
        model.script([calls(call("create_task", {"title": "Buy milk"})), text("Buy milk it is."), text("I see.")])
        api = ExportedApi(exported / "api", page_port, clean, **settings)
        with installing(project / "requirements.txt", clean):
            export(project, exported, page_port, api.api, "tests")
        assert [path for path in exported.rglob("*") if path.stem == "secret"] == []
        assert not (exported / "page" / "taskchat_app").exists()
        assert not list((exported / "api").rglob("*.html"))
        with static_pages(exported / "page", page_port), api:
            visitor = await meet(api)
            await use_both_sites(visitor)
            await send_files(visitor)
            model.script([text("Call Anna.")])
            await visitor.context.grant_permissions(["microphone"], origin=visitor.server.origin)
            await dictate(visitor)
            await expect(visitor.message_box).to_have_value("Call Anna.")
            await export_and_import(visitor, tmp_path)
            await visitor.page.goto("about:blank")
        assert not api.has_home


async def use_both_sites(visitor: Visitor) -> None:
    await use_all_pages(visitor)
    (cookie,) = await visitor.context.cookies()
    assert (cookie.get("domain"), cookie.get("sameSite"), cookie.get("secure")) == ("api.localhost", "None", True)
    assert cookie.get("partitionKey") == "http://page.localhost"


async def send_files(visitor: Visitor) -> None:
    """Drop a picture and choose a text, remove one, send them; they are there after a reload and can be saved."""
    await hand_over(visitor.log, "drop", "whiteboard.png", "image/png", photo("PNG", (400, 300)))
    await choose(visitor, "other.txt", "text/plain", b"bread")
    await choose(visitor, "notes.txt", "text/plain", b"milk")
    await expect(chips(visitor).locator("img")).to_have_count(1)
    await expect(chips(visitor)).to_have_text([re.compile("kB")] * 3)
    async with visitor.page.expect_response(lambda answer: answer.request.method == "DELETE") as deleting:
        await chips(visitor).nth(1).get_by_role("button", name="Remove: other.txt").click()
    assert (await deleting.value).status == 204
    await visitor.ask("What is this?", "I see.")
    await visitor.page.reload()
    said = visitor.user_messages.last
    picture = said.get_by_role("img", name="whiteboard.png")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 400
    async with visitor.page.expect_download() as coming:
        await said.get_by_role("link", name=re.compile("notes.txt")).click()
    saved = await coming.value
    assert (saved.suggested_filename, (await saved.path()).read_bytes()) == ("notes.txt", b"milk")
    await visitor.page.route("**/api/attachments/*", lambda route: route.abort())
    await said.get_by_role("link", name=re.compile("notes.txt")).click()
    await expect(said.get_by_role("alert")).to_contain_text("The server cannot be reached")


async def export_and_import(visitor: Visitor, folder: Path) -> None:
    """Download everything, change it, import it, and undo that."""
    page = visitor.page
    await page.goto(f"{visitor.server.origin}/settings")
    section = page.get_by_role("region", name="Your data")
    async with page.expect_download() as coming:
        await section.get_by_role("button", name="Export everything").click()
    await (await coming.value).save_as(folder / "export.json")
    [task] = json.loads((folder / "export.json").read_text())["tasks"]
    assert task["title"] == "Buy oat milk"
    lines = {"name": "tasks.csv", "mimeType": "text/csv", "buffer": b"title\nBuy bread\nBuy eggs\n"}
    await section.get_by_label("File to import").set_input_files(files=[lines])  # pyright: ignore[reportArgumentType]  # a dict with the keys of FilePayload
    await section.get_by_role("button", name="Show what comes").click()
    await section.get_by_role("button", name="Import", exact=True).click()
    await expect(section.get_by_role("status")).to_have_text("Imported: tasks 2, conversations 0.")
    await section.get_by_role("button", name="Undo the import").click()
    await expect(section.get_by_role("status")).to_have_text("Tasks taken back: 2.")
