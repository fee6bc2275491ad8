"""Parses one clause into a command: by rules (clause_rules.py), in other words that mean the same, in free words.

What several functions set of a command, and what it makes the answer do, is described at Command.
"""

from dataclasses import replace

from taskchat_app.assistant.grammar.clause_rules import read_by_rules, read_in_own_words, states
from taskchat_app.assistant.grammar.commands import ADDING, CHANGING, NEW, Command, Target, UserClock
from taskchat_app.assistant.grammar.language_detection import detect_language
from taskchat_app.assistant.grammar.paraphrases import changes_of_existing, indirect_commands, paraphrases
from taskchat_app.assistant.grammar.phrases.asides import find_aside
from taskchat_app.assistant.grammar.phrases.list_names import THE_LIST
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.unread_words import misfit
from taskchat_app.assistant.grammar.request_words import bare, is_question
from taskchat_app.assistant.grammar.rules.follow_ups import read_when
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb
from taskchat_app.assistant.grammar.sentences.sentence_reader import read_late_sentence, read_sentence
from taskchat_app.domain.dates.command_text import mask_quotes

_FREE_MAX_CHARACTERS = 200

# A mark of its own; "milk!!!" is only said loudly.
_BANGS = phrase(r"\s!!!?[\s.]*\Z")


def read_command(text: str, clock: UserClock) -> Command:
    """Return the command of a clause; `unknown` if nothing understands it."""
    if before_aside := _read_without_aside(text, clock):
        return before_aside
    command = _read_words(text, clock)
    is_new = command.kind in ADDING and not is_question(text)
    if is_new and "priority" not in command.given and _BANGS.search(text):
        command = replace(command, given=command.given | {"priority": "high"})
    command = asked_if_unread(command)
    if is_new and (change := _read_as_change(text, command, clock)):
        return change
    return _read_late(text, command, clock) if command.kind in ("offer", "unknown") else command


_WITH_ASIDE = ("done", "reported", "reopen", "update", "shift", "tag", "untag", "delete", "cancel", "delete_all")


def _read_without_aside(text: str, clock: UserClock) -> Command | None:
    """Return the change that stands before an aside: "delete the bike, we sold it"; None for any other clause.

    The change is asked about ("delete the bike, I was joking"), unless it only changes fields of a task and the aside
    denies nothing ("move 2 to next week, but not to monday").
    """
    aside = find_aside(text) if len(text) <= _FREE_MAX_CHARACTERS else None
    if aside is None:
        return None
    command = read_command(text[: aside.start], clock)
    if command.kind not in _WITH_ASIDE:
        return None
    changes_fields_alone = command.kind in ("update", "shift")
    may_limit = not aside.limits_nothing and not (changes_fields_alone and aside.begins_sentence)
    if command.target.is_sweeping and may_limit:
        return None
    return command if changes_fields_alone and not aside.denies else replace(command, doubtful=True)


def _read_late(text: str, command: Command, clock: UserClock) -> Command:
    """Return the command of a sentence that is read last, such as of a copy; `command` if the text is none."""
    late = read_late_sentence(text, clock)
    if late is None or late.kind in ("unknown", "bad_date"):
        return command
    is_doubtful = late.doubtful or (late.indirect and command.kind == "offer")
    return replace(late, otherwise=command if late.target.words else None, doubtful=is_doubtful)


def asked_if_unread(command: Command) -> Command:
    """Return the command, asked about if its title has a word that may be a date, or has not the form of a title."""
    unread = misfit(command.given, command.text) if command.kind in ("add", "wish", "update") else ""
    # What stands in quotes is a title word by word.
    if not unread or unread.casefold().split()[0] not in mask_quotes(command.text).casefold():
        return command
    if command.kind == "update":
        return replace(command, doubtful=True)
    return replace(command, kind="offer", target=Target())


def _read_as_change(text: str, new: Command, clock: UserClock) -> Command | None:
    """Return the change of a task that was read as a new task: "put gym on friday"; None if it can be no change."""
    clause = bare(text)
    for paraphrase in changes_of_existing(clause):
        command = read_in_own_words(paraphrase, clock)
        target = command.target
        names_only_verb = begins_with_verb(f"{target.words} all")  # "call" of "put call on friday"
        if command.kind != "update" or target.is_sweeping or names_only_verb:
            continue
        # A description that is there is replaced, and "make lunch every day" may be what is to be done.
        sets_doubtful = not command.given.keys().isdisjoint(("description", "recurrence"))
        is_unsure = sets_doubtful and target.words != "" and mask_quotes(text) == text
        language = detect_language(clause) or command.language
        return replace(command, text=text.strip(), language=language, indirect=True, doubtful=is_unsure, otherwise=new)
    return None


# What the rules make of a clause that they do not understand for certain
_UNSURE = ("unknown", "offer", "wish", "nameless", "reference", "bad_date")
# With a question mark this asks: "the meeting was moved to friday".
_HAPPENED = phrase(r"\b(?:(?:has|have) been|was|were|is|are|got|ist|sind|wurden?|wird)\b")


def _is_certain(command: Command) -> bool:
    return command.kind not in _UNSURE


def _read_words(text: str, clock: UserClock) -> Command:
    """Return the command of a clause, by the first of these that makes one.

    1. A sentence of the files.
    2. A paraphrase of which the files or the rules make a certain command.
    3. The clause itself, of which the rules make a certain command.
    4. Free words (_read_freely): the command is indirect.
    5. What the rules made of it, though uncertain; in place of "unknown" and "offer" a "nameless" of a paraphrase.
    """
    if found := read_sentence(text, clock):
        return _checked(found)
    mark = "?" if text.rstrip().endswith("?") else ""
    nameless: Command | None = None
    for paraphrase in paraphrases(bare(text)):
        command = replace(read_in_own_words(paraphrase + mark, clock), text=text.strip())
        if mark and states(text, command, _HAPPENED):
            continue
        if _is_certain(command):
            return _checked(command)
        nameless = nameless or (command if command.kind == "nameless" else None)
    command = _checked(read_by_rules(text, clock))
    if not _is_certain(command) and (meant := _read_freely(text, clock)):
        return replace(meant, text=text.strip(), indirect=True)
    return nameless if nameless and command.kind in ("unknown", "offer") else command


def _read_freely(text: str, clock: UserClock) -> Command | None:
    """Return what a clause means in free words; None if that changes many tasks, or if a question changes any."""
    clause = bare(text)
    if len(clause) > _FREE_MAX_CHARACTERS:
        return None
    refused = ("complete_all", *CHANGING) if is_question(text) else ("complete_all",)
    for order in indirect_commands(clause):
        for paraphrase in (order, *paraphrases(order)):
            command = _checked(read_in_own_words(paraphrase, clock))
            target = command.target
            # "Die überfälligen auf morgen schieben"
            is_move_of_some = command.kind == "update" and not target.is_all
            is_allowed = command.kind not in refused and (is_move_of_some or not target.is_sweeping)
            if is_allowed and _is_certain(command):
                return replace(command, doubtful=command.doubtful or target.every)
    return read_when(clause, clock)


# "Is not finished yet, so do not tick it off"
_NOT_DONE = phrase(r"(?:,|\b(?:ist|sind|war|noch|is|are|was|also|still|habe?|yet)\b).{0,60}\b(?:nicht|nie|not|never)\b")
_PLACEHOLDER = phrase(
    r"\A(?:for |to |about |für |an )?(?:this|that|these|those|diese[nrsm]?) (?:item|event|task|appointment|reminder"
    r"|entry|meeting|ereignis|termin|aufgabe|eintrag|veranstaltung)s?(?: (?:to|on|in|auf|in)\b.*)?\Z"
    r"|\A(?:da|dort|hier|there|here)\Z|\A(?:an? |eine )?(?:new|neue[rs]?) (?:item|task|todo|to-do|aufgabe|eintrag)\Z"
)
_NEEDED = phrase(r"\A(?:i|we|ich|wir) ")  # "I need (milk)"
_OF_THE_LIST = phrase(rf"\b(?:my|the|meine[nrm]?|de[nmr]|die) (?:to-?do |to do |task |shopping )?{THE_LIST}(?!\w)")


def _checked(command: Command) -> Command:
    """Return the command, unless the rules read too much into the clause.

    It is then "unknown" for what is not done, "nameless" for a title such as "this event", "offer" for a wish about
    the list itself.
    """
    if command.kind == "done" and _NOT_DONE.search(mask_quotes(command.text)):
        return Command("unknown", command.text)
    title = str(command.given.get("title", "")) if command.kind in NEW else ""
    if _PLACEHOLDER.search(title):
        return Command("nameless", command.text, language=command.language)
    is_wish = command.kind == "wish" or (command.kind == "add" and _NEEDED.match(command.text))
    return replace(command, kind="offer") if is_wish and _OF_THE_LIST.search(title) else command
