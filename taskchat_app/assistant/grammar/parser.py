"""Parses one clause into a command; rules are tried from the most specific to the most general."""

import re

from taskchat_app.assistant.grammar.commands import Command, Kind, Language, Make, UserClock
from taskchat_app.assistant.grammar.edit_rules import CHANGES, CHANGES_LAST, DATED
from taskchat_app.assistant.grammar.list_rules import read_list
from taskchat_app.assistant.grammar.patterns import phrase, sentence
from taskchat_app.assistant.grammar.reminder_rules import REMINDERS
from taskchat_app.assistant.grammar.status_rules import ACTS_LAST, ALL_DONE, DELETES, DONES, REOPENS, SWEEPS
from taskchat_app.assistant.grammar.targets import read_target
from taskchat_app.assistant.grammar.titles import read_title
from taskchat_app.domain.dates.quotes import mask_quotes
from taskchat_app.domain.tasks.priority_words import PRIORITY_WORD, PRIORITY_WORDS


def _add(language: Language) -> Make:
    def make(match: re.Match[str], clock: UserClock) -> Command | None:
        groups = match.groupdict()
        given = read_title(groups["title"] + (groups.get("more") or ""), clock)
        if level := groups.get("level"):
            given["priority"] = PRIORITY_WORDS[level.lower()]
        named = given["title"] and not _NO_TITLE.fullmatch(given["title"])
        return Command("add", match.string, given=given, language=language) if named else None

    return make


def _add_when(match: re.Match[str], clock: UserClock) -> Command | None:
    """Return the command of "Every friday remind me to water the plants", if only a date precedes "remind me"."""
    given = read_title(f"{match['title']} {match['when']}", clock)
    is_dated = "due_date" in given or "recurrence" in given
    is_all = given["title"] == read_title(match["title"], clock)["title"]
    return Command("add", match.string, given=given) if is_dated and is_all else None


def _add_unless_named(match: re.Match[str], clock: UserClock) -> Command | None:
    """Return None if tasks are named ("Aufgabe 3 und 4", "ich will die Milch löschen"), not a new title."""
    command = _add("de")(match, clock)
    if command is None or not _NAMED.match(match.string):
        return command
    says_more = read_target(command.given["title"]).words
    ends_in_a_verb = any(pattern.fullmatch(match.string) for pattern, _ in _VERB_LAST_TABLE)
    return command if says_more and not ends_in_a_verb else None


def _fixed_command(kind: Kind, language: Language) -> Make:
    return lambda match, _: Command(kind, match.string, language=language)


_LEVELS = PRIORITY_WORD
_THING = r"(?:task|tasks|todo|to-do|item|reminder|entry|one)"
_NAMED = phrase(r"aufgabe |ich (?:möchte|will) ")
_NO_TITLE = sentence(rf"(?:(?:a|an|new|eine|neue) )*(?:{_THING}|aufgabe)")
_TALK: tuple[tuple[str, Make], ...] = (
    (
        r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|greetings)(?: there| you| taskchat)?",
        _fixed_command("greeting", "en"),
    ),
    (r"(?:hallo|guten (?:tag|morgen|abend)|moin|servus|grüß gott|grüezi|na)", _fixed_command("greeting", "de")),
    (
        r"(?:many )?(?:thanks|thank you|thx|cheers)(?: (?:a lot|so much|very much|you))?|great|perfect|cool|nice",
        _fixed_command("thanks", "en"),
    ),
    (r"danke(?: (?:schön|sehr|dir))?|vielen dank|super|prima", _fixed_command("thanks", "de")),
    (
        r"help(?: me)?|what can (?:you|i) (?:do|say|ask)(?: here)?|how does (?:this|it) work|commands|\?",
        _fixed_command("help", "en"),
    ),
    (r"hilfe|was kannst du(?: alles)?|wie geht das", _fixed_command("help", "de")),
    (
        r"(?:no|nope|nah|never mind|forget it|(?:drop|scrap) (?:it|that|this)|cancel|stop|don'?t|do not)"
        r"(?:,? (?:no|thanks|thank you|stop|cancel|don'?t))*",
        _fixed_command("refusal", "en"),
    ),
    (
        r"(?:nein|nee|nö|abbrechen|stopp|lieber nicht|lass (?:es|das)|doch nicht)(?:,? (?:nein|danke|lieber nicht))*",
        _fixed_command("refusal", "de"),
    ),
)
_ADDS: tuple[tuple[str, Make], ...] = (
    (rf"(?:add|create|make|new|put|insert|set up|schedule|save) (?:me )?(?:a |an |another |the )?(?:new )?"
     rf"(?:(?P<level>{_LEVELS})(?:[\s-]+priority)? )?{_THING}"
     r"(?: (?:to|on|in) (?:my|the) (?:to-?do )?list)?"
     r"(?:\s?:\s?| (?:called|named|titled|saying|that says|for me to|to)\s?:? | (?:for (?=\w+ing\b))?)"
     r"(?P<title>.+)", _add("en")),
    (r"(?:add|put|insert)\s?:? (?P<title>.+?) (?:to|on|onto|in) (?:my|the) (?:to-?do )?(?:list|tasks|todos|to-dos)"
     r"(?P<more>.*)", _add("en")),
    (r"(?:add|create)\s?:? (?:to )?(?P<title>.+)", _add("en")),
    (r"(?:remind me|remember) (?:to |about |of |that (?:i (?:have to|need to|must) )?)?(?P<title>.+)", _add("en")),
    (r"(?P<when>.+?),? remind me (?:to|about|of) (?P<title>.+)", _add_when),
    (r"(?:don'?t|do not) (?:let me )?forget (?:to |about )?(?P<title>.+)", _add("en")),
    (r"i (?:also )?(?:need|have|want|must|ought|got) to (?P<title>.+)", _add("en")),
    (r"(?:(?:new )?(?:task|todo|to-do|reminder)|note(?: to self)?)\s?:\s?(?P<title>.+)", _add("en")),
    (r"füge? (?:(?:eine |die )?(?:neue )?aufgabe )?hinzu\s?:? (?P<title>.+)", _add("de")),
    (r"(?:füge?|fuege?|setze?) (?:bitte )?(?:(?:eine |die )?(?:neue )?aufgabe\s?:? )?(?P<title>.+?)"
     r"(?: (?:zu|zur|auf|in) (?:(?:meiner|meine|der|die) )?(?:\w*liste|aufgaben))? hinzu", _add("de")),
    (r"setze? (?P<title>.+?) auf (?:meine|die) \w*liste", _add("de")),
    (r"(?:(?:erstelle?|lege?|mache?|notiere?|schreibe?) (?:mir )?)?(?:eine )?(?:neue )?"
     r"(?:aufgabe|erinnerung)(?: an)?(?:\s?:\s?| )(?P<title>.+)", _add_unless_named),
    (r"(?:erinnere? mich|denke?) (?:bitte )?(?:daran,? (?:dass ich )?|an (?:das |den |die )?)?(?P<title>.+)",
     _add("de")),
    (r"(?:notiere?|merke? dir)\s?:? (?P<title>.+)", _add("de")),
    (r"ich (?:muss|soll) (?P<title>.+)", _add("de")),
    (r"ich (?:möchte|will) (?P<title>.+)", _add_unless_named),
    (r"vergiss nicht,? (?P<title>.+)", _add("de")),
    (r"(?P<title>.+?) hinzufügen", _add("de")),
)  # fmt: skip


# After all rules that add: "neue Aufgabe: Milch löschen" adds a task with this title.
VERB_LAST = tuple((rf"(?:ich (?:möchte|will) )?{pattern}", make) for pattern, make in (*ACTS_LAST, *CHANGES_LAST))
_TALK_TABLE, _STATED_TABLE, _FIRST_TABLE, _VERB_LAST_TABLE = (
    tuple((sentence(pattern), make) for pattern, make in rows)
    for rows in (
        _TALK,
        ALL_DONE,
        (*REMINDERS, *SWEEPS, *REOPENS, *CHANGES, *DONES, *DELETES, *DATED, *_ADDS),
        VERB_LAST,
    )
)
_TABLE = (*_FIRST_TABLE, *_VERB_LAST_TABLE)
_POLITE = phrase(
    r"^(?:(?:ok|okay|so|well|and|also|then|now|und|dann|auch|taskchat|please|bitte|kindly|just|"
    r"can you|could you|would you|will you|can i|i would like you to|i'd like you to|i want you to|i'd like to|let's|"
    r"kannst du|könntest du|würdest du)\b(?!\s?$)[\s,:]*)+",
)
_LAST_WORDS = phrase(r"\b(?:please|bitte|thanks|thank you|danke|for me|now)\Z")
_HAILED = phrase(r"^(?:hi|hello|hey|hallo)(?: there)?[\s,!.]++(?=\S+ \S)")


_REQUEST = phrase(r"\b(?:(?:can|could|would|will) you|(?:kannst|könntest|würdest) du)\b")
_ASKS_LEAVE = phrase(r"\bcan i\b")
# "If 3 is done" completes nothing.
_CONDITION = phrase(r"^(?:if|unless|when|once|as soon as|wenn|falls|sofern|sobald)\b")


def is_question(message: str) -> bool:
    """Return whether a message is a question: "delete 3?", "can I delete 3"; "can you delete 3?" is a command."""
    text = mask_quotes(message)
    return bool(_ASKS_LEAVE.search(text)) or ("?" in text and not _REQUEST.search(text))


def bare(text: str) -> str:
    """Return the text without polite words around the command."""
    text = text.strip()
    shorter = _LAST_WORDS.sub("", text.rstrip(" \n.!?")).rstrip(" \n,")
    return _POLITE.sub("", _HAILED.sub("", shorter or text)).strip()


def read_command(text: str, clock: UserClock) -> Command:
    """Return the command of a clause; `unknown` if no rule matches."""
    for clause in (text.strip().strip(" .!"), bare(text)):
        for pattern, make in _TALK_TABLE:
            if match := pattern.fullmatch(clause):
                return make(match, clock) or Command("unknown", text)
    clause, asks = bare(text), text.rstrip().endswith("?")
    for pattern, make in () if asks or _CONDITION.match(clause) else _STATED_TABLE:
        if (match := pattern.fullmatch(clause)) and (stated := make(match, clock)):
            return stated
    if found := read_list(clause, clock):
        return found
    for pattern, make in () if _CONDITION.match(clause) else _TABLE:
        if (match := pattern.fullmatch(clause)) and (command := make(match, clock)):
            # "Everything done?" is a question, not a command to complete everything.
            is_sweeping = command.kind == "complete_all" or command.target.pronoun == "all"
            only_asks = asks and is_sweeping and not _POLITE.match(text)
            return Command("unknown", text.strip()) if only_asks else command
    target = read_target(clause)
    if clause and not target.words:
        return Command("reference", text.strip(), target)
    return Command("unknown", text.strip())
