"""The script of a stand-in for the ChatKit widget, whose own comes from its vendor's network."""

from pathlib import Path

from playwright.async_api import BrowserContext

SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("thread_state.js", "chatkit.js"))
SCRIPT_URL = "https://cdn.platform.openai.com/deployments/chatkit/chatkit.js"


async def serve_widget(context: BrowserContext) -> None:
    """Answer the request for the widget's script with the stand-in's."""
    script = "\n".join(path.read_text() for path in SCRIPTS)
    await context.route(SCRIPT_URL, lambda route: route.fulfill(body=script, content_type="text/javascript"))


async def refuse_widget(context: BrowserContext) -> None:
    """Let the request for the widget's script fail, as without the internet."""
    await context.route(SCRIPT_URL, lambda route: route.abort("connectionrefused"))
