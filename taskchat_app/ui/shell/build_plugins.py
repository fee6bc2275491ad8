"""Reflex plugins that add files to the page's build: Radix's theme, sentences, and limits of the server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx

from taskchat_app.domain.attachments.attachments import FILE_MAX_BYTES, PER_MESSAGE_MAX
from taskchat_app.ui.i18n.browser_messages import browser_catalogue, browser_words
from taskchat_app.ui.shell.head import RADIX_SHEETS, theme


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


class Constants(rx.plugins.Plugin):
    """Writes what the page's scripts import of the server's code: sentences, their names, and limits to check first."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        limits = f"export const FILE_MAX_BYTES = {FILE_MAX_BYTES};\nexport const FILES_MAX = {PER_MESSAGE_MAX};\n"
        modules = {"sentences": browser_catalogue(), "words": browser_words(), "limits": limits}
        return [(Path("utils", f"{name}.js"), script) for name, script in modules.items()]
