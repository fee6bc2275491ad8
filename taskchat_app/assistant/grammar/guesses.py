"""Guesses what a sentence that no rule reads means: a change of the task that it names, a list, an undo, a new task."""

import re
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import DENIALS, UNCERTAIN, is_conditional
from taskchat_app.assistant.grammar.phrases.field_words import changes_of_number
from taskchat_app.assistant.grammar.phrases.filters import take_filters
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import AT_AN_END, phrase, words
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS
from taskchat_app.assistant.grammar.phrases.unread_words import says_more
from taskchat_app.assistant.grammar.question_guesses import REPORTS, SEVERAL, SHOWS, answer, asks
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.assistant.grammar.sentences.sentence_reader import is_said
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.vocabulary import WEEKDAY

# "The books should be back"
_NEEDED = "should, need, needs, must, have to, got to, gotta, want, muss, müssen, will, möchte, nicht vergessen"
_TO_DO = phrase(rf"\b(?:{words(_NEEDED)}|soll\w*)\b")
_SUBORDINATE = phrase(r"(?<=\w),? (?:before|when|while|until|if|because|bevor|wenn|weil|solange|damit|falls) ")
_GOES_ON = phrase(r"\A(?:(?:and|und) )?(?:bitte )?(?:with|mit) ")  # "(and) with high priority"
_TO_ADD = phrase(
    r"\A(?:.{0,60} )?(?:remind|erinner\w*)\b|\A(?:.{0,15} )?(?:add|put|set|schreib\w*|setz\w*|trag\w*|brauche?n?)\b"
    r"|\A(?:i|we|ich|wir) (?:have|haben?) (?:(?:an?|eine?n?)\b|\w+termin)"
)
# "Prio for the report: low". German "Tag" is a day, so "tag" counts in lower case only.
_FIELD = phrase(
    r"\b(?:prio|(?:(?-i:tags?)|notes?|notiz|schlagwort|dates?|datum|uhrzeit|reminders?)\b|(?:erinner|repeat|wiederhol))"
)
_OF_A_TAG = phrase(r"\A(?:everything|all|alles) (?:about|for|tagged|für|mit) (?:the |die |der )?[\w-]+(?: please)?\Z")
_CORRECTS = phrase(
    # "No, that one", "nicht die"
    r"\A(?:(?:oh|hm+|ach|ugh|hey) )?(?:(?:no|nope|sorry|verzeihung|wrong|nein|nee|falsch|mist|not|nicht)"
    r"(?=\W*\Z|[,.!]| (?:wait|the|that|not|i|it|das|ich|die|der|den)\b)"
    # "Oops", but not "oops, I forgot the milk", which names a new task
    r"|(?:o+ps|who+ps|ups|huch)(?!.*\b(?:need|must|have to|forgot|add|muss|vergessen)\b)"
    # "Halt, das", "you just deleted it"
    r"|stopp|stop(?=,)|halt(?=,| stopp| das)|you (?:just )?(?:added|deleted|changed|moved|got)"
    # "The last one was", "das letzte war"
    r"|(?:the |that )?last (?:one|entry|thing|change) (?:was|is)|(?:der|die|das) letzte (?:\w+ )?(?:war|ist)"
    # "Das hast du falsch"
    r"|(?:das )?hast du (?:das )?(?:falsch|doppelt|zweimal)"
    # "I meant", "that's wrong", "doch lieber"
    r"|i meant?|i said|you got|that['’]?s wrong|that (?:is|was) wrong|that last|ich meine?|ich meinte|ich hab\w* gesagt"
    r"|das war falsch|doch (?:nicht|lieber|erst)"
    # "Friday, not monday"
    rf"|(?:{WEEKDAY}),? (?:not|nicht) (?:on |am )?(?:{WEEKDAY})\W*\Z)(?!\w)"
)
_NO_TASK = phrase(rf"{DENIALS}|\b(?:{UNCERTAIN}|{words('nearly, almost, fast, beinahe, yesterday, gestern')})\b")
NOT_FORGOTTEN = phrase(r"\b(?:must(?: not|n['’]?t) forget|nicht vergessen)\b")  # denies, but orders
# "I'm so tired today", "you are late today"
_STATE = phrase(
    r"\A(?:thank you|thanks|(?:(?:i|you|he|she|it|we|they|that|this)(?:['’]?(?:s|m|re)| is| am| are)"
    r"|(?:ich|du|er|sie|es|das|wir) (?:bin|bist|ist|sind|hab\w*))|(?:the|this|my|die|diese|meine) liste? is?t?)\b"
)
_REFERS = phrase(r"\b(?:those|these|them|diese\w?|davon)\b")  # "show me only those"
# Words of an order for a list, which are no tag: "give me only work"
_AROUND = FILLERS | {"only", "just", "give", "mir", "nur", "einen", "matter", "ones", "stuff", "sachen"}
_FIELDS_OF_A_TASK = ("due_date", "recurrence", "priority")
# What an order begins with, which is also a word of tasks: "change the oil", "untag 3"
_BEGINS = (
    r"\A(?:i (?:told|said|asked) you to|let['’]?s?|(?:give|häng|leg|lass|mach|setz|stell|nimm|öffne|wechsel|bring|put"
    r"|fass|make|set|move|push|shove|bump|change|turn|switch|take|split|merge|tag|label|mark|rename|edit"
    r"|häkchen|(?:an)?statt|un-?(?:check|do|flag|mark|pin|set|tag|tick)\S*)e?) "
)
_ORDERED = phrase(_BEGINS)
CHANGES = phrase(rf"{_BEGINS}|\b(?:should (?:be|say|read)|hei(?:ßt|ßen)|soll(?:te)?|wird|fällig)\b")
# "Ugh, mondays", "danke dir, läuft ja super"
_REMARK = phrase(
    rf"\A{words('puh, uff, ugh, boah, hach, haha, lol, wow, phew, thanks, thank you, danke')}(?: dir)? ?[,!.…]"
)
_IS_NEEDED = phrase(rf"{_TO_DO.pattern}|\d")
# "Can you talk", "mann du nervst"
_TO_ASSISTANT = phrase(
    rf"\A(?:{words('hey, oh, man, mate, dude, mann, mensch, alter, ey, na, so, well, but, and, und, aber, why')},? )?"
    r"(?:(?:are|can|could|will|do) you|you(?:['’]re)?|du|bist du|kannst du|geht['’]?s (?:bei )?d(?:u|ir)) "
)
_UNDO = phrase(
    # "Die Änderung bitte zurück", "milk is gone, get it back"
    r"\b(?:undo\w*|bring back the last|rückgängig|(?:änderung|löschung|gelöscht|anweisung).{0,40}\bzurück\w*"
    r"|weg\b.{0,20} zurückhol\w*|i (?:\w+ )?(?:deleted|removed)|gone\b.{0,20} back"
    r"|my last (?:instruction|change)|(?:that|last) (?:one )?was (?:a mistake|wrong)"
    r"|(?:put|take) (?:it|that) back\Z)\b"
    # "No, put everything back how it was", "oh, nimm das bitte zurück"
    r"|(?:\A|[,.!] )(?:bring|get|put|take) (?:it|that|this|everything) back"
    r"(?: (?:please|now|again|how it was))?(?:\W*\Z|, i )"
    r"|(?:\A|[,.!] )(?:das letzte|die letzten beiden|nimm (?:das|die))(?: (?:bitte|wieder|doch|mal))*"
    r" (?:zurück|weg)\W*\Z"
    r"|\A(?:o+ps|ups),? (?:the )?(?:wrong|falsche?)\b"
)
# "Milk to the top", "swap 3 and 4"
_PUTS_IN_PLACE = phrase(
    rf"\b(?:{AT_AN_END}|up the list|on top(?=\W*\Z)"
    r"|(?:before|above|below|after|vor|nach|über|unter) .{1,40} in (?:the|der) liste?"
    r"|in der liste (?:vor|nach|über|unter)"
    r"|(?:(?:swap|switch)(?= (?:the|my|tasks?|items?|numbers?|#?\d).{0,60} (?:and|with)\b| \S+ and \S+\Z)"
    r"|vertausche?n?)"
    r"(?! .{0,40}priorit))\b"
    r"|\A(?:sort|order|arrange|sortiere?)(?: (?:them|it|my|the|die|meine|tasks|list|liste|aufgaben)){0,3}"
    r" alphabeti(?:call|sch)|\Amache? (?:die|meine) (?:liste|aufgaben)(?: mal)? alphabetisch\b|\bauf platz (?:1|eins)\b"
)
# "Sort my tasks by date", "alle nach Wichtigkeit sortieren"
_SORTS = phrase(
    r"(?:\bsort\w* (?:\w+ ){0,3}?|\A(?:(?:alle|meine|die) )?(?:(?:aufgaben|liste) )?(?=nach .{1,40} sort))"
    r"(?:by|nach) (?:due|date|deadline|fällig|datum|(?P<priority>prio|wichtig))"
)
_WANTS_LIST = phrase(r"(?<!\ba )\bshow(?! help)\b|\b(?:rundown|overview|anzeigen|zeige?|überblick|übersicht)\b")


def with_guess(commands: list[Command], clock: UserClock) -> list[Command]:
    """Return the commands of a message, with a guess in place of a single one that is not understood."""
    [command, *others] = commands
    is_unsure = command.kind in ("offer", "unknown") or (command.kind == "wish" and command.indirect)
    if others or command.parts or not is_unsure or "correction" in command.given:
        return commands
    return [_guess(command, clock)]


def _guess(command: Command, clock: UserClock) -> Command:
    """Return what a command that is not understood probably means, to be asked about.

    The order counts: an undo may be a question, a number says which task to change, and a question is no new task.
    """
    clause = bare(command.text)
    masked = mask_quotes(clause)
    if _UNDO.search(masked):  # also of a question: "can you get it back"
        return replace(command, kind="undo", given={})
    if of_number := changes_of_number(clause, clock):
        return replace(of_number[0], text=command.text, doubtful=True, otherwise=command)
    if asks(command.text, clause) and not is_said("correct", clause):
        if REPORTS.match(clause):
            return Command("unknown", command.text)
        return Command("question", command.text, otherwise=answer(masked, clock, command))
    if wanted := _wanted(masked, clock, command):
        return wanted
    if SHOWS.search(clause) and (answered := answer(masked, clock, command)):
        return Command("question", command.text, otherwise=answered)
    has_only_title = command.kind == "offer" and command.given.keys() == {"title"}
    is_to_assistant = has_only_title and _TO_ASSISTANT.match(masked)
    if is_to_assistant or (_REMARK.match(masked) and not _IS_NEEDED.search(masked)):
        return Command("unknown", command.text)
    if command.kind == "unknown" and not command.given and _is_to_do(clause, clock):
        given = read_title(clause, clock)
        # "High priority please" has no title: of which task?
        return replace(command, kind="offer", given=given) if given["title"] else replace(command, kind="no_task")
    return command


def is_correction(text: str) -> bool:
    """Return whether a text only corrects what was said or done before: "sorry I meant the 24th", "falsch"."""
    clause = bare(text)
    return _CORRECTS.match(clause) is not None or is_said("correct", clause)


def is_statement(text: str, *, is_dated: bool) -> bool:
    """Return whether a text tells something and names nothing to do: "paket ist weg", "nur die offenen"."""
    clause = _SUBORDINATE.split(bare(text), 1)[0]
    has_verb = begins_with_verb(f"{clause.partition(' ')[0]} all") or ends_with_verb(clause)
    is_order = has_verb or _TO_DO.search(clause) or _TO_ADD.match(clause)
    return not is_order and (_GOES_ON.match(text) is not None or says_more(clause, is_dated=is_dated))


def is_remark(text: str) -> bool:
    """Return whether a text tells how somebody or the list is: "I'm so tired", "puh, viel heute"."""
    clause = bare(text)
    return _STATE.match(clause) is not None or _REMARK.match(clause) is not None


def is_of_field(text: str) -> bool:
    """Return whether a text orders something about a field: "take the priority off again"."""
    return bool(_ORDERED.search(text) and _FIELD.search(text))


def _wanted(clause: str, clock: UserClock, command: Command) -> Command | None:
    """Return the list that a clause wants, or what answers such a wish without a change; None for another clause."""
    if said := _PUTS_IN_PLACE.search(clause):
        return _list_of_tag(said, clock, command) or replace(command, kind="order", given={})
    if said := _SORTS.search(clause):
        sort = "priority" if said["priority"] else "due"
        return Command("look", command.text, given={"status": "open", "sort": sort})
    if said := _WANTS_LIST.search(clause):
        listed = _listed(said, clock)
        return None if listed is None else Command("look", command.text, given=listed)
    if said := SEVERAL.search(clause):
        return _list_of_tag(said, clock, command) or replace(command, kind="several", given={})
    return None


def _list_of_tag(said: re.Match[str], clock: UserClock, command: Command) -> Command | None:
    """Return the command to list a tag, for a clause that names only a tag beside the words `said`: "all for work"."""
    listed = _listed(said, clock)
    if listed and listed.keys() == {"tag"} and _OF_A_TAG.search(said.string):
        return Command("look", command.text, given=listed)
    return None


def _listed(said: re.Match[str], clock: UserClock) -> dict[str, Any] | None:
    """Return the filters that stand beside the words `said`, with one other word as a tag; None for more words."""
    beside = said.string[: said.start()] + said.string[said.end() :]
    given, rest = take_filters(beside, clock, by_day=True)
    named = [word for word in re.findall(r"[\w-]+", rest) if word.casefold() not in _AROUND]
    if len(named) > 1 or _REFERS.search(rest):
        return None
    return given | ({"tag": named[0]} if named else {})


def _is_to_do(clause: str, clock: UserClock) -> bool:
    """Return whether a sentence of another form than a title has a day, or says that something is to be done."""
    denied = _NO_TASK.search(NOT_FORGOTTEN.sub("", clause)) is not None
    if denied or is_conditional(clause):
        return False
    has_day = not read_title(clause, clock).keys().isdisjoint(_FIELDS_OF_A_TASK)
    return (has_day and not _STATE.match(clause)) or _TO_DO.search(clause) is not None
