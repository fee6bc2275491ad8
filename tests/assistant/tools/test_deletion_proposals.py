"""Proposals to delete: exactly the shown tasks, accepted once, by the user only."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.threads.turn_storage import held_transaction
from taskchat_app.assistant.tools import deletion_proposals, expired_proposals
from taskchat_app.assistant.tools.deletion_consent import deletion_request, is_yes, names_deletion
from taskchat_app.assistant.tools.deletion_proposals import accept_or_end
from taskchat_app.assistant.turns import answer as answer_module
from taskchat_app.assistant.turns import turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Change, Proposal
from tests.chatting import Answer, Chat, answer_of, follow_to_end, follow_until, rows, start, write
from tests.evidence import Step
from tests.standin import call, calls, hold_after, text
from tests.tables import check, read_rows

PHRASES = Path(__file__).parent / "tables/yes_phrases.txt"
ALL = calls(call("bulk_delete_tasks", {"status": "all"}))


async def proposed(chat: Chat, count: int = 2) -> Answer:
    """An answer that proposes to delete all of so many tasks."""
    await chat.add_tasks(*(f"Task {number + 1}" for number in range(count)))
    return await chat.send("clear my list", replies=[ALL, text("Shall I?")])


def proposal_id(answer: Answer) -> str:
    return answer.cards[-1]["widget"]["confirm"]["action"]["payload"]["proposal_id"]


async def decide(chat: Chat, answer: Answer, how: str, **params: Any) -> Answer:
    clicked = await chat.act(f"proposal.{how}", {"proposal_id": proposal_id(answer)}, answer.thread_id, **params)
    assert clicked.status_code == 200, clicked.text
    return answer_of(clicked)


async def card_in(chat: Chat, thread_id: str) -> dict[str, Any]:
    [card] = [item for item in await chat.items(thread_id) if item["type"] == "widget"]
    return card


async def test_a_bulk_deletion_only_shows_a_card_with_exactly_its_tasks(chat: Chat):
    answer = await proposed(chat)
    assert await chat.titles() == {1: "Task 1", 2: "Task 2"}
    [card] = answer.cards
    widget = card["widget"]
    assert widget["type"] == "Card"
    assert [child["value"] for child in widget["children"]] == ["#1 Task 1", "#2 Task 2"]
    payload = {"proposal_id": proposal_id(answer)}
    for button, action in (("confirm", "proposal.confirm"), ("cancel", "proposal.cancel")):
        assert (widget[button]["action"]["type"], widget[button]["action"]["payload"]) == (action, payload)
    assert answer.items("workflow")[0]["workflow"]["summary"] == {"title": "Asked to delete 2"}
    assert await card_in(chat, answer.thread_id) == card
    kept = [item["id"] for item in await chat.items(answer.thread_id)]
    shown = [event["item"]["id"] for event in answer.events if event["type"] == "thread.item.added"]
    assert kept == [answer.turn_id, shown[0], card["id"], answer.items("assistant_message")[0]["id"]]


async def test_concurrent_confirms_delete_exactly_the_proposed_tasks_once(chat: Chat, person: Person):
    answer = await proposed(chat, 3)
    await chat.add_task("Added since")
    await chat.http.delete("/api/tasks/2")
    item = {"item_id": answer.cards[0]["id"]}  # may be left out
    confirmed = await asyncio.gather(*(decide(chat, answer, "confirm", **params) for params in ({}, *[item] * 4)))
    await decide(chat, answer, "cancel")
    assert await chat.titles() == {4: "Added since"}
    assert ["stream_options", "client_effect", "thread.item.replaced"] in [one.event_types for one in confirmed]
    card = await card_in(chat, answer.thread_id)
    assert [one.cards for one in confirmed] == [[card]] * 5
    assert (card["id"], card["widget"]["status"]["text"]) == (item["item_id"], "Deleted 2 tasks")
    assert not card["widget"].get("confirm")
    deleted = select(Change).where(Change.user_id == person.id, Change.action == "deleted", Change.kind == "task")
    by_click = [one for one in await rows(deleted.order_by(col(Change.id))) if one.turn_id == answer.turn_id]
    assert [(one.task_number, one.actor) for one in by_click] == [(1, "person"), (3, "person")]


async def test_a_cancelled_proposal_deletes_nothing_when_it_is_confirmed_or_expires(chat: Chat):
    answer = await proposed(chat)
    [stored] = await rows(select(Proposal).where(Proposal.id == proposal_id(answer)))
    cancelled = await decide(chat, answer, "cancel")
    assert cancelled.cards[0]["widget"]["status"]["text"] == "Cancelled, nothing was deleted"
    await decide(chat, answer, "confirm")
    await expired_proposals.end_expired(stored)
    assert await card_in(chat, answer.thread_id) == cancelled.cards[0]
    assert await chat.titles() == {1: "Task 1", 2: "Task 2"}
    await write(delete(Proposal).where(col(Proposal.id) == stored.id))
    await expired_proposals.end_expired(stored)


async def test_after_ten_minutes_a_click_and_a_yes_delete_nothing(chat: Chat):
    clicked = await proposed(chat)
    answered = await chat.send("clear my list", replies=[ALL, text("Shall I?"), text("That was too long ago.")])
    [stored] = await rows(select(Proposal).where(Proposal.id == proposal_id(clicked)))
    assert stored.expires_at - stored.created_at >= timedelta(minutes=10) - timedelta(seconds=1)
    both = [stored.id, proposal_id(answered)]
    await write(update(Proposal).where(col(Proposal.id).in_(both)).values(expires_at=now()))
    late, yes = await decide(chat, clicked, "confirm"), await chat.send("yes", answered.thread_id)
    for answer in (late, yes):
        assert "No longer open" in answer.cards[0]["widget"]["status"]["text"]
    assert yes.text == "That was too long ago."
    assert await chat.titles() == {1: "Task 1", 2: "Task 2"}


async def test_an_expired_card_loses_its_buttons_by_itself_in_every_tab(chat: Chat, person: Person):
    answer = await proposed(chat)
    [stored] = await rows(select(Proposal).where(Proposal.id == proposal_id(answer)))
    assert stored.id not in {proposal.id for proposal in await expired_proposals.expired_proposals()}
    await write(update(Proposal).where(col(Proposal.id) == stored.id).values(expires_at=now()))
    [expired] = [one for one in await expired_proposals.expired_proposals() if one.id == stored.id]
    await asyncio.gather(*(expired_proposals.end_expired(expired) for _ in range(3)))
    card = await card_in(chat, answer.thread_id)
    assert (card["id"], card["widget"].get("confirm")) == (stored.item_id, None)
    assert card["widget"]["status"]["text"] == "No longer open, nothing was deleted"
    told = select(Change).where(Change.user_id == person.id, Change.item_id == stored.item_id)
    assert [(one.kind, one.action) for one in await rows(told.order_by(col(Change.id)))][1:] == [("message", "stored")]
    assert await chat.titles() == {1: "Task 1", 2: "Task 2"}


@pytest.mark.changes_all_users
async def test_proposals_that_cannot_be_ended_keep_no_other_one_open(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    answer = await proposed(chat)
    [other] = await rows(select(Proposal).where(Proposal.id == proposal_id(answer)))
    ended: list[str] = []
    polls = asyncio.Event()

    at = now()
    await write(update(Proposal).where(col(Proposal.id) == other.id).values(expires_at=at))
    broken, slow = (Proposal(**other.model_dump() | {"id": f"{kind}-{other.id}"}) for kind in ("broken", "slow"))
    broken.expires_at, slow.expires_at = at - timedelta(days=9_002), at - timedelta(days=9_001)
    async with transaction() as session:
        session.add_all([broken, slow])
    tried: list[str] = []

    async def end(proposal: Proposal) -> None:
        tried.append(proposal.id)
        if proposal.id.startswith("broken"):
            raise ValueError("Secret")
        if proposal.id.startswith("slow"):
            if tried.count(slow.id) > 1:
                polls.set()
            raise OperationalError("SELECT", None, Exception("statement timeout"))
        await write(update(Proposal).where(col(Proposal.id) == proposal.id).values(decision="expired"))
        ended.append(proposal.id)

    monkeypatch.setattr(expired_proposals, "end_expired", end)
    monkeypatch.setattr(expired_proposals, "POLL_SECONDS", 0)
    job = asyncio.create_task(expired_proposals.end_expired_proposals())
    try:
        async with asyncio.timeout(60):
            await polls.wait()
    finally:
        job.cancel()
        await write(delete(Proposal).where(col(Proposal.id).in_([broken.id, slow.id])))
    assert other.id in ended
    assert tried.index(broken.id) < tried.index(slow.id) < tried.index(other.id)
    assert caplog.text.count(f"{broken.id}:") == 1  # it is tried with each poll, and logged once
    assert "Secret" not in caplog.text


@pytest.mark.parametrize(("yes", "told"), [("yes", "Deleted #1, #2."), ("Ja, bitte!", "#1, #2 gelöscht.")])
async def test_a_typed_yes_deletes_without_asking_the_model(yes: str, told: str, chat: Chat, person: Person):
    answer = await proposed(chat)
    asked = len(chat.asked)
    accepted = await chat.send(yes, answer.thread_id)
    assert await chat.titles() == {}
    assert len(chat.asked) == asked
    assert accepted.text == told
    begun = ["thread.item.done", "stream_options", "progress_update", "client_effect", "thread.item.replaced"]
    assert accepted.event_types[:5] == begun
    deleted = select(Change).where(Change.user_id == person.id, Change.kind == "task", Change.action == "deleted")
    assert {(one.actor, one.turn_id) for one in await rows(deleted)} == {("person", accepted.turn_id)}


async def test_a_stop_right_after_a_yes_is_carried_out_closes_the_card(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    answer = await proposed(chat)

    @asynccontextmanager
    async def stopped_after(turn: TurnContext) -> AsyncGenerator[AsyncSession]:
        async with held_transaction(turn) as session:
            yield session
        turn.end_early("stopped")
        await asyncio.sleep(0)

    monkeypatch.setattr(answer_module, "held_transaction", stopped_after)
    stopped = await chat.send("yes", answer.thread_id)
    assert (await chat.titles(), stopped.errors) == ({}, [])
    card = await card_in(chat, answer.thread_id)
    assert stopped.cards == [card]
    assert card["widget"]["status"]["text"] == "Deleted 2 tasks"


async def test_the_next_message_that_is_not_a_yes_ends_the_proposal_and_its_card_is_replaced(chat: Chat):
    answer = await proposed(chat)
    chat.script([text("All right."), text("Yes what?")])
    other = await chat.send("hm, what is the weather like?", answer.thread_id)
    assert "thread.item.replaced" in other.event_types
    assert "No longer open" in other.cards[0]["widget"]["status"]["text"]
    assert not other.cards[0]["widget"].get("confirm")
    assert (await chat.send("yes", answer.thread_id)).text == "Yes what?"
    await decide(chat, answer, "confirm")
    assert await chat.titles() == {1: "Task 1", 2: "Task 2"}


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ("confirm", "confirmed, and taskchat deleted #1 and #2."),
        ("cancel", "did not confirm, so none of the proposed tasks was deleted."),
        (None, "did not confirm, so none of the proposed tasks was deleted."),
    ],
)
async def test_the_model_is_told_what_became_of_a_proposal(decision: str | None, told: str, chat: Chat):
    answer = await proposed(chat)
    if decision is not None:
        await decide(chat, answer, decision)
    chat.script([text("So it is."), text("Still so.")])
    for said in ("are they gone?", "sure?"):
        if said == "sure?":  # an older proposal has the same card
            [proposal] = await rows(select(Proposal).where(Proposal.turn_id == answer.turn_id))
            older = {"id": f"older-{proposal.id}", "numbers": [7]}
            older["created_at"] = proposal.created_at - timedelta(days=1)
            await write(insert(Proposal).values(proposal.model_dump() | older))
        await chat.send(said, answer.thread_id)
        proposing = [one for one in chat.asked[-1]["messages"] if one["role"] == "assistant"][1]
        after = chat.asked[-1]["messages"].index(proposing) + 1
        assert chat.asked[-1]["messages"][after]["content"] == f"(After this answer the person {told})"
        assert chat.asked[-1]["messages"][-1]["content"] == said


UNDONE = "confirmed, and the deletion was undone since."


@pytest.mark.parametrize(
    ("restored", "told"),
    [("one", "confirmed, and taskchat deleted #2."), ("all", UNDONE), ("by retrying the yes", UNDONE)],
)
async def test_the_model_is_told_only_of_deletions_that_stand(restored: str, told: str, chat: Chat):
    answer = await proposed(chat)
    chat.script([text("They are back.")])
    if restored == "by retrying the yes":
        yes = await chat.send("yes", answer.thread_id)
        await chat.request("threads.retry_after_item", thread_id=answer.thread_id, item_id=yes.turn_id)
    else:
        await decide(chat, answer, "confirm")
        deleted = select(Change).where(Change.turn_id == answer.turn_id, Change.action == "deleted")
        for change in (await rows(deleted.order_by(col(Change.id))))[: 1 if restored == "one" else None]:
            assert (await chat.http.post(f"/api/activity/{change.id}/undo")).status_code == 200
        await chat.send("are they gone?", answer.thread_id)
    assert {"role": "user", "content": f"(After this answer the person {told})"} in chat.asked[-1]["messages"]


async def test_a_proposal_is_decided_by_its_user_in_its_conversation_only(chat: Chat, other_chat: Chat, step: Step):
    answer = await proposed(chat)
    chat.script([text("Hello.")], repeat=True)
    theirs, second = (await other_chat.send("hello")).thread_id, (await chat.send("hello")).thread_id
    payload = {"proposal_id": proposal_id(answer)}
    for client, thread_id in ((other_chat, answer.thread_id), (other_chat, theirs), (chat, second)):
        for how in ("confirm", "cancel"):
            step(f"{how} of another {'thread' if client is chat else 'user'}")
            refused = await client.act(f"proposal.{how}", payload, thread_id)
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    step("a yes in another conversation")
    assert (await chat.send("yes")).text == "Hello."
    step("another proposal is cancelled")
    other = await chat.send("clear my list", replies=[ALL, text("Shall I?")])
    assert proposal_id(other) != proposal_id(answer)
    await decide(chat, other, "cancel")
    assert await chat.titles() == {1: "Task 1", 2: "Task 2"}
    step("it still stands")
    await decide(chat, answer, "confirm")
    assert await chat.titles() == {}


async def test_a_proposal_is_confirmed_once_its_answer_was_stopped_and_before_is_409(chat: Chat, person: Person):
    await chat.add_task("One")
    chat.script([ALL, hold_after(text("Shall I do it?", pieces=2), 1)])
    turn = await start(person, "clear my list")
    await follow_until(turn, "thread.item.done", "widget")
    [stored] = await rows(select(Proposal).where(Proposal.turn_id == turn.id))
    refused = await chat.act("proposal.confirm", {"proposal_id": stored.id}, turn.thread_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "busy")
    assert await chat.titles() == {1: "One"}
    await turns.stop(person.id, turn.id)
    await decide(chat, await follow_to_end(turn), "confirm")
    assert await chat.titles() == {}


async def test_several_calls_join_one_proposal_with_one_card(chat: Chat):
    await chat.add_tasks("One", "Two", "Three", "Four")
    chat.script(
        [
            calls(
                call("delete_task", {"task_id": 3}),
                call("bulk_delete_tasks", {"task_ids": [1]}),
                call("delete_task", {"task_id": 3}),
            ),
            calls(call("delete_task", {"task_id": 2})),
            text("Shall I?"),
        ]
    )
    answer = await chat.send("tidy up a little")
    assert [card["id"] for card in answer.cards] == [answer.cards[0]["id"]] * 4
    kinds = [event["type"] for event in answer.events if event.get("item", {}).get("type") == "widget"]
    assert kinds == ["thread.item.done"] + ["thread.item.replaced"] * 3
    shown = [child["value"] for child in answer.cards[-1]["widget"]["children"]]
    assert shown == ["#1 One", "#2 Two", "#3 Three"]
    assert await chat.titles() == {1: "One", 2: "Two", 3: "Three", 4: "Four"}
    await decide(chat, answer, "confirm")
    assert await chat.titles() == {4: "Four"}


async def test_retry_closes_the_proposals_of_removed_answers(chat: Chat):
    first = await chat.send("yes", replies=[text("Yes what?")])
    await chat.add_tasks("One", "Two")
    chat.script([ALL, text("Shall I?"), text("Yes what, again?")])
    answer = await chat.send("clear my list", first.thread_id)
    again = await chat.request("threads.retry_after_item", thread_id=first.thread_id, item_id=first.turn_id)
    assert answer_of(again).text == "Yes what, again?"
    assert answer_of(again).cards == []
    assert [item["type"] for item in await chat.items(first.thread_id)] == ["user_message", "assistant_message"]
    assert await chat.titles() == {1: "One", 2: "Two"}
    [stored] = await rows(select(Proposal).where(Proposal.id == proposal_id(answer)))
    assert stored.decision == "expired"


async def test_a_long_proposal_shows_twenty_titles_and_deletes_all(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    answer = await proposed(chat, 25)
    shown = [child["value"] for child in answer.cards[0]["widget"]["children"]]
    assert (len(shown), shown[-1]) == (21, "and 5 more")
    assert (await chat.send("yes", answer.thread_id)).text == "Deleted 25 tasks."
    assert await chat.titles() == {}
    monkeypatch.setattr(deletion_proposals, "TITLES_SHOWN", 2)
    monkeypatch.setattr(deletion_proposals, "AT_ONCE_MAX", 2)
    answer = await proposed(chat, 2)
    assert [child["value"] for child in answer.cards[0]["widget"]["children"]] == ["#26 Task 1", "#27 Task 2"]


@pytest.mark.parametrize(("rule", "means_yes"), [("A yes", True), ("No yes", False)])
def test_a_phrase_is_a_yes_or_not(rule: str, means_yes: bool):
    rows = read_rows(PHRASES, rule)
    check(rows, (row.given if is_yes(row.given) is means_yes else is_yes(row.given) for row in rows))


async def test_a_yes_accepts_the_newest_proposal_and_ends_the_older_ones(chat: Chat):
    answer = await proposed(chat)
    [newest] = await rows(select(Proposal).where(Proposal.id == proposal_id(answer)))
    kept = newest.model_dump() | {"item_id": f"{newest.item_id}-older", "numbers": [1]}
    older, decided = (f"{newest.id}-{name}" for name in ("older", "decided"))
    async with transaction() as session:
        session.add(Proposal(**kept | {"id": older, "created_at": newest.created_at - timedelta(minutes=1)}))
        session.add(Proposal(**kept | {"id": decided, "decision": "cancelled", "decided_at": now()}))
    async with transaction() as session:
        assert await accept_or_end(session, answer.thread_id, "yes") == (newest.id, [older])
    found = await rows(select(Proposal.id, Proposal.decision).where(Proposal.thread_id == answer.thread_id))
    assert dict(found) == {newest.id: None, older: "expired", decided: "cancelled"}
    async with transaction() as session:
        assert await accept_or_end(session, answer.thread_id, "what?") == (None, [newest.id])


ASKED: list[tuple[str, str, bool]] = [
    ("what is on today?", "yes", False),
    ("what is on today?", "yes, delete it", True),
    ("what is on today?", "I confirm", False),
    ("was steht heute an?", "Ja, ich bestätige", False),
    ("Bitte räum auf", "ja", True),
    ("Ich bin wieder da, was ist heute?", "ja", False),
    ("Was steht wegen heute an, unterwegs?", "jawohl", False),
    ("¿Qué tengo que leer hoy?", "ok", False),
    ("is everything clear for today?", "yes", False),
    ("don't forget: what is due across all lists?", "yes", False),
    ("add clean the fridge", "yes", False),
    ("what did I delete yesterday?", "yes", False),
    ("do not delete anything", "ok", False),
    ("lösche nichts", "ok", False),
    ("wie lautet das Passwort der leeren Kiste?", "ja", False),
    ("List my tasks without deleting any", "yes", False),
    ("mach die Liste leer", "ja", True),
    ("would you mind removing it", "yes", True),
    ("Supprime tout", "ok", True),
]  # fmt: skip
"""What the user had asked, the answer to a proposal, and whether it accepts that."""


def test_a_plain_yes_accepts_only_what_the_user_asked_to_delete():
    assert all(is_yes(yes) for _, yes, _ in ASKED)
    accepted = [(asked, yes, names_deletion(yes) or deletion_request(asked) is not None) for asked, yes, _ in ASKED]
    assert accepted == ASKED


@pytest.mark.parametrize(("asked", "yes", "is_deleted"), ASKED[:2] + ASKED[4:5])
async def test_a_yes_deletes_or_the_card_still_asks(asked: str, yes: str, is_deleted: bool, chat: Chat):
    await chat.add_task("Buy milk")
    chat.script([calls(call("delete_task", {"task_id": 1})), text("Shall I show today?"), text("Here you are.")])
    answer = await chat.send(asked)
    await chat.send(yes, answer.thread_id)
    assert (1 not in await chat.titles()) is is_deleted
    if not is_deleted:
        await decide(chat, answer, "confirm")  # the card still asks
    assert 1 not in await chat.titles()


@pytest.mark.parametrize("decision", ["yes", "click"])
async def test_a_yes_after_a_deletion_accepts_no_further_one(decision: str, chat: Chat):
    answer = await proposed(chat)
    await chat.add_task("Kept")
    chat.script([calls(call("delete_task", {"task_id": 3})), text("Shall I show today?")], repeat=True)
    if decision == "click":
        await decide(chat, answer, "confirm")
    await chat.send("yes", answer.thread_id)
    await chat.send("yes", answer.thread_id)
    await chat.send("both", answer.thread_id)
    await chat.send("yes", answer.thread_id)
    assert await chat.titles() == {3: "Kept"}


@pytest.mark.parametrize("decision", ["confirm", "cancel", None])
async def test_a_choice_goes_on_with_a_request_whose_proposal_was_not_decided(decision: str | None, chat: Chat):
    answer = await proposed(chat)
    await chat.add_task("Kept")
    for number in (1, 2):
        await chat.http.delete(f"/api/tasks/{number}")
    if decision:
        await decide(chat, answer, decision)
    chat.script([calls(call("delete_task", {"task_id": 3})), text("Shall I show today?")], repeat=True)
    await chat.send("both", answer.thread_id)
    await chat.send("yes", answer.thread_id)
    assert await chat.titles() == ({3: "Kept"} if decision else {})


@pytest.mark.parametrize("asked", ["delete the milk", "lösche 1"])
async def test_a_plain_yes_after_the_deletion_of_the_one_named_task_accepts_no_other(asked: str, chat: Chat):
    await chat.add_task("Milk")
    await chat.add_task("Kept")
    both = calls(*(call("delete_task", {"task_id": number}) for number in (1, 2)))
    answer = await chat.send(asked, replies=[both, text("Shall I show today?"), text("Here you are.")])
    await chat.send("yes", answer.thread_id)
    assert await chat.titles() == {2: "Kept"}
    await decide(chat, answer, "confirm")
    assert await chat.titles() == {}


async def test_a_plain_yes_accepts_the_one_named_task_also_after_other_changes(chat: Chat):
    await chat.add_task("Milk")
    await chat.http.post("/api/tasks", json={"title": "Choose", "parent_number": 1})
    both = calls(call("update_task", {"task_id": 1, "priority": "high"}), call("delete_task", {"task_id": 1}))
    answer = await chat.send("delete the milk", replies=[both, text("With its step?")])
    assert len(await chat.titles()) == 2
    await chat.send("yes", answer.thread_id)
    assert await chat.titles() == {}
