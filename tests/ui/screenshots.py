"""The picture of the README: `python -m tests.ui.screenshots` makes docs/screenshot.png anew."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from playwright.async_api import async_playwright, expect

from tests.serving import PROJECT, Server
from tests.standin import Standin, call, calls, text
from tests.standin.replies import Reply
from tests.ui.visitor import PASSWORD, Visitor

PICTURE = PROJECT / "docs" / "screenshot.png"
SIZE = {"width": 1280, "height": 800}
TASKS = (
    "Water the plants every sunday #home",
    "Renew passport !high",
    "Pay rent every month on the 1st #home",
    "Book the hotel in Lisbon #travel",
    "Read “The Overstory” !low",
    "Prepare slides for Monday's review !high #work",
    "Return the library books",
)
EARLIER = ("Plan the week", "What is overdue?", "Ideas for mum's birthday")


async def main(picture: Path = PICTURE) -> None:
    with Standin() as standin, Server(GEMINI_API_KEY=standin.api_key, GEMINI_BASE_URL=standin.base_url) as server:
        standin.script([*(text("Done.") for _ in EARLIER), *_conversation()])
        token = await _register(server)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            context = await browser.new_context(viewport=SIZE, color_scheme="light")  # pyright: ignore[reportArgumentType]
            await context.add_cookies([{"name": "auth_token", "value": token, "url": server.origin, "httpOnly": True}])
            person = Visitor(server, context, await context.new_page(), token)
            await _play(person)
            await person.page.mouse.move(0, 0)
            await person.page.wait_for_timeout(2000)  # glows and carets are over
            await person.page.screenshot(path=picture)
            await browser.close()


def _conversation() -> list[Reply]:
    friday = (datetime.now(UTC) + timedelta(days=(4 - datetime.now(UTC).weekday()) % 7 or 7)).date().isoformat()
    return [
        calls(
            call("create_task", {"title": "Call the dentist", "due_date": f"{friday}T09:00"}),
            call("complete_task", {"task_id": 7}),
        ),
        text("#8 Call the dentist is due on Friday at 09:00, and #7 is done."),
        calls(call("bulk_delete_tasks", {"task_ids": [4, 5]})),
        text("These two look like they can wait for another year."),
    ]


async def _play(person: Visitor) -> None:
    """What has happened by the time of the picture."""
    await person.open("/")
    for number, task in enumerate(TASKS, 1):
        await person.add_task(task)
        await expect(person.tasks).to_have_count(number)
    for sentence in EARLIER:
        await person.open("/")
        await person.say(sentence)
        await person.hear("Done.")
    await person.open("/")
    await person.say("Remind me to call the dentist on Friday at 9 and mark the library books as done")
    await person.hear("is done")
    await person.say("Drop the hotel and the novel")
    await person.hear("another year")


async def _register(server: Server) -> str:
    body = {"email": "ada@example.org", "password": PASSWORD, "timezone": "UTC"}
    async with httpx.AsyncClient(base_url=server.origin) as client:
        answer = await client.post("/api/auth/register", json=body)
    return answer.raise_for_status().json()["token"]


if __name__ == "__main__":
    asyncio.run(main())
