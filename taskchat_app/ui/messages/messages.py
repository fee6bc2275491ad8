"""Converts ChatKit items into messages of the page."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from taskchat_app.assistant.core.selection import numbers_in, words_in
from taskchat_app.ui.i18n.formatting import format_day, translate_call_title
from taskchat_app.ui.messages.cards import (
    NO_CHOICE,
    NO_PROPOSAL,
    Choice,
    Item,
    Proposal,
    choice_of,
    is_choice,
    proposal_of,
)
from taskchat_app.ui.messages.plain_text import plain_text
from taskchat_app.ui.tasks.list_links import list_of

ABOUT_SHOWN = 12
"""So many of the tasks that a message is about are named below it."""


@dataclass(frozen=True)
class CallView:
    """One tool call as an expandable line: arguments and result."""

    key: str
    tool: str
    status: str
    title: str
    asked: str
    result: str
    numbers: tuple[int, ...] = ()
    """The tasks that it was about."""
    listed: str = ""
    """The query of the page's address that shows what it found; empty where there is nothing to be shown."""


@dataclass(frozen=True)
class ReceiptPiece:
    """Some words of a receipt; `address` where they name a task."""

    text: str
    address: str


@dataclass(frozen=True)
class ReceiptRow:
    """What a turn did: in one line, the same in pieces, and whether it did anything and any of that still stands."""

    text: str = ""
    pieces: tuple[ReceiptPiece, ...] = ()
    changed: bool = False
    stands: bool = False


@dataclass(frozen=True)
class Part:
    """A piece of an answer. `key` is the item's id; `text` is that of a text and of a notice."""

    key: str
    kind: Literal["text", "calls", "proposal", "choice", "notice"]
    text: str = ""
    calls: tuple[CallView, ...] = ()
    proposal: Proposal = NO_PROPOSAL
    choice: Choice = NO_CHOICE


READ_OUT_MAX = 10_000
"""Characters of an answer that are announced; the rest is read where it stands."""


@dataclass(frozen=True)
class Message:
    """What the person wrote (`mine`, in `text`) or one whole answer (in `parts`). `turn_id` is the person's item."""

    key: str
    mine: bool
    turn_id: str
    at: str = ""
    text: str = ""
    parts: tuple[Part, ...] = ()
    plain: str = ""
    """All text of the answer, to be copied."""
    receipt: ReceiptRow = ReceiptRow()
    feedback: str = ""
    """positive or negative, as the person judged the answer; else empty."""
    listed: str = ""
    """The query of the page's address that shows the tasks that the person asked to see; else empty."""
    about: tuple[int, ...] = ()
    """The first of the tasks that were selected for the person's message."""
    about_more: int = 0
    """How many more there were."""


def answer_of(turn_id: str, parts: Iterable[Part], at: str = "") -> Message:
    """A whole answer from its pieces."""
    parts = tuple(parts)
    plain = "\n\n".join(part.text for part in parts if part.kind == "text")
    return Message(answer_key(turn_id), False, turn_id, at, parts=parts, plain=plain, listed=_listed(parts))


def _listed(parts: tuple[Part, ...]) -> str:
    """The last list of a turn that did nothing but list: what others look up is on their way to something else."""
    calls = [call for part in parts for call in part.calls]
    if any(part.kind in ("proposal", "choice") for part in parts) or any(call.tool != "list_tasks" for call in calls):
        return ""
    return next((call.listed for call in reversed(calls) if call.listed), "")


def announcement_of(answer: Message) -> str:
    """A finished answer as it is announced, once: its words, or where it has none what it did."""
    return plain_text(answer.plain[:READ_OUT_MAX]) or answer.receipt.text


def answer_key(turn_id: str) -> str:
    """The key of a turn's answer among the messages."""
    return f"answer-{turn_id}"


def messages_of(items: Iterable[Item], zone: ZoneInfo) -> list[Message]:
    """The items, oldest first, as messages; whatever lies between two messages of the person is one answer."""
    messages: list[Message] = []
    for item in items:
        if item["type"] == "user_message":
            messages.append(user_message_of(item, zone))
        elif part := part_of(item, zone):
            if messages and not messages[-1].mine:
                answer = messages.pop()
                whole = answer_of(answer.turn_id, (*answer.parts, part), answer.at)
                messages.append(replace(whole, feedback=item.get("feedback") or answer.feedback))
            else:
                messages.append(_answer_begun(item, part, messages, zone))
    return messages


def _answer_begun(item: Item, part: Part, before: list[Message], zone: ZoneInfo) -> Message:
    turn_id = item.get("turn_id") or (before[-1].turn_id if before else item["id"])
    return replace(answer_of(turn_id, [part], _time(item, zone)), feedback=item.get("feedback") or "")


def joined(older: list[Message], newer: list[Message]) -> list[Message]:
    """Two pages of a conversation; an answer that lies on both becomes one."""
    if not (older and newer) or older[-1].mine or newer[0].mine:
        return [*older, *newer]
    first, second = older[-1], newer[0]
    whole = replace(answer_of(second.turn_id, (*first.parts, *second.parts), first.at), receipt=second.receipt)
    return [*older[:-1], whole, *newer[1:]]


def user_message_of(item: Item, zone: ZoneInfo) -> Message:
    text, selected = words_in(item["content"]), numbers_in(item["content"])
    return Message(item["id"], True, item["id"], _time(item, zone), text, **about(selected))


def about(selected: Sequence[int]) -> dict[str, Any]:
    """What a message says of the tasks that it is about."""
    shown = tuple(selected[:ABOUT_SHOWN])
    return {"about": shown, "about_more": len(selected) - len(shown)}


def part_of(item: Item, zone: ZoneInfo) -> Part | None:
    """The item as a piece of an answer; None for what is not shown."""
    match item["type"]:
        case "assistant_message":
            text = text_of(item)
            return Part(item["id"], "text", text) if text.strip() else None
        case "workflow":
            at = datetime.fromisoformat(item["created_at"])
            return Part(item["id"], "calls", calls=tuple(call_of(call, at, zone) for call in item.get("calls") or ()))
        case "widget":
            if is_choice(item):
                return Part(item["id"], "choice", choice=choice_of(item))
            return Part(item["id"], "proposal", proposal=proposal_of(item))
        case _:
            return None


def text_of(item: Item) -> str:
    return "".join(content.get("text", "") for content in item["content"])


def call_of(call: dict[str, Any], at: datetime, zone: ZoneInfo) -> CallView:
    """The call that was made at this moment; of its result all but the note, which is for the model."""
    result: dict[str, Any] = call.get("result") or {}
    return CallView(
        key=call["call_id"],
        tool=call["tool"],
        status=call["status"],
        title=translate_call_title(call["tool"], call.get("arguments"), call["title"]),
        asked=_lines(call.get("arguments")),
        result=_lines({name: told for name, told in result.items() if name != "note"}),
        numbers=_numbers(call),
        listed=list_of(call, at, zone),
    )


def _numbers(call: dict[str, Any]) -> tuple[int, ...]:
    """The tasks of a finished call: the one it changed, or those that it is about."""
    result: dict[str, Any] = call.get("result") or {}
    if call["status"] != "done":
        return ()
    if task := result.get("task"):
        return (task["number"],)
    return tuple(result.get("numbers") or [task["number"] for task in result.get("tasks") or ()])


def with_part(messages: list[Message], part: Part) -> list[Message]:
    """The messages with the piece of this key exchanged wherever it stands."""
    return [
        replace(message, parts=tuple(part if old.key == part.key else old for old in message.parts))
        if any(old.key == part.key for old in message.parts)
        else message
        for message in messages
    ]


def with_message(messages: list[Message], changed: Message) -> list[Message]:
    """The messages with the one of this key exchanged."""
    return [changed if message.key == changed.key else message for message in messages]


def _lines(value: Any, indent: str = "") -> str:
    """JSON as lines that are easy to read: "key: value", and what it holds further in below it; nothing for None."""
    if isinstance(value, dict):
        pairs = cast(dict[str, Any], value).items()
        return "\n".join(
            _line(f"{indent}{key}:", held, indent) for key, held in pairs if held not in (None, "", [], {})
        )
    if isinstance(value, list):
        return "\n".join(_line(f"{indent}-", held, indent) for held in cast(list[Any], value))
    return "" if value is None else f"{indent}{_word(value)}"


def _line(start: str, held: Any, indent: str) -> str:
    if isinstance(held, dict | list):
        return f"{start}\n{_lines(held, indent + '  ')}"
    return f"{start} {_word(held)}"


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _time(item: Item, zone: ZoneInfo) -> str:
    """The time of day where the person lives; with the date when it was another day."""
    moment = datetime.fromisoformat(item["created_at"]).astimezone(zone)
    today = datetime.now(zone).date()
    clock = moment.strftime("%H:%M")
    return clock if moment.date() == today else f"{format_day(moment)}, {clock}"
