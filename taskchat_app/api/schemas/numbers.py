"""Types for task numbers and change ids in paths and bodies, with their range in the OpenAPI description.

The range is not validated here: a number out of range is answered with 404, like one that does not exist.
"""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field
from pydantic.config import JsonDict

from taskchat_app.domain.storage.storable_values import LAST_CHANGE_ID, LAST_TASK_NUMBER

_TASK: JsonDict = {"minimum": 1, "maximum": LAST_TASK_NUMBER}


def _whole(value: Any) -> Any:
    """Convert 7.0 to 7: in JSON Schema both are integers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


TaskNumber = Annotated[int, Path(json_schema_extra=_TASK)]
"""A task's number in a path."""
ChangeId = Annotated[int, Path(json_schema_extra={"minimum": 1, "maximum": LAST_CHANGE_ID})]
"""The id of a change in a path."""
ListedNumber = Annotated[int, BeforeValidator(_whole), Field(strict=True, json_schema_extra=_TASK)]
"""A task's number in a body."""
