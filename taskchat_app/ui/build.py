"""What the build of the page needs beyond Reflex's own: a stylesheet with the tokens, and a few routes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx
from reflex_base.config import get_config
from typing_extensions import Unpack

from taskchat_app.ui.said import catalogue
from taskchat_app.ui.style import token_sheet

PRERENDERED = ("/", "/login", "/register", "/settings")
ROUTER_CONFIG = "react-router.config.js"
VITE_CONFIG = "vite.config.js"
PROXIED = ("/api", "/auth")


class Stylesheet(rx.plugins.Plugin):
    """Writes the tokens into the page's styles, so that they are there with the first paint."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path("styles/tokens.css"), token_sheet())]

    def get_stylesheet_paths(self, **context: Any) -> Sequence[str]:
        return ["./tokens.css"]


class Sentences(rx.plugins.Plugin):
    """Writes the sentences of all languages to where `assets/page/language.js` finds them."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path("utils/sentences.js"), catalogue())]


class Routes(rx.plugins.Plugin):
    """Has / drawn at build time too, and the two-port development server pass on what the API answers.

    Reflex draws no route with arguments, even where these are optional; but then the router finds another page than it
    expects at /, and loads everything a second time.
    """

    def pre_compile(self, **context: Unpack[rx.plugins.PreCompileContext]) -> None:
        context["add_modify_task"](ROUTER_CONFIG, _with_paths)
        context["add_modify_task"](VITE_CONFIG, _with_proxy)


def _with_paths(config: str) -> str:
    return config.replace('"prerender": true', f'"prerender": {json.dumps(PRERENDERED)}')


def _with_proxy(config: str) -> str:
    backend = get_config().api_url
    return config.replace("server: {", f"server: {{\n    proxy: {json.dumps(dict.fromkeys(PROXIED, backend))},", 1)
