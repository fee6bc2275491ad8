"""React components for unsent messages, typed for Python."""

from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.chat.sent_messages import SendOutcome
from taskchat_app.ui.core.components import PAGE


class PendingMessages(rx.Component):
    """The person's messages between Enter and the server's word: shown at once, and sent one after the other."""

    library = f"{PAGE}chat/pending_messages.js"
    tag = "PendingMessages"
    account: rx.Var[str] = field(doc="Whose messages these are; empty until it is known")
    thread: rx.Var[str] = field(doc="The open conversation")
    known: rx.Var[bool] = field(doc="Whether the server has said which conversation is open")
    answering: rx.Var[bool] = field(doc="Whether the next message must wait")
    outcomes: rx.Var[list[SendOutcome]] = field(doc="The server's last words on messages")
    on_send: rx.EventHandler[passthrough_event_spec(dict[str, Any])] = field(doc="A message, as Sent.of takes it")
    on_begun: rx.EventHandler[passthrough_event_spec(str)] = field(doc="This tab's message began that conversation")
    you: rx.Var[str] = field(doc="Whose message it is, in words")
    for_answer: rx.Var[str] = field(doc="Says that it waits for the answer before it")
    for_connection: rx.Var[str] = field(doc="Says that it waits for the connection")
    edit: rx.Var[str] = field(doc="The button that makes it a draft again")
    remove: rx.Var[str] = field(doc="The button that forgets it")
    about: rx.Var[str] = field(doc="What stands before the numbers of the tasks that it is about")


class Suggestion(rx.Component):
    """A button that sends its own words."""

    library = f"{PAGE}chat/pending_messages.js"
    tag = "Suggestion"
    account: rx.Var[str] = field(doc="Who sends them")
    thread: rx.Var[str] = field(doc="The open conversation")
    text: rx.Var[str] = field(doc="The words")
