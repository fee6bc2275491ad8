"""Plans of questions about tasks, and of messages that name tasks but not what is to be done with them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.guesses import is_correction, is_remark
from taskchat_app.assistant.grammar.phrases.filters import take_filters, with_date_words, without_last_date
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.targets import without_denied
from taskchat_app.assistant.grammar.phrases.unread_words import misfit
from taskchat_app.assistant.grammar.question_guesses import ONLY_ASKS
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import (
    MAX_CALLS,
    Listing,
    Plan,
    Result,
    Steps,
    Task,
    filter_tasks,
    is_part,
    listed,
    looked_up,
    searched,
)
from taskchat_app.assistant.offline.plans.new_tasks import SHOWN_MAX
from taskchat_app.assistant.offline.question_choices import names_tag, new_choice
from taskchat_app.assistant.offline.task_finder import find
from taskchat_app.assistant.offline.task_lines import choice_lines
from taskchat_app.assistant.offline.task_questions import Found, ask_about, choice_question
from taskchat_app.assistant.offline.title_search import find_by_stems, find_in_text
from taskchat_app.domain.dates.vocabulary import WEEKDAY

# "Are the plants due today?": no, but they are on the list
_WHETHER = phrase(r"(?:is|are|did|have|ist|sind|steh(?:t|en)|habe?) ")
_ANY_TASK = phrase(
    r"(?:event|appointment|task|thing|todo|item|reminder|deadline|termin|ereignis|aufgabe|eintrag|erinnerung)s?"
)
# What is to be done, in a sentence of another form than a title
_MUST = phrase(
    r"\b(?:needs?|must|ha(?:ve|s) to|should|ought|enter|remember|do ?n['’]t forget|owe|muss|müssen|soll(?:en|te)?"
    r"|denken|nicht vergessen|brauche?n?|bestellen|eintragen|aufschreiben|erinner\w*)\b"
)
_IS_DONE = phrase(r"\b(?:is|are|ist|sind) (?:\w+ ){0,2}(?:done|finished|completed?|erledigt|fertig)\b")
_OF_TAG = phrase(r"\b(?:for|under|with|tagged|für|unter|mit|tasks?|stuff|things|left|aufgaben?|sachen?)\b")
# What is overdue is no answer to "what is due today" and "am I free today".
_ON_THE_DAY = phrase(
    r"\b(?:due|fällige?n?|events?|appointments?|termine?|free|available|busy|frei|zeit|verfügbar|beschäftigt)\b"
)
# What no list knows: "what does a flight to Lisbon cost"
_OF_THE_WORLD = phrase(r"\b(?:costs?|kosten|kostet|teuer|expensive|cheap|hours? (?:behind|ahead)|how far|wie weit)\b")
_MOST = phrase(r"\b(?:wichtigste|dringendste|most (?:important|urgent))")
_TO_BUY = phrase(r"\b(?:buy|kaufen|einkaufen)\b")
_NAMES_WEEKDAY = phrase(rf"\b(?:{WEEKDAY})\b")


def look(command: Command, memory: Memory) -> Plan:
    """List what a question asks for; where words that no title has found nothing, answer it without these."""
    listing = yield from _list(command, memory)
    if listing.numbers or not misfit({"title": command.given.get("search", "")}, ""):
        return listing
    given = _without(command.given, "search")
    rest = replace(command, given=given or {"status": "open", "sort": "due", "limit": SHOWN_MAX}, doubtful=True)
    return (yield from question(replace(command, kind="question", otherwise=rest), memory))


def _list(command: Command, memory: Memory) -> Steps[Listing]:
    """List the tasks of the filters; where these find none, try wider filters."""
    given = _with_overdue(command, memory.clock)
    tag, search = given.get("tag", ""), given.get("search", "")
    result = yield from listed(given)
    if "due_before" in given and _is_empty(result) and _MOST.search(command.text):  # what is due then
        result = yield from listed(_without(given, "priority"))
    if tag and _is_empty(result) and _TO_BUY.search(command.text):  # what is to be bought has mostly no date
        given = _without(given, "due_after", "due_before")
        result = yield from listed(given)
    if tag and _is_empty(result):  # the tag may be a word of a title
        result = yield from listed(_without(given, "tag") | {"search": tag})
    if given.keys() == {"search"} and _is_empty(result):
        result = result | {"tasks": (yield from find_by_stems(search, "open", command.language))}
    if "search" in given and _is_empty(result) and _WHETHER.match(command.text):  # a done task
        result = result | {"tasks": (yield from searched(search, "all"))}
    numbers = [task["number"] for task in result.get("tasks") or ()]
    return Listing(answers.listing(result, command.language, search or tag), numbers, is_part(given))


def _is_empty(result: Result) -> bool:
    """Return whether a list has no task; a failed call has no list."""
    return result.get("tasks") == []


def _with_overdue(command: Command, clock: UserClock) -> dict[str, Any]:
    """Return the filters of a question; what is overdue belongs to what is to be done today, but not to "gym today"."""
    given, today = command.given, str(clock.now.astimezone(clock.zone).date())
    after = given.get("due_after", "9999")
    is_of_today = after[:10] <= today <= given.get("due_before", "")[:10] and "T" not in after  # as in "after 3pm"
    asks_more = command.doubtful or "search" in given or _ON_THE_DAY.search(command.text)
    if not is_of_today or asks_more or given.get("status") == "done":
        return given
    return _without(given, "due_after")


def _without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


def when(command: Command, memory: Memory) -> Plan:
    """Answer a day alone with what is to be done then; a time alone may be for any task."""
    if is_correction(command.text):
        return answers.reply(command, sentences.CORRECTION)
    if not command.target.filters:
        return answers.reply(command, sentences.NO_REFERENCE)
    return (yield from _list(replace(command, given=command.target.filters), memory))


def count(command: Command, memory: Memory) -> Plan:
    """Answer with the number of tasks; of those done in a period also with these."""
    if command.given.get("status") == "done" and not command.given.keys().isdisjoint(("due_after", "due_before")):
        return (yield from finished(command, memory))
    return answers.counted((yield from filter_tasks(command.given)), command)


def finished(command: Command, memory: Memory) -> Plan:
    """Answer with the tasks done in a period, by the time of completion, not by the due date."""
    after, before = _in_the_past(command, memory.clock)
    given = {name: command.given[name] for name in ("tag", "priority") if name in command.given}
    [result] = yield [looked_up(**given, status="done", limit=MAX_CALLS)]
    read: list[Task] = [task | {"completed": str(task.get("completed") or "")} for task in result.get("tasks") or ()]
    since = [task for task in read if after <= task["completed"]]
    tasks = [task for task in since if task["completed"][: len(before)] <= before]
    # Only the tasks done last are read. If none of them was done before the period, further ones may be of the period.
    may_have_more = bool(result.get("more")) and len(since) == len(read)
    if may_have_more and not tasks:
        return answers.say(command.language, sentences.FINISHED_LATER, count=len(read))
    tasks.sort(key=lambda task: task["number"], reverse=True)  # as on the page
    text = answers.finished(tasks, command.language, may_have_more=may_have_more)
    return Listing(text, [task["number"] for task in tasks])


def _in_the_past(command: Command, clock: UserClock) -> tuple[str, str]:
    """Return the first and the last moment of a command's period; "on friday" is the last one, not the next one."""
    after, before = command.given.get("due_after", ""), command.given.get("due_before", "9999")
    today = clock.now.astimezone(clock.zone).date()
    if after[:10] <= today.isoformat():
        return after, before
    is_in_a_week = date.fromisoformat(after[:10]) - today <= timedelta(days=7)
    is_weekday = is_in_a_week and _NAMES_WEEKDAY.search(command.text)
    step = relativedelta(weeks=1) if is_weekday else relativedelta(years=1)

    def earlier(day: str) -> str:
        return f"{date.fromisoformat(day[:10]) - step}{day[10:]}"

    return earlier(after), before if before == "9999" else earlier(before)


def tell(command: Command, memory: Memory) -> Plan:
    """Show the task that a question is about with its date, by number, place or words."""
    target = command.target
    found: Found
    if target.nearest and _ANY_TASK.fullmatch(target.words):  # "my next appointment"
        now = memory.clock.now.astimezone(memory.clock.zone).strftime("%Y-%m-%dT%H:%M")
        [result] = yield [looked_up(due_after=now, status="open", sort="due", limit=1)]
        found = result.get("tasks") or answers.listing(result, command.language)
    elif target.words and not target.every:
        found = yield from _by_words(command)
    else:
        found = yield from find(command, memory, status="all", needs_task=True)
    if not isinstance(found, list):
        return found
    tasks = found[:SHOWN_MAX]
    return Listing(answers.described(tasks, command.language), [task["number"] for task in tasks], is_part=False)


def _by_words(command: Command) -> Steps[Found]:
    """Find the tasks with these words in their titles, else those whose titles are among the words."""
    words = sought_words(command)
    [result] = yield [looked_up(search=words, status="all")]
    named = result.get("tasks") or (yield from find_by_stems(words, "all", command.language))
    if found := nearest(of_named_day(named, command), command):
        return found
    target = command.target
    found, is_whole = yield from find_in_text(target.words, "all")  # "when was that dentist thing again"
    return found if is_whole else answers.no_match(target.named or target.words, command)


def sought_words(command: Command) -> str:
    """Return the words to look for; one word alone in the singular, which finds both."""
    words = command.target.named or command.target.words
    is_plural = " " not in words and len(words) > 4 and words.endswith("s") and not words.endswith("ss")
    return words[:-1] if is_plural else words


def of_named_day(tasks: list[Task], command: Command) -> list[Task]:
    """Return the tasks that are due on the day that the command names; all if it names none, or none is due then."""
    after, before = (command.target.filters.get(bound) for bound in ("due_after", "due_before"))
    if not after or not before:
        return tasks
    return [task for task in tasks if after <= str(task.get("due") or "")[:10] <= before] or tasks


def nearest(tasks: list[Task], command: Command) -> list[Task]:
    """Return the task that is due next, if the command means the next one and any is to come; else all."""
    if not command.target.nearest:
        return tasks
    coming = [task for task in tasks if task.get("due") and not task.get("done") and not task.get("overdue")]
    return sorted(coming, key=lambda task: str(task["due"]))[:1] or tasks


def question(command: Command, memory: Memory) -> Plan:
    """Show the tasks that a question names, else a list that answers it; ask if it may order a change."""
    tasks = yield from _named_in(command.text, memory)
    if len(tasks) == 1 and command.has_card and not ONLY_ASKS.match(command.text):
        return ask_about(tasks, [], command, memory.clock, is_asked=True)
    if tasks:
        text, numbers = answers.described(tasks, command.language), [task["number"] for task in tasks]
        is_unread = _OF_THE_WORLD.search(command.text) is not None
        return Listing(f"{answers.reply(command, sentences.PARTLY)}\n\n{text}" if is_unread else text, numbers)
    other = replace(command.otherwise or command, language=command.language)
    if other.kind == "look":
        return (yield from _look_partly(other, memory))
    if other.kind != "count":
        return answers.answer_without_tools(other)
    if tag := (yield from _tag_asked_for(command.text)):
        other = replace(other, given=other.given | {"tag": tag})
    return (yield from count(other, memory))


def _look_partly(command: Command, memory: Memory) -> Plan:
    """List what a question asks for; of a doubtful one say that it may ask for more, and read words that are tags."""
    if not command.doubtful:
        return (yield from _list(command, memory))
    is_of_none = "limit" in command.given  # nothing in the question says of which tasks
    if is_of_none and (tag := (yield from _tag_asked_for(command.text))):
        command, is_of_none = replace(command, given={"status": "open", "tag": tag}), False
    listing = yield from _list(command, memory)
    if not listing.numbers:
        return answers.answer_without_tools(command) if is_of_none else answers.reply(command, sentences.PARTLY_NONE)
    said = answers.reply(command, sentences.PARTLY)
    if is_of_none:
        said = answers.reply_about(command, sentences.UNKNOWN_QUESTION, command.text)
    # "Delete them" is not about what a question may not have meant.
    return Listing(f"{said}\n\n{listing.text}", [])


def unknown(command: Command, memory: Memory) -> Plan:
    """Ask what is to be done with the tasks that a statement names, if it names some."""
    tasks = yield from _named_in(command.text, memory)
    given = read_title(bare(command.text), memory.clock)
    as_new = [new_choice(replace(command, given=given), memory.clock)] if given["title"] else []
    if tasks and command.has_card:
        return ask_about(tasks, as_new, command, memory.clock)
    if tasks:
        lines = choice_lines(tasks, command.language)
        return Listing(f"{answers.about(tasks[:1], command)}\n\n{lines}", [task["number"] for task in tasks])
    if is_correction(command.text):
        return answers.reply(command, sentences.CORRECTION)
    if is_remark(command.text) and not command.given:
        return answers.reply(command, sentences.REMARK)
    text = answers.answer_without_tools(command)
    if as_new and _MUST.search(command.text):
        return choice_question(f"{text} {answers.reply(command, sentences.NEW)}", as_new, command)
    return text


def _named_in(text: str, memory: Memory) -> Steps[list[Task]]:
    """Return the tasks that a text names: by all words of their titles but the verb, or the only one by some."""
    found, is_whole = yield from find_in_text(without_denied(text), "all", memory.selected)
    return found[:SHOWN_MAX] if is_whole or len(found) == 1 else []


def several(command: Command, memory: Memory) -> Plan:
    """Ask what is to be done with the tasks of the day, tag or state that an order names, or say how to name them."""
    words = with_date_words(command.target.words or command.text)
    tag = yield from _tag_in(words)
    # The last date may be where the tasks are moved to: "put all of the overdue stuff on today".
    filters = _which(without_last_date(words, memory.clock), memory.clock)
    if tag:  # "high priority for everything at work" is what is wanted, "all the home stuff is done" what was
        filters.pop("priority", None)
        if _IS_DONE.search(words):
            filters.pop("status", None)
        filters["tag"] = tag
    filters = filters or _which(words, memory.clock)
    if not command.has_card:
        return answers.reply(command, sentences.SEVERAL)
    if filters:
        result = yield from filter_tasks({"status": "open"} | filters)
        tasks = memory.of_selected(result.get("tasks") or [])
        if 0 < len(tasks) <= SHOWN_MAX:
            return ask_about(tasks, [], command, memory.clock)
    named = yield from _named_in(command.text, memory)
    return ask_about(named, [], command, memory.clock) if named else answers.reply(command, sentences.SEVERAL)


def _which(words: str, clock: UserClock) -> dict[str, Any]:
    """Return the filters that words name; empty if these are those of the whole list."""
    filters, _ = take_filters(words, clock, by_day=True)
    is_whole_list = filters.keys() <= {"status"} and filters.get("status") != "done"
    return {} if is_whole_list else filters


def _tag_asked_for(question: str) -> Steps[str]:
    """Return the tag of open tasks that a question asks for; "" for none."""
    return (yield from _tag_in(question)) if _OF_TAG.search(question) else ""


def _tag_in(text: str) -> Steps[str]:
    """Return the tag of open tasks that a text names; "" for none."""
    [result] = yield [looked_up(status="open", limit=MAX_CALLS)]
    used = {tag for task in result.get("tasks") or () for tag in task.get("tags") or ()}
    return next((tag for tag in sorted(used) if names_tag(text, tag)), "")
