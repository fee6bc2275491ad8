"""A local model behind an endpoint that speaks like Ollama's: turns of the chat over real HTTP."""

import logging
from collections.abc import AsyncIterator, Callable

import pytest

from taskchat_app.assistant.agent import agent, turn_model
from taskchat_app.assistant.gemini import client
from tests.chatting import Chat
from tests.standin import call, step_after, tool_results
from tests.standin.ollama import MODEL, OllamaStandin, calls, no_tools, text

MILK = call("create_task", {"title": "Buy milk", "due_at": "tomorrow"})


async def forget_client() -> None:
    """Close the process's client, so that the next turn makes one with the settings of the moment."""
    if agent.shared_gemini.cache_info().currsize:
        await agent.shared_gemini().close()
        agent.shared_gemini.cache_clear()


@pytest.fixture
async def ollama(chat: Chat, configure: Callable[..., None]) -> AsyncIterator[OllamaStandin]:
    """The model's server; the process's client is one for this model."""
    await forget_client()
    with OllamaStandin() as standin:
        configure(**standin.settings)
        yield standin
        await forget_client()


async def test_arguments_may_be_objects_and_thoughts_are_not_shown(chat: Chat, ollama: OllamaStandin):
    both = calls(MILK, call("create_task", {"title": "Call mum"}), thought="The user wants two tasks.")
    ollama.script([both, text("Added <think> two.", thought="Both done.")])
    answer = await chat.send("add milk and call mum")
    assert (answer.text, answer.errors) == ("Added <think> two.", [])
    assert await chat.titles() == {1: "Buy milk", 2: "Call mum"}
    assert [task["title"] for task in answer.tasks] == ["Added #1 Buy milk", "Added #2 Call mum"]
    ollama.script([text("You are welcome.")])
    assert (await chat.send("thanks", answer.thread_id)).text == "You are welcome."
    assert len(tool_results(ollama.requests[1])) == 2


async def test_an_error_names_the_model_that_is_set(chat: Chat, ollama: OllamaStandin):
    ollama.script([no_tools()])
    answer = await chat.send("what would you do first?")
    assert answer.error.startswith(f"{MODEL} cannot use tools.")
    ollama.script([text("")] * 3)
    assert "Gemini" not in (await chat.send("and then?", answer.thread_id)).error


async def test_a_model_that_is_slow_to_begin_is_waited_for(
    chat: Chat, ollama: OllamaStandin, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    configure(**ollama.settings, TURN_TIMEOUT_SECONDS="30")
    monkeypatch.setattr(client, "SILENCE_TIMEOUT_SHARE", 0.05)
    monkeypatch.setattr(turn_model, "FIRST_WORD_TIMEOUT_SHARE", 0.05)
    ollama.script([step_after(calls(MILK), 0, {"delay": 2}), text("Added.")])
    answer = await chat.send("add buy milk tomorrow")
    assert (answer.text, len(ollama.requests)) == ("Added.", 2)
    assert "notice" not in answer.event_types


async def test_another_model_is_logged_once(chat: Chat, ollama: OllamaStandin, caplog: pytest.LogCaptureFixture):
    ollama.script([text("Hello.", model="gpt-3.5\nturbo")] * 2)
    with caplog.at_level(logging.WARNING):
        await chat.send("hello", (await chat.send("hello")).thread_id)
    written = [record.getMessage() for record in caplog.records if "was asked for" in record.getMessage()]
    assert written == [rf"The model {MODEL} was asked for, and 'gpt-3.5\nturbo' answered"]
