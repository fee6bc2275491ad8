"""Reads the commands of a message: line by line where it is a list, else clause by clause (clause_splitting.py)."""

from dataclasses import replace

from taskchat_app.assistant.grammar import clause_dependencies as dependencies
from taskchat_app.assistant.grammar import listed_tasks
from taskchat_app.assistant.grammar.clause_rules import read_in_own_words
from taskchat_app.assistant.grammar.clause_splitting import split_clauses
from taskchat_app.assistant.grammar.commands import ADDING, NEW, ORDERS, Command, Target, UserClock
from taskchat_app.assistant.grammar.parser import asked_if_unread, read_command
from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, Titles, headed_lines, listed_titles, without_bullet
from taskchat_app.assistant.grammar.phrases.conditions import ends_with_condition, is_doubt
from taskchat_app.assistant.grammar.phrases.field_words import changes_of_number
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.unread_words import correction, misfit
from taskchat_app.assistant.grammar.request_words import bare, without_address
from taskchat_app.assistant.grammar.sentences.sentence_joints import joined_sentences
from taskchat_app.assistant.grammar.sentences.sentence_reader import is_said
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, as_command, mask_quotes

_MAX_CLAUSES = 20
_THESE = phrase(
    r"\b(?:(?:all )?(?:of )?(?:these|those|(?:the )?following)(?: (?:new )?(?:tasks?|to-?dos|items?|things?|ones?))?"
    r"|(?:alle )?(?:diese|folgende)(?:n|s)?(?: (?:neuen? )?(?:aufgaben|sachen|dinge|punkte))?)\b"
)
"""What the lines below a message's first line are called in it."""
# A line that goes on in the next one, or one that belongs to the line before
_GOES_ON = phrase(
    r"[(),:;]\s?\n|[(]|\b(?:and|or|und|oder|to|for|für|mit|with|the|a|der|die|das|ein|eine)\s?\n"
    r"|\n(?:and|or|but|not|only|just|otherwise|else|from|at|in|on|by|for|of|about|regarding|re|before|after|with|to|into"
    r"|because|that|whether|every|each|daily|weekly|monthly|both|all|everything|maybe|later|notes?|description|tags?|due"
    r"|date|priority|phone|please|und|oder|aber|nicht|nur|erst|sonst|ansonsten|von|vom|beim?|im|am|um|bis|wegen|weil|dass"
    r"|ob|nach|vor|mit|für|zum|zur|jede[nrs]?|täglich|wöchentlich|monatlich|beides?|alles?|vielleicht|notiz|beschreibung"
    r"|fällig|priorität|bitte)\b"
)
# "Oh, that is too soon. (Put it off by a week)"
_REMARK = phrase(
    r"\A(?:(?:oh|hm+|ugh|well|ach|puh|na),? )?(?:(?:that|this|it)(?:['’]?s| is| was)|(?:das|es) (?:ist|war))"
    r" (?:(?:too|way|far|much|a bit|rather|so|mir|uns|zu|viel|etwas) ){0,3}"
    r"(?:late|early|soon|long|bad|good|fine|great|spät|früh|bald|lange?|knapp|schlecht|gut|ungünstig)[.!] (?=\S)"
)
# "7 done, 6 next week"; but "8, 9 and 10 done"
_NUMBERED = phrase(r"#?\d{1,3} [^\W\d]")
_NUMBERED_PARTS = phrase(r"(?:\s?[,;\n]\s?(?:and |und )?| (?:and|und) )(?=#?\d{1,3} [^\W\d])")


def read_message(text: str, clock: UserClock) -> list[Command]:
    """Return the commands of a message, in order: `unknown` if no rule matches, `too_long` if it is too long.

    The last one is `left_out` if the message has more clauses or lines than are read.
    """
    if listed := listed_titles(text):
        return _read_titles(listed, clock)
    if below := read_below_head(text, clock):
        return below
    command = as_command(text)
    if command is None:
        return [Command("too_long", text[:COMMAND_MAX_CHARACTERS])]
    commands = _read_lines(command, clock) or _read_numbered(command, clock) or read_clauses(command, clock)
    # "No, add milk" is a command to add milk.
    return [command for command in commands if command.kind != "refusal"] or commands[:1]


def _read_lines(text: str, clock: UserClock) -> list[Command]:
    """Return a wish for each line of a message whose lines are new tasks, of which one may be doubtful; else none."""
    lines = [line for line in text.split("\n") if line]
    has_quotes = mask_quotes(text) != text
    is_list = 2 <= len(lines) <= _MAX_CLAUSES and not has_quotes and not _GOES_ON.search(text)
    if not is_list or any(_is_held_or_head(line, clock) for line in lines):
        return []
    commands = [command for line in lines for command in read_clauses(line, clock)]
    are_wishes = len(commands) == len(lines) and {command.kind for command in commands} <= {"wish", "offer"}
    offers = [command for command in commands if command.kind == "offer"]
    is_doubtful = len(offers) > 1 or any(" " not in offer.text for offer in offers)
    return commands if are_wishes and not is_doubtful else []


def _read_numbered(text: str, clock: UserClock) -> list[Command]:
    """Return the commands of "7 done, 6 next week", of which each part begins with a task's number; else nothing."""
    parts = _NUMBERED_PARTS.split(text.strip(" .!")) if _NUMBERED.match(text) else []
    if not 2 <= len(parts) <= _MAX_CLAUSES or "?" in text:
        return []
    commands: list[Command] = []
    for part in parts:
        commands += changes_of_number(part, clock) or [read_command(part, clock)]
    are_changes = all(command.kind in ORDERS and len(command.target.numbers) == 1 for command in commands)
    # "2 monday, 3 tuesday" may be counts
    names_tasks = "#" in text or any(command.kind in ("done", "reopen") for command in commands)
    return commands if are_changes and names_tasks else []


def _is_held_or_head(line: str, clock: UserClock) -> bool:
    """Return whether a line makes the next ones depend on it: by a condition, a doubt, or a date that is of all."""
    return ends_with_condition(line) or is_doubt(bare(line), asks=False) or dependencies.has_dated_heading(line, clock)


def read_below_head(text: str, clock: UserClock) -> list[Command]:
    """Return a command for each line with a bullet below a first line that says what to do: "please add:", "done:".

    `unknown` if a line says something else ("butter and complete 1"). Empty for another message, and for lines below a
    heading that does not say what to do.
    """
    headed = headed_lines(text)
    if headed is None:
        return []
    head, with_bullets = headed
    if len(head) > COMMAND_MAX_CHARACTERS:
        return []
    lines = [without_bullet(line)[:COMMAND_MAX_CHARACTERS] for line in with_bullets]
    for before, behind in _around_lines(head.rstrip(": ")):
        if read_clauses(f"{before}{lines[0]}{behind}", clock)[0].kind not in ORDERS:
            continue
        commands = [command for line in lines[:LINES_MAX] for command in read_clauses(f"{before}{line}{behind}", clock)]
        kinds = {command.kind for command in commands}
        if kinds <= ORDERS and (len(kinds) == 1 or kinds == {"add", "remind"}):
            return _bounded(commands, len(lines), LINES_MAX)
        return [Command("unknown", text[:COMMAND_MAX_CHARACTERS])]
    return []


def _around_lines(head: str) -> list[tuple[str, str]]:
    """Return the pairs of words to be tried before and behind each line below a first line.

    "set these to high" → ("set ", " to high"); "done" → ("done ", "") and ("done: ", "").
    """
    these = _THESE.search(head)
    return [(head[: these.start()], head[these.end() :])] if these else [(f"{head} ", ""), (f"{head}: ", "")]


def read_clauses(text: str, clock: UserClock) -> list[Command]:
    """Return the commands and refusals of a text (see as_command), without greetings, thanks and agreement.

    Clauses are read one by one; then each may change what another means (clause_dependencies.py).
    """
    if listed := listed_titles(text):  # of deletion_consent.py, which does not call read_message
        return _read_titles(listed, clock)
    text = _REMARK.sub("", without_address(text))
    if word := correction(text):
        return [Command("unknown", text.strip(), given={"correction": word})]
    parts = joined_sentences(text, lambda part: read_in_own_words(part, clock))
    clauses = parts or split_clauses(text, clock)
    first_held = dependencies.first_held(text, clauses)
    commands = _read_each(clauses[:_MAX_CLAUSES], first_held, clock)
    if first_held == 0 and all(command.kind == "unknown" for command in commands):
        return [Command("unknown", text.strip())]
    if len(commands) == 1:
        return _bounded(commands, len(clauses), _MAX_CLAUSES)
    if dependencies.is_said_of_it(commands[0], commands[1:]):
        return [replace(commands[0], text=text.strip())]
    commands = dependencies.on_the_same_day(commands, text, clock)
    # After the date, since a reminder "at 8" is on the day of its task; before lists, since it is no part of one:
    # "tomorrow: call Bob. Remind me of it".
    commands = dependencies.without_reminders(commands, clock)
    if len(commands) > 1 and dependencies.has_words_of_all(text, commands, clock):
        return [Command("offer", text.strip(), given=read_title(text, clock), language=commands[-1].language)]
    commands = dependencies.with_offers(commands)
    orders = [command for command in commands if not dependencies.is_courtesy(command)]
    are_offers = all(command.kind == "offer" for command in orders)
    if are_offers and len(orders) > 1 and len(clauses) <= _MAX_CLAUSES:  # one card offers all of them
        given = read_title(bare(text), clock)
        return [Command("offer", text.strip(), given=given, language=orders[-1].language, parts=tuple(orders))]
    return _bounded(orders or commands[:1], len(clauses), _MAX_CLAUSES)


def _read_each(clauses: list[str], first_held: int, clock: UserClock) -> list[Command]:
    """Return the commands of the clauses; from the one at `first_held` on they change nothing."""
    commands = [command for clause in clauses[:first_held] for command in _read_clause(clause, clock)]
    return commands + [dependencies.held(read_command(clause, clock)) for clause in clauses[first_held:]]


def _read_clause(clause: str, clock: UserClock) -> list[Command]:
    """Return the command of a clause, or one for each of its tasks: "add milk, eggs and bread to my list"."""
    command = read_command(clause, clock)
    # Before lists, which end at "and": "take pills at 8am and 8pm".
    if command.kind in ADDING and (both := listed_tasks.read_at_two_times(clause, clock)):
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

    `command` is what the whole clause was read as, with only one of the dates, or with a title that contains dates.
    """
    is_unread = misfit(command.given, command.text) != ""
    may_have_parts = command.kind in NEW and (is_unread or "due_date" in command.given)
    parts = listed_tasks.dated_parts(clause, clock) if may_have_parts else []
    if len(parts) < 2:
        return []
    first = read_command(parts[0], clock)
    listed = listed_tasks.tasks_after_add(parts[0], first, least=2)  # "add milk, call Tom today"
    firsts = [read_command(item, clock) for item in listed] or [first]
    if any(one.kind not in NEW for one in firsts):
        return []
    if firsts[0].kind == "offer":
        kind = "offer"
    elif is_unread or command.kind == "remind":
        kind = "add"  # the whole clause was no title, while its parts may be; only the first part is a reminder
    else:
        kind = command.kind
    other = replace(command, kind=kind, target=Target())
    others = [replace(other, text=part, given=read_title(part, clock)) for part in parts[1:]]
    have_letters = all(any(map(str.isalpha, one.given["title"])) for one in others)  # not "8 and 20 every day"
    return [*firsts, *map(asked_if_unread, others)] if have_letters else []


def _read_titles(listed: Titles, clock: UserClock) -> list[Command]:
    """Return a command to add each line of a list, up to LINES_MAX; `unknown` if no line has a title ("- #work")."""
    commands: list[Command] = []
    for title in listed.titles[:LINES_MAX]:
        given = read_title(title[:COMMAND_MAX_CHARACTERS], clock)
        if given["title"]:
            commands.append(Command("add", title, given=given, language=listed.language))
    if commands and dependencies.is_about_all(commands[-1]):  # "wash the car, iron shirts. All for friday"
        text, offers = ", ".join(listed.titles), tuple(replace(command, kind="offer") for command in commands)
        return [Command("offer", text, given=read_title(text, clock), language=listed.language, parts=offers)]
    return _bounded(commands or [Command("unknown", listed.titles[0])], len(listed.titles), LINES_MAX)


def _bounded(commands: list[Command], count: int, most: int) -> list[Command]:
    """Return the commands, with "left_out" at the end if the message has more parts than the most that are read."""
    return [*commands, Command("left_out", "", given={"count": count, "most": most})] if count > most else commands


def is_agreement(text: str) -> bool:
    text = text.strip()
    return dependencies.AGREES.fullmatch(text) is not None or is_said("agree", text)
