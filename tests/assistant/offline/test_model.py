"""The offline model through the Agents SDK's own runner: its tool calls, and its answers as streamed events."""

import json
import re
from typing import Any

import pytest
from agents import Agent, FunctionTool, RunConfig, Runner
from agents.tool_context import ToolContext

from taskchat_app.assistant.offline.model import OfflineModel
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation, TaskList

TITLES = ["Call mum", "Buy milk", "Dentist appointment", "Weekly report"]
TOOLS = ("create_task", "list_tasks", "complete_task", "delete_task")
QUIET = RunConfig(tracing_disabled=True)


class RunConversation:
    """A conversation through the SDK's runner, with tools that work on the list in memory."""

    def __init__(self) -> None:
        self.list = Conversation(TITLES).list
        self.results: dict[str, Any] = {}
        self.items: list[Any] = []
        self.events: list[Any] = []

    @property
    def agent(self) -> Agent[TaskList]:
        model = OfflineModel(zone=BERLIN, now=WEDNESDAY, result_of=self.results.get)
        return Agent(name="taskchat", model=model, tools=[self._tool(name) for name in TOOLS])

    def _tool(self, name: str) -> FunctionTool:
        async def invoke(call: ToolContext[Any], arguments: str) -> str:
            result = self.results[call.tool_call_id] = self.list.call(name, json.loads(arguments))
            return json.dumps(result)

        return FunctionTool(name, "", {"type": "object", "properties": {}}, invoke, strict_json_schema=False)

    async def say(self, message: str) -> str:
        self.items = [*self.items, {"role": "user", "content": message}]
        run = Runner.run_streamed(self.agent, self.items, run_config=QUIET)
        self.events = [event.data async for event in run.stream_events() if event.type == "raw_response_event"]
        self.items = run.to_input_list()
        return str(run.final_output)


@pytest.fixture
def conversation() -> RunConversation:
    return RunConversation()


async def test_the_answer_is_streamed_word_by_word(conversation: RunConversation) -> None:
    answer = await conversation.say("hi")
    deltas = [event.delta for event in conversation.events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == answer
    assert len(deltas) == len(answer.split())


async def test_the_events_are_those_of_a_chat_completions_stream(conversation: RunConversation) -> None:
    await conversation.say("thanks")
    types = [event.type for event in conversation.events]
    assert types[:3] == ["response.created", "response.output_item.added", "response.content_part.added"]
    assert set(types[3:-3]) == {"response.output_text.delta"}
    assert types[-3:] == ["response.content_part.done", "response.output_item.done", "response.completed"]
    numbers = [event.sequence_number for event in conversation.events]
    assert numbers == list(range(len(numbers)))


async def test_ids_are_unique(conversation: RunConversation) -> None:
    for _ in range(2):
        await conversation.say("add bread and tick off 3")
    calls = [str(item.get("call_id")) for item in conversation.items if item.get("type") == "function_call"]
    messages = [str(item.get("id")) for item in conversation.items if item.get("type") == "message"]
    assert (len(set(calls)), len(set(messages))) == (4, 2)
    assert all(re.fullmatch("call_[0-9a-f]{32}", call) for call in calls)
    assert all(re.fullmatch("msg_[0-9a-f]{32}", message) for message in messages)


async def test_it_answers_without_streaming_too(conversation: RunConversation) -> None:
    run = await Runner.run(conversation.agent, "add bread tomorrow", run_config=QUIET)
    assert run.final_output == "Added #5 Bread, due tomorrow, Thu 19 Nov."


async def test_independent_commands_are_called_together(conversation: RunConversation) -> None:
    await conversation.say("add bread and tick off 3 and delete 4")
    assert [event.type for event in conversation.events].count("response.completed") == 2
    called = [("create_task", {"title": "Bread"}), ("complete_task", {"task_id": 3}), ("delete_task", {"task_id": 4})]
    assert conversation.list.calls == called


async def test_a_long_message_with_many_commands_ends(conversation: RunConversation) -> None:
    await conversation.say("\n".join(f"add thing {index}" for index in range(12)))
    assert len(conversation.list.calls) == 12


async def test_it_says_the_same_as_the_rules_without_the_runner(conversation: RunConversation) -> None:
    rules = Conversation(TITLES)
    for message in ("add bread and tick off 3", "delete it", "reopen 3", "what is due?", "3", "tick off 99"):
        assert await conversation.say(message) == rules.say(message)
    assert conversation.list.tasks == rules.list.tasks
