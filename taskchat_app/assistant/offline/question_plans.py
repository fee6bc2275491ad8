"""Plans of questions about tasks, of sentences that may mean a new task, and of reminders of a task by name."""

import re
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.guesses import CHANGES, is_correction, is_of_field, with_loose_day
from taskchat_app.assistant.grammar.phrases.filters import take_filters, without_last_date, without_possessives
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.reminder_phrases import OFFSET, new_date
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS, stems_of
from taskchat_app.assistant.grammar.phrases.unread_words import misfit
from taskchat_app.assistant.grammar.question_guesses import may_order
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.rules.done_statements import stems
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import (
    MAX_CALLS,
    Listing,
    Plan,
    PlannedCall,
    Question,
    Steps,
    Task,
    filter_tasks,
    is_part,
    listed,
    looked_up,
    searched,
)
from taskchat_app.assistant.offline.task_calls import at_own_time
from taskchat_app.assistant.offline.task_finder import find
from taskchat_app.assistant.offline.task_lines import choice_lines, due_words, task_label
from taskchat_app.assistant.offline.task_questions import (
    Found,
    ask_about,
    choice_question,
    choices_about,
    names_tag,
    new_choice,
    new_choices,
    without_verb,
)
from taskchat_app.assistant.offline.title_search import find_by_stems, find_in_text, is_definite, numbers_in
from taskchat_app.domain.dates.due_dates import local_due, parse_due

_SHOWN_MAX = 10
# "Are the plants due today?": no, but they are on the list
_WHETHER = phrase(r"(?:is|are|ist|sind) ")
_ANY_TASK = phrase(
    r"(?:event|appointment|task|thing|todo|item|reminder|deadline|termin|ereignis|aufgabe|eintrag|erinnerung)s?"
)
# What is to be done, in a sentence of another form than a title
_MUST = phrase(
    r"\b(?:needs?|must|ha(?:ve|s) to|should|ought|enter|remember|do ?n['’]t forget|owe|muss|müssen|soll(?:en|te)?"
    r"|denken|nicht vergessen|brauche?n?|bestellen|eintragen|aufschreiben|erinner\w*)\b"
)
_OF_TAG = phrase(r"\b(?:for|under|with|tagged|für|unter|tasks?|stuff|things|left|aufgaben?|sachen?)\b")
_TO_ADD = phrase(r"\b(?:add|new task|remind|remember|note|need|neue?[nr]?|erinner\w*|schreib\w*|trag|brauche?n?)\b")


def look(command: Command, _: Memory) -> Plan:
    """List what a question asks for; what has no such tag may have the word."""
    given = command.given
    result = yield from listed(given)
    if given.get("tag") and result.get("tasks") == []:
        others = {name: value for name, value in given.items() if name != "tag"}
        result = yield from listed(others | {"search": given["tag"]})
    if given.keys() == {"search"} and result.get("tasks") == []:
        result = result | {"tasks": (yield from find_by_stems(given["search"], "open", command.language))}
    if "search" in given and result.get("tasks") == [] and _WHETHER.match(command.text):
        result = result | {"tasks": (yield from searched(given["search"], "all"))}
    numbers = [int(task["number"]) for task in result.get("tasks") or ()]
    text = answers.listing(result, command.language, given.get("search") or given.get("tag", ""))
    return Listing(text, numbers, is_part(given))


def of_day(command: Command, memory: Memory) -> Plan:
    """A day alone asks what is due then; a time alone may be for any task."""
    if not command.target.filters or is_correction(command.text):
        said = sentences.CORRECTION if is_correction(command.text) else sentences.NO_REFERENCE
        return answers.reply(command, said)
    return (yield from look(replace(command, given=command.target.filters), memory))


def agenda(command: Command, _: Memory) -> Plan:
    """Answer with the tasks until the end of a day or period: overdue ones first, then by time, then by priority."""
    given: dict[str, Any] = {"status": "open", "sort": "due"} | {
        name: value for name, value in command.given.items() if name not in ("due_after", "status")
    }
    return answers.listing((yield from listed(given)), command.language)


def count(command: Command, _: Memory) -> Plan:
    """Answer with the number of tasks."""
    return answers.counted((yield from filter_tasks(command.given)), command)


def finished(command: Command, _: Memory) -> Plan:
    """Answer with the tasks done in a period, by the time of completion, not by the due date."""
    after, before = command.given.get("due_after", ""), command.given.get("due_before", "9999")
    given = {name: value for name, value in command.given.items() if name in ("tag", "priority")}
    [result] = yield [looked_up(**given, status="done", limit=MAX_CALLS)]
    last_done = [(str(task.get("completed") or ""), task) for task in result.get("tasks") or ()]
    tasks = [task for at, task in last_done if at >= after and at[: len(before)] <= before]
    # Of more tasks those done last are read: unless they begin before the period, it may have others.
    may_have_more = bool(result.get("more")) and all(at >= after for at, _ in last_done)
    if may_have_more and not tasks:
        return answers.say(command.language, sentences.FINISHED_LATER, count=len(last_done))
    # In the order of the page's list of done tasks.
    tasks.sort(key=lambda task: int(task["number"]), reverse=True)
    text = answers.finished(tasks, command.language, may_have_more=may_have_more)
    return Listing(text, [int(task["number"]) for task in tasks])


def tell(command: Command, memory: Memory) -> Plan:
    """Show the task that a question is about with its date, by number, place or words."""
    target = command.target
    found: Found
    if target.nearest and _ANY_TASK.fullmatch(target.words):  # "my next appointment"
        now = memory.clock.now.astimezone(memory.clock.zone).strftime("%Y-%m-%dT%H:%M")
        [result] = yield [looked_up(due_after=now, status="open", sort="due", limit=1)]
        found = result.get("tasks") or answers.listing(result, command.language)
    elif target.words and not target.every:
        [result] = yield [looked_up(search=_sought(command), status="all")]
        named = result.get("tasks") or (yield from find_by_stems(_sought(command), "all", command.language))
        found = _nearest(_of_day(named, command), command)
        if not found:  # "when was that dentist thing again"
            among, is_whole = yield from find_in_text(target.words, "all")
            found = among if is_whole else answers.no_match(target.named or target.words, command)
    else:
        found = yield from find(command, memory, status="all", needs_task=True)
    if not isinstance(found, list):
        return found
    tasks = found[:_SHOWN_MAX]
    return Listing(answers.described(tasks, command.language), [int(task["number"]) for task in tasks], is_part=False)


def wish(command: Command, memory: Memory) -> Plan:
    """Add a task; ask first if an open one has its title, which a date moves, or, of a wish, the same words."""
    title, due = str(command.given["title"]), command.given.get("due_date")
    if command.target.numbers:  # the answer to the question below: "yes"
        results = yield [_reminded({"number": number}, due) for number in command.target.numbers]
        return answers.messages(results, command.language)
    words = [word for word in re.findall(r"\w+", without_verb(title)) if word.casefold() not in _NAMES_NOTHING]
    said = " ".join(words)
    found = (yield from searched(said, "open")) if said else []
    if said and not found:
        found = yield from find_by_stems(said, "open", command.language)
    is_wish = command.kind == "wish"
    same = [task for task in found if _is_same(str(task["title"]), title, is_wish=is_wish)]
    if same and due and "recurrence" not in command.given:
        new = due_words(due, memory.clock)
        text = answers.reply(command, sentences.ALREADY_THERE, task=task_label(same[0]), new=new)
        choices = [(same[0], _reminded(same[0], due)), new_choice(command, memory.clock)]
        return choice_question(text, choices, command)
    for task in found if is_wish else same:
        if _has_words(str(task["title"]), words):
            text = answers.reply(command, sentences.BESIDE, task=task_label(task))
            return choice_question(text, [new_choice(command, memory.clock)], command)
    if is_wish and (yield from find_in_text(title, "open"))[1]:  # "pack the passport" beside "Renew passport"
        return (yield from offer(command, memory))
    results = yield [PlannedCall("create_task", command.given)]
    return answers.messages(results, command.language)


def _has_words(title: str, words: list[str]) -> bool:
    """Return whether all words are in a title, in any form or within one: "port" of "Passport"."""
    known = title.casefold()
    return stems(" ".join(words)) <= stems(known) or all(len(word) > 3 and word.casefold() in known for word in words)


def _is_same(title: str, said: str, *, is_wish: bool) -> bool:
    """Return whether these are the words of a title; of a wish some that tell what, not what to do: "gym"."""
    is_event = is_wish and not (begins_with_verb(said) or ends_with_verb(said))
    return stems(title) == stems(said) or (is_event and stems(said) <= stems(title))


# "Buy milk again" names "Buy milk", and "take out the report" or "extend the report" may be said of a task.
_NAMES_NOTHING = FILLERS | frozenset("again wieder nochmal nochmals noch off".split())


def offer(command: Command, memory: Memory) -> Plan:
    """Ask about what may be a new task: first about the tasks that it names, unless it has the form of a new one."""
    found, is_whole = yield from find_in_text(command.text, "open")
    if not found:
        found, is_whole = yield from find_in_text(command.text, "done")
    if not found and is_correction(command.text):
        return answers.reply(command, sentences.CORRECTION)
    choices = [new_choice(command, memory.clock), *new_choices(command, memory.clock)]
    dated: Task | None = None
    is_dated = not command.given.keys().isdisjoint(("due_date", "recurrence"))
    if not is_dated and (given := with_loose_day(command.given, memory.clock)):
        dated, call = new_choice(replace(command, given=given), memory.clock)
        choices = [(dated, call), *choices]
    elif not is_dated and (given := with_loose_day(command.given, memory.clock, is_sure=False)):
        choices.append(new_choice(replace(command, given=given), memory.clock))
    offered = answers.offered(command, dated)
    parts = [offered]
    if not found and is_of_field(bare(command.text)):
        parts = [answers.reply(command, sentences.NO_REFERENCE), answers.reply(command, sentences.NEW)]
    if is_whole or len(found) == 1:
        named = [task for task in found if is_definite(command.text, str(task["title"]))]
        meant = found[:_SHOWN_MAX] if is_whole else named or found[:1]
        may_be_new = _TO_ADD.search(command.text) and not numbers_in(command.text)
        is_change = (is_whole or CHANGES.search(bare(command.text))) and not may_be_new
        if is_change and command.has_card:
            return ask_about(meant, choices, command, memory.clock)
        about = answers.about(meant, command, has_choices=command.has_card)
        parts = [about, answers.reply(command, sentences.NEW)] if is_change else [offered, about]
        choices += choices_about(meant, command, memory.clock) if command.has_card else []
    return choice_question(" ".join(parts), choices, command)


def unknown(command: Command, memory: Memory) -> Plan:
    """Ask what is to be done with the tasks that a statement names, if it names some."""
    tasks = [] if command.given else (yield from _named_in(command.text))
    given = read_title(bare(command.text), memory.clock)
    as_new = [new_choice(replace(command, given=given), memory.clock)] if given["title"] else []
    if tasks and command.has_card:
        return ask_about(tasks, as_new, command, memory.clock)
    if tasks:
        lines = choice_lines(tasks, command.language)
        return Listing(f"{answers.about(tasks[:1], command)}\n\n{lines}", [int(task["number"]) for task in tasks])
    if is_correction(command.text):
        return answers.reply(command, sentences.CORRECTION)
    text = answers.answer_without_tools(command)
    if as_new and _MUST.search(command.text):
        return choice_question(f"{text} {answers.reply(command, sentences.NEW)}", as_new, command)
    return text


def several(command: Command, memory: Memory) -> Plan:
    """Ask what is to be done with the tasks of the day, tag or state that an order names, or say how to name them."""
    words = without_possessives(command.target.words or command.text)
    tag = yield from _used_tag(words)
    # The last date may be where the tasks are moved to: "put all of the overdue stuff on today".
    filters = _which(without_last_date(words, memory.clock), memory.clock)
    if tag:  # "high priority for everything at work" is what is wanted
        filters = {name: value for name, value in filters.items() if name != "priority"} | {"tag": tag}
    filters = filters or _which(words, memory.clock)
    if command.has_card and filters:
        result = yield from filter_tasks({"status": "open"} | filters)
        tasks: list[Task] = result.get("tasks") or []
        if 0 < len(tasks) <= _SHOWN_MAX:
            return ask_about(tasks, [], command, memory.clock)
    return answers.reply(command, sentences.SEVERAL)


def _which(words: str, clock: UserClock) -> dict[str, Any]:
    """Return the filters that words name; empty if these are those of the whole list."""
    filters, _ = take_filters(words, clock, by_day=True)
    is_whole_list = filters.keys() <= {"status"} and filters.get("status") != "done"
    return {} if is_whole_list else filters


def _used_tag(text: str) -> Steps[str]:
    """Return the tag of open tasks that a text names; empty for none."""
    [result] = yield [looked_up(status="open", limit=MAX_CALLS)]
    used = {tag for task in result.get("tasks") or () for tag in task.get("tags") or ()}
    return next((tag for tag in sorted(used) if names_tag(text, tag)), "")


def question(command: Command, memory: Memory) -> Plan:
    """Show the tasks that a question names, else a list that answers it; ask if it may order a change."""
    tasks = yield from _named_in(command.text)
    other = replace(command.otherwise or command, language=command.language)
    if not tasks:
        return (yield from _look_partly(other, memory)) if other.kind == "look" else answers.answer_without_tools(other)
    if len(tasks) == 1 and command.has_card and may_order(command.text):
        return ask_about(tasks, [], command, memory.clock, is_asked=True)
    return Listing(answers.described(tasks, command.language), [int(task["number"]) for task in tasks])


def _named_in(text: str) -> Steps[list[Task]]:
    """Return the tasks that a text names: by all words of their titles but the verb, or the only one by some."""
    found, is_whole = yield from find_in_text(text, "all")
    return found[:_SHOWN_MAX] if is_whole or len(found) == 1 else []


def _look_partly(command: Command, memory: Memory) -> Plan:
    """List what a question asks for; of a doubtful one say that it may ask for more, and read words that are tags."""
    if not command.doubtful:
        return (yield from look(command, memory))
    is_of_none = "limit" in command.given  # nothing in the question says of which tasks
    if is_of_none and _OF_TAG.search(command.text) and (tag := (yield from _used_tag(command.text))):
        command, is_of_none = replace(command, given={"status": "open", "tag": tag}), False
    listing = yield from look(command, memory)
    if not isinstance(listing, Listing) or not listing.numbers:
        return answers.answer_without_tools(command) if is_of_none else answers.reply(command, sentences.PARTLY_NONE)
    said = answers.reply(command, sentences.PARTLY)
    if is_of_none:
        said = answers.reply_about(command, sentences.UNKNOWN_QUESTION, command.text)
    # "Delete them" is not about what a question may not have meant.
    return Listing(f"{said}\n\n{listing.text}", [])


def remind(command: Command, memory: Memory) -> Plan:
    """Remind of the task that these words name, or of a new one; ask if it has another date."""
    due = command.given.get("due_date")
    if not command.target.words:
        return (yield from _remind_chosen(command, memory))
    # "Monday report" is a title, or the report that is due on monday.
    is_dated = command.target.named not in ("", command.target.words)
    tasks = (yield from _titled(command.target.words)) if is_dated else []
    tasks = _nearest(tasks or _of_day((yield from _titled(_sought(command))), command), command)
    if not tasks and OFFSET.search(command.text):  # "half an hour before": of a task that is there, by other words
        found, _ = yield from find_in_text(command.target.words, "open")
        if found:
            return _ask_to_remind(found, due, command, memory)
    if not tasks and misfit(command.given, command.text):
        return (yield from offer(command, memory))
    if not tasks:
        results = yield [PlannedCall("create_task", command.given)]
        return answers.messages(results, command.language)
    is_named_in_part = stems_of(_sought(command)) < stems_of(str(tasks[0]["title"]))
    if len(tasks) > 1 or (command.doubtful and is_named_in_part):
        return _ask_to_remind(tasks, due, command, memory)
    [task], call = tasks, _reminded(tasks[0], due)
    if "due_date" in call.arguments and task.get("due") not in (None, due):
        return Question(answers.already_due(task, str(due), command, memory.clock), tasks, [call])
    results = yield [call]
    return answers.messages(results, command.language)


def _remind_chosen(command: Command, memory: Memory) -> Plan:
    """Remind of the task that answers the question of `remind`: "yes", "the second one"."""
    found = yield from find(command, memory, status="open", needs_task=True)
    if not isinstance(found, list):
        return found
    results = yield [_reminded(task, command.given.get("due_date")) for task in found]
    return answers.messages(results, command.language)


def _ask_to_remind(tasks: list[Task], due: str | None, command: Command, memory: Memory) -> Question:
    """Ask which task is meant, or whether this one; with a date, a new task is one of the choices."""
    message = sentences.WHICH if len(tasks) > 1 else sentences.THIS_OR_NEW
    choices = [(task, _reminded(task, due)) for task in tasks[:_SHOWN_MAX]]
    if due:
        choices.append(new_choice(command, memory.clock))
    return choice_question(answers.reply_about(command, message, _sought(command)), choices, command)


def _reminded(task: Task, due: str | None) -> PlannedCall:
    """The call that gives a task this date; without one, and on the day that it is due on already, it keeps its own."""
    is_kept = due is None or str(task.get("due") or "")[:10] == due
    call = PlannedCall("update_task", {"task_id": task["number"]} | ({} if is_kept else {"due_date": due}))
    return at_own_time(task, call)


def _titled(words: str) -> Steps[list[Task]]:
    """The open tasks with all of these words in their title."""
    [result] = yield [looked_up(search=words, status="open")]
    wanted = stems_of(words) - FILLERS
    return [task for task in result.get("tasks") or () if wanted and wanted <= stems_of(str(task["title"]))]


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


def _sought(command: Command) -> str:
    """Return the words to look for; one word alone in the singular, which finds both."""
    words = command.target.named or command.target.words
    is_plural = " " not in words and len(words) > 4 and words.endswith("s") and not words.endswith("ss")
    return words[:-1] if is_plural else words


def _of_day(tasks: list[Task], command: Command) -> list[Task]:
    """Of several tasks those that are due on the named day, if any is."""
    after, before = (command.target.filters.get(bound) for bound in ("due_after", "due_before"))
    if not after or not before:
        return tasks
    return [task for task in tasks if after <= str(task.get("due") or "")[:10] <= before] or tasks


def _nearest(tasks: list[Task], command: Command) -> list[Task]:
    """Of several tasks the one that is due next, if the next one is meant and any is."""
    coming = [task for task in tasks if task.get("due") and not task.get("done") and not task.get("overdue")]
    return sorted(coming, key=lambda task: str(task["due"]))[:1] or tasks if command.target.nearest else tasks
