"""Ids of page elements that several packages refer to."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

SEARCH_FIELD = "search-tasks"


COMPOSER = "message"


ADD_FIELD = "add-task"
"""The id of the add line's text field."""


PALETTE_BUTTON = "open-palette"


SIGN_OUT = "sign-out"
"""The ids of the buttons that open the palette and that sign out."""
