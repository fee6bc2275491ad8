"""A turn that a tab stops following for another turn of the conversation is read from the database."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Self, cast

import pytest

from taskchat_app.assistant.core.context import TurnEvent
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.chat.state import follow_turn


@dataclass
class Tab:
    """What `follow_turn` uses of a tab; records which turns are read again."""

    thread_id: str = "conversation"
    followed: str = ""
    read_again: list[str] = field(default_factory=list[str])
    behind: list[str] = field(default_factory=list[str])
    forgotten: list[str] = field(default_factory=list[str])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def follows(self, turn: "Turn") -> bool:
        return (self.thread_id, self.followed) == (turn.thread_id, turn.id)

    def start_following(self, turn: "Turn") -> None:
        self.followed = turn.id

    def forget_turn(self, turn_id: str) -> None:
        self.forgotten.append(turn_id)

    def mark_behind(self, turn_ids: list[str]) -> None:
        self.behind.extend(turn_ids)

    async def reload_if_behind(self, _: Person) -> None:
        self.read_again.extend(turn_id for turn_id in self.behind if turn_id in self.forgotten)


@dataclass
class Turn:
    """A turn of which one batch arrives after the tab has opened another conversation or followed another turn."""

    tab: Tab
    opens: str = ""
    has_batch: bool = True
    id: str = "first"
    thread_id: str = "conversation"

    async def follow(self, _: float) -> AsyncGenerator[list[TurnEvent]]:
        self.tab.followed, self.tab.thread_id = "second", self.opens or self.thread_id
        if self.has_batch:
            yield []

    async def receipt(self) -> None:
        return None


@pytest.mark.parametrize("has_batch", [True, False], ids=["while it is written", "at its end"])
async def test_a_displaced_turn_is_read_again(person: Person, has_batch: bool) -> None:
    tab = Tab()
    assert await follow_turn(cast(Any, tab), cast(Any, Turn(tab, has_batch=has_batch)), person) is None
    assert tab.read_again == ["first"]


async def test_a_turn_of_a_closed_conversation_is_not_read_again(person: Person) -> None:
    tab = Tab()
    assert await follow_turn(cast(Any, tab), cast(Any, Turn(tab, opens="another")), person) is None
    assert tab.read_again == tab.behind == []
