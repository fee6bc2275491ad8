"""Keyboard shortcuts, and the dialog that lists them (`words.SHORTCUT_KEYS`)."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.element_ids import ADD_FIELD, COMPOSER, SEARCH_FIELD
from taskchat_app.ui.i18n import words


class SkipLink(PageComponent):
    library = f"{PAGE}shell/shortcuts.js"
    to: rx.Var[str] = field(doc="The id of the element that gets the focus")


class Shortcuts(PageComponent):
    library = f"{PAGE}shell/shortcuts.js"
    targets: rx.Var[dict[str, str]] = field(doc="The id of the element that each key focuses")
    on_reach: rx.EventHandler[passthrough_event_spec(str)] = field(
        doc="The element of a key, of this id, is not visible"
    )
    on_undo: rx.EventHandler[no_args_event_spec] = field(doc="Ctrl+Z was pressed outside of a text field")


SHORTCUTS = "shortcuts"
TARGETS = {"/": SEARCH_FIELD, "n": ADD_FIELD, "c": COMPOSER}


def shortcuts(on_reach: Callable[[rx.Var[str]], Any], on_undo: Any) -> rx.Component:
    """Return the shortcuts; `on_reach` shows a field that is hidden, `on_undo` undoes the last change."""
    return Shortcuts.create(
        rx.el.h2(words.SHORTCUTS),
        *(_group(heading, keys) for heading, keys in zip(words.SHORTCUT_GROUPS, words.SHORTCUT_KEYS, strict=True)),
        rx.el.button(words.CLOSE, type="submit", class_name="button outline", auto_focus=True),
        targets=TARGETS,
        on_reach=on_reach,
        on_undo=on_undo,
        id=SHORTCUTS,
        class_name="shortcuts",
        custom_attrs={"aria-label": words.SHORTCUTS},
    )


def _group(heading: str, keys: tuple[tuple[tuple[str, ...], str], ...]) -> rx.Component:
    return rx.el.section(rx.el.h3(heading), rx.el.dl(*(_shortcut(pressed, text) for pressed, text in keys)))


def _shortcut(pressed: tuple[str, ...], text: str) -> rx.Component:
    return rx.el.div(rx.el.dt(*map(rx.el.kbd, pressed)), rx.el.dd(text))
