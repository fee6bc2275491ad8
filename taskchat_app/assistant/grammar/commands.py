"""Command, the result of parsing a clause, and Target, what it refers to: plain values without any effect."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

Order = Literal[
    "add", "copy", "list", "done", "reopen", "update", "tag", "untag", "delete", "complete_all", "delete_all",
    "remind",
]  # fmt: skip
Kind = Literal[
    Order,
    # Changes that are no orders
    "reported",  # "I watered the plants"
    "all_done",  # "all done!"
    "shift",  # "a week later", from the task's own date
    "again",  # "and the second one too": the last change, of other tasks
    "cancel",  # "cancel the meeting": delete the task, or the meeting itself is off
    "wish",  # "buy milk": a new task, said without a command
    "offer",  # what may be a new task, about which the user is asked
    # Questions
    "look",  # asks for a list, in more words than "list": "what's due on friday?"
    "finished",  # "what did I get done yesterday?"
    "count",  # "how many are open?"
    "tell",  # "when is the dentist?"
    "when",  # a day or a time alone: "friday?"
    "question",  # one that no rule reads
    # What lacks something, and is asked for it
    "nameless",  # a new task without a title: "add a task for tomorrow"
    "no_task",  # a change that names no task
    "no_moment",  # "remind me when I get home"
    "reference",  # a task, and nothing to do with it: "the second one"
    "bad_date",  # a date with two readings, or none: "3/5"
    "several",  # a change of tasks that it does not name exactly: "the work stuff is done"
    # What is only answered
    "undo", "order", "no_lists", "no_feature", "greeting", "thanks", "goodbye", "help", "refusal",
    "left_out",  # the rest of a message with more clauses or lines than are read
    "too_long", "unknown",
]  # fmt: skip
"""What a clause means: its intent."""
ORDERS: frozenset[Kind] = frozenset(get_args(Order))
"""Commands that name what they read or change; a message of these alone can consent to a deletion, and needs no model.

"cancel" deletes but is no order: "cancel the meeting" may be about the meeting itself. Nor are questions and wishes.
"""
CHANGING: tuple[Kind, ...] = (
    *("add", "copy", "wish", "remind", "done", "reported", "reopen", "update", "shift", "tag", "untag"),
    *("delete", "cancel", "delete_all"),
)
"""Commands that change tasks, or propose to; Command.is_change adds two, and "again" repeats one of these."""
ADDING: tuple[Kind, ...] = ("add", "wish", "offer")
NEW: tuple[Kind, ...] = (*ADDING, "remind")
"""Commands for a new task; "remind" is of a task that may be there already."""
Language = Literal["en", "de"]
Pronoun = Literal[
    "it", "them", "both", "selected", "overdue",
    "it or them",  # one word in German; several tasks, if several are selected
    "other",  # the second of two
    "others",  # "the rest": it is asked which they are
    "last touched",  # in a command without any task: "and set priority low"
    "all tasks",  # the open ones; in a command to reopen, the done ones
    "all",  # the same, unless a part of the list was shown
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """The tasks of a command: by number, by position in the list last shown, by pronoun, or by words of a title."""

    numbers: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    """Positions from 1; -1 is the last one."""
    pronoun: Pronoun | None = None
    words: str = ""
    quoted: bool = False
    """True if the words were in quotes and must equal a title."""
    filters: dict[str, Any] = field(default_factory=dict[str, Any])
    """Filters of list_tasks that the words name: "the meeting tomorrow", "everything tagged work"."""
    named: str = ""
    """The words without those of the filters: "meeting"."""
    at: str = ""
    """The time of day of a dated target ("14:00"): a task due at another time that day is not meant."""
    nearest: bool = False
    """True for "my next meeting": of several, the first that is still to come is meant."""
    noun: str = ""
    """The word "tasks" behind the words, which tells of several: "old tasks" is no task with "old" in its title."""
    every: bool = False
    """True if all tasks are meant that the filters and the name fit, not exactly one."""
    excluded: "Target | None" = None
    """The tasks that are not meant: "everything except 3"."""

    @property
    def is_all(self) -> bool:
        """True if a pronoun means all tasks, or all of a part of them that was shown."""
        return self.pronoun in ("all", "all tasks")

    @property
    def is_of_tag(self) -> bool:
        """True if all tasks of a tag are meant, and nothing else is said of them."""
        return self.every and self.filters.keys() == {"tag"} and not self.named

    @property
    def is_every_open(self) -> bool:
        """True if a pronoun means all open tasks, or all that are overdue."""
        return self.is_all or self.pronoun == "overdue"

    @property
    def is_sweeping(self) -> bool:
        """True if all tasks of a kind are meant, however many."""
        return self.every or self.is_every_open


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command; `given` are the tool arguments from the sentence.

    How sure it is decides what is done:
      an order (is_order)  is done; it needs no model, and may consent to a deletion
      indirect             "3 should be friday": of the offline assistant alone; asked about if a title has more words
      otherwise            "put yoga on thursday": of a task that fits; if none does, this command (a new task) is meant
      doubtful             asked about before anything is done, however well a task fits
      kind "offer"         asked about as a new task; without a target, since it is about all that its words name
    """

    kind: Kind
    text: str
    target: Target = Target()
    given: dict[str, Any] = field(default_factory=dict[str, Any])
    language: Language = "en"
    indirect: bool = False
    doubtful: bool = False
    otherwise: "Command | None" = None
    parts: "tuple[Command, ...]" = ()
    """Of an offer the several new tasks that it may be: "finish the report or the plan and pay rent on monday"."""
    titled: "Command | None" = None
    """What is meant if an open task has its words as a title: "delete notes from meeting" may delete one."""
    is_foreign: bool = False
    """True if it was said in a language that is only a sentence file; it is answered in English."""
    read_by: str = field(default="", compare=False)
    """File and line of the sentence that was read; empty if a rule in Python read it."""
    beside_change: bool = False
    """True if the message has already changed something, so that no answer says that nothing was changed."""
    has_card: bool = True
    """False if a question about it is asked in words alone: another command of the message may have the card."""

    @property
    def is_order(self) -> bool:
        return self.kind in ORDERS and not self.indirect

    @property
    def is_change(self) -> bool:
        """True if it changes tasks, or proposes to; also one that says that all are done."""
        return self.kind in (*CHANGING, "complete_all", "all_done")


@dataclass(frozen=True, slots=True)
class UserClock:
    """The user's time zone and the current time."""

    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class SlotMatch:
    """A clause that a pattern matches, with the words of its slots."""

    string: str
    slots: dict[str, str]
    starts: dict[str, int]
    """Where the words of each slot begin in the clause; without those that are known without a word."""

    @staticmethod
    def of(match: re.Match[str], **known: str) -> "SlotMatch":
        slots = {name: words for name, words in match.groupdict().items() if words is not None}
        return SlotMatch(match.string, known | slots, {name: match.start(name) for name in slots})

    def __getitem__(self, slot: str) -> str:
        return self.slots.get(slot, "")

    @property
    def first(self) -> str:
        """The slot that the clause begins with; empty if it begins with a word of the pattern."""
        return next((name for name, start in self.starts.items() if start == 0), "")


# Makes the command of a matched clause in a language; None passes the clause to the next rules.
Make: TypeAlias = Callable[[SlotMatch, UserClock, Language], Command | None]
Row: TypeAlias = tuple[str, Language, Make]
"""A rule: the pattern of a whole clause, its language, and what makes its command."""
