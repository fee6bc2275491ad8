"""Design tokens, stylesheets and the Radix theme."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

SHEETS = (
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
)
"""Stylesheets in `assets/`; they use the tokens instead of colours and pixels of their own."""

RADIX_SHEETS = tuple(
    f"@radix-ui/themes/tokens/{sheet}.css"
    for sheet in ("colors/gray", "colors/slate", "colors/iris", "colors/red", "colors/green", "colors/amber", "base")
)
"""The parts of Radix's stylesheet that define what the tokens below refer to."""

TOKENS = {
    # Space in steps of 4.
    "gap-1": "4px",
    "gap-2": "8px",
    "gap-3": "12px",
    "gap-4": "16px",
    "gap-5": "20px",
    "gap-6": "24px",
    "gap-7": "28px",
    "gap-8": "32px",
    "gap-9": "36px",
    "gap-10": "40px",
    "gap-12": "48px",
    # Shape.
    "row": "40px",
    "row-touch": "44px",
    "bar": "52px",
    "tab-bar": "56px",
    "side-width": "248px",
    "list-width": "380px",
    "list-width-narrow": "340px",
    "reading-width": "68ch",
    "form-width": "360px",
    "settings-width": "680px",
    "settings-label": "168px",
    "drawer-width": "288px",
    "composer-width": "720px",
    "palette-width": "600px",
    "palette-height": "440px",
    "suggestion-min": "220px",
    "task-pad": "10px",
    "task-height": "62px",
    "task-height-touch": "52px",
    "edit-width": "148px",
    "filter-name-width": "72px",
    "message-pad": "5px",
    "tick-line": "1.5px",
    "tick-reach": "9px",
    "mark": "18px",
    "select-line": "3px",
    "dot": "8px",
    "hairline": "1px",
    "focus-width": "2px",
    "radius-tiny": "2px",
    "radius-mark": "5px",
    "radius-small": "6px",
    "radius": "10px",
    "radius-large": "18px",
    "radius-round": "999px",
    "composer-max": "200px",
    "file-name": "220px",
    "picture": "200px",
    "details-max": "240px",
    # Type.
    "type-tiny": "12px",
    "type-small": "13px",
    "type-body": "15px",
    "type-input": "16px",
    "type-title": "20px",
    "type-display": "26px",
    "leading": "1.5",
    "leading-row": "1.3",
    "weight": "400",
    "weight-medium": "550",
    "weight-bold": "600",
    # Time.
    "quick": "120ms",
    "slide": "150ms",
    "glow": "1200ms",
    # Colour, from Radix' scales, which have light and dark values.
    "ground": "var(--color-background)",
    "panel": "var(--gray-2)",
    "raised": "var(--color-panel-solid)",
    "hover": "var(--gray-a3)",
    "pressed": "var(--gray-a4)",
    "chosen": "var(--gray-a4)",
    "bubble": "var(--gray-3)",
    "line": "var(--gray-a4)",
    "line-strong": "var(--gray-a7)",
    "text": "var(--gray-12)",
    "text-second": "var(--gray-11)",
    "text-faint": "var(--gray-a11)",
    "accent": "var(--accent-9)",
    "accent-hover": "var(--accent-10)",
    "accent-soft": "var(--accent-a3)",
    "accent-text": "var(--accent-11)",
    "on-accent": "var(--accent-contrast)",
    "focus": "var(--accent-8)",
    "danger": "var(--red-9)",
    "danger-hover": "var(--red-a4)",
    "danger-text": "var(--red-11)",
    "danger-soft": "var(--red-a3)",
    "good": "var(--green-9)",
    "warn": "var(--amber-9)",
    "good-text": "var(--green-11)",
    "warn-text": "var(--amber-11)",
    "warn-soft": "var(--amber-a3)",
    "glow-colour": "var(--accent-a4)",
    "shade": "var(--black-a8)",
    "float-shadow": "var(--shadow-5)",
    "composer-shadow": "var(--shadow-3)",
}

GROUNDS = {"light": "#ffffff", "dark": "#111113"}
"""`ground` for the browser's own bars, which cannot use tokens: Radix' slate in light and dark."""


def theme() -> rx.Component:
    """Return Radix' theme: one gray, one accent."""
    return rx.theme(
        accent_color="iris", gray_color="slate", radius="medium", panel_background="solid", has_background=False
    )


def token_sheet() -> str:
    """Return the tokens as CSS custom properties, in the scope of Radix' own."""
    rules = "\n".join(f"  --{name}: {value};" for name, value in TOKENS.items())
    return f".radix-themes {{\n{rules}\n}}\n"
