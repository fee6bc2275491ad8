"""Types of request fields with their OpenAPI description. The domain validates the values.

The patterns for dates and rules describe only values that are always valid; the domain accepts more.
"""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from taskchat_app.domain.accounts.access_tokens import NAME_MAX_CHARACTERS
from taskchat_app.domain.accounts.passwords import PASSWORD_MAX_CHARACTERS, PASSWORD_MIN_CHARACTERS
from taskchat_app.domain.tasks.fields import (
    DESCRIPTION_MAX_CHARACTERS,
    Q_MAX_CHARACTERS,
    TAG_MAX_CHARACTERS,
    TAGS_MAX,
    TITLE_MAX_CHARACTERS,
)
from taskchat_app.domain.tasks.task_view import PRIORITIES

_TEXT = "^[^\\u0000]*$"
_WORDS = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
_TAG = "^[^\\s\\u0000#][^\\u0000]*$"
_DATE = "20[2-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_TIME = "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
_MOMENT = f"^({_DATE}({_TIME})?|today|tomorrow|next (monday|friday)( 9am)?)$"
_RULE = "^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;INTERVAL=[1-9][0-9]?)?$"


def _described(**schema: Any) -> Any:
    return Field(json_schema_extra=schema)


def _text(**schema: Any) -> Any:
    """Return the schema of a text that may be omitted but not null."""
    return WithJsonSchema({"type": "string", **schema})


Title = Annotated[str, _described(minLength=1, maxLength=TITLE_MAX_CHARACTERS, pattern=_WORDS)]
OptionalTitle = Annotated[str | None, _text(minLength=1, maxLength=TITLE_MAX_CHARACTERS, pattern=_WORDS)]
OptionalPriority = Annotated[str | None, _text(enum=list(PRIORITIES))]
Description = Annotated[str, _described(maxLength=DESCRIPTION_MAX_CHARACTERS, pattern=_TEXT)]
Tag = Annotated[str, _described(minLength=1, maxLength=TAG_MAX_CHARACTERS, pattern=_TAG)]
Tags = Annotated[list[Tag], _described(maxItems=TAGS_MAX)]
Moment = Annotated[str, _described(pattern=_MOMENT)]
"""An ISO date or date-time, or a phrase such as "next friday 9am"."""
Rule = Annotated[str, _described(pattern=_RULE)]
"""An RFC 5545 RRULE."""
Words = Annotated[str, _described(maxLength=Q_MAX_CHARACTERS, pattern=_TEXT)]
"""A search query."""
Email = Annotated[str, _described(pattern="^[a-z0-9]{1,30}@example[.](org|com)$")]
"""An email address."""
Password = Annotated[
    str, _described(minLength=PASSWORD_MIN_CHARACTERS, maxLength=PASSWORD_MAX_CHARACTERS, pattern=_TEXT)
]
Name = Annotated[str, _described(minLength=1, maxLength=255, pattern=_WORDS)]
"""The title of a conversation."""
TokenName = Annotated[str, _described(minLength=1, maxLength=NAME_MAX_CHARACTERS, pattern=_WORDS)]
ViewText = Annotated[str, _described(minLength=1, maxLength=Q_MAX_CHARACTERS, pattern=_WORDS)]
"""A view of the list as text: a name, tags, words."""
HOOK_URL = "^https://[a-z]{1,20}[.]example[.](org|com)/[a-z]{0,20}$"
HookUrl = Annotated[str, _described(pattern=HOOK_URL)]
"""An address of a webhook; the pattern describes only some valid ones."""
