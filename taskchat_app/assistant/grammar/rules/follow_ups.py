"""Rules for follow-ups ("and #2 too", "what is #7?"), and for requests that taskchat cannot fulfil."""

import re
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, Language, Row, UserClock
from taskchat_app.assistant.grammar.phrases.filters import filtered, take_filters
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import Target, read_target
from taskchat_app.assistant.grammar.rules.matching import fixed
from taskchat_app.assistant.grammar.rules.repeats import TOO_OFTEN
from taskchat_app.domain.dates.due_dates import said_due

_AND = phrase(r"\A(?:and|also|und|auch)\b")
_TOO = sentence(r"(?P<target>.+?),? (?:too|as well|also|auch|ebenfalls)")
_NEXT = r"(?:(?:the|my|our|das|die|der|den|meine?n?) )?(?:next|upcoming|nächste[nrs]?|kommende[nrs]?) (?=\S)"
NEXT_ONE = phrase(rf"\A{_NEXT}")
NEXT_IN_LIST = phrase(rf"(?:,| and| und) {_NEXT}")
_INSTEAD = phrase(
    r"\A(?:(?:actually|rather|better|sorry|oops|no|wrong|wait|then|make (?:it|that)|(?:let['’]?s )?say|and|what about"
    r"|how about|i mean|i meant|(?<=\W)(?:it['’]s|it is|es ist)|not \w{3,9}(?=,|\sbut)|but"
    r"|doch|lieber|besser|eher|erst|nein|nee|ach|und|dann|also|falsch|ich meinte?|nicht \w{3,10}(?=,|\ssondern)"
    r"|sondern)\b[\s,]*)+|,? (?:instead|then|rather|stattdessen|lieber|doch)\Z"
)
_ONE_TASK = r"(?:event|appointment|meeting|task|thing|todo|reminder|deadline|termin|ereignis|aufgabe|besprechung)"
_DAY = r"(?:today|tonight|tomorrow|this week|next week)"
_ERLEDIGTE = r"(?:alle )?(?:die |meine )?erledigten?(?: aufgaben)?"
_NUMBER = r"(?:the |die )?(?:task|aufgabe|number|nummer)?\s?#?\d{1,9}"
# "Move 3 before 4" and "verschiebe 3 vor 4" may be about times.
_N = r"(?:the )?(?:tasks?|aufgaben?|number|nummer|nr\.?)?\s?#?\d{1,9}"
_PLACES = r"(?:places?|positions?|rows?|lines?|spots?)"
_MY_TASKS = r"(?:my|the) (?:\w+ )?(?:list|tasks|todos|to-dos)"
_IN_THE_LIST = r"(?: (?:of|in|on) (?:my|the) (?:\w+ )?list)"
_END = r"(?:to|at|on) (?:the )?(?:very )?(?:top|bottom|beginning|end|front|(?:first|last) (?:place|position))"
_VERSCHIEBE = r"(?:verschiebe?|schiebe?|setze?|stelle?|ziehe?)"
_IN_DER_LISTE = r"(?: (?:in|auf|von) (?:der|meiner) (?:\w+ )?liste| der liste)"
_ENDE = r"(?:(?:ganz )?nach (?:ganz )?(?:oben|unten)|ans? (?:den |das |die )?(?:anfang|ende|spitze|erste stelle))"
_WORDS = r"(?P<target>(?!(?:the )?(?:weather|time|date|next|point|meaning|difference)\b).{1,120}?)"


def read_again(text: str, clause: str) -> Command | None:
    """Return the command to do the last thing to another task, too: "and the other one too", "and 4"."""
    match = _TOO.fullmatch(clause)
    target = read_target(match["target"] if match else clause)
    is_named = not target.words or (match is not None and _AND.match(text.strip()))
    return Command("again", text.strip(), target) if (match or _AND.match(text.strip())) and is_named else None


def read_when(clause: str, clock: UserClock) -> Command | None:
    """Return the command "when" for a date alone: "doch lieber samstag", "at 3pm"; the turn before tells for what."""
    words = _INSTEAD.sub("", clause).strip(" ,?")
    due = said_due(words, zone=clock.zone, now=clock.now)
    if due is None:
        return None
    bounds, _ = take_filters(words, clock, by_day=True)
    return Command("when", clause, Target(filters=bounds), {"due_date": due})


def _tell(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    target = read_target(match["target"].strip())
    # "What time is it?" is about no task.
    if target.is_every_open or (target.pronoun == "it" and "time" in match.string.lower()):
        return None
    told = replace(filtered(target, clock), nearest=NEXT_ONE.match(match["target"]) is not None)
    return Command("tell", match.string, told, language=language)


def _tell_one(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Read a question that could be about anything, unless it names a task by number or place."""
    command = _tell(match, clock, language)
    return command if command is not None and (command.target.numbers or command.target.places) else None


FOLLOW_UPS: tuple[Row, ...] = (
    (r"(?:add|create|put|make|insert) (?:a |an |the |another |some )?(?:new )?"
     r"(?:steps?|sub-?steps?|sub-?tasks?|sub-?items?|checklists?)(?: (?:to|for|in|on|called|named)\b.*|\s?:.*)?",
     "en", fixed("no_steps")),
    (r"(?:füge?|erstelle?|lege?) (?:einen |eine |den |die )?(?:neuen |neue )?"
     r"(?:schritt|teilschritt|unteraufgabe|teilaufgabe|checkliste)\b.*", "de", fixed("no_steps")),
    (r"archive (?:all )?(?:of )?(?:the |my )?(?:done|completed|finished)(?: (?:tasks|todos|to-dos|items|ones|things))?",
     "en", fixed("no_archive")),
    (rf"archiviere {_ERLEDIGTE}|{_ERLEDIGTE} archivieren", "de", fixed("no_archive")),
    (rf"(?:swap|switch|exchange) (?:(?:the )?(?:order|{_PLACES}) of )?{_N} (?:and|with|for|&) {_N}(?: around)?"
     rf"{_IN_THE_LIST}?"
     rf"|(?:move|put|drag) {_N} (?:(?:above|below|underneath) |(?:before|after|behind|in front of) (?=task|#)){_N}"
     rf"{_IN_THE_LIST}?"
     rf"|(?:move|put|bring|push|drag) (?:(?:{_N}|it|this|that) {_END}{_IN_THE_LIST}?|.{{1,120}}? {_END}{_IN_THE_LIST})"
     rf"|(?:move|push|drag) (?:{_N}|it|this|that) (?:up|down)(?: (?:a|one|two|three|\d) {_PLACES}{_IN_THE_LIST}?"
     rf"|{_IN_THE_LIST})"
     rf"|(?:re-?order|rearrange|(?:change|edit|adjust) (?:the )?order (?:of|in)) {_MY_TASKS}(?: by hand| manually)?"
     rf"|(?:sort|order)(?: {_MY_TASKS})? (?:by hand|manually)",
     "en", fixed("no_order")),
    (rf"(?:ver)?tausche? (?:die )?{_N} (?:und|mit|gegen) {_N}{_IN_DER_LISTE}?"
     rf"|(?:die )?{_N} (?:und|mit|gegen) {_N} (?:ver)?tauschen"
     rf"|{_VERSCHIEBE} {_N} (?:über|unter|hinter|vor (?=aufgabe|#)) ?{_N}{_IN_DER_LISTE}?"
     rf"|{_VERSCHIEBE} (?:(?:{_N}|es|sie|das) {_ENDE}{_IN_DER_LISTE}?|.{{1,120}}? {_ENDE}{_IN_DER_LISTE})"
     r"|(?:ändere?|bearbeite) die reihenfolge(?: (?:meiner|der|von) (?:\w+ )?(?:liste|aufgaben))?"
     r"|(?:ordne|sortiere?) (?:meine |die )?(?:liste|aufgaben) (?:um|von hand|manuell)",
     "de", fixed("no_order")),
    (r"(?!(?:open|have)(?: up)? (?:my|the)\b)(?:i (?:need|want|would like) to )?(?:create|make|start|set up|begin"
     r"|have|open)(?: up)? (?:me )?(?:a |an "
     r"|another )?"
     r"(?:new |blank |fresh |empty )*(?:[\w'’-]{1,30} ){0,2}lists?(?: (?:of|for|with|called|named|titled|from)\b.*)?",
     "en", fixed("no_lists")),
    (r"(?:a |my )?(?:new|another) (?:[\w'’-]{1,30} ){0,2}list|list new", "en", fixed("no_lists")),
    (r"(?:erstelle?|lege?|mache?|beginne?) (?:mir )?(?:eine )?(?:neue |leere )?\w*liste\b.*", "de", fixed("no_lists")),
    (r"(?:ich (?:möchte|will|muss) )?(?:eine |die )?(?:neue |leere )?\w*liste(?: (?:mit|für|von) .+?)?"
     r" (?:erstellen|anlegen|beginnen|hinzufügen)", "de", fixed("no_lists")),
    *TOO_OFTEN,
    (rf"(?:what(?:'s| is| was)|whats|show(?: me)?|tell me about|open|what about) (?P<target>{_NUMBER}|the \w+"
     rf" (?:one|task))",
     "en", _tell_one),
    (rf"(?:was ist|was war|zeige?(?: mir)?|öffne) (?P<target>{_NUMBER}|(?:die|der|das) \d{{1,3}}\.)", "de", _tell_one),
    (rf"(?:(?:what(?:['’]s| is|s)?|show(?: me)?|tell me) )?(?P<target>(?:the|my) next {_ONE_TASK})(?: (?:on|in) (?:my"
     rf"|the) \w+)?",
     "en", _tell),
    (rf"was (?:ist|kommt) (?P<target>(?:der|die|das|mein|meine) nächste[rs]? {_ONE_TASK})", "de", _tell),
    (rf"(?:when|what time|at what time) (?:does|do|will|is|are) (?:the |my |our )?{_WORDS}"
     r" (?:(?:supposed|going|scheduled|due) to )?(?:start|begin|end|happen|take place|finish)", "en", _tell),
    (rf"(?:when|what time|what day|on (?:what|which) day)(?: is| are|'s| do i have| have i got) (?:my |the |our"
     rf" )?{_WORDS}"
     r"(?: (?:due|scheduled|planned|supposed to be|going to be))?", "en", _tell),
    (rf"(?:wann|um wie ?viel uhr) (?:beginnt|beginnen|startet|starten|endet|enden|findet|finden|fängt|fangen) "
     rf"(?:mein(?:e|en)? |der |die |das |den )?{_WORDS}(?: (?:an|statt))?", "de", _tell),
    (rf"wann (?:mein(?:e|en)? |der |die |das |den )?{_WORDS} (?:beginnt|startet|endet|stattfindet|ist)", "de", _tell),
    (rf"(?:when|what time) (?:will|does|do) (?:the |my |our )?{_WORDS} (?:be|take place"
     rf"|happen)(?: {_DAY})?", "en", _tell),
    (rf"when (?:the |my |our )?{_WORDS} (?:will be|is|is due|takes place)", "en", _tell),
    (rf"what(?:'s| is) the (?:date|time|due date|deadline|day) (?:of|for) (?:my |the )?{_WORDS}", "en", _tell),
    (rf"(?:wann|um wie ?viel uhr|an welchem tag) (?:ist|sind|habe ich) (?:mein(?:e|en)? |der |die |das |den )?{_WORDS}"
     r"(?: (?:fällig|geplant|dran))?", "de", _tell),
)  # fmt: skip
"""Rules before all others."""
