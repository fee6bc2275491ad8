"""React components for selecting rows, typed for Python."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.vars.sequence import ArrayVar

from taskchat_app.ui.core.components import PAGE, PageComponent, hook_value
from taskchat_app.ui.task_list_state.list_patches import ListPatch


def selected_numbers() -> ArrayVar[list[int]]:
    """Return the numbers of the selected tasks, in the order of the list; only the browser knows them."""
    numbers = hook_value("task_list/selection.js", "useSelectedNumbers", list[int])
    return numbers.to(list[int])  # pyright: ignore[reportUnknownMemberType]  # Reflex leaves it so


class RowSelection(PageComponent):
    """Handles clicks with Ctrl or Shift, long presses and keys on the rows of the list."""

    library = f"{PAGE}task_list/selection.js"
    patches: rx.Var[list[ListPatch]] = field(doc="The newest patches of the list; rows that disappear are deselected")


class SelectMark(PageComponent):
    """The button that selects a row."""

    library = f"{PAGE}task_list/selection.js"
    number: rx.Var[int] = field(doc="The task's number")
    label: rx.Var[str] = field(doc="The button's name; contains {number}")


class SelectButton(PageComponent):
    """A button that turns on selecting rows by a click."""

    library = f"{PAGE}task_list/selection.js"


class ClearSelected(PageComponent):
    """A button that clears the selection."""

    library = f"{PAGE}task_list/selection.js"
