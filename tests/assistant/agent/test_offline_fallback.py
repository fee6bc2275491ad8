"""Fallback: if Gemini fails, the offline rules execute simple commands in the same turn."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.assistant.agent.offline_fallback import NOTICE, NOTICE_TITLE, STILL_WORKS, is_command
from taskchat_app.assistant.gemini import client
from taskchat_app.assistant.gemini.failures import FAILURE_KINDS
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from tests.chatting import Answer, Chat, answer_of, follow_to_end, start
from tests.standin import Reply, Standin, call, calls, cut_after, error, hang, last_user_text, text

MILK = calls(call("create_task", {"title": "Buy milk"}))


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0.005)


def notices(answer: Answer) -> list[dict[str, str]]:
    return [event for event in answer.events if event["type"] == "notice"]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (error(401), "bad_key"),
        (error(404), "unknown_model"),
        (error(503), "unavailable"),
        (error(500), "unavailable"),
        (error(429, "Quota exceeded. Please retry in 3600s."), "quota"),
        (error(200, body=[{"error": {"code": 429, "message": "Please retry in 40s."}}]), "quota"),
    ],
)
async def test_a_command_is_executed_by_the_rules_with_a_notice(
    reply: Reply, code: str, chat: Chat, gemini: Standin
) -> None:
    gemini.script([reply], repeat=True)
    answer = await chat.send("add buy milk")
    assert answer.errors == []
    assert answer.text == "Added #1 Buy milk."
    assert await chat.titles() == {1: "Buy milk"}
    [notice] = notices(answer)
    assert (notice["level"], notice["title"]) == ("warning", NOTICE_TITLE)
    assert notice["message"].startswith(FAILURE_KINDS[code].sentence.split("{")[0])
    assert notice["message"].endswith(NOTICE)
    assert answer.event_types.index("notice") < answer.event_types.index("thread.item.added")
    told = (await chat.http.get(f"/api/turns/{answer.turn_id}")).json()
    assert (told["status"], told["receipt"]) == ("done", "Added #1")


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:9/", "hang"])
async def test_the_fallback_works_if_gemini_is_unreachable_or_silent(
    base_url: str, chat: Chat, gemini: Standin, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    if base_url == "hang":
        configure(TURN_TIMEOUT_SECONDS="4")
        gemini.script([hang(mute=True)])
    else:
        from taskchat_app.assistant.agent import agent

        unreachable = client.GeminiModel(api_key="key", base_url=base_url, model="m", timeout_seconds=5)
        monkeypatch.setattr(agent, "shared_gemini", lambda: unreachable)
    answer = await chat.send("add buy milk and tick it off")
    assert answer.errors == []
    assert await chat.titles("done") == {1: "Buy milk"}
    assert len(notices(answer)) == 1


@pytest.mark.parametrize(
    ("said", "open_ones"),
    [
        ("done 1", {2: "Dentist"}),
        ("tick off milk", {2: "Dentist"}),
        ("lösche 2", {1: "Buy milk"}),
        ("rename 2 to Doctor", {1: "Buy milk", 2: "Doctor"}),
        ("find dentist", {1: "Buy milk", 2: "Dentist"}),
        ("list my tasks", {1: "Buy milk", 2: "Dentist"}),
        ("delete everything", {1: "Buy milk", 2: "Dentist"}),
    ],
)
async def test_completing_finding_renaming_and_deleting_work(
    said: str, open_ones: dict[int, str], chat: Chat, gemini: Standin
) -> None:
    await chat.add_tasks("Buy milk", "Dentist")
    gemini.script([error(503)], repeat=True)
    answer = await chat.send(said)
    assert answer.errors == []
    assert answer.text
    assert await chat.titles("open") == open_ones
    assert bool(answer.cards) == (said == "delete everything")


@pytest.mark.parametrize("said", ["hello", "what should I do about my life?", "I need to know what is due", "the 2nd"])
async def test_a_message_that_the_rules_do_not_understand_is_an_error_with_retry(
    said: str, chat: Chat, gemini: Standin
) -> None:
    gemini.script([error(401)], repeat=True)
    answer = await chat.send(said)
    assert answer.error == f"{FAILURE_KINDS['bad_key'].sentence} {STILL_WORKS}"
    assert answer.errors[0]["allow_retry"] is True
    assert notices(answer) == []
    assert await chat.titles() == {}
    gemini.script([MILK, text("Here I am.")])
    again = await chat.request("threads.retry_after_item", thread_id=answer.thread_id, item_id=answer.turn_id)
    assert answer_of(again).text == "Here I am."
    assert await chat.titles() == {1: "Buy milk"}


async def test_there_is_no_fallback_after_a_tool_call(chat: Chat, gemini: Standin) -> None:
    gemini.script([MILK, error(401)])
    answer = await chat.send("add buy milk")
    assert answer.errors[0]["allow_retry"] is True
    assert notices(answer) == []
    assert await chat.titles() == {1: "Buy milk"}


@pytest.mark.parametrize("words", ["", "I will add it."])
async def test_there_is_no_fallback_after_the_first_token(words: str, chat: Chat, gemini: Standin) -> None:
    begun = calls(call("create_task", {"title": "Buy milk"}), words=words) if words else text("Added it.", pieces=2)
    gemini.script([cut_after(begun, 1)] * 3)
    answer = await chat.send("add buy milk")
    assert answer.errors
    assert notices(answer) == []
    assert answer.text
    assert await chat.titles() == {}


async def test_there_is_no_fallback_for_blocked_answers(chat: Chat, gemini: Standin) -> None:
    blocked = error(400, "Request blocked for SAFETY reasons.")
    gemini.script([blocked], repeat=True)
    answer = await chat.send("add buy milk")
    assert answer.error == FAILURE_KINDS["blocked"].sentence
    assert await chat.titles() == {}


async def test_retrying_a_fallback_answer_with_gemini_replaces_its_task(chat: Chat, gemini: Standin) -> None:
    gemini.script([error(503)] * 3 + [calls(call("create_task", {"title": "Milk"})), text("Added.")])
    answer = await chat.send("add milk")
    again = await chat.request("threads.retry_after_item", thread_id=answer.thread_id, item_id=answer.turn_id)
    assert answer_of(again).text == "Added."
    assert list((await chat.titles()).values()) == ["Milk"]


async def test_the_next_turn_uses_gemini_with_the_fallback_in_its_history(chat: Chat, gemini: Standin) -> None:
    gemini.script([error(503)] * 3 + [text("Yes, I see #1.")])
    answer = await chat.send("add milk")
    assert (await chat.send("really?", answer.thread_id)).text == "Yes, I see #1."
    roles = [message["role"] for message in gemini.requests[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]
    assert gemini.refusals == []


async def test_references_in_a_fallback_resolve_to_what_gemini_listed(
    chat: Chat, gemini: Standin, person: Person
) -> None:
    await chat.add_tasks("One", "Two", "Three")
    gemini.script([calls(call("list_tasks")), text("Three.")])
    answer = await chat.send("list")
    gemini.script([error(503)], repeat=True)
    done = await follow_to_end(await start(person, "tick off the second one", answer.thread_id))
    assert done.text == "Completed #2 Two."
    assert last_user_text(gemini.requests[-1]).endswith("“the second one” is #2.)")


@pytest.mark.parametrize(
    "said", ["add milk", "done 3", "find dentist", "was ist heute fällig?", "move 3 to friday", "remind me to call mum",
     "add " + "x" * 196],
)  # fmt: skip
def test_one_line_commands_are_commands(said: str) -> None:
    assert is_command(said, UserClock(ZoneInfo("UTC"), now()))


@pytest.mark.parametrize(
    "said",
    ["", "hello", "help", "I need to think about it", "ich muss nachdenken", "add milk\nand bread", "add " + "x" * 197,
     "move 3 to nevermore", "it", "add milk. Also, how is the weather"],
)  # fmt: skip
def test_other_messages_are_not_commands(said: str) -> None:
    assert not is_command(said, UserClock(ZoneInfo("UTC"), now()))


@pytest.mark.parametrize(
    "said",
    ["add all", "add all of them", "add everything", "add everything in this photo", "add the tasks in this photo",
     "add all the items on this list", "add all of these as tasks please", "put all of this on my list for tomorrow",
     "please add everything on the list", "add every item from the list", "add what's in the picture", "add both",
     "create tasks from this file", "add my homework from the pdf", "add the attached list", "add the shopping list",
     "add lines 1-3", "add 1, 3-5", "new task: everything on the photo", "find everything in this photo",
     "complete everything in this photo", "complete everything on this list", "delete everything in this file",
     "füge alles hinzu", "alle hinzufügen", "notiere alles", "füge alles auf dem Foto hinzu", "füge diese hinzu",
     "füge die Aufgaben aus der Liste hinzu", "füge die Aufgaben auf dem Foto hinzu", "erledige alles auf dem Bild",
     "add them as tasks", "add everything as tasks", "add both as tasks", "add all ingredients",
     "add all except line 2", "füge alles als Aufgaben hinzu", "add text from the photo",
     "add phone numbers from this photo", "complete the tasks in this photo", "add lines that are circled",
     "add both my homework tasks", "add all open points from the meeting", "füge alle Zutaten hinzu",
     "füge Text aus dem Bild hinzu", "complete all tasks on this list due today",
     "delete everything tagged work in this photo", "remind me to call mum and add everything in this photo",
     "erledige alle Termine im Bild", "erledige alle Termine im Foto", "lösche alle Termine im Bild",
     "complete these bills", "complete those photos", "complete all of these due today",
     "complete all of these tagged work", "move all of these due today to friday",
     "complete all meetings in this document", "delete all bills in this photo",
     "lösche alle erledigten Aufgaben auf dem Foto", "erledige alles mit Tag arbeit auf dem Foto",
     "lösche diese Datei", "add all to-dos", "add all to-do items", "add all e-mails",
     "add all exams, homework and deadlines", "add all dates mentioned", "add all dates listed here",
     "add all deadlines mentioned here", "add all ingredients needed", "add all chores shown here",
     "add all birthdays here", "add all steps below", "add all dates highlighted in yellow",
     "add all groceries not crossed out", "add all upcoming homework", "add all handwritten text",
     "add all required reading", "add all missing equipment", "add email address from this photo",
     "add phone number of the plumber from this photo", "add phone numbers and addresses from this photo",
     "add text from page 2 of the pdf", "add text messages from this screenshot", "add text and dates from the photo",
     "add book recommendations from this photo", "add contact list from the photo",
     "add email contacts from this list", "add invoice total from the pdf", "add study plan from the pdf",
     "add return dates from the pdf", "add visit times from the photo", "add practice problems from the pdf",
     "add water bill from the photo", "add exercise from the photo",
     "remind me on friday from 3 to 5 about everything in this photo",
     "remind me at ten to five about the tasks in this photo", "remind me prior to all deadlines in this pdf",
     "complete the bill in this photo", "add each line", "remind me at ten to five of everything in this photo",
     "remind me at quarter to five of all deadlines",
     "complete everything tagged work on this list", "tick off milk and eggs from this list", "complete all of them",
     "delete everything except the bills in this photo", "complete bills in this photo", "complete these tasks",
     "create a task for each of these", "tick off all of it", "complete them all",
     "rename these bills to pay rent", "complete all of these tasks", "add this bill",
     "remind me about this tomorrow", "rename this to electricity bill", "move this to friday", "complete this",
     "delete this", "lösche das", "verschiebe das auf Freitag", "tick off the list", "mark the list as done",
     "erledige die Liste", "complete all", "erledige alles", "tag all as homework", "set everything to high",
     "move everything to friday", "tick off all chores in it", "complete all overdue tasks in it"],
)  # fmt: skip
def test_what_is_said_about_an_attached_file_is_a_command_only_without_one(said: str) -> None:
    clock = UserClock(ZoneInfo("UTC"), now())
    assert is_command(said, clock)
    assert not is_command(said, clock, beside_files=True)


@pytest.mark.parametrize(
    "said",
    ["add call mum", "add milk to my shopping list", "put milk on the list", "remind me to send this photo tomorrow",
     "add print the photos", "done 3", "find dentist", "show my list", "delete everything", "add allotment rent",
     "füge Milch hinzu", "setz Milch auf die Einkaufsliste", "Bild aufhängen hinzufügen", "erledige 3",
     "remind me to sign the last page of the document tomorrow", "add call the number on the photo",
     "add pay the invoice in the attached pdf by friday", "rename 3 to notes on the document",
     "complete review of the document", "add milk to this list", "add line up a plumber", "add all-hands at 3pm",
     "add both bikes to the service", "delete everything tagged work", "complete everything due today",
     "lösche alles mit dem Schlagwort arbeit", "erledige alle Aufgaben mit dem Schlagwort arbeit",
     "move it to friday", "move everything due this week to friday",
     "add all hands meeting at 3pm", "add all day workshop on friday",
     "remind me to read chapter 3 of the pdf tomorrow", "remind me to email Bob about errors in the document",
     "remind me to order numbers from the list", "remind me tomorrow to finish page 3 of the pdf",
     "add print pages 3 to 5 of the pdf",
     "erinnere mich morgen daran, das Formular im Anhang zu unterschreiben",
     "complete all tasks tagged shop", "add pay the invoice in this pdf", "complete all overdue tasks",
     "add everything bagels", "add all-natural soap", "complete milk", "erledige alles, was diese Woche fällig ist",
     "remind me to order milk from the list"],
)  # fmt: skip
def test_other_commands_are_commands_beside_a_file_as_well(said: str) -> None:
    assert is_command(said, UserClock(ZoneInfo("UTC"), now()), beside_files=True)
