"""Gemini's failures on the real server: one sentence, no loss, no duplicates."""

import asyncio
import json
import re
import time
from dataclasses import dataclass
from typing import Any

import pytest

from taskchat_app.assistant.agent.agent import ROUNDS_MAX
from taskchat_app.assistant.turns.slots import TURNS_AT_ONCE
from tests.chatting import Answer, Chat, answer_of
from tests.failures.conftest import TURN_SECONDS
from tests.failures.faults import (
    BEGUN,
    FAILING,
    FAULTS,
    LAST_WORDS,
    MENDED,
    REFUSED,
    ROUND_AND_ROUND,
    SLOW_ROUNDS,
    Script,
)
from tests.failures.instances import Instance, visitor
from tests.failures.named_gemini import NamedGemini
from tests.standin import Standin, last_user_text

LATE_SECONDS = 5.0
"""Many cases run at once, so that an end may come this much late."""
ACCOUNTS = 4
"""Each runs as many cases at once as one account may run turns: a turn that waits for a slot would end too late."""
CASES = [*FAILING, *REFUSED, *MENDED, SLOW_ROUNDS]


@pytest.fixture(scope="module")
def model(gemini: NamedGemini) -> Standin:
    gemini.standin.script(Script())
    return gemini.standin


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the answer, how long it took, what is kept, and the answer to the next message."""

    answer: Answer
    seconds: float
    items: list[dict[str, Any]]
    status: str
    next_status: int
    next_words: str
    tasks: list[str]
    """Those of its own, by their title."""

    @property
    def said(self) -> list[str]:
        """What is kept of the assistant's words, up to the next message."""
        next_message = [item["type"] for item in self.items].index("user_message", 1)
        kept = [item for item in self.items[:next_message] if item["type"] == "assistant_message"]
        return [item["content"][0]["text"].strip() for item in kept]

    @property
    def cards(self) -> list[list[dict[str, Any]]]:
        return [item["workflow"]["tasks"] for item in self.items if item["type"] == "workflow"]


async def outcome(chat: Chat, said: str) -> Outcome:
    began = time.monotonic()
    answer = await chat.send(said)
    seconds = time.monotonic() - began
    after = await chat.try_to_send("and now?", answer.thread_id)
    turn = (await chat.http.get(f"/api/turns/{answer.turn_id}")).json()
    items = await chat.items(answer.thread_id)
    words = answer_of(after).text if after.status_code == 200 else after.text
    tasks = [title for title in (await chat.titles()).values() if title == said]
    return Outcome(answer, seconds, items, turn["status"], after.status_code, words, tasks)


@pytest.fixture(scope="module")
def outcomes(steady: Instance, model: Standin) -> dict[str, Outcome]:
    """Many cases at once, each in a conversation of its own, which must not mix."""

    async def of_one_account(cases: list[str]) -> dict[str, Outcome]:
        slots = asyncio.Semaphore(TURNS_AT_ONCE)

        async def in_a_slot(said: str) -> Outcome:
            async with slots:
                return await outcome(chat, said)

        async with visitor(steady) as chat:
            found = await asyncio.gather(*map(in_a_slot, cases))
            titles = list((await chat.titles()).values())
            assert sorted(titles) == sorted(said for said in cases if said.endswith(" · between"))
            return dict(zip(cases, found, strict=True))

    async def everything() -> dict[str, Outcome]:
        accounts = await asyncio.gather(*(of_one_account(CASES[first::ACCOUNTS]) for first in range(ACCOUNTS)))
        # By itself: so many rounds beside all the others would take longer than a turn may.
        around = await of_one_account([ROUND_AND_ROUND])
        return {said: found for account in [*accounts, around] for said, found in account.items()}

    return asyncio.run(everything())


def asked(model: Standin, said: str) -> int:
    """How often Gemini was asked about this message."""
    return sum(last_user_text(request) == said for request in model.requests)


@pytest.mark.parametrize("said", FAILING)
def test_a_failure_is_one_sentence_and_the_conversation_goes_on(
    said: str, outcomes: dict[str, Outcome], model: Standin
):
    name, _, moment = said.partition(" · ")
    fault, found = FAULTS[name], outcomes[said]
    [event] = found.answer.errors
    assert found.answer.events[-1] == event
    assert re.search(fault.told, event["message"])
    assert event["message"].endswith(".")
    assert event.get("allow_retry", False) is fault.retry
    assert found.seconds < TURN_SECONDS + LATE_SECONDS
    assert (found.status, found.next_status, found.next_words) == ("failed", 200, LAST_WORDS)
    times = asked(model, said) - (moment == "between")
    if moment == "middle":
        assert found.said[0].startswith(BEGUN.strip())
        assert found.said[0].count(BEGUN.strip()) == times == 1
    else:
        assert fault.tries <= times <= (3 if fault.tries > 1 else 1)
    assert [[task["status_indicator"] for task in card] for card in found.cards] == (
        [["complete"]] if moment == "between" else []
    )


@pytest.mark.parametrize("said", MENDED)
def test_what_fails_before_anything_was_said_is_tried_again(said: str, outcomes: dict[str, Outcome], model: Standin):
    found = outcomes[said]
    assert (found.answer.text, found.answer.errors, found.status) == (LAST_WORDS, [], "done")
    assert asked(model, said) == (3 if said.endswith("between") else 2)


@pytest.mark.parametrize("said", REFUSED)
def test_a_call_that_cannot_be_carried_out_is_told_to_the_model_and_writes_nothing(
    said: str, outcomes: dict[str, Outcome]
):
    found = outcomes[said]
    assert (found.said[-1], found.answer.errors, found.status) == (LAST_WORDS, [], "done")
    [card] = found.cards
    assert card[-1]["icon"] == "info"
    assert len(card) == (2 if said.endswith("between") else 1)


def test_the_same_call_without_end_is_ended_and_the_conversation_goes_on(outcomes: dict[str, Outcome]):
    found = outcomes[ROUND_AND_ROUND]
    assert "went round in circles" in found.answer.error
    assert len(found.answer.tasks) == ROUNDS_MAX
    assert (found.status, found.next_words) == ("failed", LAST_WORDS)


def test_a_turn_whose_replies_take_too_long_together_is_ended_and_the_conversation_goes_on(
    outcomes: dict[str, Outcome],
):
    found = outcomes[SLOW_ROUNDS]
    assert f"took longer than {TURN_SECONDS:g} seconds" in found.answer.error
    assert found.answer.errors[0]["allow_retry"]
    assert found.seconds < TURN_SECONDS + LATE_SECONDS
    assert 0 < len(found.answer.tasks) < ROUNDS_MAX
    assert (found.status, found.next_words) == ("failed", LAST_WORDS)


def test_the_key_is_in_no_line_of_the_server_no_message_and_no_row(
    steady: Instance, outcomes: dict[str, Outcome], model: Standin
):
    rows = steady.rows()
    assert all(said in rows for said in CASES)
    told = steady.output + rows + json.dumps([one.items + one.answer.events for one in outcomes.values()])
    assert "Gemini failed: bad_key" in told
    assert model.api_key not in told
    assert model.api_key[-8:] not in told
    assert re.findall("Traceback|ERROR", steady.output) == []
