"""The page's stylesheets, Radix' theme, and its head: viewport, icons, initial language, account of the tab."""

import json
from pathlib import Path

import reflex as rx

from taskchat_app.i18n.catalogue import LANGUAGES
from taskchat_app.i18n.messages import ENGLISH

SHEETS = (
    "styles/tokens.css",
    "styles/base.css",
    "styles/shell.css",
    "styles/conversations.css",
    "styles/chat.css",
    "styles/tasks.css",
    "styles/selection.css",
    "styles/detail.css",
    "styles/reminders.css",
    "styles/sign_in.css",
    "styles/settings.css",
    "styles/embed.css",
    "styles/command_palette.css",
    "styles/touch.css",
    "styles/forced_colors.css",
    "styles/print.css",
)
"""Stylesheets in `assets/`; all use the tokens of the first."""

RADIX_SHEETS = tuple(
    f"@radix-ui/themes/tokens/{sheet}.css"
    for sheet in ("colors/gray", "colors/slate", "colors/iris", "colors/red", "colors/green", "colors/amber", "base")
)
"""The parts of Radix's stylesheet that define what our tokens refer to."""

GROUNDS = {"light": "#ffffff", "dark": "#111113"}
"""`ground` for the browser's own bars, which cannot use tokens: Radix' slate in light and dark."""


def theme() -> rx.Component:
    return rx.theme(
        accent_color="iris", gray_color="slate", radius="medium", panel_background="solid", has_background=False
    )


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
