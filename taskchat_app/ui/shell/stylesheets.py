"""Stylesheets and the Radix theme."""

import reflex as rx

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
