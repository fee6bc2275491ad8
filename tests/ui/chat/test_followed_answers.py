"""A tab's messages are what is stored, but for the answer that it follows."""

from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from sqlalchemy.exc import OperationalError

from taskchat_app.assistant.threads import conversations
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.chat.open_conversation import SendOutcome
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.chat_messages.answer_builder import AnswerBuilder, ReplyState
from taskchat_app.ui.chat_messages.messages import Part, answer_of
from tests.chatting import ended_turn


@pytest.fixture
def chat(tab: Any) -> ChatState:
    return tab.get_substate([ChatState.get_name()])


def answered(chat: ChatState) -> list[str]:
    return [message.turn_id for message in chat.all() if not message.mine]


async def test_an_answer_is_read_again_once_another_one_is_followed(chat: ChatState, person: Person):
    first = await ended_turn(person, "add buy milk")
    second = await ended_turn(person, "add buy bread", first.thread_id)
    await chat.open(person, first.thread_id)
    assert answered(chat) == [first.id, second.id]
    await chat.start_following(first, person)
    (await chat.get_state(ReplyState)).parts = list(chat.all()[-1].parts)
    assert answered(chat) == [second.id]
    assert await chat.start_following(second, person)
    assert answered(chat) == [first.id]
    assert (await chat.get_state(ReplyState)).parts == []


async def test_a_notice_stays_with_its_conversation(chat: ChatState, person: Person):
    names = ChatState.get_fields()
    await chat.open(person, "")
    empty = {name: getattr(chat, name) for name in names}
    turn = await ended_turn(person, "add buy milk")
    await chat.open(person, turn.thread_id)
    chat.put(replace(chat.all()[-1], parts=(Part("notice-0", "notice", "Not everything was put back."),)))
    await chat.reload(person)
    assert chat.all()[-1].parts[0].kind == "notice"
    await chat.start_following(turn, person)
    chat.title, chat.editing, chat.error, chat.older_cursor = "Milk", turn.id, "It failed.", turn.id
    chat._sending = chat._running_turn_id = "another"
    await chat.open(person, "")
    assert [name for name in names if getattr(chat, name) != empty[name]] == [], "of the conversation before"


async def test_a_turn_is_followed_once(chat: ChatState, person: Person):
    turn = await ended_turn(person, "add buy milk")
    await chat.open(person, turn.thread_id)
    shown = list(chat.all()[-1].parts)
    assert await chat.start_following(turn, person)
    (await chat.get_state(ReplyState)).parts = shown
    assert not await chat.start_following(turn, person)  # a message that is sent again while its answer is written
    assert (await chat.get_state(ReplyState)).parts == shown


async def test_changes_while_a_message_is_stored_are_read_at_its_outcome(chat: ChatState, person: Person):
    first = await ended_turn(person, "add buy milk")
    await chat.open(person, first.thread_id)
    chat.begin_sending("key")
    second = await ended_turn(person, "add buy bread", first.thread_id)
    await chat.reload(person)
    assert answered(chat) == [first.id]
    await chat.end_sending(person, SendOutcome("key", "1", "retry"))
    assert answered(chat) == [first.id, second.id]


async def test_a_followed_answer_stays_if_the_database_is_away_at_its_end(
    chat: ChatState, person: Person, monkeypatch: pytest.MonkeyPatch
):
    turn = await ended_turn(person, "add buy milk")
    await chat.open(person, turn.thread_id)
    stored = chat.all()[-1]
    await chat.start_following(turn, person)
    away = OperationalError("", {}, ConnectionError())
    monkeypatch.setattr(conversations, "load_items", AsyncMock(side_effect=away))
    await chat.finish_answer(AnswerBuilder(person.zone), answer_of(turn.id, list(stored.parts), stored.at), person)
    assert answered(chat) == [turn.id]
    assert not chat.answering
    monkeypatch.undo()
    await chat.reload(person)
    assert chat.all()[-1] == stored
