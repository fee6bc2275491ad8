"""Requests: flat tool schemas, and signatures where the Agents SDK looks for them."""

import json
from enum import Enum
from typing import Any, Literal

from pydantic import BaseModel, Field

from taskchat_app.assistant.gemini.response_state import signature_of, with_signature
from taskchat_app.assistant.tools.execution import flat_schema
from tests.standin.checks import SentCalls, problem_with


class Priority(Enum):
    LOW = "low"
    HIGH = "high"


class Place(BaseModel):
    title: str = Field(description="What it is called")


class Arguments(BaseModel):
    title: str = Field(min_length=1, max_length=255, description="What to do")
    description: str | None = None
    priority: Priority | None = Field(None, description="How urgent")
    tags: list[str] | None = Field(None, max_length=20)
    clear: list[Literal["description", "due_date"]] | None = None
    task_id: int = Field(gt=0)
    place: Place | None = None
    due: "int | str | None" = None


def test_a_schema_of_pydantic_becomes_flat_in_a_copy():
    schema = Arguments.model_json_schema()
    before = json.dumps(schema)
    flat = flat_schema(schema)
    assert flat == {
        "type": "object",
        "required": ["title", "task_id"],
        "properties": {
            "title": {"type": "string", "minLength": 1, "maxLength": 255, "description": "What to do"},
            "description": {"type": "string"},
            "priority": {"type": "string", "enum": ["low", "high"], "description": "How urgent"},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 20},
            "clear": {"type": "array", "items": {"type": "string", "enum": ["description", "due_date"]}},
            "task_id": {"type": "integer"},
            "place": {
                "type": "object",
                "required": ["title"],
                "properties": {"title": {"type": "string", "description": "What it is called"}},
            },
            "due": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        },
    }
    assert flat_schema(flat) == flat
    assert json.dumps(schema) == before


def test_the_stand_in_accepts_only_flat_schemas():
    def request(parameters: dict[str, Any]) -> dict[str, Any]:
        function = {"name": "create_task", "parameters": parameters}
        tools = [{"type": "function", "function": function}]
        return {"stream": True, "messages": [{"role": "user", "content": "Hi"}], "tools": tools}

    schema = Arguments.model_json_schema()
    assert problem_with(request(schema), SentCalls()) is not None
    assert problem_with(request(flat_schema(schema)), SentCalls()) is None


def test_adding_a_signature_keeps_the_other_provider_data():
    call = {"type": "function_call", "call_id": "c", "name": "n", "arguments": "{}", "provider_data": {"model": "m"}}
    signed = with_signature(call, "signed")
    assert signature_of(signed) == "signed"
    assert signed["provider_data"]["model"] == "m"
    assert signature_of(call) is None
    assert with_signature(call, None) == with_signature(call, "") == call
