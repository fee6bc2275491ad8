"""The pages draw everything that they are sent, each field of each state; a row is sent again for all that it shows."""

import asyncio
import atexit
import re
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import fields, is_dataclass, replace
from types import SimpleNamespace
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import reflex as rx
from reflex.vars.object import ObjectVar

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.i18n.date_style import DateStyle, date_style
from taskchat_app.ui.pages import routes
from taskchat_app.ui.task_list_state.list_address import TaskFilters
from taskchat_app.ui.task_list_state.list_reading import ListRequest, read_list
from tests.fields.stored_task import FIRST, FULL, NUMBER, Account
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


def test_everything_in_a_state_is_drawn(monkeypatch: pytest.MonkeyPatch):
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


async def test_a_row_is_sent_again_when_what_it_shows_beside_its_task_changes(account: Account):
    me, whole, of_step = account.person, TaskFilters(), TaskFilters(q=FULL["title"])
    has, has_step = [ListRequest((await read_list(me, one, ListRequest({}))).shown) for one in (whole, of_step)]

    async def sent(filters: TaskFilters, wanted: ListRequest, person: Person = me) -> set[int]:
        return {*(await read_list(person, filters, wanted)).rows}

    assert await sent(of_step, has_step) == set()
    twelve_hours = copy_context()
    twelve_hours.run(date_style.set, DateStyle.of_settings("12", ""))
    is_sent = {
        "language": NUMBER in await sent(of_step, replace(has_step, language="de")),
        "time zone": NUMBER in await sent(of_step, has_step, replace(me, timezone="Europe/Paris")),
        "clock": NUMBER in await asyncio.create_task(sent(of_step, has_step), context=twelve_hours),
        "groups": NUMBER in await sent(replace(of_step, sort="created"), has_step),
        "glow of a folded step": FIRST in await sent(whole, replace(has, glows=frozenset({NUMBER}))),
        "unfolded": FIRST in await sent(whole, replace(has, unfolded=frozenset({FIRST}))),
    }
    await account.add(parent_number=FIRST)
    is_sent["steps"] = FIRST in await sent(whole, has)
    await account.api.patch(f"/api/tasks/{FIRST}", json={"title": "Another title"})
    is_sent["title of the parent"] = NUMBER in await sent(of_step, has_step)
    missing = [name for name in is_sent if not is_sent[name]]
    assert not missing, f"_row_fingerprint (list_reading.py) lacks {missing}"
