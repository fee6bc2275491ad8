"""Renders the search field and its results."""

from typing import Any

import reflex as rx

from taskchat_app.assistant.threads.snippets import Piece
from taskchat_app.ui.conversations.page_addresses import LIST_ADDRESS
from taskchat_app.ui.conversations.search_state import FoundRow, MessageSearchState
from taskchat_app.ui.conversations.state import ConversationsState
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_list.components import SearchField


def message_search_field() -> rx.Component:
    return rx.el.div(
        rx.icon("search", size=14, class_name="add-icon"),
        SearchField.create(
            id="search-conversations",
            value=MessageSearchState.typed,
            class_name="conversation-search",
            placeholder=words.SEARCH_HINT,
            read_only=~ConversationsState.ready,
            custom_attrs={"aria-label": words.SEARCH_CONVERSATIONS, "autoComplete": "off"},
            on_search=MessageSearchState.search,
        ),
        class_name="conversation-search-line",
    )


def found_messages(on_close: rx.Var[Any]) -> rx.Component:
    has_found, is_searching = MessageSearchState.found.length() > 0, MessageSearchState.searching
    error = MessageSearchState.error
    skeleton = rx.el.div(*(rx.el.div(class_name="skeleton skeleton-found") for _ in range(3)), aria_hidden="true")
    nothing = rx.el.p(words.NOTHING_SAID, class_name="side-note", role="status")
    return rx.fragment(
        rx.cond(error != "", rx.el.p(error, class_name="side-note", role="alert")),
        rx.cond(has_found, _results(on_close)),
        rx.cond(~has_found & is_searching, skeleton),
        rx.cond(~has_found & ~is_searching & (error == ""), nothing),
    )


def _results(on_close: rx.Var[Any]) -> rx.Component:
    return rx.el.ul(
        rx.foreach(MessageSearchState.found, lambda row: _found(row, on_close)),
        rx.cond(
            MessageSearchState.has_more,
            rx.el.li(button(words.MORE, "button quiet more-conversations", MessageSearchState.load_more)),
        ),
        role="list",
        aria_label=words.FOUND_MESSAGES,
        aria_busy=MessageSearchState.searching,
    )


def _found(row: FoundRow, on_close: rx.Var[Any]) -> rx.Component:
    is_message = row.by != ""
    return rx.el.li(
        rx.el.a(
            rx.el.span(
                rx.el.span(
                    rx.cond(is_message, row.title, rx.foreach(row.pieces, _piece)), class_name="found-title", dir="auto"
                ),
                rx.el.span(row.at, class_name="found-time"),
                class_name="found-head",
            ),
            rx.cond(
                is_message,
                rx.el.span(
                    rx.el.span(rx.cond(row.by == "person", words.YOU, words.ASSISTANT), class_name="found-by"),
                    rx.el.bdi(rx.foreach(row.pieces, _piece)),
                    class_name="found-text",
                ),
            ),
            href=row.path + LIST_ADDRESS + row.fragment,
            class_name="found",
            on_click=on_close,
        ),
        key=row.key,
    )


def _piece(piece: Piece) -> rx.Component:
    return rx.cond(piece.match, rx.el.mark(piece.text), rx.el.span(piece.text))
