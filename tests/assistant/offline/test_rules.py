"""What the rules read besides the sentences of the files: languages, kinds of commands, earlier turns, long texts."""

import json
import logging
import re
import string
from typing import Any

import pytest

from taskchat_app.assistant.grammar.clauses import is_agreement, read_message
from taskchat_app.assistant.grammar.commands import Language, Target
from taskchat_app.assistant.grammar.language_detection import detect_language, reply_language
from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, parts_of
from taskchat_app.assistant.grammar.request_words import is_question
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline.engine import decide_reply
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import PlannedCall, Question, listed
from taskchat_app.assistant.offline.task_questions import with_calls
from taskchat_app.assistant.turns.undo_command import parse_undo_command
from taskchat_app.i18n.catalogue import render, translated_template
from tests.assistant.offline.sentence_files import conversation_with, shared_lists
from tests.assistant.offline.task_list import CLOCK, Conversation

OTHERS: tuple[Language, ...] = ("de",)


def test_a_list_behind_a_colon_is_read_whole():
    parts = [f"call number {number} about the summer party" for number in range(18)]
    assert parts_of(", ".join(parts)) == parts


def test_a_long_yes_with_something_else_behind_it_is_none() -> None:
    assert is_agreement("yes, " * 100)
    assert not is_agreement("yes, " * 100 + "but keep 3")


def test_the_language_of_a_message() -> None:
    languages = {
        "ja": "de",
        "yes": "en",
        "ok": None,
        "3": None,
        "?": None,
        "rückgängig": "de",
        "undo": "en",
        "nimm das zurück": "de",
        "Freitag": "de",
        "friday": "en",
        "am letzten Tag jedes Monats Laptop sichern": "de",
        "“der die das”": None,
    }
    assert {message: detect_language(message) for message in languages} == languages
    assert {message: reply_language([message], "de") for message in languages} == {
        message: language or "de" for message, language in languages.items()
    }


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_sentences_with_the_same_placeholders(language: Language) -> None:
    assert _placeholders(language) == _placeholders("en")


def _placeholders(language: str) -> dict[str, set[str]]:
    """Return each sentence with its placeholders in the language."""
    found: dict[str, set[str]] = {}
    for name, value in vars(sentences).items():
        for message in (value.values() if isinstance(value, dict) else [value]) if name.isupper() else ():
            template = translated_template(message, language) if language != "en" else message.id
            found[f"{name}.{message.id}"] = {field for _, field, _, _ in string.Formatter().parse(template) if field}
    return found


def test_the_german_help_is_understood() -> None:
    lines = re.findall(r"^- (.+)$", render(sentences.HELP, "de"), re.MULTILINE)
    examples = [lines[0], *(example for line in lines[1:] for example in line.split(", "))]
    kinds = {example: {command.kind for command in read_message(example, CLOCK)} for example in examples}
    assert [example for example, told in kinds.items() if "unknown" in told and not parse_undo_command(example)] == []


def test_what_is_only_understood_without_a_key_is_no_order() -> None:
    kinds = {
        "gotta call mum": "add",
        "buy milk": "wish",
        "party planning with Tom": "offer",
        "what is #1?": "tell",
        "and #2 too": "again",
    }
    read = {sentence: read_message(sentence, CLOCK) for sentence in kinds}
    assert {sentence: [(one.kind, one.is_order) for one in commands] for sentence, commands in read.items()} == {
        sentence: [(kind, False)] for sentence, kind in kinds.items()
    }


def test_only_the_polite_form_makes_a_question_a_command() -> None:
    questions = ("Können Sie Milch löschen?", "Können sie Milch löschen?", "Warum können Sie Milch löschen?")
    assert [is_question(said) for said in questions] == [False, True, True]


def test_tasks_with_a_tag_that_is_a_word_of_a_question_are_deleted_by_this_tag() -> None:
    (command,) = read_message("delete all tasks with the tag are", CLOCK)
    assert (command.kind, command.target.filters, command.target.every) == ("delete", {"tag": "are"}, True)


def test_the_selected_tasks_are_meant_by_all_and_moved_together() -> None:
    assert Memory(CLOCK, selected=[2, 4]).resolve(Target(pronoun="all")) == [2, 4]
    [command] = read_message("verschiebe sie auf 10:00", CLOCK)
    assert command.target.pronoun == "it or them"


def test_where_a_task_may_be_meant_the_new_one_is_the_other_choice() -> None:
    new_tasks = {
        "make lunch every day": {"title": "Make lunch", "recurrence": "FREQ=DAILY"},
        "put lunch on friday": {"title": "Put lunch", "due_date": "2026-11-20"},
    }
    for sentence, new in new_tasks.items():
        [command] = read_message(sentence, CLOCK)
        change = PlannedCall("update_task", {"task_id": 9, "due_date": "2026-11-20"})
        question = with_calls(Question("", [{"number": 9, "title": "Team lunch"}]), [change], command, CLOCK)
        assert question.calls == [change, PlannedCall("create_task", new)], sentence
        assert question.numbers == [9]


def test_tasks_without_a_date_are_not_told_if_there_are_more_than_are_read() -> None:
    steps = listed({"undated": True})
    next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send([{"status": "ok", "message": "", "tasks": [{"number": 1, "due": None}], "more": True}])
    assert "tasks" not in end.value.value


def called(tool: str, arguments: dict[str, Any], result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a call of a tool with its result, as the conversation keeps them."""
    return [
        {"type": "function_call", "name": tool, "arguments": json.dumps(arguments), "call_id": "other_1"},
        {"type": "function_call_output", "call_id": "other_1", "output": json.dumps(result)},
    ]


def test_the_calls_of_another_model_are_understood() -> None:
    conversation = Conversation([f"Report {year}" for year in range(2021, 2026)])
    done = {"status": "ok", "message": "Completed #5.", "task": {"number": 5, "title": "Report 2025"}}
    conversation.items = [
        {"role": "user", "content": "I am through with last year"},
        *called("complete_task", {"task_id": 5}, done),
        {"type": "message", "role": "assistant", "content": "Well done."},
    ]
    conversation.say("reopen it")
    assert conversation.calls == [("complete_task", {"task_id": 5, "completed": False})]


def test_an_earlier_turn_that_cannot_be_read_again_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    numberless = {"status": "ok", "tasks": [{"title": "Buy milk"}]}
    items = [{"role": "user", "content": "tick off milk"}, *called("list_tasks", {}, numberless)]
    with caplog.at_level(logging.ERROR):
        answer = decide_reply([*items, {"role": "user", "content": "hello"}], CLOCK)
    assert str(answer).startswith("Hello.")
    assert "An earlier turn could not be read again" in caplog.text


def test_what_was_not_understood_is_quoted_in_one_line_and_no_setting_of_the_server_is_named() -> None:
    for said in ("Flibber the gork:\n- one\n- two", "first line\n- second: frobnicate?"):
        answer = Conversation().say(said)
        assert f"“{' '.join(said.split())}”" in answer
        assert "_API_KEY" not in answer


def test_all_of_a_part_leaves_out_what_is_gone() -> None:
    conversation = conversation_with(shared_lists()["everyday"])
    for said in ("show shopping", "tick off the first", "move all to friday"):
        conversation.say(said)
    del conversation.list.tasks[5]
    answer = conversation.say("complete all")
    assert (conversation.changes, "nothing was changed" in answer) == ([], True)


def test_the_other_one_after_a_clicked_question_is_the_task_that_was_not_clicked() -> None:
    conversation = Conversation(["Weekly report", "Buy milk", "Yearly report"])
    conversation.say("complete the report")
    conversation.click("clicked: completed #1")
    conversation.list.tasks[1]["done"] = True
    conversation.say("and the other one too")
    assert conversation.calls == [("complete_task", {"task_id": 3})]


class TestLongMessages:
    def test_sixty_lines_are_all_added(self) -> None:
        conversation = Conversation()
        answer = conversation.say("add these tasks:\n" + "\n".join(f"- call person {n}" for n in range(60)))
        assert len(conversation.calls) == 60
        assert "left out" not in answer

    def test_the_answer_names_the_bound_and_how_many_lines_it_leaves_out(self) -> None:
        conversation = Conversation()
        answer = conversation.say("tasks:\n" + "\n".join(f"person {n}" for n in range(LINES_MAX + 7)))
        assert len(conversation.calls) == LINES_MAX
        assert f"{LINES_MAX} things at most, so 7 more were left out" in answer

    def test_clauses_beyond_the_bound_are_named(self) -> None:
        conversation = Conversation()
        answer = conversation.say("; ".join(f"add thing {n}" for n in range(25)))
        assert len(conversation.calls) == 20
        assert "so 5 more were left out" in answer

    def test_many_tasks_of_one_message_are_told_in_one_sentence(self) -> None:
        titles = "\n".join(f"- task {count}" for count in range(100))
        assert Conversation(["Milk"]).say(f"add these tasks:\n{titles}") == "Added 100 tasks: #2 to #101."

    def test_more_numbers_than_one_message_can_change_are_refused(self) -> None:
        conversation = Conversation([f"Wall {number}" for number in range(1, 202)])
        answer = conversation.say(f"tag {','.join(map(str, range(1, 202)))} as work")
        assert answer.startswith("That is more than 200 tasks at once")
        assert conversation.list.calls == []

    def test_blanks_and_line_breaks_between_words_count_once(self) -> None:
        for blanks in (" " * 400, "\n" * 400, "  \t \u3000"):
            conversation = Conversation()
            conversation.say(f"add{blanks}bread")
            assert conversation.calls == [("create_task", {"title": "Bread"})]

    def test_what_is_no_command_changes_nothing(self) -> None:
        said = {
            "": "I did not understand",
            "add " + "milk, " * 300: "too long for a command",
            "füge Milch hinzu und " * 60: "für einen Befehl zu lang",
        }
        conversation = Conversation()
        for message, answer in said.items():
            assert answer in conversation.say(message)
            assert conversation.changes == []

    def test_ten_thousand_characters_are_answered(self) -> None:
        """How long that takes is tested in tests/linear_time."""
        for text in (
            "and add " * 1250,
            "a " * 5000,
            "mark " * 2000,
            "on friday " * 1000,
            '"' * 10_000,
            "1 " * 5000,
            "delete tags " + "a, " * 1500,
            "3 ist fällig " * 700,
            "füge schlagwort " + "a, " * 1500,
        ):
            assert Conversation(["Call mum"]).say(text[:10_000])
