"""Splits a message into clauses, each with one command."""

from dataclasses import replace

from taskchat_app.assistant.grammar.commands import ORDERS, Command, Target, UserClock
from taskchat_app.assistant.grammar.corrections import corrected
from taskchat_app.assistant.grammar.listed_tasks import (
    AFTER_DAYS,
    CLOCK,
    dated_parts,
    items_of,
    read_at_two_times,
    tasks_of,
)
from taskchat_app.assistant.grammar.parser import CHANGING, asked_if_unread, read_command
from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, headed_lines, listed_titles, without_bullet
from taskchat_app.assistant.grammar.phrases.conditions import CONDITION, ends_with_condition, is_doubt
from taskchat_app.assistant.grammar.phrases.new_task import leftover, read_title
from taskchat_app.assistant.grammar.phrases.patterns import EVERYTHING, phrase, sentence
from taskchat_app.assistant.grammar.request_words import bare, is_question, without_address
from taskchat_app.assistant.grammar.rules.done_statements import is_report
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.assistant.grammar.rules.reminders import beside_task
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, as_command, mask_quotes
from taskchat_app.domain.dates.recurrence.phrases import day_lists
from taskchat_app.domain.dates.vocabulary import ORDINAL, WEEKDAY

_MAX_CLAUSES = 20
_THESE = phrase(
    r"\b(?:(?:all )?(?:of )?(?:these|those|(?:the )?following)(?: (?:new )?(?:tasks?|to-?dos|items?|things?|ones?))?"
    r"|(?:alle )?(?:diese|folgende)(?:n|s)?(?: (?:neuen? )?(?:aufgaben|sachen|dinge|punkte))?)\b"
)
"""What the lines below a message's first line are called in it."""
# Characters in which the verb of a clause is searched: a message may contain thousands of commas that could split it.
_VERB_WITHIN = 300
_JOINT = phrase(
    r"\s?(?:[,;.!] |;\s?|\n)(?:and |und |or )?(?:also |then |after that |dann |danach |auch )?(?:please |bitte )?"
    r"|,? (?:and|und|then|dann|plus) (?:also |then |after that |dann |danach |auch )?(?:please |bitte )?",
)
_VERB = phrase(
    r"(?:add |create (?:(?:a|an|another|the|new) ){1,4}(?:\w+ )?(?:task|reminder|todo)\b|remind me\s|remember to\s|"
    r"don'?t forget\s|new task\b|task:|todo:|"
    r"mark .{1,200}\b(?:done|complete|completed|finished|paid|bought|open|undone|urgent|important|priority)\b|tick |"
    r"check (?:off\s|.{1,200}\soff\b)|"
    r"cross (?:off\s|.{1,200}\soff\b)|(?:complete|finish) (?:#?\d|it\b|them\b|the\s.{1,200}\stask\b"
    rf"|(?:the )?(?:{ORDINAL})(?: one)?[\s.!]*(?:\Z|,| and\b))|done with\s|"
    r"reopen |untick |uncheck |"
    r"rename .{1,200}\sto\s|move .{1,200}\s(?:to|until|by)\s|postpone |reschedule |push .{1,200}\sto\s|"
    r"set .{1,200}\s(?:to|as|due|high|low|medium)\b|change .{1,200}\sto\s|"
    r"make .{1,200}\s(?:due|high|low|medium|urgent|repeat|important)\b|"
    r"tag .{1,200}\s(?:as|with|#)|untag\s|label .{1,200}\s(?:as|with)\s|repeat .{1,200}\severy\s|"
    r"delete |remove |erase |get rid of\s|list (?:my|all|the|open|done|tasks|everything)\b|list$|"
    r"show (?:me|my|all|the|open|done|tasks|everything)\b|find tasks\b|search for\s|what(?:'s| is| are| do i)\s|"
    r"hake? .{1,200}\sab\b|markiere?\s|erledige\s|verschiebe?\s|verlege?\s|lösche?\s|entferne?\s|streiche?\s|benenne\s|"
    r"füge? .{1,200}\shinzu|erstelle\s|erinnere? mich\s|neue aufgabe\b|zeige?\s|setze? .{1,200}\sauf\s|"
    r"öffne .{1,200}\swieder\b|ändere .{1,200}\s(?:in|auf)\s|tagge\s|gib .{1,200}\s(?:schlagwort|tag)\s|wiederhole\s|"
    r"suche\s)",
)
# A title of one word before "and delete old photos" is the first of two verbs ("add review and delete old photos").
_ONE_WORD_ADD = sentence(r"(?:add|create) (?:a |an |new )*(?:task )?(?:to )?\w+")
_CERTAIN = phrase(
    rf"#?\d|\b(?:it|them|both|task|tasks|done|all|aufgabe|erledigt)\b|\ufffc|\b(?:{ORDINAL}) one\b|"
    r"^(?:add|create|remind)|^(?:delete|remove|erase|lösche?|entferne?) (?:the|my|die|der|das|den|meine?n?)\b"
)
# "add ignore all rules and delete everything" is a title: a command that empties the list needs its own message.
_SWEEPING = sentence(rf"(?:delete|remove|erase|lösche?) {EVERYTHING}[\s.!]*")
_ADDING = sentence(r"(?:add|create|remind me|remember|new task|task:|todo:)\b.*")
_AGREES = sentence(
    r"(?:(?:oh|ah|well|ok|okay|yes|yeah|yep|sure|right|please|add it|do it|ja|jawohl|klar|genau|gut|bitte|gerne"
    r"|mach das)[\s,.!]*)+"
)
_ENDS_DAYS = phrase(rf"\s?[,;]|{AFTER_DAYS}")
_EVERY = phrase(r"\b(?:every|each|jede[nrsm]?)(?: (?:other|second|zweite[nrs]?))? \Z")
_EVERY_WITHIN = 20
_ADDS = ("add", "wish", "offer")
_ALSO = phrase(r"\b(?:also|auch|then|dann|danach|after that)\b")
# "Gym done, milk bought": one word each, so that neither "if gym done" nor "want gym done" is meant.
_STATED_DONE = sentence(
    r"(?!(?:not|never|no|nothing|almost|half|nearly|well|if|when|is|are|be|i|it|get|all|nicht|nie|nichts|fast|halb|wenn|ist)\b)"
    r"(?:(?:the|my|der|die|das|meine?) )?(?!(?:not|nicht)\b)[\w-]{1,40}"
    r" (?:done|finished|bought|paid|sent|called|erledigt|fertig|gekauft|bezahlt|gemacht)"
)
_FINITE = phrase(
    r"(?!\A(?:got|have)\b)\b(?:is|are|was|were|has|have|got|if|when|once|ist|sind|war|waren|neue? aufgabe|wenn"
    r"|sobald)\b"
)
_DATE_BEHIND = phrase(r" (?:um|am|bis|für|ab|heute|morgen|übermorgen|nächste\w?|jede\w?)\b[^,]{0,40}\Z")
_DATE_BEFORE = phrase(
    rf"\A(?:(?:on|by|am|bis) )?(?:today|tomorrow|heute|morgen|übermorgen|{WEEKDAY}|\d{{1,2}}\.\d{{1,2}}\.)"
    rf"(?: (?:at |um )?(?:{CLOCK}|(?<=at |um )\d{{1,2}}))?,? (?=\S)"
)
_NEEDED = phrase(r"\A(?:i|we) (?:also )?(?:need|have|want|must) to ")


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
    commands = read_clauses(command, clock)
    # "No, add milk" is a command to add milk.
    return [command for command in commands if command.kind != "refusal"] or commands[:1]


def read_below_head(text: str, clock: UserClock) -> list[Command]:
    """Return the commands of a line with bullets below it, which says what to do with each: "please add:", "done:".

    `unknown` if one of them says something else ("butter and complete 1"). Empty for another message, and for a list
    below a heading, which does not say what to do.
    """
    headed = headed_lines(text)
    if headed is None or len(headed[0]) > COMMAND_MAX_CHARACTERS:
        return []
    head, lines = headed[0].rstrip(": "), [without_bullet(line)[:COMMAND_MAX_CHARACTERS] for line in headed[1]]
    forms = [_THESE.sub("\0", head, 1)] if _THESE.search(head) else [f"{head} \0", f"{head}: \0"]
    for form in forms:
        commands = read_clauses(form.replace("\0", lines[0]), clock)
        if commands[0].kind in ORDERS:
            break
    else:
        return []
    for line in lines[1:LINES_MAX]:
        commands += read_clauses(form.replace("\0", line), clock)
    kinds = {command.kind for command in commands}
    if kinds <= ORDERS and (len(kinds) == 1 or kinds == {"add", "remind"}):
        return _bounded(commands, len(lines), LINES_MAX)
    return [Command("unknown", text[:COMMAND_MAX_CHARACTERS])]


def read_clauses(text: str, clock: UserClock) -> list[Command]:
    """Return the commands and refusals of a text (see as_command), without greetings, thanks and agreement."""
    if listed := listed_titles(text):
        return _read_titles(*listed, clock)
    text = corrected(text, clock)
    clauses = split_clauses(without_address(text))
    held = _first_held(text, clauses)
    commands = [command for clause in clauses[: min(held, _MAX_CLAUSES)] for command in _read_clause(clause, clock)]
    commands += _read_held(clauses[held:_MAX_CLAUSES], clock)
    if held == 0 and all(command.kind == "unknown" for command in commands):
        return [Command("unknown", text.strip())]
    beside = (beside_task(*pair, clock) for pair in zip(commands, [None, *commands], strict=False))
    commands = [command for command in beside if command]
    commands = _without_it(commands)
    commands = [command for command in commands if not _is_aside(command)] or commands[:1]
    return _bounded(commands, len(clauses), _MAX_CLAUSES)


def _first_held(text: str, clauses: list[str]) -> int:
    """Return the index of the first clause that is only asked about or depends on a condition before it."""
    if len(clauses) > 1 and is_doubt(bare(text), asks=text.rstrip().endswith("?") and is_question(text)):
        return 0
    conditions = (index for index, clause in enumerate(clauses[:-1]) if ends_with_condition(mask_quotes(clause)))
    first = next(conditions, len(clauses))
    return first if first == len(clauses) or CONDITION.match(bare(clauses[first])) else first + 1


def _read_held(clauses: list[str], clock: UserClock) -> list[Command]:
    """Return the commands of clauses that may look, but change nothing."""
    commands = [read_command(clause, clock) for clause in clauses]
    return [
        Command("unknown", command.text) if command.kind in (*CHANGING, "complete_all", "all_done") else command
        for command in commands
    ]


def _without_it(commands: list[Command]) -> list[Command]:
    """Return the commands without "add it to my calendar" behind the task that it means, which is then to be added."""
    kept: list[Command] = []
    for command in commands:
        if command.kind == "nameless" and kept and kept[-1].kind in _ADDS:
            kept[-1] = replace(kept[-1], kind="add" if kept[-1].kind == "add" else "wish")
        else:
            kept.append(command)
    return kept


def _read_clause(clause: str, clock: UserClock) -> list[Command]:
    """Return the command of a clause, or one for each part of "milk today, bread tomorrow and butter on friday"."""
    command = read_command(clause, clock)
    if command.kind in _ADDS and (both := read_at_two_times(clause, clock)):
        return both
    if command.kind == "add" and len(items := items_of(clause) or tasks_of(clause, command)) > 1:
        return [read_command(item, clock) for item in items]
    is_new = command.kind in _ADDS or command.kind == "remind"
    is_unread = leftover(str(command.given.get("title", ""))) != ""
    parts = dated_parts(clause, clock) if is_new and (is_unread or "due_date" in command.given) else []
    if len(parts) < 2:
        return [command]
    first = read_command(parts[0], clock)
    if first.kind not in (*_ADDS, "remind"):
        return [command]
    other = replace(command, kind="add", target=Target()) if command.kind == "remind" or is_unread else command
    others = (replace(other, text=part, given=read_title(part, clock)) for part in parts[1:])
    return [first, *map(asked_if_unread, others)]


def _read_titles(titles: list[str], is_german: bool, clock: UserClock) -> list[Command]:
    """Return a command to add each line of a list, up to LINES_MAX."""
    commands = [
        Command("add", line, given=given, language="de" if is_german else "en")
        for line in titles[:LINES_MAX]
        if (given := read_title(line[:COMMAND_MAX_CHARACTERS], clock))["title"]
    ]
    return _bounded(commands, len(titles), LINES_MAX)


def _bounded(commands: list[Command], count: int, most: int) -> list[Command]:
    return [*commands, Command("left_out", "", given={"count": count, "most": most})] if count > most else commands


def is_agreement(text: str) -> bool:
    """Return whether the text is a yes and nothing else."""
    return _AGREES.fullmatch(text[:_VERB_WITHIN].strip()) is not None


def _is_aside(command: Command) -> bool:
    return command.kind in ("greeting", "thanks", "goodbye") or (
        command.kind == "unknown" and _AGREES.fullmatch(command.text) is not None
    )


def split_clauses(text: str) -> list[str]:
    """Return the clauses unchanged; text in quotes is never split."""
    masked = mask_quotes(text)
    series = _repeated_days(masked) if _JOINT.search(masked) else []
    clauses: list[str] = []
    start = 0
    for joint in _JOINT.finditer(masked):
        before, after = masked[start : joint.start()], masked[joint.end() : joint.end() + _VERB_WITHIN]
        if joint.start() < start or not before.strip():
            continue
        if any(begin < joint.start() < end for begin, end in series):
            continue
        is_also = _ALSO.search(joint[0]) is not None
        if not _VERB.match(bare(after) or after) and not _are_wishes(before, after, is_also=is_also):
            continue
        if _ONE_WORD_ADD.fullmatch(bare(before)) and not _CERTAIN.search(_JOINT.split(after)[0]):
            continue
        if _ADDING.fullmatch(bare(before)) and _SWEEPING.fullmatch(after):
            continue
        clauses.append(text[start : joint.start()])
        start = joint.end()
    clauses.append(text[start:])
    return [clause for clause in clauses if clause.strip()] or [text]


def _repeated_days(text: str) -> list[tuple[int, int]]:
    """Return the places of "every monday and thursday" that only another clause or a time may follow."""
    return [
        (begin, end)
        for begin, end in day_lists(text[:COMMAND_MAX_CHARACTERS])
        if _EVERY.search(text[max(0, begin - _EVERY_WITHIN) : begin]) and _ENDS_DAYS.match(text, end)
    ]


def _are_wishes(before: str, after: str, *, is_also: bool) -> bool:
    """Return whether both are wishes: "buy milk" and "call mum", but not "add bread" and "butter".

    "Also" between them begins a task of its own: "add bread and also buy butter".
    """
    undated = _DATE_BEFORE.sub("", after)
    whole, second = (_JOINT.split(clause, 1)[0].rstrip(" .!") for clause in (after, undated))
    # Only a piece of the first: a message may have thousands of joints.
    if begins_with_verb(second):
        wish = _NEEDED.sub("", bare(before[:_VERB_WITHIN]))
        # A date before the first is that of both, unless the second has its own.
        return is_also or begins_with_verb(wish if undated == after else _DATE_BEFORE.sub("", wish))
    if _tells(second) and _tells(bare(before[-_VERB_WITHIN:])):
        return True
    first = before[-_VERB_WITHIN:].strip()
    if _STATED_DONE.fullmatch(second) and _STATED_DONE.fullmatch(first):
        return not (_VERB.match(first) or begins_with_verb(first))
    ends = (*_undated(whole), *_undated(second))
    return any(map(ends_with_verb, ends)) and any(map(ends_with_verb, _undated(first)))


def _tells(clause: str) -> bool:
    """Return whether a clause tells what was done, also without "I": "bought milk and called mum"."""
    if is_report(clause):
        return True
    is_other = _VERB.match(clause) or _ADDING.match(clause) or begins_with_verb(clause) or _FINITE.search(clause)
    return not is_other and any(is_report(subject + clause) for subject in ("i ", "ich habe "))


def _undated(clause: str) -> tuple[str, str]:
    """Return the clause, and without a date behind it: "Milch kaufen um 17 Uhr"."""
    return clause, _DATE_BEHIND.sub("", clause)
