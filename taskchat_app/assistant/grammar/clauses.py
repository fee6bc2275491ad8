"""Reads the commands of a message: line by line where it is a list, else clause by clause (clause_splitting.py)."""

from dataclasses import replace
from itertools import pairwise, starmap

from taskchat_app.assistant.grammar import listed_tasks
from taskchat_app.assistant.grammar.clause_rules import is_said, joined_sentences
from taskchat_app.assistant.grammar.clause_splitting import split_clauses
from taskchat_app.assistant.grammar.commands import ORDERS, Command, Target, UserClock
from taskchat_app.assistant.grammar.parser import asked_if_unread, read_command
from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, headed_lines, listed_titles, without_bullet
from taskchat_app.assistant.grammar.phrases.conditions import CONDITION, UNCERTAIN, ends_with_condition, is_doubt
from taskchat_app.assistant.grammar.phrases.field_words import changes_of_number
from taskchat_app.assistant.grammar.phrases.filters import phrases_in
from taskchat_app.assistant.grammar.phrases.list_names import NAMED_LIST
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.unread_words import correction, misfit, unread_word
from taskchat_app.assistant.grammar.request_words import bare, is_question, without_address
from taskchat_app.assistant.grammar.rules.adding.titles import is_date
from taskchat_app.assistant.grammar.rules.reminders import unless_only_reminder
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, as_command, mask_quotes
from taskchat_app.domain.dates.date_phrase import find_phrase

_MAX_CLAUSES = 20
_THESE = phrase(
    r"\b(?:(?:all )?(?:of )?(?:these|those|(?:the )?following)(?: (?:new )?(?:tasks?|to-?dos|items?|things?|ones?))?"
    r"|(?:alle )?(?:diese|folgende)(?:n|s)?(?: (?:neuen? )?(?:aufgaben|sachen|dinge|punkte))?)\b"
)
"""What the lines below a message's first line are called in it."""
# "Yes, please do it"
_AGREES = sentence(
    r"(?:(?:oh|ah|well|ok|okay|yes|yeah|yep|sure|right|please|add it|do it|ja|jawohl|klar|genau|gut|bitte|gerne"
    r"|mach das)[\s,.!]*)+"
)
_AGREEMENT_MAX_CHARACTERS = 300
_ADDS = ("add", "wish", "offer")
_NEW = (*_ADDS, "remind")
_DOUBT = phrase(rf"\b(?:{UNCERTAIN}|might|wohl|vermutlich|nächste mal|gehör\w*|belongs?)\b")
# "Make a list for my party: (balloons, …)"; a heading of one word, as in "tasks: milk", is no doubt
_HEADED = phrase(r"\A[^:\s]+ [^:]+: ")
# "(Write cards and buy stamps) by 10 December", but not "by train on friday"
_BY_DAY = phrase(r" (?:by|before|bis|spätestens) (?:(?! (?:on|at|am|um) )[^,]){1,25}\Z")
# "Put that on the list", "erinner mich dran"; a day or a tag in it would be lost
_THAT = phrase(r"\A(?=\D*\Z).*\b(?:it|that|das|es|da?ran)\b")
_OF_NAMED_LIST = phrase(rf"\b(?:to|on|onto|in|into|auf|zu|zur) {NAMED_LIST}|#")
# "But only until the 12th", "add it with the tag work", "it leaves at 17:48"
_RESTRICTS = phrase(
    r"\A(?:(?:but|only|(?:needs?|ha[sv]e?) to|must|aber|allerdings|nur|muss|soll)\b"
    r"|(?:add|put|set|make|tag) it\b"
    r"|(?:it|es) (?:leaves|starts|begins|opens|closes|ends|is|beginnt|startet|fährt|geht|endet|ist)\b(?=.*\d))"
)
# A line that goes on in the next one, or one that belongs to the line before
_GOES_ON = phrase(
    r"[(),:;]\s?\n|[(]|\b(?:and|or|und|oder|to|for|für|mit|with|the|a|der|die|das|ein|eine)\s?\n"
    r"|\n(?:and|or|but|not|only|just|otherwise|else|from|at|in|on|by|for|of|about|regarding|re|before|after|with|to|into"
    r"|because|that|whether|every|each|daily|weekly|monthly|both|all|everything|maybe|later|notes?|description|tags?|due"
    r"|date|priority|phone|please|und|oder|aber|nicht|nur|erst|sonst|ansonsten|von|vom|beim?|im|am|um|bis|wegen|weil|dass"
    r"|ob|nach|vor|mit|für|zum|zur|jede[nrs]?|täglich|wöchentlich|monatlich|beides?|alles?|vielleicht|notiz|beschreibung"
    r"|fällig|priorität|bitte)\b"
)
# "7 done, 6 next week"; but "8, 9 and 10 done"
_NUMBERED = phrase(r"#?\d{1,3} [^\W\d]")
_NUMBERED_PARTS = phrase(r"(?:\s?[,;\n]\s?(?:and |und )?| (?:and|und) )(?=#?\d{1,3} [^\W\d])")
# "Tomorrow I need to …", "ich muss morgen …"
_MUST_I = phrase(r",? (?:(?:i|we) (?:need|have|must|should)|(?:muss|müssen|sollte?|will|wollen) (?:ich|wir))\b")
_I_MUST = phrase(r"(?:i (?:need to|have to|must|should)|ich (?:muss|sollte?|will)|wir (?:müssen|wollen)) ")
_OF_ME = phrase(r"(?:i|we|ich|wir) ")
_PAUSES = phrase(r"[,.!?;\n]")
_NEXT_SENTENCE = phrase(r"[.!?;\n]\s")
_ABOUT_ALL = phrase(r"(?:both|all|beides?|alle)\b")


def read_message(text: str, clock: UserClock) -> list[Command]:
    """Return the commands of a message, in order: `unknown` if no rule matches, `too_long` if it is too long.

    The last one is `left_out` if the message has more clauses or lines than are read.
    """
    if listed := listed_titles(text):
        return _read_titles(*listed, clock)
    if below := read_below_head(text, clock):
        return below
    command = as_command(text)
    if command is None:
        return [Command("too_long", text[:COMMAND_MAX_CHARACTERS])]
    commands = _read_lines(command, clock) or _read_numbered(command, clock) or read_clauses(command, clock)
    # "No, add milk" is a command to add milk.
    return [command for command in commands if command.kind != "refusal"] or commands[:1]


def _read_lines(text: str, clock: UserClock) -> list[Command]:
    """Return the wishes of a message in which each line is a new task, of which one may be doubtful; else nothing.

    Other messages are read as a whole: a line may go on in the next one, deny it, say a condition or an order.
    """
    lines = [line for line in text.split("\n") if line]
    has_quotes = mask_quotes(text) != text
    is_list = 2 <= len(lines) <= _MAX_CLAUSES and not has_quotes and not _GOES_ON.search(text)
    if not is_list or any(_is_held_or_head(line, clock) for line in lines):
        return []
    commands = [command for line in lines for command in read_clauses(line, clock)]
    offers = [command for command in commands if command.kind == "offer"]
    are_wishes = len(commands) == len(lines) and {command.kind for command in commands} <= {"wish", "offer"}
    return commands if are_wishes and len(offers) <= 1 and all(" " in offer.text for offer in offers) else []


def _read_numbered(text: str, clock: UserClock) -> list[Command]:
    """Return the commands of "7 done, 6 next week", of which each part begins with a task's number; else nothing."""
    parts = _NUMBERED_PARTS.split(text.strip(" .!")) if _NUMBERED.match(text) else []
    if not 2 <= len(parts) <= _MAX_CLAUSES or "?" in text:
        return []
    read = [changes_of_number(part, clock) or [read_command(part, clock)] for part in parts]
    commands = [command for changes in read for command in changes]
    are_changes = all(command.kind in ORDERS and len(command.target.numbers) == 1 for command in commands)
    # "2 monday, 3 tuesday" may be counts
    names_tasks = "#" in text or any(command.kind in ("done", "reopen") for command in commands)
    return commands if are_changes and names_tasks else []


def _is_held_or_head(line: str, clock: UserClock) -> bool:
    """Return whether a line makes the next ones depend on it: by a condition, a doubt, or a date that is of all."""
    return ends_with_condition(line) or is_doubt(bare(line), asks=False) or _has_dated_heading(line, clock)


def read_below_head(text: str, clock: UserClock) -> list[Command]:
    """Return the commands of a line with bullets below it, which says what to do with each: "please add:", "done:".

    `unknown` if one of them says something else ("butter and complete 1"). Empty for another message, and for a list
    below a heading, which does not say what to do.
    """
    headed = headed_lines(text)
    if headed is None or len(headed[0]) > COMMAND_MAX_CHARACTERS:
        return []
    lines = [without_bullet(line)[:COMMAND_MAX_CHARACTERS] for line in headed[1]]
    for before, behind in _around_lines(headed[0].rstrip(": ")):
        if read_clauses(f"{before}{lines[0]}{behind}", clock)[0].kind not in ORDERS:
            continue
        commands = [command for line in lines[:LINES_MAX] for command in read_clauses(f"{before}{line}{behind}", clock)]
        kinds = {command.kind for command in commands}
        if kinds <= ORDERS and (len(kinds) == 1 or kinds == {"add", "remind"}):
            return _bounded(commands, len(lines), LINES_MAX)
        return [Command("unknown", text[:COMMAND_MAX_CHARACTERS])]
    return []


def _around_lines(head: str) -> list[tuple[str, str]]:
    """Return what may stand before and behind each line below a first line, in the order to be tried.

    ("set ", " to high") of "set these to high"; of "done" ("done ", "") and ("done: ", "").
    """
    these = _THESE.search(head)
    return [(head[: these.start()], head[these.end() :])] if these else [(f"{head} ", ""), (f"{head}: ", "")]


def read_clauses(text: str, clock: UserClock) -> list[Command]:
    """Return the commands and refusals of a text (see as_command), without greetings, thanks and agreement.

    Clauses are read one by one. Afterwards each may change what another means: a condition holds those behind it, a
    reminder goes to the task before it, a date is of all parts, and beside a doubtful one wishes are only offered.
    """
    if listed := listed_titles(text):  # of deletion_consent.py, which does not call read_message
        return _read_titles(*listed, clock)
    text = without_address(text)
    if word := correction(text):
        return [Command("unknown", text.strip(), given={"correction": word})]
    clauses = joined_sentences(text, clock) or split_clauses(text, clock)
    first_held = _first_held(text, clauses)
    commands = _read_each(clauses[:_MAX_CLAUSES], first_held, clock)
    if first_held == 0 and all(command.kind == "unknown" for command in commands):
        return [Command("unknown", text.strip())]
    if len(commands) == 1:
        return _bounded(commands, len(clauses), _MAX_CLAUSES)
    if _is_said_of_it(commands[0], commands[1:]):
        return [replace(commands[0], text=text.strip())]
    # A reminder "at 8" is on the day of its task, and makes no list of "tomorrow: call Bob. Remind me of it".
    commands = _without_reminders(_on_the_same_day(commands, text, clock), clock)
    has_shared_words = _is_about_all(commands[-1]) or _has_dated_heading(text, clock)
    if len(commands) > 1 and (has_shared_words or _is_restricted(commands[0], commands[1:])):
        return [Command("offer", text.strip(), given=read_title(text, clock), language=commands[-1].language)]
    commands = _with_offers([commands[0], *starmap(_offered_after, pairwise(commands))])
    orders = [command for command in commands if not _is_courtesy(command)]
    are_offers = all(command.kind == "offer" for command in orders)
    if are_offers and len(orders) > 1 and len(clauses) <= _MAX_CLAUSES:  # one card offers all of them
        given = read_title(bare(text), clock)
        return [Command("offer", text.strip(), given=given, language=orders[-1].language, parts=tuple(orders))]
    return _bounded(orders or commands[:1], len(clauses), _MAX_CLAUSES)


def _read_each(clauses: list[str], first_held: int, clock: UserClock) -> list[Command]:
    """Return the commands of the clauses; from the one at `first_held` on they change nothing."""
    commands = [command for clause in clauses[:first_held] for command in _read_clause(clause, clock)]
    return commands + [_held(read_command(clause, clock)) for clause in clauses[first_held:]]


def _without_reminders(commands: list[Command], clock: UserClock) -> list[Command]:
    """Return the commands without those that only say again that the task before them is to be remembered.

    A reminder later on a whole day makes the task due then: "add milk friday and remind me at 11".
    """
    kept = commands[:1]
    for command in commands[1:]:
        if command.kind == "nameless" and kept[-1].kind in _NEW and _says_that_again(command.text, clock):
            continue
        if left := unless_only_reminder(command, kept[-1], clock):
            kept.append(left)
    return kept


def _says_that_again(text: str, clock: UserClock) -> bool:
    """Return whether a text names only the task before it, without a day or a list by name."""
    says_more = _OF_NAMED_LIST.search(text) is not None or any(phrases_in(text, clock))
    return _THAT.match(text) is not None and not says_more


def _is_said_of_it(first: Command, others: list[Command]) -> bool:
    """Return whether what follows changes a task that the first sentence may name: "the dentist rang. Move it"."""
    is_named = first.kind in ("offer", "unknown") and " " in first.text and not _is_courtesy(first)
    are_of_it = all(command.is_change and command.target.pronoun in ("it", "it or them") for command in others)
    return is_named and are_of_it


def _has_first_day(text: str, clock: UserClock) -> bool:
    """Return whether one sentence tells first on which day all of it is to be done: "tomorrow I need to …"."""
    lead = _I_MUST.match(text)
    day = find_phrase(mask_quotes(text), lead.end() if lead else 0, zone=clock.zone, now=clock.now)
    is_led = day is not None and day.clock is None and (lead or _MUST_I.match(text, day.end))
    return bool(is_led) and not _NEXT_SENTENCE.search(text)


def _on_the_same_day(commands: list[Command], text: str, clock: UserClock) -> list[Command]:
    """Return the commands with the date of all, if there is one, for each new task without a date or a recurrence."""
    day = _day_of_all(commands[0], commands[-1], text, clock)
    if not day:
        return commands
    first, *others = commands  # the first is new too, or has this date: see _day_of_all
    return [_due(first, day), *(_due(other, day) if other.kind in ("wish", "offer") else other for other in others)]


def _due(command: Command, day: str) -> Command:
    """Return the command with this day, unless it has a date or a recurrence of its own."""
    return command if "recurrence" in command.given else replace(command, given={"due_date": day} | command.given)


def _day_of_all(first: Command, last: Command, text: str, clock: UserClock) -> str:
    """Return the date of all tasks of a text, of which these are the first and the last; "" if it has none.

    It is the date of the first task in "tomorrow I need to call Bob and buy milk", of the last one in "I need to call
    Bob and buy milk tomorrow".
    """
    if "due_date" in first.given and _has_first_day(text, clock):
        return first.given["due_date"]
    due = last.given.get("due_date", "")
    is_day, are_new = "T" not in due, first.kind in _ADDS and last.kind in ("wish", "offer")
    of_both = _BY_DAY.search(text)
    before_day = text[: of_both.start()] if of_both else text  # without the dot of "10. Dezember"
    is_one_sentence = (of_both or _I_MUST.match(text)) and not _PAUSES.search(before_day)
    return due if are_new and is_day and is_one_sentence and _ends_with_day(text, clock) else ""


def _ends_with_day(text: str, clock: UserClock) -> bool:
    end = len(text.rstrip(" .!"))
    return any(
        found.end == end and found.clock is None and not found.is_time_alone for found in phrases_in(text, clock)
    )


def _offered_after(before: Command, command: Command) -> Command:
    """Return an offer for what may be the reason of the change before it: "move 3 to friday, I have to work"."""
    is_reason = before.is_change and before.kind not in _NEW and command.kind == "add"
    return replace(command, kind="offer") if is_reason and _OF_ME.match(command.text) else command


def _is_about_all(last: Command) -> bool:
    """Return whether the last part is of all: "buy ink and sign the letter, both by friday"."""
    return _ABOUT_ALL.match(unread_word(str(last.given.get("title", "")))) is not None


def _is_restricted(first: Command, others: list[Command]) -> bool:
    """Return whether a part that is no command says more of the new task before it: "…, but only until the 12th"."""
    return first.kind in _NEW and any(
        command.kind in ("offer", "unknown") and _RESTRICTS.match(command.text) for command in others
    )


def _has_dated_heading(text: str, clock: UserClock) -> bool:
    """Return whether a date stands before all parts: "morgen: Bad putzen, Oma anrufen"."""
    heading, colon, _ = text.partition(": ")
    return bool(colon) and is_date(heading, clock)


def _is_courtesy(command: Command) -> bool:
    is_yes = command.kind == "unknown" and _AGREES.fullmatch(command.text)
    return bool(is_yes) or command.kind in ("greeting", "thanks", "goodbye")


def _with_offers(commands: list[Command]) -> list[Command]:
    """Return the commands, with wishes as offers if one is doubtful: "maybe Tom fixes it, buy tyres"."""
    if len(commands) == 1 or not any(map(_is_doubtful, commands)):
        return commands
    return [replace(command, kind="offer") if command.kind == "wish" else command for command in commands]


def _is_doubtful(command: Command) -> bool:
    if command.kind == "unknown":
        return not _is_courtesy(command)
    # "The report still needs: numbers, draw charts": what stands behind the colon is one list.
    if command.kind in ("offer", "wish", "no_lists") and _HEADED.match(command.text):
        return True
    return command.kind == "offer" and _DOUBT.search(command.text) is not None


def _first_held(text: str, clauses: list[str]) -> int:
    """Return the index of the first clause that is only asked about or depends on a condition before it.

    From there on nothing is changed: of "if Anna calls, tick off 3" from the condition on, which begins its clause; if
    one stands later in a clause, from the next clause on.
    """
    if len(clauses) > 1 and is_doubt(bare(text), asks=text.rstrip().endswith("?") and is_question(text)):
        return 0
    for index, clause in enumerate(clauses[:-1]):
        if ends_with_condition(mask_quotes(clause)):
            return index if CONDITION.match(bare(clause)) else index + 1
    return len(clauses)


def _held(command: Command) -> Command:
    """Return the command of a clause that may look, but change nothing."""
    return Command("unknown", command.text) if command.is_change else command


def _read_clause(clause: str, clock: UserClock) -> list[Command]:
    """Return the command of a clause, or one for each of its tasks: "add milk, eggs and bread to my list"."""
    command = read_command(clause, clock)
    # Before lists, which end at "and": "take pills at 8am and 8pm".
    if command.kind in _ADDS and (both := listed_tasks.read_at_two_times(clause, clock)):
        return both
    if command.kind == "add" and (items := listed_tasks.things_put_on_list(clause)):
        return [read_command(item, clock) for item in items]
    # "Add wash the car, mow the lawn and call dad", but not "and call tomorrow", a verb alone.
    if command.kind in ("add", "offer") and (items := listed_tasks.tasks_after_add(clause, command)):
        added = [read_command(item, clock) for item in items]
        if all(one.kind == "add" for one in added) and " " in added[-1].given["title"]:
            return added
    # "Print the tickets, sign the form and find my shoes" may be several: it is asked.
    if command.kind in ("add", "wish") and listed_tasks.parts_of_title(command):
        return [replace(command, kind="offer")]
    return _read_dated_parts(clause, command, clock) or [command]


def _read_dated_parts(clause: str, command: Command, clock: UserClock) -> list[Command]:
    """Return a command for each task of "milk today, bread tomorrow and butter on friday"; empty for other clauses.

    `command` is that of the whole clause, with one of its dates, or with a title that holds the others and so is none.
    """
    is_unread = misfit(command.given, command.text) != ""
    may_have_parts = command.kind in _NEW and (is_unread or "due_date" in command.given)
    parts = listed_tasks.dated_parts(clause, clock) if may_have_parts else []
    if len(parts) < 2:
        return []
    first = read_command(parts[0], clock)
    listed = listed_tasks.tasks_after_add(parts[0], first, least=2)  # "add milk, call Tom today"
    firsts = [read_command(item, clock) for item in listed] or [first]
    if any(one.kind not in _NEW for one in firsts):
        return []
    if firsts[0].kind == "offer":
        kind = "offer"
    elif is_unread or command.kind == "remind":
        kind = "add"  # the whole was no title, while its parts may be; "remind me" is of the first part alone
    else:
        kind = command.kind
    other = replace(command, kind=kind, target=Target())
    others = [replace(other, text=part, given=read_title(part, clock)) for part in parts[1:]]
    have_words = all(any(map(str.isalpha, one.given["title"])) for one in others)  # not "8 and 20 every day"
    return [*firsts, *map(asked_if_unread, others)] if have_words else []


def _read_titles(titles: list[str], is_german: bool, clock: UserClock) -> list[Command]:
    """Return a command to add each line of a list, up to LINES_MAX."""
    commands = [
        Command("add", line, given=given, language="de" if is_german else "en")
        for line in titles[:LINES_MAX]
        if (given := read_title(line[:COMMAND_MAX_CHARACTERS], clock))["title"]
    ]
    if commands and _is_about_all(commands[-1]):  # "wash the car, iron shirts. All for friday"
        text, offers = ", ".join(titles), tuple(replace(command, kind="offer") for command in commands)
        return [Command("offer", text, given=read_title(text, clock), language=commands[0].language, parts=offers)]
    return _bounded(commands, len(titles), LINES_MAX)


def _bounded(commands: list[Command], count: int, most: int) -> list[Command]:
    return [*commands, Command("left_out", "", given={"count": count, "most": most})] if count > most else commands


def is_agreement(text: str) -> bool:
    text = text[:_AGREEMENT_MAX_CHARACTERS].strip()
    return _AGREES.fullmatch(text) is not None or is_said("agree", text)
