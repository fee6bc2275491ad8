"""Tracks which tasks the conversation has shown, to resolve "it" and "the second one" offline.

engine.py calls `begin_turn` for each turn, plan_runner.py the other methods for what the turn shows and changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from taskchat_app.assistant.grammar.commands import Target, UserClock
from taskchat_app.assistant.offline.plan_parts import Task


@dataclass(slots=True)
class Memory:
    """The list shown last, and the tasks that were touched since: added, changed, or proposed to be deleted.

    after                 shown  around  listed  touched
    "show my tasks"       1 2 3          1 2 3
    "complete 1 and 2"    1 2    1 2 3   1 2 3   1 2
    "add milk" (task 4)   1 2    1 2 3   1 2 3   4
    "delete 3 and 4"      3 4            1 2 3   3 4
    """

    clock: UserClock
    selected: list[int] = field(default_factory=list[int])
    """The tasks that the user has selected for the current turn; if there are any, references mean only these."""
    shown: list[int] = field(default_factory=list[int])
    """The tasks that "the second one" refers to."""
    around: list[int] = field(default_factory=list[int])
    """The list before `shown`, if `shown` are tasks of it that were touched; "the other one" is in it."""
    listed: list[int] = field(default_factory=list[int])
    """The list shown last, whatever was touched since; empty after an answer that shows no list."""
    part: Literal["none", "list", "question"] = "none"
    """What showed the tasks that `is_part` is about; a question does until its answer, which touches one."""
    touched_now: list[int] = field(default_factory=list[int])
    """The tasks that the current turn touched after the list was shown."""
    touched_before: list[int] = field(default_factory=list[int])
    """The tasks of the last turn before it that touched any after the list was shown."""

    @property
    def touched(self) -> list[int]:
        """The tasks of the last turn that touched any after the list was shown; "it" is the last of them."""
        return self.touched_now or self.touched_before

    @property
    def is_part(self) -> bool:
        """True if "all" means only the tasks shown last: several, and there are others."""
        return self.part != "none"

    @property
    def has_part(self) -> bool:
        """True if "all" means the selected tasks, or the part of the list that was shown last."""
        return self.is_part or bool(self.selected)

    def begin_turn(self, selected: list[int]) -> None:
        """Begin the next turn of the conversation, for which the user has selected these tasks."""
        self.selected = selected
        self.touched_before = self.touched
        self.touched_now = []

    def of_selected(self, tasks: list[Task]) -> list[Task]:
        """Return those of the tasks that are selected; all if none is."""
        return [task for task in tasks if not self.selected or task["number"] in self.selected]

    def note(self, result: dict[str, Any], *, is_part: bool = True) -> None:
        """Remember a tool's result; `is_part`: the list that it shows leaves out open tasks."""
        if result.get("status") not in ("ok", "proposed"):
            return
        if "tasks" in result:
            self.show(_numbers(result["tasks"]), is_part=is_part)
        else:
            self.touch(_numbers([result.get("task")]) or [int(number) for number in result.get("numbers") or ()])

    def show(self, numbers: list[int], *, is_part: bool, is_question: bool = False, is_list: bool = True) -> None:
        """Remember that these tasks were shown in this order, in words if not `is_list`; `is_part`: others are open."""
        self.shown, self.around = numbers, []
        self.listed = numbers if is_list else []
        self.touched_before, self.touched_now = [], []
        shown_by = "question" if is_question else "list"
        self.part = shown_by if is_part and len(numbers) > 1 else "none"

    def show_none(self) -> None:
        """Remember that the answer shows no list; what was shown before it can still be referred to."""
        self.listed, self.part = [], "none"

    def touch(self, numbers: list[int]) -> None:
        """Remember that these tasks were touched; several of one turn are shown from now on."""
        if not numbers:
            return
        self.touched_now += [number for number in numbers if number not in self.touched_now]
        if self.part == "question":
            self.part = "none"
        if len(self.touched_now) > 1 or not self.shown:
            last_list = self.around or self.shown
            are_of_list = {*last_list}.issuperset(self.touched_now)
            self.around, self.shown = last_list if are_of_list else [], list(self.touched_now)

    def resolve(self, target: Target) -> Sequence[int]:
        """Return the numbers of a target without words; none if the tasks shown do not decide it."""
        if target.numbers:
            return target.numbers
        if target.places:
            return self._at(target.places)
        recent = self.selected or self.touched or self.shown
        latest = self.selected or self.touched[-1:] or _only(self.shown)  # several only if these are selected
        match target.pronoun:
            case "selected":
                return self.selected
            case "it":
                return _only(latest)
            case "it or them":
                return latest
            case "last touched":  # all of a turn, but not all of a list
                return self.selected or self.touched or _only(self.shown)
            case "both":
                return recent if len(recent) == 2 else ()
            case "other":  # the only task of the list that was not touched, once others were
                others = [number for number in self.around or self.shown if number not in self.touched]
                return others if len(others) == 1 and self.touched else ()
            case "others":  # only the last turn's tasks are known to be handled
                return ()
            case "all":
                return self.selected or self.listed
            case _:  # "them"
                return recent

    def _at(self, places: Sequence[int]) -> Sequence[int]:
        listed = self.selected or self.shown
        # "The last one" and "the last but one" are doubtful once something else was touched after the list.
        is_last_doubtful = not self.selected and self.touched not in ([], self.shown)
        if max(map(abs, places)) > len(listed) or (is_last_doubtful and min(places) < 0):
            return ()
        return [listed[place - 1 if place > 0 else place] for place in places]


def _only(numbers: list[int]) -> list[int]:
    return numbers if len(numbers) == 1 else []


def _numbers(tasks: Any) -> list[int]:
    listed = cast(list[dict[str, Any] | None], tasks) if isinstance(tasks, list) else []
    return [int(task["number"]) for task in listed if task]
