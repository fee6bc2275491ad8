"""Refused edits, whose editors open again with the refused text."""

import uuid
from dataclasses import dataclass

import reflex as rx
from reflex_base.components.component import field

from taskchat_app.ui.core.components import PAGE, PageComponent


@dataclass(frozen=True)
class Refusal:
    """The text that was refused, its editor's name on the page, and why; each has its own token."""

    editor: str = ""
    text: str = ""
    problem: str = ""
    token: str = ""


def refusal_of(editor: str, text: str, problem: str) -> Refusal:
    return Refusal(editor, text, problem, uuid.uuid4().hex)


class EditRefusal(PageComponent):
    """Returns a refused text to its editor."""

    library = f"{PAGE}editing/edit_refusal.js"
    refusal: rx.Var[Refusal] = field(doc="The latest refusal")
