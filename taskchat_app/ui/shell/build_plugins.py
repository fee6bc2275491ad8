"""Reflex plugins for the page's build: tokens, sentences, theme, routes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx
from typing_extensions import Unpack

from taskchat_app.ui.core.style import token_sheet
from taskchat_app.ui.i18n.lazy_strings import catalogue

PRERENDERED = ("/", "/login", "/register", "/settings")
ROUTER_CONFIG = "react-router.config.js"
VITE_CONFIG = "vite.config.js"
POSTCSS_CONFIG = "postcss.config.js"
ROOT_THEME = "postcss-root-theme.js"
ROOT_THEME_PLUGIN = r"""// Names the theme of the root element by its own class.
const SEARCH = /:root:where\(:has\(\.radix-themes\[data-is-root-theme=(["']?)true\1\]:where\(([^()]*)\)\)\)/g;
const plugin = () => ({
  postcssPlugin: "root-theme",
  Rule(rule) {
    if (rule.selector.includes(":root:where(:has(")) rule.selector = rule.selector.replace(SEARCH, ":root:where($2)");
  },
});
plugin.postcss = true;
export default plugin;
"""


class Stylesheet(rx.plugins.Plugin):
    """Writes the tokens into the page's styles, so that they are there with the first paint."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path("styles/tokens.css"), token_sheet())]

    def get_stylesheet_paths(self, **context: Any) -> Sequence[str]:
        return ["./tokens.css"]


class Sentences(rx.plugins.Plugin):
    """Writes the sentences of all languages to where `assets/page/core/language.js` finds them."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path("utils/sentences.js"), catalogue())]


class RootTheme(rx.plugins.Plugin):
    """Keeps the browser from searching the whole page for its theme with each change of the page.

    Radix has light and dark for the root element in rules with `:has()`, which a browser decides anew when an element
    comes or goes. Reflex gives the root element a class for its theme, which says the same and is found at once.
    """

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path(ROOT_THEME), ROOT_THEME_PLUGIN)]

    def pre_compile(self, **context: Unpack[rx.plugins.PreCompileContext]) -> None:
        context["add_modify_task"](POSTCSS_CONFIG, _with_root_theme)


class Routes(rx.plugins.Plugin):
    """Has / drawn at build time too.

    Reflex draws no route with arguments, even where these are optional; but then the router finds another page than it
    expects at /, and loads everything a second time.
    """

    def pre_compile(self, **context: Unpack[rx.plugins.PreCompileContext]) -> None:
        context["add_modify_task"](ROUTER_CONFIG, _with_paths)
        context["add_modify_task"](VITE_CONFIG, _with_web_folders)


def _with_root_theme(config: str) -> str:
    if ROOT_THEME in config:
        return config
    return config.replace('"postcss-import": {},', f'"postcss-import": {{}},\n    "./{ROOT_THEME}": {{}},', 1)


def _with_paths(config: str) -> str:
    return config.replace('"prerender": true', f'"prerender": {json.dumps(PRERENDERED)}')


def _with_web_folders(config: str) -> str:
    """Have the page server leave alone what Reflex writes beside the page; Reflex names its default folder alone."""
    return config.replace("**/.web/", "**/.web*/")
