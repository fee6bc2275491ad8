"""The plan of statements that tasks are done: "I washed the car and paid the rent"."""

from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.targets import title_parts
from taskchat_app.assistant.grammar.rules.done_statements import WHOLLY, is_completing, stems, verbs_of
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers, task_calls
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import Plan, Question, Steps, Task
from taskchat_app.assistant.offline.question_choices import new_choice
from taskchat_app.assistant.offline.task_finder import find
from taskchat_app.assistant.offline.task_questions import Found, ask, choice_question, with_calls, without_verb
from taskchat_app.assistant.offline.tasks_of_parts import FoundInPart, ask_in_text, find_each, numbers_of_parts
from taskchat_app.assistant.offline.title_search import find_by_stems, folded_words

# "Mein Mann hat schon eingekauft"
_OF_OTHERS = phrase(r"(?:mein\w?|unsere?|der|die|my|our|the) \w+ (?:hat|haben|has|have)\b")


def complete_reported(command: Command, memory: Memory) -> Plan:
    """Complete the tasks that are said to be done, or ask."""
    found = yield from _find(command, memory)
    if isinstance(found, Question):
        return with_calls(found, [task_calls.done(task) for task in found.tasks], command, memory.clock)
    if isinstance(found, str) and _OF_OTHERS.match(command.text):
        return answers.reply(command, sentences.REMARK)
    if isinstance(found, str):  # "got a parking ticket, 14 days to pay"
        new = replace(command, given=read_title(command.text, memory.clock))
        text = f"{found} {answers.reply(command, sentences.NEW)}"
        return choice_question(text, [new_choice(new, memory.clock)], command)
    results = yield [task_calls.done(task) for task in found]
    text = answers.messages(results, command.language)
    return found.text(text, command) if isinstance(found, FoundInPart) else text


def _find(command: Command, memory: Memory) -> Steps[Found]:
    """Find the open tasks that are said to be done, or ask which are meant."""
    target = command.target
    if not target.words:
        return (yield from find(command, memory, status="open", needs_task=False))
    verb, parts = str(command.given["verb"]), title_parts(target)
    alike = yield from find_by_stems(target.words, "open", command.language)
    is_titled = any(folded_words(target.words) <= folded_words(task["title"]) for task in alike)
    # "Finished the rent and 3": such a verb fits every task, so that a number is one of a task, too.
    has_numbers = verb in WHOLLY and not is_titled and bool(numbers_of_parts(parts))
    if has_numbers:
        return (yield from find_each(parts, command, "open"))
    if alike:
        exact = _exactly_reported(alike, target.words, verb)
        return exact if len(exact) == 1 else ask(alike, command, target.words)
    certain: list[Task] = []
    for part in parts:  # "washed the car and paid the rent"
        alike = yield from find_by_stems(part, "open", command.language)
        certain += [task for task in alike if len(alike) == 1 and _is_said(task["title"], target.words, verb)]
    if certain and len(certain) == len(parts):
        return certain
    # "Finished the dentist and call mum" may go on with a task.
    goes_on = any(map(begins_with_verb, parts[1:])) and not begins_with_verb(parts[0])
    if verb in WHOLLY and parts and not goes_on:
        return (yield from find_each(parts, command, "open"))
    return (yield from ask_in_text(target.words, command, "open"))


def _exactly_reported(tasks: list[Task], words: str, verb: str) -> list[Task]:
    """Return the tasks whose titles have no other words than what was said, or than that and a verb."""
    exact = [task for task in tasks if _is_said(task["title"], words, verb)]
    if exact or verb not in WHOLLY:
        return exact
    said = stems(words) | verbs_of(verb)
    return [task for task in tasks if stems(without_verb(task["title"])) <= said]


def _is_said(title: str, words: str, verb: str) -> bool:
    """Return whether a title has no other words than what was said: "Wash the car" of "washed the car"."""
    titled, verbs = stems(title), verbs_of(verb)
    return titled <= stems(words) | verbs and (is_completing(verb) or not titled.isdisjoint(verbs))
