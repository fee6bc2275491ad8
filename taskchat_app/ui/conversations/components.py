"""React components of the conversations pane, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec
from reflex_components_core.el.elements.forms import Button

from taskchat_app.ui.core.components import PAGE, PageComponent


class Drawer(PageComponent):
    """The pane: as a drawer it gets the focus, is closed by Escape, and gives the focus back."""

    library = f"{PAGE}conversations/drawer.js"
    is_open: rx.Var[bool] = field(doc="Whether it is shown as a drawer")
    opener: rx.Var[str] = field(doc="The id of the button that opens it")
    composer_id: rx.Var[str] = field(doc="The id of the composer")
    on_close: rx.EventHandler[no_args_event_spec] = field(doc="The user pressed Escape")


class ConversationNav(PageComponent):
    """The list of conversations: handles keys, keeps the focus, loads more near its end."""

    library = f"{PAGE}conversations/conversations.js"


class NewConversation(Button):
    """The button that starts a conversation and focuses the composer."""

    library = f"{PAGE}conversations/conversations.js"
    tag = "NewConversation"
    composer_id: rx.Var[str] = field(doc="The id of the composer")


class Conversation(PageComponent):
    """An item of the list; its title is edited in place, and the new one is shown at once."""

    library = f"{PAGE}conversations/conversations.js"
    title: rx.Var[str] = field(doc="The title")
    label: rx.Var[str] = field(doc="The accessible name of the text field for the title")
    editor: rx.Var[str] = field(doc="A name of its own on the page, to which EditRefusal returns a refused title")
    on_rename: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user saved this title")


class Title(PageComponent):
    """The title of the `Conversation` that contains it."""

    library = f"{PAGE}conversations/conversations.js"


class UnreadTitle(PageComponent):
    """Shows the number of unread conversations in the title of a hidden tab."""

    library = f"{PAGE}conversations/unread_title.js"
    count: rx.Var[int] = field(doc="The number of conversations with an unseen answer")
