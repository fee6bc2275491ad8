"""Numbers of tasks and changes in addresses, queries and bodies, as OpenAPI describes them.

The description states their range; which of them exist is for the domain to say. One that cannot exist is answered as
one that does not: with 404.
"""

from typing import Annotated

from fastapi import Path
from pydantic import Field
from pydantic.config import JsonDict

from taskchat_app.domain.numbers import LAST_CHANGE_ID, LAST_TASK_NUMBER

_TASK: JsonDict = {"minimum": 1, "maximum": LAST_TASK_NUMBER}

TaskNumber = Annotated[int, Path(json_schema_extra=_TASK)]
"""A task's number in an address."""
ChangeId = Annotated[int, Path(json_schema_extra={"minimum": 1, "maximum": LAST_CHANGE_ID})]
"""The id of a change in an address."""
ListedNumber = Annotated[int, Field(strict=True, json_schema_extra=_TASK)]
"""A task's number in a body."""
