"""Numbers of tasks and changes in addresses, queries and bodies, as OpenAPI describes them.

The description states their range; which of them exist is for the domain to say. One that cannot exist is answered as
one that does not: with 404.
"""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field
from pydantic.config import JsonDict

from taskchat_app.domain.storage.number_ranges import LAST_CHANGE_ID, LAST_TASK_NUMBER

_TASK: JsonDict = {"minimum": 1, "maximum": LAST_TASK_NUMBER}


def _whole(value: Any) -> Any:
    """7.0 is the integer 7 in JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


TaskNumber = Annotated[int, Path(json_schema_extra=_TASK)]
"""A task's number in an address."""
ChangeId = Annotated[int, Path(json_schema_extra={"minimum": 1, "maximum": LAST_CHANGE_ID})]
"""The id of a change in an address."""
ListedNumber = Annotated[int, BeforeValidator(_whole), Field(strict=True, json_schema_extra=_TASK)]
"""A task's number in a body."""
