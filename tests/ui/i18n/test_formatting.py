"""Domain sentences in German: dates, rules, refusals, receipts."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskchat_app import assistant, domain
from taskchat_app.assistant.agent import offline_fallback
from taskchat_app.assistant.core.context import TurnEvent
from taskchat_app.assistant.core.events import Failure, error_event, notice_event
from taskchat_app.assistant.core.tool_call_workflow import failed_title, running_title
from taskchat_app.assistant.gemini import failures
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.offline.task_lines import task_words
from taskchat_app.assistant.threads import store, thread_rows
from taskchat_app.assistant.tools import deletion_proposals, results, task_choices
from taskchat_app.assistant.turns import answer, undo_command
from taskchat_app.assistant.turns import failures as turn_failures
from taskchat_app.domain.accounts.passwords import check_new_password
from taskchat_app.domain.activity import undo
from taskchat_app.domain.activity.receipts import receipt
from taskchat_app.domain.activity.undo import Conflict, UndoOutcome
from taskchat_app.domain.dates import local_time
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.storage import errors
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.storage.models import Change, Proposal
from taskchat_app.domain.storage.storable_values import checked_text
from taskchat_app.domain.tasks.queries import TOO_MANY
from taskchat_app.domain.tasks.task_rows import FULL
from taskchat_app.i18n.date_style import DateStyle, date_style
from taskchat_app.i18n.messages import Message, gettext, joined, messages_in
from taskchat_app.ui.chat_messages.answer_builder import AnswerBuilder
from taskchat_app.ui.chat_messages.calls import call_of
from taskchat_app.ui.chat_messages.cards import choice_of, proposal_of
from taskchat_app.ui.i18n import formatting
from taskchat_app.ui.i18n.formatting import format_due, format_rule
from taskchat_app.ui.i18n.language import say

LAYERS = [Path(next(iter(layer.__path__))) for layer in (domain, assistant)]
UI = Path(formatting.__file__).parents[1]
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


def refusal(cause: Callable[..., object], *arguments: object, **named: object) -> str:
    with pytest.raises(PersonError) as refused:
        cause(*arguments, **named)
    return say(refused.value.detail)


def test_dates_and_rules_are_said_in_german(german: None):
    assert format_due(Due(datetime(2026, 11, 21, 8, tzinfo=UTC)), BERLIN) == "Samstag, 21. November 2026 um 09:00 Uhr"
    assert format_rule("FREQ=WEEKLY;BYDAY=MO") == "jeden Montag"


def test_a_clock_of_twelve_hours_has_no_uhr_in_german(german: None):
    moment = datetime(2026, 11, 20, 18, 15, tzinfo=UTC)
    message = gettext("{moment:EEEE d MMMM y} at {moment:HH:mm}", moment=moment)
    assert say(message) == "Freitag, 20. November 2026 um 18:15 Uhr"
    before = date_style.set(DateStyle(twelve_hours=True))
    assert say(message) == "Freitag, 20. November 2026 um 6:15 PM"
    date_style.reset(before)


def test_refusals_are_said_in_german_with_their_values(german: None):
    assert refusal(parse_due, "someday", zone=BERLIN, now=NOON).startswith("„someday“ versteht taskchat nicht")
    assert refusal(check_new_password, "short") == "Das Passwort ist zu kurz. Nimm mindestens 8 Zeichen."
    assert say(TOO_MANY).startswith("Auf einmal gehen höchstens 1.000 Aufgaben.")
    assert say(FULL).startswith("Eine Liste fasst höchstens 10.000 offene Aufgaben.")
    assert (
        refusal(checked_text, "a\x00", "title")
        == "Titel: Darin steht ein NUL-Zeichen oder ein halbes Zeichen. Entfern es."
    )


def change(action: str, number: int) -> Change:
    return Change(id=1, actor="person", kind="task", action=action, task_number=number)


@pytest.mark.parametrize(
    ("done", "english", "german_"),
    [
        ([("created", 7), ("completed", 3)], "Added #7, completed #3", "#7 hinzugefügt, #3 erledigt"),
        (
            [("created", 7), ("created", 8), ("reminder_set", 9)],
            "Added #7, #8, set a reminder for #9",
            "#7, #8 hinzugefügt, Erinnerung für #9 gesetzt",
        ),
        ([("deleted", number) for number in range(12)], "Deleted 12 tasks", "12 Aufgaben gelöscht"),
        ([("undone", 1)], "Put back #1", "#1 rückgängig gemacht"),
        ([], "Nothing changed", "Nichts geändert"),
    ],
)
def test_receipts_are_said_in_german(german: None, done: list[tuple[str, int]], english: str, german_: str):
    told = receipt([change(*one) for one in done])
    assert (told, say(told)) == (english, german_)


def test_an_undo_is_said_in_german(german: None):
    outcome = UndoOutcome([1, 2, 4], [4], [Conflict(3, undo.CHANGED_SINCE.with_values(number=3))])
    assert say(undo_command.sentence_of(outcome)) == (
        "#4 wieder entfernt. #1, #2 wiederhergestellt. "
        "#3 wurde seitdem noch einmal geändert und blieb deshalb, wie es ist."
    )


def test_what_has_no_translation_is_said_as_it_stands(german: None):
    assert say("Whatever this is.") == "Whatever this is."


def test_english_is_left_alone():
    assert say(undo_command.sentence_of(UndoOutcome([1]))) == "Put back #1."
    assert say(receipt([change("created", 7)])) == "Added #7"


def plain_refusals(source: str) -> Iterator[str]:
    """The errors that are raised with a plain string in place of a message."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        error = getattr(errors, node.func.id, None)
        is_refusal = isinstance(error, type) and issubclass(error, PersonError)
        if is_refusal and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
            yield ast.unparse(node)


@pytest.mark.parametrize(
    "module", [module for layer in LAYERS for module in sorted(layer.rglob("*.py"))], ids=lambda path: path.stem
)
def test_every_refusal_is_a_message_that_can_be_translated(module: Path):
    assert list(plain_refusals(module.read_text())) == []


SENTENCES = [
    *(GeminiFailure(code, wait_seconds=wait).detail for code in failures.FAILURE_KINDS for wait in (None, 34, 600)),
    *(
        sentence.with_values(seconds=120, model="Gemini", days=30)
        for module in (offline_fallback, turn_failures, store, thread_rows)
        for sentence in vars(module).values()
        if isinstance(sentence, Message)
    ),
    *(answer.deleted_sentence([]), answer.deleted_sentence([1, 2]), *undo_command.NOTHING.values()),
]
"""What the assistant says by constants of its own."""


@pytest.mark.parametrize("english", SENTENCES)
def test_what_the_assistant_says_has_a_german_sentence(german: None, english: str):
    assert english not in say(english)
    assert not re.search(r"\b(the|is|of|again)\b", say(english))


CALLS = [
    ("create_task", {"title": "Done. Buy milk"}, "Fügt „Done. Buy milk“ hinzu"),
    ("create_task", {}, "Fügt eine Aufgabe hinzu"),
    ("list_tasks", {}, "Sieht deine Aufgaben durch"),
    ("list_tasks", {"search": "date"}, "Sucht „date“"),
    ("update_task", {"task_id": 7}, "Ändert #7"),
    ("complete_task", {"task_id": 7}, "Hakt #7 ab"),
    ("complete_task", {"task_id": 7, "completed": False}, "Öffnet #7 wieder"),
    ("delete_task", {"task_id": 7}, "Löscht #7"),
    ("bulk_complete_tasks", {}, "Hakt Aufgaben ab"),
    ("bulk_delete_tasks", {}, "Sammelt Aufgaben zum Löschen"),
    ("fly", {}, "Versucht etwas, das taskchat nicht kann"),
]


@pytest.mark.parametrize(("tool", "arguments", "said"), CALLS)
def test_a_running_and_a_failed_call_are_german(german: None, tool: str, arguments: dict[str, Any], said: str):
    assert say(running_title(tool, arguments)) == said
    reason = gettext("There is no task {number}.", number=9)
    assert say(failed_title(tool, arguments, reason)) == f"{said}: Es gibt keine Aufgabe 9."


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (results.ADDED, "#7 Done. Nothing changed hinzugefügt"),
        (results.CHANGED, "#7 Done. Nothing changed geändert"),
        (results.CHANGED_REMINDER, "Erinnerung geändert: #7 Done. Nothing changed"),
        (results.NOTHING_TO_CHANGE, "Nichts zu ändern: #7 Done. Nothing changed"),
        (results.COMPLETED, "#7 Done. Nothing changed erledigt"),
        (results.ALREADY_DONE, "Schon erledigt: #7 Done. Nothing changed"),
        (results.REOPENED, "#7 Done. Nothing changed wieder geöffnet"),
        (results.ALREADY_OPEN, "Schon offen: #7 Done. Nothing changed"),
        (results.DELETED, "#7 Done. Nothing changed gelöscht"),
    ],
)
def test_what_a_call_did_is_told_in_german(german: None, done: Message, said: str):
    assert say(done.with_values(task="#7 Done. Nothing changed")) == said


def test_a_choice_is_told_in_german_and_keeps_the_titles(german: None):
    due = local_time.format_due(Due(datetime(2026, 11, 20, 8, tzinfo=UTC)), BERLIN)
    task = {"number": 3, "title": "Report, done", "done": True, "due_in_words": due, "overdue": True,
            "priority": "high", "tags": ["home"]}  # fmt: skip
    widget = {
        "status": {"text": task_choices._HEADLINES["delete_task"].question},  # pyright: ignore[reportPrivateUsage]  # as it goes out
        "children": [{"onClickAction": {"payload": {"number": 3}}, "children": [{"value": task_words(task)}]}],
    }
    stored = {"id": "card", "widget": json.loads(json.dumps(widget)), "messages": messages_in(widget)}
    assert stored["widget"]["status"]["text"] == "Delete which one?"
    choice = choice_of(stored)
    assert choice.headline == "Welche soll gelöscht werden?"
    assert choice.options[0].text == (
        "#3 Report, done (erledigt, überfällig seit Freitag, 20. November 2026 um 09:00 Uhr, Priorität hoch, #home)"
    )


@pytest.mark.parametrize("decision", [None, "confirmed", "cancelled", "expired"])
@pytest.mark.parametrize("count", [0, 1, 30])
def test_every_state_of_a_proposal_is_told_in_german(german: None, decision: Any, count: int):
    proposal = Proposal(id="p", user_id="u", thread_id="t", turn_id="t", item_id="i", numbers=[], decision=decision,
                        created_at=NOON, expires_at=NOON)  # fmt: skip
    card = deletion_proposals._card(proposal, [(number, "X") for number in range(1, count + 1)], 0)  # pyright: ignore[reportPrivateUsage]  # as it goes out
    stored: dict[str, Any] = json.loads(json.dumps(card))
    shown = proposal_of({"id": "card", "widget": stored, "messages": messages_in(card)})
    assert stored["status"]["text"] != shown.headline
    assert not any(line.startswith("and") for line in shown.lines)


@pytest.mark.parametrize("module", sorted(UI.rglob("*.py")), ids=lambda path: path.stem)
def test_the_page_says_what_the_domain_says_through_one_module(module: Path):
    if module.stem != "formatting":
        text = module.read_text()
        assert re.findall(r"(?<!say\()\berror\.detail\b", text) == []
        assert re.findall(r"from taskchat_app\.domain\.[\w.]+ import [^\n]*\bformat_\w+", text) == []


def test_the_chat_tells_calls_notices_and_failures_in_german(german: None):
    answer = AnswerBuilder(BERLIN)
    answer.apply(TurnEvent(error_event(Failure(message=turn_failures.UNEXPECTED, allow_retry=True))))
    notice = joined([GeminiFailure("timeout").detail, offline_fallback.NOTICE])
    answer.apply(TurnEvent(notice_event(notice, title=offline_fallback.NOTICE_TITLE.with_values(model="Gemini"))))
    assert answer.error is not None
    assert answer.error.startswith("Bei uns ist etwas schiefgegangen.")
    assert answer.parts[0].text == (
        "Gemini hat nicht geantwortet. Gemini hat zu lange gebraucht. Versuch es noch einmal. "
        "Einfache Befehle gehen weiterhin: Diesem sind eingebaute Regeln gefolgt."
    )
    title = results.ADDED.with_values(task="#7 Milch")
    call = {"call_id": "c", "tool": "create_task", "status": "done", "title": title, "arguments": {}}
    assert call_of(call, NOON, BERLIN).title == "#7 Milch hinzugefügt"
