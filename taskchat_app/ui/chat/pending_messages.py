"""React components for unsent messages, typed for Python."""

from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.chat.sent_messages import SendOutcome
from taskchat_app.ui.core.components import PAGE


class PendingMessages(rx.Component):
    """Messages that the server has not confirmed yet: shown at once, sent one after the other."""

    library = f"{PAGE}chat/pending_messages.js"
    tag = "PendingMessages"
    account: rx.Var[str] = field(doc="The user's id; empty until it is known")
    thread: rx.Var[str] = field(doc="The open conversation")
    known: rx.Var[bool] = field(doc="Whether the open conversation is known yet")
    answering: rx.Var[bool] = field(doc="Whether the next message must wait")
    outcomes: rx.Var[list[SendOutcome]] = field(doc="The latest outcomes of sent messages")
    on_send: rx.EventHandler[passthrough_event_spec(dict[str, Any])] = field(doc="A message for SentMessage.of")
    on_begun: rx.EventHandler[passthrough_event_spec(str)] = field(doc="This tab's message started the conversation")
    you: rx.Var[str] = field(doc="The accessible name of the user's messages")
    for_answer: rx.Var[str] = field(doc="Text of a message that waits for the previous answer")
    for_connection: rx.Var[str] = field(doc="Text of a message that waits for the connection")
    edit: rx.Var[str] = field(doc="The button that returns the message to the composer")
    remove: rx.Var[str] = field(doc="The button that discards the message")
    about: rx.Var[str] = field(doc="The text before the numbers of the selected tasks")


class Suggestion(rx.Component):
    """A button that sends its own text as a message."""

    library = f"{PAGE}chat/pending_messages.js"
    tag = "Suggestion"
    account: rx.Var[str] = field(doc="The user's id")
    thread: rx.Var[str] = field(doc="The open conversation")
    text: rx.Var[str] = field(doc="The text")
