"""Failures of Gemini on a real server, also of one out of reach: one error message, no lost data, no duplicates."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from taskchat_app.assistant.agent.agent import ROUNDS_MAX
from taskchat_app.assistant.turns.answer import ANSWERS_AT_ONCE
from tests.chatting import Answer, Chat, answer_of
from tests.failures.support import faults
from tests.failures.support.instances import Instance, chat_client
from tests.failures.support.named_gemini import ANSWER, BETWEEN, NamedGemini
from tests.standin import API_KEY, Standin, last_user_text

pytestmark = pytest.mark.soak

CASES = [*faults.FAULT_CASES, *faults.INVALID_CALL_CASES, *faults.RECOVERY_CASES, faults.SLOW_REPLIES]
LONG_CASES = [*faults.TIMEOUT_CASES, faults.SLOW_REPLIES]
"""They only wait: all run at once, by as many accounts as have slots for so many turns."""


@pytest.fixture(scope="module")
def model(gemini: NamedGemini) -> Standin:
    gemini.standin.script(faults.Script())
    return gemini.standin


@dataclass(frozen=True)
class Result:
    """The result of a case: the answer, the stored items, and the answer to the next message."""

    answer: Answer
    items: list[dict[str, Any]]
    status: str
    next_status: int
    next_words: str
    tasks: list[str]
    """The titles of the tasks that this case created."""

    @property
    def stored_texts(self) -> list[str]:
        """The stored texts of the assistant, up to the next message."""
        next_message = [item["type"] for item in self.items].index("user_message", 1)
        messages = [item for item in self.items[:next_message] if item["type"] == "assistant_message"]
        return [item["content"][0]["text"].strip() for item in messages]

    @property
    def cards(self) -> list[list[dict[str, Any]]]:
        return [item["workflow"]["tasks"] for item in self.items if item["type"] == "workflow"]


async def run_case(chat: Chat, case: str) -> Result:
    answer = await chat.send(case)
    after = await chat.try_to_send("and now?", answer.thread_id)
    turn = await chat.turn(answer.turn_id)
    items = await chat.items(answer.thread_id)
    words = answer_of(after).text if after.status_code == 200 else after.text
    tasks = [title for title in (await chat.titles()).values() if title == case]
    return Result(answer, items, turn["status"], after.status_code, words, tasks)


@pytest.fixture(scope="module")
def results(stable: Instance, model: Standin) -> dict[str, Result]:
    """Run the cases, each in its own thread, several at once in one account, and check that they do not mix."""

    async def run_as_one_account(cases: list[str]) -> dict[str, Result]:
        slots = asyncio.Semaphore(ANSWERS_AT_ONCE)

        async def in_a_slot(case: str) -> Result:
            async with slots:
                return await run_case(chat, case)

        async with chat_client(stable) as chat:
            results = await asyncio.gather(*map(in_a_slot, cases))
            titles = list((await chat.titles()).values())
            assert sorted(titles) == sorted(case for case in cases if case.endswith(" · between"))
            return dict(zip(cases, results, strict=True))

    async def run_all() -> dict[str, Result]:
        long = [LONG_CASES[first : first + ANSWERS_AT_ONCE] for first in range(0, len(LONG_CASES), ANSWERS_AT_ONCE)]
        quick = [case for case in CASES if case not in LONG_CASES]
        accounts = await asyncio.gather(*map(run_as_one_account, [*long, quick]))
        # Not beside other cases: its rounds take long then.
        endless = await run_as_one_account([faults.ENDLESS_CALLS])
        return {case: result for account in [*accounts, endless] for case, result in account.items()}

    return asyncio.run(run_all())


def request_count(model: Standin, case: str) -> int:
    """Return how many requests Gemini received for this message."""
    return sum(last_user_text(request) == case for request in model.requests)


def test_a_failure_is_one_error_message_and_the_thread_stays_usable(results: dict[str, Result], model: Standin):
    wrong = {case: found for case in faults.FAULT_CASES if (found := breaches(case, results[case], model))}
    assert wrong == {}


def breaches(case: str, result: Result, model: Standin) -> list[str]:
    """Return what is not as it must be after this failure."""
    name, _, moment = case.partition(" · ")
    fault, event = faults.FAULTS[name], (result.answer.errors or [{"message": ""}])[0]
    times = request_count(model, case) - (moment == "between")
    stored, first_words = result.stored_texts[:1], faults.FIRST_WORDS.strip()
    if moment == "middle":
        is_tried = times == 1 and stored[0].startswith(first_words) and stored[0].count(first_words) == 1
    else:
        is_tried = fault.tries <= times <= (3 if fault.tries > 1 else 1)
    cards = [[task["status_indicator"] for task in card] for card in result.cards]
    as_expected = {
        f"errors: {result.answer.errors}": len(result.answer.errors) == 1,
        f"the last event: {result.answer.events[-1]}": result.answer.events[-1] == event,
        f"the message: {event['message']}": re.search(f"(?:{fault.message}).*\\.$", event["message"]),
        f"allow_retry: {event.get('allow_retry')}": event.get("allow_retry", False) is fault.retry,
        f"the turn: {result.status}": result.status == "failed",
        f"the next answer: {result.next_status} {result.next_words}": (result.next_status, result.next_words)
        == (200, faults.LAST_WORDS),
        f"{times} requests, stored: {stored}": is_tried,
        f"cards: {cards}": cards == ([["complete"]] if moment == "between" else []),
    }
    return [found for found, is_right in as_expected.items() if not is_right]


def test_a_failure_before_the_first_token_is_retried(results: dict[str, Result], model: Standin):
    found = {
        case: (result.answer.text, result.answer.errors, result.status, request_count(model, case))
        for case, result in results.items()
        if case in faults.RECOVERY_CASES
    }
    assert found == {
        case: (faults.LAST_WORDS, [], "done", 3 if case.endswith("between") else 2) for case in faults.RECOVERY_CASES
    }


def test_an_invalid_call_is_reported_to_the_model_and_writes_nothing(results: dict[str, Result]):
    found = {case: results[case] for case in faults.INVALID_CALL_CASES}
    assert {
        case: (result.stored_texts[-1], result.answer.errors, result.status, [len(card) for card in result.cards])
        for case, result in found.items()
    } == {case: (faults.LAST_WORDS, [], "done", [2 if case.endswith("between") else 1]) for case in found}
    assert {result.cards[0][-1]["icon"] for result in found.values()} == {"info"}


def test_endless_calls_are_stopped_and_the_thread_accepts_the_next_message(results: dict[str, Result]):
    result = results[faults.ENDLESS_CALLS]
    assert "went round in circles" in result.answer.error
    assert len(result.answer.tasks) == ROUNDS_MAX
    assert (result.status, result.next_words) == ("failed", faults.LAST_WORDS)


def test_slow_replies_share_the_turns_timeout_and_the_thread_stays_usable(results: dict[str, Result]):
    result = results[faults.SLOW_REPLIES]
    assert f"took longer than {faults.TURN_SECONDS} seconds" in result.answer.error
    assert result.answer.errors[0]["allow_retry"]
    assert 0 < len(result.answer.tasks) < ROUNDS_MAX
    assert (result.status, result.next_words) == ("failed", faults.LAST_WORDS)


def test_the_api_key_is_in_no_log_event_or_row(stable: Instance, results: dict[str, Result], model: Standin):
    rows = stable.rows()
    assert all(case in rows for case in CASES)
    events = [result.items + result.answer.events for result in results.values()]
    written = stable.output + rows + json.dumps(events)
    assert "Gemini failed: bad_key" in written
    assert model.api_key not in written
    assert model.api_key[-8:] not in written
    assert re.findall("Traceback|ERROR", stable.output) == []


async def test_an_unreachable_gemini_is_one_error_message_and_used_again_later(stable: Instance, gemini: NamedGemini):
    gemini.restart()
    async with chat_client(stable) as chat:
        gemini.fail_between_calls(gemini.remove_name)
        await check_unreachable(chat, gemini, "Name", gemini.add_name)
        gemini.fail_between_calls(gemini.stop)
        await check_unreachable(chat, gemini, "Port", gemini.restart)
    assert API_KEY not in stable.output
    assert API_KEY not in stable.rows()


async def check_unreachable(chat: Chat, gemini: NamedGemini, what: str, restart: Callable[[], None]) -> None:
    """Check failures between two calls and before the first token, simple commands meanwhile, and recovery."""
    before = await chat.titles()
    between = await chat.send(BETWEEN)
    first, command = await asyncio.gather(chat.send(f"what about {what}?"), chat.send(f"add {what}"))
    for answer in (between, first):
        assert answer.error.startswith("The server cannot reach Gemini."), what
        assert answer.errors[0]["allow_retry"]
    assert command.errors == []
    assert sorted((await chat.titles()).values()) == sorted([*before.values(), "Buy milk", what])
    restart()
    gemini.fail_between_calls(gemini.stop)
    asking = [chat.send("and now?", answer.thread_id) for answer in (between, first)]
    again: list[Answer] = await asyncio.gather(*asking)
    assert [(answer.text, answer.errors) for answer in again] == [(ANSWER, [])] * 2
