"""A page that stays open over midnight, and the timer of its list, which waits for it and for tasks that fall due."""

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import expect
from sqlalchemy import insert, update
from sqlmodel import col

from taskchat_app.assistant.threads.conversations import change_conversations
from taskchat_app.assistant.threads.thread_rows import rename_thread
from taskchat_app.domain.storage.models import Change, Task, Thread, ThreadItem
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.conversations.search import MessageSearchState
from taskchat_app.ui.shell.live_state import LiveState
from taskchat_app.ui.task_detail.state import DetailState
from tests.chatting import write
from tests.conftest import SignedInPerson
from tests.ui.conftest import connect
from tests.ui.visitor import Visitor

WITHOUT_RETRIES = """((set) => {
    window.setTimeout = (run, ms, ...rest) => ms === 2000 ? 0 : set(run, ms, ...rest);
})(setTimeout)"""
EVENING = datetime(2031, 5, 1, 23, 30, tzinfo=UTC)


def thread_of(user_id: str) -> str:
    return f"thr_{user_id}"


def set_time(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Set what the page takes for the present moment."""
    for name, module in list(sys.modules.items()):
        if name.startswith("taskchat_app.ui.") and hasattr(module, "now"):
            monkeypatch.setattr(module, "now", lambda: at)


async def store_evening(user_id: str) -> None:
    """Store a message, and move the only task with its change to the same time."""
    thread_id, item_id = thread_of(user_id), f"msg_{user_id}"
    owned = {"user_id": user_id, "created_at": EVENING}
    about = {"status": {"type": "active"}, "details": {}, "updated_at": EVENING}
    await write(insert(Thread).values(**owned, id=thread_id, **about))
    await change_conversations(user_id, lambda session, by: rename_thread(session, by, thread_id, "Night"))
    content = [{"type": "input_text", "text": "Good night"}]
    body = {"id": item_id, "type": "user_message", "created_at": EVENING.isoformat(), "content": content}
    await write(insert(ThreadItem).values(id=item_id, thread_id=thread_id, type="user_message", body=body, **owned))
    await write(update(Task).where(col(Task.user_id) == user_id).values(created_at=EVENING))
    await write(update(Change).where(col(Change.user_id) == user_id).values(at=EVENING))


@pytest.fixture
async def address(api: httpx.AsyncClient, signed_in: SignedInPerson, tab: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a conversation and a task of the evening, which the tab shows then."""
    await api.post("/api/tasks", json={"title": "Pay rent"})
    await store_evening(signed_in.person.id)
    address = f"/c/{thread_of(signed_in.person.id)}?task=1"
    connect(tab, signed_in.token, address, "evening")
    set_time(monkeypatch, EVENING)
    await tab.get_substate([LiveState.get_name()]).open_page()
    return address


@pytest.mark.parametrize("is_connected", [True, False])
async def test_a_time_has_its_date_from_the_next_day_on_and_is_that_of_a_zone_that_was_chosen_elsewhere(
    address: str,
    api: httpx.AsyncClient,
    signed_in: SignedInPerson,
    tab: Any,
    monkeypatch: pytest.MonkeyPatch,
    is_connected: bool,
):
    states = (LiveState, ChatState, DetailState, MessageSearchState)
    live, chat, detail, search = (tab.get_substate([state.get_name()]) for state in states)

    def times() -> list[str]:
        return [chat.all()[0].at, detail.task.created, detail.rows[0].at, search.found[0].at]

    async for _ in search.search("night"):
        pass
    assert times() == ["23:30", "23:30", "23:30", "23:30"]
    set_time(monkeypatch, EVENING + timedelta(minutes=29))
    chat.show([], chat.all()[:0])
    await live.begin_day()
    assert chat.all() == []  # nothing is read on the same day
    set_time(monkeypatch, EVENING + timedelta(hours=1))
    if is_connected:
        await live.begin_day()
    else:
        connect(tab, signed_in.token, address, "morning")
        await live.open_page()
    assert times() == ["1 May, 23:30", "1 May, 23:30", "1 May, 23:30", "1 May"]
    await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})  # where it is the same day
    connect(tab, signed_in.token, address, "noon")
    await live.open_page()
    assert times() == ["08:30", "08:30", "08:30", "08:30"]


@pytest.mark.usefixtures("address")
async def test_a_refused_message_is_still_reported_on_the_next_day(tab: Any, monkeypatch: pytest.MonkeyPatch):
    live, chat = (tab.get_substate([state.get_name()]) for state in (LiveState, ChatState))
    chat.show_failure("Your message is too long.")
    set_time(monkeypatch, EVENING + timedelta(hours=1))
    await live.begin_day()
    assert (chat.error, chat.can_retry) == ("Your message is too long.", False)
    assert chat.all()[0].at == "1 May, 23:30"


RECORD_TIMERS = """
    window.listTimers = [];
    const set = window.setTimeout;
    window.setTimeout = (run, delay, ...rest) => {
      if (delay % 1) window.listTimers.push(delay); // the page's other timers have whole milliseconds
      return set(run, delay, ...rest);
    };
"""


@pytest.mark.soak
async def test_a_reopened_list_has_its_timer(visitor: Visitor):
    page = visitor.page
    await visitor.context.add_init_script(RECORD_TIMERS)
    await page.reload()
    await page.wait_for_function("() => window.listTimers.length > 0")
    await expect(visitor.connection).to_have_text("Connected")
    for is_reloaded in (False, True):
        before = await page.evaluate("() => window.listTimers.at(-1)")
        if is_reloaded:
            await page.reload()
        else:
            await page.get_by_role("link", name="Settings").click()
            await page.get_by_role("link", name="Back to your tasks").click()
        await page.wait_for_function("before => window.listTimers.at(-1) < before", arg=before)


@pytest.mark.soak
async def test_the_timer_of_the_list_begins_the_day(visitor: Visitor):
    quick = "((set) => { window.setTimeout = (run, ms, ...rest) => set(run, ms % 1 ? 10 : ms, ...rest); })(setTimeout)"
    await visitor.context.add_init_script(quick)  # the page's other timers have whole milliseconds
    async with visitor.page.expect_websocket() as connecting:
        await visitor.page.reload()
    socket = await connecting.value
    await socket.wait_for_event("framesent", lambda frame: re.search(r"live_state\.begin_day", str(frame)) is not None)


@pytest.mark.soak
@pytest.mark.parametrize("is_clicked", [True, False])
async def test_a_list_that_is_read_again_after_a_failure_begins_the_day(visitor: Visitor, is_clicked: bool):
    if is_clicked:
        await visitor.context.add_init_script(WITHOUT_RETRIES)
    async with visitor.page.expect_websocket() as connecting:
        await visitor.page.reload()
    socket = await connecting.value
    done = visitor.page.locator(".views").get_by_role("button", name="Done")
    await expect(done).to_be_enabled()
    async with socket.expect_event("framesent", lambda frame: "live_state.begin_day" in str(frame)):
        with visitor.server.unstartable_postgres():
            await done.click()
            retry = visitor.page.get_by_role("region", name="Tasks").get_by_role("button", name="Retry")
            await expect(retry).to_be_visible()
            if is_clicked:
                await retry.click()
