"""What a page's socket gets after its login has ended, if the page does not leave by itself."""

import uuid

import httpx
import pytest

from taskchat_app.ui.chat.state import ChatState
from tests.failures.support.instances import Instance, chat_client, open_stream, remaining_events
from tests.failures.support.page_socket import check_state_of_closed_tab, name_of, page_socket
from tests.standin import Standin, hold_after, text

pytestmark = pytest.mark.soak

PASSWORD = "correct horse battery"


async def test_a_page_gets_no_more_of_an_answer_once_its_login_has_ended(killable: Instance, standin: Standin) -> None:
    standin.script([hold_after(text("Before the end. After it.", pieces=2), 1)])
    async with chat_client(killable) as chat, httpx.AsyncClient(base_url=killable.origin, timeout=30) as stolen:
        me = (await chat.http.get("/api/auth/me")).json()["user"]
        answer = await stolen.post("/api/auth/login", json={"email": me["email"], "password": PASSWORD})
        login = answer.json()["token"]
        stolen.headers["Authorization"] = f"Bearer {login}"
        stolen.cookies.clear()
        async with page_socket(killable, login=login) as page, open_stream(stolen, "/api/events") as events:
            await page.boot()
            await page.wait_until_idle()
            key = uuid.uuid4().hex
            told = {"account": me["id"], "key": key, "attempt": key, "text": "Hello", "thread_id": "", "here": True}
            await page.event(name_of(ChatState.send), {"told": told})
            await page.wait_for_frame("Before")
            await stolen.post("/api/auth/logout")
            await remaining_events(events)  # the login's streams have ended now
            [thread] = (await chat.http.get("/api/conversations")).json()["conversations"]
            [sent, *_] = await chat.items(thread["id"])
            async with open_stream(chat.http, f"/api/turns/{sent['id']}/events") as turn:
                standin.release()
                assert "After" in str(await remaining_events(turn))
            await page.wait_until_idle()
            assert not any("After" in frame for frame in page.frames)


@pytest.mark.parametrize("is_signed_in", [False, True])
async def test_the_state_of_a_closed_tab_is_given_to_nobody_else(killable: Instance, is_signed_in: bool) -> None:
    await check_state_of_closed_tab(killable, is_signed_in=is_signed_in)
