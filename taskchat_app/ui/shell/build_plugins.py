"""Reflex plugins that add files to the page's build: Radix's theme and sentences."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx

from taskchat_app.ui.i18n.browser_messages import browser_catalogue
from taskchat_app.ui.shell.stylesheets import RADIX_SHEETS, theme


class RadixTheme(rx.plugins.RadixThemesPlugin):
    """Adds Radix's theme without its components, of which the page uses none.

    By default, Reflex adds the styles of all, and their code, for components that arrive over the socket.
    """

    def __init__(self) -> None:
        super().__init__(theme=theme())

    def get_stylesheet_paths(self, **context: Any) -> tuple[str, ...]:
        return RADIX_SHEETS

    def get_frontend_dependencies(self, **context: Any) -> tuple[str, ...]:
        return ()


class Sentences(rx.plugins.Plugin):
    """Writes the sentences of all languages, which `assets/page/core/language.js` imports."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path("utils/sentences.js"), browser_catalogue())]
