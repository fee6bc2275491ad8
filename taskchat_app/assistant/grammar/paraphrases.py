"""Rewrites a clause as one that the rules read: said in an unusual way, or in free words ("I should call mum").

A rewritten clause is used only if the rules understand it (see parser.read_command); no row does anything by itself.
"""

from collections.abc import Iterator

from taskchat_app.assistant.grammar.phrases.conditions import CONDITIONS, DENIALS, UNCERTAIN
from taskchat_app.assistant.grammar.phrases.patterns import OFTEN, Rewrites, phrase
from taskchat_app.domain.dates.vocabulary import NUMBER, WEEKDAY

_EVENT = (
    r"(?:meeting|appointment|lunch|dinner|breakfast|brunch|party|call|conference|interview|class|lesson|exam|event"
    r"|birthday|practice|session|visit|trip)"
)
_HABE = (phrase(r"\bhab\b(?= )"), "habe")
_SPELLINGS = (
    _HABE,
    (phrase(r"\b(gibt|sieht)['’]?s\b"), r"\1 es"),
    (phrase(r"\A(what|when|where|how|who)s\b"), r"\1's"),
    (phrase(r"\b(is|are|was|did|do|does|have|has|would|should|could)nt\b"), r"\1n't"),
    (phrase(r"\b(?:am|das) (wichtig|dringend)ste[ns]?\b"), r"\1"),
    (phrase(r"(?:(?<=\d )|(?<=\buhr )|(?<=\bmich ))ans\b"), "an das"),
)
_PARAPHRASES: tuple[tuple[str, str], ...] = (
    (r"(?:(?:(?:das|es) )?habe ich (?:(?:schon|bereits|gerade|eben|jetzt) )*|(?:schon|bereits) )"
     r"(?:erledigt|gemacht|fertig)", r"es ist erledigt"),
    # A number is a time here, and no title.
    (r"(?:change|make|set|move|switch) (?:it|that|this|(?:the|its) time) (?:to|at) (?P<y>\d{1,2}(?::\d\d)?)",
     r"move it to at \g<y>"),
    (r"(?:change|set|move|make) (?:the |its )(?:time|(?:date|day|due date|deadline)(?! to \d{1,2}\Z)) to"
     r" (?P<y>.{1,40})", r"move it to \g<y>"),
    # New tasks: "pencil in lunch with Tom", "remind me in 20 to call", "trag Milch ein".
    (r"füge? (?P<l>(?:der|meiner) \w{0,30}liste) (?P<x>.{1,120}) hinzu", r"füge \g<x> zu \g<l> hinzu"),
    (rf"(?:set|put in|mark down|pencil in) (?:up )?(?:an? |the |my |our )?(?!(?:new )?reminder for\b)(?P<x>"
     rf"(?:[\w'’-]{{1,30}} ){{0,2}}?{_EVENT}\b.+)", r"schedule \g<x>"),
    (r"remind me in (?P<x>[5-9]|[1-9]\d)(?P<y> (?:to|about) .+)?", r"remind me in \g<x> minutes\g<y>"),
    (r"(?:trage?|notiere?|schreibe?|nimm|nehme) (?:dir |mir |sich )?(?P<x>.+?)(?: (?:in|im) (?:meine[nm]"
     r"|de[nm]) kalender)? (?:ein|auf)", r"neue aufgabe: \g<x>"),
    # "Füge Milch hinzu für morgen"
    (r"(?:füge?|trage?) (?:mir )?(?P<x>.{1,120}?) (?:hinzu|ein)(?P<y>(?:,? (?:fällig|für|am|um|ab|bis|heute"
     r"|morgen|übermorgen|nächste\w?|jede[nrs]?|\w{2,8}tags?)\b| [!#]).{0,80})", r"neue aufgabe: \g<x>\g<y>"),
    # Ticking off: "it's already done", "they're all done".
    (r"(?:(?:is|its|thats) )?already (?:done|finished)|(?:is|its|thats) (?:now )?(?:done|finished)", "it is done"),
    (r"they(?: a|['’]?)re (?:(?:all|both|already|now) )?(?:done|finished)", "mark them as done"),
)  # fmt: skip
_TASK = r"(?P<x>(?!(?:what|when|who|which|how|was|wann|wer|welche\w?|ich|i)\b).{1,120}?)"
# "Half done", "laundry not done", "I want the report finished"
_NOT_DONE = (
    r"(?!.*\b(?:half|halfway|almost|nearly|nothing|none|not|never|barely|partly|hardly|to be|be|no|un\w+|want|wants"
    r"|need|needs|must|should|would|have|has|get|if|when|until)\b|.*n['’]t\b)"
)
_FREE_SPELLINGS = (
    (phrase(r"\b(?:gerade|im moment|right now|sometime|irgendwann) ?"), ""),
    _HABE,
    (phrase(r"\bmost (?=important|urgent|pressing)"), ""),
)
# German orders with their verb elsewhere: "die Garage auf Samstag legen", "auf Samstag leg die Garage". None that asks,
# doubts or denies.
_ORDER = (
    r"(?!(?:ich (?!möchte|will)|(?:wir|er|sie|man|wer|was|wie|wo|wann|kann\w*|könn\w*|muss|müss\w*|darf|ist)\b))"
    rf"(?!.*(?:{DENIALS}|\b(?:{CONDITIONS}|{UNCERTAIN}\b|(?:soll\w*|ob|ich|wir)\b)))"
)
_VERB = r"(?-i:(?:ver)?(?:setz|leg|schieb)|stell|stuf|tagg|markier|zieh|benenn|wiederhol)"
_INDIRECT: tuple[tuple[str, str], ...] = (
    (rf"{_ORDER}(?:ich (?:möchte|will) )?(?P<x>[^:]{{2,200}}) (?P<p>um|vor|ein|weg)?(?P<v>{_VERB})e?n",
     r"\g<v>e \g<x> \g<p>"),
    (rf"{_ORDER}(?P<x>[^,:]{{1,80}}?) (?P<v>{_VERB}(?!en (?!auf|um|in))|(?:lösch|streich|entfern|hak)(?!en))e?n?"
     r"(?P<y>(?: [^,:]{1,80})?)",
     r"\g<v>e \g<x>\g<y>"),
    # New tasks: "gotta call mum", "muss noch zur Bank", "Milch eintragen", "Miete nicht vergessen".
    (r"(?:(?:i|we)(?:['’]?(?:ve|d|ll))? )?(?:(?:really|still|also|just|probably|soon) )*(?:gotta|got to|should|must"
     r"|needa|need to|have to|(?:had )?better|ought to)(?: (?:really|still|also|probably|soon))*"
     r" (?P<y>(?!not\b|i\b|we\b|you\b|the\b|it\b|be\b|know\b|have\b).+)", r"add \g<y>"),
    (r"(?:(?:i|we) )?must(?: not|n['’]?t) forget (?P<y>.+)", r"don't forget \g<y>"),
    (r"(?:(?:ich|wir) )?(?:darf|dürfen) nicht vergessen,? (?P<y>.+)", r"vergiss nicht, \g<y>"),
    (r"(?:(?:ich|wir) )?(?:muss|müssen|müsste|sollte?n?|könnte)(?: (?:mal|noch|auch|wieder|unbedingt|dringend"
     r"|endlich))* (?P<y>(?!(?:ich|wir|es|er|sie|das|jemand)\b).+)", r"neue aufgabe: \g<y>"),
    (r"(?:mir |dir )?(?P<y>(?!.* und (?:in|im|ins|an|am|auf) ).+?),?"
     r" (?:eintragen|aufschreiben|notieren|vormerken|aufnehmen|anlegen)",
     r"neue aufgabe: \g<y>"),
    (r"(?:mir |dir )?(?:schreibe?|trage?|notiere?|leg|lege|aufschreiben|notieren|merken|eintragen)"
     r"(?: (?:mir|dir|dazu))*(?: (?:eine |die )?(?:neue )?aufgabe)?(?: (?:auf|ein|an))?(?:\s?[,:]|,? dass\b)"
     r"(?P<y> .+)", r"neue aufgabe:\g<y>"),
    (r"(?:(?:wir|man) (?:darf|dürfen|sollte?n?) )?(?P<y>(?!(?:was|wen|ich|du|wir|er|sie|es|(?:das|#?\d+) nicht)\b)"
     r"(?!.*\b(?:habe?n?|hast|hat|hatten?|ist|darf|dürfen|kann|können|soll\w*|wird)\b).{2,150}?),?"
     r" nicht vergessen(?P<z>, (?:am besten|möglichst|spätestens) .{1,60})?", r"neue aufgabe: \g<y>\g<z>"),
    # Dates: "Zahnarzt doch lieber am Montag", "Zahnarzt eine Stunde später".
    (rf"{_TASK}(?: ist(?: jetzt)?| \w{{2,20}} (?:ich|wir))?,? (?:aber )?(?:(?:doch|lieber|erst|besser) )+"
     r"(?:am |um |auf )?(?P<y>.+)",
     r"verschiebe \g<x> auf \g<y>"),
    (r"how many (?P<x>[\w-]{3,30}) (?:tasks|things)(?P<y>.*)", r"how many tasks tagged \g<x>\g<y>"),
    (rf"{_TASK} (?:je |jeweils |um )?(?P<y>(?:['’]?ne|eine?n?|{NUMBER}) (?:minute|stunde|tag|woche|monat)e?n?"
     r" (?:später|früher))", r"verschiebe \g<x> um \g<y>"),
    # Notes: "note for the dentist: bring the card", "schreib beim Zahnarzt dazu: Karte".
    (r"(?:note (?:on|for|about)|notiz (?:zu[mr]?|beim?)) (?P<x>[^:]{1,60}?)\s?: (?P<y>.+)", r"describe \g<x> as \g<y>"),
    (r"(?:schreibe?|notiere?|füge?|mache?) (?:bei|beim|zu|zum|zur) (?P<x>.+?)"
     r"(?: (?:dazu|hinzu|eine?n? (?:notiz|vermerk|hinweis|anmerkung)))?(?:\s?: |,? dass )(?P<y>.+)",
     r"beschreibe \g<x> mit \g<y>"),
    # Ticking off and deleting: "laundry done", "skip the gym".
    (rf"{_NOT_DONE}(?P<x>(?!(?:mark|set|check|tick|is|are|what|show|list|all)\b)[^,]{{1,60}}) (?:done|finished"
     r"|completed)",
     r"\g<x> is done"),
    (r"skip (?P<x>(?:the|my) .+)", r"delete \g<x> this time"),
    (r"(?:vergiss|vergesse) (?P<x>(?!(?:nicht|mich|uns|dich|euch|ihn|sie|ihm|ihr|alle?s?"
     r"|(?:(?:die|der|das) )?#?\d+)\b)[^,]{1,120}?) nicht(?: (?:mehr|wieder))?", r"vergiss nicht, \g<x>"),
    # Questions: "is there anything about paint", "show my work stuff".
    (r"(?:is there|do i have|have i got) anything about (?P<x>.+)", r"find \g<x>"),
    (r"(?:list|show|see|what are)(?: me)? (?:my |the |all )*(?P<x>[\w-]{3,30}) (?:stuff|tasks|things|items|todos|ones)",
     r"show my \g<x> list"),
)  # fmt: skip
_REWRITES = Rewrites(_SPELLINGS, _PARAPHRASES)
_FREE = Rewrites(_FREE_SPELLINGS, _INDIRECT)
_OLD = r"(?P<x>.{1,80}?)"
_ANOTHER = r"(?:an?|one|another|some|eine?n?|noch)\b"
# "Put the bins out", "put the house on the market"
_TASK_NO_PLACE = rf"(?P<x>(?!{_ANOTHER})(?:(?! (?:on|for|to|in|into|out|away|up|back|down|off)\b).){{1,80}}?)"
_MADE = rf"(?P<x>(?!{_ANOTHER}|(?:me|sure|mir|uns)\b).{{1,80}}?)"
_CLOCK = r"\d{1,2}(?::\d\d)?"
_ANY_DAY = rf"(?:(?:{WEEKDAY}|today|tomorrow|heute|morgen) )?"
# In a row, "x" names the task, and "y" is what the command sets.
_OF_EXISTING: tuple[tuple[str, str], ...] = (
    (rf"put {_TASK_NO_PLACE} (?:on|for) (?!(?:the (?!\d|first|last)|my|an?|today|tonight|tomorrow)\b)(?P<y>.{{1,60}})",
     r"move \g<x> to \g<y>"),
    (rf"(?:set|change|move|push|put|shift|postpone|delay|reschedule) {_TASK_NO_PLACE}"
     rf" (?P<y>{_ANY_DAY}(?:at {_CLOCK}(?: ?[ap]m)?|{_CLOCK} ?[ap]m))", r"move \g<x> to \g<y>"),
    (rf"(?!(?:cop|kop|dupl|clone)\w* |.{{1,80}}(?:,| moved\b)){_OLD} (?:to(?= (?:next )?(?:{WEEKDAY}|tomorrow)\b)"
     rf"|auf(?= (?:den )?(?:\d|heute|(?:über)?morgen|nächste|kommende|{WEEKDAY}))) (?P<y>.{{1,40}})",
     r"move \g<x> to \g<y>"),
    (rf"make {_MADE} (?P<y>(?:every|{OFTEN}).{{0,60}})", r"repeat \g<x> \g<y>"),
    (rf"mache? {_MADE} (?P<y>(?:jede|alle|{OFTEN}).{{0,60}})", r"wiederhole \g<x> \g<y>"),
)  # fmt: skip
EXISTING_CHANGES = Rewrites((), _OF_EXISTING)
"""Reads "put gym on friday" as a change of the task of that name; without one it is new (Command.otherwise)."""


def paraphrases(clause: str) -> Iterator[str]:
    """Yield the clause in other words, in the order in which they are to be tried."""
    spelled = _REWRITES.respelled(clause)
    yield from _REWRITES.others(spelled)
    if spelled != clause:
        yield spelled


def commands_in(clause: str) -> Iterator[str]:
    """Yield the commands that a clause in free words may mean, in the order in which they are to be tried.

    Tried only where nothing else is understood. The commands are no orders (see Command.free).
    """
    spelled = _FREE.respelled(clause)
    if spelled != clause:
        yield spelled
    yield from _FREE.others(spelled)
