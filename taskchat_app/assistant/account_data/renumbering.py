"""Gives the parts of imported conversations the numbers that their tasks have in this account.

Where a task is not in the file, another task may have its number here: a text then keeps the number, but as no label
that leads to a task, a tool call gets 0, which is no task's number, and a card loses its buttons. Choices between tasks
close. An account without tasks keeps all numbers, so that nothing changes.
"""

import re
from typing import Any, cast

from chatkit.types import StructuredInputAnswer

from taskchat_app.assistant.account_data.tasks_import import ImportedTasks
from taskchat_app.assistant.core.items import NAMED_GROUPS, SELECTED_GROUPS, number_of_tag
from taskchat_app.assistant.tools.attached_line_choices import ATTACHED_LINES_KEY
from taskchat_app.assistant.tools.plans import PLAN_KEY
from taskchat_app.i18n.messages import encode, gettext

Json = dict[str, Any]
CLOSED = gettext("No longer open, nothing was changed")
NO_TASK = 0
"""In place of the number of a task that is not in the file."""
WORD_JOINER = "\u2060"
"""Stands, without width, in "#7" if that is no task: neither the page nor a command takes it for one then."""
NUMBER_FIELDS = frozenset(("number", "task_id", "parent_id", "parent_number", "copy_of"))
LIST_FIELDS = frozenset(("numbers", "task_ids"))
CLICK = "onClickAction"
# As assets/page/core/markdown_elements.js: neither in "a#7" nor in "/#7" or "#7th"
_LABEL = re.compile(r"(?<![\w#/&])#([0-9]{1,9})(?!\w)")
_PLACEHOLDER = re.compile(r"#\{(\w+)\}")
_DIGITS = re.compile(r"[0-9]{1,9}")


class Renumbering:
    """Renumbers records of one file, once its tasks are imported."""

    def __init__(self, tasks: ImportedTasks) -> None:
        self._tasks = tasks
        self._is_needed = not tasks.is_new_account

    def text(self, text: str) -> str:
        """Return the text with the numbers of its labels, such as "#7", as they are here."""
        return _LABEL.sub(self._label, text) if self._is_needed else text

    def _label(self, found: re.Match[str]) -> str:
        number = self._number(int(found[1]))
        return f"#{number}" if number else f"#{WORD_JOINER}{found[1]}"

    def _number(self, number: int) -> int:
        """Return the number here; NO_TASK for that of a task that is not in the file."""
        return self._tasks.known_number(number) or NO_TASK

    def fields(self, record: Json) -> Json:
        """Return the fields of a tool call, of its arguments and result, or of a failure."""
        if not self._is_needed:
            return record
        messages = record.get("messages")
        rest = self._value({name: value for name, value in record.items() if name != "messages"})
        return rest | {"messages": self._messages(messages)} if "messages" in record else rest

    def proposal(self, record: Json) -> Json:
        """Return the fields of a proposal to delete tasks, without those that are not in the file."""
        renumbered = self.fields(record)
        return renumbered | {"numbers": [number for number in renumbered["numbers"] if number]}

    def item(self, body: Json) -> Json:
        """Return a valid ChatKit item as it is stored here."""
        if not self._is_needed:
            return body
        match body["type"]:
            case "user_message":
                parts = [part for stored in body["content"] for part in self._part(stored)]
                quoted = {"quoted_text": self.text(body["quoted_text"])} if body.get("quoted_text") else {}
                return body | {"content": parts} | quoted
            case "assistant_message":
                return body | {"content": [self._answer(part) for part in body["content"]]}
            case "widget":
                return self._card(body)
            case "structured_input" if body.get("status") == "pending":
                skipped = StructuredInputAnswer(skipped=True).model_dump(mode="json", exclude_none=True)
                inputs = [{**asked, "answer": skipped} for asked in body["inputs"]]
                return self.fields(body | {"status": "skipped", "inputs": inputs})
            case _:
                return self.fields(body)

    def _part(self, part: Json) -> list[Json]:
        """Return the part of the user's message; a tag of no task becomes text, or goes if it is none of the text."""
        if part.get("group") not in NAMED_GROUPS | SELECTED_GROUPS:
            return [self._value(part)]
        named = number_of_tag(part) or NO_TASK
        if number := self._number(named):
            data = part["data"] | {"number": str(number)}
            return [part | {"id": str(number), "text": self.text(part["text"]), "data": data}]
        if part["group"] in SELECTED_GROUPS:
            return []
        return [{"type": "input_text", "text": f"#{WORD_JOINER}{named}"}]

    def _answer(self, part: Json) -> Json:
        """Return the text of an answer, with the annotations of its tasks where their mentions end now."""
        text: str = part["text"]
        marks: list[Json] = []
        for mark in part.get("annotations") or ():
            source: Json = self._value(mark["source"])
            number = cast("Json", source.get("data") or {}).get("number")
            if number is not None:
                if not int(number):
                    continue
                source["id"] = str(number)
            end = mark.get("index")
            marks.append(mark | {"source": source} | ({} if end is None else {"index": len(self.text(text[:end]))}))
        return part | {"text": self.text(text), "annotations": marks}

    def _card(self, body: Json) -> Json:
        """Return the card. A choice is closed, and so is a list with a task that is not in the file."""
        widget: Json = body["widget"]
        rows = cast("list[Json]", widget.get("children") or [])
        if widget.get("key") == PLAN_KEY:
            return body | {"widget": widget | {"children": self._with_keys(rows)}}
        if widget.get("type") != "ListView":
            return self.fields(body)
        is_choice = any(row.get(CLICK) for row in rows)
        body = body | {"widget": widget | {"children": [_without(row, CLICK) for row in rows]}}
        if is_choice:
            body["widget"]["status"] = {"text": str(CLOSED)}
            body["messages"] = (body.get("messages") or {}) | {"/status/text": encode(CLOSED)}
        if widget.get("key") == ATTACHED_LINES_KEY:  # its lines are not of taskchat, and none has a task's number
            return body
        keys = [int(row["key"]) for row in rows if _DIGITS.fullmatch(str(row.get("key")))]
        body = self.fields(body)
        rows = cast("list[Json]", body["widget"]["children"])
        if all(map(self._number, keys)):
            body["widget"]["children"] = self._with_keys(rows)
        else:  # no row of it is "the second one" then
            static = [row | {"children": _without_buttons(row.get("children"))} for row in rows]
            body["widget"]["children"] = [row | {"key": str(-place)} for place, row in enumerate(static, 1)]
        return body

    def _with_keys(self, rows: list[Json]) -> list[Json]:
        """Return the rows, whose keys are numbers of tasks; that of a plan's line without a task is its place below 0.

        The first row of a plan is its title, without a key.
        """
        keyed: list[Json] = []
        for place, row in enumerate(rows):
            if _DIGITS.fullmatch(str(row.get("key"))):
                row = row | {"key": str(self._number(int(row["key"])) or -place)}
            keyed.append(row)
        return keyed

    def _messages(self, messages: Json | None) -> Json | None:
        return messages and {path: self._message(message) for path, message in messages.items()}

    def _message(self, message: Json) -> Json:
        """Return an encoded message (i18n/messages.py), whose template stays, with its values as they are here."""
        labelled = {name for form in ("id", "plural") for name in _PLACEHOLDER.findall(message.get(form) or "")}
        values: Json = {}
        for name, value in cast("Json", message.get("values") or {}).items():
            if isinstance(value, dict):  # a message, or a date
                nested = cast("Json", value)
                values[name] = self._message(nested) if "id" in nested else nested
            elif name in labelled and _DIGITS.fullmatch(str(value)):
                values[name] = self._number(int(value)) or f"{WORD_JOINER}{value}"
            else:
                values[name] = self.text(value) if isinstance(value, str) else value
        return message | {"values": values} if values else message

    def _value(self, value: Any) -> Any:
        """Return JSON with the numbers of its tasks and labels as they are here."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self._value(part) for part in cast("list[Any]", value)]
            case dict():
                return {name: self._field(name, part) for name, part in cast("Json", value).items()}
            case _:
                return value

    def _field(self, name: str, value: Any) -> Any:
        if name in LIST_FIELDS and isinstance(value, list):
            return [self._digits(part) for part in cast("list[Any]", value)]
        return self._digits(value) if name in NUMBER_FIELDS else self._value(value)

    def _digits(self, value: Any) -> Any:
        """Return a number, or its digits, as it is here; anything else as JSON that holds numbers."""
        if type(value) is int and value > 0:
            return self._number(value)
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            return str(self._number(int(value)))
        return self._value(value)


def _without(fields: Json, name: str) -> Json:
    return {other: value for other, value in fields.items() if other != name}


def _without_buttons(parts: Any) -> list[Json]:
    """Return the parts of a row without its buttons, also those of a row within it."""
    kept = [cast("Json", part) for part in parts or () if part.get("type") != "Button"]
    return [part | {"children": _without_buttons(part["children"])} if part.get("children") else part for part in kept]
