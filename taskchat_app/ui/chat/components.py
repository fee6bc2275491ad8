"""React components of the chat pane, typed for Python."""

from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.chat.open_conversation import SendOutcome
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.components import PAGE, PageComponent


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


class MessageFile(PageComponent):
    library = f"{PAGE}chat/attachments.js"
    file_id: rx.Var[str] = field(doc="The attachment's id")
    name: rx.Var[str] = field(doc="The file's name")
    image: rx.Var[bool] = field(doc="Whether it is a picture")
    size: rx.Var[int] = field(doc="Bytes")


class EditBox(PageComponent):
    library = f"{PAGE}chat/edit_box.js"
    name: rx.Var[str] = field(doc="As in HTML")
    message: rx.Var[str] = field(doc="The key of the message")
    default_value: rx.Var[str] = field(doc="Its text")
    composer: rx.Var[str] = field(doc="The id of the composer, which gets the focus after sending")
    on_cancel: rx.EventHandler[no_args_event_spec] = field(doc="The user pressed Escape")


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
