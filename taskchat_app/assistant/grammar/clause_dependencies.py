"""What the clauses of a text mean for each other: a date of all, a reminder of a task, a condition, a doubt."""

from dataclasses import replace
from itertools import pairwise

from taskchat_app.assistant.grammar.commands import NEW, Command, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import CONDITION, UNCERTAIN, ends_with_condition, is_doubt
from taskchat_app.assistant.grammar.phrases.filters import phrases_in
from taskchat_app.assistant.grammar.phrases.list_names import NAMED_LIST
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.unread_words import unread_word
from taskchat_app.assistant.grammar.request_words import bare, is_question
from taskchat_app.assistant.grammar.rules.adding.titles import is_date
from taskchat_app.assistant.grammar.rules.reminders import unless_only_reminder
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_phrase import find_phrase

# "Yes, please do it"
AGREES = sentence(
    r"(?:(?:oh|ah|well|ok|okay|yes|yeah|yep|sure|right|please|add it|do it|ja|jawohl|klar|genau|gut|bitte|gerne"
    r"|mach das)[\s,.!]*)+"
)
_WISHES = ("wish", "offer")
_DOUBT = phrase(
    rf"\b(?:{UNCERTAIN}|might|wohl|vermutlich|nächste mal|gehör\w*|belongs?|am tag (?:vorher|davor)|day before)\b"
)
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
# "Tomorrow I need to …", "ich muss morgen …"
_MUST_I = phrase(r",? (?:(?:i|we) (?:need|have|must|should)|(?:muss|müssen|sollte?|will|wollen) (?:ich|wir))\b")
_I_MUST = phrase(r"(?:i (?:need to|have to|must|should)|ich (?:muss|sollte?|will)|wir (?:müssen|wollen)) ")
_OF_ME = phrase(r"(?:i|we|ich|wir) ")  # "I have to work"
_PAUSES = phrase(r"[,.!?;\n]")
_NEXT_SENTENCE = phrase(r"[.!?;\n]\s")
_ABOUT_ALL = phrase(r"(?:both|all|beides?|alle)\b")  # "both by friday"


def first_held(text: str, clauses: list[str]) -> int:
    """Return the index of the first clause that must change nothing; the number of clauses if all may change tasks.

    All are held if the text doubts or asks. Of "if Anna calls, tick off 3" the clause with the condition is the first;
    behind a condition later in its clause ("call Tom if Anna calls, tick off 3") it is the next clause.
    """
    if len(clauses) > 1 and is_doubt(bare(text), asks=text.rstrip().endswith("?") and is_question(text)):
        return 0
    for index, clause in enumerate(clauses[:-1]):
        if ends_with_condition(mask_quotes(clause)):
            return index if CONDITION.match(bare(clause)) else index + 1
    return len(clauses)


def held(command: Command) -> Command:
    """Return "unknown" for a change: the clause may look at tasks, but change nothing."""
    return Command("unknown", command.text) if command.is_change else command


def is_said_of_it(first: Command, others: list[Command]) -> bool:
    """Return whether the others change a task that the first sentence may name: "the dentist rang. Move it"."""
    is_named = first.kind in ("offer", "unknown") and " " in first.text and not is_courtesy(first)
    are_of_it = all(command.is_change and command.target.pronoun in ("it", "it or them") for command in others)
    return is_named and are_of_it


def on_the_same_day(commands: list[Command], text: str, clock: UserClock) -> list[Command]:
    """Return the commands with the date of all, if there is one, for each new task without a date or a recurrence."""
    first, *others = commands
    day = _day_of_all(first, commands[-1], text, clock)
    if not day:
        return commands
    # The first is new too, or has this date: see _day_of_all.
    return [_due(first, day), *(_due(other, day) if other.kind in _WISHES else other for other in others)]


def _due(command: Command, day: str) -> Command:
    """Return the command with this day, unless it has a date or a recurrence of its own."""
    return command if "recurrence" in command.given else replace(command, given={"due_date": day} | command.given)


def _day_of_all(first: Command, last: Command, text: str, clock: UserClock) -> str:
    """Return the date of all tasks of a text, of which these are the first and the last; "" if it has none.

    It is the date of the first task in "tomorrow I need to call Bob and buy milk", of the last one in "I need to call
    Bob and buy milk tomorrow".
    """
    if "due_date" in first.given and _begins_with_day(text, clock):
        return first.given["due_date"]
    due = last.given.get("due_date", "")
    has_time = "T" in due
    if has_time or first.kind not in ("add", *_WISHES) or last.kind not in _WISHES:
        return ""
    by_day = _BY_DAY.search(text)
    before_day = text[: by_day.start()] if by_day else text  # without the dot of "10. Dezember"
    is_one_sentence = not _PAUSES.search(before_day) and (by_day or _I_MUST.match(text))
    return due if is_one_sentence and _ends_with_day(text, clock) else ""


def _begins_with_day(text: str, clock: UserClock) -> bool:
    """Return whether one sentence tells first on which day all of it is to be done: "tomorrow I need to …"."""
    lead = _I_MUST.match(text)
    day = find_phrase(mask_quotes(text), lead.end() if lead else 0, zone=clock.zone, now=clock.now)
    if day is None or day.clock is not None or _NEXT_SENTENCE.search(text):
        return False
    return lead is not None or _MUST_I.match(text, day.end) is not None


def _ends_with_day(text: str, clock: UserClock) -> bool:
    end = len(text.rstrip(" .!"))
    return any(found.end == end and not (found.clock or found.is_time_alone) for found in phrases_in(text, clock))


def without_reminders(commands: list[Command], clock: UserClock) -> list[Command]:
    """Return the commands without those that only ask to be reminded of the task before them."""
    kept = commands[:1]
    for command in commands[1:]:
        if command.kind == "nameless" and kept[-1].kind in NEW and _says_that_again(command.text, clock):
            continue
        if left := unless_only_reminder(command, kept[-1], clock):
            kept.append(left)
    return kept


def _says_that_again(text: str, clock: UserClock) -> bool:
    """Return whether a text names only the task before it, without a day or a list by name."""
    says_more = _OF_NAMED_LIST.search(text) is not None or any(phrases_in(text, clock))
    return _THAT.match(text) is not None and not says_more


def has_words_of_all(text: str, commands: list[Command], clock: UserClock) -> bool:
    """Return whether words of a text belong to all of its new tasks, so that they cannot be added one by one.

    A heading before all of them, or their last part, is about all; or a part restricts the task before it.
    """
    first, *others = commands
    is_restricted = first.kind in NEW and any(
        other.kind in ("offer", "unknown") and _RESTRICTS.match(other.text) for other in others
    )
    return is_about_all(commands[-1]) or has_dated_heading(text, clock) or is_restricted


def is_about_all(last: Command) -> bool:
    """Return whether the last part is of all: "buy ink and sign the letter, both by friday"."""
    return _ABOUT_ALL.match(unread_word(str(last.given.get("title", "")))) is not None


def has_dated_heading(text: str, clock: UserClock) -> bool:
    """Return whether a date stands before all parts: "morgen: Bad putzen, Oma anrufen"."""
    heading, colon, _ = text.partition(": ")
    return bool(colon) and is_date(heading, clock)


def with_offers(commands: list[Command]) -> list[Command]:
    """Return the commands with the uncertain new tasks as offers.

    Behind a change, what the person must do may be its reason: "move 3 to friday, I have to work". Beside anything
    doubtful, no wish is certain: "maybe Tom fixes it, buy tyres".
    """
    offered = commands[:1]
    for before, command in pairwise(commands):
        is_behind_change = before.is_change and before.kind not in NEW
        may_be_reason = is_behind_change and command.kind == "add" and _OF_ME.match(command.text)
        offered.append(replace(command, kind="offer") if may_be_reason else command)
    if len(offered) == 1 or not any(map(_is_doubtful, offered)):
        return offered
    return [replace(command, kind="offer") if command.kind == "wish" else command for command in offered]


def _is_doubtful(command: Command) -> bool:
    if command.kind == "unknown":
        return not is_courtesy(command)
    # "The report still needs: numbers, draw charts": what stands behind the colon is one list.
    if command.kind in (*_WISHES, "no_lists") and _HEADED.match(command.text):
        return True
    return command.kind == "offer" and _DOUBT.search(command.text) is not None


def is_courtesy(command: Command) -> bool:
    """Return whether a command is only a greeting, thanks, a goodbye or a yes."""
    is_yes = command.kind == "unknown" and AGREES.fullmatch(command.text)
    return bool(is_yes) or command.kind in ("greeting", "thanks", "goodbye")
