"""Selects rows; renders the bar of actions for selected tasks, and their chip above the composer."""

import reflex as rx
from reflex.experimental.client_state import ClientStateVar
from reflex_base.components.component import field
from reflex_base.vars.number import NumberVar
from reflex_base.vars.sequence import ArrayVar

from taskchat_app.ui.core.components import PAGE, PageComponent, hook_value
from taskchat_app.ui.core.editing import date_edit
from taskchat_app.ui.core.elements import button, icon_button, text_input
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_list_state.bulk_state import DATE_OF_SELECTED, BulkState
from taskchat_app.ui.task_list_state.list_patches import ListPatch
from taskchat_app.ui.task_list_state.state import TasksState

choosing = ClientStateVar.create("choosing", default="")
"""The open choice for the selected tasks: "date", "priority", "tag" or ""."""


class ClearSelected(PageComponent):
    library = f"{PAGE}task_list/selection.js"


class SelectButton(PageComponent):
    library = f"{PAGE}task_list/selection.js"


class SelectMark(PageComponent):
    library = f"{PAGE}task_list/selection.js"
    number: rx.Var[int] = field(doc="The task's number")
    label: rx.Var[str] = field(doc="The button's name; contains {number}")


class RowSelection(PageComponent):
    library = f"{PAGE}task_list/selection.js"
    patches: rx.Var[list[ListPatch]] = field(doc="The newest patches of the list; rows that disappear are deselected")


def selection_watch() -> rx.Component:
    """Return the listeners of the page, and a live region with the number of selected tasks for screen readers."""
    return rx.fragment(
        RowSelection.create(patches=TasksState.patches),
        rx.el.div(
            rx.cond(any_selected(), _counted()), class_name="sr-only", role="status", aria_label=words.SELECTED_TASKS
        ),
    )


def select_button() -> rx.Component:
    return SelectButton.create(
        rx.icon("list-checks", size=16), words.SELECT_TASKS, class_name="menu-choice select-button"
    )


def selection_chip() -> rx.Component:
    """Return the chip above the composer with the tasks that the message will refer to."""
    return rx.cond(
        any_selected(),
        rx.el.div(
            rx.icon("list-checks", size=14),
            rx.el.span(_counted()),
            _clear(14, words.LEAVE_OUT_TASKS, "icon-button small"),
            class_name="selection-chip",
            role="group",
            aria_label=words.MESSAGE_TASKS,
        ),
    )


def selection_bar() -> rx.Component:
    return rx.fragment(
        choosing,
        rx.cond(
            any_selected(),
            rx.el.div(
                rx.match(choosing.value, ("priority", _priorities()), ("tag", _tag()), rx.fragment()),
                rx.el.div(
                    rx.el.span(_count(), " ", words.SELECTED, class_name="selection-count"),
                    icon_button("check", 16, words.COMPLETE_SELECTED, on_click=BulkState.complete(selected_numbers())),
                    date_edit(
                        rx.icon("calendar", size=16),
                        value="",
                        value_text="",
                        class_name="icon-button",
                        custom_attrs={"aria-label": words.DATE_SELECTED, "title": words.DATE_SELECTED},
                        editor=DATE_OF_SELECTED,
                        on_save=lambda phrase: BulkState.date(selected_numbers(), phrase),
                    ),
                    _choice("priority", "flag", words.PRIORITIZE_SELECTED),
                    _choice("tag", "tag", words.TAG_SELECTED),
                    icon_button("trash-2", 16, words.DELETE_SELECTED, on_click=BulkState.delete(selected_numbers())),
                    _clear(16, words.CLEAR_SELECTION, "icon-button"),
                    class_name="selection-actions",
                ),
                class_name="selection-bar",
                on_unmount=choosing.set_value(""),  # the next selection begins without a choice
                role="group",
                aria_label=words.SELECTED_TASKS,
            ),
        ),
    )


def any_selected() -> rx.Var[bool]:
    return _count() > 0


def _count() -> NumberVar[int]:
    return selected_numbers().length()


def _counted() -> rx.Component:
    return rx.fragment(_count(), " ", rx.cond(_count() == 1, words.SELECTED_ONE, words.SELECTED_MANY))


def _clear(size: int, name: str, class_name: str) -> rx.Component:
    icon = rx.icon("x", size=size)
    return ClearSelected.create(icon, class_name=class_name, custom_attrs={"aria-label": name, "title": name})


def _choice(kind: str, icon: str, name: str) -> rx.Component:
    """Return a button that shows and hides the options of one choice."""
    is_open = choosing.value == kind
    return icon_button(
        icon, 16, name, on_click=choosing.set_value(rx.cond(is_open, "", kind)), custom_attrs={"aria-expanded": is_open}
    )


def _priorities() -> rx.Component:
    return rx.el.div(
        *(
            button(
                words.PRIORITIES[name],
                "button outline pick",
                [BulkState.prioritize(selected_numbers(), name), choosing.set_value("")],
                auto_focus=name == "high",
            )
            for name in ("high", "medium", "low")
        ),
        class_name="selection-choices",
    )


def _tag() -> rx.Component:
    form = rx.el.form(
        text_input("typed", words.NEW_TAG, words.NEW_TAG, "selection-field", auto_focus=True),
        rx.el.button(words.APPLY, type="submit", class_name="button outline"),
        on_submit=[BulkState.tag(selected_numbers()), choosing.set_value("")],
        reset_on_submit=True,
        class_name="selection-line",
    )
    return rx.el.div(form, class_name="selection-choices")


def selected_numbers() -> ArrayVar[list[int]]:
    """Return the numbers of the selected tasks, in the order of the list; only the browser knows them."""
    numbers = hook_value("task_list/selection.js", "useSelectedNumbers", list[int])
    return numbers.to(list[int])
