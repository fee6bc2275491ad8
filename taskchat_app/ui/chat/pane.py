"""Renders the chat pane: log, error alert and composer."""

from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.chat.message_view import message_view, running_answer
from taskchat_app.ui.chat.open_conversation import SendOutcome
from taskchat_app.ui.chat.state import ChatState, recent_messages
from taskchat_app.ui.chat.suggestions import SuggestionsState
from taskchat_app.ui.core.components import PAGE, Form, PageComponent
from taskchat_app.ui.core.element_ids import COMPOSER, MENU_BUTTON, SETTINGS_SECTION
from taskchat_app.ui.core.elements import alert, button, icon_button
from taskchat_app.ui.core.session import SETTINGS
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_list.selection_bar import selection_chip


class Log(PageComponent):
    library = f"{PAGE}chat/message_log.js"
    thread: rx.Var[str] = field(doc="The thread's id; a change scrolls to the end")
    length: rx.Var[int] = field(doc="The number of loaded messages; a change ends a request for earlier ones")
    older: rx.Var[bool] = field(doc="Whether there are earlier messages")
    unread: rx.Var[bool] = field(doc="Whether the thread is unread on the server")
    busy: rx.Var[bool] = field(doc="Whether an answer is running")
    on_older: rx.EventHandler[no_args_event_spec] = field(doc="The user has scrolled near the top")
    on_reach: rx.EventHandler[passthrough_event_spec(str, str)] = field(doc="The address names this thread and item")
    on_see: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user has seen the end of this thread")


class Announcement(PageComponent):
    library = f"{PAGE}chat/announcement.js"
    sentence: rx.Var[str] = field(doc="What is announced without an answer, or if it has no text")
    answer: rx.Var[str] = field(doc='The id of the finished answer\'s element, or ""')


class ThreadComponent(PageComponent):
    """A component that belongs to the open conversation."""

    account: rx.Var[str] = field(doc="The user's id; empty until it is known")
    thread: rx.Var[str] = field(doc="The conversation's id; empty for a new one")

    @classmethod
    def create(cls, *children: Any, **props: Any) -> rx.Component:
        return super().create(*children, account=ChatState.account, thread=ChatState.thread_id, **props)


class MessageBox(ThreadComponent):
    library = f"{PAGE}chat/composer.js"
    read_only: rx.Var[bool] = field(doc="Whether the page is not ready for input yet")
    name: rx.Var[str] = field(doc="As in HTML")
    placeholder: rx.Var[str] = field(doc="As in HTML")
    rows: rx.Var[int] = field(doc="As in HTML")


class AttachButton(ThreadComponent):
    library = f"{PAGE}chat/attachments.js"


class DraftFiles(ThreadComponent):
    library = f"{PAGE}chat/attachments.js"
    offline: rx.Var[bool] = field(doc="Whether the assistant cannot see pictures")


class Microphone(PageComponent):
    library = f"{PAGE}chat/microphone.js"
    ready: rx.Var[bool] = field(doc="Whether the page is ready for input")
    offline: rx.Var[bool] = field(doc="Whether no key is set: the button then says what to set")


class PendingMessages(ThreadComponent):
    library = f"{PAGE}chat/pending_messages.js"
    known: rx.Var[bool] = field(doc="Whether the open conversation is known yet")
    answering: rx.Var[bool] = field(doc="Whether the next message must wait")
    outcomes: rx.Var[list[SendOutcome]] = field(doc="The latest outcomes of sent messages")
    on_send: rx.EventHandler[passthrough_event_spec(dict[str, Any])] = field(doc="A message for SentMessage.of")


class Suggestion(ThreadComponent):
    """A button that sends its own text as a message."""

    library = f"{PAGE}chat/pending_messages.js"
    text: rx.Var[str] = field(doc="The text")


def chat_pane(
    on_menu: rx.event.EventType[()], *, connection: rx.Component, unread: rx.Var[bool], on_reach: Any, on_see: Any
) -> rx.Component:
    """Return the pane; `unread`, `on_reach` and `on_see` are passed to `Log`."""
    return rx.el.section(
        rx.el.header(
            icon_button(
                "panel-left",
                18,
                words.SHOW_CONVERSATIONS,
                "icon-button menu-button",
                id=MENU_BUTTON,
                disabled=~ChatState.ready & (ChatState.error == ""),
                on_click=on_menu,
            ),
            rx.el.h2(rx.cond(ChatState.title == "", words.NEW_CONVERSATION, ChatState.title), class_name="chat-title"),
            connection,
            class_name="chat-head",
        ),
        Log.create(
            rx.cond(ChatState.older_cursor, button(words.OLDER, "button quiet older", ChatState.load_older)),
            rx.foreach(ChatState.history + recent_messages(), message_view),
            rx.cond(ChatState.answering, running_answer()),
            PendingMessages.create(
                known=ChatState.ready,
                answering=ChatState.answering,
                outcomes=ChatState.outcomes,
                on_send=ChatState.send,
            ),
            _empty(),
            alert(
                ChatState.error,
                rx.cond(ChatState.can_retry, button(words.RETRY, "button outline", ChatState.retry)),
                on_dismiss=ChatState.show_failure(""),
            ),
            thread=ChatState.thread_id,
            length=ChatState.history.length(),
            older=ChatState.older_cursor != "",
            unread=unread,
            busy=ChatState.answering,
            on_older=ChatState.load_older,
            on_reach=on_reach,
            on_see=on_see,
            class_name="log",
            # Not a live region: screen readers would announce each word.
            custom_attrs={"role": "log", "tabIndex": 0, "aria-label": words.CONVERSATION, "aria-live": "off"},
        ),
        Announcement.create(sentence=ChatState.announcement, answer=ChatState.announced),
        _composer(),
        class_name="chat",
        aria_label=words.CHAT,
    )


def _empty() -> rx.Component:
    """Return the content of an empty conversation; a skeleton until it is known to be empty."""
    is_empty = (ChatState.history.length() == 0) & (recent_messages().length() == 0)
    return rx.cond(
        ChatState.ready,
        rx.cond(is_empty & ~ChatState.answering, _welcome()),
        rx.el.div(
            rx.el.div(class_name="skeleton skeleton-mine"),
            rx.el.div(class_name="skeleton skeleton-answer"),
            class_name="log-skeleton",
            aria_hidden="true",
        ),
    )


def _welcome() -> rx.Component:
    settings = f"{SETTINGS}#{SETTINGS_SECTION}assistant"
    how = rx.el.a(words.HOW_GEMINI, href=settings, class_name="text-link")
    return rx.el.div(
        rx.el.h2(words.EMPTY_HEADING, class_name="welcome-heading"),
        rx.el.p(words.EMPTY_TEXT, class_name="welcome-text"),
        rx.el.div(
            rx.foreach(
                SuggestionsState.sentences,
                lambda sentence: Suggestion.create(text=sentence, class_name="suggestion", key=sentence),
            ),
            class_name="suggestions",
        ),
        rx.cond(ChatState.offline, rx.el.p(words.OFFLINE, " ", how, class_name="offline-note")),
        class_name="welcome",
    )


def _composer() -> rx.Component:
    # Disabled before hydration, when the browser itself would submit the form.
    send_button = icon_button("arrow-up", 18, words.SEND, "send", type="submit", disabled=~ChatState.ready)
    # Queues a message while an answer is running, as Enter does; visible once text is typed.
    queue_button = icon_button("list-plus", 18, words.QUEUE, "icon-button queue", type="submit")
    stop_mark = rx.el.span(class_name="stop-mark")
    stop_button = button(stop_mark, "send stop", ChatState.stop, aria_label=words.STOP, title=words.STOP)
    return rx.el.div(
        selection_chip(),
        DraftFiles.create(offline=ChatState.offline),
        Form.create(
            AttachButton.create(
                rx.icon("paperclip", size=18),
                class_name="icon-button",
                custom_attrs={"aria-label": words.ATTACH, "title": words.ATTACH},
            ),
            MessageBox.create(
                id=COMPOSER,
                name="message",
                rows=1,
                placeholder=words.MESSAGE_PLACEHOLDER,
                class_name="message-box",
                custom_attrs={"aria-label": words.MESSAGE, "autoComplete": "off", "enterKeyHint": "send"},
                read_only=~ChatState.ready,
            ),
            Microphone.create(
                rx.icon("mic", size=18),
                ready=ChatState.ready,
                offline=ChatState.offline,
                class_name="icon-button microphone",
            ),
            rx.cond(ChatState.answering, rx.fragment(queue_button, stop_button), send_button),
            class_name="composer",
        ),
        rx.el.p(ChatState.quota_note, class_name="quota-note", aria_live="polite"),
        class_name="composer-frame",
    )
