"""Bases of bodies: `Body` of responses that are read from the domain, with their types; `StrictBody` of requests."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from taskchat_app.api.core.request_language import request_language
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.tasks.task_dates import utc_text
from taskchat_app.i18n.catalogue import render


class Body(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, value: Any) -> Self:
        """Return the body of an object of the domain."""
        return cls.model_validate(value)


class StrictBody(BaseModel):
    """A request body without unknown fields, whose values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


UtcTime = Annotated[str, BeforeValidator(lambda value: utc_text(value) if isinstance(value, datetime) else value)]
"""ISO 8601 in UTC with a Z."""
DueAt = Annotated[
    str | None,
    Field(validation_alias="due"),
    BeforeValidator(lambda value: utc_text(value.at) if isinstance(value, Due) else value),
]
"""The moment of the object's due date."""
Sentence = Annotated[str, BeforeValidator(lambda value: render(value, request_language.get()))]
"""A message in the reader's language."""
