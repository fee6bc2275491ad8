"""Export and import on the settings page."""

import json
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Locator, expect

from tests.ui.visitor import Visit, Visitor

TODOIST = "TYPE,CONTENT,PRIORITY,INDENT,DATE\ntask,Milk,1,1,tomorrow\ntask,Odd,4,1,when pigs fly\nsection,Home,,,\n"


async def choose(section: Locator, name: str, kind: str, text: str) -> None:
    file = FilePayload(name=name, mimeType=kind, buffer=text.encode())
    await section.get_by_label("File to import").set_input_files(file)


async def zone_of(visitor: Visitor) -> str:
    return (await visitor.api("GET", "/api/auth/me")).json()["user"]["timezone"]


async def test_a_file_of_settings_and_a_previewed_one_of_tasks_are_imported_and_undone(visitor: Visitor):
    section = (await visitor.open_tab("/settings")).page.get_by_role("region", name="Your data")
    await expect(section).to_contain_text("MB of 1 GB used.")
    before = await zone_of(visitor)
    settings = {"format": "taskchat", "version": 1, "settings": {"timezone": "Pacific/Apia"}}
    await choose(section, "export.json", "application/json", json.dumps(settings))
    await section.get_by_role("button", name="Show what comes").click()
    await section.get_by_role("button", name="Import", exact=True).click()
    await expect(section.get_by_role("button", name="Undo the import")).to_be_visible()
    assert await zone_of(visitor) == "Pacific/Apia"
    await section.get_by_role("button", name="Undo the import").click()
    await expect(section.get_by_role("button", name="Undo the import")).to_have_count(0)
    assert await zone_of(visitor) == before

    await choose(section, "project.csv", "text/csv", TODOIST)
    await section.get_by_label("Format").select_option("Todoist (CSV)")
    await section.get_by_role("button", name="Show what comes").click()
    await expect(section.get_by_role("status")).to_have_text("This would come: tasks 2, conversations 0.")
    await expect(section.get_by_role("table", name="Comes differently")).to_contain_text("when pigs fly")
    await expect(section.get_by_role("table", name="Comes", exact=True).get_by_role("row")).to_have_count(2)
    await expect(visitor.tasks).to_have_count(0)
    await section.get_by_role("button", name="Import", exact=True).click()
    await expect(section.get_by_role("status")).to_have_text("Imported: tasks 2, conversations 0.")
    await expect(visitor.tasks).to_have_count(2)
    changes = (await visitor.api("GET", "/api/activity")).json()["changes"]
    assert {change["actor"] for change in changes} == {"person"}
    await section.get_by_role("button", name="Undo the import").click()
    await expect(section.get_by_role("status")).to_have_text("Tasks taken back: 2.")
    await expect(visitor.tasks).to_have_count(0)


@pytest.mark.soak
async def test_a_preview_has_the_accounts_zone_all_is_downloaded_a_wrong_file_refused(visit: Visit, tmp_path: Path):
    visitor = await visit("Milk", timezone_id="Europe/Berlin", at="/settings")
    await visitor.api("PATCH", "/api/auth/me", json={"timezone": "America/New_York"})
    page = visitor.page
    section = page.get_by_role("region", name="Your data")
    await choose(section, "tasks.csv", "text/csv", "title,due_at,rrule\nRent,2031-05-01,FREQ=MONTHLY\n")
    await section.get_by_role("button", name="Show what comes").click()
    comes = section.get_by_role("table", name="Comes", exact=True)
    await expect(comes.get_by_role("cell")).to_have_text("Rent · 01/05/2031 · FREQ=MONTHLY")
    async with page.expect_download() as coming:
        await section.get_by_role("button", name="Export everything").click()
    download = await coming.value
    await download.save_as(tmp_path / "export.json")
    assert json.loads((tmp_path / "export.json").read_text())["tasks"][0]["title"] == "Milk"
    assert download.suggested_filename.startswith("taskchat-")
    await section.get_by_label("File to import").set_input_files(tmp_path / "export.json")
    await section.get_by_role("button", name="Show what comes").click()
    await expect(section.get_by_role("table", name="Does not come")).to_contain_text("#1 “Milk” is here already.")
    await section.get_by_label("Format").select_option("Calendar (ICS)")
    await section.get_by_role("button", name="Show what comes").click()
    await expect(section.get_by_role("alert")).to_contain_text("This is no iCalendar file")
    visitor.ignore_errors("422")
