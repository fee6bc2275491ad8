"""Commands about a task with a date in them: to do it by then, to move it there or by so much."""

from typing import Any

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.assistant.understanding.lists import conversation_with
from tests.assistant.understanding.outcomes import Outcome, add, done, is_met, offers, update

TASKS: list[tuple[str, dict[str, Any]]] = [
    ("Dentist", {"due": "2026-11-20T09:30"}),
    ("Write report", {"due": "2026-11-17", "overdue": True}),
    ("Book flights to Lisbon", {"due": "2026-11-19"}),
    ("Team meeting", {"due": "2026-11-19T14:00"}),
    ("Steuererklärung abgeben", {"due": "2026-11-30"}),
    ("Call mum", {}),
]


@pytest.fixture
def conversation() -> Conversation:
    return conversation_with(TASKS)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("finish report by friday", offers("Finish report", due_date="2026-11-20")),
        ("please finish the report by friday", offers("Finish the report", due_date="2026-11-20")),
        ("can you finish the report by friday?", offers("Finish the report", due_date="2026-11-20")),
        ("close the report before friday", offers("Close the report", due_date="2026-11-19")),
        ("complete flights tomorrow", offers("Complete flights", due_date="2026-11-19")),
        ("erledige die Steuererklärung bis 30.11.", offers("Erledige die Steuererklärung", due_date="2026-11-30")),
        ("Steuererklärung bis Montag, 30.11. erledigen", offers("Steuererklärung erledigen", due_date="2026-11-30")),
        ("schließe die Steuererklärung am 30.11. ab", offers("Schließe die Steuererklärung ab", due_date="2026-11-30")),
        ("I need to finish the report by friday", add("Finish the report", due_date="2026-11-20")),
        ("complete the dentist of friday", done(1)),
        ("tick off the dentist on friday", done(1)),
        ("complete the tasks due tomorrow", Outcome("calls", [("bulk_complete_tasks", {"task_ids": [3, 4]})])),
        ("finish the report", done(2)),
        ("Steuererklärung erledigen", done(5)),
    ],
)
async def test_who_wants_to_finish_by_a_date_has_not_finished(
    conversation: Conversation, sentence: str, outcome: Outcome
) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    "sentence",
    [
        "finish report by eod",
        "finish report this week",
        "finish the report by the end of the month",
        "Steuererklärung bis Ende des Monats erledigen",
        "Steuererklärung diesen Monat erledigen",
    ],
)
async def test_nothing_is_completed_before_its_period_is_over(conversation: Conversation, sentence: str) -> None:
    await conversation.say(sentence)
    assert conversation.calls == []
    assert [command.kind for command in read_message(sentence, UserClock(BERLIN, WEDNESDAY))] == ["offer"]


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("bring the dentist forward by a day", update(1, due_date="2026-11-19T09:30")),
        ("bring the team meeting forward an hour", update(4, due_date="2026-11-19T13:00")),
        ("bring forward the dentist by two hours", update(1, due_date="2026-11-20T07:30")),
        ("pull the dentist up by a day", update(1, due_date="2026-11-19T09:30")),
        ("move the dentist forward by a day", update(1, due_date="2026-11-21T09:30")),
        ("push the dentist back by a day", update(1, due_date="2026-11-21T09:30")),
        ("postpone the dentist a week", update(1, due_date="2026-11-27T09:30")),
        ("snooze 4 an hour", update(4, due_date="2026-11-19T15:00")),
        ("verschiebe 5 3 Tage", update(5, due_date="2026-12-03")),
    ],
)
async def test_what_is_brought_forward_is_due_earlier(
    conversation: Conversation, sentence: str, outcome: Outcome
) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    "sentence",
    ["move dentist friday", "move report saturday", "postpone dentist a week", "delay meeting a day"],
)
async def test_what_may_be_a_new_task_is_moved_by_nobody_unasked(conversation: Conversation, sentence: str) -> None:
    assert (await conversation.say(sentence)).startswith("Do you mean this task by")
    assert conversation.calls == []
    await conversation.say("yes")
    assert [tool for tool, _ in conversation.calls] == ["update_task"]


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("set the table sunday", offers("Set the table", due_date="2026-11-22")),
        (
            "put 2 posters on the wall on friday",
            offers("Put 2 posters on the wall", due_date="2026-11-20"),
        ),
    ],
)
async def test_a_new_task_with_a_weekday_changes_no_other(
    conversation: Conversation, sentence: str, outcome: Outcome
) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        (
            "make the flights 30 minutes earlier",
            "#3 Book flights to Lisbon has no time of day, so nothing was changed.",
        ),
        ("push the flights back an hour", "#3 Book flights to Lisbon has no time of day, so nothing was changed."),
        ("push 1 and 3 back by half an hour", "#3 Book flights to Lisbon has no time of day, so nothing was changed."),
        ("verschiebe 5 um eine Stunde nach vorne", "#5 Steuererklärung abgeben hat keine Uhrzeit, also wurde nichts"),
        ("verschiebe 6 um eine Stunde nach vorne", "#6 Call mum hat keine Uhrzeit, also wurde nichts geändert."),
    ],
)
async def test_what_has_no_time_of_day_is_not_moved_by_hours(
    conversation: Conversation, sentence: str, answer: str
) -> None:
    assert (await conversation.say(sentence)).startswith(answer)
    assert conversation.calls == []


async def test_what_has_no_time_of_day_is_moved_by_days(conversation: Conversation) -> None:
    await conversation.say("push the flights back by a day")
    assert conversation.calls == [("update_task", {"task_id": 3, "due_date": "2026-11-20"})]


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("move the report to the day after tomorrow", update(2, due_date="the day after tomorrow")),
        ("move the report to friday next week", update(2, due_date="friday next week")),
        ("move the report to next week", update(2, due_date="next week")),
        ("move the dentist from friday to monday", update(1, due_date="monday")),
        ("remind me to call Tom two hours from now", add("Call Tom", due_date="2026-11-18T13:00")),
        ("remind me to call Tom now", add("Call Tom")),
        ("move the dentist friday", update(1, due_date="friday")),
        ("move 2 friday", update(2, due_date="friday")),
        ("verschieb 2 auf Freitagnachmittag", update(2, due_date="2026-11-20T15:00")),
        ("put 2 on friday", update(2, due_date="friday")),
        ("verschiebe den Dentist Freitag", update(1, due_date="Freitag")),
    ],
)
async def test_a_date_is_read_to_its_end(conversation: Conversation, sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation, sentence, outcome)


def read(sentence: str) -> tuple[str, dict[str, Any]]:
    (command,) = read_message(sentence, UserClock(BERLIN, WEDNESDAY))
    return command.kind, command.given


@pytest.mark.parametrize(
    ("sentence", "kind", "given"),
    [
        ("neue Aufgabe Miete überweisen am 3.", "add", {"title": "Miete überweisen", "due_date": "2026-12-03"}),
        ("neue Aufgabe Miete überweisen bis 15.", "add", {"title": "Miete überweisen", "due_date": "2026-12-15"}),
        ("neue Aufgabe: Kündigung zum 1.", "add", {"title": "Kündigung", "due_date": "2026-12-01"}),
        ("Miete bis zum 15.", "offer", {"title": "Miete", "due_date": "2026-12-15"}),
        ("erinnere mich an die Miete am 3.", "remind", {"title": "Miete", "due_date": "2026-12-03"}),
        (
            "neue Aufgabe: Miete jeden Monat am 1.",
            "add",
            {"title": "Miete", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=1"},
        ),
        ("Miete monatlich am 15.", "offer", {"title": "Miete", "recurrence": "FREQ=MONTHLY;BYMONTHDAY=15"}),
        # A full stop, or no day of a month.
        ("neue Aufgabe: Kapitel 1 bis 3.", "add", {"title": "Kapitel 1 bis 3"}),
        ("neue Aufgabe: Urlaub vom 1. bis 3.", "add", {"title": "Urlaub vom 1. bis 3"}),
        ("neue Aufgabe: Bestellung vom 3.", "add", {"title": "Bestellung vom 3"}),
        ("neue Aufgabe: Treffen um 18.", "add", {"title": "Treffen", "due_date": "2026-11-18T18:00"}),
        ("neue Aufgabe: Putzen am 40.", "add", {"title": "Putzen am 40"}),
    ],
)
def test_a_day_of_the_month_at_the_end_keeps_its_dot(sentence: str, kind: str, given: dict[str, Any]) -> None:
    assert read(sentence) == (kind, given)


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("make 4 repeat every monday until june", {"recurrence": "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"}),
        ("repeat 3 every day for 10 days", {"recurrence": "FREQ=DAILY;COUNT=10"}),
        ("make it daily except sunday", {"recurrence": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"}),
        (
            "wiederhole 3 jeden Montag um 9 bis Juni",
            {"recurrence": "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630", "due_date": "2026-11-23T09:00"},
        ),
        ("repeat 3 every friday", {"recurrence": "FREQ=WEEKLY;BYDAY=FR"}),
        ("repeat 3 mon wed fri", {"recurrence": "FREQ=WEEKLY;BYDAY=MO,WE,FR"}),
        ("repeat it on mondays", {"recurrence": "FREQ=WEEKLY;BYDAY=MO"}),
        ("wiederhole 3 Mo und Fr", {"recurrence": "FREQ=WEEKLY;BYDAY=MO,FR"}),
        ("repeat the friday report every week", {"recurrence": "FREQ=WEEKLY"}),
    ],
)
def test_a_task_repeats_up_to_its_end_and_at_its_time(sentence: str, given: dict[str, Any]) -> None:
    assert read(sentence) == ("update", given)


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("every friday remind me to submit the form until june", "Submit the form"),
        ("remind me every day until june to take meds", "Take meds"),
        ("erinnere mich jeden Tag bis Juni an die Tabletten", "Tabletten"),
    ],
)
def test_a_reminder_repeats_up_to_its_end(sentence: str, title: str) -> None:
    kind, given = read(sentence)
    assert (kind, given["title"]) == ("add", title)
    assert given["recurrence"].endswith(";UNTIL=20270630")


@pytest.mark.parametrize(
    ("sentence", "kind", "given"),
    [
        (
            "add a recurring task call bob every monday",
            "add",
            {"title": "Call bob", "recurrence": "FREQ=WEEKLY;BYDAY=MO"},
        ),
        ("add a daily task: call bob", "add", {"title": "Call bob", "recurrence": "FREQ=DAILY"}),
        ("weekly task: call bob", "add", {"title": "Call bob", "recurrence": "FREQ=WEEKLY"}),
        ("add a daily task: call bob every monday", "add", {"title": "Call bob", "recurrence": "FREQ=WEEKLY;BYDAY=MO"}),
        (
            "set a weekly reminder for yoga on monday at 6",
            "add",
            {"title": "Yoga", "due_date": "2026-11-23T18:00", "recurrence": "FREQ=WEEKLY"},
        ),
        ("erstelle eine tägliche Aufgabe: Bob anrufen", "add", {"title": "Bob anrufen", "recurrence": "FREQ=DAILY"}),
        ("add a recurring task", "nameless", {}),
        ("add daily task review", "add", {"title": "Daily task review"}),
        ("add recurring task review", "add", {"title": "Recurring task review"}),
        ("add a daily standup", "add", {"title": "A daily standup"}),
        ("repeat 3 on friday", "offer", {"title": "Repeat 3", "due_date": "2026-11-20"}),
        ("remind me every 2 weeks to stretch", "add", {"title": "Stretch", "recurrence": "FREQ=WEEKLY;INTERVAL=2"}),
    ],
)
def test_a_kind_of_task_names_its_recurrence(sentence: str, kind: str, given: dict[str, Any]) -> None:
    assert read(sentence) == (kind, given)


@pytest.mark.parametrize(
    "sentence",
    [
        "remind me every 2 hours to drink",
        "remind me to stretch every 30 minutes",
        "repeat 3 every hour",
        "erinnere mich stündlich ans Trinken",
    ],
)
async def test_what_would_repeat_by_the_hour_is_not_added(conversation: Conversation, sentence: str) -> None:
    answer = await conversation.say(sentence)
    assert answer.startswith(("A task cannot repeat by the hour", "Eine Aufgabe kann sich nicht stündlich wiederholen"))
    assert conversation.calls == []


@pytest.mark.parametrize(
    "title", ["Read every hour matters", "Check the hourly rate", "Take the pills I need every 8 hours today"]
)
def test_hours_inside_a_title_are_no_recurrence(title: str) -> None:
    assert read(f"remind me to {title}")[0] == "add"


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("move 3 to christmas", update(3, due_date="christmas")),
        ("move the dentist to christmas eve", update(1, due_date="christmas eve")),
        ("postpone 3 until halloween", update(3, due_date="halloween")),
        ("3 is due christmas", update(3, due_date="christmas")),
        ("change 3 to christmas", update(3, due_date="christmas")),
        ("verschiebe 3 auf Weihnachten", update(3, due_date="Weihnachten")),
        ("verschiebe 3 auf Silvester", update(3, due_date="Silvester")),
        ("setze 3 auf Neujahr", update(3, due_date="Neujahr")),
        ("rename 3 to christmas", update(3, title="Christmas")),
        ("buy christmas presents", add("Buy christmas presents")),
        ("add drive to christmas market", add("Drive to christmas market")),
    ],
)
async def test_a_task_is_moved_to_a_holiday(conversation: Conversation, sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation, sentence, outcome)
