"""Addresses of the open conversation and the task list beside it."""

import reflex as rx

from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.components import hook_value
from taskchat_app.ui.core.session import CONVERSATIONS
from taskchat_app.ui.task_list_state.state import TasksState

LIST_ADDRESS = TasksState.address
"""The query of the task list, the same for every conversation."""


def open_thread() -> rx.Var[str]:
    """Return the id of the user's conversation; a click on another one counts before the server opens it."""
    return hook_value("chat/current_thread.js", "useThread", str, ChatState.thread_id)


def panes_address() -> rx.Var[str]:
    """Return the address of the open conversation, with the query of the task list."""
    path = rx.cond(ChatState.thread_id == "", "/", CONVERSATIONS + ChatState.thread_id)
    return path.to(str) + LIST_ADDRESS
