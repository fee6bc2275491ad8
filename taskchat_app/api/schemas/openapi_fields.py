"""Types of fields and path parameters with their OpenAPI description. The domain validates the values."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic.config import JsonDict
from typing_extensions import TypeAliasType

from taskchat_app.api.schemas.patterns import EMAIL, HOOK_URL, MOMENT, RULE
from taskchat_app.assistant.turns.admission import MESSAGE_MAX
from taskchat_app.domain.accounts.access_tokens import NAME_MAX_CHARACTERS
from taskchat_app.domain.accounts.passwords import PASSWORD_MAX_CHARACTERS, PASSWORD_MIN_CHARACTERS
from taskchat_app.domain.accounts.profile_fields import EMAIL_MAX_CHARACTERS
from taskchat_app.domain.storage.storable_values import LAST_CHANGE_ID, LAST_TASK_NUMBER
from taskchat_app.domain.tasks.fields import (
    DESCRIPTION_MAX_CHARACTERS,
    PRIORITIES,
    Q_MAX_CHARACTERS,
    TAG_MAX_CHARACTERS,
    TAGS_MAX,
    TITLE_MAX_CHARACTERS,
)
from taskchat_app.domain.webhooks.url_check import URL_MAX_CHARACTERS

# Not validated: a number out of range is answered with 404, like one that does not exist.
_TASK: JsonDict = {"minimum": 1, "maximum": LAST_TASK_NUMBER}
_TEXT = "^[^\\u0000]*$"
_WORDS = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
_TAG = "^[^\\s\\u0000#][^\\u0000]*$"


def _described(**schema: Any) -> Any:
    return Field(json_schema_extra=schema)


def _text(**schema: Any) -> Any:
    """Return the schema of a text that may be omitted but not null."""
    return WithJsonSchema({"type": "string", **schema})


def _whole(value: Any) -> Any:
    """Convert 7.0 to 7: in JSON Schema both are integers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Title = Annotated[str, _described(minLength=1, maxLength=TITLE_MAX_CHARACTERS, pattern=_WORDS)]
OptionalTitle = Annotated[str | None, _text(minLength=1, maxLength=TITLE_MAX_CHARACTERS, pattern=_WORDS)]
OptionalPriority = Annotated[str | None, _text(enum=list(PRIORITIES))]
Description = Annotated[str, _described(maxLength=DESCRIPTION_MAX_CHARACTERS, pattern=_TEXT)]
Tag = Annotated[str, _described(minLength=1, maxLength=TAG_MAX_CHARACTERS, pattern=_TAG)]
Tags = Annotated[list[Tag], _described(maxItems=TAGS_MAX)]
DueText = TypeAliasType(
    "DueText",
    Annotated[
        str,
        _described(
            pattern=MOMENT,
            description="A date, a date-time (local without an offset) or a phrase in the user's time zone. Others are "
            "understood too, in English and German: the pattern states only some.",
            examples=["2026-11-30", "2026-11-30T09:00:00Z", "2026-11-30T09:00+01:00", "next friday 9am"],
        ),
    ],
)
Rule = TypeAliasType(
    "Rule",
    Annotated[
        str,
        _described(
            pattern=RULE,
            description="An RFC 5545 RRULE. Other parts and combinations are accepted too if they ever occur. For a "
            "task without a date, UNTIL must not have passed.",
            examples=["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12"],
        ),
    ],
)
Words = Annotated[str, _described(maxLength=Q_MAX_CHARACTERS, pattern=_TEXT)]
"""A search query."""
Email = Annotated[
    str,
    _described(
        maxLength=EMAIL_MAX_CHARACTERS,
        pattern=EMAIL,
        description="An email address. Addresses with letters beyond ASCII are accepted too.",
        examples=["anna@example.org"],
    ),
]
Password = Annotated[
    str, _described(minLength=PASSWORD_MIN_CHARACTERS, maxLength=PASSWORD_MAX_CHARACTERS, pattern=_TEXT)
]
Name = Annotated[str, _described(minLength=1, maxLength=255, pattern=_WORDS)]
"""The title of a conversation."""
TokenName = Annotated[str, _described(minLength=1, maxLength=NAME_MAX_CHARACTERS, pattern=_WORDS)]
ViewText = Annotated[str, _described(minLength=1, maxLength=Q_MAX_CHARACTERS, pattern=_WORDS)]
"""A view of the list as text: a name, tags, words."""
HookUrl = Annotated[
    str,
    _described(
        maxLength=URL_MAX_CHARACTERS,
        pattern=HOOK_URL,
        description="A public address. Public IP addresses, a fragment (which is not sent) and letters beyond ASCII "
        "are accepted too.",
        examples=["https://example.org/hook"],
    ),
]
"""The address of a webhook."""
MessageText = Annotated[str, _described(minLength=1, maxLength=MESSAGE_MAX, pattern=_WORDS)]
"""A message to the assistant."""
TaskNumber = Annotated[int, Path(json_schema_extra=_TASK)]
"""A task's number in a path."""
ChangeId = Annotated[int, Path(json_schema_extra={"minimum": 1, "maximum": LAST_CHANGE_ID})]
"""The id of a change in a path."""
ListedNumber = Annotated[int, BeforeValidator(_whole), Field(strict=True, json_schema_extra=_TASK)]
"""A task's number in a body."""
