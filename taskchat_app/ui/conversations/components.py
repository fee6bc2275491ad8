"""React components of the conversations pane, typed for Python."""

# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec
from reflex_components_core.el.elements.forms import Button

from taskchat_app.ui.core.components import PAGE


class ConversationNav(rx.Component):
    """The list of conversations with its keys: it never loses the focus, and loads more near its end."""

    library = f"{PAGE}conversations/conversations.js"
    tag = "ConversationNav"


class NewConversation(Button):
    """The button that begins a conversation, with the composer ready to be written in."""

    library = f"{PAGE}conversations/conversations.js"
    tag = "NewConversation"
    composer_id: rx.Var[str] = field(doc="The id of the composer")


class Conversation(rx.Component):
    """One item of the list; its title is edited in its place, and shown at once as it was kept."""

    library = f"{PAGE}conversations/conversations.js"
    tag = "Conversation"
    title: rx.Var[str] = field(doc="Its title")
    label: rx.Var[str] = field(doc="The name of the line in which the title is edited")
    on_rename: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The person gave it another title")


class Title(rx.Component):
    """The title of the conversation that it stands in."""

    library = f"{PAGE}conversations/conversations.js"
    tag = "Title"


class Unread(rx.Component):
    """How many answers wait, in the title of a tab that nobody sees."""

    library = f"{PAGE}conversations/conversations.js"
    tag = "Unread"
    count: rx.Var[int] = field(doc="How many conversations have an answer that was not seen")
