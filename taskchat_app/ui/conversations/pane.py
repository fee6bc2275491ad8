"""Renders the conversations pane: search, list and account links."""

from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec
from reflex_components_core.el.elements.forms import Button

from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.conversations.page_addresses import LIST_ADDRESS, open_thread
from taskchat_app.ui.conversations.search import MessageSearchState, found_messages, message_search_field
from taskchat_app.ui.conversations.state import ConversationRow, ConversationsState
from taskchat_app.ui.core.components import PAGE, ApiForm, AttributeToggle, DownloadButton, PageComponent
from taskchat_app.ui.core.editing import EditRefusal
from taskchat_app.ui.core.element_ids import COMPOSER, MENU_BUTTON, SIGN_OUT
from taskchat_app.ui.core.elements import alert, brand, button, icon_button, icon_link, skeleton_lines
from taskchat_app.ui.core.session import CONVERSATIONS, SETTINGS
from taskchat_app.ui.i18n import words


class Drawer(PageComponent):
    library = f"{PAGE}conversations/drawer.js"
    is_open: rx.Var[bool] = field(doc="Whether it is shown as a drawer")
    opener: rx.Var[str] = field(doc="The id of the button that opens it")
    composer_id: rx.Var[str] = field(doc="The id of the composer")
    on_close: rx.EventHandler[no_args_event_spec] = field(doc="The user pressed Escape")


class ConversationNav(PageComponent):
    library = f"{PAGE}conversations/conversations.js"


class NewConversation(Button):
    library = f"{PAGE}conversations/conversations.js"
    tag = "NewConversation"
    composer_id: rx.Var[str] = field(doc="The id of the composer")


class Conversation(PageComponent):
    library = f"{PAGE}conversations/conversations.js"
    title: rx.Var[str] = field(doc="The title")
    editor: rx.Var[str] = field(doc="A name of its own on the page, to which EditRefusal returns a refused title")
    on_rename: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user saved this title")


class Title(PageComponent):
    """The title of the `Conversation` that contains it."""

    library = f"{PAGE}conversations/conversations.js"


class UnreadTitle(PageComponent):
    library = f"{PAGE}conversations/unread_title.js"
    count: rx.Var[int] = field(doc="The number of conversations with an unseen answer")


def conversations_pane(
    on_close: rx.Var[Any], *, is_open: rx.Var[bool], palette_button: rx.Component, on_retry: Any
) -> rx.Component:
    """Return the pane; `is_open`: a narrow window shows it; `on_retry` loads the page again after a failure."""
    return Drawer.create(
        rx.el.div(
            brand(),
            palette_button,
            icon_button("x", 18, words.CLOSE, "icon-button side-close", on_click=on_close),
            class_name="side-head",
        ),
        NewConversation.create(
            rx.icon("square-pen", size=16),
            words.NEW_CONVERSATION,
            composer_id=COMPOSER,
            class_name="button outline new-conversation",
            on_click=[rx.redirect("/" + LIST_ADDRESS), on_close],
            disabled=~ConversationsState.ready,
        ),
        message_search_field(),
        ConversationNav.create(
            rx.cond(ConversationsState.is_failed, _failure(ConversationsState.load_again)),
            alert(ConversationsState.error, on_dismiss=ConversationsState.dismiss_error),
            rx.cond(MessageSearchState.q != "", found_messages(on_close), _list(on_close, on_retry)),
            class_name="conversations",
            custom_attrs={"aria-label": words.CONVERSATIONS},
        ),
        EditRefusal.create(refusal=ConversationsState.refusal),
        UnreadTitle.create(count=ConversationsState.unread),
        rx.el.div(
            rx.el.span(ConversationsState.email, class_name="account-email", title=ConversationsState.email),
            icon_link("settings", 16, words.SETTINGS, SETTINGS),
            icon_button("sun-moon", 16, words.THEME, on_click=rx.toggle_color_mode),
            ApiForm.create(
                icon_button("log-out", 16, words.SIGN_OUT, id=SIGN_OUT, type="submit"), action="/auth/logout"
            ),
            class_name="side-foot",
        ),
        is_open=is_open,
        opener=MENU_BUTTON,
        composer_id=COMPOSER,
        on_close=on_close,
        class_name="side",
        custom_attrs={"aria-label": words.CONVERSATIONS},
    )


def _failure(on_retry: rx.event.EventType[()]) -> rx.Component:
    return rx.el.div(
        rx.el.p(words.CONVERSATIONS_FAILED),
        button(words.RETRY, "button outline", on_retry),
        class_name="side-error",
        role="alert",
    )


def _list(on_close: rx.Var[Any], on_retry: Any) -> rx.Component:
    more = rx.el.li(button(words.MORE, "button quiet more-conversations", ConversationsState.load_more))
    return rx.cond(
        ConversationsState.ready,
        rx.cond(
            ConversationsState.rows.length() > 0,
            rx.el.ul(
                rx.foreach(ConversationsState.rows, lambda row: _conversation(row, on_close)),
                rx.cond(ConversationsState.has_more, more),
                role="list",
            ),
            rx.el.p(words.NO_CONVERSATIONS, class_name="side-note"),
        ),
        # If the first read fails, the page has not been opened either.
        rx.cond(ChatState.error != "", _failure(on_retry), skeleton_lines(5)),
    )


def _conversation(row: ConversationRow, on_close: rx.Var[Any]) -> rx.Component:
    return Conversation.create(
        rx.cond(row.heading != "", rx.el.h3(row.heading, class_name="conversation-group")),
        _link(row, on_close),
        editor=row.id,
        title=row.title,
        on_rename=lambda title: ConversationsState.rename(row.id, title),
        key=row.id,
    )


def _link(row: ConversationRow, on_close: rx.Var[Any]) -> rx.Component:
    return rx.el.div(
        rx.el.a(
            Title.create(class_name="conversation-title", custom_attrs={"dir": "auto"}),
            rx.cond(
                ConversationsState.unread_ids.contains(row.id),
                rx.el.span(rx.el.span(words.UNREAD, class_name="sr-only"), class_name="unread"),
            ),
            id=row.id,
            href=CONVERSATIONS + row.id + LIST_ADDRESS,
            class_name="conversation",
            on_click=on_close,
            custom_attrs={"aria-current": rx.cond(row.id == open_thread(), "page", "false")},
        ),
        AttributeToggle.create(
            rx.icon("ellipsis", size=16),
            label=words.CONVERSATION_ACTIONS,
            closest=".conversation-row",
            attribute="data-open",
            class_name="icon-button conversation-more",
            custom_attrs={"aria-describedby": row.id},
        ),
        rx.el.div(
            _action(row, "rename", "pencil", words.RENAME_CONVERSATION),
            DownloadButton.create(
                rx.icon("download", size=14),
                path=f"/api/conversations/{row.id}/markdown",
                file=f"{row.title}.md",
                class_name="icon-button small",
                title=words.DOWNLOAD_MARKDOWN,
                custom_attrs={"aria-label": words.DOWNLOAD_MARKDOWN, "aria-describedby": row.id},
            ),
            _action(row, "delete", "trash-2", words.DELETE_CONVERSATION, on_click=ConversationsState.delete(row.id)),
            class_name="conversation-actions",
        ),
        class_name="conversation-row",
    )


def _action(row: ConversationRow, act: str, icon: str, name: str, **events: Any) -> rx.Component:
    """Return a button of a conversation; assets/page/conversations finds it by its `data-act`."""
    attributes = {"aria-describedby": row.id, "data-act": act}
    return icon_button(icon, 14, name, "icon-button small", custom_attrs=attributes, **events)
