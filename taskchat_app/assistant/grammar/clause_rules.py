"""Reads a clause in its own words: by the sentence files, then by the tables of rules/, from the most specific on."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from taskchat_app.assistant.grammar.commands import Command, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import CONDITION
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import filtered, read_target
from taskchat_app.assistant.grammar.request_words import bare, begins_politely, is_formal, is_request
from taskchat_app.assistant.grammar.rules.adding.add import ADDS
from taskchat_app.assistant.grammar.rules.adding.new_reminders import REMINDER_ADDS
from taskchat_app.assistant.grammar.rules.adding.new_tasks import VERB_LAST
from taskchat_app.assistant.grammar.rules.done_statements import REPORTS
from taskchat_app.assistant.grammar.rules.edit import CHANGES
from taskchat_app.assistant.grammar.rules.follow_ups import FOLLOW_UPS, read_again
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_imperative, read_wish
from taskchat_app.assistant.grammar.rules.lists import read_list, read_look, read_question
from taskchat_app.assistant.grammar.rules.matching import read_by, table_of
from taskchat_app.assistant.grammar.rules.reminders import REMINDERS
from taskchat_app.assistant.grammar.rules.status import ALL_DONE, DELETES, DONES, REOPENS, SWEEPS
from taskchat_app.assistant.grammar.sentences.date_words import has_date_word, with_english_dates
from taskchat_app.assistant.grammar.sentences.intents import INTENTS, READS
from taskchat_app.assistant.grammar.sentences.sentence_files import Sentence, load, matching
from taskchat_app.assistant.grammar.sentences.slots import SLOTS
from taskchat_app.domain.dates.command_text import mask_quotes

_JOINED_MAX = 20
_STATED_TABLE = table_of(ALL_DONE)
_FOLLOW_UP_TABLE = table_of(FOLLOW_UPS)
_ORDER_TABLE = table_of((*REMINDERS, *REMINDER_ADDS, *SWEEPS, *REOPENS, *CHANGES, *DONES, *DELETES, *ADDS))
SENTENCES = load(INTENTS, READS)
# "Die Milch streichen" may be a new task, "kannst du die Milch streichen" is "streiche die Milch".
_STRUCK = sentence(
    r"(?P<rest>(?!eine (?:neue )?(?:aufgabe|erinnerung)\b)[^:,]+?(?:, [^:,]+?)*?(?<! zu))"
    r" (?P<verb>entfern|streich)en"
)
# With a question mark these ask: "I'm done with 3", "done: 3".
_STATEMENT = phrase(r"\A(?:i|we|ich|wir|habe?|haben|mit|done|finished|completed|erledigt)\b")
_PLEASE = phrase(r"\bbitte\b")
_AROUND = " \n.!👋🙂😀😊🙏👍❤\ufe0f"
_STATED_KINDS = ("done", "reopen", "update", "cancel")


def read_in_own_words(text: str, clock: UserClock) -> Command:
    """Return the command of a clause by the sentence files, else by the rules; `unknown` if neither has it."""
    return read_sentence(text, clock) or read_by_rules(text, clock)


def read_by_rules(text: str, clock: UserClock) -> Command:
    """Return the command of the first rule that matches; `unknown` if none does."""
    for command in _readings(text, clock):
        if command:
            return command
    return Command("unknown", text.strip())


def _readings(text: str, clock: UserClock) -> Iterator[Command | None]:
    """Yield what each group of rules makes of a clause, from the most specific on."""
    clause, asks = bare(text), text.rstrip().endswith("?")
    is_conditional = CONDITION.match(clause) is not None
    is_statement = not asks and not is_conditional
    if is_statement:
        yield read_by(_STATED_TABLE, clause, clock)  # "everything is done"
    yield read_by(_FOLLOW_UP_TABLE, clause, clock)
    yield read_question(clause, clock)
    yield read_again(text, clause)
    yield read_list(clause, clock)
    if not is_conditional:
        yield _ordered(text, clause, clock, asks=asks)
    yield read_look(clause, clock)
    if is_statement:
        yield read_by(REPORTS, clause, clock)  # "washed the car"
    yield _reference(text, clause)
    if is_statement:
        yield _wish(text, clause, clock)


def _reference(text: str, clause: str) -> Command | None:
    """Return "reference" for a clause that only names tasks, by number, place or pronoun: "the second one"."""
    target = read_target(clause)
    has_words = target.words or (target.excluded and target.excluded.words)
    return Command("reference", text.strip(), target) if clause and not has_words else None


def _wish(text: str, clause: str, clock: UserClock) -> Command | None:
    """Return the wish for a new task, offered if the assistant is asked to do it itself: "can you send an email"."""
    wish = read_wish(clause, clock)
    if wish is None or wish.kind != "wish":
        return wish
    is_ordered = _PLEASE.search(text) and begins_with_imperative(wish.given["title"])  # "überweis bitte 850 Euro"
    return replace(wish, kind="offer") if is_request(text) or is_formal(text) or is_ordered else wish


def read_sentence(text: str, clock: UserClock, *, late: bool = False) -> Command | None:
    """Return the command of a text that is a sentence of the sentence files; None for another text.

    With `late` only of indirect sentences and of copies, which are read where nothing else is; else of all others.
    """
    asks = text.rstrip().endswith("?") and not is_request(text)
    # With its mark "bis morgen!" is a goodbye; "thanks" alone is no word around a command.
    for clause in dict.fromkeys((bare(text), text.strip(), text.strip(_AROUND))):
        for found, match in matching(SENTENCES, clause):
            is_late = found.indirect or found.intent == "copy"
            command = meant(found, match, clock) if is_late is late else None
            if command is None or (command.is_change and found.denies(match)):
                continue
            if not _is_held(command, match, asks=asks):
                return replace(command, target=filtered(command.target, clock), indirect=found.indirect)
    return None


def is_said(intent: str, text: str) -> bool:
    """Return whether a text is a sentence of the intent, such as a yes ("agree") in a language that is only a file."""
    return any(one.intent == intent and one.said_by(text.strip(" .!")) for one in SENTENCES)


def joined_sentences(text: str, clock: UserClock) -> list[str]:
    """Return the parts of a text between the words for "and" of a language: "coche 3 et supprime 4" → two parts.

    Empty unless all are sentences of its file, or all are orders and one is such a sentence ("delete 4 and flag 3").
    """
    if mask_quotes(text) != text:
        return []
    for joint in dict.fromkeys(one.words["and"] for one in SENTENCES if "and" in one.words):  # in the files' order
        own = [one for one in SENTENCES if one.words.get("and") == joint]
        politely = own[0].around  # "s'il te plaît, " would be a part
        parts = phrase(rf"(?:[,.;]? (?:{joint})|[,.;]) ").split(politely.sub("", text) if politely else text)
        if 1 < len(parts) <= _JOINED_MAX and _are_commands(parts, own, clock):
            return parts
    return []


def _are_commands(parts: list[str], sentences: list[Sentence], clock: UserClock) -> bool:
    """Return whether the parts of a text are commands: all are these sentences, or one is, and all are orders."""
    are_sentences = [any(one.said_by(part) for one in sentences) for part in map(bare, parts)]
    if not any(are_sentences):
        return False
    is_foreign = sentences[0].is_foreign
    if is_foreign and all(are_sentences):
        return True
    commands = [read_in_own_words(part, clock) for part in parts]
    if not all(are_sentences) and not all(command.is_order for command in commands):
        return False
    return is_foreign or not any(_may_go_on(command, following) for command, following in pairwise(commands))


def _may_go_on(command: Command, following: Command) -> bool:
    """Return whether a title or note may go on with the following command: "add milk and label the box as new"."""
    is_certain = following.is_order and not following.target.words
    return not is_certain and not command.given.keys().isdisjoint(("title", "description"))


def meant(sentence: Sentence, match: SlotMatch, clock: UserClock) -> Command | None:
    """Return the command of a sentence; "offer" for a new task with a word of a date that was not read as one."""
    is_new = sentence.intent == "add"
    match = with_english_dates(sentence.with_english_numbers(match), sentence.dates, clock, is_new=is_new)
    command = INTENTS[sentence.intent](match, clock, sentence.language)
    if command and command.kind == "add" and has_date_word(command.given["title"], sentence.dates, clock):
        command = replace(command, kind="offer", target=Target())
    return replace(command, is_foreign=sentence.is_foreign, read_by=sentence.place) if command else None


def _is_held(command: Command, match: SlotMatch, *, asks: bool) -> bool:
    """Return whether a change is only asked about ("the report is done?") or depends on a condition."""
    begins_with_task = match.first in SLOTS and SLOTS[match.first].is_free
    is_question = asks and begins_with_task
    return command.is_change and (is_question or CONDITION.match(match.string) is not None)


def states(text: str, command: Command, words: re.Pattern[str]) -> bool:
    """Return whether the text says, with one of the words, that something has changed, and does not request it."""
    return command.kind in _STATED_KINDS and bool(words.search(bare(text))) and not is_request(text)


def _ordered(text: str, clause: str, clock: UserClock, *, asks: bool) -> Command | None:
    """Return the command of the first order that matches: one of the tables, or with its verb at the end."""
    is_asked = asks and not is_request(text)
    if is_request(text) and (struck := _STRUCK.fullmatch(clause)):
        clause = f"{struck['verb']}e {struck['rest']}"
    command = read_by(_ORDER_TABLE, clause, clock, asks=is_asked) or read_by(VERB_LAST, clause, clock)
    if command is None:
        return None
    # "Everything done?" is a question, not a command to complete everything.
    is_sweeping = command.kind == "complete_all" or command.target.is_all
    if asks and ((is_sweeping and not begins_politely(text)) or states(text, command, _STATEMENT)):
        return Command("unknown", text.strip())
    return replace(command, target=filtered(command.target, clock))
