"""Pydantic types of the fields in an account file: they accept only values that the app can store and show."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from chatkit.types import ThreadStatus
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StrictInt,
    TypeAdapter,
    ValidationError,
)

from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR
from taskchat_app.domain.dates.recurrence.recurrence import check_rule
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.positions import parse_position
from taskchat_app.i18n.catalogue import LANGUAGES, render
from taskchat_app.i18n.messages import UNREADABLE, decode

NUMBER_MAX = 1_000_000_000
"""Of a task or change in a file: an account counts on from there."""


class _TaskOfResult(BaseModel):
    number: StrictInt


class _Result(BaseModel):
    """The fields of a tool call's result that the page and the assistant read."""

    task: _TaskOfResult | None = None
    tasks: list[_TaskOfResult] = []
    numbers: list[StrictInt] = []
    message: str = ""
    sorted: dict[str, str | None] = {}


def _from_text(kind: type[date], example: str, value: object) -> date:
    """Read an ISO 8601 text of this kind; pydantic's own types also accept numbers."""
    if not isinstance(value, str):
        raise ValueError(f"write it as {example}")
    found = kind.fromisoformat(value)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return found


def _check_readable(kind: TypeAdapter[Any], value: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON as it is, if it can be read as this type."""
    try:
        kind.validate_python(value)
    except ValidationError as error:
        raise ValueError("write it as it is exported") from error
    return value


def _whole_number(value: object) -> object:
    if type(value) is not int:  # pydantic takes False for 0
        raise ValueError("write it as a whole number")
    return value


def _check_rule(rule: str) -> str:
    try:
        return check_rule(rule)
    except Invalid as error:
        raise ValueError(error.detail) from error


def check_messages(messages: dict[str, Any]) -> dict[str, Any]:
    """Raise ValueError if one of the messages cannot be shown in a language."""
    try:
        for message in messages.values():
            for language in LANGUAGES:
                render(decode(message), language)
    except UNREADABLE as error:
        raise ValueError("write them as they are exported") from error
    return messages


Moment = Annotated[AwareDatetime, BeforeValidator(partial(_from_text, datetime, "2026-11-21T09:00:00Z"))]
Day = Annotated[date, BeforeValidator(partial(_from_text, date, "2026-11-21"))]
Rule = Annotated[str, AfterValidator(_check_rule)]
Position = Annotated[str, AfterValidator(parse_position)]
Status = Annotated[dict[str, Any], AfterValidator(partial(_check_readable, TypeAdapter[Any](ThreadStatus)))]
Result = Annotated[dict[str, Any], AfterValidator(partial(_check_readable, TypeAdapter[Any](_Result)))]
Messages = Annotated[dict[str, Any], AfterValidator(check_messages)]
"""The translatable sentences of a record, by their paths."""
Number = Annotated[int, Field(ge=1, le=NUMBER_MAX, strict=True)]
"""Strict: everything after the check reads the number as the file has it, and pydantic takes true and "1" for 1."""
RemindBefore = Annotated[Literal[-1, 0, 10, 60, 1440], BeforeValidator(_whole_number)]
Milliseconds = Annotated[float, Field(allow_inf_nan=False)]
Id = Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]
Name = Annotated[str, Field(max_length=1_000)]
