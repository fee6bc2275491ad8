"""Keeps Reflex's tasks running that read its channels in Redis.

Reflex ends such a task after 5 errors within a minute, and each message that it cannot read is one: until the next tab
connects, tabs of this process miss what other processes tell them.
"""

import sys
from functools import partial
from typing import Any

from reflex.istate.manager import redis
from reflex.utils import tasks, token_manager

RESTART_SECONDS = 0.1


def restart_channel_readers() -> None:
    """Have the tasks begin again after each error, which Reflex logs, without an end."""
    ensure_task: Any = tasks.ensure_task  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # typed in part
    endless: Any = partial(ensure_task, exception_limit=sys.maxsize, exception_delay=RESTART_SECONDS)
    for module in (redis, token_manager):
        vars(module)["ensure_task"] = endless
