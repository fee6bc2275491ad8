"""Each change of a conversation or a setting is in the log, from which other tabs and programs learn of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from taskchat_app.assistant.threads import leases
from taskchat_app.assistant.tools.deletion_proposals import propose_by_program
from taskchat_app.domain.accounts.access_tokens import create_token
from taskchat_app.domain.log.changes import Token, changes_after, last_change_id
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Thread
from tests.api.responses import bring, export
from tests.chatting import Answer, Chat, follow_until, start, write
from tests.standin import Standin, call, calls, hold_after, text


@dataclass
class Walk:
    """What one step leaves for the next ones."""

    chat: Chat
    other: Chat
    gemini: Standin
    answer: Answer = field(default_factory=Answer)
    card: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def thread_id(self) -> str:
        return self.answer.thread_id

    @property
    def address(self) -> str:
        return f"/api/conversations/{self.thread_id}"

    async def first_message(self) -> None:
        self.gemini.script([text("Hello.")])
        self.answer = await self.chat.send("hello")

    async def show(self, name: str, **arguments: Any) -> None:
        """Have the model call a tool that shows a card."""
        self.gemini.script([calls(call(name, arguments)), text("There.")])
        self.card = (await self.chat.send("go on", self.thread_id)).widgets[-1]

    async def click(self, kind: str, **payload: Any) -> None:
        self.gemini.script([text("Well.")])
        clicked = await self.chat.act(kind, payload, self.thread_id)
        assert clicked.status_code == 200, clicked.text

    async def confirm(self) -> None:
        action = self.card["widget"]["confirm"]["action"]
        await self.click(action["type"], **action["payload"])

    async def tick(self) -> None:
        """Tick the first task in the list that is shown."""
        number = int(self.card["widget"]["children"][0]["key"])
        await self.chat.act("task.complete", {"number": number}, self.thread_id, item_id=self.card["id"])

    async def retry(self) -> None:
        self.gemini.script([text("Again.")])
        await self.chat.request("threads.retry_after_item", thread_id=self.thread_id, item_id=self.answer.turn_id)

    async def send_file(self) -> None:
        self.card = (await self.chat.http.post("/api/attachments", params={"name": "a.txt"}, content=b"Milk")).json()
        words = {"content": [{"type": "input_text", "text": "read"}], "inference_options": {}}
        self.gemini.script([text("Milk.")])
        attached = words | {"attachments": [self.card["id"]]}
        await self.chat.request("threads.add_user_message", thread_id=self.thread_id, input=attached)

    async def be_killed(self) -> None:
        """Have the lease of a turn run out during its answer."""
        assert self.chat.person
        self.gemini.script([hold_after(text("OneTwo", pieces=2), 1)])
        turn = await start(self.chat.person, "go on", self.thread_id)
        await follow_until(turn, "thread.item.added", "assistant_message")
        await write(update(Thread).where(col(Thread.id) == self.thread_id).values(lease_until=now()))
        await leases.end_expired(self.chat.person.id, self.thread_id, turn.id)

    async def propose(self) -> None:
        """Propose a deletion as a program does, in a conversation of its own."""
        assert self.other.person
        await self.other.add_tasks("Milk")
        token = await create_token(self.other.person, "Claude", ["write"])
        by = replace(self.other.person.cause("mcp", turn_id="mcp_1"), token=Token(token.id, "Claude"))
        async with transaction(self.other.person.id) as session:
            await propose_by_program(session, by, [1], [1])

    async def bring(self) -> None:
        self.card = await bring(self.other.http, await export(self.chat.http))


ANSWERED = "turn started, message stored, turn done"
SHOWN = "message created, turn started, message stored, message stored, message stored, turn done"
OWN: dict[str, tuple[Callable[[Walk], Awaitable[object]], str]] = {
    "a first message": (Walk.first_message, f"thread created, message created, {ANSWERED}"),
    "a new title": (lambda walk: walk.chat.http.patch(walk.address, json={"title": "Plans"}), "thread renamed"),
    "read": (lambda walk: walk.chat.http.post(f"{walk.address}/read"), "thread read"),
    "read again": (lambda walk: walk.chat.http.post(f"{walk.address}/read"), ""),
    "deleted": (lambda walk: walk.chat.http.delete(walk.address), "thread deleted"),
    "restored": (lambda walk: walk.chat.http.post(f"{walk.address}/restore"), "thread restored"),
    "answered again": (Walk.retry, f"message removed, {ANSWERED}"),
    "edited": (
        lambda walk: walk.click("message.edit", item_id=walk.answer.turn_id, text="bye"),
        f"message removed, message updated, {ANSWERED}",
    ),
    "a plan": (lambda walk: walk.show("propose_plan", title="Move", lines=[{"title": "Pack"}]), SHOWN),
    "a line of a plan": (
        lambda walk: walk.click("plan.edit", plan_id=walk.card["id"], title_1="Pack all"),
        "message stored",
    ),
    "a plan added": (Walk.confirm, "message stored"),
    "a list": (lambda walk: walk.show("list_tasks"), SHOWN),
    "a task of it ticked": (Walk.tick, "message stored"),
    "a proposal": (lambda walk: walk.show("bulk_delete_tasks", status="all"), SHOWN),
    "a proposal confirmed": (Walk.confirm, "message stored"),
    "a message with a file": (Walk.send_file, f"message created, {ANSWERED}"),
    "its file deleted": (lambda walk: walk.chat.http.delete(f"/api/attachments/{walk.card['id']}"), "message updated"),
    "a killed server": (Walk.be_killed, "message created, turn started, turn failed"),
    "another time zone": (
        lambda walk: walk.chat.http.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"}),
        "person updated",
    ),
}
"""What the user does, and the entries that it leaves beside those of tasks."""
OF_THE_OTHER: dict[str, tuple[Callable[[Walk], Awaitable[object]], str]] = {
    "an account file": (Walk.bring, "person updated, thread imported"),
    "its undo": (
        lambda walk: walk.other.http.post(f"/api/turns/{walk.card['turn_id']}/undo"),
        "thread deleted, person updated",
    ),
    "the file again": (Walk.bring, "thread restored"),
    "a proposal of a program": (Walk.propose, "thread created, message stored"),
}


async def test_every_change_is_recorded(chat: Chat, other_chat: Chat):
    walk, wrong = Walk(chat, other_chat, chat.gemini), list[str]()
    for whose, ways in ((chat, OWN), (other_chat, OF_THE_OTHER)):
        assert whose.person
        for name, (way, expected) in ways.items():
            before = await last_change_id(whose.person.id)
            await way(walk)
            found = [one for one in await changes_after(whose.person.id, before) if one.kind != "task"]
            said = ", ".join(f"{change.kind} {change.action}" for change in found)
            wrong += [f"{name}: {said}, not {expected}"] if said != expected else []
            lacking = [
                f"{one.kind} {one.action}" for one in found if (one.thread_id is None) is not (one.kind == "person")
            ]
            lacking += [f"{one.kind} {one.action}" for one in found if (one.item_id is None) is (one.kind == "message")]
            lacking += ["message stored" for one in found if one.action == "stored" and not one.turn_id]
            wrong += [f"{name}: {one} lacks the conversation, the item or the turn" for one in lacking]
    assert not wrong, "\n".join(wrong)
