"""Plans of sentences that add a task: at once, or after a question about the tasks that they may mean."""

import re
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.guesses import CHANGES, NOT_FORGOTTEN, is_correction, is_of_field
from taskchat_app.assistant.grammar.phrases.loose_days import spelled_out, with_loose_day
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase, words
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS
from taskchat_app.assistant.grammar.phrases.unread_words import names_nothing, unread_word
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.rules.done_statements import stems
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import Plan, PlannedCall, Task, looked_up, searched
from taskchat_app.assistant.offline.question_choices import Choice, choices_about, new_choice, new_choices, parts_as_new
from taskchat_app.assistant.offline.task_calls import at_own_time
from taskchat_app.assistant.offline.task_lines import due_words, task_label
from taskchat_app.assistant.offline.task_questions import ask_about, choice_question, without_verb
from taskchat_app.assistant.offline.title_search import find_by_stems, find_in_text, numbers_in

SHOWN_MAX = 10
"""Tasks that a question or an answer shows."""
# "Buy milk again" names "Buy milk", and "take out the report" or "extend the report" may be said of a task.
_NAMES_NOTHING = FILLERS | frozenset("again wieder nochmal nochmals noch off".split())
# "Book club is (first monday of every month)", "Steuererklärung, hat Zeit (bis Ende Januar)"
_DANGLING = phrase(r"(?:,? (?:next one is|is|are|ist|sind|hat (?:noch )?zeit|can wait))\Z")
_ASKED = phrase(rf"\b{words('who, what, where, when, how, why, which, whether, if, wer, was, wo, wann, wie, ob')}\b")
# Not "no": "book a hotel, no breakfast" is a new task
_DENIES = phrase(r"\b(?:not|nicht)\b|n['’]t\b")
# "Don't forget the milk" may be said of a task that is there; "don't forget: buy bread" is a new one
_TO_REMEMBER = phrase(r"\b(?:forget|remember|vergiss|vergessen)(?!:)\b")
_TO_ADD = phrase(r"\b(?:add|new task|remind|remember|note|need|neue?[nr]?|erinner\w*|schreib\w*|trag|brauche?n?)\b")


def wish(command: Command, memory: Memory) -> Plan:
    """Add a task; ask first if an open one has its title, which a date moves, or, of a wish, the same words."""
    title, due = str(command.given["title"]), command.given.get("due_date")
    if command.target.numbers:  # the answer to the question below: "yes"
        results = yield [with_date({"number": number}, due) for number in command.target.numbers]
        return answers.messages(results, command.language)
    words = [word for word in re.findall(r"\w+", without_verb(title)) if word.casefold() not in _NAMES_NOTHING]
    found: list[Task] = []
    if said := " ".join(words):
        found = (yield from searched(said, "open")) or (yield from find_by_stems(said, "open", command.language))
    is_wish = command.kind == "wish" or _TO_REMEMBER.search(command.text) is not None
    same = [task for task in found if _is_same(task["title"], title, is_wish=is_wish)]
    if same and due and "recurrence" not in command.given:
        new = due_words(due, memory.clock)
        text = answers.reply(command, sentences.ALREADY_THERE, task=task_label(same[0]), new=new)
        choices = [(same[0], with_date(same[0], due)), new_choice(command, memory.clock)]
        return choice_question(text, choices, command)
    alike = [task for task in (found if is_wish else same) if _has_words(task["title"], words)]
    if alike:
        text = answers.reply(command, sentences.BESIDE, task=task_label(alike[0]))
        return choice_question(text, [new_choice(command, memory.clock)], command)
    if is_wish:
        _, is_whole = yield from find_in_text(title, "open")
        if is_whole:  # "pack the passport" beside "Renew passport"
            return (yield from offer(command, memory))
    results = yield [PlannedCall("create_task", command.given)]
    return answers.messages(results, command.language)


def _is_same(title: str, said: str, *, is_wish: bool) -> bool:
    """Return whether these are the words of a title; of a wish some that tell what, not what to do: "gym"."""
    is_event = is_wish and not (begins_with_verb(said) or ends_with_verb(said))
    return stems(title) == stems(said) or (is_event and stems(said) <= stems(title))


def _has_words(title: str, words: list[str]) -> bool:
    """Return whether all words are in a title, in any form or within one: "port" of "Passport"."""
    known = title.casefold()
    return stems(" ".join(words)) <= stems(known) or all(len(word) > 3 and word.casefold() in known for word in words)


def with_date(task: Task, due: str | None) -> PlannedCall:
    """Return the call that gives a task this date; without one, and on its own day, the task keeps its date."""
    is_kept = due is None or str(task.get("due") or "")[:10] == due
    change = {} if is_kept else {"due_date": due}
    return at_own_time(task, PlannedCall("update_task", {"task_id": task["number"], **change}))


def offer(command: Command, memory: Memory) -> Plan:
    """Ask about what may be a new task; first about the tasks that it names, unless it has the form of a new task."""
    found, is_whole = yield from find_in_text(command.text, "open", memory.selected)
    if not found:
        found, is_whole = yield from find_in_text(command.text, "done", memory.selected)
    if not found and is_correction(command.text):
        return answers.reply(command, sentences.CORRECTION)
    if command.given.keys() & {"due_date", "recurrence"} and not _ASKED.search(str(command.given["title"])):
        command = replace(command, given=command.given | {"title": _DANGLING.sub("", str(command.given["title"]))})
    if names_nothing(str(command.given["title"])):
        if not found and memory.selected:
            results = yield [looked_up(search=f"#{number}", status="all") for number in memory.selected[:SHOWN_MAX]]
            found = [task for result in results for task in result.get("tasks") or ()]
        if found and command.has_card:
            return ask_about(found[:SHOWN_MAX], [], command, memory.clock)
        return answers.reply(command, sentences.NO_REFERENCE)
    dated, choices = _ways_to_add(command, memory.clock)
    offered, new = answers.offered(command, dated), answers.reply(command, sentences.NEW)
    if not is_whole and len(found) != 1:
        if not found and is_of_field(bare(command.text)):
            offered = f"{answers.reply(command, sentences.NO_REFERENCE)} {new}"
        return choice_question(offered, choices, command)
    meant = found[:SHOWN_MAX]
    is_change = _may_change(command.text, is_whole=is_whole)
    if is_change and command.has_card:
        return ask_about(meant, choices, command, memory.clock)
    about = answers.about(meant, command, has_choices=command.has_card)
    if command.has_card:
        choices += choices_about(meant, command, memory.clock)
    return choice_question(f"{about} {new}" if is_change else f"{offered} {about}", choices, command)


def _may_change(text: str, *, is_whole: bool) -> bool:
    """Return whether a text may say a change of the tasks that it names, by all their words if `is_whole`."""
    if _DENIES.search(NOT_FORGOTTEN.sub("", text)):
        return True
    if _TO_ADD.search(text) and not numbers_in(text):
        return False
    return is_whole or CHANGES.search(bare(text)) is not None


def _ways_to_add(command: Command, clock: UserClock) -> tuple[Task | None, list[Choice]]:
    """Return the new task with a date or series that its title may name, if it does, and all choices that add tasks."""
    whole, several = [new_choice(command, clock)], new_choices(command, clock)
    # A yes to several offers adds them all.
    choices = [*several, *whole] if command.parts else [*whole, *several]
    choices += parts_as_new(command, clock)
    if command.parts or not command.given.keys().isdisjoint(("due_date", "recurrence")):
        return None, choices
    if given := with_loose_day(command.given, clock):
        dated = new_choice(replace(command, given=given), clock)
        return dated[0], [dated, *choices]
    title = spelled_out(str(command.given["title"]))
    if given := with_loose_day(command.given | {"title": title}, clock, is_sure=False):
        choices.append(new_choice(replace(command, given=given), clock))
    series = read_title(title, clock)
    if "recurrence" in series and not unread_word(series["title"]):
        repeated = new_choice(replace(command, given=command.given | series), clock)
        return repeated[0], [repeated, *choices]
    return None, choices
