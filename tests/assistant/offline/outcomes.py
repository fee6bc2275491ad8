"""What should happen after a sentence, in the notation of the sentence files, and whether it did.

    add Buy bread [due friday] + done 3     exactly these calls, in this order (notation.py)
    nothing                                 no call that changes or proposes
    no call                                 not even a look-up
    without complete_task                   whatever is called, not this tool
    shows 2,5-7    shows 14 or 10,14        exactly these tasks are listed; `shows none`: the answer says that none fit
    counts 3                                the answer has this number
    asks                                    nothing is changed: a task or a title is missing, and the answer asks for it
    outside    unchanged                    nothing is changed, and the answer says so
    offers Buy bread [due friday]           nothing is changed, but a yes adds this task, once
    reads offer Buy bread + add Eggs        the commands that the sentence is read as, with what they were given;
                                            several offers in one question are its parts

Behind ` | ` follow demands on the answer: `says`, `begins`, `ends` or `answers` (the whole answer), `says once`, and
`never says`.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import Command, Kind
from tests.assistant.offline import notation
from tests.assistant.offline.task_list import CLOCK, Conversation, compares

_WHICH = ("which one do you mean?", "welche meinst du?")
_UNCHANGED = ("nothing was changed", "wurde nichts geändert", "nichts wurde geändert", *_WHICH)
_NOT_UNDERSTOOD = ("i did not understand", "habe ich nicht verstanden")
_OFFERED = ("A click below, or “yes”, adds it as a task.", "Ein Klick unten oder „ja“ nimmt es als Aufgabe auf.")
_SHOWN = re.compile(r"^- #(\d+) ", re.MULTILINE)
_PLAIN = {"nothing", "no call", "asks", "outside", "unchanged"}
_DEMANDS = re.compile(r"(says once|says|begins|ends|answers|never says) (.+)", re.DOTALL)

Lookups = Literal["", "count", "all"]
"""The `list_tasks` calls that an outcome must name: none, those that are no searches, or all."""


@dataclass(frozen=True)
class Outcome:
    """An outcome as it is written, and what its words mean."""

    text: str
    kind: str
    calls: list[notation.Call] = field(default_factory=list[notation.Call])
    """The calls that change or propose."""
    shown: list[list[int]] = field(default_factory=list[list[int]])
    """The numbers that may be listed, as alternatives."""
    commands: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    """The kinds of the commands that a sentence is read as, and what they were given."""
    word: str = ""
    """The tool that is not called, or the number in the answer."""
    demands: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def parse_outcome(text: str) -> Outcome:
    """Return the outcome that a line states. Raises ValueError for words that it does not know."""
    told, *demands = text.split(" | ")
    told_demands = [match.groups() for demand in demands if (match := _DEMANDS.fullmatch(demand))]
    if len(told_demands) < len(demands):
        raise ValueError(f"unknown demand on the answer: {text}")
    word, _, rest = told.partition(" ")
    parts: dict[str, Any] = {"kind": word, "demands": told_demands}
    match word:
        case _ if told in _PLAIN:
            parts["kind"] = "outside" if told == "unchanged" else told
        case "shows":
            parts["shown"] = [[] if one == "none" else notation.parse_numbers(one) for one in rest.split(" or ")]
        case "counts" | "without" if rest:
            parts["word"] = rest
        case "offers":
            title, given = notation.parse_fields(rest, notation.FIELDS)
            parts["calls"] = [("create_task", {"title": title, **given})]
        case "reads":
            parts["commands"] = [_parse_command(one) for one in rest.split(" + ")]
        case _:
            parts |= {"kind": "calls", "calls": notation.parse_calls(told)}
    return Outcome(text, **parts)


def _parse_command(text: str) -> tuple[str, dict[str, Any]]:
    kind, _, rest = text.partition(" ")
    if kind not in get_args(Kind):
        raise ValueError(f"unknown kind of command: {kind}")
    title, given = notation.parse_fields(rest, notation.FIELDS)
    return kind, {"title": title, **given} if title else given


def unmet(conversation: Conversation, sentence: str, outcome: Outcome, lookups: Lookups = "") -> str | None:
    """Say the sentence; return what came if it is not the outcome, else None."""
    answer = conversation.say(sentence)
    is_shown = outcome.kind == "shows"
    calls = [call for call in conversation.list.calls if call in outcome.calls or is_shown or not compares(call)]
    came = f"{notation.text_of_calls(calls)} | answers {answer!r}"
    if not all(_is_fulfilled(answer, *demand) for demand in outcome.demands):
        return came
    if outcome.kind == "reads":
        commands = [part for command in read_message(sentence, CLOCK) for part in command.parts or (command,)]
        is_met = [(command.kind, command.given) for command in commands] == outcome.commands
        return None if is_met else f"reads {text_of_commands(commands)}"
    if outcome.kind == "offers":
        is_offered = not conversation.changes and any(words in answer for words in _OFFERED)
        return _unadded(conversation, outcome) if is_offered and _says_unchanged(answer) else came
    return None if _is_met(outcome, calls, answer, lookups) else came


def _is_met(outcome: Outcome, calls: list[notation.Call], answer: str, lookups: Lookups) -> bool:
    lists = [call for call in calls if call[0] == "list_tasks"]
    if outcome.kind == "without":
        return outcome.word not in [tool for tool, _ in calls]
    if outcome.kind == "no call":
        return calls == []
    if [call for call in calls if call not in lists or _is_counted(call, outcome, lookups)] != outcome.calls:
        return False
    is_understood = not any(words in answer.lower() for words in _NOT_UNDERSTOOD)
    match outcome.kind:
        case "shows":
            return bool(lists) and is_understood and [int(one) for one in _SHOWN.findall(answer)] in outcome.shown
        case "counts":
            return is_understood and outcome.word in re.findall(r"\d+", answer.partition("\n")[0])
        case "asks":
            return _says_unchanged(answer) and is_understood
        case "outside":
            return _says_unchanged(answer)
        case _:
            return True


def _is_counted(lookup: notation.Call, outcome: Outcome, lookups: Lookups) -> bool:
    return lookup in outcome.calls or lookups == "all" or (lookups == "count" and "search" not in lookup[1])


def _unadded(conversation: Conversation, outcome: Outcome) -> str | None:
    """Accept an offer twice; return what came unless the first yes alone added the task."""
    for expected in (outcome.calls, []):
        answer = conversation.say("yes")
        if conversation.changes != expected:
            return f"after “yes”: {notation.text_of_calls(conversation.changes)} | answers {answer!r}"
    return None


def _says_unchanged(answer: str) -> bool:
    return any(words in answer.lower() for words in _UNCHANGED)


def _is_fulfilled(answer: str, demand: str, words: str) -> bool:
    match demand:
        case "says":
            return words in answer
        case "begins":
            return answer.startswith(words)
        case "ends":
            return answer.endswith(words)
        case "answers":
            return answer == words
        case "says once":
            return answer.count(words) == 1
        case _:
            return words not in answer


def readers(message: str) -> str:
    """Return which sentences of the sentence files read the message: " (read by en.toml:12)"; "" if none did."""
    commands = [part for command in read_message(message, CLOCK) for part in command.parts or (command,)]
    places = dict.fromkeys(Path(command.read_by).name for command in commands if command.read_by)
    return f" (read by {', '.join(places)})" if places else ""


def text_of_commands(commands: list[Command]) -> str:
    """Return commands with the numbers of their tasks and what they were given, in the notation."""
    return " + ".join(_text_of_command(command) for command in commands)


def _text_of_command(command: Command) -> str:
    given = dict(command.given)
    numbers, title = ",".join(map(str, command.target.numbers)), given.pop("title", "")
    return " ".join(filter(None, (command.kind, numbers, title, notation.text_of_fields(given))))
