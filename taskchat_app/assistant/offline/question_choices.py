"""The choices that a question about tasks offers: new tasks, and what a message may do to the tasks that it names."""

from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.named_changes import OFF, changes_said, is_denied_tag, tag_in_place
from taskchat_app.assistant.grammar.pasted_lists import listed_parts
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.reminder_phrases import said_reminders
from taskchat_app.assistant.grammar.rules.done_statements import stems
from taskchat_app.assistant.grammar.said_parts import may_be_several, said_parts, steps_said
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers, task_calls
from taskchat_app.assistant.offline.plan_parts import Act, PlannedCall, Task, each
from taskchat_app.assistant.offline.task_lines import due_words, task_label, task_words
from taskchat_app.domain.tasks.fields import TAGS_MAX, TITLE_MAX_CHARACTERS
from taskchat_app.domain.tasks.task_dates import NONE
from taskchat_app.i18n.messages import joined

_SINGLE_MAX = 3
"""Tasks that a card offers to tick off and to change one by one, too."""
_STUFF = phrase(r"(?<=\w{3})s?(?:kram|zeug|sachen|dinge|aufgaben)\b")
Choice: TypeAlias = tuple[Task, PlannedCall]
"""A task of a question, and what choosing it does."""
_FIELDS = {"due_date": "due"}
"""The fields of a task whose arguments have other names."""
_CHANGES: dict[str, Act] = {
    "update": task_calls.update,
    "shift": task_calls.shift,
    "tag": task_calls.tag,
    "untag": task_calls.untag,
}


def new_choice(command: Command, clock: UserClock) -> Choice:
    """Return a new task as a choice of a question, and what adds it."""
    dates = {"due_in_words": due_words(command.given["due_date"], clock)} if "due_date" in command.given else {}
    task = {"number": 0, **command.given, **dates}
    return task, PlannedCall("create_task", command.given)


def new_choices(command: Command, clock: UserClock, parent: Task | None = None) -> list[Choice]:
    """Return a choice of the parts of a message as new tasks, or as steps of a task; none if it is no list."""
    new = _steps_in(command, parent, clock) if parent else _tasks_in(command, clock)
    if not new or not all(given["title"] for given in new):
        return []
    offers = [new_choice(replace(command, given=given), clock) for given in new]
    # "Add as steps of #1: …" says already whose steps they are.
    titles = joined([task_words(task | ({"parent_id": None} if parent else {})) for task, _ in offers], "; ")
    words = sentences.NEW_TASKS.with_values(titles=titles)
    if parent:
        words = sentences.NEW_STEPS.with_values(task=task_label(parent), titles=titles)
    return [({"number": 0, "title": new[0]["title"], "words": words}, each([call for _, call in offers]))]


def _tasks_in(command: Command, clock: UserClock) -> list[dict[str, Any]]:
    """Return the fields of the new tasks that a message lists; its date, priority and tags are those of each task."""
    if command.parts:
        return [part.given for part in command.parts]
    shared = {name: command.given[name] for name in ("due_date", "priority", "tags") if name in command.given}
    return [shared | read_title(part, clock) for part in listed_parts(command.text) or may_be_several(command)]


def _steps_in(command: Command, parent: Task, clock: UserClock) -> list[dict[str, Any]]:
    parts = listed_parts(command.text) or steps_said(command.text, parent["title"])
    return [{"parent_id": parent["number"]} | read_title(part, clock) for part in parts]


def parts_as_new(command: Command, clock: UserClock) -> list[Choice]:
    """Return each part of a message that says what is to be done as a new task, without the words around it."""
    new = [part.given for part in command.parts] or [read_title(part, clock) for part in said_parts(command.text)]
    return [new_choice(replace(command, given=given), clock) for given in new if given["title"]]


def choices_about(tasks: list[Task], command: Command, clock: UserClock) -> list[Choice]:
    """Return what can be done to the tasks that a message names but says nothing of that is understood.

    They are ticked off or reopened, changed as it may say, or deleted; the only one may get the message as its note, or
    its parts as steps.
    """
    open_tasks = [task for task in tasks if not task.get("done")]
    status = [task_calls.done(task) for task in open_tasks] or [task_calls.reopen(task) for task in tasks]
    changes = _changes_about(tasks, command, clock)
    options = [status, *changes]  # the calls of each choice
    steps: list[Choice] = []
    if len(tasks) == 1:
        options += [[call] for call in _calls_of_only(tasks[0], command, clock)]
        steps = [] if tasks[0].get("parent_id") else new_choices(command, clock, tasks[0])
    elif len(tasks) <= _SINGLE_MAX:
        options += [[call] for option in (status, *changes) for call in option]
    numbers = [task["number"] for task in tasks]  # whose steps go with them
    options.append([task_calls.delete(task) for task in tasks if task.get("parent_id") not in numbers])
    return [*steps, *choices_of(tasks, options, clock)]


def _calls_of_only(task: Task, command: Command, clock: UserClock) -> list[PlannedCall]:
    """Return the calls that are offered for a single task: its reminders, the message as a note, tags taken off."""
    calls: list[PlannedCall] = []
    if task.get("due") and not task.get("overdue") and not task.get("done"):
        names = [name for name in said_reminders(command.text) if name != NONE or task.get("rings")]
        calls += [PlannedCall("update_task", {"task_id": task["number"], "reminder": name}) for name in names]
    note = PlannedCall("add_note", {"task_id": task["number"], "note": command.text})
    return [*calls, note, *_untagging(task, command, clock)]


def names_tag(text: str, tag: str) -> bool:
    """Return whether the words of a tag are in a text: "arbeit" in "den ganzen Arbeitskram"."""
    words = stems(tag)
    return words != set() and words <= stems(text) | stems(_STUFF.sub("", text))


def _untagging(task: Task, command: Command, clock: UserClock) -> list[PlannedCall]:
    """Return the calls that take off each tag of the task that a message names: "take home off the plants".

    Where it says another one, as in "it's not work, it's private", that one comes in its place first.
    """
    text, tags = command.text, list[str](task.get("tags") or ())
    named = [tag for tag in tags if (OFF.search(text) and names_tag(text, tag)) or is_denied_tag(text, tag)]
    calls = list[PlannedCall]()
    for tag in named:
        if new := tag_in_place(text, tag):
            swapped = [new if one == tag else one for one in tags]
            calls.append(PlannedCall("update_task", {"task_id": task["number"], "tags": swapped}))
        calls.append(task_calls.untag(task, Command("untag", text, given={"tags": [tag]}), clock))
    return calls


def _changes_about(tasks: list[Task], command: Command, clock: UserClock) -> list[list[PlannedCall]]:
    """Return the calls of each change that a message may say of all these tasks, which is the same for each of them."""
    options: list[list[PlannedCall]] = []
    for change in changes_said(command.text, tasks[0]["title"], clock):
        if "title" in change.given and len(tasks) > 1:
            continue
        with suppress(task_calls.OutOfRangeError):
            calls = [_CHANGES[change.kind](task, change, clock) for task in tasks]
            if len(tasks) == 1 or _are_same_change(calls):
                options.append([task_calls.at_own_time(task, call) for task, call in zip(tasks, calls, strict=True)])
    return options


def _are_same_change(calls: list[PlannedCall]) -> bool:
    """Return whether the calls give all tasks the same values; a time alone does not: it is on each task's own day."""
    values = [call.arguments | {"task_id": 0} for call in calls]
    is_time_alone = "-" not in str(values[0].get("due_date", "-"))
    return not is_time_alone and all(value == values[0] for value in values)


def choices_of(tasks: list[Task], options: list[list[PlannedCall]], clock: UserClock) -> list[Choice]:
    """Return each option, calls for some of these tasks, as one choice; without calls that change nothing."""
    numbered = {task["number"]: task for task in tasks}
    choices = list[Choice]()
    for option in options:
        calls = [call for call in option if _can_be_done(numbered[call.arguments["task_id"]], call)]
        changed = [numbered[call.arguments["task_id"]] for call in calls]
        words = answers.call_words(changed, _of_all(calls), clock) if calls else None
        if words:
            choices.append(({"number": 0, "title": changed[0]["title"], "words": words}, each(calls)))
    return choices


def _of_all(calls: list[PlannedCall]) -> PlannedCall:
    """Return the first call, which is the same for all tasks but for their times of day: those are left out."""
    dues = {str(call.arguments.get("due_date", "")) for call in calls}
    days = {due.partition("T")[0] for due in dues}
    if len(dues) > 1 and len(days) == 1:
        return replace(calls[0], arguments=calls[0].arguments | {"due_date": days.pop()})
    return calls[0]


def _can_be_done(task: Task, call: PlannedCall) -> bool:
    """Return whether a call changes a field, to a value that a task may have."""
    if call.tool != "update_task":
        return True
    new = {_FIELDS.get(name, name): value for name, value in call.arguments.items() if name != "task_id"}
    if len(str(new.get("title", ""))) > TITLE_MAX_CHARACTERS or len(new.get("tags", ())) > TAGS_MAX:
        return False
    cleared: list[str] = new.pop("clear", [])
    is_cleared = any(task.get(_FIELDS.get(name, name)) for name in cleared)
    return is_cleared or any(task.get(name) != value for name, value in new.items())
