"""Rewrites a clause as one that the rules read: said in an unusual way, or in free words ("I should call mum").

A rewritten clause is used only if the rules understand it (see parser.read_command); no row does anything by itself.
"""

from collections.abc import Iterator

from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST
from taskchat_app.assistant.grammar.phrases.patterns import Rewrites, phrase, sentence
from taskchat_app.domain.dates.vocabulary import WEEKDAY
from taskchat_app.domain.tasks.field_tables.plain_fields import PRIORITY_WORD

_X = r"(?P<x>.{1,160}?)"
_L = rf"(?P<l>{A_LIST})"
_EVENT = (
    r"(?:meeting|appointment|lunch|dinner|breakfast|brunch|party|call|conference|interview|class|lesson|exam|event"
    r"|birthday|practice|session|visit|trip)"
)
_DEADLINE = r"(?:due[ -]?date|deadline)"
_WANT = r"(?:i|we)(?: (?:really|just|also|still))? (?:want|need|would like|'d like|wish|have|got|have got)"
_HABE = (phrase(r"\bhab\b(?= )"), "habe")
_SPELLINGS = (
    (phrase(r"(?<=[a-z] )remainder\b"), "reminder"),
    (phrase(r" (?:currently|right now|at the moment|so far|presently|at present|coming up)\b"), ""),
    _HABE,
    (phrase(r"\b(gibt|sieht)['’]?s\b"), r"\1 es"),
    (phrase(r"\A(what|when|where|how|who)s\b"), r"\1's"),
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
_PARAPHRASES: tuple[tuple[str, str], ...] = (
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
_TASK = r"(?P<x>(?!(?:what|when|who|which|how|was|wann|wer|welche\w?|ich|i)\b).{1,120}?)"
_NO_DENIAL = r"(?!.{0,160}\b(?:nothing|none|nobody|not|never|no|nichts|nicht|kein\w{0,2}|nie)\b)"
_ERST = r"(?:auch |erst |doch |jetzt |nun |bitte ){0,3}(?:am |zum |bis zum |bis )?"
# "Half done", "laundry not done", "I want the report finished"
_NOT_DONE = (
    r"(?!.*\b(?:half|halfway|almost|nearly|nothing|none|not|never|barely|partly|hardly|to be|be|no|un\w+|want|wants"
    r"|need|needs|must|should|would|have|has|get|if|when|until)\b|.*n['’]t\b)"
)
_FREE_SPELLINGS = (
    (phrase(r"\b(?:gerade|im moment|right now|sometime|irgendwann) ?"), ""),
    _HABE,
    (phrase(r"(?<=\w) als aufgabe\b"), ""),
    (phrase(r",? (?:at )?(?:the )?same (?:time|hour)\b|,? (?:zur )?(?:gleiche[nr]?|selbe[nr]?) (?:uhr)?zeit\b"), ""),
    (phrase(r"\bmost (?=important|urgent|pressing)"), ""),
)
_INDIRECT: tuple[tuple[str, str], ...] = (
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
    (rf"{_TASK} can wait (?:until|till|to) (?P<y>.+)", r"move \g<x> to \g<y>"),
    (rf"{_TASK} (?:soll|sollte|muss) {_ERST}(?P<y>.{{1,60}}?) (?:fällig (?:sein|werden)|stattfinden|sein)",
     r"verschiebe \g<x> auf \g<y>"),
    (rf"{_TASK} (?:kann|soll|sollte) {_ERST}(?P<y>.{{1,60}}?) warten", r"verschiebe \g<x> auf \g<y>"),
    (rf"{_TASK} (?:bitte )?(?:(?:doch|lieber|erst|besser) )+(?:am |um |auf )?(?P<y>.+)", r"verschiebe \g<x> auf \g<y>"),
    (rf"{_TASK} (?:should|needs to|has to) be (?P<y>every .+)", r"repeat \g<x> \g<y>"),
    (r"make (?P<x>.+?) an? (?P<y>daily|weekly|monthly|yearly)(?: \w+)?", r"repeat \g<x> \g<y>"),
    (rf"{_TASK} (?:should|needs to|has to) be (?:due )?(?P<y>(?:at|on|by|today|tomorrow|tonight|next)\b.+)",
     r"move \g<x> to \g<y>"),
    # Priorities and tags.
    (rf"{_NO_DENIAL}{_TASK} (?:is|are) (?:(?:now|very|really) )?(?:urgent|important)", r"set \g<x> to high"),
    (rf"{_NO_DENIAL}{_TASK}(?: (?:is|are|has|have|should be)|(?<=\bit)['’]s) (?:(?:now|of|an?) )*"
     rf"(?P<y>{PRIORITY_WORD})[ -]priority(?: now)?",
     r"set \g<x> to \g<y>"),
    (rf"{_NO_DENIAL}{_TASK} (?:hat|haben) (?:(?:jetzt|eine) )*(?:(?P<y>{PRIORITY_WORD}) priorität"
     rf"|priorität (?P<z>{PRIORITY_WORD}))", r"setze \g<x> auf \g<y>\g<z>"),
    (r"note (?:on|for|about) (?P<x>[^:]{1,60}?)\s?: (?P<y>.+)", r"add a note to \g<x>: \g<y>"),
    (r"notiz (?:zu|zum|zur|bei|beim) (?P<x>[^:]{1,60}?)\s?: (?P<y>.+)", r"beschreibe \g<x> mit \g<y>"),
    (rf"(?:stelle? )?(?P<x>.+) auf (?P<y>{PRIORITY_WORD})", r"setze \g<x> auf \g<y>"),
    (rf"gib (?P<x>.+?) (?:eine )?(?P<y>{PRIORITY_WORD}) priorität", r"setze \g<x> auf \g<y>"),
    (r"(?:lower|reduce|decrease) (?:the )?priority (?:of|for|on) (?P<x>.+)", r"set \g<x> to low"),
    (r"(?:raise|increase|bump up) (?:the )?priority (?:of|for|on) (?P<x>.+)", r"set \g<x> to high"),
    (rf"{_TASK} (?:(?:(?:is|are) not|(?:is|are)n['’]t)(?: (?:so|that|very|really))?|(?:is|are) (?:less|no longer))"
     r" (?:important|urgent)(?: any ?more)?", r"set \g<x> to low"),
    (rf"{_TASK} (?:ist|sind) (?:jetzt )?(?:nicht(?: mehr)?(?: (?:so|sehr|besonders))?|weniger) (?:wichtig|dringend)",
     r"setze \g<x> auf niedrig"),
    (r"(?:schreibe?|notiere?|füge?|mache?) (?:bei|beim|zu|zum|zur) (?P<x>.+?)"
     r"(?: (?:dazu|hinzu|eine?n? (?:notiz|vermerk|hinweis|anmerkung)))?(?:\s?: |,? dass )(?P<y>.+)",
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
    (r"(?:(?:bis )?wann (?:muss|soll)(?: ich)?|wie lange(?: ist es)? noch bis(?: zum| zur)?) (?P<x>.+?)"
     r"(?: (?:ab|be|über|er)?(?:zahlen|geben|weisen|ledigen|machen|fertig (?:haben|sein)))?", r"wann ist \g<x> fällig"),
    (r"(?:tell me|do you know) (?P<y>when .+ (?:is|are)(?: due)?)", r"\g<y>"),
    (r"what(?:'s| is| are) my (?:top )?priorit(?:y|ies)", r"show high priority tasks"),
    (r"how long (?:is it )?(?:until|till|til|before) (?P<x>.+?)(?: is(?: due)?)?", r"when is \g<x> due"),
    (r"(?:is there|do i have|have i got) anything about (?P<x>.+)", r"find \g<x>"),
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
_REWRITES = Rewrites(_SPELLINGS, _PARAPHRASES)
_FREE = Rewrites(_FREE_SPELLINGS, _INDIRECT)
_OLD = r"(?P<x>.{1,80}?)"
_NOTE = r"(?:add|put) (?:a |the )?(?:note|description)"
_TO = r"(?:to|on|for) (?:the |my )?"
_TASK_OF_ONE_WORD = r"(?P<x>(?!(?:a|an|do|my|self|the|\d+)\b)[\w-]+)"
# "Add a note to mum about christmas" is a letter to her.
_ABOUT = r"(?:about|and|as|at|by|for|from|in|is|of|on|or|re|regarding|that|to|with)\b"
_ANOTHER = r"(?:an?|one|another|some|eine?n?|noch)\b"
# "Put the bins out", "put the house on the market"
_TASK_NO_PLACE = rf"(?P<x>(?!{_ANOTHER})(?:(?! (?:on|for|to|in|into|out|away|up|back|down|off)\b).){{1,80}}?)"
_TASK_NO_PERSON = rf"(?P<x>(?!{_ANOTHER}|(?:me|sure|mir|uns)\b).{{1,80}}?)"
_OFTEN_EN = r"(?:every|daily|weekly|monthly|yearly)"
_OFTEN_DE = r"(?:jede|alle|täglich|wöchentlich|monatlich|jährlich)"
_CLOCK = r"\d{1,2}(?::\d\d)?"
_ANY_DAY = rf"(?:(?:{WEEKDAY}|today|tomorrow|heute|morgen) )?"
# In a row, "x" names the task, and "y" is what the command sets.
_OF_EXISTING: tuple[tuple[str, str], ...] = (
    (rf"{_NOTE} [\"“„](?P<y>[^\"“”„]+)[\"“”] {_TO}(?P<x>.{{1,80}})", r"add a note to \g<x>: \g<y>"),
    (rf"{_NOTE} {_TO}{_OLD} that (?P<y>.+)", r"add a note to \g<x>: \g<y>"),
    (rf"{_NOTE} {_TO}{_TASK_OF_ONE_WORD} (?P<y>(?!{_ABOUT})\w.+)", r"add a note to \g<x>: \g<y>"),
    (rf"(?:add|put|write) (?P<y>.{{1,200}}) (?:to|in|on) (?:the |my ){_OLD} notes?", r"add a note to \g<x>: \g<y>"),
    (rf"put {_TASK_NO_PLACE} (?:on|for) (?!(?:the (?!\d|first|last)|my|an?|today|tonight|tomorrow)\b)(?P<y>.{{1,60}})",
     r"move \g<x> to \g<y>"),
    (rf"(?:set|change|move|push|put|shift|postpone|delay|reschedule) {_TASK_NO_PLACE}"
     rf" (?P<y>{_ANY_DAY}(?:at {_CLOCK}(?: ?[ap]m)?|{_CLOCK} ?[ap]m))", r"move \g<x> to \g<y>"),
    (rf"(?!(?:cop|kop|dupl|clone)\w* |.{{1,80}}(?:,| moved\b)){_OLD}"
     rf" (?:auf|to) (?P<y>(?:next )?(?:{WEEKDAY}|tomorrow|morgen)(?: .{{1,30}})?)",
     r"move \g<x> to \g<y>"),
    (rf"make {_TASK_NO_PERSON} (?P<y>{_OFTEN_EN}.{{0,60}})", r"repeat \g<x> \g<y>"),
    (rf"mache? {_TASK_NO_PERSON} (?P<y>{_OFTEN_DE}.{{0,60}})", r"wiederhole \g<x> \g<y>"),
)  # fmt: skip
EXISTING_CHANGES = Rewrites((), _OF_EXISTING)
"""Reads "put gym on friday" as a change of the task of that name; without one it is new (Command.otherwise)."""
_FOOD = (
    r"(?:breakfast|brunch|lunch|dinner|supper|meals?|snacks?|food|bread|cakes?|cookies|pancakes|pizza|pasta|soup|salad"
    r"|coffee|tea|frühstück|\w{0,12}(?:essen|brot|kuchen|suppe|salat)|nudeln|kaffee|tee)"
)
_ARTICLE = r"(?:the|my|our|der|die|das|den|mein\w{0,2}|unser\w{0,2})"
# "Make dinner every friday" may be what is to be done, "make the gym weekly" is said of a task.
_MADE = sentence(
    rf"(?:make|mache?) (?:(?:{_ARTICLE} )?{_FOOD} (?:{_OFTEN_EN}|{_OFTEN_DE})"
    rf"|(?!{_ARTICLE} ).{{1,80}}? (?:every|jede|alle)).{{0,60}}"
)


def paraphrases(clause: str, depth: int = 2) -> Iterator[str]:
    """Yield the clause in other words, in the order in which they are to be tried; also those of what is yielded."""
    spelled = _REWRITES.respelled(clause)
    for other in _REWRITES.others(spelled):
        yield other
        if depth > 1:
            yield from paraphrases(other, depth - 1)
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


def may_be_new(clause: str) -> bool:
    """Return whether the clause may as well mean a new series as a change of the task that it names."""
    return _MADE.fullmatch(clause) is not None
