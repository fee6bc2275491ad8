"""The pages draw everything that they are sent, each field of each state; a row is sent again for all that it shows."""

import asyncio
import atexit
import re
import sys
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import SimpleNamespace, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import reflex as rx
from reflex.vars.object import ObjectVar
from reflex_base.utils.format import to_camel_case

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.i18n.date_style import DateStyle, date_style
from taskchat_app.ui.core.components import PageComponent
from taskchat_app.ui.pages import routes
from taskchat_app.ui.pages.settings import LIST_SECTIONS
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.task_list_state.list_address import TaskFilters
from taskchat_app.ui.task_list_state.list_reading import ListRequest, read_list
from tests.fields.stored_task import FIRST, FULL, NUMBER, Account
from tests.serving import PROJECT

FOR_SCRIPTS = "AddOutcome ListPatch Refusal SendOutcome"
"""What a script gets as a whole (see test_scripts.py)."""
NOT_DRAWN = (
    "CallView.listed CallView.row_sentences FeedsState.secret OutcomeRow.due PushState.secret TaskFilters.order "
    "TaskFilters.sort TaskFilters.tags TaskRow.group ViewCounts.later ViewCounts.next_due ViewCounts.next_start"
)
"""What the server alone reads, the groups of rows, which rows_view.py makes of all, and what other sections show."""


HELPERS = "copied_text create date_edit _date_edit _entry _field"
"""Functions that pass on the props of their callers."""
NOT_GIVEN = {
    "answer_footer.answer_footer CopyButton": "text",
    "command_palette._command PaletteEntry": "also is_result prints target_id",
    "command_palette.entry PaletteEntry": "also prints target_id",
    "feeds._feed CopyButton": "parts",
    "filter_bar._bound DateEdit": "answer overlay_label problem",
    "panel._due DateEdit": "editor empty_text overlay_label",
    "panel._text_row DetailField": "edit lines",
    "panel.task_detail DetailField": "hint lines named",
    "row._actions DateEdit": "answer empty_text overlay_label problem",
    "row._due DateEdit": "answer empty_text problem",
    "row._priority_choice EditInPlace": "editor on_tap",
    "row._title EditInPlace": "options overlay_label",
    "section_parts.new_secret CopyButton": "parts",
    "selection_bar.selection_bar DateEdit": "answer empty_text overlay_label problem",
    "steps_section._step RowItem": "step",
}
"""Where a component is without some of its props."""
PASSED_ON = "EditBox.name MessageBox.placeholder MessageBox.rows SearchField.placeholder SearchField.read_only"
"""Props that are attributes of the component's element, which its script does not read."""


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


@dataclass(frozen=True)
class Pages:
    """What the pages draw, and the props that their components do not get, or their scripts do not read."""

    html: str
    drawn: set[str]
    lacking: set[str]
    unread: set[str]


@pytest.fixture(scope="module")
def pages() -> Pages:
    """The pages, drawn once: later, memoized components would be left out."""
    drawn, lacking, unread, html = set[str](), set[str](), set[str](), list[str]()
    attribute, create, common = ObjectVar.__getattr__, PageComponent.create.__func__, PageComponent.get_fields()

    def note(var: Any, name: str) -> Any:
        kind = get_args(var._var_type)[0] if isinstance(var._var_type, UnionType) else var._var_type  # of `Kind | None`
        drawn.add(f"{(get_origin(kind) or kind).__name__}.{name}")
        return attribute(var, name)

    def created(kind: Any, *children: Any, **props: Any) -> Any:
        made, frame = create(kind, *children, **props), sys._getframe(1)
        while frame.f_code.co_name in HELPERS.split() and frame.f_back:
            frame = frame.f_back
        script = (PROJECT / "assets" / made.library.removeprefix("$/public/")).read_text()
        for name in kind.get_fields().keys() - common:
            is_given = name in made.event_triggers if name.startswith("on_") else getattr(made, name) is not None
            if not is_given:
                lacking.add(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name} {kind.__name__}.{name}")
            if not re.search(rf"\b{to_camel_case(name)}\b", script):
                unread.add(f"{kind.__name__}.{name}")
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ObjectVar, "__getattr__", note)
        patch.setattr(PageComponent, "create", classmethod(created))
        routes.register(SimpleNamespace(add_page=lambda page, **_: html.append(str(page().render()))))  # type: ignore[arg-type]  # pyright: ignore
    return Pages("".join(html), drawn, lacking, unread)


def test_everything_in_a_state_is_drawn(pages: Pages):
    variables = [
        (state, name, var)
        for state in {*below(rx.State)}
        for name, var in state.base_vars.items()
        if state.__module__.startswith("taskchat_app.") and not name.startswith("rx_router")
    ]
    missing = [f"{state.__name__}.{name}" for state, name, var in variables if str(var) not in pages.html]
    for kind in {kind for _, _, var in variables for kind in classes_in(var._var_type)}:
        if kind.__name__ not in FOR_SCRIPTS.split():
            shown = (f"{kind.__name__}.{field.name}" for field in fields(kind))
            missing += [name for name in shown if name not in pages.drawn]
    assert sorted(missing) == NOT_DRAWN.split()


def test_every_component_gets_every_prop_and_reads_it(pages: Pages):
    assert pages.lacking == {f"{place}.{name}" for place, names in NOT_GIVEN.items() for name in names.split()}
    assert sorted(pages.unread) == PASSED_ON.split()


def test_every_event_of_a_state_is_sent(pages: Pages):
    sources = "".join(file.read_text() for file in (PROJECT / "taskchat_app" / "ui").rglob("*.py"))
    events = [
        (state, name)
        for state in {*below(rx.State)}
        for name, handler in state.event_handlers.items()
        if handler.fn.__module__.startswith("taskchat_app.") and not state._mixin
    ]
    named = {f"{owner}.{name}" for owner, name in re.findall(r"\b(\w+)\.(\w+)", sources)}
    sections = (SettingsState, *LIST_SECTIONS)  # routes.py and settings.py send events of each `state` of them
    unsent = [
        f"{state.__name__}.{name}"
        for state, name in events
        if not named & {f"{state.__name__}.{name}", f"self.{name}"}
        and not (state in sections and f"state.{name}" in named)
        and f"{state.get_full_name()}.{name}" not in pages.html
    ]
    assert sorted(unsent) == []


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
