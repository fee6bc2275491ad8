# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].
"""What stands in the head of every page: how it fits a screen, its icons, and what a browser installs it from."""

import json
from pathlib import Path

import reflex as rx

from taskchat_app.ui.said import ENGLISH, LANGUAGES
from taskchat_app.ui.style import GROUNDS

# The keyboard of a phone takes its room from the page, so that the composer stays above it.
VIEWPORT = "width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"

FIRST_WORDS = Path(__file__).parents[2] / "assets/page/first_words.js"


def head() -> list[rx.Component]:
    return [
        rx.el.meta(name="viewport", content=VIEWPORT),
        rx.el.script(_first_words()),
        # As the system says, until the page is awake and knows what the person chose.
        *(
            rx.el.meta(name="theme-color", content=ground, custom_attrs={"media": f"(prefers-color-scheme: {mode})"})
            for mode, ground in GROUNDS.items()
        ),
        rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
    ]


def _first_words() -> str:
    """The page is drawn in English: this is what those see of it first who read another language."""
    return f"{FIRST_WORDS.read_text()}({json.dumps(list(LANGUAGES))}, {json.dumps(ENGLISH)});"
