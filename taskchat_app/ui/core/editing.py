"""Editors in place: of a date, by a button that opens a dialog; and refused edits, whose editors open again."""

import uuid
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.i18n import words


class DateEdit(PageComponent):
    library = f"{PAGE}editing/date_edit.js"
    value: rx.Var[str] = field(doc="The present date, '2026-11-21' or '2026-11-21 09:00'; empty for none")
    value_text: rx.Var[str] = field(doc="The present date in words, which the server reads again")
    label: rx.Var[str] = field(doc="The name of the dialog and of the line")
    overlay_label: rx.Var[str] = field(doc="The name of a button over the date; without it, the date is the button")
    empty_text: rx.Var[str] = field(doc="The text for no date; without it, the button shows its children")
    clear_label: rx.Var[str] = field(doc="The text of the choice that clears the date; empty for no such choice")
    answer: rx.Var[str] = field(doc="Changes with each answer of the server; without it, the dialog closes at once")
    problem: rx.Var[str] = field(doc="Why the server refused the date; empty if it did not")
    editor: rx.Var[str] = field(doc="A name of its own on the page, to which EditRefusal returns a refused phrase")
    on_save: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user chose this phrase, empty for no date")


def date_edit(
    *children: rx.Component | str,
    label: str = words.DUE_DATE,
    clear_label: str | rx.Var[str] = words.NO_DUE_DATE,
    **props: Any,
) -> rx.Component:
    """Return the editor of a date, with the words that most dates have."""
    return DateEdit.create(*children, label=label, clear_label=clear_label, **props)


@dataclass(frozen=True)
class Refusal:
    """A refused text, its editor's name on the page, and why it was refused; `token` is another one each time."""

    editor: str = ""
    text: str = ""
    problem: str = ""
    token: str = ""


def refusal_of(editor: str, text: str, problem: str) -> Refusal:
    return Refusal(editor, text, problem, uuid.uuid4().hex)


class EditRefusal(PageComponent):
    library = f"{PAGE}editing/edit_refusal.js"
    refusal: rx.Var[Refusal] = field(doc="The latest refusal")
