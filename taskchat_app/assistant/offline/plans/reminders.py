"""Plans of reminders: at a time, or by a time before a task's own date."""

from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.grammar.phrases.reminder_phrases import OFFSET, new_date
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS, stems_of
from taskchat_app.assistant.grammar.phrases.unread_words import misfit
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import Plan, PlannedCall, Question, Steps, Task, looked_up
from taskchat_app.assistant.offline.plans.new_tasks import SHOWN_MAX, offer, with_date
from taskchat_app.assistant.offline.plans.questions import nearest, of_named_day, sought_words
from taskchat_app.assistant.offline.question_choices import new_choice
from taskchat_app.assistant.offline.task_finder import find
from taskchat_app.assistant.offline.task_questions import choice_question
from taskchat_app.assistant.offline.title_search import find_in_text
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import local_due


def remind(command: Command, memory: Memory) -> Plan:
    """Remind of the task that these words name, or of a new one; ask if it has another date."""
    due, words = command.given.get("due_date"), command.target.words
    if not words:
        return (yield from _remind_chosen(command, memory))
    # "Monday report" is a title, or the report that is due on monday.
    is_dated = command.target.named not in ("", words)
    tasks = (yield from _titled(words)) if is_dated else []
    if not tasks:
        tasks = of_named_day((yield from _titled(sought_words(command))), command)
    tasks = nearest(tasks, command)
    if not tasks and OFFSET.search(command.text):  # "half an hour before": of a task that is there, by other words
        found, _ = yield from find_in_text(words, "open")
        if found:
            return _ask_to_remind(found, due, command, memory)
    if not tasks and misfit(command.given, command.text):
        return (yield from offer(command, memory))
    if not tasks:
        results = yield [PlannedCall("create_task", command.given)]
        return answers.messages(results, command.language)
    is_named_in_part = stems_of(sought_words(command)) < stems_of(tasks[0]["title"])
    if len(tasks) > 1 or (command.doubtful and is_named_in_part):
        return _ask_to_remind(tasks, due, command, memory)
    [task], call = tasks, with_date(tasks[0], due)
    if "due_date" in call.arguments and task.get("due") not in (None, due):
        return Question(answers.already_due(task, str(due), command, memory.clock), tasks, [call])
    results = yield [call]
    return answers.messages(results, command.language)


def _remind_chosen(command: Command, memory: Memory) -> Plan:
    """Remind of the task that answers the question of `remind`: "yes", "the second one"."""
    found = yield from find(command, memory, status="open", needs_task=True)
    if not isinstance(found, list):
        return found
    results = yield [with_date(task, command.given.get("due_date")) for task in found]
    return answers.messages(results, command.language)


def _titled(words: str) -> Steps[list[Task]]:
    [result] = yield [looked_up(search=words, status="open")]
    wanted = stems_of(words) - FILLERS
    return [task for task in result.get("tasks") or () if wanted and wanted <= stems_of(task["title"])]


def _ask_to_remind(tasks: list[Task], due: str | None, command: Command, memory: Memory) -> Question:
    """Ask which task is meant, or whether this one; with a date, a new task is one of the choices."""
    message = sentences.WHICH if len(tasks) > 1 else sentences.THIS_OR_NEW
    choices = [(task, with_date(task, due)) for task in tasks[:SHOWN_MAX]]
    if due:
        choices.append(new_choice(command, memory.clock))
    return choice_question(answers.reply_about(command, message, sought_words(command)), choices, command)


def remind_at(command: Command, memory: Memory) -> Plan:
    """Remind of a task at a time, by an offset of its own date; where none fits, ask before the task is moved.

    A task of a whole day gets the time of that day.
    """
    found = yield from find(command, memory, status="open", needs_task=True)
    if not isinstance(found, list):
        return found
    clock = memory.clock
    calls: list[PlannedCall] = []
    question = ""  # about the first task that a reminder on another day would move
    for task in found:
        date = command.given["due_date"]
        if task.get("due"):
            due = parse_due(task["due"], zone=clock.zone, now=clock.now)
            new = new_date(command.text, due, clock)
            date = local_due(new, clock.zone) if new else ""
            if new and new.local_day(clock.zone) != due.day and not question:
                question = answers.already_due(task, date, command, clock)
        calls.append(PlannedCall("update_task", {"task_id": task["number"]} | ({"due_date": date} if date else {})))
    if question and command.doubtful:
        return Question(question, found, calls)
    results = yield calls
    return answers.messages(results, command.language)
