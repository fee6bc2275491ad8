"""Request and response models of the routes under /api/tasks."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic.json_schema import SkipJsonSchema

from taskchat_app.api.schemas.bodies import Body, StrictBody
from taskchat_app.api.schemas.openapi_fields import (
    Description,
    DueText,
    ListedNumber,
    OptionalPriority,
    OptionalTitle,
    Rule,
    Tag,
    Tags,
    Title,
    Words,
)
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.due_dates import OTHERS_MAX
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import PRIORITIES, TAGS_MAX, TAGS_SENT_MAX, checked_bound
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, LIMIT_MAX, LISTED_STATUSES, ORDERS, STATUSES, TaskQuery
from taskchat_app.domain.tasks.sorted_pages import SORTS
from taskchat_app.domain.tasks.task_dates import BEFORE, NONE
from taskchat_app.i18n.messages import gettext


def _choice(choices: Any, description: str | None = None) -> Any:
    """Describe the choices in OpenAPI; the domain validates them."""
    return Field(json_schema_extra={"enum": list(choices)}, description=description)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Priority = Annotated[str, _choice(PRIORITIES)]
_RINGS = "How long before its due date the task rings; a date without a time counts as 09:00 of its day."
Reminder = Annotated[str, _choice([*BEFORE, NONE], _RINGS)]
"""A reminder. By default a task with a time rings at that time, and one without a time does not."""


_NUMBERS_OR_FILTER: list[JsonValue] = [
    {"required": ["numbers"], "properties": {"numbers": {"not": {"type": "null"}}, "filter": {"type": "null"}}},
    {"required": ["filter"], "properties": {"filter": {"not": {"type": "null"}}, "numbers": {"type": "null"}}},
]
"""Exactly one of the two is there, and not null."""
_ANY_CHANGE: list[JsonValue] = [
    {"required": [name]}
    for name in ("due_at", "start_at", "recurrence", "reminder", "parent_number", "priority", "add_tags", "remove_tags")
]
_AFTER_OR_BEFORE: list[JsonValue] = [
    {"required": ["after"], "not": {"required": ["before"]}},
    {"required": ["before"], "not": {"required": ["after"]}, "properties": {"before": {"type": "integer"}}},
]


class NewTask(StrictBody):
    """`due_at` is an ISO date or date-time, or a phrase such as "next friday 9am" in the user's time zone."""

    title: Title
    description: Description = ""
    priority: Priority = "medium"
    tags: Tags = Field([])
    due_at: DueText | None = None
    start_at: DueText | None = None
    recurrence: Rule | None = None
    reminder: Reminder | None = None
    parent_number: ListedNumber | None = None


class TaskChanges(StrictBody):
    """The fields to change; null empties all but title, priority and due_reading, and removes the reminder.

    `due_reading` makes one of the task's `due_readings` its due date, counted from 1. The former date is then the first
    of them, so that the same request once more takes it back.
    """

    title: OptionalTitle = None
    description: Description | None = None
    priority: OptionalPriority = None
    tags: Tags | None = None
    due_at: DueText | None = None
    due_reading: Annotated[int, Field(strict=True, ge=1, le=OTHERS_MAX)] | SkipJsonSchema[None] = None
    start_at: DueText | None = None
    recurrence: Rule | None = None
    reminder: Reminder | None = None
    parent_number: ListedNumber | None = None

    def edit(self) -> TaskEdit:
        return _edit_of(self.model_dump(include=self.model_fields_set))


def _edit_of(given: dict[str, Any]) -> TaskEdit:
    """Return the domain's edit of the given fields: null empties a field, and removes a reminder."""
    if "reminder" in given and given["reminder"] is None:
        given["reminder"] = NONE
    emptied = [name for name, value in given.items() if value is None]
    return TaskEdit(**{name: value for name, value in given.items() if value is not None}, clear=emptied)


class Copying(StrictBody):
    """The copy's due date, at the time of the original's if it is a day; and its title, if that is another one."""

    due_at: DueText | None = None
    title: OptionalTitle = None


class Completion(StrictBody):
    completed: bool = True


class Filter(BaseModel):
    """Filters, all ANDed; `due_before` and `due_after` are inclusive; a date without a time covers its whole day.

    `begun` chooses tasks that have begun (or have no start), or those that begin later; without it, both.
    """

    model_config = ConfigDict(extra="forbid")  # not strict: the values of an address are texts

    status: Annotated[str, _choice(STATUSES)] = "open"
    priority: Priority | None = None
    tag: Annotated[list[Tag], BeforeValidator(_as_list), Field(json_schema_extra={"maxItems": TAGS_SENT_MAX})] = []
    due_before: DueText | None = None
    due_after: DueText | None = None
    begun: bool | None = None
    q: Words | None = None

    def query(self, person: Person) -> TaskQuery:
        """Return the domain's query, with the days of this person; raise Invalid for a bound that is no date."""
        at = now()
        before, after = self.due_before, self.due_after
        return TaskQuery(
            status=self.status,
            priority=self.priority,
            tags=self.tag,
            due_before=None if before is None else checked_bound(before, "due_before", zone=person.zone, now=at),
            due_after=None if after is None else checked_bound(after, "due_after", zone=person.zone, now=at),
            begun=self.begun,
            q=self.q,
            timezone=person.timezone,
        )


class SortedListing(Filter):
    """Filters and sort order.

    By default tasks are sorted by creation, deleted tasks (of the last 30 days) by deletion, newest first.
    """

    status: Annotated[str, _choice(LISTED_STATUSES)] = "open"
    sort: Annotated[str | None, _choice(SORTS)] = None
    order: Annotated[str | None, _choice(ORDERS)] = None

    def query(self, person: Person) -> TaskQuery:
        return replace(super().query(person), sort=self.sort, order=self.order)


class Listing(SortedListing):
    """Filters, sort order and page."""

    limit: Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": LIMIT_MAX})] = 50
    cursor: str | None = None

    def query(self, person: Person) -> TaskQuery:
        return replace(super().query(person), limit=self.limit, cursor=self.cursor)


class Selection(BaseModel):
    """Numbers or a filter (exactly one of them) that select at most 1,000 tasks."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"oneOf": _NUMBERS_OR_FILTER})

    numbers: Annotated[list[ListedNumber], Field(json_schema_extra={"maxItems": AT_ONCE_MAX})] | None = None
    filter: Filter | None = None

    def which(self, person: Person) -> list[int] | TaskQuery:
        """Return the numbers or the filter; raise Invalid without exactly one of them."""
        if self.numbers is not None and self.filter is None:
            return self.numbers
        if self.filter is not None and self.numbers is None:
            return self.filter.query(person)
        raise Invalid(gettext("Say which tasks: send either numbers or filter."), field="numbers")


class Move(StrictBody):
    """The new place: `after` the task with this number (null: at the top), or `before` it; exactly one of the two."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _AFTER_OR_BEFORE})

    after: ListedNumber | None = None
    before: ListedNumber | None = None

    def beside(self) -> dict[str, int | None]:
        """Return {"after": number or None} or {"before": number}; raise Invalid without exactly one of them."""
        given = self.model_dump(include=self.model_fields_set)
        if len(given) != 1 or given == {"before": None}:
            sentence = gettext('Say where to: send either after, which may be null for "first", or before.')
            raise Invalid(sentence, field="after")
        return given


class BulkChanges(Selection):
    """The fields to change in all selected tasks; null empties dates and recurrence, and removes the reminder.

    `parent_number` makes all of them steps of that task; null moves steps out.
    """

    model_config = ConfigDict(json_schema_extra={"oneOf": _NUMBERS_OR_FILTER, "anyOf": _ANY_CHANGE})

    due_at: DueText | None = None
    start_at: DueText | None = None
    priority: OptionalPriority = None
    recurrence: Rule | None = None
    reminder: Reminder | None = None
    parent_number: ListedNumber | None = None
    add_tags: Annotated[list[Tag], Field(strict=True, json_schema_extra={"maxItems": TAGS_MAX})] = []
    remove_tags: Annotated[list[Tag], Field(strict=True, json_schema_extra={"maxItems": TAGS_SENT_MAX})] = []

    def edit(self) -> TaskEdit:
        given = self.model_dump(include=self.model_fields_set - {"numbers", "filter"})
        if not given:
            sentence = gettext(
                "Say what is to be different: due_at, start_at, priority, recurrence, reminder, parent_number,"
                " add_tags or remove_tags."
            )
            raise Invalid(sentence)
        return _edit_of(given)


class DueReadingBody(Body):
    """Another date that `due_words` could mean: `due_at` is a day where `all_day`, else an instant.

    `meaning` says how the words are read: `this_week` or `week_after` ("next friday"), `03h` or `15h` ("at 3"),
    `day_first` or `month_first` ("3/5"), `today` or `tomorrow` ("in the morning"), several of them with a blank
    between, or `words` where the date is not from these words.
    """

    due_at: str
    all_day: bool
    meaning: str


class StepsBody(Body):
    """How many steps a task has."""

    open: int
    done: int


class TaskBody(BaseModel):
    """A task; with `all_day`, `due_at` is the end of that day in the user's time zone, also after a change of zone.

    `due_words` are the words that it was read from, null for a date that was chosen, and `due_readings` what else they
    could mean. It begins at `start_at`: of a day its first instant there. `parent_number` is the task that it is a
    step of.
    """

    number: int
    parent_number: int | None
    steps: StepsBody
    title: str
    description: str
    priority: Priority
    tags: list[str]
    due_at: str | None
    all_day: bool
    due_words: str | None
    due_readings: list[DueReadingBody]
    start_at: str | None
    recurrence: str | None
    reminder: Reminder
    completed_at: str | None
    created_at: str
    updated_at: str
    overdue: bool


class ChangedTaskBody(TaskBody):
    """A changed task. `due_meaning_offered` is there if the user chose this `meaning` of a date for the second time.

    A program can then offer to prefer it from now on: `PATCH /api/auth/me {"due_meanings": "week_after"}`, and for
    `day_first` or `month_first` `{"date_order": "day"}` or `"month"`.
    """

    due_meaning_offered: str = ""


class CountsBody(Body):
    open: int
    done: int
    overdue: int


class PageBody(BaseModel):
    """`next` is the `cursor` of the next page, null on the last page; the counts ignore the filters."""

    tasks: list[TaskBody]
    next: str | None
    counts: CountsBody


class NumbersBody(BaseModel):
    numbers: list[int]
