"""Renders the tasks pane: views, add line, and list, activity or task panel."""

from typing import Any

import reflex as rx

from taskchat_app.ui.activity.timeline import activity
from taskchat_app.ui.core.editing import EditRefusal
from taskchat_app.ui.core.element_ids import ADD_FIELD
from taskchat_app.ui.core.elements import alert, button, text_input
from taskchat_app.ui.core.pending_controls import ServerPreview
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_detail.panel import task_detail
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list import components, filter_bar
from taskchat_app.ui.task_list.rows_view import task_list
from taskchat_app.ui.task_list.selection_bar import any_selected, select_button, selection_bar
from taskchat_app.ui.task_list_state.add_line_parser import Chip
from taskchat_app.ui.task_list_state.add_state import AddState
from taskchat_app.ui.task_list_state.filters_state import FiltersState
from taskchat_app.ui.task_list_state.list_address import ACTIVITY
from taskchat_app.ui.task_list_state.row_state import RowState
from taskchat_app.ui.task_list_state.state import TasksState

ADD_LINE = "add-line"
"""The id of the form of the add line."""
VIEWS_OF_MENU = {"later": "hourglass", "deleted": "trash-2", ACTIVITY: "history"}
"""The views that are chosen in the menu, each with its icon."""
RETRY_SECONDS = 2
"""After a failed read the page tries again after this time."""


def task_pane(
    *, account: rx.Var[str], page_failed: rx.Var[bool], on_retry: Any, on_show: Any, on_time: Any
) -> rx.Component:
    """Return the pane of this user; `on_show` shows it on a phone.

    `page_failed`: the page could not be loaded; `on_retry` loads it again. `on_time`: a task fell due or a day began.
    """
    return rx.el.section(
        _head(),
        rx.cond(DetailState.is_open, task_detail(), _list(account, page_failed, on_retry, on_time)),
        rx.el.div(
            alert(TasksState.error, on_dismiss=TasksState.dismiss_error),
            rx.cond(DetailState.is_open, rx.fragment(), selection_bar()),
            class_name="tasks-foot",
            custom_attrs={"data-selection": any_selected()},
        ),
        components.OfflineList.create(
            account=rx.cond(TasksState.ready, account, ""), due=TasksState.counts.overdue, patches=TasksState.patches
        ),
        EditRefusal.create(refusal=TasksState.refusal),
        components.TaskSender.create(
            account=rx.cond(TasksState.ready, account, ""),
            form_id=ADD_LINE,
            outcomes=AddState.outcomes,
            on_send=AddState.add,
        ),
        components.TickSender.create(account=account, on_send=RowState.tick),
        components.ListAddress.create(
            search=TasksState.address,
            typed=TasksState.filters.q,
            task=rx.cond(DetailState.is_open, DetailState.task.number, 0),
            # Before hydration the state still has the address of this tab's previous page.
            ready=TasksState.ready & TasksState.is_hydrated,
            on_follow=TasksState.apply_address,
            on_show=on_show,
            on_task=DetailState.follow_address,
        ),
        components.Timer.create(
            at=TasksState.wake.at, seconds=TasksState.wake.seconds, on_come=[TasksState.pass_time, on_time]
        ),
        class_name="tasks",
        aria_label=words.TASKS,
    )


def _list(account: rx.Var[str], page_failed: rx.Var[bool], on_retry: Any, on_time: Any) -> rx.Component:
    is_activity = TasksState.filters.view == ACTIVITY
    # If the first read failed, the page has not been opened either. A day may have begun meanwhile.
    retry = [rx.cond(TasksState.ready, TasksState.resend, on_retry), on_time]
    return rx.fragment(
        rx.cond(
            ~is_activity,
            rx.fragment(
                _add_line(account),
                components.WaitingTasks.create(
                    account=account,
                    form_id=ADD_LINE,
                    on_text=AddState.understand,
                    class_name="waiting-tasks",
                    custom_attrs={"aria-label": words.WAITING_TASKS},
                ),
                rx.cond(FiltersState.is_open, filter_bar.filter_panel()),
                filter_bar.question_bar(),
                filter_bar.active_filters(),
            ),
        ),
        components.ScrollToTop.create(
            rx.cond(
                (TasksState.failure != "") | (~TasksState.ready & page_failed),
                rx.el.div(
                    rx.el.p(words.TASKS_FAILED),
                    button(words.RETRY, "button outline", retry),
                    components.Timer.create(at=TasksState.failure, seconds=RETRY_SECONDS, on_come=retry),
                    class_name="tasks-failed",
                    role="alert",
                ),
                rx.cond(is_activity, activity(), rx.fragment(filter_bar.tag_strip(), task_list())),
            ),
            list=TasksState.address,
            class_name="tasks-scroll",
        ),
    )


def _head() -> rx.Component:
    view = TasksState.filters.view
    return rx.fragment(
        rx.el.header(
            rx.el.h2(
                rx.match(view, *((name, words.VIEW_NAMES[name]) for name in VIEWS_OF_MENU), words.TASKS),
                class_name="pane-title",
            ),
            rx.cond((view != ACTIVITY) & ~DetailState.is_open, filter_bar.search_field()),
            _menu(),
            class_name="tasks-head",
        ),
        rx.el.div(*(_view(name) for name in ("open", "today", "upcoming", "overdue", "done")), class_name="views"),
    )


def _menu() -> rx.Component:
    """Return the menu of the actions and views that are rarely needed."""
    is_list = (TasksState.filters.view != ACTIVITY) & ~DetailState.is_open
    return components.ListMenu.create(
        rx.icon("ellipsis", size=18),
        rx.cond(is_list, rx.fragment(select_button(), filter_bar.filter_button())),
        *(
            _view_button(name, "menu-choice", rx.icon(icon, size=16), words.VIEW_NAMES[name])
            for name, icon in VIEWS_OF_MENU.items()
        ),
        label=words.LIST_MENU,
        id=filter_bar.MENU,
        class_name="icon-button",
    )


def _view(name: str) -> rx.Component:
    count = getattr(TasksState.counts, name)
    # Zero is only for screen readers.
    shown = rx.cond(TasksState.ready, rx.el.span(count, class_name=rx.cond(count == 0, "sr-only", "count")))
    warns = count > 0 if name == "overdue" else False
    return _view_button(name, "view", words.VIEW_NAMES[name], shown, **{"data-warns": warns})


def _view_button(name: str, class_name: str, *content: rx.Component | str, **attributes: Any) -> rx.Component:
    return button(
        content,
        class_name,
        [DetailState.close, FiltersState.choose_view(name)],
        disabled=~TasksState.ready,
        custom_attrs={"aria-pressed": TasksState.filters.view == name, **attributes},
    )


def _add_line(account: rx.Var[str]) -> rx.Component:
    return components.AddLine.create(
        rx.el.div(
            rx.icon("plus", size=16, class_name="add-icon"),
            text_input(
                "task",
                words.ADD_TASK,
                words.ADD_PLACEHOLDER,
                "add-input",
                id=ADD_FIELD,
                # Input before hydration would be lost.
                read_only=~TasksState.ready,
                # Not debounced: a late event would bring back the chips of a sentence that was just added.
                on_change=AddState.understand,
            ),
            class_name="add-field",
        ),
        ServerPreview.create(
            rx.foreach(AddState.chips, _chip), form=ADD_LINE, any=AddState.chips.length() > 0, class_name="chips"
        ),
        account=account,
        removed=AddState.removed_chips,
        on_text=AddState.understand,
        id=ADD_LINE,
        class_name="add-line",
    )


def _chip(chip: Chip) -> rx.Component:
    # How many tasks there will be is no part that could be removed.
    count = rx.el.span(chip.text, class_name="chip", key="count")
    return rx.cond(chip.kind == "count", count, _removable_chip(chip))


def _removable_chip(chip: Chip) -> rx.Component:
    mark = rx.match(
        chip.kind,
        ("due", rx.icon("calendar", size=12)),
        ("start", rx.icon("calendar-clock", size=12)),
        ("repeat", rx.icon("repeat", size=12)),
        ("step", rx.icon("corner-down-right", size=12)),
        ("order", rx.icon("circle-help", size=12)),
        ("tag", rx.el.span("#", class_name="chip-hash")),
        rx.el.span(class_name="priority-mark", custom_attrs={"data-priority": chip.kind}),
    )
    return button(
        (mark, chip.text, rx.cond(chip.kind != "order", rx.icon("x", size=12))),
        "chip",
        AddState.remove_chip(chip.key),
        dir="auto",
        title=chip.removal,
        key=chip.kind + chip.key,
    )
