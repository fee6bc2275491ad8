"""Generates ids of threads and items: full UUIDs."""

import uuid
from typing import Literal

from chatkit.store import StoreItemType

PREFIXES: dict[str, str] = {
    "thread": "thr",
    "message": "msg",
    "tool_call": "tc",
    "workflow": "wf",
    "task": "tsk",
    "attachment": "atc",
    "sdk_hidden_context": "shcx",
    "widget": "wdg",
    "proposal": "prp",
    "structured_input": "sin",
}


def new_id(kind: StoreItemType | Literal["widget", "proposal", "structured_input"]) -> str:
    """Return a new id, unique among all users and instances."""
    return f"{PREFIXES[kind]}_{uuid.uuid4().hex}"
