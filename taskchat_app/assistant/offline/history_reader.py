"""Reads the turns of a conversation from the SDK's items: the message, its tool calls, their results."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from taskchat_app.assistant.core.model_notes import UNDONE_CLICK, clicked_numbers, is_click_note, without_notes
from taskchat_app.assistant.offline.plan_parts import Result
from taskchat_app.i18n.messages import gettext

Item: TypeAlias = Mapping[str, object]
INTERRUPTED: Result = {"status": "error", "message": gettext("That call was interrupted, so nothing is known of it.")}
ResultOf: TypeAlias = Callable[[str], Result | None]
"""Returns the result of a call of the running turn by the call's id, with translatable messages; None for other calls.
The items hold all results, in English alone."""


def no_result(_: str) -> Result | None:
    return None


@dataclass(slots=True)
class ConversationTurn:
    """One message of the user with the tools called for it and their results, in order."""

    message: str = ""
    selected: list[int] = field(default_factory=list[int])
    """The tasks that the user had selected."""
    results: list[tuple[str, Result]] = field(default_factory=list[tuple[str, Result]])
    clicked: list[int] = field(default_factory=list[int])
    """The tasks that a click after the answer (in its card, or "yes" to its proposal) changed, without undone changes.
    """
    is_click_undone: bool = False
    """True if the click in the answer's card was undone. A proposal's deletion that was undone does not count."""

    @property
    def has_changed(self) -> bool:
        """Return whether one of its calls, or a click after it, has added or changed a task."""
        return bool(self.clicked) or any(
            tool != "list_tasks" and result.get("status") == "ok" for tool, result in self.results
        )


def read_turns(items: Iterable[Item], result_of: ResultOf = no_result) -> list[ConversationTurn]:
    """Return the conversation's turns, each begun by a message; calls without a result count as interrupted."""
    listed = list(items)
    outputs = {
        str(item.get("call_id")): _result(item.get("output"))
        for item in listed
        if item.get("type") == "function_call_output"
    }
    turns: list[ConversationTurn] = []
    for item in listed:
        if turns and (click := _click_note(item)):
            turns[-1].clicked = clicked_numbers(click)
            turns[-1].is_click_undone = UNDONE_CLICK in click
        elif item.get("role") == "user":
            turns.append(_new_turn(item.get("content")))
        elif item.get("type") == "function_call" and turns:
            call_id = str(item.get("call_id"))
            result = result_of(call_id) or outputs.get(call_id, INTERRUPTED)
            turns[-1].results.append((str(item.get("name")), result))
    return turns


def _click_note(item: Item) -> str:
    """Return the note of a click on a card; "" for another item."""
    text = _text(item.get("content")) if item.get("type") == "message" else ""
    return text if is_click_note(text) else ""


def _new_turn(content: Any) -> ConversationTurn:
    """Return the turn that a message begins; its first part is what the user wrote, as files follow it (history.py)."""
    message, selected = without_notes(_text(content[:1] if isinstance(content, list) else content))
    return ConversationTurn(message, selected)


def text_of_last_answer(items: Iterable[Item]) -> str:
    """Return what the assistant said last; empty if it said nothing."""
    texts = [_text(item.get("content")) for item in items if item.get("role") == "assistant"]
    return texts[-1] if texts else ""


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = cast(list[dict[str, Any]], content) if isinstance(content, list) else []
    return " ".join(str(part["text"]) for part in parts if part.get("text"))


def _result(output: Any) -> Result:
    """Return a tool's result; other text (a failure of the SDK's loop) becomes an error with that text."""
    text = _text(output)
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return cast(Result, found) if isinstance(found, dict) else {"status": "error", "message": text}
