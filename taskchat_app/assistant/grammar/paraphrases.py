"""Rewrites a clause that is said in an unusual way as one that the rules read: a table of verbs with their objects.

A rewritten clause is used only if the rules understand it (see parser.read_command); no row does anything by itself.
"""

from collections.abc import Iterator

from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST
from taskchat_app.assistant.grammar.phrases.patterns import Rewrites, phrase
from taskchat_app.domain.dates.vocabulary import WEEKDAY

_X = r"(?P<x>.{1,160}?)"
_L = rf"(?P<l>{A_LIST})"
_EVENT = (
    r"(?:meeting|appointment|lunch|dinner|breakfast|brunch|party|call|conference|interview|class|lesson|exam|event"
    r"|birthday|practice|session|visit|trip)"
)
_DEADLINE = r"(?:due[ -]?date|deadline)"
_WANT = r"(?:i|we)(?: (?:really|just|also|still))? (?:want|need|would like|'d like|wish|have|got|have got)"
_SPELLINGS = (
    (phrase(r"(?<=[a-z] )remainder\b"), "reminder"),
    (phrase(r" (?:currently|right now|at the moment|so far|presently|at present|coming up)\b"), ""),
    (phrase(r"\bhab\b(?= )"), "habe"),
    (phrase(r"\bgibt['’]?s\b"), "gibt es"),
    (phrase(r"\Awhats\b"), "what's"),
    (phrase(r"\b(is|are|was|did|do|does|have|has|would|should|could)nt\b"), r"\1n't"),
    (phrase(r"\Ais(?= (?:et)?was\b)|(?<=\Awann )is\b|(?<=\Awas )is\b"), "ist"),
    (phrase(r"\bapp?t\b"), "appointment"),
    (phrase(r"\b(?:am|das) (wichtig|dringend)ste[ns]?\b"), r"\1"),
    (phrase(rf",? (?:later )?by (?:putting|adding) it (?:on|to|in) {THE_LIST}"), ""),
    (phrase(r"(?<=\bi)['’]ve\b|(?<=\bwe)['’]ve\b"), " have"),
    (phrase(r"(?:(?<=\d )|(?<=\buhr )|(?<=\bmich ))ans\b"), "an das"),
    (phrase(r"\b(?:sich )?wiederholende[nrs]? (?=erinnerung|aufgabe|termin)"), ""),
)
_NEW = (
    r"(?!(?:push|set|change|make|check|cross|put) (?:off )?(?:#?\d|it\b|this\b|that\b|them\b|all\b|everything\b))"
    r"(?!(?:rename|postpone|reschedule|tag|untag|undo|remind|add|create|done"
    r"|erledigt?e?|markiere?|streiche?|setze?|ändere?|benenne?|schiebe?|verlege?|öffne|tagge?|füge?|erinnere?"
    r"|complete|finish|delete|remove|mark|tick|move|reopen|show|list|what|when|who|is|are|it|this|i|you"
    r"|lösche?|entferne?|hake?|verschiebe?|zeige?|was|wann|wer|ist|ich|du|#?\d+)\b)"
)
_TASKS = r"(?: (?:tasks|todos|to-dos|items|ones|things))?"
_DONE_TASKS = rf"(?:all )?(?:of )?(?:the |my )?(?:done|completed|finished){_TASKS}"
_ERLEDIGTE = r"(?:alle )?(?:die |meine )?(?:erledigte|fertige)n?(?: aufgaben)?"
_ROWS: tuple[tuple[str, str], ...] = (
    (rf"hide {_DONE_TASKS}", r"show open tasks"),
    (rf"(?:{_ERLEDIGTE} ausblenden|blende {_ERLEDIGTE} aus)", r"zeige offene aufgaben"),
    (rf"(?:show )?(?:only|filter(?: by| for)?) (?P<x>done|completed|finished|open){_TASKS}", r"show \g<x> tasks"),
    (r"(?:zeige? )?(?:mir )?nur (?:die )?(?P<x>erledigte|fertige|offene)n?(?: aufgaben)?", r"zeige \g<x> aufgaben"),
    (r"(?:(?:(?:das|es) )?habe ich (?:(?:schon|bereits|gerade|eben|jetzt) )*|(?:schon|bereits) )"
     r"(?:erledigt|gemacht|fertig)", r"es ist erledigt"),
    (r"add (?:a |the )?note\s?: (?P<y>.+)", r"add a note to it: \g<y>"),
    # A number is a time here, and no title.
    (r"(?:change|make|set|move|switch) (?P<x>it|that|this) (?:to|at) (?P<y>\d{1,2}(?::\d\d)?)",
     r"move \g<x> to at \g<y>"),
    (r"(?:change|set|move|make) (?:the |its )(?:time|(?:date|day|due date|deadline)(?! to \d{1,2}\Z)) to"
     r" (?P<y>.{1,40})", r"move it to \g<y>"),
    (r"(?:ändere?|setze?|mache?|verschiebe?|lege?) (?P<x>es|ihn|sie|das) (?:auf|um) (?P<y>\d{1,2}(?::\d\d)?)",
     r"verschiebe \g<x> auf \g<y> uhr"),
    # What the person wants the assistant to do about the list.
    (r"remind me (?:again )?(?P<y>(?:what|which|when|who)\b.+)", r"\g<y>"),
    (rf"{_WANT} (?:to (?:know|see|hear) )?(?P<x>(?:my |the )?(?:{THE_LIST}|reminders|tasks|todos|events"
     rf"|appointments)(?: (?:for|on) .{{1,40}})?)", r"show \g<x>"),
    (rf"{_WANT} to (?:have|get) {_X} (?:added|put|included|written|entered) (?:to|on|in|into) {_L}",
     r"add \g<x> to \g<l>"),
    (r"füge? (?P<l>(?:der|meiner) \w{0,30}liste) (?P<x>.{1,120}) hinzu", r"füge \g<x> zu \g<l> hinzu"),
    # New tasks.
    (rf"(?:set|put in|mark down|pencil in) (?:up )?(?:an? |the |my |our )?(?!(?:new )?reminder for\b)(?P<x>"
     rf"(?:[\w'’-]{{1,30}} ){{0,2}}?{_EVENT}\b.+)", r"schedule \g<x>"),
    (r"remind me in (?P<x>[5-9]|[1-9]\d)(?P<y> (?:to|about) .+)?", r"remind me in \g<x> minutes\g<y>"),
    (rf"trage? (?P<y>für (?:{WEEKDAY})(?: um \d\S*(?: uhr)?)?) (?!und\b)(?P<x>.+) ein", r"neue aufgabe: \g<x> \g<y>"),
    (r"(?:trage?|notiere?|schreibe?|nimm|nehme) (?:dir |mir |sich |bitte )?(?P<x>.+?)(?: (?:in|im) (?:meine[nm]"
     r"|de[nm]) kalender)? (?:ein|auf)", r"neue aufgabe: \g<x>"),
    # "Füge Milch hinzu für morgen"
    (r"(?:füge?|trage?) (?:mir |bitte )?(?P<x>.{1,120}?) (?:hinzu|ein)(?P<y>(?:,? (?:fällig|für|am|um|ab|bis|heute"
     r"|morgen|übermorgen|nächste\w?|jede[nrs]?|\w{2,8}tags?)\b| [!#]).{0,80})", r"neue aufgabe: \g<x>\g<y>"),
    (rf"(?:urgent|important|high priority)\s?: (?P<x>{_NEW}.+)", r"add high priority task \g<x>"),
    (r"neue (?:dringende|wichtige) aufgabe\s?:? (?P<x>.+)", r"neue aufgabe mit hoher priorität: \g<x>"),
    # Ticking off.
    (r"(?P<x>(?:mark|move|set|postpone|tag) (?:all|every)\w*(?: .{1,80}?)?) (?P<y>(?:as|to|until|with) .{1,60}?),?"
     r" (?P<z>(?:except(?: for)?|apart from|other than) .{1,80})", r"\g<x> \g<z> \g<y>"),
    (r"(?:(?:is|its|thats) )?already (?:done|finished)|(?:is|its|thats) (?:now )?(?:done|finished)", "it is done"),
    (r"they(?: a|['’]?)re (?:(?:all|both|already|now) )?(?:done|finished)", "mark them as done"),
    # Deleting.
    (r"(?:clean|clear|tidy)(?: up| out| away)? (?P<y>(?:all )?(?:of )?(?:the |my )?(?:done|completed?|finished)"
     r" (?:tasks|todos|ones|items|things))", r"delete \g<y>"),
    (rf"(?:wipe|clear|clean|empty) {_L} (?:clean|out|completely|up)", r"clear \g<l>"),
    # Moving.
    (rf"(?:add|set|put) (?:an? |the )?{_DEADLINE} (?!(?:of|for|on|to)\b)(?P<y>.{{1,60}}?) to (?P<x>.{{1,120}})",
     r"move \g<x> to \g<y>"),
    (rf"(?:add|set|put) (?:an? |the )?{_DEADLINE} to (?P<x>.{{1,120}}?)\s?: (?P<y>.{{1,60}})", r"move \g<x> to \g<y>"),
    (r"(?:add|set|put) (?:an? |the )?due[ -]?date to (?P<x>.{1,120} (?:on|by|for) .{1,60})", r"move \g<x>"),
)  # fmt: skip
_REWRITES = Rewrites(_SPELLINGS, _ROWS)


def paraphrases(clause: str, depth: int = 2) -> Iterator[str]:
    """Yield the clause in other words, in the order in which they are to be tried; also those of what is yielded."""
    spelled = _REWRITES.respelled(clause)
    for other in _REWRITES.others(spelled):
        yield other
        if depth > 1:
            yield from paraphrases(other, depth - 1)
    if spelled != clause:
        yield spelled
