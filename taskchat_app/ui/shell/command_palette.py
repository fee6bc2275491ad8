"""Renders the command palette."""

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec
from reflex_base.style import LiteralColorMode, set_color_mode

from taskchat_app.ui.chat.pane import ThreadComponent
from taskchat_app.ui.conversations.page_addresses import LIST_ADDRESS, panes_address
from taskchat_app.ui.core import element_ids
from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.element_ids import pane
from taskchat_app.ui.core.session import SETTINGS
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.preferences import THEME_ICONS
from taskchat_app.ui.shell.command_palette_state import FoundConversation, PaletteState
from taskchat_app.ui.shell.shortcuts import SHORTCUTS
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list_state.filters_state import FiltersState
from taskchat_app.ui.task_list_state.rows import TaskRow

Events = Sequence[rx.event.EventSpec]


class Palette(PageComponent):
    library = f"{PAGE}shell/palette.js"
    lib_dependencies: list[str] = field(default_factory=lambda: ["cmdk@1.1.1"], is_javascript_property=False)
    opener: rx.Var[str] = field(doc="The id of the button that opens it")
    results_token: rx.Var[str] = field(doc="The token of the search that the server answered last")
    on_search: rx.EventHandler[passthrough_event_spec(str, str)] = field(doc="What was typed, and a token for it")


class PaletteGroup(PageComponent):
    library = f"{PAGE}shell/palette.js"
    heading: rx.Var[str] = field(doc="The heading")


class PaletteEntry(PageComponent):
    library = f"{PAGE}shell/palette.js"
    entry: rx.Var[str] = field(doc="Unique id of the entry")
    name: rx.Var[str] = field(doc="The text that typed words are matched with")
    is_result: rx.Var[bool] = field(doc="Whether it is a search result of the server")
    target_id: rx.Var[str] = field(doc="The id of the element to activate; empty for none")
    also: rx.Var[str] = field(doc="Further words that find it")
    prints: rx.Var[bool] = field(doc="Whether it prints the page afterwards")
    on_choose: rx.EventHandler[no_args_event_spec] = field(doc="The user chose it")


class PaletteTyped(ThreadComponent):
    library = f"{PAGE}shell/palette.js"
    adds: rx.Var[bool] = field(doc="Whether it adds a task")
    on_choose: rx.EventHandler[no_args_event_spec] = field(doc="The user chose it")


def palette(*, away: bool = False) -> rx.Component:
    """Return the palette; `away`: the page has no panes, so that entries about them redirect to the page with panes."""
    go_there = [rx.redirect(panes_address())] if away else []
    show_list = [*go_there, pane.set_value("tasks")]
    show_chat = [*go_there, pane.set_value("chat")]
    return Palette.create(
        _commands(go_there),
        _tasks(go_there),
        _conversations(),
        PaletteGroup.create(
            PaletteTyped.create(rx.icon("plus", size=16), adds=True, on_choose=show_list),
            PaletteTyped.create(rx.icon("message-circle", size=16), adds=False, on_choose=show_chat),
            heading=words.PALETTE_TYPED,
        ),
        rx.cond(PaletteState.error != "", rx.el.p(PaletteState.error, class_name="palette-error", role="alert")),
        opener=element_ids.PALETTE_BUTTON,
        results_token=PaletteState.results_token,
        on_search=PaletteState.search,
        class_name="palette",
        custom_attrs={"aria-label": words.PALETTE},
    )


def palette_button() -> rx.Component:
    """Return the button that opens the palette. Its accessible name is its whole visible text, the keys included."""
    return rx.el.button(
        rx.icon("search", size=14, custom_attrs={"aria-hidden": "true"}),
        rx.el.span(
            rx.el.kbd(words.PALETTE_KEYS[0]), " ", rx.el.kbd(words.PALETTE_KEYS[1]), " ", class_name="palette-keys"
        ),
        rx.el.span(words.PALETTE, class_name="sr-only"),
        id=element_ids.PALETTE_BUTTON,
        type="button",
        class_name="palette-button",
        title=words.PALETTE,
        custom_attrs={"aria-keyshortcuts": "Control+K Meta+K"},
    )


def _tasks(go_there: Events) -> rx.Component:
    def entry(task: TaskRow) -> rx.Component:
        return _entry(
            rx.cond(task.done, rx.icon("circle-check", size=16), rx.icon("circle", size=16)),
            task.title,
            rx.el.span(
                "#",
                task.number,
                rx.cond(task.due != "", rx.fragment(" · ", task.due)),
                class_name="palette-more palette-due",
            ),
            entry=f"task-{task.number}",
            is_result=True,
            on_choose=[*go_there, pane.set_value("tasks"), DetailState.open(task.number)],
        )

    return PaletteGroup.create(rx.foreach(PaletteState.tasks, entry), heading=words.TASKS)


def _conversations() -> rx.Component:
    def entry(found: FoundConversation) -> rx.Component:
        return _entry(
            rx.icon("message-circle", size=16),
            found.title,
            rx.cond(found.snippet != "", rx.el.span(found.snippet, class_name="palette-more", dir="auto")),
            entry=f"talk-{found.id}",
            is_result=True,
            on_choose=[pane.set_value("chat"), rx.redirect(found.path + LIST_ADDRESS + found.fragment)],
        )

    return PaletteGroup.create(rx.foreach(PaletteState.conversations, entry), heading=words.CONVERSATIONS)


def _commands(go_there: Events) -> rx.Component:
    also = words.PALETTE_ALSO["duplicate"]
    duplicate = _command("copy-plus", words.DUPLICATE_OPEN, on_choose=DetailState.duplicate, also=also)
    new_conversation = [pane.set_value("chat"), rx.redirect("/" + LIST_ADDRESS)]
    return PaletteGroup.create(
        _list_field("circle-plus", words.NEW_TASK, "n", element_ids.ADD_FIELD, go_there),
        *([] if go_there else [rx.cond(DetailState.is_open & ~DetailState.task.deleted, duplicate)]),
        _command("square-pen", words.NEW_CONVERSATION, target_id=element_ids.COMPOSER, on_choose=new_conversation),
        _list_field("search", words.SEARCH, "/", element_ids.SEARCH_FIELD, go_there),
        *(_view(name, icon, go_there) for name, icon in VIEW_ICONS.items()),
        *(_command(THEME_ICONS[mode], words.THEME_COMMANDS[mode], on_choose=set_color_mode(mode)) for mode in THEMES),
        _command("keyboard", words.SHORTCUTS, "?", target_id=SHORTCUTS, on_choose=go_there),
        _command("printer", words.PRINT, prints=True, on_choose=[*go_there, pane.set_value("tasks")]),
        _command("settings", words.SETTINGS, on_choose=rx.redirect(SETTINGS)),
        _section("languages", words.LANGUAGE, "language"),
        _section("download", words.DATA, "data"),
        _command("log-out", words.SIGN_OUT, target_id=element_ids.SIGN_OUT, on_choose=go_there),
        heading=words.COMMANDS,
    )


VIEW_ICONS = {
    "open": "circle",
    "today": "calendar",
    "upcoming": "calendar-days",
    "later": "hourglass",
    "overdue": "clock-alert",
    "done": "circle-check",
    "deleted": "trash-2",
    "activity": "history",
}
THEMES: tuple[LiteralColorMode, ...] = ("light", "dark", "system")


def _list_field(icon: str, name: str, key: str, field_id: str, go_there: Events) -> rx.Component:
    show = [*go_there, pane.set_value("tasks"), PaletteState.reveal_field(field_id)]
    return _command(icon, name, key, target_id=field_id, on_choose=show)


def _view(name: str, icon: str, go_there: Events) -> rx.Component:
    show = [*go_there, pane.set_value("tasks"), DetailState.close, FiltersState.choose_view(name)]
    return _command(icon, words.VIEW_COMMANDS[name], on_choose=show, also=words.PALETTE_ALSO.get(name, ""))


def _section(icon: str, name: str, section: str) -> rx.Component:
    also = words.PALETTE_ALSO[section]
    return _command(icon, name, on_choose=rx.redirect(f"{SETTINGS}#{element_ids.SETTINGS_SECTION}{section}"), also=also)


def _command(icon: str, name: str, key: str = "", **props: Any) -> rx.Component:
    shown_key = rx.el.kbd(key) if key else rx.fragment()
    return _entry(rx.icon(icon, size=16), name, shown_key, entry=f"{icon}-{props.get('target_id', '')}", **props)


def _entry(icon: rx.Component, name: Any, more: rx.Component, **props: Any) -> rx.Component:
    return PaletteEntry.create(icon, rx.el.span(name, class_name="palette-name", dir="auto"), more, name=name, **props)
