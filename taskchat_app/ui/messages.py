"""What the conversation shows: ChatKit items turned into messages, one for each of the person's and each answer."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

Item = dict[str, Any]
"""A ChatKit item as JSON (chatkit.types.ThreadItem); a workflow also holds "calls", the tool calls it shows."""


@dataclass(frozen=True)
class Call:
    """One tool call, as a line that opens to what was asked and what came of it."""

    key: str
    tool: str
    status: str
    title: str
    asked: str
    result: str


@dataclass(frozen=True)
class Proposal:
    """What the assistant wants to delete, and whether the person can still decide."""

    id: str = ""
    item_id: str = ""
    headline: str = ""
    lines: tuple[str, ...] = ()
    confirm: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Part:
    """A piece of an answer: text, a card of tool calls, or a proposal. `key` is the item's id."""

    key: str
    kind: Literal["text", "calls", "proposal"]
    text: str = ""
    calls: tuple[Call, ...] = ()
    proposal: Proposal = Proposal()


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


def answer_of(turn_id: str, parts: Iterable[Part], at: str = "") -> Message:
    """A whole answer from its pieces."""
    parts = tuple(parts)
    plain = "\n\n".join(part.text for part in parts if part.kind == "text")
    return Message(f"answer-{turn_id}", False, turn_id, at, parts=parts, plain=plain)


def messages_of(items: Iterable[Item], zone: ZoneInfo) -> list[Message]:
    """The items, oldest first, as messages; whatever lies between two messages of the person is one answer."""
    messages: list[Message] = []
    for item in items:
        if item["type"] == "user_message":
            messages.append(mine_of(item, zone))
        elif part := part_of(item):
            if messages and not messages[-1].mine:
                answer = messages.pop()
                messages.append(answer_of(answer.turn_id, (*answer.parts, part), answer.at))
            else:
                messages.append(answer_of(messages[-1].turn_id if messages else item["id"], [part], _time(item, zone)))
    return messages


def mine_of(item: Item, zone: ZoneInfo) -> Message:
    text = "".join(content.get("text", "") for content in item["content"])
    return Message(item["id"], True, item["id"], _time(item, zone), text)


def part_of(item: Item) -> Part | None:
    """The item as a piece of an answer; None for what is not shown."""
    match item["type"]:
        case "assistant_message":
            text = text_of(item)
            return Part(item["id"], "text", text) if text.strip() else None
        case "workflow":
            return Part(item["id"], "calls", calls=tuple(call_of(call) for call in item.get("calls") or ()))
        case "widget":
            return Part(item["id"], "proposal", proposal=_proposal_of(item))
        case _:
            return None


def text_of(item: Item) -> str:
    return "".join(content.get("text", "") for content in item["content"])


def call_of(call: dict[str, Any]) -> Call:
    return Call(
        key=call["call_id"],
        tool=call["tool"],
        status=call["status"],
        title=call["title"],
        asked=_lines(call.get("arguments")),
        result=_lines(call.get("result")),
    )


def with_part(messages: list[Message], part: Part) -> list[Message]:
    """The messages with the piece of this key exchanged wherever it stands."""
    return [
        replace(message, parts=tuple(part if old.key == part.key else old for old in message.parts))
        if any(old.key == part.key for old in message.parts)
        else message
        for message in messages
    ]


def _proposal_of(item: Item) -> Proposal:
    card: Item = item["widget"]
    confirm: Item = card.get("confirm") or {}
    action: Item = confirm.get("action") or {}
    payload: Item = action.get("payload") or {}
    status: Item = card.get("status") or {}
    lines: list[Item] = card.get("children") or []
    return Proposal(
        id=payload.get("proposal_id", ""),
        item_id=item["id"],
        headline=status.get("text", ""),
        lines=tuple(line["value"] for line in lines if line.get("value")),
        confirm=confirm.get("label", ""),
        is_open=bool(payload.get("proposal_id")),
    )


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
    return clock if moment.date() == today else f"{moment.day} {moment.strftime('%b')}, {clock}"
