"""Repeating tasks with steps and start dates through a year of random writes and undos, compared with a model.

The model has local dates, and of each task the writes in effect: those that no undo took back.
"""

import itertools
import random
from calendar import monthrange
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from taskchat_app.domain.activity.undo import undo_changes
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.soak import budget
from tests.task_account import Account

NewPerson = Callable[..., Awaitable[Any]]
ZONE = ZoneInfo("Europe/Vienna")
YEAR = datetime(2027, 1, 4, 7, tzinfo=UTC)
SEEDS = budget(range(1), range(2))
PARENTS, WRITES = budget((6, 60), (30, 700))
RULES = (
    *("FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY"),
    *("FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;COUNT=4"),
)
CLOCKS = (None, None, time(9), time(2, 30), time(3), time(23, 30))
"""None is a whole day; on 28 March there is no 02:30, and it becomes 03:30."""


@dataclass(frozen=True)
class When:
    """A local date; without a clock, a whole day."""

    day: date
    clock: time | None = None

    def at(self, *, begins: bool = False) -> datetime:
        clock = self.clock or (time(0) if begins else time(23, 59, 59))
        return datetime.combine(self.day, clock, tzinfo=ZONE).astimezone(UTC)

    def moved(self, days: int) -> "When":
        moved = self.day + timedelta(days=days)
        return When(moved) if self.clock is None else of(When(moved, self.clock).at())

    def text(self) -> Any:
        return self.day.isoformat() if self.clock is None else self.at()


def of(at: datetime | None, day: date | None = None) -> Any:
    if at is None or day is not None:
        return day and When(day)
    local = at.astimezone(ZONE)
    return When(local.date(), local.time())


@dataclass(frozen=True)
class One:
    """A task."""

    title: str
    parent: int | None = None
    due: When | None = None
    start: When | None = None
    rule: str | None = None
    series: When | None = None
    repeats: int | None = None
    made_for: When | None = None
    done: datetime | None = None
    done_with: int | None = None
    deleted: datetime | None = None

    def shown(self) -> tuple[Any, ...]:
        return self.title, self.parent, self.due, self.start, self.rule, self.series, self.repeats, self.done


@dataclass(frozen=True, eq=False)
class Write:
    """A write to one task; `before` is None if it did not exist, `cause` the task from whose write it follows."""

    id: int
    number: int
    before: One | None
    cause: int | None
    creates: bool


def days_of(rule: str, start: When) -> Iterator[date]:
    """Yield the days of a series."""
    parts = dict(part.split("=") for part in rule.split(";"))
    every, first = int(parts.get("INTERVAL", 1)), start.day
    for index in range(int(parts.get("COUNT", 2000))):
        if "BYDAY" in parts:
            day = first + timedelta(days=index)
            if day.weekday() in (0, 3):
                yield day
        elif parts["FREQ"] == "MONTHLY":
            year, month = divmod(first.year * 12 + first.month - 1 + index, 12)
            yield date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
        else:
            yield first + timedelta(days=index * every * {"DAILY": 1, "WEEKLY": 7}[parts["FREQ"]])


@dataclass
class Model:
    """The tasks of a user by number, deleted ones too, and the writes to them."""

    at: datetime = YEAR
    tasks: dict[int, One] = field(default_factory=dict[int, One])
    effective: dict[int, tuple[Write, ...]] = field(default_factory=dict[int, tuple[Write, ...]])
    writes: list[Write] = field(default_factory=list[Write])

    def existing(self) -> dict[int, One]:
        return {number: one for number, one in self.tasks.items() if one.deleted is None}

    def steps(self, *parents: int) -> list[int]:
        return [number for number, one in self.existing().items() if one.parent in parents]

    def may_have_steps(self, number: int | None) -> bool:
        return number in self.existing() and self.tasks[number].parent is None

    def write(self, number: int, after: One, cause: int | None = None) -> None:
        former = self.tasks.get(number)
        before = None if former is None or former.deleted is not None else former
        written = Write(len(self.writes), number, before, cause, former is None)
        self.writes.append(written)
        self.effective[number] = (*self.effective.get(number, ()), written)
        self.tasks[number] = after

    def add(self, one: One, cause: int | None = None) -> int:
        number = len(self.tasks) + 1
        self.write(number, one, cause)
        return number

    def edit(self, number: int, **fields: Any) -> None:
        one = self.tasks[number]
        after = replace(one, **fields)
        if after.rule and one.repeats is None:
            after = replace(after, series=after.due)
        if after != one:
            self.write(number, after)

    def complete(self, numbers: Sequence[int]) -> None:
        changed = [number for number in sorted(numbers) if self.tasks[number].done is None]
        steps = [step for step in self.steps(*changed) if self.tasks[step].done is None and step not in changed]
        for number in changed:
            self.write(number, replace(self.tasks[number], done=self.at, done_with=None))
        for step in steps:
            parent = self.tasks[step].parent
            self.write(step, replace(self.tasks[step], done=self.at, done_with=parent), parent)
        following = {number: due for number in changed if (due := self.next_due(number))}
        made = {number: self.add_next(number, due) for number, due in following.items()}
        last = [
            step
            for step in self.steps(*made)
            if not any(one.repeats == step and one.parent in made for one in self.existing().values())
        ]
        for step in last:
            self.add_copy(step, made)

    def next_due(self, number: int) -> When | None:
        one = self.tasks[number]
        if one.rule is None or any(other.repeats == number for other in self.existing().values()):
            return None
        assert one.series
        after = max(self.at, *(when.at() for when in (one.due, one.made_for) if when))
        dates = (replace(one.series, day=day) for day in days_of(one.rule, one.series))
        return next((when.moved(0) for when in dates if when.at() > after), None)

    def add_next(self, number: int, due: When) -> int:
        one = self.tasks[number]
        assert one.due
        start = one.start and self.not_after(one.start.moved((due.day - one.due.day).days), due)
        made = One(one.title, one.parent, due, start, one.rule, one.series, repeats=number, made_for=due)
        return self.add(made, number)

    def add_copy(self, step: int, made: dict[int, int]) -> None:
        one = self.tasks[step]
        assert one.parent
        former, following = self.tasks[one.parent].due, self.tasks[made[one.parent]].due
        assert former
        assert following
        days = (following.day - former.day).days
        due = one.due and one.due.moved(days)
        start = one.start and self.not_after(one.start.moved(days), due)
        self.add(One(one.title, made[one.parent], due, start, one.rule, due if one.rule else None), one.parent)

    @staticmethod
    def not_after(start: When, due: When | None) -> When:
        return of(due.at()) if due and start.at(begins=True) > due.at() else start

    def reopen(self, number: int) -> None:
        one = self.tasks[number]
        if one.done is None:
            return
        self.write(number, replace(one, done=None, done_with=None))
        for step in self.steps(number):
            if (self.tasks[step].done, self.tasks[step].done_with) == (one.done, number):
                self.write(step, replace(self.tasks[step], done=None, done_with=None), number)
        for following in [other for other, task in self.existing().items() if task.repeats == number]:
            family = [following, *self.steps(following)]
            if all(self.is_as_made(each) for each in family):
                for each in family:
                    self.write(each, replace(self.tasks[each], deleted=self.at), number)

    def is_as_made(self, number: int) -> bool:
        writes = self.effective[number]
        return len(writes) == 1 and writes[0].creates and writes[0].cause is not None

    def delete(self, number: int) -> None:
        for each in [number, *self.steps(number)]:
            self.write(each, replace(self.tasks[each], deleted=self.at), None if each == number else number)

    def restore(self, number: int) -> None:
        one = self.tasks[number]
        parent = one.parent if self.may_have_steps(one.parent) else None
        with_it = [n for n, other in self.tasks.items() if other.parent == number and other.deleted == one.deleted]
        self.write(number, replace(one, parent=parent, deleted=None))
        for step in with_it:
            self.write(step, replace(self.tasks[step], deleted=None), number)

    def undo(self, chosen: Sequence[Write]) -> tuple[list[int], list[int]]:
        """Take back these writes and what followed from them; return the tasks that came back, and those left."""
        first: dict[int, int] = {}
        for one in chosen:
            first.setdefault(one.number, one.id)
        wanted = {*chosen, *(one for one in self.writes if one.id > first.get(one.cause or 0, one.id))}
        numbers = {one.number for one in wanted}
        caused = {one.number for one in wanted if one.cause is not None}
        plan: dict[int, tuple[Write, ...]] = {}
        left: set[int] = set()
        for number in sorted(numbers, key=lambda number: (number in caused, number)):
            later = [*itertools.dropwhile(lambda one: one not in wanted, self.effective[number])]
            if not later:
                continue
            follows = {one.cause for one in later if one in wanted} & numbers
            if wanted.issuperset(later) and follows <= {*plan}:
                plan[number] = tuple(later)
            else:
                left.add(number)
        while broken := self.broken(plan, left):
            left |= broken
            plan = {number: writes for number, writes in plan.items() if number not in broken}
        for number, writes in plan.items():
            self.tasks[number] = writes[0].before or replace(self.tasks[number], deleted=self.at)
            self.effective[number] = self.effective[number][: -len(writes)]
        return sorted(plan), sorted(left)

    def broken(self, plan: dict[int, tuple[Write, ...]], left: set[int]) -> set[int]:
        """Return the tasks of the plan that would leave steps without a task, or follow from a task that is left."""
        after = {n: one for n, one in self.existing().items() if n not in plan}
        after |= {number: before for number, writes in plan.items() if (before := writes[0].before)}
        parents = {one.parent for one in after.values()}
        tops = {number for number, one in after.items() if one.parent is None}
        broken = {number for number in plan if number in parents and number not in tops}
        broken |= {n for n in plan if n in after and n not in parents and after[n].parent not in {None, *tops}}
        return broken | {number for number, writes in plan.items() if self.leaders(writes) & left}

    def leaders(self, writes: Sequence[Write]) -> set[int | None]:
        """Return the causes of the writes; of a copy of a step, also the next task that was made with it."""
        causes = {one.cause for one in writes}
        if not writes[0].creates or writes[0].cause is None:
            return causes
        parent = self.tasks[writes[0].number].parent
        made_with = (one.number for one in self.writes if one.creates and one.cause == writes[0].cause)
        return causes | ({parent} & {*made_with})


@dataclass
class Walk:
    """Does the same random writes to the account and to the model."""

    me: Account
    chance: random.Random
    model: Model = field(default_factory=Model)
    ids: dict[int, int] = field(default_factory=dict[int, int])
    """The ids of the changes by those of the model's writes."""
    seen: int = 0
    done: list[str] = field(default_factory=list[str])

    def when(self, near: date, spread: int) -> When:
        return When(near + timedelta(days=self.chance.randint(-spread, spread)), self.chance.choice(CLOCKS)).moved(0)

    def dates(self, near: date, spread: int, *, always: bool = False) -> dict[str, When | None]:
        due = self.when(near, spread) if always or self.chance.random() < 0.7 else None
        start = self.when(due.day if due else near, 2) if self.chance.random() < 0.5 else None
        if due and start and start.at(begins=True) > due.at():
            start = None
        return {"due": due, "start": start}

    async def add(self, title: str, parent: int | None, rule: str | None, near: date) -> int:
        dates = self.dates(near, 3 if parent else 20, always=rule is not None)
        texts: dict[str, Any] = {f"{name}_at": when.text() for name, when in dates.items() if when}
        draft = TaskDraft(title, parent_number=parent, recurrence=rule, **texts)
        await self.me.run(task_rows.create_task, draft, zone=ZONE)
        series = dates["due"] if rule else None
        number = self.model.add(One(title, parent, dates["due"], dates["start"], rule, series))
        await self.compare()
        return number

    async def begin(self) -> None:
        for index in range(PARENTS):
            parent = await self.add(f"Task {index}", None, self.chance.choice(RULES), YEAR.date())
            near = self.model.tasks[parent].due
            assert near
            for line in range(self.chance.randint(1, 4)):
                rule = self.chance.choice(RULES) if self.chance.random() < 0.15 else None
                await self.add(f"Step {index}.{line}", parent, rule, near.day)

    async def write(self) -> None:
        """Do one random write, and compare all tasks."""
        self.model.at += timedelta(seconds=self.chance.randint(1, int(2 * 365 * 86400 / WRITES)))
        verbs = {
            self.complete: 10,
            self.reopen: 5,
            self.undo: 8,
            self.change: 4,
            self.move: 4,
            self.delete: 2,
            self.restore: 3,
        }
        verb = self.chance.choices([*verbs], [*verbs.values()])[0]
        self.done.append(f"{self.model.at:%F %T} {verb.__name__}")
        await verb()
        await self.compare()

    def any_of(self, numbers: Sequence[int]) -> int:
        """Choose one; mostly of the newest."""
        return self.chance.choice(numbers[-12:] if self.chance.random() < 0.4 else numbers)

    def say(self, *facts: Any) -> None:
        self.done[-1] += f" {facts}"

    async def complete(self) -> None:
        unfinished = [number for number, one in self.model.existing().items() if one.done is None]
        tops = [number for number in unfinished if self.model.tasks[number].parent is None] or unfinished
        chosen = {self.any_of(tops if self.chance.random() < 0.6 else unfinished)}
        if self.chance.random() < 0.2:
            chosen |= {*self.chance.sample([*self.model.existing()], 1), *self.model.steps(*chosen)[:1]}
        self.say(chosen)
        self.model.complete(sorted(chosen))
        await self.me.run(tasks.bulk_complete, sorted(chosen))

    async def reopen(self) -> None:
        finished = [number for number, one in self.model.existing().items() if one.done is not None]
        if finished:
            number = self.any_of(sorted(finished, key=lambda number: self.model.tasks[number].done or YEAR))
            self.say(number)
            self.model.reopen(number)
            await self.me.complete(number, False)

    async def change(self) -> None:
        number = self.any_of([*self.model.existing()])
        one = self.model.tasks[number]
        if self.chance.random() < 0.5 or one.due is None:
            title = f"{one.title.split(' (')[0]} ({len(self.done)})"
            self.say(number, title)
            self.model.edit(number, title=title)
            await self.me.edit(number, title=title)
            return
        days = self.chance.choice((-3, -1, 1, 2, 9))
        due, start = one.due.moved(days), one.start and one.start.moved(days)
        if start is None or start.at(begins=True) <= due.at():
            self.say(number, days)
            self.model.edit(number, due=due, start=start)
            await self.me.edit(number, due_at=due.text(), **({"start_at": start.text()} if start else {}))

    async def move(self) -> None:
        number, parent = self.any_of([*self.model.existing()]), self.any_of([*self.model.existing()])
        if self.model.tasks[number].parent is not None and self.chance.random() < 0.5:
            self.say(number, "out")
            self.model.edit(number, parent=None)
            await self.me.edit(number, clear=["parent_number"])
            return
        self.say(number, "to", parent)
        if parent == number or not self.model.may_have_steps(parent) or self.model.steps(number):
            with pytest.raises(Invalid):
                await self.me.edit(number, parent_number=parent)
            return
        self.model.edit(number, parent=parent)
        await self.me.edit(number, parent_number=parent)

    async def delete(self) -> None:
        number = self.any_of([*self.model.existing()])
        self.say(number)
        self.model.delete(number)
        await self.me.delete(number)

    async def restore(self) -> None:
        deleted = [number for number, one in self.model.tasks.items() if one.deleted is not None]
        if deleted:
            number = self.any_of(deleted)
            self.say(number)
            self.model.restore(number)
            await self.me.restore(number)

    async def undo(self) -> None:
        """Undo a change, mostly a new one; sometimes undo the undo."""
        chosen = self.any_of(range(len(self.model.writes)))
        if self.chance.random() < 0.5:
            chosen = len(self.model.writes) - 1 - self.chance.randint(0, min(8, len(self.model.writes) - 1))
        writes = [self.model.writes[chosen]]
        former = (dict(self.model.tasks), dict(self.model.effective))
        undone, left = self.model.undo(writes)
        self.say(writes, undone, left)
        outcome = await self.me.run(undo_changes, [self.ids[one.id] for one in writes])
        assert (outcome.undone, sorted(one.number for one in outcome.conflicts)) == (undone, left), self.story()
        if not undone or self.chance.random() < 0.7:
            return
        await self.compare()
        self.say("and again")
        self.model.at += timedelta(seconds=1)
        undos = [change for change in await self.changes() if change.action == "undone"][-len(undone) :]
        again = await self.me.run(undo_changes, [change.id for change in undos])
        assert (again.undone, again.conflicts) == (undone, []), self.story()
        for number in undone:
            was = former[0][number]
            self.model.tasks[number] = replace(self.model.tasks[number], deleted=self.model.at) if was.deleted else was
            self.model.effective[number] = former[1][number]

    async def changes(self, since: int = 0) -> list[Change]:
        own = select(Change).where(Change.user_id == self.me.person.id, Change.kind == "task", col(Change.id) > since)
        async with reading(self.me.person.id) as session:
            return list((await session.exec(own.order_by(col(Change.id)))).all())

    async def compare(self) -> None:
        new = await self.changes(self.seen)
        self.seen = new[-1].id if new else self.seen
        ids = {change.task_number or 0: change.id for change in new if change.action != "undone"}
        mapped = self.model.writes[len(self.ids) :]
        assert sorted(ids) == sorted(one.number for one in mapped), self.story()
        self.ids |= {one.id: ids[one.number] for one in mapped}
        async with reading(self.me.person.id) as session:
            rows = (await session.exec(select(Task).where(Task.user_id == self.me.person.id))).all()
        found = {row.number: shown(row) for row in rows if row.deleted_at is None}
        expected = {number: one.shown() for number, one in self.model.existing().items()}
        wrong = {n: (found.get(n), expected.get(n)) for n in found | expected if found.get(n) != expected.get(n)}
        assert not wrong, self.story()

    def story(self) -> str:
        return "\n".join(self.done[-15:])


def shown(row: Task) -> tuple[Any, ...]:
    due, start = of(row.due_at, row.due_day), of(row.start_at, row.start_day)
    series = of(row.recurrence_start, row.recurrence_start_day)
    return row.title, row.parent_number, due, start, row.recurrence, series, row.repeats_number, row.completed_at


@pytest.mark.also_soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_year_of_writes_equals_the_model(new_person: NewPerson, monkeypatch: pytest.MonkeyPatch, seed: int):
    walk = Walk(Account((await new_person(timezone=ZONE.key)).person), random.Random(seed))
    monkeypatch.setattr(task_rows, "now", lambda: walk.model.at)
    await walk.begin()
    for _ in range(WRITES):
        await walk.write()
    assert walk.model.at > YEAR + timedelta(days=200)
