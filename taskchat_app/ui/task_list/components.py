"""React components of the task list, typed for Python."""

from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.task_list_state.add_state import AddOutcome
from taskchat_app.ui.task_list_state.list_patches import ListPatch


class OfflineList(PageComponent):
    library = f"{PAGE}task_list/offline_list.js"
    account: rx.Var[str] = field(doc="The user's id; empty until the list is known")
    due: rx.Var[int] = field(doc="The number of tasks that are due")
    patches: rx.Var[list[ListPatch]] = field(doc="The newest changes of the list")


class ScrollToTop(PageComponent):
    library = f"{PAGE}task_list/folded_heads.js"
    list: rx.Var[str] = field(doc="Identifies the list")


class SearchField(PageComponent):
    library = f"{PAGE}task_list/search_field.js"
    value: rx.Var[str] = field(doc="The text to search for")
    placeholder: rx.Var[str] = field(doc="As in HTML")
    read_only: rx.Var[bool] = field(doc="Whether the page is not ready for input yet")
    on_search: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user typed this text")


class EditInPlace(PageComponent):
    library = f"{PAGE}task_list/edit_in_place.js"
    value: rx.Var[str] = field(doc="The value")
    label: rx.Var[str] = field(doc="The accessible name of the text field or select element")
    overlay_label: rx.Var[str] = field(doc="The name of a button over the value; without it, the value is the button")
    options: rx.Var[list[list[str]]] = field(doc="The options to choose from, each as [value, name]; none for a text")
    field_class: rx.Var[str] = field(doc="The class of the text field or select element")
    editor: rx.Var[str] = field(doc="A name of its own on the page, to which EditRefusal returns a refused text")
    on_save: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user saved this value")
    on_tap: rx.EventHandler[no_args_event_spec] = field(doc="The user tapped it on a touch screen, instead of editing")


class ListAddress(PageComponent):
    library = f"{PAGE}task_list/address.js"
    search: rx.Var[str] = field(doc="The address's query, with its question mark")
    typed: rx.Var[str] = field(doc="The part of it that the user types")
    task: rx.Var[int] = field(doc="The number of the open task; 0 for none")
    ready: rx.Var[bool] = field(doc="Whether the filters are known yet")
    on_follow: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user opened an address with this list")
    on_show: rx.EventHandler[no_args_event_spec] = field(doc="The address names a task")
    on_task: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The user opened an address with this task, or 0")


class ListMenu(PageComponent):
    """The button of the list's menu: its icon is the first child, its choices are the others."""

    library = f"{PAGE}task_list/list_menu.js"
    label: rx.Var[str] = field(doc="The button's name")


class AddLine(PageComponent):
    library = f"{PAGE}task_list/add_line.js"
    account: rx.Var[str] = field(doc="The user's id; empty until it is known")
    removed: rx.Var[list[str]] = field(doc="The keys of the chips that the user has removed")
    on_text: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The text has changed other than by typing")


class TaskSender(PageComponent):
    library = f"{PAGE}task_list/add_line.js"
    account: rx.Var[str] = field(doc="The user's id; empty until the list is known")
    form_id: rx.Var[str] = field(doc="The id of the add line's form")
    outcomes: rx.Var[list[AddOutcome]] = field(doc="The latest outcomes of sent tasks")
    on_send: rx.EventHandler[passthrough_event_spec(dict[str, Any])] = field(doc="A task for SentTask.of")


class TickSender(PageComponent):
    library = f"{PAGE}pending/ticks.js"
    account: rx.Var[str] = field(doc="The user's id; empty until it is known")
    on_send: rx.EventHandler[passthrough_event_spec(int, bool)] = field(
        doc="The task of this number is to be done, or open again"
    )


class WaitingTasks(PageComponent):
    library = f"{PAGE}task_list/add_line.js"
    account: rx.Var[str] = field(doc="The user's id; empty until it is known")
    form_id: rx.Var[str] = field(doc="The id of the add line's form")
    on_text: rx.EventHandler[passthrough_event_spec(str)] = field(
        doc="A task has returned to the add line as this text"
    )


class Timer(PageComponent):
    library = f"{PAGE}task_list/refresh_timer.js"
    at: rx.Var[str] = field(doc="Identifies the moment; a change restarts the timer, empty stops it")
    seconds: rx.Var[float] = field(doc="The time until the moment")
    on_come: rx.EventHandler[no_args_event_spec] = field(doc="The time is over")
