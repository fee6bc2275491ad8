"""Tracks which tasks the conversation has shown, to resolve "it" and "the second one" offline."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from taskchat_app.assistant.grammar.commands import Target, UserClock


@dataclass(slots=True)
class Memory:
    """The list shown last, and the tasks that were touched (added, changed or asked about) since."""

    clock: UserClock
    shown: list[int] = field(default_factory=list[int])
    """The tasks that "the second one" refers to: the list shown last, or several tasks that one turn changed."""
    around: list[int] = field(default_factory=list[int])
    """The list before `shown`, if `shown` are several of its tasks; "the other one" is in it."""
    listed: list[int] = field(default_factory=list[int])
    """The list shown last, whatever was touched since; empty after an answer about named tasks."""
    is_part: bool = False
    """True if the list last shown has several tasks and left out open ones; "all" means its tasks then."""
    is_question: bool = False
    """True if these tasks were asked about; "all" means no more than them until one is touched."""
    touched: list[int] = field(default_factory=list[int])
    """The tasks of the last turn that changed any, if it came after the list was shown; "it" is the last of them."""
    selected: list[int] = field(default_factory=list[int])
    """The tasks that the user selected for the current turn; if there are any, references mean these."""
    fresh: bool = True
    """True until the first result of the current turn is recorded."""

    def begin_turn(self, selected: list[int]) -> None:
        self.selected, self.fresh = selected, True

    @property
    def has_part(self) -> bool:
        """True if "all" means the selected tasks, or the part of the list that was shown last."""
        return self.is_part or bool(self.selected)

    def show(self, numbers: list[int], *, is_part: bool, is_question: bool = False) -> None:
        """Record that these tasks were listed to the user, in this order."""
        self.shown, self.around, self.touched, self.fresh = numbers, [], [], False
        self.listed, self.is_part, self.is_question = numbers, is_part and len(numbers) > 1, is_question

    def note(self, result: dict[str, Any], *, is_part: bool = True) -> None:
        """Remember one result of a tool; `is_part` as of the list that it shows, if it shows one."""
        if result.get("status") not in ("ok", "proposed"):
            return
        if "tasks" in result:
            self.show(_numbers(result["tasks"]), is_part=is_part)
            return
        touched = _numbers([result.get("task")]) or [int(number) for number in result.get("numbers") or ()]
        if touched:
            earlier = [] if self.fresh else self.touched
            self.touched = [*earlier, *(number for number in touched if number not in earlier)]
            self.fresh = False
            self.is_part = self.is_part and not self.is_question
            if len(self.touched) > 1 or not self.shown:
                is_of_list = set(self.touched) <= {*self.around, *self.shown}
                self.around = (self.around or self.shown) if is_of_list else []
                self.shown = list(self.touched)

    def resolve(self, target: Target) -> list[int] | None:
        """Return the numbers of a target; None if the tasks shown do not decide it."""
        if target.numbers:
            return list(target.numbers)
        if target.places:
            return self._at(target.places)
        if target.pronoun == "selected":
            return list(self.selected) or None
        if target.pronoun == "all":
            return list(self.selected or self.listed) or None
        recent = self.selected or self.touched or self.shown
        if target.pronoun == "it" or (target.pronoun == "it or them" and not self.selected):
            is_certain = len(recent) == 1 or (self.touched and not self.selected)
            return recent[-1:] if is_certain else None
        if target.pronoun == "both":
            return list(recent) if len(recent) == 2 else None
        if target.pronoun == "other":
            others = [number for number in self.around or self.shown if number not in self.touched]
            return others if len(others) == 1 and self.touched else None
        if target.pronoun == "others":  # only the last turn's tasks are known to be handled
            return None
        if target.pronoun == "last touched":
            recent = self.selected or self.touched
            return list(recent) or (list(self.shown) if len(self.shown) == 1 else None)
        return list(recent) or None

    def _at(self, places: Sequence[int]) -> list[int] | None:
        found: list[int] = []
        listed = self.selected or self.shown
        # "The last one" is doubtful once something else was touched after the list.
        is_doubtful = not self.selected and self.touched not in ([], self.shown)
        for place in places:
            if abs(place) > len(listed) or not listed or (place < 0 and is_doubtful):
                return None
            found.append(listed[place - 1 if place > 0 else place])
        return found


def _numbers(tasks: Any) -> list[int]:
    listed = cast(list[dict[str, Any] | None], tasks) if isinstance(tasks, list) else []
    return [int(task["number"]) for task in listed if task]
