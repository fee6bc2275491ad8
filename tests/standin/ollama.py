"""A stand-in for Ollama's OpenAI-compatible endpoint, over real HTTP, and builders of its replies.

Arguments of calls are JSON objects, as some local servers send them. There are no signatures and no usage; a thinking
model's thoughts come in `<think>`.
"""

import json
from typing import Any

from tests.standin.replies import Reply, Step, ToolCall, chunks, error
from tests.standin.server import Standin

MODEL = "qwen3:4b"


class OllamaStandin(Standin):
    """The endpoint of a server that has one model, which can use tools; it checks no key."""

    prefix = "/v1"

    @property
    def settings(self) -> dict[str, str]:
        return {"GEMINI_API_KEY": "ollama", "GEMINI_BASE_URL": self.base_url, "GEMINI_MODEL": MODEL}

    def _refusal(self, request: dict[str, Any], headers: dict[str, str]) -> Reply | None:
        if request["model"] != MODEL:
            return _error(404, f'model "{request["model"]}" not found, try pulling it first')
        sent = [
            call["function"]["arguments"] for message in request["messages"] for call in message.get("tool_calls", [])
        ]
        if not all(isinstance(arguments, str) and isinstance(json.loads(arguments), dict) for arguments in sent):
            return _error(400, "invalid tool call arguments")
        return None


def text(words: str, *, thought: str = "", model: str = MODEL) -> Reply:
    """Return a text reply in pieces of three characters, after a thought if there is one."""
    whole = f"<think>\n{thought}\n</think>\n\n{words}" if thought else words
    pieces = [whole[start : start + 3] for start in range(0, len(whole), 3)]
    return chunks(*(_chunk({"role": "assistant", "content": piece}, model) for piece in pieces), _end("stop", model))


def calls(*tool_calls: ToolCall, thought: str = "") -> Reply:
    """Return tool calls, each whole in one chunk without an id, with their arguments as objects."""
    steps = [_chunk({"role": "assistant", "content": f"<think>{thought}</think>"})] if thought else []
    for index, one in enumerate(tool_calls):
        function = {"name": one["name"], "arguments": json.loads(one["arguments"])}
        entry = {"id": "", "index": index, "type": "function", "function": function}
        steps.append(_chunk({"role": "assistant", "content": "", "tool_calls": [entry]}))
    return chunks(*steps, _end("tool_calls"))


def no_tools() -> Reply:
    """Return the refusal by a model that cannot use tools."""
    return _error(400, f"registry.ollama.ai/library/{MODEL} does not support tools")


def _error(status: int, message: str) -> Reply:
    return error(status, body={"error": {"message": message, "type": "api_error", "param": None, "code": None}})


def _chunk(delta: dict[str, Any], model: str = MODEL, finish: str | None = None) -> Step:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    begin = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1763622000, "model": model}
    return {"chunk": {**begin, "system_fingerprint": "fp_ollama", "choices": [choice]}}


def _end(finish: str, model: str = MODEL) -> Step:
    return _chunk({"role": "assistant", "content": ""}, model, finish)
