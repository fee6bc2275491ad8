"""Changes appear on every open page of the user without a reload."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import psycopg
import pytest
from playwright.async_api import expect

from taskchat_app.domain.log.changes import changes_after, last_change_id
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.session import current_user
from taskchat_app.ui.i18n import words
from taskchat_app.ui.reminders.state import RemindersState
from taskchat_app.ui.shell.live_state import LiveState, _show
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list_state.state import TasksState
from tests.chatting import Chat, ended_turn, message
from tests.conftest import SignedInPerson
from tests.domain.reminders.reminder_calls import make_overdue, mark_seen, ring
from tests.failures.support.instances import Instance, chat_client, events_until, open_stream, remaining_events
from tests.standin import Standin, call, calls, hold_after, text
from tests.task_account import Account
from tests.ui.conftest import Proxied, new_tab
from tests.ui.visitor import Visitor
from tests.waiting import until_async

LOGIN_ENDS_MS = 15_000
WAITS_SECONDS = 60
"""For a page's first query, on a slow machine."""


async def marked(visitor: Visitor) -> None:
    """Set a mark in the page that a reload would remove."""
    await visitor.page.evaluate("window.isTheSamePage = true")


async def is_marked(visitor: Visitor) -> bool:
    return await visitor.page.evaluate("window.isTheSamePage === true")


@pytest.mark.soak
async def test_changes_of_another_instance_are_shown(visitor: Visitor, other_instance: Instance, gemini: Standin):
    await marked(visitor)
    async with chat_client(other_instance, token=visitor.token) as there:
        await there.add_task("Water plants")
        await expect(visitor.checkbox("Complete #1 Water plants")).to_be_visible()
        gemini.script([text("Hello.")])
        thread_id = (await there.send("Good morning")).thread_id
        await visitor.conversations.get_by_role("link", name="Good morning").click()
        await visitor.expect_answer("Hello.")
        await check_answer(visitor, there, thread_id, gemini)
        await there.request("threads.update", thread_id=thread_id, title="Plans")
        await expect(visitor.conversations.get_by_role("link", name="Plans")).to_be_visible()
        await expect(visitor.page.get_by_role("heading", name="Plans")).to_be_visible()
        await there.request("threads.delete", thread_id=thread_id)
        await expect(visitor.alert).to_contain_text("This conversation was deleted.")
    await expect(visitor.page).to_have_url(re.compile(f"^{visitor.server.origin}/($|\\?)"))
    await expect(visitor.user_messages).to_have_count(0)
    await expect(visitor.conversations.get_by_role("link", name="Plans")).to_have_count(0)
    gemini.script([text("Here I am.")])
    await visitor.ask("Are you there?", "Here I am.")
    assert await is_marked(visitor)


async def check_answer(visitor: Visitor, there: Chat, thread_id: str, gemini: Standin) -> None:
    """Check a turn of another instance on the page: message, calls, Stop while it runs, complete answer."""
    asked = calls(call("create_task", {"title": "Buy milk"})), calls(call("complete_task", {"task_id": 99}))
    gemini.script([asked[0], hold_after(asked[1], 0), hold_after(text("One is added."), 0)])
    async with open_stream(there.http, "/api/chatkit", json=message("Add milk", thread_id)) as answer:
        await expect(visitor.user_messages.last).to_contain_text("Add milk")
        await expect(visitor.log.locator("[data-tool=create_task]")).to_have_attribute("data-status", "done")
        await expect(visitor.checkbox("Complete #2 Buy milk")).to_be_visible()
        await expect(visitor.page.get_by_role("button", name="Stop")).to_be_visible()
        await expect(visitor.log.locator("[data-tool=complete_task]")).to_have_count(0)
        gemini.release()
        await expect(visitor.log.locator("[data-tool=complete_task]")).to_have_attribute("data-status", "failed")
        gemini.release()
        await remaining_events(answer)
    await visitor.expect_answer("One is added.")
    await expect(visitor.answers.last).to_contain_text("Added #2")
    await expect(visitor.answers).to_have_count(2)


@pytest.mark.soak
async def test_a_suspended_tab_catches_up(proxied: Proxied, visitor: Visitor, gemini: Standin):
    gemini.script([text("Hello."), text("Nothing new."), hold_after(text("One two three", pieces=3), 2)])
    await visitor.ask("Good morning", "Hello.")
    sleeper = await visitor.open_tab(await visitor.conversation_path())
    await expect(sleeper.answers).to_have_count(1)
    await marked(sleeper)
    devtools = await sleeper.context.new_cdp_session(sleeper.page)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    await visitor.ask("Is there news?", "Nothing new.")
    await visitor.post_tasks("Water plants")
    await expect(visitor.tasks).to_have_count(1)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    await expect(sleeper.answers.last).to_contain_text("Nothing new.")
    await expect(sleeper.checkbox("Complete #1 Water plants")).to_be_visible()

    await proxied.network.cut()
    visitor.ignore_network_errors()
    async with chat_client(proxied.without_proxy, token=visitor.token) as there:
        await there.request("threads.update", thread_id=visitor.page.url.rsplit("/", 1)[1], title="Plans")
        await there.add_task("Feed the cat")
        request = message("Count", visitor.page.url.rsplit("/", 1)[1])
        async with open_stream(there.http, "/api/chatkit", json=request) as answer:
            await events_until(answer, "text_delta")
            await proxied.network.restore()
            await expect(sleeper.connection).to_have_text("Connected")
            await expect(sleeper.checkbox("Complete #2 Feed the cat")).to_be_visible()
            await expect(sleeper.page.get_by_role("heading", name="Plans")).to_be_visible()
            await expect(sleeper.answers.last).to_contain_text("One two")
            gemini.release()
            await sleeper.expect_answer("three")
    assert await is_marked(sleeper)


async def deleted_objects_disappear_in_every_tab(visitor: Visitor) -> None:
    other = await visitor.open_tab()
    await visitor.add_task("Book the hotel")
    detail = await other.open_task("Book the hotel")
    await visitor.api("DELETE", f"/api/tasks/{(await visitor.task('Book the hotel'))['number']}")
    await expect(detail).to_contain_text("This task is deleted.")
    await expect(visitor.tasks).to_have_count(0)
    assert (await visitor.api("DELETE", "/api/auth/me")).status_code == 204
    for tab in (visitor, other):
        await expect(tab.page).to_have_url(re.compile("/login"), timeout=LOGIN_ENDS_MS)


async def a_conversation_that_is_deleted_elsewhere_closes_quietly_behind_the_settings(visitor: Visitor) -> None:
    await visitor.send("add buy milk")
    path = await visitor.conversation_path()
    await visitor.api("POST", "/api/tokens", json={"name": "Backup script", "scopes": ["read"]})
    await visitor.page.get_by_role("link", name="Settings").click()
    await expect(visitor.page.get_by_role("list", name="Tokens")).to_be_visible()  # the server has opened the page
    back = visitor.page.get_by_role("link", name="Back to your tasks")
    await expect(back).to_have_attribute("href", path)
    await visitor.page.get_by_label("Name of the program").fill("Half a na")
    async with chat_client(visitor.server, token=visitor.token) as there:
        await there.request("threads.delete", thread_id=path.removeprefix("/c/"))
    await expect(back).to_have_attribute("href", "/")
    await expect(visitor.page.get_by_label("Name of the program")).to_have_value("Half a na")
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/settings")
    await back.click()
    await expect(visitor.alert).to_contain_text("This conversation was deleted.")
    await expect(visitor.user_messages).to_have_count(0)


async def a_conversation_closes_where_its_deletion_is_told_later(visitor: Visitor) -> None:
    await visitor.ask("add buy bread", "Buy bread")
    path = await visitor.conversation_path()
    with psycopg.connect(visitor.server.conninfo, autocommit=True) as database:
        database.execute("UPDATE threads SET deleted_at = now() WHERE id = %s", [path.removeprefix("/c/")])
    await visitor.api("PATCH", "/api/auth/me", json={"timezone": "Asia/Tokyo"})  # the tab reads its messages again
    await expect(visitor.alert).to_contain_text("This conversation was deleted.")
    await expect(visitor.user_messages).to_have_count(0)


async def test_what_is_deleted_elsewhere_disappears(visitor: Visitor):
    await visitor.go_through(
        a_conversation_that_is_deleted_elsewhere_closes_quietly_behind_the_settings,
        a_conversation_closes_where_its_deletion_is_told_later,
        deleted_objects_disappear_in_every_tab,
    )


@pytest.mark.soak
async def test_a_change_that_could_not_be_read_is_shown_later(visitor: Visitor):
    await visitor.send("add buy milk")
    await expect(visitor.page).to_have_url(re.compile("/c/"))
    await expect(visitor.checkbox("Complete #1 Buy milk")).to_be_visible()
    [talk] = (await visitor.api("GET", "/api/conversations")).json()["conversations"]
    await visitor.open("/")  # where nothing else is told of the conversation
    await expect(visitor.conversations.get_by_role("link", name="buy milk")).to_be_visible()
    with psycopg.connect(visitor.server.conninfo, autocommit=True) as database:
        database.execute("ALTER TABLE thread_items RENAME TO thread_items_away")
        try:
            await visitor.api("PATCH", f"/api/conversations/{talk['id']}", json={"title": "Plans"})
            await expect(visitor.page.get_by_text(words.CONVERSATIONS_FAILED)).to_be_visible()
        finally:
            database.execute("ALTER TABLE thread_items_away RENAME TO thread_items")
    await expect(visitor.conversations.get_by_role("link", name="Plans")).to_be_visible()


@pytest.mark.soak
async def test_a_page_opened_while_the_first_one_loads_shows_everything(visitor: Visitor):
    await visitor.ask("add buy milk", "Added #1")
    page = visitor.page
    talk = (await visitor.conversation_path()).removeprefix("/c/")
    await page.goto("about:blank")
    await visitor.api("PATCH", f"/api/conversations/{talk}", json={"title": "Plans"})
    with psycopg.connect(visitor.server.conninfo) as database, database.transaction():
        database.execute("LOCK TABLE threads")
        await page.goto(visitor.server.origin)
        await until_async(lambda: waiting_since(database), WAITS_SECONDS)
        first = waiting_since(database)
        await page.get_by_role("link", name="Settings").click()
        await until_async(lambda: waiting_since(database) != first, WAITS_SECONDS)
    await expect(page).to_have_url(f"{visitor.server.origin}/settings")
    await page.get_by_role("link", name="Back to your tasks").click()
    await expect(visitor.conversations.get_by_role("link", name="Plans")).to_be_visible()


def waiting_since(database: psycopg.Connection) -> datetime | None:
    """Return since when the last one waits for the table of the conversations."""
    query = "SELECT max(waitstart) FROM pg_locks WHERE NOT granted AND relation = 'threads'::regclass"
    [since] = database.execute(query).fetchone() or [None]
    return since


OWN = """
    ChatState.announced ChatState.announcement LiveState.opened RemindersState.fresh RemindersState.poll_request
    RemindersState.polled TasksState.patches TasksState.wake
"""
"""Vars that say what has just happened in a tab, or what its browser has."""


UNSHOWN = "RemindersState.row SuggestionsState.sentences"
"""Vars that are shown of an open task and in a new conversation alone."""


async def shown_in(tab: Any, *, is_new: bool) -> dict[str, Any]:
    """Return the vars of the tab's states, without OWN, after its browser has polled the reminders if it is to."""
    states = {kind: state for kind, state in tab.substates.items() if "taskchat_app" in kind}
    shown = {f"{type(state).__name__}.{name}": state for state in states.values() for name in state.base_vars}
    reminders = tab.get_substate([RemindersState.get_name()])
    if is_new or reminders.poll_request:
        await reminders.poll()
        reminders.poll_request = ""
    rows = {"rows of the list": tab.get_substate([TasksState.get_name()])._shown}
    return rows | {name: getattr(shown[name], name.split(".")[1]) for name in shown.keys() - OWN.split()}


def differences(place: str, shown: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    different = sorted(var for var in shown if shown[var] != expected[var])
    return [f"{place}: {var} is {shown[var]}, not {expected[var]}"[:300] for var in different]


async def test_a_tab_shows_what_a_new_one_shows(api: httpx.AsyncClient, signed_in: SignedInPerson, announcements: None):
    person, account = signed_in.person, Account(signed_in.person)
    here = await ended_turn(person, "add Call Ann tomorrow at 3 #home")
    await account.add("Pay rent")
    undone, there = await ended_turn(person, "add Eggs", here.thread_id), await ended_turn(person, "add Buy milk")
    conversation, other = f"/api/conversations/{here.thread_id}", f"/api/conversations/{there.thread_id}"

    async def ring_2() -> None:
        await make_overdue(account, 2, seconds=5)
        assert await ring(account) == [2]

    changes: dict[str, Callable[[], Awaitable[Any]]] = {
        "a title": lambda: account.edit(1, title="Call Ann and Bob"),
        "a ring": ring_2,
        "another meaning of a date": lambda: account.edit(1, due_reading=1),
        "a step": lambda: account.add("Find the number", parent_number=1),
        "an urgent task": lambda: account.add("Vote", due_at="today", priority="high"),
        "an undone answer": lambda: account.undo_turn(undone.id),
        "a title of the conversation": lambda: api.patch(conversation, json={"title": "Ann"}),
        "an answer in it": lambda: ended_turn(person, "what is open?", here.thread_id),
        "an answer elsewhere": lambda: ended_turn(person, "add Bread", there.thread_id),
        "an answer read": lambda: api.post(f"{other}/read"),
        "a conversation deleted": lambda: api.delete(other),
        "a time zone": lambda: api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"}),
        "a language": lambda: api.patch("/api/auth/me", json={"language": "de"}),
        "a ring seen": lambda: mark_seen(account, 2),
    }
    addresses, lost = (f"/c/{here.thread_id}?task=1", "/settings"), list[str]()
    tabs = [new_tab(signed_in.token, address) for address in addresses]
    for tab in tabs:
        await tab.get_substate([LiveState.get_name()]).open_page()
        await shown_in(tab, is_new=True)
    for name, change in changes.items():
        before = await last_change_id(person.id)
        await change()
        batch = await changes_after(person.id, before)
        assert batch, name
        for address, tab in zip(addresses, tabs, strict=True):
            opened = new_tab(signed_in.token, address)
            live, of_opened = (one.get_substate([LiveState.get_name()]) for one in (tab, opened))
            await _show(live, await current_user(live) or person, batch)
            await of_opened.open_page()
            shown, expected = await shown_in(tab, is_new=False), await shown_in(opened, is_new=True)
            lost += differences(f"{name}: {address}", shown, expected)
    assert not lost, "\n".join(lost)


async def test_a_tab_that_has_gone_elsewhere_shows_what_a_new_one_shows(signed_in: SignedInPerson):
    account = Account(signed_in.person)
    thread_id = (await ended_turn(signed_in.person, "add Call Ann tomorrow at 3 #home")).thread_id
    await account.add("Find the number", parent_number=1)
    tab, lost = new_tab(signed_in.token, "/"), list[str]()
    live, chat, tasks, detail = (
        tab.get_substate([kind.get_name()]) for kind in (LiveState, ChatState, TasksState, DetailState)
    )
    for address, number in ((f"/c/{thread_id}?tag=home&task=1", 1), ("/?view=all", 0), (f"/c/{thread_id}?task=2", 2)):
        opened = new_tab(signed_in.token, address)
        await opened.get_substate([LiveState.get_name()]).open_page()
        tab.router, live._loaded_socket = opened.router, address if chat.ready else ""
        await live.open_page()
        await tasks.apply_address(address.partition("?")[2])
        await detail.follow_address(number)
        shown, expected = await shown_in(tab, is_new=True), await shown_in(opened, is_new=True)
        lost += differences(address, shown | {name: expected[name] for name in UNSHOWN.split()}, expected)
        chat.begin_edit(chat.last_turn_id)
        await detail.keep("title", number, "")
    assert not lost, "\n".join(lost)
