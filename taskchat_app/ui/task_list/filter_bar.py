"""Renders search, filters, active filter chips and tags."""

import reflex as rx

from taskchat_app.domain.tasks.sorted_pages import SORTS
from taskchat_app.ui.core.components import EscapePanel
from taskchat_app.ui.core.editing import date_edit
from taskchat_app.ui.core.element_ids import SEARCH_FIELD
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.core.pending_controls import ChoiceSelect, Segment, Segments
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_list.components import SearchField
from taskchat_app.ui.task_list_state.filter_chips import FilterChip, TagChoice
from taskchat_app.ui.task_list_state.filters_state import FiltersState
from taskchat_app.ui.task_list_state.list_address import OPEN
from taskchat_app.ui.task_list_state.state import TasksState

PANEL = "task-filters"
MENU = "list-menu"
"""The ids of the panel and of the button of the menu that opens it."""


def search_field() -> rx.Component:
    return rx.el.div(
        rx.icon("search", size=14, class_name="add-icon"),
        SearchField.create(
            id=SEARCH_FIELD,
            value=TasksState.filters.q,
            class_name="add-input",
            placeholder=words.SEARCH_HINT,
            read_only=~TasksState.ready,
            custom_attrs={"aria-label": words.SEARCH, "autoComplete": "off"},
            on_search=FiltersState.search,
        ),
        class_name="search-line",
    )


def filter_button() -> rx.Component:
    """Return the choice of the list's menu that shows and hides the filters."""
    return button(
        (rx.icon("sliders-horizontal", size=16), words.FILTER),
        "menu-choice",
        FiltersState.toggle,
        disabled=~TasksState.ready,
        custom_attrs={"aria-expanded": FiltersState.is_open, "aria-controls": PANEL},
    )


def filter_panel() -> rx.Component:
    is_up = TasksState.order == "asc"
    direction = rx.cond(is_up, words.ASCENDING, words.DESCENDING)
    return EscapePanel.create(
        rx.el.div(
            rx.el.span(words.PRIORITY, class_name="filter-name", id="filter-priority"),
            Segments.create(
                Segment.create(words.ANY_PRIORITY, name="", class_name="segment"),
                *(
                    Segment.create(words.PRIORITIES[name], name=name, class_name="segment")
                    for name in ("high", "medium", "low")
                ),
                value=TasksState.filters.priority,
                on_choose=FiltersState.choose_priority,
                class_name="segments",
                custom_attrs={"aria-labelledby": "filter-priority"},
            ),
            class_name="filter-row",
        ),
        _bound("due_after", words.DUE_FROM, TasksState.filters.due_after),
        _bound("due_before", words.DUE_UNTIL, TasksState.filters.due_before),
        rx.el.div(
            rx.el.label(words.SORT, class_name="filter-name", html_for="sort-tasks"),
            ChoiceSelect.create(
                *(rx.el.option(words.SORT_NAMES[sort], value=sort) for sort in SORTS),
                id="sort-tasks",
                class_name="filter-value",
                value=TasksState.sort,
                on_change=FiltersState.sort_by,
            ),
            button(
                rx.cond(is_up, rx.icon("arrow-up-narrow-wide", size=15), rx.icon("arrow-down-wide-narrow", size=15)),
                "icon-button small",
                FiltersState.turn_around,
                aria_label=direction,
                title=direction,
            ),
            class_name="filter-row",
        ),
        opener=MENU,
        on_close=FiltersState.close,
        id=PANEL,
        class_name="filter-panel",
        custom_attrs={"role": "group", "aria-label": words.FILTER},
    )


def _bound(name: str, label: str, value: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        rx.el.span(label, class_name="filter-name", id=f"name-{name}"),
        date_edit(
            value=value,
            value_text=TasksState.bounds[name],
            empty_text=words.ANY_DAY,
            clear_label=words.ANY_DAY,
            label=label,
            class_name="filter-value",
            id=f"value-{name}",
            custom_attrs={"aria-labelledby": f"name-{name} value-{name}"},
            editor=name,
            on_save=lambda phrase: FiltersState.bound(name, phrase),
        ),
        class_name="filter-row",
    )


def question_bar() -> rx.Component:
    """Return the line above a list that is shown for a question in the chat, with the way back."""
    return rx.cond(
        TasksState.filters.asked,
        rx.el.div(
            rx.el.span(words.SHOWN_FOR_QUESTION),
            button(words.BACK_TO_OPEN, "undo", FiltersState.choose_view(OPEN)),
            class_name="question-bar",
            role="status",
        ),
    )


def active_filters() -> rx.Component:
    """Return the active filters as chips, and the number of matching tasks."""
    return rx.cond(
        TasksState.filter_chips.length() > 0,
        rx.el.div(
            rx.foreach(TasksState.filter_chips, _chip),
            rx.el.span(
                TasksState.found,
                " ",
                rx.cond(TasksState.found == 1, words.FOUND_ONE, words.FOUND_MANY),
                class_name="tasks-found",
                role="status",
            ),
            rx.cond(
                ~TasksState.filters.asked, button(words.CLEAR, "undo", FiltersState.clear, title=words.CLEAR_FILTERS)
            ),
            class_name="active-filters",
            role="group",
            aria_label=words.FILTERS,
        ),
    )


def _chip(chip: FilterChip) -> rx.Component:
    return button(
        (chip.text, rx.icon("x", size=12)),
        "chip",
        FiltersState.remove(chip.kind, chip.value),
        dir="auto",
        title=chip.removal,
        custom_attrs={"aria-label": chip.removal},
        key=chip.kind + chip.value,
    )


def tag_strip() -> rx.Component:
    return rx.cond(
        TasksState.tag_choices.length() > 0,
        rx.el.div(
            rx.foreach(TasksState.tag_choices, _tag), class_name="tag-strip", role="group", aria_label=words.TAGS
        ),
    )


def _tag(choice: TagChoice) -> rx.Component:
    return button(
        ("#", choice.tag, rx.el.span(choice.count, class_name="count")),
        "tag-choice",
        FiltersState.toggle_tag(choice.tag),
        dir="auto",
        custom_attrs={"aria-pressed": choice.chosen},
        key=choice.tag,
    )
