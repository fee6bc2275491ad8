"""What names one date of a repeating task deletes no series."""

import pytest

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.tools.deletion_consent import targets_to_delete
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.assistant.understanding.lists import conversation_with
from tests.assistant.understanding.outcomes import ASKS, Outcome, delete, is_met, update

WEEKLY = "FREQ=WEEKLY;BYDAY=TH"
TASKS = [
    ("Gym", {"due": "2026-11-19T18:00", "recurrence": WEEKLY}),
    ("Sport", {"due": "2026-11-19", "recurrence": WEEKLY}),
    ("Dentist", {"due": "2026-11-19T10:00"}),
    ("Yoga with Anna", {"due": "2026-11-20", "recurrence": "FREQ=WEEKLY"}),
    ("Yoga alone", {"due": "2026-11-21", "recurrence": "FREQ=WEEKLY"}),
    ("Course", {"due": "2026-11-19", "recurrence": "FREQ=WEEKLY;UNTIL=20261120T000000Z"}),
    ("Pay rent", {"due": "2026-11-19", "recurrence": "FREQ=MONTHLY"}),
]
ONE_DATE = [
    ("delete next gym", 1),
    ("delete the next gym", 1),
    ("skip the next gym", 1),
    ("skip the gym", 1),
    ("skip the gym this time", 1),
    ("delete gym just this once", 1),
    ("cancel the gym this time", 1),
    ("sag den Sport diesmal ab", 2),
    ("cancel gym tomorrow", 1),
    ("cancel gym this week", 1),
    ("delete gym this week", 1),
    ("delete this week's gym", 1),
    ("streich Sport diese Woche", 2),
    ("sag den Sport morgen ab", 2),
    ("storniere den nächsten Sport", 2),
    ("lösche den Sport am Donnerstag", 2),
    ("Sport am Donnerstag löschen", 2),
]


@pytest.fixture
def conversation() -> Conversation:
    return conversation_with(TASKS)


@pytest.mark.parametrize(("said", "number"), ONE_DATE)
async def test_one_date_of_a_series_is_asked_about_and_skipped_by_a_yes(
    conversation: Conversation, said: str, number: int
) -> None:
    answer = await conversation.say(said)
    assert conversation.calls == []
    assert any(words in answer for words in ("repeats every Thursday", "wiederholt sich jeden Donnerstag"))
    await conversation.say("yes")
    following = "2026-11-26T18:00" if number == 1 else "2026-11-26"
    assert conversation.calls == update(number, due_date=following).calls


async def test_the_answer_says_what_a_click_does_and_how_the_series_is_deleted(conversation: Conversation) -> None:
    assert await conversation.say("delete next gym") == (
        "#1 Gym repeats every Thursday, so nothing was changed. A click below, or “yes”, skips it once: it is due "
        "Thu 26 Nov, 18:00, then. “Delete 1” deletes all of them."
    )


@pytest.mark.parametrize(("said", "number"), ONE_DATE)
def test_words_for_one_date_of_a_series_consent_to_no_deletion(said: str, number: int) -> None:
    assert number in (1, 2)
    assert targets_to_delete(said, UserClock(BERLIN, WEDNESDAY), repeats=True) == []


@pytest.mark.parametrize("said", ["delete 4 this time", "delete the second one just this once", "lösche die 4 diesmal"])
def test_what_is_skipped_by_place_or_number_consents_to_no_deletion_of_a_series(said: str) -> None:
    assert targets_to_delete(said, UserClock(BERLIN, WEDNESDAY), repeats=True) == []


@pytest.mark.parametrize("said", ["delete the gym", "lösche den Sport", "delete 1"])
def test_the_series_itself_can_be_named(said: str) -> None:
    assert len(targets_to_delete(said, UserClock(BERLIN, WEDNESDAY), repeats=True)) == 1


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("delete the gym", delete(1)),
        ("cancel gym", delete(1)),
        ("lösche den Sport", delete(2)),
        ("delete the next dentist", delete(3)),
        ("delete the dentist tomorrow", delete(3)),
        ("sag den Dentist morgen ab", delete(3)),
        ("delete the next course", delete(6)),  # the last of its series
        ("delete pay rent", delete(7)),
        ("delete next yoga", ASKS),
    ],
)
async def test_other_deletions_are_as_before(conversation: Conversation, said: str, outcome: Outcome) -> None:
    assert await is_met(conversation, said, outcome)


WITH_DONE = [
    ("Monday report", {"done": True}),
    ("Send monday report to Tim", {}),
    ("Meeting of yesterday", {"done": True}),
    ("Next steps", {"done": True}),
    ("Plan next steps for Anna", {}),
    *(("Gym", {"due": "2026-11-12T18:00", "recurrence": WEEKLY, "done": True}) for _ in range(12)),
    ("Gym", {"due": "2026-11-19T18:00", "recurrence": WEEKLY}),
    ("Gestriger Termin", {"done": True}),
]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("delete monday report", delete(1)),
        ("delete the monday report", delete(1)),
        ("delete the meeting of yesterday", delete(3)),
        ("delete next steps", ASKS),
        ("lösche Gestriger Termin", delete(19)),
        ("delete 6", delete(6)),
    ],
)
async def test_words_for_a_date_may_be_those_of_a_done_task(said: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(WITH_DONE), said, outcome)


@pytest.mark.parametrize("said", ["delete the next gym", "skip the gym", "delete gym tomorrow", "cancel the next gym"])
async def test_one_date_of_a_series_is_none_of_its_done_ones(said: str) -> None:
    conversation = conversation_with(WITH_DONE)
    assert "#18 Gym repeats every Thursday" in await conversation.say(said)
    assert await is_met(conversation, "yes", update(18, due_date="2026-11-26T18:00"))


async def test_of_several_series_the_chosen_one_is_skipped_once(conversation: Conversation) -> None:
    await conversation.say("delete the next yoga")
    assert await is_met(conversation, "the second one", update(5, due_date="2026-11-28"))


async def test_all_done_after_a_skipped_date_is_asked_about(conversation: Conversation) -> None:
    for said in ("skip the gym", "yes"):
        await conversation.say(said)
    assert await is_met(conversation, "all done!", ASKS)


@pytest.mark.parametrize(
    ("before", "said", "outcome"),
    [
        ("show tasks", "skip the first one", update(1, due_date="2026-11-26T18:00")),
        ("show tasks", "skip the third", delete(3)),
        ("show tasks", "skip the last one", update(7, due_date="2026-12-19")),
        ("show tasks", "skip the task 3", delete(3)),
        ("show tasks", "skip the 4", update(4, due_date="2026-11-27")),
        ("delete yoga", "skip the second one", update(5, due_date="2026-11-28")),
        ("show tasks", "delete the second one this time", update(2, due_date="2026-11-26")),
        ("show tasks", "lösche die 2 diesmal", update(2, due_date="2026-11-26")),
        ("show tasks", "skip the dentist", delete(3)),
    ],
)
async def test_what_is_skipped_is_named_by_place_or_number(
    conversation: Conversation, before: str, said: str, outcome: Outcome
) -> None:
    await conversation.say(before)
    assert await is_met(conversation, said, outcome)


async def test_the_other_one_of_two_is_skipped() -> None:
    conversation = conversation_with([("Buy milk", {}), ("Buy bread", {})])
    for said in ("show tasks", "complete 1"):
        await conversation.say(said)
    assert await is_met(conversation, "skip the other one", delete(2))
