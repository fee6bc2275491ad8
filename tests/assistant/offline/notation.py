"""The notation of tasks and tool calls in the sentence files: `add Buy bread [due 2026-11-20] [tags home, garden]`."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

Call = tuple[str, dict[str, Any]]
"""A tool and its arguments."""

NAMES = {"due": "due_date", "repeat": "recurrence", "note": "description"}
"""Fields whose short name in the files is not that of the tools' argument."""
SHORT = {name: short for short, name in NAMES.items()}
OTHER_NAMES = "title priority tags clear status tag due_after due_before search sort limit overdue copy_of parent_id"
FIELDS = {*NAMES, *OTHER_NAMES.split()}
TASK_FIELDS = {*NAMES, *"priority tags done overdue completed steps parent_id".split()}
LISTS = {"tags", "clear"}
NUMBERS = {"limit", "copy_of", "parent_id"}
ON_TASKS = {"change": "update_task", "done": "complete_task", "reopen": "complete_task", "delete": "delete_task"}
"""Words followed by numbers of tasks: one call for each."""
BULK = {"bulk-done": "bulk_complete_tasks", "bulk-delete": "bulk_delete_tasks"}
WORDS = {"add", "list", *ON_TASKS, *BULK}
_FIELD = re.compile(r"\s*\[(\w+)(?: ([^\]]*))?\]")


def parse_fields(text: str, known: set[str]) -> tuple[str, dict[str, Any]]:
    """Return the text before the fields in brackets, and the fields by the names that the tools use."""
    before = _FIELD.split(text, maxsplit=1)[0].strip()
    fields: dict[str, Any] = {}
    rest = text.strip().removeprefix(before)
    for name, value in _FIELD.findall(rest):
        if name not in known or name in fields:
            raise ValueError(f"no field, or twice: [{name}]")
        fields[name] = value.split(", ") if name in LISTS else int(value) if name in NUMBERS else value
    if _FIELD.sub("", rest).strip():
        raise ValueError(f"words behind a field: {text}")
    return before, {NAMES.get(name, name): value for name, value in fields.items()}


def parse_numbers(text: str) -> list[int]:
    """Return the numbers of `2,5-7`."""
    bounds = [part.partition("-") for part in text.split(",")]
    return [number for first, _, last in bounds for number in range(int(first), int(last or first) + 1)]


def parse_calls(text: str) -> list[Call]:
    """Return the calls of `change 2,3 [due friday] + delete 4`."""
    return [call for part in text.split(" + ") for call in _parse_call(part)]


def _parse_call(text: str) -> list[Call]:
    word, _, rest = text.partition(" ")
    if word not in WORDS:
        raise ValueError(f"unknown word: {word}")
    told, fields = parse_fields(rest, FIELDS)
    if word == "add":
        return [("create_task", {"title": told, **fields})]
    if word == "list":
        if told:
            raise ValueError(f"words behind list, which has fields alone: {text}")
        return [("list_tasks", fields)]
    if word in ON_TASKS:
        state = {"completed": False} if word == "reopen" else {}
        return [(ON_TASKS[word], {"task_id": number, **state, **fields}) for number in parse_numbers(told)]
    if told[:1].isdigit():
        return [(BULK[word], {"task_ids": parse_numbers(told)})]
    return [(BULK[word], {"all_open": True} if word == "bulk-done" else {"status": told})]


def text_of_calls(calls: Iterable[Call]) -> str:
    """Return the calls in the notation: the inverse of `parse_calls`."""
    parts = [_parts(tool, arguments) for tool, arguments in calls]
    texts: list[str] = []
    for (word, fields), group in groupby(parts, key=lambda part: (part[0], part[2])):
        told = [part[1] for part in group]
        joined = [",".join(told)] if word in ON_TASKS else told
        texts += [" ".join(filter(None, (word, one, fields))) for one in joined]
    return " + ".join(texts) or "nothing"


def _parts(tool: str, arguments: dict[str, Any]) -> tuple[str, str, str]:
    """Return a call's word, what follows it, and its fields."""
    given = dict(arguments)
    match tool:
        case "create_task":
            return "add", given.pop("title"), text_of_fields(given)
        case "list_tasks":
            return "list", "", text_of_fields(given)
        case "update_task" | "delete_task" | "complete_task":
            number = str(given.pop("task_id"))
            word = {"update_task": "change", "delete_task": "delete"}.get(tool, "done")
            word = "reopen" if given.pop("completed", True) is False else word
            return word, number, text_of_fields(given)
        case _:
            word = "bulk-done" if tool == "bulk_complete_tasks" else "bulk-delete"
            numbers = ",".join(map(str, given.get("task_ids", [])))
            return word, numbers or given.get("status", "all"), ""


def text_of_fields(given: dict[str, Any]) -> str:
    """Return the fields in brackets."""
    texts = ((SHORT.get(name, name), value) for name, value in given.items())
    return " ".join(f"[{name} {', '.join(value) if isinstance(value, list) else value}]" for name, value in texts)
