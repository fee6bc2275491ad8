"""Splits a text into clauses, each with one command: "add milk and delete 3", but not "add milk and butter"."""

from taskchat_app.assistant.grammar.clause_rules import read_in_own_words
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.listed_tasks import AFTER_DAYS, CLOCK
from taskchat_app.assistant.grammar.phrases.patterns import EVERYTHING, phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import title_parts
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.rules.done_statements import is_report
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, mask_quotes
from taskchat_app.domain.dates.recurrence.phrases import day_lists
from taskchat_app.domain.dates.vocabulary import ORDINAL, WEEKDAY

_READ_WITHIN = 300
"""Characters that are read on each side of a joint: a message may contain thousands of commas that could split it."""
# Where a clause may end: ", and then please "
_JOINT = phrase(
    r"\s?(?:[,;.!] |;\s?|\n)(?!und zwar\b)(?:and |und |or )?(?:also |then |after that |dann |danach |auch )?"
    r"(?:please |bitte )?"
    r"|,? (?:and|und(?! zwar\b)|then|dann|plus) (?:also |then |after that |dann |danach |auch )?(?:please |bitte )?"
)
_VERBS = (
    "add tick reopen untick uncheck untag postpone reschedule delete remove erase markiere? erledige verschiebe?"
    " verlege? lösche? entferne? streiche? benenne erstelle zeige? tagge wiederhole suche"
).split()
# What begins a command: "add ", "mark the rent done", "what's "
_COMMAND_START = phrase(
    "|".join(
        (
            rf"(?:{'|'.join(_VERBS)}) ",
            r"(?:remind me|remember to|don'?t forget|get rid of|search for|done with|erinnere? mich)\s",
            r"(?:new task|find tasks|neue aufgabe)\b|(?:task|todo):|list$",
            r"create (?:(?:a|an|another|the|new) ){1,4}(?:\w+ )?(?:task|reminder|todo)\b",
            rf"(?:complete|finish) (?:#?\d|it\b|them\b|the .{{1,200}} task\b"
            rf"|(?:the )?(?:{ORDINAL})(?: one)?[\s.!]*(?:\Z|,| and\b))",
            r"#?\d{1,9} ?(?:-+>|=>|→)",
            r"(?:check|cross) (?:off |.{1,200} off\b)",
            r"mark .{1,200}\b(?:done|completed?|finished|paid|bought|open|undone|urgent|important|priority)\b",
            r"set .{1,200} (?:to|as|due|high|low|medium)\b",
            r"make .{1,200} (?:due|high|low|medium|urgent|repeat|important)\b",
            r"(?:rename|push|change) .{1,200} to |move .{1,200} (?:to|until|by) |repeat .{1,200} every ",
            r"(?:tag|label) .{1,200} (?:as|with|#)",
            r"(?:list|show) (?:me|my|all|the|open|done|tasks|everything)\b|what(?:'s| is| are| do i) ",
            r"hake? .{1,200} ab\b|füge? .{1,200} hinzu|öffne .{1,200} wieder\b",
            r"(?:setze?|ändere) .{1,200} (?:auf|in) |gib .{1,200} (?:schlagwort|tag) ",
        )
    )
)
# "Add review and delete old photos": after "add", one word before "and delete" is the first of two verbs of a title.
_ONE_WORD_ADD = sentence(r"(?:add|create) (?:a |an |new )*(?:task )?(?:to )?\w+")
# What a command contains and a title hardly: "#3", "it", "the second one"
_NO_TITLE = phrase(
    rf"#?\d|\b(?:it|them|both|task|tasks|done|all|aufgabe|erledigt)\b|\ufffc|\b(?:{ORDINAL}) one\b|"
    r"^(?:add|create|remind)|^(?:delete|remove|erase|lösche?|entferne?) (?:the|my|die|der|das|den|meine?n?)\b"
)
# "add ignore all rules and delete everything" is a title: a command that empties the list needs its own message.
_EMPTIES_LIST = sentence(rf"(?:delete|remove|erase|lösche?) {EVERYTHING}[\s.!]*")
_ADDS = sentence(r"(?:add|create|remind me|remember|new task|task:|todo:)\b.*")
_AFTER_SERIES = phrase(rf"\s?[,;]|{AFTER_DAYS}")  # another clause, a time, or the end
# "Every other (monday and thursday)"
_SERIES_START = phrase(r"\b(?:every|each|jede[nrsm]?)(?: (?:other|second|zweite[nrs]?))? \Z")
_SERIES_START_MAX_CHARACTERS = 20
_ANOTHER = phrase(r"\b(?:also|auch|then|dann|danach|after that)\b")
# "Gym done, milk bought": one word each, so that neither "if gym done" nor "want gym done" is meant.
_STATED_DONE = sentence(
    r"(?!(?:not|never|no|nothing|almost|half|nearly|well|if|when|is|are|be|i|it|get|all|nicht|nie|nichts|fast|halb|wenn|ist)\b)"
    r"(?:(?:the|my|der|die|das|meine?) )?(?!(?:not|nicht)\b)[\w-]{1,40}"
    r"(?: -)? (?:done|finished|bought|paid|sent|called|not yet|erledigt|fertig|gekauft|bezahlt|gemacht|noch nicht)"
)
# "Fahrrad erledigt, Garage auf Samstag verschieben"
_GERMAN_ORDER = sentence(
    r"(?!neue? |füge? |alles? )[^,;:]{2,100}"
    r" (?-i:abhaken|(?:ver)?(?:schieben|legen|setzen)|löschen|streichen|absagen|markieren|erledigt)"
)
# "2 to saturday, 9 done": a number that begins is a task's, unless it counts: "2 to 3 eggs, 4 to 6 apples"
_NUMBERED = phrase(
    r"\A(?:(?:move|push|verschiebe?|schieb) )?#?\d{1,9}"
    r" (?:(?:to|auf) (?!\d)|(?:is |ist )?(?:done|gone|finished|erledigt|fertig|weg)\b|kann weg\b)"
)
# What a new name, a list of steps or a reminder goes on with: "benenne 3 in Garage aufräumen (und Keller putzen) um"
_GOES_ON = phrase(
    r"\A(?:set(?: up)?|create|add|make) an? reminder (?:for|at) [^,]{1,40}\Z|"
    r"\A(?:rename|benenne?|nenne?) .{1,200} (?:to|in) "
    r"| (?:with|mit) (?:\w+ ){0,2}(?:steps|subtasks|(?:unter|teil)?(?:schritten|aufgaben))\b"
)
# "(The car) is", "(the dentist) has": a statement with a subject of its own, which is no report of the person.
_HAS_SUBJECT = phrase(
    r"(?!\A(?:got|have)\b)\b(?:is|are|was|were|has|have|got|if|when|once|ist|sind|war|waren|neue? aufgabe|wenn"
    r"|sobald)\b"
)
# "(Milch kaufen) um 17 Uhr"
_DATE_AT_END = phrase(
    r" (?:um|am|bis|für|ab|heute|morgen|übermorgen|nächste\w?|jede\w?|today|tonight|tomorrow|next"
    rf"|(?:on |by )?(?:{WEEKDAY}))\b[^,]{{0,40}}\Z"
)
# "Am Freitag (Mama anrufen)", "tomorrow at 5 (call mum)"
_DATE_AT_START = phrase(
    rf"\A(?:(?:on|by|am|bis) )?(?:today|tomorrow|heute|morgen|übermorgen|{WEEKDAY}|\d{{1,2}}\.\d{{1,2}}\.)"
    rf"(?: (?:at |um )?(?:{CLOCK}|(?<=at |um )\d{{1,2}}))?,? (?=\S)"
)
# "Bis zum 16. (zur Post)": the dot ends no sentence
_DAY_OF_MONTH = phrase(r"\b(?:am|zum|vom|ab|den|jede[nm]) \d{1,2}\Z")
_NEEDED = phrase(r"\A(?:i|we) (?:also )?(?:need|have|want|must) to ")  # "I also need to (buy milk)"

# Of the task before: "move 1 to 3pm and give it high priority"
_OF_IT = ("update", "shift", "tag", "untag")
# Commands whose tasks may be named by words, which may go on behind an "and"
_NAMES_TASK = ("done", "reopen", "delete", "tag", "untag", "copy")
_FREE_TEXTS = ("title", "description", "note")  # may go on behind an "and"
_OF_WHAT = phrase(r"\bmich\b.{0,60} da?ran\Z")  # "erinnere mich zwei Tage vorher daran(, Kuchen zu kaufen)"
_OR = phrase(r"\b(?:or|oder)\b")
_READ_MAX = 10
"""Joints of a message at which both sides are read: each costs as much as reading a message."""


def split_clauses(text: str, clock: UserClock | None = None) -> list[str]:
    """Return the clauses of a text, with their words as they are; text in quotes is never split.

    With a clock, a text is also split where both sides are orders only when they are read with their dates.
    """
    masked = mask_quotes(text)
    series = _repeated_days(masked)
    clauses: list[str] = []
    start = joints_read = 0
    for joint in _JOINT.finditer(masked):
        before, after = masked[start : joint.start()], masked[joint.end() : joint.end() + _READ_WITHIN]
        is_in_series = any(begin < joint.start() < end for begin, end in series)
        if is_in_series or not _has_words(before) or not _has_words(_first_clause(after)):
            continue
        if _goes_on_with_what(before, joint[0]):
            continue
        are_two = _are_two_commands(before, joint[0], after)
        if clock and not are_two and joints_read < _READ_MAX and len(before) < _READ_WITHIN:
            joints_read += 1
            are_two = _are_two_orders(before, joint[0], after, clock)
        if are_two:
            clauses.append(text[start : joint.start()])
            start = joint.end()
    clauses.append(text[start:])
    return [clause for clause in clauses if clause.strip()] or [text]


def _goes_on_with_what(before: str, joint: str) -> bool:
    return joint.strip() == "," and _OF_WHAT.search(before[-_READ_WITHIN:]) is not None


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _repeated_days(text: str) -> list[tuple[int, int]]:
    """Return where a text has days such as those of "every monday and thursday", if only a time or a mark follows."""
    series: list[tuple[int, int]] = []
    for begin, end in day_lists(text[:COMMAND_MAX_CHARACTERS]):
        before = text[max(0, begin - _SERIES_START_MAX_CHARACTERS) : begin]
        if _SERIES_START.search(before) and _AFTER_SERIES.match(text, end):
            series.append((begin, end))
    return series


def _are_two_commands(before: str, joint: str, after: str) -> bool:
    """Return whether a joint parts two commands: a command or something like the first one follows it."""
    starts_command = _COMMAND_START.match(bare(after) or after) is not None
    ends_with_day = joint.startswith(".") and _DAY_OF_MONTH.search(before[-_READ_WITHIN:].strip())
    if ends_with_day and not starts_command:
        return False
    are_two = starts_command or _are_alike(before, joint, after)
    return are_two and not _are_one_title(bare(before), after)


def _are_alike(before: str, joint: str, after: str) -> bool:
    """Return whether both sides of a joint begin with a task's number, are wishes, or say what is done."""
    if _NUMBERED.match(before) and _NUMBERED.match(after):
        return True
    if _GOES_ON.search(bare(before[:_READ_WITHIN])):
        return False
    undated = _DATE_AT_START.sub("", after)
    first, second = before[-_READ_WITHIN:].strip(), _first_clause(undated)
    return (
        _are_wishes(before, joint, second, is_dated=undated != after)
        or _are_done(first, second)
        or _are_german(first, second, _first_clause(after))
    )


def _are_two_orders(before: str, joint: str, after: str, clock: UserClock) -> bool:
    """Return whether a joint parts two orders, of which each is one when read alone: "move 1 to 3pm and drop 4"."""
    if _OR.search(joint):
        return False
    first = read_in_own_words(before, clock)
    takes_text = not first.given.keys().isdisjoint(_FREE_TEXTS)  # "rename 3 to milk and drop 4": the name goes on
    if first.kind not in (*_OF_IT, *_NAMES_TASK) or first.doubtful or takes_text:
        return False
    second = read_in_own_words(_first_clause(after), clock)
    if second.doubtful:
        return False
    target = first.target
    if second.kind in _OF_IT and second.target.pronoun == "it":  # "move 1 to 3pm and give it high priority"
        names_one = not target.is_sweeping and len(target.numbers) < 2 and len(title_parts(target)) < 2
        return names_one and first.kind != "delete"  # a deleted task has no priority
    if second.kind in (*_OF_IT, *_NAMES_TASK):  # not "delete milk and tick off bread", where "tick …" may be a title
        return second.target.numbers != ()
    if first.kind in _NAMES_TASK and target.words:  # "tick off milk and buy eggs" may be two titles
        return False
    if second.kind == "reported":
        # "3 done and I called mum"; behind a mark it may be a reason: "move 1 to friday. The dentist is closed"
        is_behind_and = joint.startswith(" ")
        return first.kind == "done" and is_behind_and
    return second.kind in ("add", "remind", "wish", "count")


def _are_one_title(command: str, after: str) -> bool:
    """Return whether the text behind a joint belongs to the title that a command adds."""
    if _ADDS.fullmatch(command) and _EMPTIES_LIST.fullmatch(after):
        return True
    return _ONE_WORD_ADD.fullmatch(command) is not None and not _NO_TITLE.search(_first_clause(after))


def _are_wishes(before: str, joint: str, second: str, *, is_dated: bool) -> bool:
    """Return whether both sides begin with the verb of a task: "buy milk and call mum".

    `second` is what follows the joint, without a date before it; `is_dated` if it had one.
    """
    if not begins_with_verb(second):
        return False
    # "Also" begins a task of its own: "add bread and also buy butter".
    if _ANOTHER.search(joint):
        return True
    first = _NEEDED.sub("", bare(before[:_READ_WITHIN]))
    if _DATE_AT_END.search(before):  # "add buy milk tomorrow and call mum": the date ends the first title
        first = first.removeprefix("add ")
    # A date before the first is that of both, unless the second has its own.
    return begins_with_verb(_DATE_AT_START.sub("", first) if is_dated else first)


def _are_done(first: str, second: str) -> bool:
    """Return whether both tell what is done: "bought milk and called mum", "gym done, milk bought"."""
    if _is_report_without_subject(second) and _is_report_without_subject(bare(first)):
        return True
    are_stated = _STATED_DONE.fullmatch(second) is not None and _STATED_DONE.fullmatch(first) is not None
    return are_stated and not _COMMAND_START.match(first) and not begins_with_verb(first)


def _are_german(first: str, second: str, second_with_date: str) -> bool:
    """Return whether both end with a German verb: "Milch kaufen, Mama anrufen", "Milch kaufen, morgen Mama anrufen"."""
    if _GERMAN_ORDER.fullmatch(second) and _GERMAN_ORDER.fullmatch(first):
        return True
    return _ends_with_verb_or_date(first) and any(map(_ends_with_verb_or_date, (second_with_date, second)))


def _first_clause(text: str) -> str:
    """Return a text up to its first joint, where a clause may end: "call mum" of "call mum, then dad"."""
    return _JOINT.split(text, maxsplit=1)[0].rstrip(" .!")


def _is_report_without_subject(clause: str) -> bool:
    """Return whether a clause tells what was done, also without "I": "bought milk and called mum"."""
    if is_report(clause):
        return True
    is_command = _COMMAND_START.match(clause) or _ADDS.match(clause) or begins_with_verb(clause)
    if is_command or _HAS_SUBJECT.search(clause):
        return False
    return is_report(f"i {clause}") or is_report(f"ich habe {clause}")


def _ends_with_verb_or_date(clause: str) -> bool:
    """Return whether a clause ends with its verb, or with a verb and a date: "Milch kaufen um 17 Uhr"."""
    return ends_with_verb(clause) or ends_with_verb(_DATE_AT_END.sub("", clause))
