"""Removes Reflex's own notices about a lost connection; the page shows its own (ui/shell/connection_status.py)."""

import reflex as rx

NOTICE = (5, "Overlay")
"""Priority and name under which Reflex 0.10 registers its notices."""


def remove_connection_notice(app: rx.App) -> None:
    """Remove the notices from every page. Raises KeyError where Reflex registers them otherwise."""
    app.app_wraps.pop(NOTICE)  # pyright: ignore[reportUnknownMemberType]  # the values are components
