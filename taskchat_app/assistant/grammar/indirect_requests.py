"""Rewrites what people say in free words as a command: "I should call mum", "the report can wait until friday".

Tried only where nothing else is understood. The commands are no orders (see Command.free).
"""

from collections.abc import Iterator

from taskchat_app.assistant.grammar.phrases.patterns import Rewrites, phrase
from taskchat_app.domain.tasks.field_tables.plain_fields import PRIORITY_WORD

_X = r"(?P<x>(?!(?:what|when|who|which|how|was|wann|wer|welche\w?|ich|i)\b).{1,120}?)"
_NO_DENIAL = r"(?!.{0,160}\b(?:nothing|none|nobody|not|never|no|nichts|nicht|kein\w{0,2}|nie)\b)"
_ERST = r"(?:auch |erst |doch |jetzt |nun |bitte ){0,3}(?:am |zum |bis zum |bis )?"
# "Half done", "laundry not done", "I want the report finished"
_NOT_DONE = (
    r"(?!.*\b(?:half|halfway|almost|nearly|nothing|none|not|never|barely|partly|hardly|to be|be|no|un\w+|want|wants"
    r"|need|needs|must|should|would|have|has|get|if|when|until)\b|.*n['’]t\b)"
)
_SPELLINGS = (
    (phrase(r"\b(?:gerade|im moment|right now|sometime|irgendwann) ?"), ""),
    (phrase(r"\bhab\b(?= )"), "habe"),
    (phrase(r"(?<=\w) bitte(?= \w)"), ""),
    (phrase(r"(?<=\w) als aufgabe\b"), ""),
    (phrase(r",? (?:at )?(?:the )?same (?:time|hour)\b|,? (?:zur )?(?:gleiche[nr]?|selbe[nr]?) (?:uhr)?zeit\b"), ""),
    (phrase(r"\bmost (?=important|urgent|pressing)"), ""),
)
_ROWS: tuple[tuple[str, str], ...] = (
    # New tasks.
    (r"lege? (?P<y>(?:für|am|zum) .{1,60}?) (?:eine )?aufgabe (?:namens )?(?P<x>.{1,60}?) an",
     r"neue aufgabe: \g<x> \g<y>"),
    (r"(?:(?:i|we)(?:['’]?(?:ve|d|ll))? )?(?:(?:really|still|also|just|probably|soon) )*(?:gotta|got to|should|must"
     r"|needa"
     r"|need to|have to|(?:had )?better|ought to)(?: (?:really|still|also|probably|soon))*"
     r" (?P<y>(?!not\b|i\b|we\b|you\b|the\b|it\b|be\b|know\b|have\b).+)", r"add \g<y>"),
    (r"(?:(?:i|we) )?must(?: not|n['’]?t) forget (?P<y>.+)", r"don't forget \g<y>"),
    (r"(?:(?:ich|wir) )?(?:muss|müssen|müsste|sollte?n?|könnte)(?: (?:mal|noch|auch|wieder|unbedingt|dringend"
     r"|endlich))*"
     r" (?P<y>(?!ich\b|wir\b).+)", r"neue aufgabe: \g<y>"),
    (r"(?:(?:ich|wir) )?(?:darf|dürfen) nicht vergessen,? (?P<y>.+)", r"vergiss nicht, \g<y>"),
    (r"(?:mir |dir )?(?P<y>.+?),? (?:eintragen|aufschreiben|notieren|vormerken|aufnehmen|anlegen)",
     r"neue aufgabe: \g<y>"),
    (r"(?:mir |dir )?(?:schreibe?|trage?|notiere?|leg|lege|aufschreiben|notieren|merken|eintragen)"
     r"(?: (?:mir|dir|dazu|bitte))*(?: (?:eine |die )?(?:neue )?aufgabe)?(?: (?:auf|ein|an))?(?:\s?[,:]|,? dass\b)"
     r"(?P<y> .+)", r"neue aufgabe:\g<y>"),
    (r"(?:(?:wir|man) (?:darf|dürfen|sollte?n?) )?(?P<y>(?!(?:was|wen|ich|du|wir|er|sie|es|(?:das|#?\d+) nicht)\b)"
     r"(?!.*\b(?:habe?n?|hast|hat|hatten?|ist|darf|dürfen|kann|können|soll\w*|wird)\b).{2,150}?),?"
     r" (?:bitte )?nicht vergessen(?P<z>, (?:am besten|möglichst|spätestens) .{1,60})?", r"neue aufgabe: \g<y>\g<z>"),
    # Dates.
    (rf"{_X} can wait (?:until|till|to) (?P<y>.+)", r"move \g<x> to \g<y>"),
    (rf"{_X} (?:soll|sollte|muss) {_ERST}(?P<y>.{{1,60}}?) (?:fällig (?:sein|werden)|stattfinden|sein)",
     r"verschiebe \g<x> auf \g<y>"),
    (rf"{_X} (?:kann|soll|sollte) {_ERST}(?P<y>.{{1,60}}?) warten", r"verschiebe \g<x> auf \g<y>"),
    (rf"{_X} (?:bitte )?(?:(?:doch|lieber|erst|besser) )+(?:am |um |auf )?(?P<y>.+)", r"verschiebe \g<x> auf \g<y>"),
    (r"make (?P<x>.+?) an? (?P<y>daily|weekly|monthly|yearly)(?: \w+)?", r"repeat \g<x> \g<y>"),
    (rf"{_X} (?:should|needs to|has to) be (?:due )?(?P<y>(?:at|on|by|today|tomorrow|tonight|next)\b.+)",
     r"move \g<x> to \g<y>"),
    # Priorities and tags.
    (rf"{_NO_DENIAL}{_X} (?:is|are) (?:(?:now|very|really) )?(?:urgent|important)", r"set \g<x> to high"),
    (rf"{_NO_DENIAL}{_X}(?: (?:is|are|has|have|should be)|(?<=\bit)['’]s) (?:(?:now|of|an?) )*"
     rf"(?P<y>{PRIORITY_WORD})[ -]priority(?: now)?",
     r"set \g<x> to \g<y>"),
    (rf"{_NO_DENIAL}{_X} (?:hat|haben) (?:(?:jetzt|eine) )*(?:(?P<y>{PRIORITY_WORD}) priorität"
     rf"|priorität (?P<z>{PRIORITY_WORD}))", r"setze \g<x> auf \g<y>\g<z>"),
    (r"note (?:on|for|about) (?P<x>[^:]{1,60}?)\s?: (?P<y>.+)", r"add a note to \g<x>: \g<y>"),
    (r"notiz (?:zu|zum|zur|bei|beim) (?P<x>[^:]{1,60}?)\s?: (?P<y>.+)", r"beschreibe \g<x> mit \g<y>"),
    (rf"(?:stelle? )?(?P<x>.+) auf (?P<y>{PRIORITY_WORD})", r"setze \g<x> auf \g<y>"),
    (rf"gib (?P<x>.+?) (?:eine )?(?P<y>{PRIORITY_WORD}) priorität", r"setze \g<x> auf \g<y>"),
    (r"(?:lower|reduce|decrease) (?:the )?priority (?:of|for|on) (?P<x>.+)", r"set \g<x> to low"),
    (r"(?:raise|increase|bump up) (?:the )?priority (?:of|for|on) (?P<x>.+)", r"set \g<x> to high"),
    (rf"{_X} (?:(?:(?:is|are) not|(?:is|are)n['’]t)(?: (?:so|that|very|really))?|(?:is|are) (?:less|no longer))"
     r" (?:important|urgent)(?: any ?more)?", r"set \g<x> to low"),
    (rf"{_X} (?:ist|sind) (?:jetzt )?(?:nicht(?: mehr)?(?: (?:so|sehr|besonders))?|weniger) (?:wichtig|dringend)",
     r"setze \g<x> auf niedrig"),
    (r"(?:schreibe?|notiere?|füge?|mache?) (?:bei|beim|zu|zum|zur) (?P<x>.+?)"
     r"(?: (?:dazu|hinzu|eine?n? (?:notiz|vermerk|hinweis|anmerkung)))?\s?: (?P<y>.+)",
     r"beschreibe \g<x> mit \g<y>"),
    (r"(?:add|put|write) (?P<y>.+?) as (?:an? )?(?:note|description) (?:to|on|for) (?P<x>.+)", r"add a note to \g<x>:"
     r" \g<y>"),
    # Ticking off and deleting.
    (r"nenne? (?P<x>.+?) um in (?P<y>.+)", r"benenne \g<x> um in \g<y>"),
    (rf"{_NOT_DONE}(?P<x>(?!(?:mark|set|check|tick|is|are|what|show|list|all)\b)[^,]{{1,60}}) (?:done|finished"
     r"|completed)",
     r"\g<x> is done"),
    (r"skip (?P<x>(?:the|my) .+)", r"delete \g<x> this time"),
    (r"(?:vergiss|vergesse) (?P<x>(?!(?:nicht|mich|uns|dich|euch|ihn|sie|ihm|ihr|alle?s?"
     r"|(?:(?:die|der|das) )?#?\d+)\b)[^,]{1,120}?) nicht"
     r"(?: (?:mehr|wieder))?", r"vergiss nicht, \g<x>"),
    (r"räume? (?P<x>alle?s? (?:erledigte\w?|fertige\w?).*?) (?:weg|auf)", r"lösche \g<x>"),
    # Questions.
    (r"what(?:['’]?s| is| does| do) (?:the |my )?(?:notes?|description) (?:on|for|of|about) (?P<x>.+?)(?: say)?",
     r"tell me about \g<x>"),
    (r"(?:by |until )?when (?:do|must|should) i (?:need to |have to )?(?:have )?(?P<x>.+?)(?: (?:finished|done|ready"
     r"|submitted|handed in|paid))?", r"when is \g<x> due"),
    (r"(?:what (?:do|should|must) i (?:still )?(?:need to|have to)?|what (?:is|'s) (?:there|left) to) ?buy(?P<y>.*)",
     r"show my shopping list"),
    (r"was (?:muss|soll|sollte) ich (?:(?:noch|alles|heute|morgen) )*(?:ein)?kaufen", r"zeige meine einkaufsliste"),
    (r"(?:let's )?(?:go through|look (?:at|through|over)|run through|review|check) (?:(?:all|my|the|recent) )*"
     r"(?P<x>(?:(?:pending|open|overdue) )?(?:to[- ]?do )?(?:list|tasks|todos|reminders|items))", r"show \g<x>"),
    (r"(?:list|show|see|what are)(?: me)? (?:my |the |all )*(?P<x>[\w-]{3,30}) (?:stuff|tasks|things|items|todos|ones)",
     r"show my \g<x> list"),
    (r"(?:is there |have i |did i |am i )(?:something i |anything i |anything )?(?:forget|forgot|forgotten|miss|missed"
     r"|missing)(?: (?:anything|something))?", r"what is overdue"),
    (r"habe? ich (?:noch )?(?:et|irgendet)?was (?:vergessen|übersehen|verpasst)", r"was ist überfällig"),
    (r"how many (?:open )?(?P<x>[\w-]{3,30}) (?:tasks|todos|items|things)(?P<y>.*)", r"how many tasks tagged"
     r" \g<x>\g<y>"),
    (r"(?:give|show|get)(?: me)? (?:an? |the )?(?:quick |brief |short )?(?:overview|summary|rundown) (?:of|for|on)"
     r" (?P<y>(?:my |the |this |next )?(?:day|week|weekend|month|today|tomorrow)(?: .*)?)", r"show tasks for \g<y>"),
)  # fmt: skip
_REWRITES = Rewrites(_SPELLINGS, _ROWS)


def commands_in(clause: str) -> Iterator[str]:
    """Yield the commands that the clause may mean, in the order in which they are to be tried."""
    spelled = _REWRITES.respelled(clause)
    if spelled != clause:
        yield spelled
    yield from _REWRITES.others(spelled)
