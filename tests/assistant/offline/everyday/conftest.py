"""The list of tasks that everyday sentences are said to."""

from typing import Any

import pytest

from tests.assistant.offline.task_list import Conversation
from tests.assistant.understanding.lists import conversation_with

TASKS: list[tuple[str, dict[str, Any]]] = [
    ("Buy milk", {"tags": ["shopping"]}),
    ("Dentist", {"due": "2026-11-18T15:30"}),
    ("Pay the rent", {"due": "2026-11-18"}),
    ("Write report", {"tags": ["work"]}),
    ("Buy eggs", {"tags": ["shopping"]}),
]


@pytest.fixture
def conversation() -> Conversation:
    return conversation_with(TASKS)
