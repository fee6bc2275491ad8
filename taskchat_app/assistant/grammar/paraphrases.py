"""Rewrites a clause that is said in an unusual way as one that the rules read: a table of verb frames.

A rewritten clause is used only if the rules understand it (see parser.read_command); no row does anything by itself.
"""

from collections.abc import Iterator

from taskchat_app.assistant.grammar.list_names import A_LIST, THE_LIST
from taskchat_app.assistant.grammar.patterns import sentence

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
_WANT = r"(?:i|we)(?: (?:really|just|also|still))? (?:want|need|would like|'d like|wish|have)"
_HAS_REMINDER = r"(?:set|create|make|add|put|give me|schedule)(?: up| in)? (?:me )?(?:an? |the |another )?(?:new )?"
_TELL = (
    r"(?:give|tell|show|read|provide|send|hand|let|get|run)(?: (?:me|us|out|off|back|down|through|by|have|see|know))*"
)
_WEG = r"(?:nimm|nehme?|wirf|hol|schmeiß|kratze?) "
_DINGE = (
    r"(?:der (?:noch )?zu erledigenden (?:dinge|sachen|aufgaben)"
    r"|(?:der|mit den) (?:dinge|dingen|sachen|aufgaben)(?:, die (?:ich|wir) .{1,40})?)"
)
_ROWS: tuple[tuple[str, str], ...] = (
    # Spelling, and words that add nothing.
    (r"(?P<x>(?:set|create|make|add|delete|remove|cancel)(?: up)?(?: an?| the| my)?) remainder\b(?P<y>.*)",
     r"\g<x> reminder\g<y>"),
    (r"(?P<x>.{1,160}?) (?:currently|right now|at the moment|so far|presently|at present|coming up)\b(?P<y>.*)",
     r"\g<x>\g<y>"),
    (r"(?P<x>(?:ich )?(?:was |wann |wen )?)hab(?P<y> .+)", r"\g<x>habe\g<y>"),
    # What the person wants the assistant to do about the list.
    (rf"{_WANT} (?:you )?to (?P<x>(?:take|get|strike|cross|scratch|check|tick|mark|clear|clean|empty|wipe|put|cancel"
     rf"|move"
     rf"|change|reschedule|schedule|update|write|include|insert|save|note|enter)"
     rf" .{{0,160}}?\b{A_LIST}.{{0,60}})", r"\g<x>"),
    (rf"{_WANT} (?:to )?(?:be |get )?(?:notified|reminded|alerted|an? (?:notification|alert)|notifications?|alerts?)"
     rf" (?P<y>(?:to|about|of|for) .+)", r"remind me \g<y>"),
    (rf"{_WANT} {_X} (?:taken|removed|deleted|erased|cleared|cancell?ed|gone)(?P<y> {_ON} {_L})?", r"remove"
     r" \g<x>\g<y>"),
    (rf"(?:is it possible|is there (?:a|any) way|would it be possible|would you be able|are you able|i need you|i"
     rf" want you"
     rf"|i'd like you|feel free|go ahead and|you (?:can|could|should|may|need to|have to)) (?:for you )?(?:to"
     rf" )?{_Y}", r"\g<y>"),
    # New tasks.
    (rf"{_ON} {_L},? (?:i (?:need|want|have|would like)(?: you)?(?: to)?|please|add|put|write|include|there should be)"
     rf" (?:add |put |write )?{_X}(?:,? (?:to be )?(?:added|put|written))?", r"add \g<x> to \g<l>"),
    (rf"(?:get|include|throw|stick|drop|place|enter|log|record|jot|note|book|mark|pencil)(?: down| in)? {_X}"
     rf"(?: down)?,? (?:on|onto|in|into|to) {_L}(?P<y>.{{0,80}})", r"add \g<x> to \g<l>\g<y>"),
    (rf"(?:set|put in|book|mark down|pencil in|enter|log|fix) (?:up )?(?:an? |the |my |our"
     rf" )?(?P<x>(?:[\w'’-]{{1,30}} ){{0,2}}?"
     rf"{_EVENT}\b.+)", r"schedule \g<x>"),
    (rf"(?:set(?: up)?|schedule|make(?! sure)|create|plan|arrange|book) (?:an? |the )?(?:new )?(?:calend[ae]r )?"
     rf"(?:event|entry|appointment|meeting)?(?: (?:called|named|titled|for))? ?{_X},? (?:on|in"
     rf"|to) {THE_LIST}(?P<y>(?: (?:for|on|at|from|this|next|tomorrow|today|every) .{{1,80}})?)",
     r"add \g<x>\g<y>"),
    (rf"add (?:to|on|in) {_L} (?:for |that |the fact that (?:i have |there is )?)?(?P<y>[^:]{{1,160}})", r"add \g<y>"
     r" to \g<l>"),
    (rf"{_HAS_REMINDER}(?:reminder|alert|notification|alarm|note)s? (?:that|because|for when|so) (?:i|we)"
     rf"(?:'ve| have| 've got| have got| need| must| got)? to {_Y}", r"remind me to \g<y>"),
    (rf"{_HAS_REMINDER}(?:reminder|alert|notification|note)s? (?:that|because|for when) (?:i|we) (?:have|'ve got"
     rf"|have got|got)"
     rf" (?:an? |my )?{_Y}", r"remind me about \g<y>"),
    (r"(?:set|add|put|include|create) (?P<x>.{1,120}?) as (?:an? )?(?:new )?(?:reminder|task|todo|to-do|event"
     r"|appointment|item)(?P<y> .{1,80})?", r"add \g<x>\g<y>"),
    (r"(?:(?:this is )?(?:just )?(?:a|my|this) )?(?:quick )?(?:note to self|memo|reminder to self)\s?[:,-]?\s(?:to"
     r" )?(?P<y>.+)",
     r"remind me to \g<y>"),
    (r"remind me (?P<y>(?:the|my|our|tomorrow's|today's) .+)", r"remind me about \g<y>"),
    (r"(?:nicht|bloß nicht|ja nicht|auf keinen fall) vergessen,?\s?:? (?P<y>.+)", r"erinnere mich daran, \g<y>"),
    (r"(?:denk|denke) (?:bitte )?(?:dran|daran)\s?[:,]? (?P<y>.+)", r"erinnere mich daran, \g<y>"),
    (r"(?P<x>erinnere? mich .{1,120}?|.{0,20}erinnerung .{1,120}?) (?P<z>eine?n?|mein\w{0,2}|die|das|den)"
     r" (?P<v>[^,]{2,80}), "
     r"(?:die|das|den|der) (?:ich|wir) (?P<y>.{1,60}?) (?:habe|haben)(?P<w> .{1,20})?", r"\g<x> \g<z> \g<v>"
     r" \g<y>\g<w>"),
    # Ticking off.
    (rf"(?:check|tick|cross|mark|strike|scratch) {_X} off,? {_ON} {_L}", r"tick off \g<x> from \g<l>"),
    (rf"(?:check|tick|cross|scratch|strike) (?:off |out )?{_X} (?:on|from|off|of) {_L}", r"tick off \g<x> from \g<l>"),
    (rf"(?:mark|note|record|log|put) (?:down )?(?:that )?{_X} (?:has been |is |was |are |were )?(?:done|complete[d]?"
     rf"|finished)"
     rf" (?:on|in) {THE_LIST}", r"mark \g<x> as done"),
    (r"check (?:on )?(?P<x>(?:task|item|number) .{1,20}?)(?: (?:on|in) (?:my|the) .{1,20})?", r"show \g<x>"),
    # Deleting.
    (rf"(?:{_WANT} to )?(?:take|get|pull|strike|scratch|cross|wipe|knock|drop|kick|throw) {_X} (?:off|out|away)(?:"
     rf" of| from)? {_L}"
     r"(?P<y> .{1,60})?", r"remove \g<x> from \g<l>\g<y>"),
    (rf"(?:i|we) (?:no longer|don't|do not) (?:want|need|have) {_X} (?:on|in) {_L}(?: any ?more)?", r"remove \g<x>"
     r" from \g<l>"),
    (rf"(?:wipe|clear|clean|empty) {_L} (?:clean|out|completely|up)", r"clear \g<l>"),
    (rf"(?:delete|remove|clear|erase|cancel|empty|wipe) {_L} (?:from|of|on|for) {_Y}", r"clear my calendar for \g<y>"),
    (rf"(?:make sure|ensure|see to it)(?: that)? (?:there (?:is|are|'s)|i have|i've got) (?:no|not any"
     rf"|nothing) ?(?:{_OBJECTS})?"
     rf"(?: (?:scheduled|planned|left))?(?: (?:on|in) {THE_LIST})?(?P<y> .{{1,60}})?", r"clear my calendar\g<y>"),
    (r"(?:destroy|annihilate|wipe out|clear out|get rid of|eliminate|dismiss) (?P<x>(?:all|every|everything"
     r"|my)\b.{0,80})",
     r"delete \g<x>"),
    (rf"(?:find|look for|search for) {_X} (?:on|in) {_L} and (?:remove|delete|erase)(?: it)?", r"delete \g<x> from"
     r" \g<l>"),
    (rf"{_X} (?:auf|in|von) (?:der |meiner )?liste (?:finden|suchen) und (?:entfernen|löschen|streichen)", r"lösche"
     r" \g<x>"),
    (rf"(?:zerstöre?|vernichte?|leere?|räume?|cancele?|storniere?) (?P<y>(?:alle|sämtliche) .{{1,80}}?|{A_LIST})(?:"
     rf" aus| leer)?",
     r"lösche \g<y>"),
    (rf"{_WEG}{_X} (?:von|aus) {_L}(?: (?:weg|raus|heraus|runter))?", r"lösche \g<x> von \g<l>"),
    (rf"(?:gibt es eine möglichkeit|ist es möglich|wäre es möglich|geht es),? {_X} zu (?P<y>\w{{3,30}})", r"\g<x>"
     r" \g<y>"),
    (rf"{_L}(?P<y> (?:für|von|am|im) .{{1,40}}?)? (?:leeren|ausräumen|räumen|löschen|entfernen)", r"lösche \g<l>\g<y>"),
    (rf"(?P<x>(?:die |meine )?(?:ganze )?liste) {_DINGE}(?P<y> .{{1,60}})?", r"\g<x>\g<y>"),
    # Moving.
    (r"(?:bump|put off|hold off(?: on)?|carry over|roll over|kick|slide|slip|bring forward|pull forward|switch"
     r"|transfer)"
     r" (?P<y>.{1,120} (?:to|until|till|by|for) .{1,60})", r"move \g<y>"),
    (r"(?:change|update|switch|adjust) (?:the )?(?:time|date|day|start) (?:of|for) (?P<x>.{1,120}?) (?:from .{1,40}"
     r" )?to (?P<y>.{1,60})",
     r"move \g<x> to \g<y>"),
    # Asking.
    (rf"{_TELL} (?:an? |the )?(?:(?:quick|brief|short|full) )?(?:rundown|overview|summary|run-?through|run-?down"
     rf"|breakdown"
     rf"|recap|details?|contents?|update|status|reading)? ?(?:of|on|about|for) (?P<y>(?:what .+"
     rf"|.*\b{A_LIST}.*))", r"show \g<y>"),
    (rf"(?:plans?|schedule|agenda|program(?:me)?|calendar|appointments?|events?|meetings?) (?:for|on) {_Y}",
     r"what is on my calendar for \g<y>"),
    (r"(?:i (?:had|have|made|set)(?: up)? (?:an? )?(?:list|number|couple|few|bunch) of (?:reminders|tasks|things"
     r"|todos)|i had"
     r" some (?:reminders|tasks|things))\b.*", r"show my list"),
    (r"(?:(?:what|which|list|recall|tell me|show me|remember|repeat)\b.{0,60}|.{0,20})\bi (?:was|am|'m|were)"
     r" (?:trying|supposed"
     r"|going|meaning|planning|meant|hoping)(?: not)? to (?:remember|recall|keep in mind|forget|do)", r"show my list"),
    (r"was (?:ist|läuft|liegt|geht|passiert) (?P<y>.{1,60}?) (?:los|an|so an|ab)", r"was ist \g<y> geplant"),
    (r"(?:teile?|lasse?) (?:mir|uns) (?P<y>.+?) (?:mit|wissen)", r"zeige mir \g<y>"),
)  # fmt: skip
_TABLE = tuple((sentence(pattern), template) for pattern, template in _ROWS)


def paraphrases(clause: str) -> Iterator[str]:
    """Yield the clause in other words, in the order in which they are to be tried."""
    for pattern, template in _TABLE:
        if match := pattern.fullmatch(clause):
            yield " ".join(match.expand(template).split())
