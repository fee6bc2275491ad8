"""What should happen after a sentence, and whether it did."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation

Call = tuple[str, dict[str, Any]]
Kind = Literal["calls", "shows", "counts", "asks", "offers", "outside"]

_WHICH = ("which one do you mean?", "welche meinst du?")
_UNCHANGED = ("nothing was changed", "wurde nichts geändert", "nichts wurde geändert", *_WHICH)
_NOT_UNDERSTOOD = ("i did not understand", "habe ich nicht verstanden")
_SHOWN = re.compile(r"^- #(\d+) ", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """`calls` are the calls that change or propose; `shown` are the numbers that may be listed, as alternatives."""

    kind: Kind
    calls: Sequence[Call] = ()
    shown: Sequence[frozenset[int]] = ()
    given: dict[str, Any] = field(default_factory=dict[str, Any])
    """The task of an offer, or the `count` that the answer says."""


Row = tuple[str, Outcome]
"""A sentence and its outcome."""


def add(title: str, **fields: Any) -> Outcome:
    return Outcome("calls", [("create_task", {"title": title, **fields})])


def offers(title: str, **fields: Any) -> Outcome:
    """Not added, but shown as a task to add by a click."""
    return Outcome("offers", given={"title": title, **fields})


def done(number: int) -> Outcome:
    return Outcome("calls", [("complete_task", {"task_id": number})])


def completes(*numbers: int) -> Outcome:
    return Outcome("calls", [("bulk_complete_tasks", {"task_ids": [*numbers]})])


def update(number: int, **fields: Any) -> Outcome:
    return Outcome("calls", [("update_task", {"task_id": number, **fields})])


def delete(number: int) -> Outcome:
    return Outcome("calls", [("delete_task", {"task_id": number})])


def proposes(*numbers: int) -> Outcome:
    return Outcome("calls", [("bulk_delete_tasks", {"task_ids": [*numbers]})])


def each(*outcomes: Outcome) -> Outcome:
    return Outcome("calls", [call for outcome in outcomes for call in outcome.calls])


def shows(*numbers: int) -> Outcome:
    """Lists exactly these tasks; none: it says that there are none."""
    return Outcome("shows", shown=[frozenset(numbers)])


def either(*choices: Outcome) -> Outcome:
    return Outcome("shows", shown=[one for choice in choices for one in choice.shown])


def counts(number: int) -> Outcome:
    return Outcome("counts", given={"count": number})


PROPOSES_ALL = Outcome("calls", [("bulk_delete_tasks", {"status": "all"})])
COMPLETES_ALL = Outcome("calls", [("bulk_complete_tasks", {"all_open": True})])
ASKS = Outcome("asks")
"""About the list, but a task or a title is missing: nothing is changed, and the answer says what is missing."""
OUTSIDE = Outcome("outside")
"""Not about tasks: nothing is changed, and the answer says so."""
UNCHANGED = OUTSIDE
"""Whatever the answer says, nothing is changed."""


async def is_met(conversation: Conversation, sentence: str, outcome: Outcome) -> bool:
    """Say the sentence; return whether what should happen did."""
    answer = await conversation.say(sentence)
    listed = [call for call in conversation.list.calls if call[0] == "list_tasks"]
    changing = [call for call in conversation.list.calls if call[0] != "list_tasks"]
    if changing != [*outcome.calls]:
        return False
    told = answer.lower()
    is_unchanged = any(words in told for words in _UNCHANGED)
    is_understood = not any(words in told for words in _NOT_UNDERSTOOD)
    match outcome.kind:
        case "calls":
            return True
        case "shows":
            shown = frozenset(int(number) for number in _SHOWN.findall(answer))
            return bool(listed) and is_understood and shown in outcome.shown
        case "counts":
            return is_understood and str(outcome.given["count"]) in re.findall(r"\d+", answer.partition("\n")[0])
        case "asks":
            return is_unchanged and is_understood
        case "offers":
            [first, *rest] = read_message(sentence, UserClock(BERLIN, WEDNESDAY))
            return is_unchanged and not rest and first.kind == "offer" and first.given == outcome.given
        case "outside":
            return is_unchanged
