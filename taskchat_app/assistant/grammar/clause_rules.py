"""Reads a clause in its own words: by the sentence files, then by the tables of rules/, from the most specific on."""

import re
from collections.abc import Iterator
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, UserClock
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
from taskchat_app.assistant.grammar.sentences.sentence_reader import read_sentence

_STATED_TABLE = table_of(ALL_DONE)
_FOLLOW_UP_TABLE = table_of(FOLLOW_UPS)
_ORDER_TABLE = table_of((*REMINDERS, *REMINDER_ADDS, *SWEEPS, *REOPENS, *CHANGES, *DONES, *DELETES, *ADDS))


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
    """Yield what each group of rules makes of a clause; beside each stands what a later group would make of it."""
    clause, asks = bare(text), text.rstrip().endswith("?")
    is_conditional = CONDITION.match(clause) is not None
    is_statement = not asks and not is_conditional
    if is_statement:
        yield read_by(_STATED_TABLE, clause, clock)  # "all my tasks are done": a list of what is done
    yield read_by(_FOLLOW_UP_TABLE, clause, clock)  # "tell me about task 3": a search for these words
    yield read_question(clause, clock)  # "what have I done today?": a list of what is due today
    yield read_again(text, clause)  # "and 4": a number, and nothing to do with it
    yield read_list(clause, clock)  # "what is not done yet": an order to reopen "what"
    if not is_conditional:
        yield _ordered(text, clause, clock, asks=asks)  # "I finished the dentist": a report, which is less certain
    yield read_look(clause, clock)  # "show me work": a new task
    if is_statement:
        yield read_by(REPORTS, clause, clock)  # "washed the car": a new task
    yield _reference(text, clause)  # "both": a new task
    if is_statement:
        yield _wish(text, clause, clock)  # last: nearly any words may be a new task


def _reference(text: str, clause: str) -> Command | None:
    """Return "reference" for a clause that only names tasks, by number, place or pronoun: "the second one"."""
    target = read_target(clause)
    has_words = target.words or (target.excluded and target.excluded.words)
    return Command("reference", text.strip(), target) if clause and not has_words else None


_PLEASE = phrase(r"\bbitte\b")


def _wish(text: str, clause: str, clock: UserClock) -> Command | None:
    """Return the wish for a new task, offered if the assistant is asked to do it itself: "can you send an email"."""
    wish = read_wish(clause, clock)
    if wish is None or wish.kind != "wish":
        return wish
    is_ordered = _PLEASE.search(text) and begins_with_imperative(wish.given["title"])  # "überweis bitte 850 Euro"
    return replace(wish, kind="offer") if is_request(text) or is_formal(text) or is_ordered else wish


_STATED_KINDS = ("done", "reopen", "update", "cancel")


def states(text: str, command: Command, words: re.Pattern[str]) -> bool:
    """Return whether the text says, with one of the words, that something has changed, and does not request it."""
    return command.kind in _STATED_KINDS and bool(words.search(bare(text))) and not is_request(text)


# "Die Milch streichen" may be a new task, "kannst du die Milch streichen" is "streiche die Milch".
_STRUCK = sentence(
    r"(?P<rest>(?!eine (?:neue )?(?:aufgabe|erinnerung)\b)[^:,]+?(?:, [^:,]+?)*?(?<! zu))"
    r" (?P<verb>entfern|streich)en"
)
# With a question mark these ask: "I'm done with 3", "done: 3".
_STATEMENT = phrase(r"\A(?:i|we|ich|wir|habe?|haben|mit|done|finished|completed|erledigt)\b")


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
