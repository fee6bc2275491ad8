"""Rewrites a clause that is said in an unusual way as one that the rules read: a table of verbs with their objects.

A rewritten clause is used only if the rules understand it (see parser.read_command); no row does anything by itself.
"""

from collections.abc import Iterator

from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST
from taskchat_app.assistant.grammar.phrases.patterns import Rewrites, phrase
from taskchat_app.domain.dates.vocabulary import WEEKDAY

_X = r"(?P<x>.{1,160}?)"
_Y = r"(?P<y>.{1,160})"
_L = rf"(?P<l>{A_LIST})"
_ON = r"(?:on|in|to|from|off|of|out of|onto|into)"
_OBJECTS = (
    r"(?:events?|appointments?|meetings?|engagements?|plans?|tasks?|todos?|to-dos?|items?|things?|reminders?|anything"
    r"|something|nothing)"
)
_EVENT = (
    r"(?:meeting|appointment|lunch|dinner|breakfast|brunch|party|call|conference|interview|class|lesson|exam|event"
    r"|birthday|practice|session|visit|trip)"
)
_DEADLINE = r"(?:due[ -]?date|deadline)"
_WANT = r"(?:i|we)(?: (?:really|just|also|still))? (?:want|need|would like|'d like|wish|have|got|have got)"
_HAS_REMINDER = r"(?:set|create|make|add|put|give me|schedule)(?: up| in)? (?:me )?(?:an? |the |another )?(?:new )?"
_TELL = (
    r"(?:give|tell|show|read|provide|send|hand|let|get|run)(?: (?:me|us|out|off|back|down|through|by|have|see|know))*"
)
_WEG = r"(?:nimm|nehme?|wirf|hol|schmeiß|kratze?) "
_DINGE = (
    r"(?:der (?:noch )?zu erledigenden (?:dinge|sachen|aufgaben)"
    r"|(?:der|mit den) (?:dinge|dingen|sachen|aufgaben)(?:, die (?:ich|wir) .{1,40})?)"
)
_SPELLINGS = (
    (phrase(r"(?<=[a-z] )remainder\b"), "reminder"),
    (phrase(r" (?:currently|right now|at the moment|so far|presently|at present|coming up)\b"), ""),
    (phrase(r"\bhab\b(?= )"), "habe"),
    (phrase(r"\bgibt['’]s\b"), "gibt es"),
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
    (r"füge? (?:eine |die )?notiz hinzu\s?: (?P<y>.+)", r"beschreibe es mit \g<y>"),
    # A number is a time here, and no title.
    (r"(?:change|make|set|move|switch) (?P<x>it|that|this) (?:to|at) (?P<y>\d{1,2}(?::\d\d)?)",
     r"move \g<x> to at \g<y>"),
    (r"(?:change|set|move|make) (?:the |its )(?:time|(?:date|day|due date|deadline)(?! to \d{1,2}\Z)) to"
     r" (?P<y>.{1,40})", r"move it to \g<y>"),
    (r"(?:ändere?|setze?|mache?|verschiebe?|lege?) (?P<x>es|ihn|sie|das) (?:auf|um) (?P<y>\d{1,2}(?::\d\d)?)",
     r"verschiebe \g<x> auf \g<y> uhr"),
    (r"(?:ändere?|setze?|verschiebe?) (?:die uhrzeit|die zeit|(?:das datum|den tag)(?! auf \d{1,2}\Z)) auf"
     r" (?P<y>.{1,40})", r"verschiebe es auf \g<y>"),
    (r"(?:set|create|make)(?: me)? (?:an? )?reminder\s?: (?P<y>.+)", r"remind me to \g<y>"),
    (r"umbenennen in (?P<y>.+)", r"benenne es um in \g<y>"),
    (r"notiz (?:zu|bei|für) (?P<x>#?\d{1,9})\s?: (?P<y>.+)", r"beschreibe \g<x> mit \g<y>"),
    # What the person wants the assistant to do about the list.
    (r"remind me (?:again )?(?P<y>(?:what|which|when|who)\b.+)", r"\g<y>"),
    (r"(?:(?:don't forget|remember|make sure|be sure) (?:to |you )?)?(?:remind|ping|nudge|prompt|warn|buzz|alert"
     r"|notify|tell(?! me about\b)) me(?: (?:later|again|please|when it's time))? (?P<y>(?:to|about) .+)",
     r"remind me \g<y>"),
    (rf"{_WANT} (?:you )?to (?P<x>(?:add|remove|delete|take|get|strike|cross|scratch|check|tick|mark|clear|clean|empty"
     rf"|wipe|put|cancel|move|change|reschedule|schedule|update|write|include|insert|save|note|enter)"
     rf" .{{0,160}}?\b{A_LIST}.{{0,60}})", r"\g<x>"),
    (rf"{_WANT} (?:to )?(?:be |get )?(?:notified|reminded|alerted|an? (?:notification|alert)|notifications?|alerts?)"
     rf" (?P<y>(?:to|about|of|for) .+)", r"remind me \g<y>"),
    (rf"{_WANT} {_X} (?:taken|removed|deleted|erased|cleared|cancell?ed|gone)(?P<y> {_ON} {_L})?",
     r"remove \g<x>\g<y>"),
    (rf"(?:is it possible|is there (?:a|any) way|would it be possible|would you be able|are you able|i need you|i want"
     rf" you|i'd like you|feel free|go ahead and|you (?:can|could|should|may|need to|have to)) (?:for you )?(?:to"
     rf" )?{_Y}", r"\g<y>"),
    (rf"{_WANT} (?:to (?:know|see|hear) )?(?P<x>(?:my |the )?(?:{THE_LIST}|reminders|tasks|todos|events"
     rf"|appointments)(?: (?:for|on) .{{1,40}})?)", r"show \g<x>"),
    (r"make (?:an? )?(?:not|notes?) (?:of|about|that) (?P<y>.+)", r"add \g<y>"),
    (r"erinnerung (?:einstellen|setzen|einrichten|erstellen|anlegen)\s?[,:] (?P<y>.+)", r"erinnere mich daran, \g<y>"),
    (rf"{_WANT} to (?:have|get) {_X} (?:added|put|included|written|entered) (?:to|on|in|into) {_L}",
     r"add \g<x> to \g<l>"),
    (r"füge? (?P<l>(?:der|meiner) \w{0,30}liste) (?P<x>.{1,120}) hinzu", r"füge \g<x> zu \g<l> hinzu"),
    (r"erinnere? mich (?P<x>.{1,40}?) daran,? dass ich (?P<y>.{1,120}?) (?P<v>\w{2,30})e",
     r"erinnere mich daran, \g<y> \g<v>en \g<x>"),
    # New tasks.
    (rf"{_ON} {_L},? (?:i (?:need|want|have|would like)(?: you)?(?: to)?|please|add|put|write|include|there should be)"
     rf" (?:add |put |write )?{_X}(?:,? (?:to be )?(?:added|put|written))?", r"add \g<x> to \g<l>"),
    (rf"(?:get(?! rid)|include|throw|stick|drop|place|enter|log|record|jot|note|book|mark|pencil)(?: down|"
     rf" in)? {_X}(?: down)?,? (?:on|onto|in|into|to) {_L}(?P<y>.{{0,80}})", r"add \g<x> to \g<l>\g<y>"),
    (rf"(?:set|put in|mark down|pencil in) (?:up )?(?:an? |the |my |our )?(?!(?:new )?reminder for\b)(?P<x>"
     rf"(?:[\w'’-]{{1,30}} ){{0,2}}?{_EVENT}\b.+)", r"schedule \g<x>"),
    (rf"(?:set(?: up)?|schedule|make(?! sure)|create|plan|arrange|book) (?:an? |the )?(?:new )?(?:calend[ae]r"
     rf" )?(?:event|entry|appointment|meeting)?(?: (?:called|named|titled|for))? ?{_X},? (?:on|in"
     rf"|to) {THE_LIST}(?P<y>(?: (?:for|on|at|from|this|next|tomorrow|today|every) .{{1,80}})?)", r"add \g<x>\g<y>"),
    (rf"(?:add|put|write|note|enter) (?:to|on|in) {_L} (?:for |that |the fact that (?:i have |there is"
     rf" )?)?(?P<y>(?!and )[^:]{{1,160}})", r"add \g<y> to \g<l>"),
    (rf"{_HAS_REMINDER}(?:reminder|alert|notification|alarm|note)s? (?:that|because|for when|so) (?:i|we)(?:'ve| have|"
     rf" 've got| have got| need| must| got)? to {_Y}", r"remind me to \g<y>"),
    (r"(?:(?:this is )?(?:just )?(?:a|my|this) )?(?:quick )?(?:note to self|memo|reminder to self)\s?[:,-]?\s(?:to"
     r" )?(?P<y>.+)", r"remind me to \g<y>"),
    (r"remind me in (?P<x>[5-9]|[1-9]\d)(?P<y> (?:to|about) .+)?", r"remind me in \g<x> minutes\g<y>"),
    (r"notiz an mich(?: selbst)?\s?: (?P<y>.+)", r"neue aufgabe: \g<y>"),
    (r"(?:nicht|bloß nicht|ja nicht|auf keinen fall) vergessen,?\s?:? (?P<y>.+)", r"erinnere mich daran, \g<y>"),
    (r"(?P<x>erinnere? mich .{1,120}?|.{0,20}erinnerung .{1,120}?) (?P<z>eine?n?|mein\w{0,2}|die|das|den)"
     r" (?P<v>[^,]{2,80}), (?:die|das|den|der) (?:ich|wir) (?P<y>.{1,60}?) (?:habe|haben)(?P<w> .{1,20})?",
     r"\g<x> \g<z> \g<v> \g<y>\g<w>"),
    (r"mich (?:.{1,40}? )?(?:vorher|davor|zuvor) (?P<y>an .+) erinnern", r"erinnere mich im voraus \g<y>"),
    (r"(?:benachrichtigung|erinnerung|notiz|mitteilung|hinweis) (?:über|an|für|zu|wegen)(?!.*(?:stellen|setzen|legen"
     r"|richten|schreiben|schicken|senden)\Z) (?P<y>.+)", r"erinnere mich an \g<y>"),
    (rf"trage? (?P<y>für (?:{WEEKDAY})(?: um \d\S*(?: uhr)?)?) (?!und\b)(?P<x>.+) ein", r"neue aufgabe: \g<x> \g<y>"),
    (r"(?:trage?|notiere?|schreibe?|nimm|nehme) (?:dir |mir |sich |bitte )?(?P<x>.+?)(?: (?:in|im) (?:meine[nm]"
     r"|de[nm]) kalender)? (?:ein|auf)", r"neue aufgabe: \g<x>"),
    # "Füge Milch hinzu für morgen"
    (r"(?:füge?|trage?) (?:mir |bitte )?(?P<x>.{1,120}?) (?:hinzu|ein)(?P<y>(?:,? (?:fällig|für|am|um|ab|bis|heute"
     r"|morgen|übermorgen|nächste\w?|jede[nrs]?|\w{2,8}tags?)\b| [!#]).{0,80})", r"neue aufgabe: \g<x>\g<y>"),
    (r"(?:dürfte|darf|könnte|kann) ich (?:sie|dich|euch) bitten,? (?P<x>.+) (?P<p>ein|hinzu|an|ab|auf|vor"
     r"|um)zu(?P<v>\w+en)", r"\g<x> \g<p>\g<v>"),
    (rf"(?:urgent|important|high priority)\s?: (?P<x>{_NEW}.+)", r"add high priority task \g<x>"),
    (rf"(?:dringend|wichtig)\s?: (?P<x>{_NEW}.+)", r"neue aufgabe mit hoher priorität: \g<x>"),
    (r"neue (?:dringende|wichtige) aufgabe\s?:? (?P<x>.+)", r"neue aufgabe mit hoher priorität: \g<x>"),
    (r"füge? (?:bei|zu) (?P<x>#?\d{1,9}) (?:das |den )?(?:tag|schlagwort) (?P<y>[\w-]{1,50}) (?:hinzu|dazu)",
     r"tagge \g<x> mit \g<y>"),
    (r"(?:zeige?|liste)(?: mir)?(?: (?:die|meine|alle)){0,2} (?:wichtig|dringend)(?:st)?en (?P<y>aufgaben.*)",
     r"zeige dringende \g<y>"),
    # Ticking off.
    (r"(?P<x>(?:mark|move|set|postpone|tag) (?:all|every)\w*(?: .{1,80}?)?) (?P<y>(?:as|to|until|with) .{1,60}?),?"
     r" (?P<z>(?:except(?: for)?|apart from|other than) .{1,80})", r"\g<x> \g<z> \g<y>"),
    (rf"(?:check|tick|cross|mark|strike|scratch) {_X} off,? {_ON} {_L}", r"tick off \g<x> from \g<l>"),
    (rf"(?:check|tick|cross|scratch|strike) (?:off |out )?{_X} (?:on|from|off|of) {_L}", r"tick off \g<x> from \g<l>"),
    (r"(?:prioriti[sz]e|bump up|highlight|star) (?P<y>.+)", r"make \g<y> high priority"),
    (r"(?:priorisiere?) (?P<y>.+)", r"mache \g<y> dringend"),
    (r"mark (?P<x>.{1,120}?) as (?:bought|paid|sent|called|received|over|closed|resolved|off)", r"mark \g<x> as done"),
    (r"markiere? (?P<x>.{1,120}?) als (?:gekauft|bezahlt|besorgt|geschafft)", r"markiere \g<x> als erledigt"),
    (r"(?:(?:just|already) )?did (?P<x>it|that|this)", r"i did \g<x>"),
    (r"(?:(?:is|its|thats) )?already (?:done|finished)|(?:is|its|thats) (?:now )?(?:done|finished)", "it is done"),
    (r"they(?: a|['’]?)re (?:(?:all|both|already|now) )?(?:done|finished)", "mark them as done"),
    (r"ist (?:(?:schon|bereits|jetzt) )?(?:erledigt|fertig)", "es ist erledigt"),
    # Deleting.
    (r"(?:clean|clear|tidy)(?: up| out| away)? (?P<y>(?:all )?(?:of )?(?:the |my )?(?:done|completed?|finished)"
     r" (?:tasks|todos|ones|items|things))", r"delete \g<y>"),
    (r"(?:take|get|cross|strike) (?:that|this|it)(?: one)? (?:off|out)(?: (?:of )?(?:there|it|here))?", r"remove it"),
    (rf"(?:take|remove|delete|get|cross|strike|drop) (?:off|from|out of|off of) {_L},? {_Y}",
     r"remove \g<y> from \g<l>"),
    (rf"{_X} (?:can|should|could|must|needs to|has to) be (?:removed|deleted|taken off|erased|crossed off)(?P<y>"
     rf" (?:from|off|of)? ?{A_LIST})?", r"remove \g<x>"),
    (rf"(?:reset|restart|start over(?: with)?|blank(?: out)?|nuke|scrap|dump|purge) {_L}(?P<y> .{{1,40}})?",
     r"clear \g<l>\g<y>"),
    (rf"(?:{_WANT} to )?(?:take|get|pull|strike|scratch|cross|wipe|knock|drop|kick|throw) {_X} (?:off|out|away)(?: of|"
     rf" from)? {_L}(?P<y> .{{1,60}})?", r"remove \g<x> from \g<l>\g<y>"),
    (rf"(?:i|we) (?:no longer|don't|do not) (?:want|need|have) {_X} (?:on|in) {_L}(?: any ?more)?",
     r"remove \g<x> from \g<l>"),
    (rf"(?:wipe|clear|clean|empty) {_L} (?:clean|out|completely|up)", r"clear \g<l>"),
    (rf"(?:delete|remove|clear|erase|cancel|empty|wipe) {_L} (?:from|of|on|for) {_Y}", r"clear my calendar for \g<y>"),
    (rf"(?:make sure|ensure|see to it)(?: that)? (?:there (?:is|are|'s)|i have|i've got) (?:no|not any"
     rf"|nothing) ?(?:{_OBJECTS})?(?: (?:scheduled|planned|left))?(?: (?:on|in) {THE_LIST})?(?P<y> .{{1,60}})?",
     r"clear my calendar\g<y>"),
    (r"(?:destroy|annihilate|wipe out|clear out|get rid of|eliminate|dismiss) (?P<x>(?:all|every|everything"
     r"|my)\b.{0,80})", r"delete \g<x>"),
    (rf"(?:find|look for|search for) {_X} (?:on|in) {_L} and (?:remove|delete|erase)(?: it)?",
     r"delete \g<x> from \g<l>"),
    (rf"{_X} (?:auf|in|von) (?:der |meiner )?liste (?:finden|suchen) und (?:entfernen|löschen|streichen)",
     r"lösche \g<x>"),
    (rf"(?:zerstöre?|vernichte?|leere?|räume?|cancele?|storniere?) (?P<y>(?:alle|sämtliche) .{{1,80}}?|{A_LIST})(?:"
     rf" aus| leer)?", r"lösche \g<y>"),
    (rf"{_WEG}{_X} (?:von|aus) {_L}(?: (?:weg|raus|heraus|runter))?", r"lösche \g<x> von \g<l>"),
    (rf"{_L}(?P<y> (?:für|von|am|im) .{{1,40}}?)? (?:leeren|ausräumen|räumen|löschen|entfernen)", r"lösche \g<l>\g<y>"),
    (rf"(?P<x>(?:die |meine )?(?:ganze )?liste) {_DINGE}(?P<y> .{{1,60}})?", r"\g<x>\g<y>"),
    (rf"(?:take|pull|cross|strike) (?:off|out|away) {_X} (?:from|of|off) {_L}", r"remove \g<x> from \g<l>"),
    (rf"(?:make|get|ensure|have|i want|keep)(?: sure)?(?: that)? {_L} (?:(?:is|to be|completely|totally|all)"
     rf" ){{0,3}}(?:clear|empty|clean|blank|wiped)(?:e?d)?(?P<y> .{{1,40}})?", r"clear \g<l>\g<y>"),
    (r"(?P<x>(?!was|wann|wer|welche).{1,100}?) (?:(?:ist|wurde|wird) (?:leider )?(?:abgesagt|gestrichen|ausgefallen)"
     r"|fällt (?:leider )?aus|(?:ist|sind) (?:nicht mehr|nicht länger) (?:nötig|notwendig))", r"sage \g<x> ab"),
    (r"(?P<x>.{1,100}?) brauche?n? (?:ich|wir) nicht mehr", r"lösche \g<x>"),
    (r"ich (?:möchte|will|hätte gern|wünsche),? dass (?P<x>.{1,100}?) (?:gelöscht|entfernt|gestrichen) (?:wird|werden)",
     r"lösche \g<x>"),
    # Moving.
    (r"(?:bump|put off|hold off(?: on)?|carry over|roll over|bring forward) (?P<y>.{1,120} (?:to|until|till) .{1,60})",
     r"move \g<y>"),
    (rf"(?:add|set|put) (?:an? |the )?{_DEADLINE} (?!(?:of|for|on|to)\b)(?P<y>.{{1,60}}?) to (?P<x>.{{1,120}})",
     r"move \g<x> to \g<y>"),
    (rf"(?:add|set|put) (?:an? |the )?{_DEADLINE} to (?P<x>.{{1,120}}?)\s?: (?P<y>.{{1,60}})", r"move \g<x> to \g<y>"),
    (r"(?:add|set|put) (?:an? |the )?due[ -]?date to (?P<x>.{1,120} (?:on|by|for) .{1,60})", r"move \g<x>"),
    (r"(?:change|update|switch|adjust) (?:the )?(?:time|date|day|start) (?:of|for) (?P<x>.{1,120}?) (?:from .{1,40}"
     r" )?to (?P<y>.{1,60})", r"move \g<x> to \g<y>"),
    (r"(?P<x>(?!was|wann).{1,80}?) (?:ist|wurde) auf (?P<y>.{1,60}?) (?:verschoben|verlegt)",
     r"verschiebe \g<x> auf \g<y>"),
    # Asking.
    (r"(?:meine |die )?listen? (?:öffnen|aufmachen)", r"zeige meine liste"),
    (r"do i (?:still )?(?:need|have) to (?P<x>(?!be|do|go|attend|worry|remember)\w+ .{1,80})", r"find \g<x>"),
    (r"(?:erzähle?|berichte?) mir (?:von|über) (?:meine[nr]? |den |die )?(?:(?:geplanten?|anstehenden?|kommenden?)"
     r" )*(?:ereignissen?|terminen?|veranstaltungen|aufgaben)(?P<y> (?:heute|morgen|am .{1,20}|diese.{1,20}|für"
     r" .{1,20}))?", r"zeige meine termine \g<y>"),
    (r"was (?:passiert|geschieht|läuft) (?P<y>.{1,40})", r"was ist \g<y> geplant"),
    (rf"(?:{_WANT} to (?:know|check|see|find out)|let me know|(?:please )?check|i(?: am|'m) not sure|i (?:can't"
     rf" remember|forgot|don't remember|don't know)|tell me) (?:if|whether) {_X} (?:is|are) (?:already )?(?:on"
     rf"|in) {_L}.{{0,12}}", r"is \g<x> on \g<l>"),
    (rf".{{0,40}}\b(?:if|whether) i (?:have )?(?:already )?(?:added|put|set|wrote|noted) {_X} (?:to|on|in|down"
     rf" on) {_L}.{{0,16}}", r"is \g<x> on \g<l>"),
    (r"(?:show|see|list|display)(?: me)? (?:only|just) (?:the |my )?(?P<y>[\w-]{2,30})", r"show my \g<y> list"),
    (rf"(?:prüfe|überprüfe|checke?|durchsuche?) {_L} (?:auf|nach) (?P<y>.+)", r"zeige \g<l>"),
    (rf"(?:check|look at|see|look on|look in|consult|search|go through) {_L} (?:to see |and see |and tell me |and"
     rf" check )?(?:if|whether) {_X} (?:is|are) (?:on|in) (?:it|there)", r"is \g<x> on \g<l>"),
    (rf"(?:check|look at|search|look through|scan) {_L} for {_Y}", r"is \g<y> on \g<l>"),
    (r"(?:um wie ?viel uhr|wann) habe ich (?P<x>.{1,60}? )?(?:einen |meine |die )?(?:termine?|besprechungen"
     r"|ereignisse)(?P<y> .{1,60})?", r"welche termine habe ich \g<x> \g<y>"),
    (r"(?:woran|an was) (?:muss|soll|wollte|sollte) ich (?:mich )?(?P<y>.{0,40}?) ?(?:erinnern|denken)",
     r"zeige meine liste \g<y>"),
    (rf"{_TELL} (?:an? |the )?(?:(?:quick|brief|short|full) )?(?:rundown|overview|summary|run-?through|run-?down"
     rf"|breakdown|recap|details?|contents?|update|status|reading)? ?(?:of|on|about|for) (?P<y>(?:what .+"
     rf"|.*\b{A_LIST}.*))", r"show \g<y>"),
    (r"(?:has|have|is|are|was|were) (?P<x>(?:the|my) .{1,80}?) (?:been )?(?:already |yet )?(?:\w{2,20}ed|done|paid"
     r"|bought|sent|made|over)(?: yet| already)?", r"find \g<x>"),
    (r"(?:did|have) i (?:already |ever )?(?!put|set|add|have|got|made?|schedule)\w{3,12} (?P<x>(?:the|my) .{1,80}?)(?:"
     r" yet| already)?", r"find \g<x>"),
    (r"(?:ist|sind|wurden?|habe ich) (?P<x>(?:die|der|das|den|mein\w{0,2}) .{1,80}?) (?:schon |bereits"
     r" )?(?:\w{0,8}ge\w{2,20}(?:t|en)|be\w{2,20}t|erledigt|fertig)", r"suche \g<x>"),
    (r"how (?:much|many|busy)(?: more| things| stuff| work| tasks)* (?:do i (?:still )?have|is there|am i|are there"
     r"|is)(?: left)?(?: to do)?(?P<y>(?: (?:today|tomorrow|this|on|for|next) ?.{0,30})?)",
     r"how many tasks do i have\g<y>"),
    (rf"(?:plans?|schedule|agenda|program(?:me)?|calendar|appointments?|events?|meetings?) (?:for|on) {_Y}",
     r"what is on my calendar for \g<y>"),
    (r"(?:i (?:had|have|made|set)(?: up)? (?:an? )?(?:list|number|couple|few|bunch) of (?:reminders|tasks|things"
     r"|todos)|i had some (?:reminders|tasks|things))\b.*", r"show my list"),
    (r"(?:(?:what|which|list|recall|tell me|show me|remember|repeat)\b.{0,60}|.{0,20})\bi (?:was|am|'m|were) (?:trying"
     r"|supposed|going|meaning|planning|meant|hoping)(?: not)? to (?:remember|recall|keep in mind|forget|do)",
     r"show my list"),
    (r"was (?:ist|läuft|liegt|geht|passiert) (?P<y>.{1,60}?) (?:los|an|so an|ab)", r"was ist \g<y> geplant"),
    (r"(?:teile?|lasse?) (?:mir|uns) (?P<y>.+?) (?:mit|wissen)", r"zeige mir \g<y>"),
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
