"""The components of `assets/page/conversations.js`, typed for Python."""

import reflex as rx
from reflex_base.components.component import field

from taskchat_app.ui.browser import PAGE
from taskchat_app.ui.tasks_state import TasksState

LIST_ADDRESS = TasksState.address
"""The query of the task list, which stays beside every conversation."""


class ConversationNav(rx.Component):
    """The list of conversations with its keys: it never loses the focus, and loads more near its end."""

    library = f"{PAGE}conversations.js"
    tag = "ConversationNav"
    renaming: rx.Var[str] = field(doc="The conversation whose title is being edited; empty for none")


class Unread(rx.Component):
    """How many answers wait, in the title of a tab that nobody sees."""

    library = f"{PAGE}conversations.js"
    tag = "Unread"
    count: rx.Var[int] = field(doc="How many conversations have an answer that was not seen")
