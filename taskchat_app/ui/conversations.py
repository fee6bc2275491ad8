# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false
# Reflex types its components with Var[Unknown].
"""The pane of conversations: the list, and the account."""

from typing import Any

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.chat_state import ChatState
from taskchat_app.ui.conversations_state import ConversationRow, ConversationsState
from taskchat_app.ui.sign_in import PostForm, brand
from taskchat_app.ui.signed_in import CONVERSATIONS


def conversations_pane(on_close: rx.Var[Any]) -> rx.Component:
    return rx.el.aside(
        rx.el.div(brand(), _close_button(on_close), class_name="side-head"),
        rx.el.button(
            rx.icon("square-pen", size=16),
            words.NEW_CONVERSATION,
            type="button",
            class_name="button outline new-conversation",
            on_click=[rx.redirect("/"), on_close],
            disabled=~ConversationsState.ready,
        ),
        rx.el.nav(_list(on_close), class_name="conversations", aria_label=words.CONVERSATIONS),
        _foot(),
        class_name="side",
    )


def _close_button(on_close: rx.Var[Any]) -> rx.Component:
    return rx.el.button(
        rx.icon("x", size=18),
        type="button",
        class_name="icon-button side-close",
        aria_label=words.CLOSE,
        on_click=on_close,
    )


def _list(on_close: rx.Var[Any]) -> rx.Component:
    return rx.cond(
        ConversationsState.ready,
        rx.cond(
            ConversationsState.rows.length() > 0,
            rx.el.ul(
                rx.foreach(ConversationsState.rows, lambda row: _conversation(row, on_close)),
                _more(),
                role="list",
            ),
            rx.el.p(words.NO_CONVERSATIONS, class_name="side-empty"),
        ),
        _skeleton(),
    )


def _conversation(row: ConversationRow, on_close: rx.Var[Any]) -> rx.Component:
    return rx.el.li(
        rx.link(
            row.title,
            href=CONVERSATIONS + row.id,
            class_name="conversation",
            underline="none",
            on_click=on_close,
            custom_attrs={"aria-current": rx.cond(row.id == ChatState.thread_id, "page", "false")},
        ),
        key=row.id,
    )


def _more() -> rx.Component:
    return rx.cond(
        ConversationsState.has_more,
        rx.el.li(
            rx.el.button(words.MORE, type="button", class_name="button quiet", on_click=ConversationsState.load_more),
        ),
    )


def _skeleton() -> rx.Component:
    return rx.el.div(*(rx.el.div(class_name="skeleton skeleton-line") for _ in range(5)), aria_hidden="true")


def _foot() -> rx.Component:
    return rx.el.div(
        rx.el.span(ConversationsState.email, class_name="account-email", title=ConversationsState.email),
        rx.el.button(
            rx.icon("sun-moon", size=16),
            type="button",
            class_name="icon-button",
            aria_label=words.THEME,
            title=words.THEME,
            on_click=rx.toggle_color_mode,
        ),
        PostForm.create(
            rx.el.button(
                rx.icon("log-out", size=16),
                type="submit",
                class_name="icon-button",
                aria_label=words.SIGN_OUT,
                title=words.SIGN_OUT,
            ),
            action="/auth/logout",
            method="post",
        ),
        class_name="side-foot",
    )
