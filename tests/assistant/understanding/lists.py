"""The lists that the sentences are said to: with dates, tags and filters that work."""

from typing import Any

from taskchat_app.domain.dates.due_dates import format_near, parse_bound, parse_due
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation, List, is_found

Field = dict[str, Any]

ENGLISH: list[tuple[str, Field]] = [
    ("Call mum", {}),
    ("Buy milk", {"tags": ["shopping"]}),
    ("Dentist appointment", {"due": "2026-11-23T10:00"}),
    ("Meeting with Sean", {"due": "2026-11-19T13:00"}),
    ("Apples", {"tags": ["shopping"]}),
    ("Bread", {"tags": ["shopping"]}),
    ("Lunch with co workers", {"due": "2026-11-19"}),
    ("Standup", {"due": "2026-11-20T10:00"}),
    ("Emma's birthday", {"due": "2026-12-05"}),
    ("Pay the water bill", {"due": "2026-11-17", "overdue": True}),
    ("Mop the bathroom floor", {}),
    ("Car wash", {}),
    ("Doctors appointment", {"due": "2026-11-24"}),
    ("Board meeting", {"due": "2026-11-18T15:00"}),
    ("Party", {"due": "2026-11-21"}),
    ("Old receipts", {"done": True}),
]
GERMAN: list[tuple[str, Field]] = [
    ("Mama anrufen", {}),
    ("Milch", {"tags": ["einkauf"]}),
    ("Zahnarzttermin", {"due": "2026-11-20T09:00"}),
    ("Besprechung mit John", {"due": "2026-11-19T09:00"}),
    ("Bananen", {"tags": ["einkauf"]}),
    ("Arzttermin", {"due": "2027-03-31T10:00"}),
    ("Eier", {"tags": ["einkauf", "lebensmittel"]}),
    ("Stromrechnung bezahlen", {"due": "2026-11-17", "overdue": True}),
    ("Besprechung mit dem Chef", {"due": "2026-11-18T15:00"}),
    ("Party", {"due": "2026-11-21"}),
    ("Wocheneinkauf", {"done": True}),
]


class FilteredList(List):
    """A list whose filters by priority, tag and date work too."""

    def found(self, status: str, search: str, **given: str | None) -> list[dict[str, Any]]:
        tag, level = given["tag"], given["priority"]
        return [
            task
            for task in self.tasks.values()
            if task["done"] in {"open": (False,), "done": (True,), "all": (False, True)}[status]
            and is_found(task, search, _text(task))
            and (tag is None or tag.casefold() in [name.casefold() for name in task["tags"]])
            and level in (None, task["priority"])
            and _is_due(task, given["due_after"], given["due_before"])
        ]


def _text(task: dict[str, Any]) -> str:
    held: list[str] = [task["title"], task["description"], *task["tags"]]
    return " ".join(held)


def _is_due(task: dict[str, Any], after: str | None, before: str | None) -> bool:
    if task["due"] is None:
        return not (after or before)
    due = parse_due(task["due"], zone=BERLIN, now=WEDNESDAY).at
    if after and due < parse_bound(after, zone=BERLIN, now=WEDNESDAY, end=False):
        return False
    return not before or due <= parse_bound(before, zone=BERLIN, now=WEDNESDAY, end=True)


def conversation_with(tasks: list[tuple[str, Field]]) -> Conversation:
    """Return a conversation that has said nothing yet, with these tasks as 1, 2, 3 …"""
    conversation = Conversation([], of=FilteredList)
    for title, fields in tasks:
        task = conversation.list.add(title, **fields)
        due = parse_due(task["due"], zone=BERLIN, now=WEDNESDAY) if task["due"] else None
        task["due_in_words"] = format_near(due, BERLIN, now=WEDNESDAY) if due else None
    return conversation
