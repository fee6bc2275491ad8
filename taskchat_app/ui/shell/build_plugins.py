"""Reflex plugins that add files to the page's build: Radix's theme, sentences, and limits of the server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx

from taskchat_app.domain.attachments.attachments import FILE_MAX_BYTES, PER_MESSAGE_MAX
from taskchat_app.ui.i18n.browser_messages import browser_catalogue, browser_words
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
    """Writes the sentences of all languages, for `assets/page/core/language.js`, and their names, for all scripts."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        return [(Path("utils/sentences.js"), browser_catalogue()), (Path("utils/words.js"), browser_words())]


class Limits(rx.plugins.Plugin):
    """Writes limits of the server that the page checks first, which `assets/page/chat/draft_files.js` imports."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        limits = {"FILE_MAX_BYTES": FILE_MAX_BYTES, "FILES_MAX": PER_MESSAGE_MAX}
        lines = (f"export const {name} = {value};\n" for name, value in limits.items())
        return [(Path("utils/limits.js"), "".join(lines))]
