"""React components of the task list, typed for Python."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import Var, VarData

from taskchat_app.ui.core.components import PAGE
from taskchat_app.ui.tasks.patches import ListPatch
from taskchat_app.ui.tasks.rows import TaskRow


@dataclass(frozen=True)
class ListEntry:
    """A row of the list, with the heading of its group at the first row of each."""

    number: int
    row: TaskRow
    heading: str


def rows_of(patches: rx.Var[Sequence[ListPatch]]) -> rx.Var[Sequence[ListEntry]]:
    """The rows that the browser has made of all patches so far."""
    use = VarData(
        imports={f"{PAGE}task_list/task_rows.js": [ImportVar("useTaskRows")]},
        hooks={f"const taskRows = useTaskRows({patches!s})": None},
    )
    return Var(
        _js_expr="taskRows",
        _var_type=Sequence[ListEntry],
        _var_data=VarData.merge(patches._get_all_var_data(), use),  # pyright: ignore[reportPrivateUsage]: Reflex offers no other way
    )


class LostPatches(rx.Component):
    """Says so when the browser has missed a patch."""

    library = f"{PAGE}task_list/task_rows.js"
    tag = "LostPatches"
    patches: rx.Var[list[ListPatch]] = field(doc="The newest patches")
    on_lost: rx.EventHandler[no_args_event_spec] = field(doc="The list has to begin anew")


class LoadMore(rx.Component):
    """A button that asks for the next page, and does so by itself when the end of the list comes near."""

    library = f"{PAGE}task_list/load_more.js"
    tag = "LoadMore"
    list: rx.Var[str] = field(doc="What is listed; a change is another list")
    length: rx.Var[int] = field(doc="How many rows there are")
    on_near: rx.EventHandler[passthrough_event_spec(int)] = field(doc="More is wanted; the last patch that was seen")


class ScrollToTop(rx.Component):
    """A box that scrolls, and goes back to its top when another list is shown in it."""

    library = f"{PAGE}task_list/load_more.js"
    tag = "ScrollToTop"
    list: rx.Var[str] = field(doc="What is listed; a change is another list")


class SearchField(rx.Component):
    """A field that asks for what is typed as it is typed."""

    library = f"{PAGE}task_list/search_field.js"
    tag = "SearchField"
    value: rx.Var[str] = field(doc="What is searched for")
    placeholder: rx.Var[str] = field(doc="What stands in the empty field")
    read_only: rx.Var[bool] = field(doc="Whether nothing can be typed yet")
    on_search: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The person has typed other words")


class EditInPlace(rx.Component):
    """A button with a value, which becomes a line to write in, or a choice."""

    library = f"{PAGE}task_list/edit_in_place.js"
    tag = "EditInPlace"
    value: rx.Var[str] = field(doc="What it begins with")
    label: rx.Var[str] = field(doc="The name of the line or the choice")
    hint: rx.Var[str] = field(doc="What stands in the empty line")
    cover: rx.Var[str] = field(doc="The name of the button where it is not the value itself")
    options: rx.Var[list[list[str]]] = field(doc="What there is to choose from: values with their names")
    blank: rx.Var[str] = field(doc="What it shows for a blank value; without it, its children for all")
    field_class: rx.Var[str] = field(doc="The class of the line or the choice")
    on_keep: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The person has given it another value")


class FilterAddress(rx.Component):
    """Keeps the filters in the address of the page, and follows an address that the person comes to."""

    library = f"{PAGE}task_list/address.js"
    tag = "FilterAddress"
    search: rx.Var[str] = field(doc="The query of the address, with its question mark")
    typed: rx.Var[str] = field(doc="The part of it that is being typed")
    ready: rx.Var[bool] = field(doc="Whether the filters are known yet")
    on_follow: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The person came to another query")


class Timer(rx.Component):
    """Waits for a moment."""

    library = f"{PAGE}task_list/timer.js"
    tag = "Timer"
    at: rx.Var[str] = field(doc="Tells one moment from another")
    seconds: rx.Var[float] = field(doc="How long it is until then")
    on_come: rx.EventHandler[no_args_event_spec] = field(doc="It has come")
