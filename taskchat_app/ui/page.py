# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false
# Reflex types its components with Var[Unknown].
"""The page at / and /c/<conversation>: conversations, chat and tasks beside each other."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.browser import SkipLink, TaskLinks
from taskchat_app.ui.chat import chat_pane
from taskchat_app.ui.chat_state import ChatState
from taskchat_app.ui.conversations import conversations_pane
from taskchat_app.ui.detail_state import DetailState
from taskchat_app.ui.everywhere import everywhere
from taskchat_app.ui.palette import palette
from taskchat_app.ui.palette_state import PaletteState
from taskchat_app.ui.panes import pane
from taskchat_app.ui.reminders import reminders
from taskchat_app.ui.selection_bar import selection_watch
from taskchat_app.ui.shortcuts import COMPOSER, shortcuts
from taskchat_app.ui.task_pane import task_pane
from taskchat_app.ui.toast import toast


def page() -> rx.Component:
    return rx.el.div(
        pane,
        SkipLink.create(words.SKIP, to=COMPOSER, class_name="skip-link"),
        everywhere(),
        conversations_pane(on_close=pane.set_value("chat")),
        rx.el.div(class_name="shade", on_click=pane.set_value("chat"), aria_hidden="true"),
        rx.el.main(
            rx.el.h1(words.PRODUCT, class_name="sr-only"),
            chat_pane(on_menu=pane.set_value("conversations")),
            task_pane(),
            class_name="panes",
        ),
        selection_watch(),
        _tab_bar(),
        toast(),
        reminders(on_open=lambda number: [pane.set_value("tasks"), DetailState.open(number)]),
        palette(),
        shortcuts(
            on_reach=lambda field: [
                pane.set_value(rx.cond(field == COMPOSER, "chat", "tasks")),
                PaletteState.make_room(field),
            ]
        ),
        TaskLinks.create(
            lit=DetailState.lit, on_open=lambda number: [pane.set_value("tasks"), DetailState.show(number)]
        ),
        class_name="app",
        custom_attrs={"data-pane": pane.value},
    )


def _tab_bar() -> rx.Component:
    """The phone's way from pane to pane."""
    return rx.el.nav(
        _tab("chat", words.CHAT, "message-circle"),
        _tab("tasks", words.TASKS, "circle-check-big"),
        _tab("conversations", words.CONVERSATIONS, "messages-square"),
        class_name="tab-bar",
        aria_label=words.PANES,
    )


def _tab(name: str, label: str, icon: str) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=20),
        rx.el.span(label),
        type="button",
        class_name="tab",
        on_click=pane.set_value(name),
        disabled=~ChatState.ready & (ChatState.error == ""),
        custom_attrs={"aria-current": rx.cond(pane.value == name, "page", "false")},
    )
