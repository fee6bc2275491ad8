"""The line that closes a workflow of tool calls."""

from collections import Counter

from taskchat_app.assistant.core.tool_call_workflow import running_title, summary
from taskchat_app.i18n.catalogue import render


def test_one_reminder_and_several_are_counted_in_the_same_words():
    tallies = {"reminder_set": 1}, {"created": 1, "reminder_set": 1}, {"reminder_removed": 2}
    said = ["Erinnerungen gesetzt: 1", "1 hinzugefügt, Erinnerungen gesetzt: 1", "Erinnerungen entfernt: 2"]
    assert [render(summary(Counter(tally)), "de") for tally in tallies] == said


def test_a_running_call_reopens_a_task():
    assert running_title("complete_task", {"task_id": 1, "completed": False}) == "Reopening #1"
