"""Calls and cards are shown in the reader's language, live and as stored; clients of the API read English."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.assistant.threads import conversations
from taskchat_app.assistant.turns import turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.preferences import set_preferences
from taskchat_app.domain.storage.models import ToolExecution
from taskchat_app.ui.chat_messages.answer_builder import AnswerBuilder
from taskchat_app.ui.chat_messages.messages import Part, messages_of
from taskchat_app.ui.i18n.language import current_language
from tests.chatting import Chat, answer_of, ended_turn, events_of, start, write
from tests.standin import Standin, call, calls, error, text

ACTIONS = calls(
    call("create_task", {"title": "Milk", "due_date": "2126-11-27"}),
    call("complete_task", {"task_id": 9}),
    call("bulk_delete_tasks", {"status": "all"}),
)

GERMAN = re.compile(r"(?i)\b(ich|hinzugefügt|nichts?|eine?|Aufgaben?)\b")


@pytest.fixture
def german() -> Iterator[None]:
    before = current_language.set("de")
    yield
    current_language.reset(before)


def german_chat(chat: Chat) -> Chat:
    """The same client with another reader."""
    headers = {**chat.http.headers, "Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    return Chat(httpx.AsyncClient(transport=chat.http._transport, base_url=chat.http.base_url, headers=headers))


def texts(parts: tuple[Part, ...]) -> list[str]:
    """What a reader sees of calls and cards."""
    titles = [shown.title for part in parts for shown in part.calls]
    cards = [part.proposal.headline or part.choice.headline for part in parts if part.kind in ("proposal", "choice")]
    return titles + cards


async def stored_parts(person: Person, thread_id: str) -> tuple[Part, ...]:
    page = await conversations.load_items(person.id, thread_id)
    return messages_of(page.items, person.zone)[-1].parts


def sent(events: list[Any], person: Person) -> tuple[Part, ...]:
    answer = AnswerBuilder(person.zone)
    for event in events:
        answer.apply(event)
    return tuple(answer.parts)


@pytest.mark.usefixtures("german")
async def test_calls_and_proposals_are_german_for_a_german_reader(person: Person, chat: Chat):
    chat.script([ACTIONS, text("Shall I?")])
    turn = await start(person, "go")
    german_texts = [
        "#1 Milk hinzugefügt",
        "Hakt #9 ab: Es gibt keine Aufgabe #9.",
        "1 Aufgabe zum Löschen ausgewählt",
        "1 Aufgabe löschen?",
    ]
    assert texts(sent(await events_of(turn), person)) == german_texts
    stored = await stored_parts(person, turn.thread_id)
    assert texts(stored) == german_texts
    assert "message: #1 Milk hinzugefügt, fällig Mi., 27. Nov. 2126." in stored[0].calls[0].result
    remote = turns.RemoteTurn(person.id, turn.id, turn.thread_id)
    assert texts(sent(await events_of(remote), person)) == german_texts


def shown(item: dict[str, Any]) -> list[str]:
    """Return our own sentences of an item on the wire."""
    match item["type"]:
        case "workflow":
            tasks = [task["title"] for task in item["workflow"]["tasks"]]
            return [*tasks, item["workflow"]["summary"]["title"]]
        case "widget":
            return [item["widget"]["status"]["text"]]
        case "structured_input":
            return [one["question"] for one in item["inputs"]]
        case _:
            return []


async def test_a_german_client_of_the_api_reads_german_live_and_stored_and_another_english(chat: Chat):
    chat.script([ACTIONS, text("Shall I?")])
    live = await german_chat(chat).send("go")
    german_texts = [
        "#1 Milk hinzugefügt",
        "Hakt #9 ab: Es gibt keine Aufgabe #9.",
        "1 Aufgabe zum Löschen ausgewählt",
        "1 hinzugefügt, Löschen von 1 erfragt",
        "1 Aufgabe löschen?",
    ]
    done = [event["item"] for event in live.events if event["type"] == "thread.item.done"]
    assert sorted(words for item in done for words in shown(item)) == sorted(german_texts)
    growing = [event["update"]["task"]["title"] for event in live.events if "task" in event.get("update", {})]
    assert "Fügt „Milk“ hinzu" in str(live.events[:8])
    assert "1 Aufgabe zum Löschen ausgewählt" in growing
    stored = await german_chat(chat).items(live.thread_id)
    assert sorted(words for item in stored for words in shown(item)) == sorted(german_texts)
    replayed = answer_of(await german_chat(chat).http.get(f"/api/turns/{live.turn_id}/events"))
    assert [words for item in replayed.items("workflow") for words in shown(item)] == german_texts[:4]
    in_english = await chat.items(live.thread_id)
    assert sorted(words for item in in_english for words in shown(item)) == [
        "Added #1 Milk",
        "Added 1, asked to delete 1",
        "Chose 1 task to delete",
        "Completing #9: There is no task #9.",
        "Delete 1 task?",
    ]
    assert "messages" not in str([*live.events, *stored, *in_english])
    chat.script([error(400)])
    failed = await german_chat(chat).send("hello")
    assert failed.errors[0]["message"].startswith("Gemini hat die Anfrage als ungültig abgelehnt.")


@pytest.mark.usefixtures("offline")
async def test_a_german_client_reads_choices_undo_notices_and_refusals_in_german(chat: Chat):
    for title in ("Weekly report", "Yearly report"):
        await chat.add_task(title, due_at="2126-11-27")
    asked = await german_chat(chat).send("complete the report")
    listed = await german_chat(chat).send("show my tasks")
    items = await german_chat(chat).items(asked.thread_id)
    german_line = "#1 Weekly report (fällig Mi., 27. Nov. 2126)"
    stored = [item["copy_text"] for item in items if item["type"] == "widget"]
    assert [one.splitlines()[0] for one in [*stored, listed.items("widget")[0]["copy_text"]]] == [german_line] * 2
    questions = [words for item in items if item["type"] in ("widget", "structured_input") for words in shown(item)]
    assert questions == ["Welche ist erledigt?"] * 2
    added = await chat.send("add milk")
    undo = {"action": {"type": "turn.undo", "payload": {"turn_id": added.turn_id}}, "thread_id": added.thread_id}
    for _ in range(2):  # the second is the stored outcome of the same click
        click = {"type": "threads.custom_action", "params": undo}
        told = await german_chat(chat).http.post("/api/chatkit", json=click, headers={"Idempotency-Key": "undo"})
        assert "#3 wieder entfernt." in told.text
    undone = await german_chat(chat).http.post(f"/api/turns/{(await chat.send('add tea')).turn_id}/undo")
    assert undone.json()["undone"] == [4]
    renamed = await chat.send("add eggs")
    assert await german_chat(chat).receipt(renamed.turn_id) == "#5 hinzugefügt"
    await chat.http.patch("/api/tasks/5", json={"title": "Bread"})
    [conflict] = (await german_chat(chat).http.post(f"/api/turns/{renamed.turn_id}/undo")).json()["conflicts"]
    assert conflict["reason"].startswith("#5 wurde seitdem")
    repeated = {"thread_id": renamed.thread_id, "item_id": renamed.turn_id}
    for _ in range(2):  # the second are the stored events of the same request
        again = {"type": "threads.retry_after_item", "params": repeated}
        told = await german_chat(chat).http.post("/api/chatkit", json=again, headers={"Idempotency-Key": "again"})
        assert "#5 wurde seitdem" in told.text
    file = b"title,due\nX,when pigs fly\n"
    preview = await german_chat(chat).http.post("/api/import?format=csv&dry_run=true", content=file)
    assert "kommt ohne" in (preview.json()["notes"] + preview.json()["skipped"])[0]["reason"]
    refused = await german_chat(chat).request("threads.get_by_id", thread_id="thr_none")
    assert refused.json()["detail"] == "Diese Unterhaltung gibt es nicht oder nicht mehr. Fang eine neue an."
    unknown = await german_chat(chat).http.get("/api/nothing")
    assert unknown.json()["detail"].startswith("Unter dieser Adresse gibt es nichts.")
    malformed = await german_chat(chat).http.post("/api/tasks", json={})
    assert malformed.json()["detail"] == "Das Feld title fehlt. Ergänze es und schick die Anfrage noch einmal."
    malformed = await german_chat(chat).http.post("/api/tasks", json={"title": 1, "colour": "red"})
    assert malformed.json()["detail"] == "Das Feld title muss Text sein."
    assert malformed.json()["errors"][1] == {"field": "colour", "message": "ist unbekannt"}
    malformed = await german_chat(chat).request("threads.list", limit="many")
    told = "Das ist keine ChatKit-Anfrage: Das Feld threads.list.params.limit muss"
    assert malformed.json()["detail"].startswith(told)
    assert (await chat.http.get("/api/nothing")).json()["detail"].startswith("There is nothing at this address.")


@pytest.mark.usefixtures("german")
async def test_a_call_of_an_earlier_version_is_shown_in_english(person: Person, gemini: Standin):
    gemini.script([calls(call("create_task", {"title": "Milk"})), text("Done.")])
    turn = await ended_turn(person, "add milk")
    await write(update(ToolExecution).where(col(ToolExecution.thread_id) == turn.thread_id).values(messages=None))
    assert texts(await stored_parts(person, turn.thread_id)) == ["Added #1 Milk"]


@pytest.mark.usefixtures("german", "offline")
async def test_a_choice_stays_german_once_a_task_was_picked(person: Person, chat: Chat):
    await chat.add_tasks("Weekly report", "Yearly report")
    answer = await chat.send("complete the report")
    assert texts(await stored_parts(person, answer.thread_id))[-1] == "Welche ist erledigt?"
    payload = answer.cards[-1]["widget"]["children"][0]["onClickAction"]["payload"]
    await chat.act("choice.pick", payload, answer.thread_id, item_id=answer.cards[-1]["id"])
    assert texts(await stored_parts(person, answer.thread_id))[-1] == "#1 Weekly report erledigt"


@pytest.mark.usefixtures("offline")
async def test_a_message_without_a_language_is_answered_in_the_readers_unless_one_is_set(chat: Chat, person: Person):
    await set_preferences(person, date_order="month")
    for said in ("Zahnarzt am 12/18", "ok", "12/18", "Mango"):
        assert GERMAN.search((await german_chat(chat).send(said)).text), said
        assert not GERMAN.search((await chat.send(said)).text), said
        answered = await german_chat(chat).http.post("/api/assistant", json={"text": said})
        assert GERMAN.search(answered.json()["answer"]), said
    told = await german_chat(chat).send("add milk")
    assert not GERMAN.search(told.text + (await german_chat(chat).send("ok", told.thread_id)).text)
    await set_preferences(person, language="en")
    assert not GERMAN.search((await german_chat(chat).send("ok")).text)


@pytest.mark.usefixtures("german", "offline")
async def test_a_message_of_the_page_without_a_language_is_answered_in_the_pages(person: Person, chat: Chat):
    turn = await start(person.speaking(current_language.get()), "ok")
    assert GERMAN.search(str(await events_of(turn)))
