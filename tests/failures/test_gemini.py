"""Gemini's failures on a real server: one error message, no lost data, no duplicates."""

import asyncio
import json
import re
import time
from dataclasses import dataclass
from typing import Any

import pytest

from taskchat_app.assistant.agent.agent import ROUNDS_MAX
from taskchat_app.domain.limits.answers_at_once import ANSWERS_AT_ONCE
from tests.chatting import Answer, Chat, answer_of
from tests.failures.conftest import TURN_SECONDS
from tests.failures.support.faults import (
    ENDLESS_CALLS,
    FAULT_CASES,
    FAULTS,
    FIRST_WORDS,
    INVALID_CALL_CASES,
    LAST_WORDS,
    RECOVERY_CASES,
    SLOW_REPLIES,
    Script,
)
from tests.failures.support.instances import Instance, chat_client
from tests.failures.support.named_gemini import NamedGemini
from tests.standin import Standin, last_user_text

LATE_SECONDS = 5.0
"""Allowed delay of a turn's end, since many cases run at once."""
ACCOUNTS = 4
"""Each runs as many cases at once as an account has turn slots: a turn that waits for a slot would end too late."""
CASES = [*FAULT_CASES, *INVALID_CALL_CASES, *RECOVERY_CASES, SLOW_REPLIES]


@pytest.fixture(scope="module")
def model(gemini: NamedGemini) -> Standin:
    gemini.standin.script(Script())
    return gemini.standin


@dataclass(frozen=True)
class Result:
    """The result of a case: the answer, its duration, the stored items, and the answer to the next message."""

    answer: Answer
    seconds: float
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
    began = time.monotonic()
    answer = await chat.send(case)
    seconds = time.monotonic() - began
    after = await chat.try_to_send("and now?", answer.thread_id)
    turn = (await chat.http.get(f"/api/turns/{answer.turn_id}")).json()
    items = await chat.items(answer.thread_id)
    words = answer_of(after).text if after.status_code == 200 else after.text
    tasks = [title for title in (await chat.titles()).values() if title == case]
    return Result(answer, seconds, items, turn["status"], after.status_code, words, tasks)


@pytest.fixture(scope="module")
def results(stable: Instance, model: Standin) -> dict[str, Result]:
    """Run the cases concurrently, each in its own thread, and check that they do not mix."""

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
        accounts = await asyncio.gather(*(run_as_one_account(CASES[first::ACCOUNTS]) for first in range(ACCOUNTS)))
        # Not concurrently: so many rounds beside the other cases would exceed the turn's timeout.
        endless = await run_as_one_account([ENDLESS_CALLS])
        return {case: result for account in [*accounts, endless] for case, result in account.items()}

    return asyncio.run(run_all())


def request_count(model: Standin, case: str) -> int:
    """Return how many requests Gemini received for this message."""
    return sum(last_user_text(request) == case for request in model.requests)


@pytest.mark.parametrize("case", FAULT_CASES)
def test_a_failure_is_one_error_message_and_the_thread_accepts_the_next_message(
    case: str, results: dict[str, Result], model: Standin
):
    name, _, moment = case.partition(" · ")
    fault, result = FAULTS[name], results[case]
    [event] = result.answer.errors
    assert result.answer.events[-1] == event
    assert re.search(fault.message, event["message"])
    assert event["message"].endswith(".")
    assert event.get("allow_retry", False) is fault.retry
    assert result.seconds < TURN_SECONDS + LATE_SECONDS
    assert (result.status, result.next_status, result.next_words) == ("failed", 200, LAST_WORDS)
    times = request_count(model, case) - (moment == "between")
    if moment == "middle":
        assert result.stored_texts[0].startswith(FIRST_WORDS.strip())
        assert result.stored_texts[0].count(FIRST_WORDS.strip()) == times == 1
    else:
        assert fault.tries <= times <= (3 if fault.tries > 1 else 1)
    assert [[task["status_indicator"] for task in card] for card in result.cards] == (
        [["complete"]] if moment == "between" else []
    )


@pytest.mark.parametrize("case", RECOVERY_CASES)
def test_a_failure_before_the_first_token_is_retried(case: str, results: dict[str, Result], model: Standin):
    result = results[case]
    assert (result.answer.text, result.answer.errors, result.status) == (LAST_WORDS, [], "done")
    assert request_count(model, case) == (3 if case.endswith("between") else 2)


@pytest.mark.parametrize("case", INVALID_CALL_CASES)
def test_an_invalid_call_is_reported_to_the_model_and_writes_nothing(case: str, results: dict[str, Result]):
    result = results[case]
    assert (result.stored_texts[-1], result.answer.errors, result.status) == (LAST_WORDS, [], "done")
    [card] = result.cards
    assert card[-1]["icon"] == "info"
    assert len(card) == (2 if case.endswith("between") else 1)


def test_endless_calls_are_stopped_and_the_thread_accepts_the_next_message(results: dict[str, Result]):
    result = results[ENDLESS_CALLS]
    assert "went round in circles" in result.answer.error
    assert len(result.answer.tasks) == ROUNDS_MAX
    assert (result.status, result.next_words) == ("failed", LAST_WORDS)


def test_slow_replies_share_the_turns_timeout_and_the_thread_accepts_the_next_message(
    results: dict[str, Result],
):
    result = results[SLOW_REPLIES]
    assert f"took longer than {TURN_SECONDS:g} seconds" in result.answer.error
    assert result.answer.errors[0]["allow_retry"]
    assert result.seconds < TURN_SECONDS + LATE_SECONDS
    assert 0 < len(result.answer.tasks) < ROUNDS_MAX
    assert (result.status, result.next_words) == ("failed", LAST_WORDS)


def test_the_api_key_is_not_in_the_log_nor_in_events_nor_in_the_database(
    stable: Instance, results: dict[str, Result], model: Standin
):
    rows = stable.rows()
    assert all(case in rows for case in CASES)
    events = [result.items + result.answer.events for result in results.values()]
    written = stable.output + rows + json.dumps(events)
    assert "Gemini failed: bad_key" in written
    assert model.api_key not in written
    assert model.api_key[-8:] not in written
    assert re.findall("Traceback|ERROR", stable.output) == []
