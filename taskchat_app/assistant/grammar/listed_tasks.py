"""Splits a clause into its tasks: "milk today and bread tomorrow", "put milk and eggs on my list", "at 8am and 8pm"."""

import re
from dataclasses import dataclass

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.parser import read_command
from taskchat_app.assistant.grammar.pasted_lists import PARTS_MAX
from taskchat_app.assistant.grammar.phrases.filters import phrases_in
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.recurrence.phrases import day_lists

_DATE_WITHIN = 300
"""Characters of a clause or a part in which dates are searched."""
_LIST_JOINT = phrase(r"\s?[,;] (?:and |und )?| (?:and|und) ")  # "milk, eggs and bread"
# "Put milk, eggs and bread on my list", "Milch und Brot kommen auf meine Liste"
_ITEMS = sentence(
    rf"(?P<before>(?:add|put|insert|write|note|get|i need|we need|füge?|setze?|schreibe?|packe?|nimm|tue?)\s?:? "
    r"|(?=.{3,300} auf (?:den|die|meinen?) )(?!\w+ me ))"
    rf"(?P<items>.{{3,300}}?)(?P<after>,?(?: komm(?:t|en))?(?: auch)?(?: noch)? (?:to|on|onto|in|into|auf|zur?)"
    rf" (?P<where>{A_LIST}|shopping|groceries)(?: hinzu)?)"
)
# "Add to my shopping list: milk, eggs and bread"
_ITEMS_BEHIND = sentence(
    rf"(?P<before>(?:(?:add|put|insert|write|note|save) (?:down )?(?:to|on|onto|in)"
    r"|(?:(?:setze?|schreibe?|packe?|tue?) )?auf(?= (?:den|die|meine)))"
    rf" (?P<where>{A_LIST})(?:\s?:|(?: (?:kommt|kommen|noch))*))"
    r" (?P<items>.{3,300})"
)
# "Add: walk the dog, feed the cat", "write down: keys, door sign, neighbours"
_LISTED = sentence(
    r"(?P<before>(?:add|füge? hinzu|to-?dos?|tasks?|aufgaben?|(?P<noted>(?:write|note|jot) down|notiere?(?: mir)?"
    r"|merke? dir|(?:schreibe?|notiere?)(?: mir)?(?: (?:bitte|mal))* auf))\s?:) (?P<items>[^:]{3,300})"
)
# "Write down: the code is 4, 5, 6"
SAYS_SOMETHING = phrase(
    r"\b(?:is|are|am|was|if|i|we|owe|says?|said|ist|sind|bin|wenn|falls|ich|wir|er|sie|sagt)\b|\A\d+\Z"
)
FEWEST = 3
"""Parts of a list: "add call Bob, bring the keys" may be one task."""
_ADDED = sentence(r"add (?P<items>[^:]{3,300})")
# "Add Bob, call him on friday"
_OF_THE_FIRST = phrase(r"\b(?:him|his|her|it|them|their|this|that|there|ihn|ihr|sie|es|damit|dafür)\b")
_OF_ALL = phrase(r"\b(?:both|all|each|beide|alle|jeweils)\b")  # "both by friday"
_TO_BUY = phrase(r"shopping|grocer|einkauf|lebensmittel")
_ITEM = sentence(r"(?:\S{1,30} ){0,3}\S{1,30}")  # at most four words
_ONE_DISH = phrase(r"\b(?:mac|fish|ham|rum|gin|salt|surf|bread) (?:and|&) \w+")  # "mac and cheese"
AFTER_DAYS = r"[\s.!]{0,3}(?:(?:at|um) |\d|\Z)"
"""A pattern of what may follow several days of a repetition within its clause, or its end."""
_AFTER_DAYS = phrase(AFTER_DAYS)
# Goes on with the part before it: "without Bob on friday"
_GOES_ON = phrase(
    r"(?:not|nicht|with|without|to|at|in|for|about|from|by|repeat(?:s|ing)?|recurring|deadline|due|frist|fällig|mit|ohne|bei|für|zu|zum|zur|nach|von|wiederholt)\b"
)

CLOCK = r"\d{1,2}(?:(?:[:.]\d\d)? ?(?:am|pm|uhr)|:\d\d)"
_TWO_TIMES = phrase(
    rf"\b(?:at|um) (?P<first>{CLOCK}|\d{{1,2}})(?: (?:and|und|&)|,(?: (?:and|und))?) (?:at |um )?(?P<second>{CLOCK})"
)
# What may follow two times: "at 8am and 8pm every day", "um 8 und 20 uhr gießen"
_TIMES_END = phrase(
    r"\Z| (?:to|on|every|each|daily|today|tomorrow|with|until|for|from|starting|except|hinzu|jeden?|täglich|heute"
    r"|morgen|mit|bis|für|ab|außer|ans?|daran|(?<=uhr )(?-i:[a-zäöüß]{1,30}n)\Z)\b"
)


def things_put_on_list(clause: str) -> list[str]:
    """Return a clause for each thing that is put on a list: "add milk, eggs and bread to my shopping list"."""
    if '"' in clause:
        return []
    if listed := _LISTED.fullmatch(clause):
        parts = _parts_of(listed["items"])
        is_noted_list = listed["noted"] is not None and "," in listed["items"] and _are_noted(parts)
        is_list = len(parts) > 1 and (is_noted_list or _are_tasks(parts))
        return [f"{listed['before']} {part}" for part in parts] if is_list else []
    text = bare(clause)
    if match := _ITEMS.fullmatch(text):
        return [f"{match['before'].rstrip()} {part}{match['after']}" for part in _things(match)]
    if match := _ITEMS_BEHIND.fullmatch(text):
        parts = _things(match)
        # "Add to my list: dinner with Bob, Tim and Anna" is one thing.
        are_words = not any(" " in part for part in parts)
        is_several = are_words or _are_tasks(parts) or _TO_BUY.search(match["where"])
        return [f"{match['before'].rstrip()} {part}" for part in parts] if is_several else []
    return []


def _are_noted(parts: list[str]) -> bool:
    """Return whether the parts behind "write down:" are names of things, and not one note of several sentences."""
    return len(parts) >= FEWEST and all(_ITEM.fullmatch(part) and not SAYS_SOMETHING.search(part) for part in parts)


def _things(match: re.Match[str]) -> list[str]:
    """Return the things that are put on a list; empty if they may be one."""
    parts = _parts_of(match["items"])
    is_list = "," in match["items"] or _TO_BUY.search(match["where"])
    are_things = 1 < len(parts) <= PARTS_MAX and all(map(_ITEM.fullmatch, parts))
    return parts if is_list and are_things and not _ONE_DISH.search(match["items"]) else []


def tasks_after_add(clause: str, command: Command, least: int = FEWEST) -> list[str]:
    """Return a clause for each task of "add wash the car, mow the lawn, call dad at 5"; empty if that is no list.

    A list has at least three wishes, or `least` parts of which the last is a wish: "add milk, bread and call mum".
    """
    is_plain = command.given.keys() <= {"title", "due_date"} and '"' not in clause
    match = _ADDED.fullmatch(bare(clause)) if is_plain else None
    parts = _parts_of(match["items"]) if match and "," in match["items"] else []
    if not least <= len(parts) <= PARTS_MAX or _OF_ALL.search(parts[-1]):
        return []
    are_wishes = len(parts) >= FEWEST and all(map(_is_wish, parts))
    return [f"add {part}" for part in parts] if are_wishes or _are_things_and_wish(parts) else []


def _are_things_and_wish(parts: list[str]) -> bool:
    """Return whether parts are a list of things, wishes among them, that a wish ends: "milk, bread and call mum"."""
    *things, last = parts
    are_things = _is_thing(things[0]) and all(_is_thing(part) or _is_wish(part) for part in things)
    return are_things and _is_wish(last) and not any(map(_OF_THE_FIRST.search, parts))


def parts_of_title(command: Command) -> list[str]:
    """Return the parts of a title that may be several, of which two have a known verb: "print it, sign it and go"."""
    title = str(command.given.get("title", ""))
    parts = _parts_of(title) if "," in title and '"' not in title else []
    wishes = list(filter(_is_wish, parts))
    return parts if FEWEST <= len(parts) <= PARTS_MAX and len(wishes) > 1 else []


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a clause, from `begin` to `end`; `is_dated` if its title is followed by a date."""

    begin: int
    end: int
    is_dated: bool


def dated_parts(clause: str, clock: UserClock) -> list[str]:
    """Return the tasks of "milk and eggs today, bread tomorrow"; empty unless at least two of them have a date."""
    parts: list[_Part] = []
    for piece in _pieces(clause, clock):
        if not parts or _is_next_task(clause, parts, piece):
            parts.append(piece)
        else:
            parts[-1] = _Part(parts[-1].begin, piece.end, parts[-1].is_dated or piece.is_dated)
    dated = [part for part in parts if part.is_dated]
    return [clause[part.begin : part.end] for part in parts] if len(dated) > 1 else []


def _pieces(clause: str, clock: UserClock) -> list[_Part]:
    """Split the clause at each comma and "and" that is in no date and no quotes; empty for too many of them."""
    dates = [(found.start, found.end) for found in phrases_in(clause[:_DATE_WITHIN], clock)]
    dates += day_lists(clause[:_DATE_WITHIN])
    spans: list[tuple[int, int]] = []
    begin = 0
    for joint in _LIST_JOINT.finditer(mask_quotes(clause)):
        if not any(start < joint.start() < end for start, end in dates):
            spans.append((begin, joint.start()))
            begin = joint.end()
    if len(spans) >= PARTS_MAX:
        return []
    spans.append((begin, len(clause)))
    return [_Part(start, end, _ends_with_date(clause[start:end], clock)) for start, end in spans]


def _is_next_task(clause: str, parts: list[_Part], piece: _Part) -> bool:
    """Return whether a piece begins a task of its own, and does not belong to the last of these parts.

    Behind a date each verb begins one ("milk today, buy bread"); without a date only a verb in a list of wishes: "clean
    and vacuum the flat" is one task.
    """
    has_verb = begins_with_verb(clause[piece.begin :])
    if parts[-1].is_dated:
        return piece.is_dated or has_verb
    return has_verb and len(parts) > 1 and _is_wish(clause[parts[-1].begin : parts[-1].end])


def _parts_of(items: str) -> list[str]:
    return [part.strip() for part in _LIST_JOINT.split(items)]


def _are_tasks(parts: list[str]) -> bool:
    return all(begins_with_verb(part) or ends_with_verb(part) for part in parts)


def _is_wish(part: str) -> bool:
    """Return whether a part of a list is a task by itself: "buy milk", but not the "go" of "go and see Bob"."""
    return begins_with_verb(part) and " " in part.strip()


def _is_thing(part: str) -> bool:
    """Return whether a part of a list is at most two words, without a verb whose object follows: "sign and send it"."""
    return len(part.split()) <= 2 and not begins_with_verb(f"{part} it")


def _ends_with_date(piece: str, clock: UserClock) -> bool:
    """Return whether a piece is a title with a date behind it."""
    if any(start and _AFTER_DAYS.match(piece, end) for start, end in day_lists(piece[:_DATE_WITHIN])):
        return True  # several days, of which none is its date
    due = find_due(piece[:_DATE_WITHIN], zone=clock.zone, now=clock.now)
    if due is None or _GOES_ON.match(piece):
        return False
    first_start, _ = min(due.spans)
    return first_start > 0  # a title stands before the date


def read_at_two_times(clause: str, clock: UserClock) -> list[Command]:
    """Return a command for each time of "take pills at 8am and 8pm every day"; empty for any other clause."""
    match = _TWO_TIMES.search(mask_quotes(clause))
    if match is None or (match.start() > 0 and not _TIMES_END.match(clause, match.end())):
        return []
    first, second = match["first"], match["second"]
    unit = " Uhr" if first.isdecimal() and second.lower().endswith("uhr") else ""  # "um 8 und 20 Uhr"
    before, after = clause[: match.start("first")], clause[match.end("second") :]
    both = [read_command(f"{before}{time}{after}", clock) for time in (first + unit, second)]
    dates = [str(command.given.get("due_date", "")) for command in both]
    if not all("T" in date for date in dates) or both[0].given.get("title") != both[1].given.get("title"):
        return []
    return both[:1] if dates[0] == dates[1] else both
