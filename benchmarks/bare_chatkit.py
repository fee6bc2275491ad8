"""The baseline server: the smallest ChatKit server that chatkit-python allows, with its threads in a dictionary.

`python -m benchmarks.bare_chatkit --port 8100 --model-url http://127.0.0.1:8099/v1beta/openai/ --api-key …`
"""

import argparse
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from agents import Agent, FunctionTool, ModelSettings, OpenAIChatCompletionsModel, RunConfig, Runner, function_tool
from chatkit.agents import AgentContext, stream_agent_response
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import NotFoundError, Store
from chatkit.types import (
    AssistantMessageItem,
    Attachment,
    Page,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI


class MemoryStore(Store[None]):
    """Threads and items in memory."""

    def __init__(self) -> None:
        self._threads: dict[str, ThreadMetadata] = {}
        self._items: dict[str, list[ThreadItem]] = defaultdict(list)

    async def load_thread(self, thread_id: str, context: None) -> ThreadMetadata:
        return self._threads[thread_id]

    async def save_thread(self, thread: ThreadMetadata, context: None) -> None:
        self._threads[thread.id] = thread

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: None
    ) -> Page[ThreadItem]:
        items = self._items[thread_id]
        return Page(data=items[:limit] if order == "asc" else items[: -limit - 1 : -1])

    async def load_threads(self, limit: int, after: str | None, order: str, context: None) -> Page[ThreadMetadata]:
        return Page(data=list(self._threads.values())[:limit])

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: None) -> None:
        self._items[thread_id].append(item)

    async def save_item(self, thread_id: str, item: ThreadItem, context: None) -> None:
        self._items[thread_id].append(item)

    async def load_item(self, thread_id: str, item_id: str, context: None) -> ThreadItem:
        return next(item for item in self._items[thread_id] if item.id == item_id)

    async def delete_thread(self, thread_id: str, context: None) -> None:
        del self._threads[thread_id]

    async def delete_thread_item(self, thread_id: str, item_id: str, context: None) -> None:
        self._items[thread_id] = [item for item in self._items[thread_id] if item.id != item_id]

    async def save_attachment(self, attachment: Attachment, context: None) -> None:
        raise NotImplementedError

    async def load_attachment(self, attachment_id: str, context: None) -> Attachment:
        raise NotFoundError(attachment_id)

    async def delete_attachment(self, attachment_id: str, context: None) -> None:
        raise NotFoundError(attachment_id)


class BareServer(ChatKitServer[None]):
    """A ChatKit server with one agent, whose stream the SDK converts."""

    def __init__(self, agent: Agent[Any]) -> None:
        super().__init__(MemoryStore())
        self._agent = agent

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: None
    ) -> AsyncIterator[ThreadStreamEvent]:
        items = await self.store.load_thread_items(thread.id, None, 50, "asc", context)
        agent_context = AgentContext(thread=thread, store=self.store, request_context=context)
        result = Runner.run_streamed(
            self._agent,
            [model_message(item) for item in items.data],
            context=agent_context,
            run_config=RunConfig(tracing_disabled=True),
        )
        async for event in stream_agent_response(agent_context, result):
            yield event


def model_message(item: ThreadItem) -> Any:
    """Return the item as the model's input: the SDK's converter fails on a second turn with chat-completions models."""
    assert isinstance(item, UserMessageItem | AssistantMessageItem)
    role = "user" if isinstance(item, UserMessageItem) else "assistant"
    return {"role": role, "content": "".join(part.text for part in item.content)}


def _without_strict(tool: FunctionTool) -> dict[str, Any]:
    """Return the tool for the request: Gemini refuses the field `strict`, which the SDK adds."""
    function = {"name": tool.name, "description": tool.description, "parameters": tool.params_json_schema}
    return {"type": "function", "function": function}


def build_app(model_url: str, api_key: str) -> FastAPI:
    client = AsyncOpenAI(base_url=model_url, api_key=api_key)
    model = OpenAIChatCompletionsModel("gemini", client)
    titles: list[str] = []

    @function_tool(strict_mode=False)
    def create_task(title: str) -> str:
        """Add a task."""
        titles.append(title)
        return f"Added #{len(titles)}."

    settings = ModelSettings(extra_body={"tools": [_without_strict(create_task)]})
    agent = Agent[Any](name="bare", instructions="Be brief.", model=model, model_settings=settings, tools=[create_task])
    server = BareServer(agent)
    app = FastAPI()

    @app.post("/api/chatkit")
    async def chatkit(request: Request) -> Response:
        result = await server.process(await request.body(), None)
        if isinstance(result, StreamingResult):
            return StreamingResponse(result, media_type="text/event-stream")
        return Response(result.json, media_type="application/json")

    return app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bare_chatkit", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model-url", required=True)
    parser.add_argument("--api-key", required=True)
    options = parser.parse_args()
    uvicorn.run(build_app(options.model_url, options.api_key), host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
