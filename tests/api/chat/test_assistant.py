"""POST /api/assistant: one sentence, and the whole answer."""

import json
import shlex
from typing import Any

import httpx
import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.preferences import set_preferences
from tests.api.responses import Api, check_problem, count_stored_rows
from tests.chatting import Chat, Configure, json_of
from tests.conftest import client
from tests.serving import PROJECT
from tests.standin import call, calls, error, text

README = PROJECT / "README.md"
MILK = calls(call("create_task", {"title": "Buy milk"}))


@pytest.fixture
async def program(asgi: httpx.ASGITransport, api: Api) -> Any:
    """A client with a token of scope chat."""
    token = (await api.post("/api/tokens", json={"name": "Shortcut", "scopes": ["chat"]})).json()["token"]
    async with client(asgi, Authorization=f"Bearer {token}") as made:
        yield made


async def ask(program: Api, words: str, conversation: str | None = None, **headers: str) -> Any:
    body = {"text": words} | ({"conversation": conversation} if conversation else {})
    return json_of(await program.post("/api/assistant", json=body, headers=headers))


async def test_a_sentence_is_answered_once_for_a_key_and_the_conversation_goes_on(program: Api, chat: Chat):
    chat.script([MILK, text("Added #1 Buy milk.", pieces=3), text("You are welcome.")])
    first, again = [await ask(program, "add milk", **{"Idempotency-Key": "once"}) for _ in range(2)]
    assert again == first
    assert await chat.titles() == {1: "Buy milk"}
    assert (first["answer"], first["needs"]) == ("Added #1 Buy milk.", None)
    [change] = first["changes"]
    assert (change["action"], change["task"], change["actor"]) == ("created", 1, "assistant")
    assert change["after"]["title"] == "Buy milk"
    assert change["token"]["name"] == "Shortcut"
    second = await ask(program, "thanks", first["conversation"])
    conversation = first["conversation"]
    assert second == {"answer": "You are welcome.", "changes": [], "conversation": conversation, "needs": None}
    kinds = [item["type"] for item in await chat.items(conversation)]
    assert kinds == ["user_message", "workflow", "assistant_message", "user_message", "assistant_message"]


async def test_a_proposal_is_confirmed_by_the_next_message(program: Api, chat: Chat, offline: None):
    await chat.add_tasks("Buy milk", "Call mum")
    asked = await ask(program, "delete all my tasks")
    assert (asked["needs"], asked["changes"]) == ("proposal", [])
    assert "#1 Buy milk\n#2 Call mum" in asked["answer"]
    assert await chat.titles() == {1: "Buy milk", 2: "Call mum"}
    done = await ask(program, "yes", asked["conversation"])
    assert (done["needs"], [change["action"] for change in done["changes"]]) == (None, ["deleted", "deleted"])
    assert await chat.titles() == {}


async def test_the_tasks_that_later_calls_add_to_a_proposal_are_in_the_answer(program: Api, chat: Chat):
    await chat.add_tasks("Milk", "Eggs", "Bread", "Salt")
    proposed = [calls(call("bulk_delete_tasks", {"task_ids": numbers})) for numbers in ([1, 2], [3, 4])]
    chat.script([*proposed, text("Shall I?")])
    assert "#1 Milk\n#2 Eggs\n#3 Bread\n#4 Salt" in (await ask(program, "delete them"))["answer"]


async def test_a_choice_is_localized_and_made_by_a_number(program: Api, chat: Chat, offline: None, person: Person):
    await chat.add_tasks("Buy milk", "Buy milk for Anna")
    asked = await ask(program, "complete milk")
    assert (asked["needs"], asked["changes"]) == ("choice", [])
    assert asked["answer"].count("#2 Buy milk for Anna") == 1, asked["answer"]
    done = await ask(program, "2", asked["conversation"])
    assert (done["needs"], [change["task"] for change in done["changes"]]) == (None, [2])
    await chat.http.post("/api/tasks", json={"title": "Weekly report", "due_at": "2126-11-27T15:00"})
    await chat.add_tasks("Yearly report")
    await set_preferences(person, language="de", clock="12")
    asked = await ask(program, "hake den report ab")
    assert ("fällig" in asked["answer"], " 3:00" in asked["answer"]) == (True, True), asked["answer"]


async def test_an_answer_that_fails_is_a_problem_with_what_was_done(program: Api, chat: Chat):
    chat.script([MILK, error(400, "API key not valid.")])
    failed = await program.post("/api/assistant", json={"text": "add milk"})
    problem = check_problem(failed, 503)
    assert (problem["code"], problem["allow_retry"]) == ("answer_failed", True)
    assert [change["task"] for change in problem["changes"]] == [1]
    assert await chat.items(problem["conversation"])


async def test_an_unusable_request_is_refused_and_stores_nothing(program: Api, person: Person):
    before = await count_stored_rows(person)
    unusable: list[tuple[dict[str, str], int, str]] = [
        ({"text": " "}, 400, "empty_message"),
        ({"text": "x" * 10_001}, 400, "message_too_long"),
        ({"text": "hello", "conversation": "thr_0"}, 404, "not_found"),
        ({"text": "hello", "conversation": ""}, 404, "not_found"),
        ({}, 422, "invalid"),
        ({"text": "hello", "thread": "thr_0"}, 422, "invalid"),
    ]
    for body, status, code in unusable:
        assert check_problem(await program.post("/api/assistant", json=body), status)["code"] == code
    assert await count_stored_rows(person) == before


async def test_its_limits_are_those_of_the_chat(program: Api, chat: Chat, configure: Configure):
    configure(CHAT_DAILY_LIMIT="1")
    await chat.send("hello", replies=[text("Hello.")])
    refused = await program.post("/api/assistant", json={"text": "hello"})
    assert check_problem(refused, 429)["code"] == "daily_limit"
    assert refused.headers["retry-after"]


async def test_the_requests_in_the_readme_work(chat: Chat, api: Api, offline: None):
    await chat.add_task("Overdue", due_at="yesterday")
    commands = [shlex.split(line) for line in README.read_text().splitlines() if line.startswith("curl ")]
    answers: list[Any] = []
    for address, _, authorization, *body in (command[1:] for command in commands):
        assert authorization == "Authorization: Bearer $TOKEN"
        path = address.removeprefix("localhost:3000")
        sent = api.post(path, json=json.loads(body[1])) if body else api.get(path)
        answers.append((await sent).raise_for_status().json())
    answered, created, listed = answers
    assert [change["after"]["title"] for change in answered["changes"]] == ["Call mum"]
    assert (created["reminder"], [task["title"] for task in listed["tasks"]]) == ("1_hour", ["Overdue"])
