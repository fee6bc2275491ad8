"""Addresses of the open conversation and the task list beside it."""

# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import Var, VarData

from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.components import PAGE
from taskchat_app.ui.core.session import CONVERSATIONS
from taskchat_app.ui.task_list_state.state import TasksState

LIST_ADDRESS = TasksState.address
"""The query of the task list, the same for every conversation."""


def open_thread() -> rx.Var[str]:
    """Return the id of the user's conversation; a click on another one counts before the server opens it."""
    server_thread = ChatState.thread_id
    use = VarData(
        imports={f"{PAGE}chat/pending_messages.js": [ImportVar("useThread")]},
        hooks={f"const openThread = useThread({server_thread!s})": None},
    )
    return Var(
        _js_expr="openThread",
        _var_type=str,
        _var_data=VarData.merge(server_thread._get_all_var_data(), use),  # pyright: ignore[reportPrivateUsage]  # Reflex offers no other way
    )


def panes_address() -> rx.Var[str]:
    """Return the address of the open conversation, with the query of the task list."""
    path = rx.cond(ChatState.thread_id == "", "/", CONVERSATIONS + ChatState.thread_id)
    return path.to(str) + LIST_ADDRESS
