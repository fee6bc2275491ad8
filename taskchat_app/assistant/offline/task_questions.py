"""Asks which task is meant, where the words fit several or may mean none."""

from dataclasses import replace
from typing import TypeAlias

from taskchat_app.assistant.grammar.commands import Command, Target, UserClock
from taskchat_app.assistant.grammar.named_changes import changes_said
from taskchat_app.assistant.grammar.phrases.targets import title_parts
from taskchat_app.assistant.grammar.question_guesses import SEVERAL
from taskchat_app.assistant.grammar.rules.done_statements import stems
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.plan_parts import PlannedCall, Question, Task
from taskchat_app.assistant.offline.question_choices import Choice, choices_about, choices_of, new_choice
from taskchat_app.assistant.offline.task_lines import choice_lines

_ASKED_MAX = 10
Found: TypeAlias = list[Task] | str | Question
"""The tasks that a command means, why there are none, or the question which of them it means."""


def card_index(commands: list[Command]) -> int | None:
    """Return the index of the command whose question has a card: the only command, or the only offer of a new task.

    Other commands may change what a question about tasks would find, so that it has no card beside them.
    """
    if len(commands) == 1:
        return 0
    offers = [index for index, command in enumerate(commands) if command.kind == "offer"]
    return offers[0] if len(offers) == 1 else None


def ask(matches: list[Task], command: Command, words: str) -> Question:
    """Ask which of these tasks is meant, or whether the only one is."""
    if command.given.get("once"):  # one date of a series that goes on
        matches = [task for task in matches if task.get("recurrence") and not task.get("done")] or matches
    shown = sorted(matches, key=lambda task: task["number"])[:_ASKED_MAX]
    message = sentences.WHICH if len(shown) > 1 else sentences.DID_YOU_MEAN
    return Question(answers.reply_about(command, message, words), shown, lines=choice_lines(shown, command.language))


def ask_if_doubtful(found: Found, command: Command) -> Found:
    """Return a question in place of tasks that the command may not mean; grammar/commands.py describes its fields."""
    if not isinstance(found, list):
        return found
    target = command.target
    words = target.named or target.words
    # "Delete old tasks", which found "Buy an old map", may mean tasks of a kind.
    is_by_kind_alone = target.noun != "" and _is_kind(target, found)
    # "Delete notes from meeting" may mean a task of this title, unless the title found has the words: "Team meeting".
    is_other_title = command.titled is not None and not target.filters and not is_named(found, command)
    # "Dentist done", which found "Dentist appointment"
    is_named_in_part = command.indirect and words != "" and not _are_named_by(words, found)
    # "Rename travel to Portugal" may mean the tag
    tags = {tag for task in found for tag in task.get("tags") or ()}
    is_tag_renamed = "title" in command.given and words.casefold() in tags
    is_doubtful = command.doubtful or is_by_kind_alone or is_other_title or is_named_in_part or is_tag_renamed
    return ask(found, command, words or command.text) if is_doubtful else found


def _are_named_by(words: str, tasks: list[Task]) -> bool:
    """Return whether the words are those of the titles, which may have a verb besides: "the milk" of "Buy milk"."""
    said = stems(words)
    return said <= title_stems(tasks) and all(stems(without_verb(task["title"])) <= said for task in tasks)


def title_stems(tasks: list[Task]) -> set[str]:
    return set[str]().union(*(stems(str(task.get("title", ""))) for task in tasks))


def with_calls(question: Question, calls: list[PlannedCall], command: Command, clock: UserClock) -> Question:
    """Return the question with what its choices do, in words if there is only one.

    `calls` has one call for each task of the question, in their order. The new task that the command may mean
    (Command.otherwise) is the last choice.
    """
    new = command.otherwise if command.otherwise and command.otherwise.given.get("title") else None
    as_new = [new_choice(new, clock)] if new else []
    if len(question.tasks) == 1:
        return _with_only_call(question, calls[0], as_new, command, clock)
    choices = [*zip(question.tasks, calls, strict=True)]
    are_all_named = len(title_parts(command.target)) > 1 or SEVERAL.search(command.target.words)
    if are_all_named and all("task_id" in call.arguments for call in calls):  # not a copy
        choices += choices_of(question.tasks, [calls], clock)  # one more choice: all of them
    return choice_question(question.text, [*choices, *as_new], command)


def _with_only_call(
    question: Question, call: PlannedCall, as_new: list[Choice], command: Command, clock: UserClock
) -> Question:
    """Return the question about a single task with what a yes does, or with all that the command may mean."""
    [task] = question.tasks
    if command.has_card and command.kind == "delete" and _may_clear(task, command, clock):
        return ask_about([task], as_new, command, clock)
    if as_new:
        this_or_new = answers.reply_about(command, sentences.THIS_OR_NEW, command.target.words or command.text)
        words = answers.call_words([task], call, clock)
        meant = (task | {"words": words} if words else task, call)
        return choice_question(this_or_new, [meant, *as_new], command)
    return replace(question, text=answers.guess(command, task, call, clock) or question.text, calls=[call])


def _may_clear(task: Task, command: Command, clock: UserClock) -> bool:
    """Return whether a message may say to take a field off, not to delete: "get rid of the date on the report"."""
    changes = changes_said(command.text, task["title"], clock)
    return any(change.kind == "untag" or change.given.keys() & {"clear", "priority"} for change in changes)


def choice_question(text: str, choices: list[Choice], command: Command, about: tuple[int, ...] = ()) -> Question:
    """Return a question with these choices, each once; `about` has the numbers of the tasks that all are about."""
    tasks: list[Task] = []
    calls: list[PlannedCall] = []
    for task, call in choices:
        if call not in calls:
            tasks.append(task)
            calls.append(call)
    return Question(text, tasks, calls, choice_lines(tasks, command.language), about)


def ask_about(
    tasks: list[Task], others: list[Choice], command: Command, clock: UserClock, *, is_asked: bool = False
) -> Question:
    """Ask what is to be done with these tasks; `others` are further choices. A question is answered first."""
    about = answers.about(tasks, command, has_choices=True)
    text = f"{about}\n\n{choice_lines(tasks, command.language)}"
    if is_asked:
        text = f"{answers.described(tasks, command.language)}\n\n{about}"
    numbers = tuple(task["number"] for task in tasks)
    return choice_question(text, [*choices_about(tasks, command, clock), *others], command, about=numbers)


def is_named(found: Found, command: Command) -> bool:
    """Return whether the command's words are those of the tasks found; else it may mean what `otherwise` says."""
    if isinstance(found, str):
        return False
    tasks = found.tasks if isinstance(found, Question) else found
    return bool(tasks) and stems(command.target.named or command.target.words) <= title_stems(tasks)


def _is_kind(target: Target, found: list[Task]) -> bool:
    """Return whether one task was found, not by a tag, without "tasks" in its title: "Buy old map" by "old tasks"."""
    [task, *others] = found
    return not others and target.noun not in task["title"].casefold() and target.words.casefold() not in task["tags"]


def without_verb(title: str) -> str:
    """Return a title without the verb that it begins or ends with."""
    if begins_with_verb(title):
        return title.partition(" ")[2]
    return title.rpartition(" ")[0] if ends_with_verb(title) else title
