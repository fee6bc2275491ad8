"""Buttons with a text or an icon."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

from typing import Any

import reflex as rx


def button(name: rx.Component | rx.Var[str] | str, class_name: str, on_click: Any, **props: Any) -> rx.Component:
    """Return a button with a text."""
    return rx.el.button(name, type="button", class_name=class_name, on_click=on_click, **props)


def icon_button(
    icon: str, size: int, name: rx.Var[str] | str, class_name: str = "icon-button", **props: Any
) -> rx.Component:
    """Return a button with an icon of `size` pixels; `name` is its accessible name and its tooltip."""
    return rx.el.button(
        rx.icon(icon, size=size), type="button", class_name=class_name, aria_label=name, title=name, **props
    )
