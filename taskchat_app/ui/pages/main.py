"""The page / and /c/<thread id>: conversations, chat and tasks."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.chat.pane import chat_pane
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.conversations.pane import conversations_pane
from taskchat_app.ui.conversations.search import MessageSearchState
from taskchat_app.ui.conversations.state import ConversationsState
from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.element_ids import COMPOSER, pane
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.reminders.notices import reminders
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.shell.command_palette import palette, palette_button
from taskchat_app.ui.shell.command_palette_state import PaletteState
from taskchat_app.ui.shell.connection_status import connection
from taskchat_app.ui.shell.layout import layout
from taskchat_app.ui.shell.live_state import LiveState
from taskchat_app.ui.shell.shortcuts import SkipLink, shortcuts
from taskchat_app.ui.shell.toast import toast
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list.pane import task_pane
from taskchat_app.ui.task_list.selection_bar import selection_watch
from taskchat_app.ui.task_list_state.state import TasksState


class TaskLinks(PageComponent):
    library = f"{PAGE}shell/task_links.js"
    highlighted: rx.Var[str] = field(doc="The task's number and a token that changes each time")
    last_number: rx.Var[int] = field(doc="The highest number of the user's tasks: no higher one is a link")
    on_open: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The user clicked a link to this task")


class PaneHistory(PageComponent):
    library = f"{PAGE}shell/pane_history.js"
    pane: rx.Var[str] = field(doc="The shown pane")
    on_pane: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The address, Back or Forward leads to this pane")


def page() -> rx.Component:
    return rx.el.div(
        pane,
        PaneHistory.create(pane=pane.value, on_pane=pane.set_value),
        SkipLink.create(words.SKIP, to=COMPOSER, class_name="skip-link"),
        layout(),
        conversations_pane(
            on_close=pane.set_value("chat"),
            is_open=pane.value == "conversations",
            palette_button=palette_button(),
            on_retry=LiveState.open_page,
        ),
        rx.el.div(class_name="shade", on_click=pane.set_value("chat"), aria_hidden="true"),
        _panes(),
        selection_watch(),
        rx.el.nav(
            _tab("chat", words.CHAT, "message-circle"),
            _tab("tasks", words.TASKS, "circle-check-big"),
            _tab("conversations", words.CONVERSATIONS, "messages-square"),
            class_name="tab-bar",
            aria_label=words.PANES,
        ),
        toast(),
        reminders(
            on_open=lambda number: [pane.set_value("tasks"), DetailState.open(number)],
            opened=LiveState.opened,
            account=ChatState.account,
        ),
        palette(),
        shortcuts(
            on_reach=lambda field: [
                pane.set_value(rx.cond(field == COMPOSER, "chat", "tasks")),
                PaletteState.reveal_field(field),
            ],
            # A deleted conversation is not in the log of the tasks.
            on_undo=rx.cond(
                UndoState.toast.thread_id != "",
                ConversationsState.restore(UndoState.toast.thread_id),
                UndoState.undo_last(),
            ),
        ),
        TaskLinks.create(
            highlighted=TasksState.lit,
            last_number=TasksState.counts.last_number,
            on_open=lambda number: [pane.set_value("tasks"), DetailState.show(number)],
        ),
        class_name="app",
        custom_attrs={
            "data-pane": pane.value,
            "data-week-start": SettingsState.week_start,
            "data-zone": SettingsState.timezone,
        },
    )


def _panes() -> rx.Component:
    return rx.el.main(
        rx.el.h1(words.PRODUCT, class_name="sr-only"),
        chat_pane(
            on_menu=pane.set_value("conversations"),
            connection=connection(ChatState.follow_running),
            unread=ConversationsState.unread_ids.contains(ChatState.thread_id),
            on_reach=MessageSearchState.reach,
            on_see=ConversationsState.see,
        ),
        task_pane(
            account=ChatState.account,
            page_failed=ChatState.error != "",
            on_retry=LiveState.open_page,
            on_show=pane.set_value("tasks"),
            on_time=LiveState.begin_day,
        ),
        class_name="panes",
    )


def _tab(name: str, label: str, icon: str) -> rx.Component:
    return button(
        (rx.icon(icon, size=20), rx.el.span(label)),
        "tab",
        pane.set_value(name),
        disabled=~ChatState.ready & (ChatState.error == ""),
        custom_attrs={"aria-current": rx.cond(pane.value == name, "page", "false")},
    )
