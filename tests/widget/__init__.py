"""The script of a stand-in for the ChatKit widget, whose own comes from its vendor's network."""

from pathlib import Path

from playwright.async_api import Page

SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("thread_state.js", "chatkit.js"))
SCRIPT_URL = "https://cdn.platform.openai.com/deployments/chatkit/chatkit.js"


async def serve_widget(page: Page) -> None:
    """Answer the request for the widget's script with the stand-in's."""
    script = "\n".join(path.read_text() for path in SCRIPTS)
    await page.route(SCRIPT_URL, lambda route: route.fulfill(body=script, content_type="text/javascript"))


async def refuse_widget(page: Page) -> None:
    """Let the request for the widget's script fail, as without the internet."""
    await page.route(SCRIPT_URL, lambda route: route.abort("connectionrefused"))
