"""Reads a clause as a sentence of the sentence files: its template matches, and its intent makes the command."""

from collections.abc import Iterable
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import CONDITION
from taskchat_app.assistant.grammar.phrases.targets import filtered
from taskchat_app.assistant.grammar.request_words import bare, is_request
from taskchat_app.assistant.grammar.sentences.date_words import has_date_word, with_english_dates
from taskchat_app.assistant.grammar.sentences.intents import INTENTS, READS
from taskchat_app.assistant.grammar.sentences.sentence_files import Sentence, load, matching
from taskchat_app.assistant.grammar.sentences.slots import SLOTS

SENTENCES = load(INTENTS, READS)


def read_sentence(text: str, clock: UserClock) -> Command | None:
    """Return the command of a text that is a sentence of the files; None for another text, and for a late sentence."""
    return _read((one for one in SENTENCES if not one.is_late), text, clock)


def read_late_sentence(text: str, clock: UserClock) -> Command | None:
    """Return the command of a sentence that is read where nothing else is understood, such as of a copy."""
    return _read((one for one in SENTENCES if one.is_late), text, clock)


def is_said(intent: str, text: str) -> bool:
    """Return whether a text is a sentence of the intent, such as a yes ("agree") in a language that is only a file."""
    return any(one.intent == intent and one.said_by(text.strip(" .!")) for one in SENTENCES)


def _read(sentences: Iterable[Sentence], text: str, clock: UserClock) -> Command | None:
    """Return the command of the first of the sentences that the text is, and that does not only ask or deny."""
    sentences, asks = tuple(sentences), text.rstrip().endswith("?") and not is_request(text)
    spellings = (
        bare(text),  # "please delete 3, thanks" is "delete 3"
        text.strip(),  # with what is cut off above: "bis morgen!" is a goodbye, and "thanks" alone is a sentence
        text.strip(" \n.!👋🙂😀😊🙏👍❤\ufe0f"),  # "thanks 🙏"
    )
    for clause in dict.fromkeys(spellings):
        for found, match in matching(sentences, clause):
            command = meant(found, match, clock)
            if command is None or (command.is_change and found.denies(match)):  # "termine pas 3"
                continue
            if not _is_held(command, match, asks=asks):
                return replace(command, target=filtered(command.target, clock), indirect=found.indirect)
    return None


def meant(sentence: Sentence, match: SlotMatch, clock: UserClock) -> Command | None:
    """Return the command of a sentence; None if its intent makes none of these words.

    A new task whose title still has a word of a date is only offered ("ajoute du pain le 15"), without a target: an
    offer asks about all tasks that its words name.
    """
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
