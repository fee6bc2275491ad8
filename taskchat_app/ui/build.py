"""What the build of the page needs beyond Reflex's own: a stylesheet with the tokens, and / drawn in advance."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx
from typing_extensions import Unpack

from taskchat_app.ui.style import token_sheet

PRERENDERED = ("/", "/login", "/register")
ROUTER_CONFIG = "react-router.config.js"


class Stylesheet(rx.plugins.Plugin):
    """Writes the tokens into the page's styles, so that they are there with the first paint."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path("styles/tokens.css"), token_sheet())]

    def get_stylesheet_paths(self, **context: Any) -> Sequence[str]:
        return ["./tokens.css"]


class Prerender(rx.plugins.Plugin):
    """Has / drawn at build time too: Reflex leaves out routes with arguments, even where these are optional.

    Without it the router finds another page than it expects at /, and loads everything a second time.
    """

    def pre_compile(self, **context: Unpack[rx.plugins.PreCompileContext]) -> None:
        context["add_modify_task"](ROUTER_CONFIG, _with_paths)


def _with_paths(config: str) -> str:
    paths = ", ".join(f'"{path}"' for path in PRERENDERED)
    return config.replace('"prerender": true', f'"prerender": [{paths}]')
