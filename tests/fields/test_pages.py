"""The pages draw everything that they are sent: each variable of a state, and each field of what is in it."""

import atexit
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import reflex as rx
from reflex.vars.object import ObjectVar

from taskchat_app.ui.pages import routes
from tests.serving import PROJECT

FOR_SCRIPTS = "AddOutcome ListPatch Refusal SendOutcome"
"""What a script of assets/page gets as a whole, and reads there."""
NOT_DRAWN = (
    "CallView.listed CallView.row_sentences FeedsState.secret OutcomeRow.due PushState.secret TaskFilters.order "
    "TaskFilters.sort TaskFilters.tags TaskRow.group ViewCounts.later ViewCounts.next_due ViewCounts.next_start"
)
"""What the server alone reads, the groups of rows, which rows_view.py makes of all, and what other sections show."""


def below(kind: type) -> Iterator[type]:
    for one in type.__subclasses__(kind):
        yield one
        yield from below(one)


@atexit.register
def _delete_no_more_caches() -> None:
    """Keep variables of pages, which live until the end of the process, from asking for Reflex's modules then."""
    for kind in {*below(object)}:
        if hasattr(vars(kind).get("__del__"), "cached_field_names"):
            delattr(kind, "__del__")


def classes_in(annotation: Any) -> Iterator[type]:
    """Yield the dataclasses in a type, and those in their fields."""
    if is_dataclass(annotation) and isinstance(annotation, type):
        yield annotation
    for part in (*get_args(annotation), *(get_type_hints(annotation).values() if is_dataclass(annotation) else ())):
        yield from classes_in(part)


def test_everything_in_a_state_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: set[str] = set()
    attribute = ObjectVar.__getattr__

    def note(var: Any, name: str) -> Any:
        drawn.add(f"{(get_origin(var._var_type) or var._var_type).__name__}.{name}")
        return attribute(var, name)

    monkeypatch.setattr(ObjectVar, "__getattr__", note)
    pages: list[str] = []
    routes.register(SimpleNamespace(add_page=lambda page, **_: pages.append(str(page().render()))))  # type: ignore[arg-type]  # pyright: ignore
    html = "".join(pages)
    scripts = "".join(file.read_text() for file in (PROJECT / "assets" / "page").rglob("*.js*"))
    variables = [
        (state, name, var)
        for state in {*below(rx.State)}
        for name, var in state.base_vars.items()
        if state.__module__.startswith("taskchat_app.") and not name.startswith("rx_router")
    ]
    missing = [f"{state.__name__}.{name}" for state, name, var in variables if str(var) not in html]
    for kind in {kind for _, _, var in variables for kind in classes_in(var._var_type)}:
        for field in fields(kind):
            is_read = kind.__name__ in FOR_SCRIPTS.split() and re.search(rf"\b{field.name}\b", scripts)
            if not is_read and f"{kind.__name__}.{field.name}" not in drawn:
                missing.append(f"{kind.__name__}.{field.name}")
    assert sorted(missing) == NOT_DRAWN.split()
