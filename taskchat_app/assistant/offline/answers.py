"""Words the offline assistant's answers in the user's language."""

from taskchat_app.assistant.grammar.clauses import is_agreement
from taskchat_app.assistant.grammar.commands import Command, Language, UserClock
from taskchat_app.assistant.grammar.guesses import is_statement
from taskchat_app.assistant.grammar.phrases.unread_words import unread_word
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline.plan_parts import PlannedCall, Result, Task
from taskchat_app.assistant.offline.task_lines import due_words, task_label, task_labels, task_line
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, Value, joined, ngettext

_SAID = {
    "greeting": sentences.GREETING,
    "thanks": sentences.THANKS,
    "goodbye": sentences.GOODBYE,
    "help": sentences.HELP,
    "refusal": sentences.REFUSAL,
    "reference": sentences.REFERENCE,
    "nameless": sentences.NAMELESS,
    "no_task": sentences.NO_REFERENCE,
    "all_done": sentences.ALL_DONE,
    "no_lists": sentences.NO_LISTS,
    "no_feature": sentences.NO_FEATURE,
    "no_moment": sentences.NO_MOMENT,
    "undo": sentences.UNDO,
    "order": sentences.ORDER,
    "several": sentences.SEVERAL,
}
_LOOKED_IN = {"done": "open", "reported": "open", "reopen": "done"}
"""Where a command looks for the task that it names."""


def say(language: Language, message: Message, **values: Value) -> str:
    return render(message.with_values(**values) if values else message, language)


def reply(command: Command, message: Message, **values: Value) -> str:
    """Return the message, or the one in its place without a card, in the command's language.

    Its {nothing} says that nothing, or nothing else, was changed; its {adds} what adds a task that is offered.
    """
    nothing = sentences.NOTHING_ELSE if command.beside_change else sentences.NOTHING
    adds = sentences.ADDS
    if not command.has_card:
        message = sentences.WITHOUT_CARD.get(message, message)
        adds = sentences.WITHOUT_CARD[adds]
    return say(command.language, message, nothing=nothing, adds=adds, **values)


def answer_without_tools(command: Command) -> str:
    """Return the answer to small talk, and to a message that was not understood."""
    language = command.language
    if command.kind == "refusal" and command.given.get("after") == "change":
        return say(language, sentences.REFUSED_LATE)
    if command.kind in _SAID:
        return reply(command, _SAID[command.kind])
    if command.kind == "bad_date":
        return reply(command, sentences.BAD_DATE, date=command.given["date"].strip())
    if command.kind == "too_long":
        return say(language, sentences.TOO_LONG, count=COMMAND_MAX_CHARACTERS, gemini=sentences.GEMINI)
    if command.kind == "left_out":
        most, count = command.given["most"], command.given["count"]
        return say(language, sentences.LEFT_OUT, most=most, count=count - most)
    if is_agreement(command.text):
        return reply(command, sentences.NOTHING_ASKED)
    if word := command.given.get("correction"):
        return reply(command, sentences.CORRECTED, word=word)
    return reply(command, sentences.UNKNOWN, text=_short(command.text), gemini=sentences.GEMINI)


def about(tasks: list[Task], command: Command, *, has_choices: bool = False) -> str:
    """Return what to say if the message is about these tasks; `has_choices`: the card says what can be done."""
    message = sentences.ABOUT_CHOICES if has_choices else sentences.ABOUT
    return reply(command, message, task=task_labels(tasks), number=str(tasks[0]["number"]))


def messages(results: list[Result], language: Language) -> str:
    """Return the tools' messages, each once, and a sentence about the proposals that wait for the user."""
    said: list[str] = []
    proposed: set[int] = set()
    for result in results:
        if result.get("status") == "proposed":
            proposed.update(result.get("numbers") or ())
        else:
            said.append(render(result["message"], language).strip())
    if proposed:
        # The card names the tasks and asks. Its button has the page's language, which may be another one.
        asks = ngettext(
            "The card’s button or a “yes” deletes it.", "The card’s button or a “yes” deletes them.", len(proposed)
        )
        said.append(render(asks, language))
    return " ".join(part for part in dict.fromkeys(said) if part)


def listing(result: Result, language: Language, search: str = "") -> str:
    """Return a line for each task, without their number, which the call's card has. For a failed call its message.

    `search`: the words that were looked for; where none is found the answer shows how the question was read.
    """
    if "tasks" not in result:
        return render(result["message"], language)
    if not result["tasks"]:
        none = sentences.NONE_WITH.with_values(words=_short(search)) if search else sentences.NONE_FOUND
        return say(language, none)
    lines = [task_line(task, language) for task in result["tasks"]]
    return "\n".join([*lines, f"- {say(language, sentences.AND_MORE)}"] if result.get("more") else lines)


def offered(command: Command, dated: Task | None = None) -> str:
    """Return the offer to add a wish as a task; `dated` is the task with a date that the wish may have."""
    unread = unread_word(str(command.given.get("title", "")))
    if dated and "recurrence" in dated:
        repeats = sentences.REPEATS.with_values(rule=format_rule(dated["recurrence"]))
        return reply(command, sentences.REPEATED, title=dated["title"], repeats=repeats)
    if dated:
        is_left = not set(unread.split()).isdisjoint(dated["title"].split())  # the 9 of "dentist 9 tomorrow"
        message = sentences.UNREAD_DATED if is_left else sentences.DATED
        return reply(command, message, title=dated["title"], due=dated["due_in_words"], word=unread)
    is_dated = bool(unread) or not command.given.keys().isdisjoint(("due_date", "recurrence"))
    if not command.parts and is_statement(command.text, is_dated=is_dated):
        return reply(command, sentences.NO_TITLE, text=_short(command.text))
    if unread:
        return reply(command, sentences.UNREAD, word=unread)
    return reply(command, sentences.OFFERED, text=_short(command.text))


def guess(command: Command, task: Task, call: PlannedCall, clock: UserClock) -> str | None:
    """Return the question whether a command means this task, with what the call would do; None if that has no words."""
    if call.tool == "delete_task":
        return reply(command, sentences.GUESS_TO_DELETE, task=task_label(task), number=str(task["number"]))
    does = _does(task, call, clock)
    return reply(command, sentences.GUESS, task=task_label(task), does=does) if does else None


def _does(task: Task, call: PlannedCall, clock: UserClock) -> Message | None:
    """Return what the call does to the task: "ticks it off", "changes it (due friday, #home)"."""
    if call.tool == "complete_task":
        return sentences.TICKS_OFF if call.arguments.get("completed", True) else sentences.REOPENS
    if call.tool != "update_task":
        return None
    facts = changed_facts(task, call, clock)
    return sentences.CHANGES.with_values(facts=facts) if facts else None


def call_words(tasks: list[Task], call: PlannedCall, clock: UserClock) -> Message | None:
    """Return what such a call does to each of these tasks: "Tick off #3 Buy milk"; None if that has no words."""
    label, task = task_labels(tasks), tasks[0]
    if call.tool == "complete_task":
        completes = call.arguments.get("completed", True)
        return (sentences.TICK_OFF if completes else sentences.REOPEN).with_values(task=label)
    if call.tool == "update_task":
        facts = changed_facts(task, call, clock)
        return sentences.CHANGE.with_values(task=label, facts=facts) if facts else None
    words = {"delete_task": sentences.DELETE, "add_note": sentences.NOTE}.get(call.tool)
    return words.with_values(task=label) if words else None


def changed_facts(task: Task, call: PlannedCall, clock: UserClock) -> Message | None:
    """Return what an update gives a task: "due friday, #home"; None if that has no words."""
    given, facts = call.arguments, list[str]()
    if title := given.get("title"):
        facts.append(sentences.NAMED.with_values(title=_short(title)))
    if note := given.get("description"):
        facts.append(sentences.NOTED.with_values(note=_short(note)))
    if due := given.get("due_date"):
        facts.append(sentences.DUE.with_values(due=due_words(due, clock, task.get("due"))))
    if rule := given.get("recurrence"):
        facts.append(sentences.REPEATS.with_values(rule=format_rule(rule)))
    if priority := given.get("priority"):
        facts.append(sentences.PRIORITIES.get(priority, sentences.MEDIUM))
    if reminder := given.get("reminder"):
        facts.append(sentences.REMINDERS[reminder])
    facts += [f"#{tag}" for tag in given.get("tags") or ()]
    facts += [sentences.WITHOUT[name] for name in given.get("clear") or () if name in sentences.WITHOUT]
    return joined(facts, ", ") if facts else None


def counted(result: Result, command: Command) -> str:
    """Return the number of tasks: of all, or of those that filters find; as the page counts, without their steps."""
    if "tasks" not in result:
        return render(result["message"], command.language)
    language, tasks = command.language, result["tasks"]
    if result.get("more"):
        return say(language, sentences.COUNT_MORE, count=len(tasks))
    count = _count_rows(tasks)
    is_filtered = command.given.get("status", "open") != "open" or command.given.keys() - {"status"}
    if is_filtered or "counts" not in result:
        return render(ngettext("{count} task.", "{count} tasks.", count), language)
    counted_messages = [ngettext("{count} open task.", "{count} open tasks.", count)]
    if overdue := _count_rows([task for task in tasks if task["overdue"]]):
        counted_messages.append(ngettext("{count} of them is overdue.", "{count} of them are overdue.", overdue))
    return " ".join(render(message, language) for message in counted_messages)


def _count_rows(tasks: list[Task]) -> int:
    """Count the tasks, without steps of others among them."""
    numbers = {task["number"] for task in tasks}
    return sum(task.get("parent_id") not in numbers for task in tasks)


def finished(tasks: list[Task], language: Language, *, may_have_more: bool) -> str:
    """Return the tasks done in a period, which may have more than these."""
    count = ngettext("{count} task done.", "{count} tasks done.", len(tasks))
    if may_have_more:
        count = ngettext("At least {count} task done.", "At least {count} tasks done.", len(tasks))
    lines = "\n".join(task_line(task, language) for task in tasks)
    return f"{render(count, language)}\n\n{lines}".rstrip()


def described(tasks: list[Task], language: Language) -> str:
    """Return a line for each task; for a single one also its description, and a sentence if it has no date."""
    lines = "\n".join(task_line(task, language) for task in tasks)
    if len(tasks) > 1:
        return lines
    [task] = tasks
    parts = [lines]
    if not task.get("due_in_words"):
        parts.append(say(language, sentences.NO_DATE, task=task_label(task)))
    if task.get("description"):
        parts.append("\n".join(f"> {line}" for line in str(task["description"]).splitlines()))
    return "\n\n".join(parts)


def already_due(task: Task, new: str, command: Command, clock: UserClock) -> str:
    """Return the answer to a reminder at another time than the task's own."""
    due = due_words(task["due"], clock)
    return reply(command, sentences.ALREADY_DUE, task=task_label(task), due=due, new=due_words(new, clock))


def reply_about(command: Command, message: Message, words: str) -> str:
    """Return the message in the command's language about what the user said of a task."""
    return reply(command, message, words=_short(words))


def no_match(text: str, command: Command) -> str:
    """Return that no task fits, among those where the command looks."""
    looked_in = _LOOKED_IN.get(command.kind, "all")
    return reply_about(command, sentences.NO_MATCH[looked_in], text)


def none_tagged(command: Command) -> str:
    """Return that no task has the tag, among those where the command looks."""
    looked_in = _LOOKED_IN.get(command.kind, "all")
    return reply(command, sentences.NONE_TAGGED[looked_in], tag=_short(command.target.filters["tag"]))


def none_there(command: Command) -> str:
    """Return that there are no open, done or overdue tasks, of which the command means all."""
    if command.kind == "reopen":
        return reply(command, sentences.NONE_DONE)
    is_overdue = command.target.pronoun == "overdue"
    return reply(command, sentences.NONE_OVERDUE if is_overdue else sentences.NONE_OPEN)


def _short(text: str) -> str:
    """Return the beginning of what the person said in one line: its lines could be Markdown, such as a list."""
    text = " ".join(text.split())
    return text if len(text) <= 120 else f"{text[:117]}…"
