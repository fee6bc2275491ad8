"""Parses one clause (of clauses.py) into a command; rules are tried from the most specific to the most general.

The words are in rules/, what a new task consists of in phrases/. offline/command_plans.py plans the tool calls.
"""

import re
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, Said, Target, UserClock
from taskchat_app.assistant.grammar.existing_tasks import EXISTING_CHANGES, may_be_new
from taskchat_app.assistant.grammar.indirect_requests import commands_in
from taskchat_app.assistant.grammar.intents import INTENTS
from taskchat_app.assistant.grammar.paraphrases import paraphrases
from taskchat_app.assistant.grammar.phrases.conditions import CONDITION
from taskchat_app.assistant.grammar.phrases.field_words import read_fields
from taskchat_app.assistant.grammar.phrases.filters import filtered
from taskchat_app.assistant.grammar.phrases.list_names import THE_LIST
from taskchat_app.assistant.grammar.phrases.new_task import leftover
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.request_words import bare, begins_politely, is_formal, is_question, is_request
from taskchat_app.assistant.grammar.rules.adding.add import ADDS
from taskchat_app.assistant.grammar.rules.adding.new_reminders import REMINDER_ADDS
from taskchat_app.assistant.grammar.rules.adding.new_tasks import VERB_LAST
from taskchat_app.assistant.grammar.rules.done_statements import REPORTS
from taskchat_app.assistant.grammar.rules.edit import CHANGES, DATED
from taskchat_app.assistant.grammar.rules.follow_ups import FOLLOW_UPS, read_again, read_when
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, read_wish
from taskchat_app.assistant.grammar.rules.lists import read_list, read_look, read_question, read_sorted
from taskchat_app.assistant.grammar.rules.matching import read_by, table_of
from taskchat_app.assistant.grammar.rules.reminders import REMINDERS
from taskchat_app.assistant.grammar.rules.status import ALL_DONE, DELETES, DONES, REOPENS, SWEEPS
from taskchat_app.assistant.grammar.sentences.sentence_files import load, matching
from taskchat_app.assistant.grammar.sentences.slots import SLOTS
from taskchat_app.domain.dates.command_text import mask_quotes

_STATED_TABLE = table_of(ALL_DONE)
_FOLLOW_UP_TABLE = table_of(FOLLOW_UPS)
_CHANGE_TABLE = table_of(CHANGES)
_ORDER_TABLE = (
    *table_of((*REMINDERS, *REMINDER_ADDS, *SWEEPS, *REOPENS)),
    *_CHANGE_TABLE,
    *table_of((*DONES, *DELETES, *DATED, *ADDS)),
)
SENTENCES = load(INTENTS)
# "Den Zahnarzt einen Tag später machen" is "mache den Zahnarzt einen Tag später".
_INFINITIVE_LAST = sentence(
    r"(?:ich (?:möchte|will) )?(?P<rest>[^:]{2,200}) (?P<part>um|vor|ein|weg)?"
    r"(?P<verb>setz|leg|stell|stuf|tagg|schieb|mach|änder|zieh)e?n"
)
# "Die Milch streichen" may be a new task, "kannst du die Milch streichen" is "streiche die Milch".
_STRUCK = sentence(
    r"(?P<rest>(?!eine (?:neue )?(?:aufgabe|erinnerung)\b)[^:,]+?(?:, [^:,]+?)*?(?<! zu))(?: (?:kannst|könntest) du)?"
    r"(?: bitte)? (?P<verb>entfern|streich)en"
)
_ASKING = phrase(
    r"(?:soll\w{0,4}|kann\w{0,2}|könn\w{0,5}|muss|müss\w{0,3}|will|woll\w{0,3}|darf|ist|wann|was|wer|wie|ob|wenn"
    r"|falls|warum)\b"
)
# With a question mark these ask: "I'm done with 3", "done: 3"; "the meeting was moved to friday".
_STATEMENT = phrase(r"\A(?:i|we|ich|wir|habe?|haben|mit|done|finished|completed|erledigt)\b")
_HAPPENED = phrase(r"\b(?:(?:has|have) been|was|were|is|are|got|ist|sind|wurden?|wird)\b")
_STATED_KINDS = ("done", "reopen", "update", "cancel")
_PLACEHOLDER = phrase(
    r"\A(?:for |to |about |für |an )?(?:this|that|these|those|diese[nrsm]?) (?:item|event|task|appointment|reminder"
    r"|entry|meeting"
    r"|ereignis|termin|aufgabe|eintrag|veranstaltung)s?(?: (?:to|on|in|auf|in)\b.*)?\Z"
)
_NEEDED = phrase(r"\A(?:i|we|ich|wir) ")
_OF_THE_LIST = phrase(rf"\b(?:my|the|meine[nrm]?|de[nmr]|die) (?:to-?do |to do |task |shopping )?{THE_LIST}(?!\w)")
# What the rules make of a clause that they do not understand.
_UNSURE = ("unknown", "offer", "wish", "nameless", "reference", "bad_date")

CHANGING = (
    *("add", "copy", "wish", "remind", "done", "reported", "reopen", "update", "shift", "tag", "untag"),
    *("delete", "cancel", "delete_all"),
)
# A mark of its own; "milk!!!" is only said loudly.
_BANGS = phrase(r"\s!!!?[\s.]*\Z")
# "Mum is very important" may only be said of her.
_JUDGED = phrase(r"\b(?:is|are) (?:(?:now|very|really) )?(?:urgent|important)\Z")
_FREE_MAX_CHARACTERS = 200
"""Each of the rewrites of a clause is read like a clause of its own."""


def read_command(text: str, clock: UserClock) -> Command:
    """Return the command of a clause; `unknown` if no rule matches."""
    command = _read_in_other_words(text, clock)
    is_new = command.kind in ("add", "wish", "offer") and not is_question(text)
    if is_new and "priority" not in command.given and _BANGS.search(text):
        command = replace(command, given=command.given | {"priority": "high"})
    if existing := _read_of_existing(text, command, clock) if is_new else None:
        return existing
    command = asked_if_unread(command)
    copy = _read_sentence(text, clock, copies=True) if command.kind in ("offer", "unknown") else None
    return replace(copy, otherwise=command if copy.target.words else None) if copy else command


def asked_if_unread(command: Command) -> Command:
    """Return "offer" for a new task with a word that could be a date, or the like, and was not read as one."""
    unread = leftover(str(command.given.get("title", ""))) if command.kind in ("add", "wish") else ""
    is_unsure = unread and unread.casefold() in mask_quotes(command.text).casefold()
    return replace(command, kind="offer", target=Target()) if is_unsure else command


def _read_of_existing(text: str, new: Command, clock: UserClock) -> Command | None:
    """Return the change of a task that the clause of a new one may mean; none by a name that is only a verb."""
    clause = bare(text)
    for other in EXISTING_CHANGES.others(clause):
        command = _read(other, clock)
        is_named = not command.target.is_sweeping and not begins_with_verb(f"{command.target.words} all")
        is_date = read_fields(command.given.get("description", ""), clock) is not None
        if command.kind == "update" and is_named and not is_date:
            # "A note for mum that dinner is ready" may be one to her, and a description that is there is replaced.
            is_unsure = ("description" in command.given or may_be_new(clause)) and mask_quotes(text) == text
            return replace(command, text=text.strip(), otherwise=new, free=True, doubtful=is_unsure)
    return None


def _read_in_other_words(text: str, clock: UserClock) -> Command:
    """Return the command of a clause, or else of its paraphrases."""
    mark = "?" if text.rstrip().endswith("?") else ""
    asked: Command | None = None
    for other in paraphrases(bare(text)):
        command = replace(_read(other + mark, clock), text=text.strip())
        if mark and _states(text, command, _HAPPENED):
            continue
        if command.kind not in _UNSURE:
            return _checked(command)
        asked = asked or (command if command.kind == "nameless" else None)
    command = _checked(_read(text, clock))
    if command.kind in _UNSURE and (meant := _read_freely(text, clock)):
        return replace(meant, text=text.strip(), free=True)
    return asked if asked and command.kind in ("unknown", "offer") else command


def _read_freely(text: str, clock: UserClock) -> Command | None:
    """Return the command that is said in free words; none that changes many tasks, or by a question."""
    clause, refused = bare(text), (*_UNSURE, "complete_all", *(CHANGING if is_question(text) else ()))
    if len(clause) > _FREE_MAX_CHARACTERS:
        return None
    for words in commands_in(clause):
        for other in (words, *paraphrases(words)):
            command = _checked(_read(other, clock))
            if command.kind not in refused and not command.target.is_sweeping:
                return replace(command, doubtful=_JUDGED.search(clause) is not None)
    return read_when(clause, clock)


def _checked(command: Command) -> Command:
    """Return "nameless" for a task called "this event", and offer a wish that is about the list itself."""
    title = str(command.given.get("title", "")) if command.kind in ("add", "wish", "offer", "remind") else ""
    if _PLACEHOLDER.search(title):
        return Command("nameless", command.text, language=command.language)
    is_wish = command.kind == "wish" or (command.kind == "add" and _NEEDED.match(command.text))
    return replace(command, kind="offer") if is_wish and _OF_THE_LIST.search(title) else command


def _read(text: str, clock: UserClock) -> Command:
    """Return the command of a clause in its own words, of the first that matches.

    Sentence files, statements ("everything is done"), follow-ups, questions, lists, orders, looks, reports, wishes.
    """
    if found := _read_sentence(text, clock):
        return found
    clause, asks = bare(text), text.rstrip().endswith("?")
    is_statement = not asks and not CONDITION.match(clause)
    if stated := read_by(_STATED_TABLE, clause, clock) if is_statement else None:
        return stated
    if found := read_by(_FOLLOW_UP_TABLE, clause, clock):
        return found
    if found := read_question(clause, clock) or read_again(text, clause) or read_sorted(clause):
        return found
    if found := read_list(clause, clock):
        return found
    if found := None if CONDITION.match(clause) else _ordered(text, clause, clock, asks=asks):
        return found
    if found := read_look(clause, clock):
        return found
    if reported := read_by(REPORTS, clause, clock) if is_statement else None:
        return reported
    target = read_target(clause)
    if clause and not target.words and not (target.excluded and target.excluded.words):
        return Command("reference", text.strip(), target)
    wish = read_wish(clause, clock) if is_statement else None
    # Who asks the assistant to do it may not want a task: "can you send an email?"
    if wish is not None and wish.kind == "wish" and (is_request(text) or is_formal(text)):
        wish = replace(wish, kind="offer")
    return wish or Command("unknown", text.strip())


def _read_sentence(text: str, clock: UserClock, *, copies: bool = False) -> Command | None:
    """Return the command of the sentence of the sentence files that the text is; only or without those about copies."""
    asks = text.rstrip().endswith("?") and not is_request(text)
    # With its mark "bis morgen!" is a goodbye; "thanks" alone is no word around a command.
    for clause in dict.fromkeys((bare(text), text.strip(), text.strip().strip(" .!"))):
        for one, said in matching(SENTENCES, clause):
            if (one.intent == "copy") != copies:
                continue
            command = INTENTS[one.intent](said, clock, one.language)
            if command and not _is_held(command, said, asks=asks):
                return replace(command, target=filtered(command.target, clock))
    return None


def _is_held(command: Command, said: Said, *, asks: bool) -> bool:
    """Return whether a change is only asked about ("the report is done?") or depends on a condition."""
    if command.kind not in (*CHANGING, "complete_all", "all_done"):
        return False
    is_statement = SLOTS[said.first].is_free if said.first in SLOTS else False
    return CONDITION.match(said.string) is not None or (asks and is_statement)


def _states(text: str, command: Command, words: re.Pattern[str]) -> bool:
    """Return whether the text says, with one of the words, that something has changed, and does not request it."""
    return command.kind in _STATED_KINDS and bool(words.search(bare(text))) and not is_request(text)


def _ordered(text: str, clause: str, clock: UserClock, *, asks: bool) -> Command | None:
    """Return the command of the first order that matches: one of the tables, or with its verb at the end."""
    is_asked = asks and not is_request(text)
    if (struck := _STRUCK.fullmatch(clause)) and is_request(text):
        clause = f"{struck['verb']}e {struck['rest']}"
    if command := read_by(_ORDER_TABLE, clause, clock, asks=is_asked) or read_by(VERB_LAST, clause, clock):
        # "Everything done?" is a question, not a command to complete everything.
        is_sweeping = command.kind == "complete_all" or command.target.is_all
        if (asks and is_sweeping and not begins_politely(text)) or (asks and _states(text, command, _STATEMENT)):
            return Command("unknown", text.strip())
        return replace(command, target=filtered(command.target, clock))
    match = _INFINITIVE_LAST.fullmatch(clause)
    if match is None or asks or _ASKING.match(match["rest"]):
        return None
    imperative = f"{match['verb']}e {match['rest']} {match['part'] or ''}".strip()
    command = read_by(_CHANGE_TABLE, imperative, clock)
    if command is None or command.kind == "bad_date" or "title" in command.given:
        return None
    if "priority" in command.given and not (command.target.numbers or command.target.pronoun):
        return None
    return replace(command, text=text.strip(), target=filtered(command.target, clock), free=True)
