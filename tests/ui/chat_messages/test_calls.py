"""Rows of changed tasks, what an answer's text says besides them, and when a receipt is shown."""

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.assistant.tools import results
from taskchat_app.domain.activity.receipts import Receipt
from taskchat_app.domain.dates.local_time import Due, format_near
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.date_style import DateStyle, date_style
from taskchat_app.i18n.messages import Message, decode, encode, gettext, joined
from taskchat_app.ui.chat_messages import calls
from taskchat_app.ui.chat_messages.calls import CallView, OutcomeRow, call_of, rest_of_growing, rows_of, with_due
from taskchat_app.ui.chat_messages.message_list import with_receipt
from taskchat_app.ui.chat_messages.messages import Part, answer_of
from tests.chatting import configure as configure
from tests.ui.chat_messages.test_answer_builder import AT, UTC, datetime

ADDED = "Added #1 Buy milk, due tomorrow, Thu 26 Nov, #home."


def call(tool: str = "create_task", **result: Any) -> dict[str, Any]:
    task = {"number": 1, "title": "Buy milk", "done": tool == "complete_task"}
    told = {"status": "ok", "message": ADDED, "task": task, **result}
    return {"call_id": "c", "tool": tool, "status": "done", "title": "Added #1 Buy milk", "result": told}


def parts(text: str, *calls: dict[str, Any]) -> list[Part]:
    views = tuple(call_of(one, datetime.fromisoformat(AT), UTC) for one in calls)
    return [Part("work", "calls", calls=views), Part("text", "text", text)]


def test_a_row_of_a_task_that_has_the_other_date_now_says_so_in_the_users_language(german: None):
    row = OutcomeRow(1, "Müll", "open", "Hinzugefügt · fällig Fr., 28. Nov. 2031, 08:00 Uhr. Dann meldet sie sich")
    row = replace(row, due="2031-11-28T08:00", other="2031-11-28T20:00", other_words="oder 20:00")
    evening = Due(datetime(2031, 11, 28, 20, tzinfo=UTC))
    taken = with_due(row, evening, UTC)
    assert taken.facts == "Hinzugefügt · fällig Fr., 28. Nov. 2031, 20:00 Uhr. Dann meldet sie sich"
    assert (taken.due, taken.other, taken.other_words) == (row.other, row.due, "oder 08:00")
    in_words = replace(row, facts="Hinzugefügt · fällig morgen")
    assert with_due(in_words, evening, UTC).facts.startswith("Hinzugefügt · Fr.")
    assert with_due(taken, evening, UTC) == taken


def test_the_dates_of_a_row_are_near_or_far_in_the_users_zone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calls, "now", lambda: datetime(2031, 11, 28, 2, tzinfo=UTC))  # Thursday in New York
    zone = ZoneInfo("America/New_York")
    row = OutcomeRow(1, "Bins", "open", "Added · due tomorrow, Fri 28 Nov, 08:00. It rings then")
    row = replace(row, due="2031-11-28T08:00", other="2031-11-28T20:00", other_words="or 20:00")
    taken = with_due(row, Due(datetime(2031, 11, 29, 1, tzinfo=UTC)), zone)
    assert taken.facts == "Added · due tomorrow, Fri 28 Nov, 20:00. It rings then"


def test_a_row_says_what_was_done_without_the_name_of_the_task():
    assert rows_of(call()) == (OutcomeRow(1, "Buy milk", "open", "Added · due tomorrow, Thu 26 Nov, #home"),)


def test_a_row_in_german_has_whole_words_and_the_full_stop_of_an_ordinal_number(german: None):
    christmas = format_near(Due.of_day(date(2026, 12, 24), UTC), UTC, now=datetime(2026, 12, 1, tzinfo=UTC))
    monthly, rings = format_rule("FREQ=MONTHLY;BYMONTHDAY=1"), gettext("It rings then.")
    due, repeats = gettext("due {due}", due=christmas), gettext("repeats {rule}", rule=monthly)
    following = gettext("The next one is #{number}, due {due}.", number=2, due=christmas)
    said = {
        "Erinnerung geändert": (results.CHANGED_REMINDER, []),
        "Nichts zu ändern": (results.NOTHING_TO_CHANGE, []),
        "Geändert · fällig Do., 24. Dez.": (results.CHANGED, [due]),
        "Geändert · fällig Do., 24. Dez., wiederholt sich jeden Monat am 1.": (results.CHANGED, [due, repeats]),
        "Geändert · fällig Do., 24. Dez. Dann meldet sie sich": (results.CHANGED, [due], rings),
        "Erledigt · Die nächste ist #2, fällig Do., 24. Dez.": (results.COMPLETED, [], following),
    }
    for facts, (done, parts, *sentences) in said.items():
        title = done.with_values(task="#1 Buy milk")
        message = joined([joined([title, *parts], ", ", end="."), *sentences])
        [row] = rows_of({**call("update_task", message=message), "title": title})
        assert row.facts == facts


def test_a_look_up_a_proposal_and_a_failed_call_have_no_row():
    assert rows_of(call("list_tasks")) == rows_of(call(status="proposed")) == ()
    assert rows_of({**call(), "status": "failed"}) == ()


def test_a_text_that_the_rows_say_also_in_another_language_is_not_shown_again():
    [_, text] = answer_of("turn", parts(ADDED, call())).parts
    assert (text.is_shortened, text.rest, text.text) == (True, "", ADDED)
    added = gettext("Added {task}", task="#1 Buy milk")
    german = render(added, "de")
    assert german != str(added)
    [_, text] = answer_of("turn", parts(german, call(message=added))).parts
    assert (text.is_shortened, text.rest) == (True, "")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_text_that_the_rows_say_in_another_date_style_is_not_shown_again(language: str):
    due = Message("{due:EEE d MMM, HH:mm}", {"due": datetime(2026, 11, 26, 18, 15)})
    added = Message("Added {task}, due {due}.", {"task": "#1 Buy milk", "due": due})
    written = copy_context().run(in_style, added, DateStyle(twelve_hours=True, month_first=True), language)
    assert "6:15 PM" in written
    assert written != render(added, language)
    [_, text] = answer_of("turn", parts(written, call(message=added))).parts
    assert (text.is_shortened, text.rest) == (True, "")


def in_style(message: Message, style: DateStyle, language: str) -> str:
    date_style.set(style)
    return render(decode(encode(message)), language)


def test_a_call_that_found_nothing_to_change_is_hidden_as_a_look_up_is():
    nothing = {**call("bulk_delete_tasks"), "result": {"status": "ok", "message": "None.", "numbers": []}}
    answer = answer_of("turn", parts("None.", nothing))
    assert (answer.looked_up, answer.parts[0].calls[0].changed_nothing) == (True, True)
    answer = answer_of("turn", parts(ADDED, call()))
    assert (answer.looked_up, answer.parts[0].calls[0].changed_nothing) == (False, False)


def test_what_the_rows_do_not_say_stays():
    [_, text] = answer_of("turn", parts(f"{ADDED} I did not understand the rest.", call())).parts
    assert (text.is_shortened, text.rest) == (True, "I did not understand the rest.")
    [_, text] = answer_of("turn", parts("Here you are.", call())).parts
    assert not text.is_shortened


def test_a_text_that_may_become_one_of_the_sentences_is_not_shown_while_it_grows():
    assert rest_of_growing("Added #1 Buy", [ADDED]) == ""
    assert rest_of_growing(f"{ADDED} I did", [ADDED]) == "I did"
    assert rest_of_growing("Here ", [ADDED]) == "Here "


TEXT = Part("text-0", "text", "Done.")
NOTHING = Receipt("Nothing changed", changed=False, can_undo=False)


def made(*tools: str) -> Part:
    return Part("calls", "calls", calls=tuple(CallView(tool, tool, "done", tool, "", "") for tool in tools))


def says_unchanged(*parts: Part) -> bool:
    return with_receipt(answer_of("turn", parts), NOTHING).receipt.says_unchanged


@pytest.fixture
def gemini_answers(configure: Callable[..., None]) -> None:
    configure(GEMINI_API_KEY="key")


def test_the_offline_assistant_says_what_the_tools_did_and_a_changed_plan_is_not_told_as_no_change():
    assert not with_receipt(answer_of("turn", [TEXT]), NOTHING).receipt.text
    assert not says_unchanged(made("complete_task"), TEXT)
    assert not says_unchanged(TEXT)


@pytest.mark.usefixtures("gemini_answers")
def test_a_claim_and_a_call_that_could_have_changed_something_have_a_receipt_and_others_say_themselves_what_they_did():
    for parts, has_receipt in (
        ([TEXT], True),
        ([made("list_tasks", "complete_task"), TEXT], True),
        ([made("list_tasks"), TEXT], False),
        ([made("bulk_delete_tasks"), Part("card", "proposal")], False),
        ([TEXT, Part("card", "choice")], False),
    ):
        assert says_unchanged(*parts) is has_receipt, parts
    answer = answer_of("turn", [made("create_task"), TEXT])
    row = with_receipt(answer, Receipt("Added #1", changed=True, can_undo=True)).receipt
    assert (row.text, row.says_unchanged) == ("Added #1", False)
