"""Rules for follow-ups: "and #2 too", "what is #7?"."""

from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, Language, Row, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.filters import take_filters
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import filtered, read_target
from taskchat_app.domain.dates.due_dates import said_due

_AND = phrase(r"\A(?:and|also|und|auch)\b")
_AND_ALSO = phrase(r"\A(?:and|und) (?:also|auch|noch) ")
_TOO = sentence(r"(?P<item>.+?),? (?:too|as well|also|auch|ebenfalls)")  # "bread too"
_NEXT = r"(?:(?:the|my|our|das|die|der|den|meine?n?) )?(?:next|upcoming|nächste[nrs]?|kommende[nrs]?) (?=\S)"
NEXT_ONE = phrase(rf"\A{_NEXT}")
NEXT_IN_LIST = phrase(rf"(?:,| and| und) {_NEXT}")
# "Actually, no, make it friday", "doch lieber samstag", "at 3pm instead"
_INSTEAD = phrase(
    r"\A(?:(?:actually|rather|better|sorry|oops|no|wrong|wait|then|make (?:it|that)|(?:let['’]?s )?say|and|what about"
    r"|how about|i mean|i meant|i should have said|of course|yes|yeah|(?<=\W)(?:it['’]s|it is|es ist|auf(?= ))|but"
    r"|not \w{3,9}(?=,|\sbut)|ja|verzeihung|entschuldigung|natürlich|den(?= \w+tag)"
    r"|doch|lieber|besser|eher|erst|nein|nee?|ähm?|ach|und|dann|also|falsch|ich meinte?|nicht \w{3,10}(?=,|\ssondern)"
    r"|sondern)\b[\s,]*)+|,? (?:instead|then|rather|actually|stattdessen|lieber|doch)\Z"
)
_APPOINTMENT = phrase(r"\bapp?t\b")
_NUMBER = r"(?:the |die )?(?:task|aufgabe|number|nummer)?\s?#?\d{1,9}"


def read_again(text: str, clause: str) -> Command | None:
    """Return the command to do the last thing to another task, too: "and the other one too", "and 4"."""
    text = text.strip()
    too, joint = _TOO.fullmatch(clause), _AND.match(text)
    if not too and not joint:
        return None
    target = read_target(too["item"] if too else clause)
    # "And milk" and "milk too" may be a new task; "and milk too" and "and also milk" are none.
    if target.words and not (too and joint) and not _AND_ALSO.match(text):
        return None
    return Command("again", text, target)


def read_when(clause: str, clock: UserClock) -> Command | None:
    """Return the command "when" for a date alone: "doch lieber samstag", "at 3pm"; the turn before tells for what."""
    words = _INSTEAD.sub("", clause).strip(" ,?")
    due = said_due(words, zone=clock.zone, now=clock.now)
    if due is None:
        return None
    # After a change it is the new date, after a list it is what the list is filtered by.
    bounds, _ = take_filters(words, clock, by_day=True)
    return Command("when", clause, Target(filters=bounds), {"due_date": due})


def tell(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Show the task of a question: "when is the dentist", "how often do I water the plants"."""
    item = _APPOINTMENT.sub("appointment", match["item"])
    target = read_target(item.strip())
    asks_the_time = target.pronoun == "it" and "time" in match.string.lower()
    if target.is_every_open or asks_the_time:
        return None
    found = replace(filtered(target, clock), nearest=NEXT_ONE.match(item) is not None)
    return Command("tell", match.string, found, language=language)


def _tell_one(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read a question that could be about anything, unless it names a task by number or place."""
    command = tell(match, clock, language)
    return command if command is not None and (command.target.numbers or command.target.places) else None


FOLLOW_UPS: tuple[Row, ...] = (
    (rf"(?:what(?:'s| is| was)|whats|show(?: me)?|tell me about|open|what about) (?P<item>{_NUMBER}|the \w+"
     rf" (?:one|task))",
     "en", _tell_one),
    (rf"(?:was ist|was war|zeige?(?: mir)?|öffne) (?P<item>{_NUMBER}|(?:die|der|das) \d{{1,3}}\.)", "de", _tell_one),
)  # fmt: skip
"""Rules before all others."""
