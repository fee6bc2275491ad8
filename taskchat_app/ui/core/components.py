"""React components of assets/page/, typed for Python."""

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import VarData
from reflex_components_core.el.elements.base import BaseHTML
from reflex_components_core.el.elements.inline import A

PAGE = "$/public/page/"
"""The import path of `assets/page/` in the build."""


def hook_value(script: str, hook: str, value_type: Any, *arguments: rx.Var[Any]) -> rx.Var[Any]:
    """Return what a React hook returns for the arguments; `script`, of `assets/page/`, exports the hook."""
    use = VarData(
        imports={f"{PAGE}{script}": [ImportVar(hook)]},
        hooks={f"const {hook}Value = {hook}({', '.join(map(str, arguments))})": None},
    )
    given = [argument._get_all_var_data() for argument in arguments]  # pyright: ignore[reportPrivateUsage]  # Reflex offers no other way
    return rx.Var(_js_expr=f"{hook}Value", _var_type=value_type, _var_data=VarData.merge(*given, use))


class PageComponent(rx.Component):
    """A component of `assets/page/`: `library` is its file, which exports it under this name and says what it does."""

    @classmethod
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.tag = cls.__name__


class Form(BaseHTML):
    """A form submitted by our own components; `rx.el.form` would send its fields to the server."""

    tag = "form"


class ApiForm(PageComponent):
    library = f"{PAGE}connection/api_form.js"
    action: rx.Var[str] = field(doc="The path of the API")


class Unreachable(PageComponent):
    library = f"{PAGE}connection/connection.js"
    hydrated: rx.Var[bool] = field(doc="Whether the server has answered since the page was loaded")
    alone: rx.Var[bool] = field(
        doc="Whether the page neither shows the state of the connection elsewhere nor sends by itself"
    )


class KeptFocus(PageComponent):
    """Moves the focus of a control that has disappeared to the one that had it before."""

    library = f"{PAGE}core/focus_restore.js"


class Checkbox(PageComponent):
    library = f"{PAGE}task_list/checkbox.js"
    number: rx.Var[int] = field(doc="The task's number")
    checked: rx.Var[bool] = field(doc="The server's value")


class Details(PageComponent):
    library = f"{PAGE}core/disclosures.js"
    name: rx.Var[str] = field(doc="Unique name under which the open state is kept")


class DownloadButton(PageComponent):
    library = f"{PAGE}connection/download.js"
    path: rx.Var[str] = field(doc="The path of the API")
    file: rx.Var[str] = field(doc="The name of the file; contains {day}")


class CopyButton(PageComponent):
    library = f"{PAGE}core/copy.js"
    text: rx.Var[str] = field(doc="The text to copy")
    parts: rx.Var[Sequence[Any]] = field(doc="Parts with `kind` and `text`, instead of a text")
    copy: rx.Var[str] = field(doc="The button's name")


class TimedNotice(PageComponent):
    library = f"{PAGE}core/timed_notice.js"
    token: rx.Var[str] = field(doc="Identifies the notice; a change restarts the time")
    seconds: rx.Var[int] = field(doc="How long it is shown")
    on_gone: rx.EventHandler[no_args_event_spec] = field(doc="Its time is over")


class PlainLink(A):
    """A link that causes a page load; those of `rx.el.a` use the router."""


class AttributeToggle(PageComponent):
    library = f"{PAGE}core/disclosures.js"
    label: rx.Var[str] = field(doc="The button's name")
    closest: rx.Var[str] = field(doc="The selector of the element")
    attribute: rx.Var[str] = field(doc="The attribute's name")


class EscapePanel(PageComponent):
    library = f"{PAGE}core/escape_panel.js"
    opener: rx.Var[str] = field(doc="The id of the button that opens it")
    on_close: rx.EventHandler[no_args_event_spec] = field(doc="The user pressed Escape")


ORDER_LIBRARY = f"{PAGE}task_list/manual_order.js"
DRAG_PACKAGES = ["@dnd-kit/core@6.3.1", "@dnd-kit/sortable@10.0.0"]


class SortableRows(PageComponent):
    library = ORDER_LIBRARY
    lib_dependencies: list[str] = DRAG_PACKAGES
    by_hand: rx.Var[bool] = field(doc="Whether the list is in manual order")
    on_move: rx.EventHandler[passthrough_event_spec(int, int, int, bool)] = field(
        doc="The row was moved: its number, those of the rows above and below, 0 for none, and whether it is a step"
    )


class SortableSteps(PageComponent):
    library = ORDER_LIBRARY
    lib_dependencies: list[str] = DRAG_PACKAGES
    numbers: rx.Var[Sequence[int]] = field(doc="The numbers of the steps, in order")
    on_move: rx.EventHandler[passthrough_event_spec(int, int, int, bool)] = field(doc="As that of SortableRows")


class RowItem(PageComponent):
    """A row of SortableRows or SortableSteps."""

    library = ORDER_LIBRARY
    number: rx.Var[int] = field(doc="The task's number")
    step: rx.Var[bool] = field(doc="Whether it is a step below its task")


class DragHandle(PageComponent):
    """The handle by which a RowItem is dragged, or moved by keys."""

    library = ORDER_LIBRARY
    number: rx.Var[int] = field(doc="The task's number")
