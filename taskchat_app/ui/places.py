# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].
"""Where the person is and comes back to: the open conversation, with the task list beside it."""

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import Var, VarData

from taskchat_app.ui.browser import PAGE
from taskchat_app.ui.chat_state import ChatState
from taskchat_app.ui.signed_in import CONVERSATIONS
from taskchat_app.ui.tasks_state import TasksState

LIST_ADDRESS = TasksState.address
"""The query of the task list, which stays beside every conversation."""


def open_thread() -> rx.Var[str]:
    """The conversation that the person is in: at once the one that they go to, before the server has opened it."""
    told = ChatState.thread_id
    use = VarData(
        imports={f"{PAGE}waiting.js": [ImportVar("useThread")]},
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
