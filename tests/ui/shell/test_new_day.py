"""A page that stays open over midnight."""

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import expect
from reflex.istate.data import RouterData
from sqlalchemy import insert, update
from sqlmodel import col

from taskchat_app.assistant.threads.conversations import change_conversations
from taskchat_app.assistant.threads.thread_rows import rename_thread
from taskchat_app.domain.accounts.tokens import COOKIE
from taskchat_app.domain.storage.models import Change, Task, Thread, ThreadItem
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.conversations.search_state import MessageSearchState
from taskchat_app.ui.shell.live_state import LiveState
from taskchat_app.ui.task_detail.state import DetailState
from tests.chatting import write
from tests.conftest import SignedInPerson
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


def connect(tab: Any, signed_in: SignedInPerson, socket: str) -> None:
    """Let the tab connect at the address of the conversation and the task."""
    headers = {"cookie": f"{COOKIE}={signed_in.token}", "origin": "http://localhost"}
    address = f"/c/{thread_of(signed_in.person.id)}?task=1"
    tab.router = RouterData.from_router_data({"headers": headers, "asPath": address, "sid": socket})


@pytest.mark.parametrize("is_connected", [True, False])
async def test_a_time_has_its_date_from_the_next_day_on(
    api: httpx.AsyncClient, signed_in: SignedInPerson, tab: Any, monkeypatch: pytest.MonkeyPatch, is_connected: bool
):
    await api.post("/api/tasks", json={"title": "Pay rent"})
    await store_evening(signed_in.person.id)
    connect(tab, signed_in, "evening")
    states = (LiveState, ChatState, DetailState, MessageSearchState)
    live, chat, detail, search = (tab.get_substate([state.get_name()]) for state in states)

    def times() -> list[str]:
        return [chat.all()[0].at, detail.task.created, detail.rows[0].at, search.found[0].at]

    set_time(monkeypatch, EVENING)
    await live.open_page()
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
        connect(tab, signed_in, "morning")
        await live.open_page()
    assert times() == ["1 May, 23:30", "1 May, 23:30", "1 May, 23:30", "1 May"]


async def test_a_refused_message_is_still_reported_on_the_next_day(
    api: httpx.AsyncClient, signed_in: SignedInPerson, tab: Any, monkeypatch: pytest.MonkeyPatch
):
    await api.post("/api/tasks", json={"title": "Pay rent"})
    await store_evening(signed_in.person.id)
    connect(tab, signed_in, "evening")
    live, chat = (tab.get_substate([state.get_name()]) for state in (LiveState, ChatState))
    set_time(monkeypatch, EVENING)
    await live.open_page()
    chat.show_failure("Your message is too long.")
    set_time(monkeypatch, EVENING + timedelta(hours=1))
    await live.begin_day()
    assert (chat.error, chat.can_retry) == ("Your message is too long.", False)
    assert chat.all()[0].at == "1 May, 23:30"


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
