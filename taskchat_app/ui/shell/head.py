"""Elements of the page's head: viewport, icons, initial language, account of the tab."""

import json
from pathlib import Path

import reflex as rx

from taskchat_app.i18n.catalogue import LANGUAGES
from taskchat_app.i18n.messages import ENGLISH
from taskchat_app.ui.shell.stylesheets import GROUNDS

# A phone's keyboard shrinks the page, so that the composer stays visible above it.
VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"

SCRIPTS = Path(__file__).parents[3] / "assets/page/shell"
INITIAL_LANGUAGE, OPENING_ACCOUNT = SCRIPTS / "initial_language.js", SCRIPTS / "opening_account.js"


def head() -> list[rx.Component]:
    return [
        rx.el.meta(name="viewport", content=VIEWPORT),
        # Sets the reader's language before the first paint; pages are prerendered in English.
        rx.el.script(f"{INITIAL_LANGUAGE.read_text()}({json.dumps(list(LANGUAGES))}, {json.dumps(ENGLISH)});"),
        rx.el.script(OPENING_ACCOUNT.read_text()),
        # The colour of the browser's bars in the system's theme, until hydration applies the user's choice. Reflex sets
        # the theme of the page before the first paint (preload_color_theme).
        *(
            rx.el.meta(name="theme-color", content=ground, custom_attrs={"media": f"(prefers-color-scheme: {mode})"})
            for mode, ground in GROUNDS.items()
        ),
        rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
    ]
