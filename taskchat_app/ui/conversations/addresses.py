"""Addresses of the open conversation and the task list beside it."""

# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import Var, VarData

from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.components import PAGE
from taskchat_app.ui.core.session import CONVERSATIONS
from taskchat_app.ui.tasks.state import TasksState

LIST_ADDRESS = TasksState.address
"""The query of the task list, which stays beside every conversation."""


def open_thread() -> rx.Var[str]:
    """The conversation that the person is in: at once the one that they go to, before the server has opened it."""
    told = ChatState.thread_id
    use = VarData(
        imports={f"{PAGE}chat/pending_messages.js": [ImportVar("useThread")]},
        hooks={f"const openThread = useThread({told!s})": None},
    )
    return Var(
        _js_expr="openThread",
        _var_type=str,
        _var_data=VarData.merge(told._get_all_var_data(), use),  # pyright: ignore[reportPrivateUsage]: Reflex offers no other way
    )


def panes_address() -> rx.Var[str]:
    """Where the person left the panes: the open conversation, with the list beside it."""
    place = rx.cond(ChatState.thread_id == "", "/", CONVERSATIONS + ChatState.thread_id)
    return place.to(str) + LIST_ADDRESS
