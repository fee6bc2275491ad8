"""Elements of several panes: buttons, alerts, the product's mark."""

from typing import Any, Literal

import reflex as rx

from taskchat_app.ui.i18n import words

Content = rx.Component | rx.Var[Any] | str | int


def button(
    content: Content | tuple[Content, ...], class_name: rx.Var[str] | str, on_click: Any, **props: Any
) -> rx.Component:
    children = content if isinstance(content, tuple) else (content,)
    return rx.el.button(*children, type="button", class_name=class_name, on_click=on_click, **props)


def icon_button(
    icon: str,
    size: int,
    name: rx.Var[str] | str,
    class_name: str = "icon-button",
    *,
    type: Literal["button", "submit"] = "button",  # noqa: A002 -- as in HTML
    **props: Any,
) -> rx.Component:
    """Return a button with an icon of `size` pixels; `name` is its accessible name and its tooltip."""
    content = rx.icon(icon, size=size)
    return rx.el.button(content, type=type, class_name=class_name, aria_label=name, title=name, **props)


def text_input(name: str, label: str, placeholder: str, class_name: str, **props: Any) -> rx.Component:
    """Return a field for words of the user, without the browser's suggestions; `label` is its accessible name."""
    props |= {"name": name, "aria_label": label, "placeholder": placeholder, "class_name": class_name}
    return rx.el.input(auto_complete="off", dir="auto", **props)


def icon_link(icon: str, size: int, name: rx.Var[str] | str, href: rx.Var[str] | str) -> rx.Component:
    return rx.el.a(rx.icon(icon, size=size), href=href, class_name="icon-button", aria_label=name, title=name)


def alert(sentence: rx.Var[str], *actions: rx.Component, on_dismiss: Any) -> rx.Component:
    """Return the alert with its buttons, the last of which dismisses it; nothing while the sentence is empty."""
    return rx.cond(
        sentence != "",
        rx.el.div(
            rx.icon("circle-alert", size=18),
            rx.el.p(sentence, class_name="alert-text"),
            *actions,
            icon_button("x", 16, words.DISMISS, on_click=on_dismiss),
            class_name="alert",
            role="alert",
        ),
    )


def copy_icons() -> tuple[rx.Component, rx.Component]:
    """Return the icons of a CopyButton, the second for the moment after copying."""
    return rx.icon("copy", size=14, class_name="copy-icon"), rx.icon("check", size=14, class_name="copied-icon")


def skeleton_lines(count: int) -> rx.Component:
    return rx.el.div(*(rx.el.div(class_name="skeleton skeleton-line") for _ in range(count)), aria_hidden="true")


def brand() -> rx.Component:
    mark = rx.el.span(rx.icon("check", size=14, stroke_width=3), class_name="brand-mark", aria_hidden="true")
    return rx.el.div(mark, rx.el.span(words.PRODUCT), class_name="brand")
