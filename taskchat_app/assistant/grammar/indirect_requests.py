"""Rewrites what people say in free words as a command: "I should call mum", "the report can wait until friday".

Tried only where nothing else is understood. The commands are no orders (see Command.free).
"""

from collections.abc import Iterator

from taskchat_app.assistant.grammar.phrases.patterns import Rewrites, phrase
from taskchat_app.domain.dates.vocabulary import ORDINAL
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORD

_X = r"(?P<x>(?!(?:what|when|who|which|how|was|wann|wer|welche\w?|ich|i)\b).{1,120}?)"
_NO_DENIAL = r"(?!.{0,160}\b(?:nothing|none|nobody|not|never|no|nichts|nicht|kein\w{0,2}|nie)\b)"
_DATE = r"(?:due[ -]?date|deadline|date|fälligkeit|datum|frist|termin)"
_OF = r"(?:von|vom|bei|beim|für|of|from|for|on|off)"
_TAG = r"(?:schlagw(?:ort|örter|örtern)|tags?)"
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
    (r"adding (?P<y>.+)", r"add \g<y>"),
    (r"new\s?: (?P<y>.+)", r"add \g<y>"),
    (r"(?:mark|note|remember|write)(?: down)? that i (?:have|'ve got) (?:an? )?(?P<y>.+)", r"add \g<y>"),
    (r"neu\s?: (?P<y>.+)", r"neue aufgabe: \g<y>"),
    (r"(?:set|add|create|make) (?:an? )?(?:new )?(?:task|reminder|todo) (?P<y>(?:for|on|at) .+?) (?:called|named"
     r"|titled) (?P<x>.+)",
     r"add \g<x> \g<y>"),
    (r"lege? (?P<y>(?:für|am|zum) .{1,60}?) (?:eine )?aufgabe (?:namens )?(?P<x>.{1,60}?) an",
     r"neue aufgabe: \g<x> \g<y>"),
    (r"(?P<x>.{1,120}?) (?P<y>auf (?:die|meine|den|meinen) \w+(?:liste|zettel))", r"setze \g<x> \g<y>"),
    (r"(?:make sure|take care|ensure)(?: that)? i (?:do ?n['’]t|do not|never) (?:miss|forget) (?P<y>.+)", r"don't"
     r" forget \g<y>"),
    (r"(?:pass auf|achte darauf|sorg dafür),? dass ich (?P<y>.+?) nicht vergesse", r"neue aufgabe: \g<y>"),
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
    (r"(?!(?:i|we|you|they|why|what|when|how|if|who)\b)(?P<y>.{2,150}?)(?:,|,? and|,? please)"
     r" (?:do ?n['’]t|do not) forget(?: (?:it|that|about it))?", r"don't forget \g<y>"),
    # Dates.
    (r"put (?P<x>(?:the|my) (?:(?! (?:on|for|to|in|into|out|away|up|back|down|off)\b).){1,80})"
     r" (?:on (?!(?:the (?!\d|first|last|weekend)|my|an?|hold|sale|today|tonight|tomorrow)\b)"
     r"|(?:for|to) (?!(?:the|my|an?)\b))(?P<y>.{1,60})", r"move \g<x> to \g<y>"),
    (r"(?:set |have )?(?P<x>.{1,120}?) (?:at|to) (?P<y>.{1,20}?) (?:instead of|rather than) .+", r"move \g<x> to"
     r" \g<y>"),
    (r"(?P<x>.{1,120}?) um (?P<y>\d{1,2}(?::\d\d)?)(?: uhr)? (?:statt|anstatt) .+", r"verschiebe \g<x> auf \g<y> uhr"),
    (rf"{_X} (?:is|are) (?:actually |really |in fact )(?:due )?(?P<y>.+)", r"\g<x> is due \g<y>"),
    (rf"{_X} (?:ist|sind) (?:eigentlich |in wirklichkeit )(?:erst )?(?P<y>.+?)(?: fällig)?", r"verschiebe \g<x> auf"
     r" \g<y>"),
    (rf"{_X} can wait (?:until|till|to) (?P<y>.+)", r"move \g<x> to \g<y>"),
    (rf"{_X} (?:needs?|has|have) to be \w+ (?:by |on |at )?(?P<y>.+?) (?:instead|now)", r"move \g<x> to \g<y>"),
    (rf"(?:add|give|set|put) (?:an? |the )?{_DATE} (?:of |on |for )(?P<y>.+?) (?:to|on|for) (?P<x>.+)",
     r"move \g<x> to \g<y>"),
    (rf"(?:give|assign) (?P<x>.+?) (?:an? |the )?{_DATE} (?:of|on|for) (?P<y>.+)", r"move \g<x> to \g<y>"),
    (rf"(?:take|get) (?:the )?{_DATE} off (?:of )?(?P<x>.+)", r"remove the date from \g<x>"),
    (rf"(?:nimm|entferne?|lösche?|streiche?) (?:das |die |den )?{_DATE} {_OF} (?P<x>.+?)(?: (?:weg|raus|heraus))?",
     r"entferne das datum von \g<x>"),
    (rf"{_X} (?:soll|sollte|muss) {_ERST}(?P<y>.{{1,60}}?) (?:fällig (?:sein|werden)|stattfinden|sein)",
     r"verschiebe \g<x> auf \g<y>"),
    (rf"{_X} (?:kann|soll|sollte) {_ERST}(?P<y>.{{1,60}}?) warten", r"verschiebe \g<x> auf \g<y>"),
    (rf"{_X} (?:bitte )?(?:(?:doch|lieber|erst|besser) )+(?:am |um |auf )?(?P<y>.+)", r"verschiebe \g<x> auf \g<y>"),
    (r"(?P<x>.{1,120} (?:auf|um) .{1,60}) (?:legen|schieben)", r"verschiebe \g<x>"),
    (r"(?:lieber|besser|doch) (?P<y>.{1,60} (?:später|früher))", r"verschiebe es um \g<y>"),
    (r"(?:rather|better) (?P<y>.{1,60} (?:later|earlier))", r"move it \g<y>"),
    (r"make (?P<x>.+?) an? (?P<y>daily|weekly|monthly|yearly)(?: \w+)?", r"repeat \g<x> \g<y>"),
    (rf"{_X} soll (?:sich )?(?P<y>.+?) (?:wiederholen|wiederholt werden)", r"wiederhole \g<x> \g<y>"),
    (rf"{_X} (?:should|needs to|has to) be (?:due )?(?P<y>(?:at|on|by|today|tomorrow|tonight|next)\b.+)",
     r"move \g<x> to \g<y>"),
    # Priorities and tags.
    (rf"{_NO_DENIAL}{_X} (?:is|are) (?:(?:now|very|really) )?(?:urgent|important)", r"set \g<x> to high"),
    (rf"{_NO_DENIAL}{_X}(?: (?:is|are|has|have|should be)|(?<=\bit)['’]s) (?:(?:now|of|an?) )*"
     rf"(?P<y>{PRIORITY_WORD})[ -]priority(?: now)?",
     r"set \g<x> to \g<y>"),
    (rf"{_NO_DENIAL}{_X} (?:hat|haben) (?:(?:jetzt|eine) )*(?:(?P<y>{PRIORITY_WORD}) priorität"
     rf"|priorität (?P<z>{PRIORITY_WORD}))", r"setze \g<x> auf \g<y>\g<z>"),
    (r"notiz (?:zu|zum|zur|bei|beim) (?P<x>[^:]{1,60}?)\s?: (?P<y>.+)", r"beschreibe \g<x> mit \g<y>"),
    (rf"stelle? (?P<x>.+) auf (?P<y>{PRIORITY_WORD})", r"setze \g<x> auf \g<y>"),
    (rf"gib (?P<x>.+?) (?:die )?priorität (?P<y>{PRIORITY_WORD})", r"setze \g<x> auf \g<y>"),
    (rf"gib (?P<x>.+?) (?:eine )?(?P<y>{PRIORITY_WORD}) priorität", r"setze \g<x> auf \g<y>"),
    (r"(?:lower|reduce|decrease) (?:the )?priority (?:of|for|on) (?P<x>.+)", r"set \g<x> to low"),
    (r"(?:raise|increase|bump up) (?:the )?priority (?:of|for|on) (?P<x>.+)", r"set \g<x> to high"),
    (rf"(?:setze?|stufe) (?:die )?priorität {_OF} (?P<x>.+) (?:runter|herunter|herab)", r"setze \g<x> auf niedrig"),
    (rf"(?:setze?|stufe) (?:die )?priorität {_OF} (?P<x>.+) (?:hoch|rauf|herauf)", r"setze \g<x> auf hoch"),
    (rf"{_X} (?:(?:(?:is|are) not|(?:is|are)n['’]t)(?: (?:so|that|very|really))?|(?:is|are) (?:less|no longer))"
     r" (?:important|urgent)(?: any ?more)?", r"set \g<x> to low"),
    (rf"{_X} (?:ist|sind) (?:jetzt )?(?:nicht(?: mehr)?(?: (?:so|sehr|besonders))?|weniger) (?:wichtig|dringend)",
     r"setze \g<x> auf niedrig"),
    (rf"{_X} (?:ist|sind) (?:(?:jetzt|sehr|echt|ganz) )*(?:wichtig|dringend)", r"setze \g<x> auf hoch"),
    (r"(?:schreibe?|notiere?|füge?) (?:bei|beim|zu|zum|zur) (?P<x>.+?)(?: (?:dazu|hinzu))?\s?: (?P<y>.+)",
     r"beschreibe \g<x> mit \g<y>"),
    (rf"hänge? an (?P<x>.+?) (?:das |den |die )?{_TAG} (?P<y>.+?)(?: (?:an|dran))?", r"tagge \g<x> mit \g<y>"),
    (r"(?:remove|delete|drop) (?:the )?(?P<y>[\w-]+) (?:tag|label) (?:from|off) (?P<x>.+)", r"remove tag \g<y>"
     r" from \g<x>"),
    (rf"(?:entferne?|lösche?) (?:das |den |die )?{_TAG} (?P<y>.+?) (?:vom|beim) (?P<x>.+)",
     r"entferne schlagwort \g<y> von \g<x>"),
    (r"(?:add|put|write) (?P<y>.+?) as (?:an? )?(?:note|description) (?:to|on|for) (?P<x>.+)", r"add a note to \g<x>:"
     r" \g<y>"),
    (rf"(?:and )?with (?:the )?{_TAG} (?P<y>.+)", r"tag it with \g<y>"),
    (rf"(?:und )?mit (?:de[mn] )?{_TAG} (?P<y>.+)", r"tagge es mit \g<y>"),
    (r"(?:tag|label) (?P<x>it|them|this|that|#?\d{1,9}) (?!as\b|with\b)(?P<y>[\w, -]+)", r"tag \g<x> as \g<y>"),
    # Ticking off and deleting.
    (r"schließ (?P<x>.+) ab", r"schließe \g<x> ab"),
    (r"(?P<x>.+?) (?:muss|müssen|brauche|brauchen) (?:ich|wir) nicht mehr(?: (?:zu )?(?P<y>\w+))?", r"lösche \g<x>"
     r" \g<y>"),
    (r"nenne? (?P<x>.+?) um in (?P<y>.+)", r"benenne \g<x> um in \g<y>"),
    (r"(?:verschiebe?|schiebe?|verlege?) (?P<x>.+?) (?P<y>(?:\w+|\d+) \w+) (?P<z>nach (?:vorne?|hinten)|früher|später)",
     r"verschiebe \g<x> um \g<y> \g<z>"),
    (r"(?:setze?|markiere?|stufe) (?P<x>.+?) (?:als |auf )?(?:unwichtig|nicht wichtig)(?: ein)?", r"setze \g<x> auf"
     r" niedrig"),
    (r"mache? (?:es auf )?(?P<y>\d{1,2}(?::\d\d)? uhr) (?:daraus|draus)", r"verschiebe es auf \g<y>"),
    (r"(?:and |und )?i did(?:n['’]t| not) (?:finish|complete|do) (?P<x>.+?)(?: after all| yet)?", r"reopen \g<x>"),
    (rf"{_NOT_DONE}(?P<x>(?!(?:mark|set|check|tick|is|are|what|show|list|all)\b)[^,]{{1,60}}) (?:done|finished"
     r"|completed)",
     r"\g<x> is done"),
    (r"(?:drop|delete|remove|forget|scrap) (?P<x>(?:the|my) .+?) (?:thing|one)", r"delete \g<x>"),
    (r"(?P<x>(?:die|der|das|den) .+?) lassen wir(?: (?:weg|sein|ausfallen))?", r"lösche \g<x>"),
    (r"(?:forget(?: about)?|never ?mind(?: about)?) (?P<x>(?:the|my) .+)", r"delete \g<x>"),
    (r"skip (?P<x>(?:the|my) .+)", r"delete \g<x> this time"),
    (r"(?:vergiss|vergesse) (?P<x>(?!(?:nicht|mich|uns|dich|euch|ihn|sie|ihm|ihr|alle?s?"
     r"|(?:(?:die|der|das) )?#?\d+)\b)[^,]{1,120}?) nicht"
     r"(?: (?:mehr|wieder))?", r"vergiss nicht, \g<x>"),
    (r"vergiss (?P<x>(?:die|den|das|mein\w*) (?![^,]{0,200}\bnicht(?: (?:mehr|wieder))?\Z).+)", r"lösche \g<x>"),
    (rf"(?:wirf|nimm|schmeiß) (?P<x>(?:die|das|den) (?:{ORDINAL})(?: \w+)?) (?:raus|weg|runter)", r"lösche \g<x>"),
    (r"räume? (?P<x>alle?s? (?:erledigte\w?|fertige\w?).*?) (?:weg|auf)", r"lösche \g<x>"),
    # Questions.
    (r"what(?:['’]?s| is| does| do) (?:the |my )?(?:notes?|description) (?:on|for|of|about) (?P<x>.+?)(?: say)?",
     r"tell me about \g<x>"),
    (r"was steht in der (?:notiz|beschreibung) (?:von|zu|zum|zur|bei|beim) (?P<x>.+)", r"zeige \g<x>"),
    (r"(?:by |until )?when (?:do|must|should) i (?:need to |have to )?(?:have )?(?P<x>.+?)(?: (?:finished|done|ready"
     r"|submitted|handed in|paid))?", r"when is \g<x> due"),
    (r"(?:what (?:do|should|must) i (?:still )?(?:need to|have to)?|what (?:is|'s) (?:there|left) to) ?buy(?P<y>.*)",
     r"show my shopping list"),
    (r"was (?:muss|soll|sollte) ich (?:(?:noch|alles|heute|morgen) )*(?:ein)?kaufen", r"zeige meine einkaufsliste"),
    (r"was (?:fehlt|brauche ich)(?: (?:noch|alles))* (?P<y>(?:auf|von|für) .+)", r"was ist \g<y>"),
    (r"was (?:kommt|liegt|erwartet mich|passiert|läuft|habe ich alles)(?: denn)? (?P<y>.+?)(?: (?:an|auf mich zu|so))?",
     r"was steht \g<y> an"),
    (rf"(?:welche|was) (?:aufgaben|sachen|dinge) (?:haben|sind|mit) (?:die )?(?P<y>{PRIORITY_WORD}) (?:priorität|prio)",
     r"zeige aufgaben mit \g<y> priorität"),
    (r"(?:let's )?(?:go through|look (?:at|through|over)|run through|review|check) (?:(?:all|my|the|recent) )*"
     r"(?P<x>(?:(?:pending|open|overdue) )?(?:to[- ]?do )?(?:list|tasks|todos|reminders|items))", r"show \g<x>"),
    (r"(?:ist|sind|wurden?) (?P<x>(?:der|die|das|mein\w?) .+?) (?:schon|bereits) (?:\w+(?:t|en))", r"suche \g<x>"),
    (r"(?:list|show|see|what are)(?: me)? (?:my |the |all )*(?P<x>[\w-]{3,30}) (?:stuff|tasks|things|items|todos|ones)",
     r"show my \g<x> list"),
    (r"(?:(?:which|what) (?:tasks|ones|things) (?:are|is|belong)(?: (?:in|to|for|about))?|what belongs to)"
     r" (?P<x>[\w-]{3,30})",
     r"show my \g<x> list"),
    (r"(?:zeige? (?:mir )?)?(?:alle |die |meine )*(?P<x>\w{3,30}?)-?aufgaben", r"zeige meine \g<x>liste"),
    (r"(?:welche aufgaben|was) (?:gehört|gehören) (?:zu|zum|zur) (?:meine[mr] )?(?P<x>\w+)", r"zeige meine \g<x>liste"),
    (r"(?:is there |have i |did i |am i )(?:something i |anything i |anything )?(?:forget|forgot|forgotten|miss|missed"
     r"|missing)(?: (?:anything|something))?", r"what is overdue"),
    (r"habe? ich (?:noch )?(?:et|irgendet)?was (?:vergessen|übersehen|verpasst)", r"was ist überfällig"),
    (r"(?:what(?:'s| is|s)?|which is) (?:the )?(?:important|urgent|pressing)(?P<y>.*)", r"what should i do\g<y>"),
    (r"(?:ist|sind|gibt es|steht) (?P<y>.+?) (?:et)?was (?:zu tun|geplant|fällig|los|an|zu erledigen)", r"was steht"
     r" \g<y> an"),
    (r"was (?:muss|soll|sollte) ich (?P<y>.+?) (?:schaffen|fertig ?haben|abgeben)", r"was ist \g<y> fällig"),
    (r"(?:gibt es|habe ich) (?:irgendwelche )?aufgaben (?:zu|zum|zur|über|mit|für) (?P<x>\w+)", r"suche \g<x>"),
    (r"(?:are there |do i have )?any (?:tasks|todos|things|reminders) (?:about|for|with|on) (?P<x>.+)", r"find \g<x>"),
    (r"bis wann (?:muss|soll) (?P<x>.+?) (?:fertig|erledigt|abgegeben|gemacht|bezahlt)(?: (?:sein|werden))?", r"wann"
     r" ist \g<x> fällig"),
    (r"how (?:many|much)(?: things| tasks)? (?:did|have) i (?:finish|finished|done|do|complete|completed|get done|got"
     r" done)(?P<y>.*)",
     r"what did i finish\g<y>"),
    (r"wie ?viele?(?: aufgaben)? habe ich (?P<y>.+?) (?:geschafft|erledigt|abgehakt)", r"was habe ich \g<y> erledigt"),
    (r"was ist (?P<y>.*?) ?am (?:wichtigsten|dringendsten)", r"was soll ich \g<y> tun"),
    (r"ist (?P<y>.+?) (?:et)?was (?:wichtiges|dringendes)(?: dabei| fällig)?", r"zeige dringende aufgaben \g<y>"),
    (r"(?:is there )?(?:anything|something) (?P<x>urgent|important)(?P<y>.*)", r"show \g<x> tasks\g<y>"),
    (r"how many (?:open )?(?P<x>[\w-]{3,30}) (?:tasks|todos|items|things)(?P<y>.*)", r"how many tasks tagged"
     r" \g<x>\g<y>"),
    (r"wie ?viele (?:offenen? )?(?P<x>\w{3,30}?)s?-?aufgaben(?P<y>.*)", r"wie viele aufgaben mit schlagwort"
     r" \g<x>\g<y>"),
    (r"(?:give|show|get)(?: me)? (?:an? |the )?(?:quick |brief |short )?(?:overview|summary|rundown) (?:of|for|on)"
     r" (?P<y>(?:my |the |this |next )?(?:day|week|weekend|month|today|tomorrow)(?: .*)?)", r"show tasks for \g<y>"),
    (r"(?:gib|zeige?)(?: mir)? (?:einen |eine )?(?:kurzen |kurze )?(?:überblick|übersicht) (?:über|für|von) (?P<y>.+)",
     r"wie sieht \g<y> aus"),
    (r"(?:womit|mit was) (?:soll|sollte|kann|fange?) ich (?:.{1,20} )?an(?:fangen)?", r"was soll ich tun"),
    (r"(?:what(?:['’]s| is)|how(?:['’]s| is| does)) my (?:day|schedule) (?:look|looking|going)(?: like)? (?:on |for"
     r" )?(?P<y>.+)",
     r"what is on my calendar for \g<y>"),
    (r"was kommt als nächstes (?:im|in meinem) (?:kalender|terminkalender|plan)", r"wann ist mein nächster termin"),
)  # fmt: skip
_REWRITES = Rewrites(_SPELLINGS, _ROWS)


def commands_in(clause: str) -> Iterator[str]:
    """Yield the commands that the clause may mean, in the order in which they are to be tried."""
    spelled = _REWRITES.respelled(clause)
    if spelled != clause:
        yield spelled
    yield from _REWRITES.others(spelled)
