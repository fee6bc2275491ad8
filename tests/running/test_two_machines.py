"""Two machines behind one proxy: what one does applies on the other, also while one restarts or is killed."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from playwright.async_api import Browser, async_playwright, expect

from taskchat_app.api.core.request_bodies import BODY_MAX_BYTES
from taskchat_app.domain.accounts.sign_in_limits import FAILED_LOGINS
from tests import browsers
from tests.chatting import Answer, Chat, answer_of, message
from tests.failures.support.instances import chat_client, events_until, open_stream, remaining_events
from tests.programs import needs
from tests.running.support.machines import DOMAIN, Machines, two_machines
from tests.running.test_reflex_run import use_all_pages
from tests.serving import NO_CERTIFICATES
from tests.standin import Reply, Standin, call, calls, error, hold_after, last_user_text, text, tool_results
from tests.ui.visitor import PASSWORD, Visitor, fill_account_form

DAILY_LIMIT = 30
USERS, MESSAGES = 4, 10
"""During the restarts each of the users sends so many messages, one after the other."""
ANSWER_SECONDS = 2.0
"""How long an answer takes then, so that a restart meets some."""
pytestmark = [pytest.mark.soak, needs("redis-server", "caddy")]


@pytest.fixture(scope="module")
def machines(model: Standin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    environment = {"CHAT_DAILY_LIMIT": str(DAILY_LIMIT), **model.settings}
    with two_machines(tmp_path_factory.mktemp("machines"), **environment) as running:
        yield running


@pytest.fixture
async def chats(machines: Machines) -> AsyncIterator[tuple[Chat, Chat]]:
    """A client of each instance, for the same new user."""
    async with chat_client(machines.pair[0]) as here:
        token = here.http.headers["Authorization"].removeprefix("Bearer ")
        async with chat_client(machines.pair[1], token=token) as there:
            yield here, there


async def test_thread_message_turn_and_task_changes_here_are_events_there(chats: tuple[Chat, Chat], model: Standin):
    here, there = chats
    model.script([calls(call("list_tasks")), text("Nothing yet."), error(400), hold_after(text("One"), 0)])
    async with open_stream(there.http, "/api/events") as events:
        answer = await here.send("what is there?")
        told = [(event["kind"], event["action"]) for event in await events_until(events, '"action": "done"')]
        assert told == [
            ("thread", "created"),
            ("message", "created"),
            ("turn", "started"),
            *[("message", "stored")] * 2,  # the calls, and the answer
            ("turn", "done"),
        ]
        await here.add_task("Buy milk")
        [change] = await events_until(events, "Buy milk")
        assert (change["id"], change["kind"], change["action"]) == (len(told) + 1, "task", "created")
        assert change["after"]["number"] == 1
        await here.send("and now?", answer.thread_id)
        failed = (await events_until(events, '"failed"'))[-1]
        assert (failed["kind"], failed["thread_id"]) == ("turn", answer.thread_id)
        async with open_stream(here.http, "/api/chatkit", json=message("count", answer.thread_id)):
            started = (await events_until(events, '"started"'))[-1]
            assert (await here.http.post(f"/api/turns/{started['turn_id']}/stop")).status_code == 204
            assert (await events_until(events, '"stopped"'))[-1]["turn_id"] == started["turn_id"]
        await here.request("threads.update", thread_id=answer.thread_id, title="Plans")
        await here.request("threads.delete", thread_id=answer.thread_id)
        ended = await events_until(events, '"deleted"')
    told = [(event["kind"], event["action"], event["thread_id"]) for event in ended]
    assert told == [("thread", "renamed", answer.thread_id), ("thread", "deleted", answer.thread_id)]


async def test_a_turn_is_followed_on_the_other_instance_with_all_its_events(chats: tuple[Chat, Chat], model: Standin):
    here, there = chats
    model.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("OneTwo", pieces=2), 1)])
    async with open_stream(here.http, "/api/chatkit", json=message("do it")) as answer:
        told = await events_until(answer, '"user_message"')
        turn_id = told[-1]["item"]["id"]
        async with open_stream(there.http, f"/api/turns/{turn_id}/events") as events:
            seen = await events_until(events, "One")
            model.release()
            seen += await remaining_events(events)
        told += await remaining_events(answer)
    assert seen == told
    assert answer_of(await there.http.get(f"/api/turns/{turn_id}/events")).text == "OneTwo"


async def test_deleting_a_thread_ends_followers_on_the_other_instance(chats: tuple[Chat, Chat], model: Standin):
    here, there = chats
    model.script([hold_after(text("One two", pieces=2), 1)])
    async with open_stream(here.http, "/api/chatkit", json=message("count")) as answer:
        told = await events_until(answer, "text_delta")
        begun = Answer(told)
        async with open_stream(there.http, f"/api/turns/{begun.turn_id}/events") as events:
            seen = await events_until(events, '"user_message"')
            await there.request("threads.delete", thread_id=begun.thread_id)
            seen += await remaining_events(events)
        assert seen == told + await remaining_events(answer)
        assert "error" not in {event["type"] for event in seen}


async def test_a_stop_on_the_other_instance_stores_the_partial_answer(chats: tuple[Chat, Chat], model: Standin):
    here, there = chats
    model.script([hold_after(text("OneTwoTri", pieces=3), 1), text("Go on.")])
    async with open_stream(here.http, "/api/chatkit", json=message("count")) as answer:
        begun = Answer(await events_until(answer, "text_delta"))
        for chat in chats:
            busy = await chat.try_to_send("and now?", begun.thread_id)
            assert (busy.status_code, busy.json()["code"]) == (409, "busy")
        assert (await there.http.post(f"/api/turns/{begun.turn_id}/stop")).status_code == 204
        assert (await there.turn(begun.turn_id))["status"] == "stopped"
        await remaining_events(answer)
    [said] = [item for item in await there.items(begun.thread_id) if item["type"] == "assistant_message"]
    assert said["content"][0]["text"].strip() == "One"
    assert (await there.send("and now?", begun.thread_id)).text == "Go on."


async def test_a_repeated_key_on_the_other_instance_gets_the_same_answer(chats: tuple[Chat, Chat], model: Standin):
    here, there = chats
    model.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("Added it."), 0)])
    sent = {"json": message("add it"), "headers": {"Idempotency-Key": "once"}}
    async with open_stream(here.http, "/api/chatkit", **sent) as answer:
        begun = await events_until(answer, "Added #1")
        again = asyncio.create_task(there.http.post("/api/chatkit", **sent))
        await asyncio.wait([again], timeout=0.5)
        assert not again.done()
        model.release()
        told = Answer(begun + await remaining_events(answer))
    replayed = answer_of(await again)
    assert (replayed.turn_id, replayed.text, replayed.tasks) == (told.turn_id, told.text, told.tasks)
    assert await there.titles() == {1: "Buy milk"}


async def test_the_daily_limit_is_exact_across_both_instances(chats: tuple[Chat, Chat], model: Standin):
    model.script([text("Yes.")], repeat=True)
    answers = await asyncio.gather(*(chat.try_to_send("hello") for chat in chats for _ in range(DAILY_LIMIT)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(200), statuses.count(429)) == (DAILY_LIMIT, DAILY_LIMIT)
    me = (await chats[1].http.get("/api/auth/me")).json()
    assert me["quota"]["used"] == DAILY_LIMIT


async def test_a_killed_instances_turn_fails_once(machines: Machines, chats: tuple[Chat, Chat], model: Standin):
    (here, there), killed = chats, machines.pair[0]
    model.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("OneTwo", pieces=2), 1)])
    asked = open_stream(here.http, "/api/chatkit", json=message("add it"))
    async with open_stream(there.http, "/api/events") as events, asked as answer:
        begun = Answer(await events_until(answer, "text_delta"))
        async with open_stream(there.http, f"/api/turns/{begun.turn_id}/events") as followed:
            await asyncio.to_thread(killed.kill)
            await asyncio.to_thread(killed.start_again)
            failed = (await events_until(events, '"failed"'))[-1]
            assert (await remaining_events(followed))[-1]["type"] == "error"
    assert (failed["kind"], failed["thread_id"], failed["turn_id"]) == ("turn", begun.thread_id, begun.turn_id)
    for chat in chats:
        assert (await chat.turn(begun.turn_id))["status"] == "failed"
    model.script([text("Here again.")])
    assert (await there.send("and now?", begun.thread_id)).text == "Here again."
    async with open_stream(here.http, "/api/events", headers={"Last-Event-ID": "0"}) as replayed:
        told = [(event.get("turn_id"), event["action"]) for event in await events_until(replayed, '"action": "done"')]
    assert told.count((begun.turn_id, "failed")) == 1
    assert await there.titles() == {1: "Buy milk"}


def add_what_was_said(request: dict[str, Any]) -> Reply:
    """Add a task with the message as its title, then answer slowly."""
    if tool_results(request):
        return text("I have added it.", pieces=2, delay=ANSWER_SECONDS)
    return calls(call("create_task", {"title": last_user_text(request)}))


async def until_served(http: httpx.AsyncClient, method: str, path: str, **request: Any) -> httpx.Response:
    """Send a request until an instance has taken it, as the page does."""
    async with asyncio.timeout(120):
        while True:
            try:
                response = await http.request(method, path, **request)
            except httpx.TransportError:
                continue
            if response.status_code == 200:
                return response
            assert response.status_code in (409, 502, 503), response.text
            await asyncio.sleep(0.1)


async def talk_until_done(chat: Chat, words: str, thread_id: str | None) -> str:
    """Send a message with one key, and retry its turn where the end of its server has ended it; return the thread."""

    async def send(body: dict[str, Any], key: str) -> Answer:
        headers = {"Idempotency-Key": key}
        return answer_of(await until_served(chat.http, "POST", "/api/chatkit", json=body, headers=headers))

    key = uuid.uuid4().hex
    while not (answer := await send(message(words, thread_id), key)).items("user_message"):  # noqa: ASYNC110 -- another instance answers
        await asyncio.sleep(0.1)
    thread = {"thread_id": answer.thread_id, "item_id": answer.turn_id}
    state = f"/api/turns/{answer.turn_id}"
    while (status := (await until_served(chat.http, "GET", state)).json()["status"]) != "done":
        if status == "failed":
            await send({"type": "threads.retry_after_item", "params": thread}, uuid.uuid4().hex)
        await asyncio.sleep(0.1)
    return answer.thread_id


async def test_restarting_one_after_the_other_loses_and_doubles_no_message(machines: Machines, model: Standin):
    model.script(add_what_was_said)
    said = [f"message {number}" for number in range(MESSAGES)]

    async def talk(chat: Chat) -> str:
        thread_id = None
        for words in said:
            thread_id = await talk_until_done(chat, words, thread_id)
        assert thread_id is not None
        return thread_id

    async with AsyncExitStack() as clients:
        chats = [await clients.enter_async_context(chat_client(machines)) for _ in range(USERS)]
        talking = [asyncio.create_task(talk(chat)) for chat in chats]
        for machine in machines.pair:
            await asyncio.to_thread(machine.end)
            await asyncio.to_thread(machine.start)
        for chat, thread_id in zip(chats, await asyncio.gather(*talking), strict=True):
            messages = [item for item in await chat.items(thread_id) if item["type"] == "user_message"]
            assert [message["content"][0]["text"] for message in messages] == said
            assert sorted((await chat.titles()).values()) == sorted(said)
            states = [(await chat.turn(message["id"]))["status"] for message in messages]
            assert states == ["done"] * MESSAGES


async def test_two_browsers_on_two_instances_and_what_happens_without_redis(machines: Machines, model: Standin):
    model.script([calls(call("create_task", {"title": "Buy milk"})), text("I added Buy milk.")])
    expect.set_options(timeout=60_000)
    async with async_playwright() as playwright:
        browser = await browsers.launch(playwright, f"--host-resolver-rules=MAP {DOMAIN}:443 127.0.0.1:{machines.port}")
        first, second = [await visitor_of(machines, browser) for _ in range(2)]
        seen = [*map(watched, (first, second))]
        try:
            await use_two_browsers(machines, model, first, second)
        except AssertionError as error:
            for notes in (*seen, *([machine.output[-3_000:]] for machine in machines.pair)):
                error.add_note("\n".join(notes[-30:]))
            raise
        await browser.close()


def watched(visitor: Visitor) -> list[str]:
    """Return a list that grows by what the page writes and by what it does not get."""
    notes: list[str] = []
    visitor.page.on("console", lambda message: notes.append(f"wrote {message.text}"))
    visitor.page.on("pageerror", lambda error: notes.append(f"raised {error}"))
    visitor.page.on("requestfailed", lambda request: notes.append(f"failed {request.url} {request.failure}"))
    visitor.page.on("response", lambda answer: notes.append(f"{answer.status} {answer.url}") if not answer.ok else None)
    visitor.page.on("websocket", lambda socket: notes.append(f"opened {socket.url}"))
    return notes


async def use_two_browsers(machines: Machines, model: Standin, first: Visitor, second: Visitor) -> None:
    await use_all_pages(first)
    email = await first.page.evaluate("fetch('/api/auth/me').then(answer => answer.json()).then(me => me.user.email)")
    await second.page.goto(f"{machines.page}/login")
    await fill_account_form(second.page, email, PASSWORD, "Sign in")
    await expect(second.tasks).to_have_count(1)
    while [machine.metric("taskchat_sockets") for machine in machines.pair] != [1, 1]:
        await second.page.reload()
        await expect(second.connection).to_have_text("Connected")

    model.script([calls(call("create_task", {"title": "Buy bread"})), hold_after(text("OneTwo", pieces=2), 1)])
    await first.send("Please think of the bread, and count")
    await expect(second.tasks).to_have_count(2)
    await second.page.goto(first.page.url)
    await expect(second.answers.last).to_contain_text("Buy bread")
    await second.page.get_by_role("button", name="Stop").click()
    await expect(first.page.get_by_role("button", name="Send")).to_be_visible()
    await expect(first.page.get_by_role("button", name="Stop")).to_be_hidden()

    model.script([calls(call("create_task", {"title": "Buy tea"})), text("I added Buy tea.")])
    assert machines.redis.count_keys()
    machines.redis.end()
    await first.send("Please think of the tea")
    await expect(first.page.get_by_text("Waiting for the connection")).to_be_visible()
    await first.page.reload()
    await expect(first.page.get_by_text("Waiting for the connection")).to_be_visible()
    machines.redis.start()
    for visitor in (first, second):
        await expect(visitor.tasks).to_have_count(3)
        await expect(visitor.user_messages.filter(has_text="of the tea")).to_have_count(1)
        await visitor.page.goto("about:blank")


async def test_the_proxy_passes_large_bodies_and_every_part_of_an_answer_at_once(machines: Machines, model: Standin):
    model.script([hold_after(text("OneTwo", pieces=2), 1)])
    async with chat_client(machines) as chat:
        login = json.dumps({"email": "nobody", "password": "x"}).encode()  # the sender is a user nevertheless
        for size, status in ((BODY_MAX_BYTES, 401), (BODY_MAX_BYTES + 1, 413)):
            headers = {"Content-Type": "application/json"}
            answer = await chat.http.post("/api/auth/login", content=login.ljust(size), headers=headers)
            assert (answer.status_code, answer.json()["status"]) == (status, status)
        async with open_stream(chat.http, "/api/chatkit", json=message("count")) as answer:
            await events_until(answer, "One")
            model.release()
            await events_until(answer, "Two")


async def test_a_client_that_goes_away_at_the_proxy_stops_its_turn(machines: Machines, model: Standin):
    model.script([hold_after(text("OneTwo", pieces=2), 1)])
    async with chat_client(machines) as chat:
        async with open_stream(chat.http, "/api/chatkit", json=message("count")) as answer:
            begun = await events_until(answer, "One")
        turn_id = next(event for event in begun if event["type"] == "thread.item.done")["item"]["id"]
        async with open_stream(chat.http, "/api/events", headers={"Last-Event-ID": "0"}) as changes:
            ended = (await events_until(changes, '"stopped"'))[-1]
    assert (ended["kind"], ended["turn_id"]) == ("turn", turn_id)


async def test_a_client_cannot_choose_its_address_by_a_header(machines: Machines):
    account = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    async with httpx.AsyncClient(base_url=machines.origin, timeout=30, verify=NO_CERTIFICATES) as http:
        assert (await http.post("/api/auth/register", json=account)).status_code == 201
        wrong = {**account, "password": "a wrong one"}
        statuses: list[int] = []
        for number in range(FAILED_LOGINS.count + 1):
            headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
            statuses.append((await http.post("/api/auth/login", json=wrong, headers=headers)).status_code)
        assert statuses == [401] * FAILED_LOGINS.count + [429]


async def visitor_of(machines: Machines, browser: Browser) -> Visitor:
    context = await browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800})
    site = SimpleNamespace(origin=machines.page)
    return Visitor(cast(Any, site), context, await context.new_page(), "")


def test_each_instance_has_one_worker_and_logs_json_without_texts(machines: Machines, model: Standin):
    for machine in machines.pair:
        assert machine.worker.is_running()
        lines = [json.loads(line) for line in machine.output.splitlines()]
        assert {"time", "level", "logger", "message"} <= set.intersection(*(set(line) for line in lines))
        assert {"request_id", "turn_id", "person_id"} <= set.union(*(set(line) for line in lines))
        for secret in ("milk", "message 1", PASSWORD, model.api_key):
            assert secret not in machine.output
