"""The plan of each command (read by grammar/parser.py): its tool calls, and the assistant's answer."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.reminder_phrases import reminder_moment
from taskchat_app.assistant.grammar.phrases.title_words import stems_of
from taskchat_app.assistant.grammar.question_guesses import SEVERAL
from taskchat_app.assistant.grammar.rules.adding.titles import is_date
from taskchat_app.assistant.grammar.rules.done_statements import stems
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers, task_calls
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import (
    MAX_CALLS,
    Act,
    Plan,
    PlannedCall,
    Question,
    Result,
    Steps,
    Task,
    looked_up,
    only_say,
    searched,
)
from taskchat_app.assistant.offline.plans import done_statements, new_tasks, questions, reminders
from taskchat_app.assistant.offline.task_finder import find
from taskchat_app.assistant.offline.task_lines import due_words, task_label
from taskchat_app.assistant.offline.task_questions import (
    ask,
    ask_if_doubtful,
    choice_question,
    is_named,
    with_calls,
    without_verb,
)
from taskchat_app.assistant.offline.tasks_of_parts import FoundInPart
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.i18n.messages import ngettext

# These may be about a task that is there: "remind me to call mum", "I must call mum"; but "I must add milk".
_NOT_TO_ADD = phrase(
    r"\A(?!.*(?:\badd |hinzu|list))(?:(?:i|we|ich|wir) |.*\b(?:(?:remind|notify|alert) me|remember|forget|vergiss"
    r"|vergessen|erinner[en]?|denke? da?ran|(?:muss|müssen|sollte?n?) (?:ich|wir))\b)"
)
# "(Clear out) the finished stuff", "den ganzen erledigten Kram"
_OF_STATE = phrase(
    r"\b(?:done|finished|completed|ticked|overdue|late|erledigte?[nrs]?|fertige?[nrs]?|abgehakte?[nrs]?|überfällige?[nrs]?)"
    r" (?:stuff|ones|things|tasks|items|kram|zeug|sachen|dinge|aufgaben)\b"
)
_TOGETHER = {"complete_task": "bulk_complete_tasks", "delete_task": "bulk_delete_tasks"}
"""The tools for all tasks that filters find; that for deletions always asks."""
_SWEEPING = ("complete_all", "all_done", "delete_all")


def plan(command: Command, memory: Memory) -> Plan:
    """Return the plan of a command; with selected tasks, "all tasks" are these."""
    if memory.selected and (command.target.pronoun == "all tasks" or command.kind in _SWEEPING):
        command = replace(command, target=replace(command.target, pronoun="all"))
    make_plan = _PLANS.get(command.kind)
    return make_plan(command, memory) if make_plan else only_say(answers.answer_without_tools(command))


def _add(command: Command, memory: Memory) -> Plan:
    """Add a task; "milk to shopping" is milk with that tag, if any task has it; beside a task with these words, ask."""
    due = command.given.get("due_date")
    may_be_wish = _NOT_TO_ADD.search(command.text) and (due is None or is_date(due, memory.clock))
    if may_be_wish or command.target.numbers:
        return (yield from new_tasks.wish(command, memory))
    given, name = command.given, command.target.words.lower()
    tag = (yield from _tag_named(name)) if name and " " not in name else ""
    if tag:
        given = given | {"title": command.target.named, "tags": [*given.get("tags", ()), tag]}
    elif name and any(stems(name) <= stems(task["title"]) for task in (yield from searched(name, "open"))):
        return (yield from new_tasks.offer(command, memory))
    results = yield [PlannedCall("create_task", given)]
    return answers.messages(results, command.language)


def _tag_named(name: str) -> Steps[str]:
    """Return the tag of any task that has this name, perhaps in the singular; "" for none."""
    tags = list(dict.fromkeys([name, name.removesuffix("s"), name.removesuffix("en")]))
    results = yield [looked_up(tag=tag, status="all", limit=1) for tag in tags]
    used = [tag for tag, result in zip(tags, results, strict=True) if result.get("tasks")]
    return used[0] if used else ""


def _complete_all(command: Command, memory: Memory) -> Plan:
    if command.target.pronoun == "all" and memory.has_part:
        return (yield from _on_tasks(task_calls.done, command, memory, status="open"))
    results = yield [PlannedCall("bulk_complete_tasks", {"all_open": True})]
    return _results_text(results, command, memory)


def _all_done(command: Command, memory: Memory) -> Plan:
    """Complete the several tasks of the list just shown, or ask: "all done!" may only be said."""
    if memory.selected or (len(memory.listed) > 1 and not memory.touched):
        return (yield from _complete_all(command, memory))
    return answers.answer_without_tools(command)


def _delete_all(command: Command, memory: Memory) -> Plan:
    if command.target.pronoun == "all" and memory.has_part:
        return (yield from _on_tasks(task_calls.delete, command, memory, status=command.given.get("status", "all")))
    results = yield [PlannedCall("bulk_delete_tasks", command.given)]
    return _results_text(results, command, memory)


def _results_text(results: list[Result], command: Command, memory: Memory) -> str:
    """Return what the tools reported, and how many tasks "all" meant after a part of the list was shown."""
    said = answers.messages(results, command.language)
    if not memory.is_part or memory.selected or not command.target.is_all or command.target.excluded:
        return said
    count = sum(len(result.get("numbers", [1])) for result in results if result.get("status") != "error")
    shown = ngettext("This is about the task shown last.", "This is about the {count} tasks shown last.", count)
    whole = ngettext(
        "This is about the whole list: {count} task.", "This is about the whole list: {count} tasks.", count
    )
    meant = shown if command.target.pronoun == "all" else whole
    return f"{answers.say(command.language, meant)} {said}" if count else said


def _on_tasks(act: Act, command: Command, memory: Memory, *, status: str, needs_task: bool = False) -> Plan:
    """Do the same to each task that a command means, or ask which one it means.

    `act` makes the call for a task; only with `needs_task` does it read more of it than its number.
    """
    if command.titled and (yield from _is_title(command.titled.target.words)):
        return (yield from _instead(command.titled, command, memory))
    is_known = needs_task or command.doubtful or task_calls.reads_task(command)
    found = ask_if_doubtful((yield from find(command, memory, status=status, needs_task=is_known)), command)
    if command.otherwise and not is_named(found, command):
        return (yield from _instead(command.otherwise, command, memory))
    match found:
        case str():  # says why there is no task
            if command.target.is_of_tag:
                return found
            is_several = SEVERAL.search(command.target.words) or _OF_STATE.search(command.target.words)
            return (yield from questions.several(command, memory)) if is_several else found
        case Question():
            calls = [act(task, command, memory.clock) for task in found.tasks]
            if act is task_calls.skip and [call.tool for call in calls] == ["update_task"]:  # one series
                return _ask_to_skip(found.tasks, calls, command, memory)
            return with_calls(found, calls, command, memory.clock)
        case list():
            return (yield from _carry_out(act, found, command, memory))


def _carry_out(act: Act, tasks: list[Task], command: Command, memory: Memory) -> Plan:
    """Do to these tasks what the command says; ask before a date of a series is skipped, and refuse too many tasks."""
    if len(tasks) > MAX_CALLS:
        return answers.reply(command, sentences.TOO_MANY, most=MAX_CALLS)
    if command.kind == "shift" and command.given["unit"] in ("hours", "minutes"):
        for task in tasks:
            if "T" not in str(task.get("due")):
                return (yield from _refuse_untimed(task, command, memory))
    calls = [act(task, command, memory.clock) for task in tasks]
    has_series = any(call.tool == "update_task" for call in calls)  # a date is skipped; other tasks are deleted
    if act is task_calls.skip and command.target.words and has_series:
        return _ask_to_skip(tasks, calls, command, memory)
    results = yield _together(calls, tasks, command)
    text = _results_text(results, command, memory)
    return tasks.text(text, command) if isinstance(tasks, FoundInPart) else text


def _instead(other: Command, command: Command, memory: Memory) -> Plan:
    language, beside_change, has_card = command.language, command.beside_change, command.has_card
    return plan(replace(other, language=language, beside_change=beside_change, has_card=has_card), memory)


def _together(calls: list[PlannedCall], tasks: list[Task], command: Command) -> list[PlannedCall]:
    """Return one call for all tasks where the command means all of a kind, such as "everything tagged work"."""
    tool = _TOGETHER.get(calls[0].tool)
    if tool is None or command.kind == "reopen":  # which has no such tool
        return calls
    is_of_a_kind = command.target.every or command.target.excluded or command.kind in _SWEEPING
    asks_first = command.kind == "delete" and isinstance(tasks, FoundInPart)
    is_one_completion = len(calls) == 1 and tool == "bulk_complete_tasks"
    if is_one_completion or not (is_of_a_kind or asks_first):
        return calls
    return [PlannedCall(tool, {"task_ids": [call.arguments["task_id"] for call in calls]})]


def _is_title(words: str) -> Steps[bool]:
    """Return whether the title of an open task has all these words; the first names a field: "tag from milk"."""
    field, wanted = stems_of(words.split()[0]), stems(words)
    tasks = yield from searched(" ".join(sorted(wanted)), "open")
    return any(field <= stems_of(task["title"]) and wanted <= stems(task["title"]) for task in tasks)


def _copy(command: Command, memory: Memory) -> Plan:
    """Copy the task that the command means; by words one with steps or one that was done, the newest of one title."""
    words = command.target.words
    if not words:
        return (yield from _on_tasks(task_calls.copy, command, memory, status="all", needs_task=True))
    said, found = stems(words), (yield from searched(words, "all"))
    named = [task for task in found if _is_worth_copying(task) and said <= stems(task["title"])]
    if not named and command.otherwise:
        return (yield from _instead(command.otherwise, command, memory))
    newest = {task["title"].casefold(): task for task in named}
    exact = [task for title, task in newest.items() if stems(without_verb(title)) <= said]
    if len(exact) == 1:
        results = yield [task_calls.copy(exact[0], command, memory.clock)]
        return answers.messages(results, command.language)
    question = ask(exact or list(newest.values()), command, words)
    calls = [task_calls.copy(task, command, memory.clock) for task in question.tasks]
    return with_calls(question, calls, command, memory.clock)


def _is_worth_copying(task: Task) -> bool:
    """Return whether a task that is named by words is probably to be copied: one with steps, or a done one."""
    return bool(task.get("steps") or task["done"]) and "parent_id" not in task


def _delete_tasks(command: Command, memory: Memory) -> Plan:
    """Delete each task that the command means; of a series of which one date is named, offer to skip it."""
    if not command.given.get("once"):
        return (yield from _on_tasks(task_calls.delete, command, memory, status="all"))
    return (yield from _on_tasks(task_calls.skip, command, memory, status="all", needs_task=True))


def _ask_to_skip(tasks: list[Task], calls: list[PlannedCall], command: Command, memory: Memory) -> Question:
    """Ask about one date of a series, or which task is meant."""
    text = answers.reply_about(command, sentences.WHICH, command.target.words)
    if len(tasks) == 1:
        [task], rule = tasks, sentences.REPEATS.with_values(rule=format_rule(tasks[0]["recurrence"]))
        new, number = due_words(calls[0].arguments["due_date"], memory.clock), str(task["number"])
        text = answers.reply(command, sentences.SKIP, task=task_label(task), repeats=rule, new=new, number=number)
    return choice_question(text, [*zip(tasks, calls, strict=True)], command)


def _update_tasks(command: Command, memory: Memory) -> Plan:
    """Change each task that the command means; of a request for a reminder at a time, only what that needs."""
    if not command.given and command.target.pronoun:  # "remind me an hour before", behind "move 1 to sunday, 2 is done"
        found = yield from find(command, memory, status="open", needs_task=True)
        if isinstance(found, list) and any(task.get("done") for task in found):
            return answers.reply(command, sentences.NO_REFERENCE)
    is_date_alone = command.given.keys() == {"due_date"} and not command.target.words
    if is_date_alone and reminder_moment(command.text, None, memory.clock):
        return (yield from reminders.remind_at(command, memory))
    return (yield from _on_tasks(task_calls.update, command, memory, status="open"))


def _shift_tasks(command: Command, memory: Memory) -> Plan:
    """Move each task that the command means, or none if one of the new dates is out of range."""
    try:
        return (yield from _on_tasks(task_calls.shift, command, memory, status="open", needs_task=True))
    except task_calls.OutOfRangeError:
        return answers.answer_without_tools(replace(command, kind="bad_date"))


def _refuse_untimed(task: Task, command: Command, memory: Memory) -> Plan:
    """Say that a task has no time; "it" means this task then.

    It is looked up once more, alone, which tools.last_shown_tasks reads: the look-ups before showed others as well.
    """
    number = task["number"]
    yield [looked_up(search=f"#{number}", status="all")]
    memory.touch([number])
    return answers.reply(command, sentences.NO_TIME, task=task_label(task), number=number)


_PLANS: dict[str, Callable[[Command, Memory], Plan]] = {
    "add": _add,
    "copy": _copy,
    "list": questions.look,
    "done": partial(_on_tasks, task_calls.done, status="open"),
    "reopen": partial(_on_tasks, task_calls.reopen, status="done"),
    "update": _update_tasks,
    "shift": _shift_tasks,
    "reported": done_statements.complete_reported,
    "tag": partial(_on_tasks, task_calls.tag, status="open", needs_task=True),
    "untag": partial(_on_tasks, task_calls.untag, status="open", needs_task=True),
    "delete": _delete_tasks,
    "complete_all": _complete_all,
    "all_done": _all_done,
    "delete_all": _delete_all,
    "cancel": _delete_tasks,
    "look": questions.look,
    "when": questions.when,
    "count": questions.count,
    "finished": questions.finished,
    "tell": questions.tell,
    "several": questions.several,
    "remind": reminders.remind,
    "wish": new_tasks.wish,
    "offer": new_tasks.offer,
    "unknown": questions.unknown,
    "question": questions.question,
}
