"""Cards that ask the person something, from ChatKit's widgets: a proposal to confirm, and tasks to choose from."""

from dataclasses import dataclass
from typing import Any

from taskchat_app.ui.spoken import say_sentence, say_task

Item = dict[str, Any]
"""A ChatKit item as JSON (chatkit.types.ThreadItem)."""


@dataclass(frozen=True)
class Proposal:
    """What the assistant wants to delete, and whether the person can still decide."""

    id: str = ""
    item_id: str = ""
    headline: str = ""
    lines: tuple[str, ...] = ()
    is_open: bool = False


@dataclass(frozen=True)
class Option:
    """One task of a choice; `number` is 0 where it cannot be clicked any more."""

    number: int
    text: str


@dataclass(frozen=True)
class Choice:
    """Tasks that the person's words fit, one of which was meant."""

    item_id: str = ""
    headline: str = ""
    options: tuple[Option, ...] = ()


def is_choice(item: Item) -> bool:
    return item["widget"].get("type") == "ListView"


def proposal_of(item: Item) -> Proposal:
    card: Item = item["widget"]
    confirm: Item = card.get("confirm") or {}
    lines: list[Item] = card.get("children") or []
    proposal_id = _payload(confirm.get("action")).get("proposal_id", "")
    return Proposal(
        id=proposal_id,
        item_id=item["id"],
        headline=_headline(card),
        lines=tuple(say_task(line["value"]) for line in lines if line.get("value")),
        is_open=bool(proposal_id),
    )


def choice_of(item: Item) -> Choice:
    card: Item = item["widget"]
    lines: list[Item] = card.get("children") or []
    options = tuple(
        Option(_payload(line.get("onClickAction")).get("number", 0), _words(line.get("children") or []))
        for line in lines
    )
    return Choice(item["id"], _headline(card), options)


def _headline(card: Item) -> str:
    status: Item = card.get("status") or {}
    return say_sentence(status.get("text", ""))


def _payload(action: Item | None) -> Item:
    return (action or {}).get("payload") or {}


def _words(children: list[Item]) -> str:
    return " ".join(say_task(child["value"]) for child in children if child.get("value"))


NO_PROPOSAL = Proposal()
NO_CHOICE = Choice()
