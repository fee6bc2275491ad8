r"""Rewrites a clause as one that the rules read: "they're all done" as "mark them as done".

The tables are rows of a pattern and what replaces it, in which \1 and \2 are the groups of the pattern. Above each row
is an example. What a row makes of a clause is used only if the rules understand it (see parser.py).
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from taskchat_app.assistant.grammar.phrases.conditions import CONDITIONS, DENIALS, UNCERTAIN
from taskchat_app.assistant.grammar.phrases.patterns import OFTEN, phrase, sentence
from taskchat_app.domain.dates.vocabulary import NUMBER, WEEKDAY

Replacements: TypeAlias = tuple[tuple[re.Pattern[str], str], ...]


def paraphrases(clause: str) -> Iterator[str]:
    """Yield the clause in other words, then with other spellings alone, in the order in which to try them."""
    respelled = _respelled(clause, _SPELLINGS)
    yield from _rewritten(respelled, _PARAPHRASES)
    if respelled != clause:
        yield respelled


def indirect_commands(clause: str) -> Iterator[str]:
    """Yield the commands that a clause in free words may mean: "add call mum" for "I should call mum".

    To be tried, in this order, only where nothing else is understood. The commands are indirect, so they are no orders.
    """
    respelled = _respelled(clause, _FREE_SPELLINGS)
    if respelled != clause:
        yield respelled
    yield from _rewritten(respelled, _INDIRECT_COMMANDS)


def changes_of_existing(clause: str) -> Iterator[str]:
    """Yield the changes that a clause that adds a task may mean: "move gym to friday" for "put gym on friday"."""
    return _rewritten(clause, _CHANGES_OF_EXISTING)


def with_pronoun(clause: str) -> Iterator[str]:
    """Yield the commands that a clause without a task may mean for several: "move them to friday" for "all to friday".

    Where these words are no such command, what is made of them is none either, or names a task.
    """
    return _rewritten(clause, _WITH_PRONOUN)


def _respelled(clause: str, spellings: Replacements) -> str:
    for pattern, spelling in spellings:
        clause = pattern.sub(spelling, clause)
    return clause


def _rewritten(clause: str, rows: Replacements) -> Iterator[str]:
    """Yield the clause as each row rewrites it whose pattern matches the whole clause."""
    for pattern, template in rows:
        if match := pattern.fullmatch(clause):
            yield " ".join(match.expand(template).split())


def _rows_of(rows: Iterable[tuple[str, str]]) -> Replacements:
    return tuple((sentence(pattern), template) for pattern, template in rows)


_HABE = (phrase(r"\bhab\b(?= )"), "habe")
_SPELLINGS = (
    _HABE,
    (phrase(r"\b(gibt|sieht)['’]?s\b"), r"\1 es"),
    (phrase(r"\A(what|when|where|how|who)s\b"), r"\1's"),
    (phrase(r"\b(is|are|was|did|do|does|have|has|would|should|could)nt\b"), r"\1n't"),
    (phrase(r"\b(?:am|das) (wichtig|dringend)ste[ns]?\b"), r"\1"),
    (phrase(r"(?:(?<=\d )|(?<=\buhr )|(?<=\bmich ))ans\b"), "an das"),
)
_EVENT = (
    r"(?:meeting|appointment|lunch|dinner|breakfast|brunch|party|call|conference|interview|class|lesson|exam|event"
    r"|birthday|practice|session|visit|trip)"
)
_PARAPHRASES = _rows_of((
    # "Das habe ich schon erledigt"
    (r"(?:(?:(?:das|es) )?habe ich (?:(?:schon|bereits|gerade|eben|jetzt) )*|(?:schon|bereits) )"
     r"(?:erledigt|gemacht|fertig)", "es ist erledigt"),
    # "Change it to 5", where a number is a time
    (r"(?:change|make|set|move|switch) (?:it|that|this|(?:the|its) time) (?:to|at) (\d{1,2}(?::\d\d)?)",
     r"move it to at \1"),
    # "Set the due date to friday"
    (r"(?:change|set|move|make) (?:the |its )(?:time|(?:date|day|due date|deadline)(?! to \d{1,2}\Z)) to (.{1,40})",
     r"move it to \1"),
    # New tasks: "füge der Einkaufsliste Milch hinzu"
    (r"füge? ((?:der|meiner) \w{0,30}liste) (.{1,120}) hinzu", r"füge \2 zu \1 hinzu"),
    # "Pencil in lunch with Tom"
    (rf"(?:set|put in|mark down|pencil in) (?:up )?(?:an? |the |my |our )?(?!(?:new )?reminder for\b)"
     rf"((?:[\w'’-]{{1,30}} ){{0,2}}?{_EVENT}\b.+)", r"schedule \1"),
    # "Remind me in 20 to call"
    (r"remind me in ([5-9]|[1-9]\d)( (?:to|about) .+)?", r"remind me in \1 minutes\2"),
    # "Trag dir Milch ein"
    (r"(?:trage?|notiere?|schreibe?|nimm|nehme) (?:dir |mir |sich )?(.+?)(?: (?:in|im) (?:meine[nm]"
     r"|de[nm]) kalender)? (?:ein|auf)", r"neue aufgabe: \1"),
    # "Füge Milch hinzu für morgen"
    (r"(?:füge?|trage?) (?:mir )?(.{1,120}?) (?:hinzu|ein)((?:,? (?:fällig|für|am|um|ab|bis|heute|morgen|übermorgen"
     r"|nächste\w?|jede[nrs]?|\w{2,8}tags?)\b| [!#]).{0,80})", r"neue aufgabe: \1\2"),
    # Ticking off: "already done"
    (r"(?:(?:is|its|thats) )?already (?:done|finished)|(?:is|its|thats) (?:now )?(?:done|finished)", "it is done"),
    # "They're all done"
    (r"they(?: a|['’]?)re (?:(?:all|both|already|now) )?(?:done|finished)", "mark them as done"),
))  # fmt: skip

_FREE_SPELLINGS = (
    (phrase(r"\b(?:gerade|im moment|right now|sometime|irgendwann) ?"), ""),
    _HABE,
    (phrase(r"\bmost (?=important|urgent|pressing)"), ""),
)
_TASK = r"((?!(?:what|when|who|which|how|was|wann|wer|welche\w?|ich|i)\b).{1,120}?)"
# Neither "half done" nor "laundry not done" nor "I want the report finished"
_IS_DONE = (
    r"(?!.*\b(?:half|halfway|almost|nearly|nothing|none|not|never|barely|partly|hardly|to be|be|no|un\w+|want|wants"
    r"|need|needs|must|should|would|have|has|get|if|when|until)\b|.*n['’]t\b)"
)
# Nothing that asks, doubts or denies
_IS_ORDER = (
    r"(?!(?:ich (?!möchte|will)|(?:wir|er|sie|man|wer|was|wie|wo|wann|kann\w*|könn\w*|muss|müss\w*|darf|ist)\b))"
    rf"(?!.*(?:{DENIALS}|\b(?:{CONDITIONS}|{UNCERTAIN}\b|(?:soll\w*|ob|ich|wir)\b)))"
)
_GERMAN_VERB = r"(?-i:(?:ver)?(?:setz|leg|schieb)|stell|stuf|tagg|markier|zieh|benenn|wiederhol)"
_INDIRECT_COMMANDS = _rows_of((
    # German orders with their verb elsewhere: "die Garage auf Samstag legen"
    (rf"{_IS_ORDER}(?:ich (?:möchte|will) )?([^:]{{2,200}}) (um|vor|ein|weg)?({_GERMAN_VERB})e?n", r"\3e \1 \2"),
    # "Auf Samstag leg die Garage"
    (rf"{_IS_ORDER}([^,:]{{1,80}}?) ({_GERMAN_VERB}(?!en (?!auf|um|in))|(?:lösch|streich|entfern|hak)(?!en))e?n?"
     r"((?: [^,:]{1,80})?)", r"\2e \1\3"),
    # New tasks: "gotta call mum"
    (r"(?:(?:i|we)(?:['’]?(?:ve|d|ll))? )?(?:(?:really|still|also|just|probably|soon) )*(?:gotta|got to|should|must"
     r"|needa|need to|have to|(?:had )?better|ought to)(?: (?:really|still|also|probably|soon))*"
     r" ((?!not\b|i\b|we\b|you\b|the\b|it\b|be\b|know\b|have\b).+)", r"add \1"),
    # "Must not forget milk"
    (r"(?:(?:i|we) )?must(?: not|n['’]?t) forget (.+)", r"don't forget \1"),
    # "Ich darf nicht vergessen, Milch zu kaufen"
    (r"(?:(?:ich|wir) )?(?:darf|dürfen) nicht vergessen,? (.+)", r"vergiss nicht, \1"),
    # "Muss noch zur Bank"
    (r"(?:(?:ich|wir) )?(?:muss|müssen|müsste|sollte?n?|könnte)(?: (?:mal|noch|auch|wieder|unbedingt|dringend"
     r"|endlich))* ((?!(?:ich|wir|es|er|sie|das|jemand)\b).+)", r"neue aufgabe: \1"),
    # "Milch eintragen"
    (r"(?:mir |dir )?((?!.* und (?:in|im|ins|an|am|auf) ).+?),?"
     r" (?:eintragen|aufschreiben|notieren|vormerken|aufnehmen|anlegen)", r"neue aufgabe: \1"),
    # "Schreib mir auf: Milch"
    (r"(?:mir |dir )?(?:schreibe?|trage?|notiere?|leg|lege|aufschreiben|notieren|merken|eintragen)"
     r"(?: (?:mir|dir|dazu))*(?: (?:eine |die )?(?:neue )?aufgabe)?(?: (?:auf|ein|an))?(?:\s?[,:]|,? dass\b)( .+)",
     r"neue aufgabe:\1"),
    # "Miete nicht vergessen"
    (r"(?:(?:wir|man) (?:darf|dürfen|sollte?n?) )?((?!(?:was|wen|ich|du|wir|er|sie|es|(?:das|#?\d+) nicht)\b)"
     r"(?!.*\b(?:habe?n?|hast|hat|hatten?|ist|darf|dürfen|kann|können|soll\w*|wird)\b).{2,150}?),?"
     r" nicht vergessen(, (?:am besten|möglichst|spätestens) .{1,60})?", r"neue aufgabe: \1\2"),
    # Dates: "Zahnarzt doch lieber am Montag"
    (rf"{_TASK}(?: ist(?: jetzt)?| \w{{2,20}} (?:ich|wir))?,? (?:aber )?(?:(?:doch|lieber|erst|besser) )+"
     r"(?:am |um |auf )?(.+)", r"verschiebe \1 auf \2"),
    # "How many work tasks are open"
    (r"how many ([\w-]{3,30}) (?:tasks|things)(.*)", r"how many tasks tagged \1\2"),
    # "Zahnarzt eine Stunde später"
    (rf"{_TASK} (?:je |jeweils |um )?((?:['’]?ne|eine?n?|{NUMBER}) (?:minute|stunde|tag|woche|monat)e?n?"
     r" (?:später|früher|nach hinten))", r"verschiebe \1 um \2"),
    # Notes: "note for the dentist: bring the card"
    (r"(?:note (?:on|for|about)|notiz (?:zu[mr]?|beim?)) ([^:]{1,60}?)\s?: (.+)", r"describe \1 as \2"),
    # "Schreib beim Zahnarzt dazu: Karte"
    (r"(?:schreibe?|notiere?|füge?|mache?) (?:bei|beim|zu|zum|zur) (.+?)"
     r"(?: (?:dazu|hinzu|eine?n? (?:notiz|vermerk|hinweis|anmerkung)))?(?:\s?: |,? dass )(.+)",
     r"beschreibe \1 mit \2"),
    # Ticking off and deleting: "laundry done"
    (rf"{_IS_DONE}((?!(?:mark|set|check|tick|is|are|what|show|list|all)\b)[^,]{{1,60}}) (?:done|finished|completed)",
     r"\1 is done"),
    # "Skip the gym"
    (r"skip ((?:the|my) .+)", r"delete \1 this time"),
    # "Vergiss den Zahnarzt nicht"
    (r"(?:vergiss|vergesse) ((?!(?:nicht|mich|uns|dich|euch|ihn|sie|ihm|ihr|alle?s?|(?:(?:die|der|das) )?#?\d+)\b)"
     r"[^,]{1,120}?) nicht(?: (?:mehr|wieder))?", r"vergiss nicht, \1"),
    # Questions: "is there anything about paint"
    (r"(?:is there|do i have|have i got) anything about (.+)", r"find \1"),
    # "Show my work stuff"
    (r"(?:list|show|see|what are)(?: me)? (?:my |the |all )*([\w-]{3,30}) (?:stuff|tasks|things|items|todos|ones)",
     r"show my \1 list"),
))  # fmt: skip

_ONE_MORE = r"(?:an?|one|another|some|eine?n?|noch)\b"
# Neither "put the bins out" nor "put the house on the market" names a date.
_TASK_NO_PLACE = rf"((?!{_ONE_MORE})(?:(?! (?:on|for|to|in|into|out|away|up|back|down|off)\b).){{1,80}}?)"
_TASK_NO_PERSON = rf"((?!{_ONE_MORE}|(?:me|sure|mir|uns)\b).{{1,80}}?)"
_CLOCK = r"\d{1,2}(?::\d\d)?"
_ANY_DAY = rf"(?:(?:{WEEKDAY}|today|tomorrow|heute|morgen) )?"
_CHANGES_OF_EXISTING = _rows_of((
    # "Put gym on friday"
    (rf"put {_TASK_NO_PLACE} (?:on|for) (?!(?:the (?!\d|first|last)|my|an?|today|tonight|tomorrow)\b)(.{{1,60}})",
     r"move \1 to \2"),
    # "Push gym friday 9am"
    (rf"(?:set|change|move|push|put|shift|postpone|delay|reschedule) {_TASK_NO_PLACE}"
     rf" ({_ANY_DAY}(?:at {_CLOCK}(?: ?[ap]m)?|{_CLOCK} ?[ap]m))", r"move \1 to \2"),
    # "Gym to friday"
    (rf"(?!(?:cop|kop|dupl|clone)\w* |.{{1,80}}(?:,| moved\b))(.{{1,80}}?) (?:to(?= (?:next )?(?:{WEEKDAY}|tomorrow)\b)"
     rf"|auf(?= (?:den )?(?:\d|heute|(?:über)?morgen|nächste|kommende|{WEEKDAY}))) (.{{1,40}})", r"move \1 to \2"),
    # "Make gym weekly"
    (rf"make {_TASK_NO_PERSON} ((?:every|{OFTEN}).{{0,60}})", r"repeat \1 \2"),
    # "Mach Sport wöchentlich"
    (rf"mache? {_TASK_NO_PERSON} ((?:jede|alle|{OFTEN}).{{0,60}})", r"wiederhole \1 \2"),
))  # fmt: skip
_WITH_PRONOUN = _rows_of((
    # "Delete", "move to friday"
    (r"([a-z]+)( .+)?", r"\1 them\2"),
    # "Verschiebe auf freitag", "taggen mit #woche"
    (r"([a-zäöüß]+e)n?( .+)?", r"\1 sie\2"),
    # "Die können weg", "weg damit"
    (r"(?:(?:können|kann|sollen) )?weg(?: damit)?", "lösche sie"),
    # "Abhaken", "auf freitag setzen"
    (r"(.+n)", r"sie \1"),
    (r"(.+) ([a-zäöüß]+e)n", r"\2 sie \1"),
    # "To friday", "auf freitag", "a week later"
    (r"(.+)", r"move them \1"),
    (r"(.+)", r"verschiebe sie \1"),
    # "Remove the date", "ohne Datum", "Datum entfernen"
    (r"(.+)", r"\1 from them"),
    (r"(?:no|ohne|kein) (.+)", r"remove the \1 from them"),
    (r"(.+) (?:off|weg|entfernen|löschen)", r"remove the \1 from them"),
))  # fmt: skip
