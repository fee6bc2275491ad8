"""Fallback: if Gemini fails, the offline rules execute simple commands in the same turn."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.assistant.agent import turn_model
from taskchat_app.assistant.agent.offline_fallback import NOTICE, STILL_WORKS, is_command
from taskchat_app.assistant.gemini import client
from taskchat_app.assistant.gemini.failures import FAILURE_KINDS
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.domain.accounts.accounts import Person
from tests.chatting import Answer, Chat, answer_of, follow_to_end, start
from tests.evidence import Step
from tests.standin import Reply, call, calls, cut_after, error, hang, last_user_text, text
from tests.tables import check, read_rows

MILK = calls(call("create_task", {"title": "Buy milk"}))


def notices(answer: Answer) -> list[dict[str, str]]:
    return [event for event in answer.events if event["type"] == "notice"]


FAILURES: list[tuple[Reply, str]] = [
    (error(401), "bad_key"),
    (error(404), "unknown_model"),
    (error(503), "unavailable"),
    (error(500), "unavailable"),
    (error(429, "Quota exceeded. Please retry in 3600s."), "quota"),
    (error(200, body=[{"error": {"code": 429, "message": "Please retry in 40s."}}]), "quota"),
]


async def test_a_command_is_executed_by_the_rules_with_a_notice(chat: Chat, step: Step):
    for number, (reply, code) in enumerate(FAILURES, 1):
        step(f"{number}: {code}")
        chat.script([reply], repeat=True)
        answer = await chat.send("add buy milk")
        assert answer.errors == []
        assert answer.text == f"Added #{number} Buy milk."
        assert await chat.titles() == dict.fromkeys(range(1, number + 1), "Buy milk")
        [notice] = notices(answer)
        assert (notice["level"], notice["title"]) == ("warning", "Gemini did not answer")
        sentence = FAILURE_KINDS[code].sentence.with_values(model="Gemini", when="|")
        assert notice["message"].startswith(sentence.split("|")[0])
        assert notice["message"].endswith(NOTICE)
        assert answer.event_types.index("notice") < answer.event_types.index("thread.item.added")
        told = await chat.turn(answer.turn_id)
        assert (told["status"], told["receipt"]) == ("done", f"Added #{number}")


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:9/", "hang"])
async def test_the_fallback_works_if_gemini_is_unreachable_or_silent(
    base_url: str, chat: Chat, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    if base_url == "hang":
        configure(TURN_TIMEOUT_SECONDS="100")
        monkeypatch.setattr(turn_model, "FIRST_WORD_TIMEOUT_SHARE", 0.01)
        chat.script([hang(mute=True)])
    else:
        from taskchat_app.assistant.agent import agent

        unreachable = client.GeminiModel(api_key="key", base_url=base_url, model="m", timeout_seconds=5)
        monkeypatch.setattr(agent, "shared_gemini", lambda: unreachable)
    answer = await chat.send("add buy milk and tick it off")
    assert answer.errors == []
    assert await chat.titles("done") == {1: "Buy milk"}
    assert len(notices(answer)) == 1


async def test_completing_finding_renaming_and_deleting_work(chat: Chat, step: Step):
    await chat.add_tasks("Buy milk", "Dentist")
    chat.script([error(503)], repeat=True)
    for said, open_ones in (
        ("list my tasks", {1: "Buy milk", 2: "Dentist"}),
        ("find dentist", {1: "Buy milk", 2: "Dentist"}),
        ("delete everything", {1: "Buy milk", 2: "Dentist"}),
        ("done 1", {2: "Dentist"}),
        ("tick off milk", {2: "Dentist"}),
        ("rename 2 to Doctor", {1: "Buy milk", 2: "Doctor"}),
        ("lösche 2", {1: "Buy milk"}),
    ):
        step(said)
        answer = await chat.send(said)
        assert answer.errors == []
        assert answer.text
        assert await chat.titles("open") == open_ones
        assert bool(answer.cards) == (said == "delete everything")
        await chat.http.post("/api/tasks/1/complete", json={"completed": False})


async def test_a_message_that_the_rules_do_not_understand_is_an_error_with_retry(chat: Chat, step: Step):
    said = ("hello", "what should I do about my life?", "I need to know what is due", "the 2nd")
    for number, words in enumerate(said, 1):
        step(words)
        chat.script([error(401)], repeat=True)
        answer = await chat.send(words)
        assert answer.error == f"{FAILURE_KINDS['bad_key'].sentence.with_values(model='Gemini')} {STILL_WORKS}"
        assert answer.errors[0]["allow_retry"] is True
        assert notices(answer) == []
        assert len(await chat.titles()) == number - 1
        chat.script([MILK, text("Here I am.")])
        again = await chat.request("threads.retry_after_item", thread_id=answer.thread_id, item_id=answer.turn_id)
        assert answer_of(again).text == "Here I am."
        assert await chat.titles() == dict.fromkeys(range(1, number + 1), "Buy milk")


async def test_there_is_no_fallback_after_a_tool_call_or_a_token_and_for_blocked_answers(chat: Chat):
    answer = await chat.send("add buy milk", replies=[MILK, error(401)])
    assert answer.errors[0]["allow_retry"] is True
    assert notices(answer) == []
    assert await chat.titles() == {1: "Buy milk"}
    call_begun = calls(call("create_task", {"title": "Buy milk"}), words="I will add it.")
    for begun in (text("Added it.", pieces=2), call_begun):
        chat.script([cut_after(begun, 1)] * 3)
        answer = await chat.send("add buy milk")
        assert answer.errors
        assert (notices(answer), bool(answer.text)) == ([], True)
    chat.script([error(400, "Request blocked for SAFETY reasons.")], repeat=True)
    answer = await chat.send("add buy milk")
    assert answer.error == FAILURE_KINDS["blocked"].sentence.with_values(model="Gemini")
    assert await chat.titles() == {1: "Buy milk"}


async def test_the_next_turn_uses_gemini_with_the_fallback_in_its_history_and_a_retry_replaces_its_task(chat: Chat):
    answer = await chat.send("add milk", replies=[error(503)] * 3 + [text("Yes, I see #1.")])
    assert (await chat.send("really?", answer.thread_id)).text == "Yes, I see #1."
    roles = [message["role"] for message in chat.asked[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]
    chat.script([calls(call("create_task", {"title": "Milk"})), text("Added.")])
    again = await chat.request("threads.retry_after_item", thread_id=answer.thread_id, item_id=answer.turn_id)
    assert answer_of(again).text == "Added."
    assert list((await chat.titles()).values()) == ["Milk"]
    assert chat.gemini.refusals == []


async def test_references_in_a_fallback_resolve_to_what_gemini_listed(chat: Chat, person: Person):
    await chat.add_tasks("One", "Two", "Three")
    answer = await chat.send("list", replies=[calls(call("list_tasks")), text("Three.")])
    chat.script([error(503)], repeat=True)
    done = await follow_to_end(await start(person, "tick off the second one", answer.thread_id))
    assert done.text == "Completed #2 Two."
    assert last_user_text(chat.asked[-1]).endswith("“the second one” is #2.)")


COMMANDS = Path(__file__).parent / "tables/commands.txt"
CLOCK = UserClock(ZoneInfo("UTC"), datetime(2026, 11, 20, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("rule", "alone", "beside_files"),
    [
        ("A command", True, None),
        ("No command", False, None),
        ("No command, since its words are asked about", False, False),
        ("A command, but not beside an attached file, which it may be about", True, False),
        ("A command beside an attached file, too", None, True),
    ],
)
def test_a_message_is_a_command_or_not(rule: str, alone: bool | None, beside_files: bool | None):
    rows = read_rows(COMMANDS, rule)
    told = [(is_command(row.given, CLOCK), is_command(row.given, CLOCK, beside_files=True)) for row in rows]
    is_right = [alone in (None, by_itself) and beside_files in (None, beside) for by_itself, beside in told]
    check(rows, (row.given if right else one for row, right, one in zip(rows, is_right, told, strict=True)))


def test_a_command_has_200_characters_at_most():
    assert is_command("add " + "x" * 196, CLOCK)
    assert not is_command("add " + "x" * 197, CLOCK)
