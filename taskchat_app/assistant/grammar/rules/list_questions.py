"""Patterns of the questions for tasks: to list, count and find them. lists.py makes commands of what matches."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from taskchat_app.assistant.grammar.commands import Language
from taskchat_app.assistant.grammar.phrases.filters import (
    LEVELS,
    OVERDUE_DE,
    TASKS,
    TASKS_DE,
    TASKS_EN,
)
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST
from taskchat_app.assistant.grammar.phrases.patterns import sentence

Questions: TypeAlias = tuple[tuple[re.Pattern[str], Language], ...]


def _table(*rows: tuple[str, Language]) -> Questions:
    return tuple((sentence(pattern), language) for pattern, language in rows)


def matches(questions: Questions, clause: str) -> Iterator[tuple[re.Match[str], Language]]:
    """Yield the match of each question that the whole clause is, with its language."""
    for pattern, language in questions:
        if match := pattern.fullmatch(clause):
            yield match, language


_READ = r"(?:list|show|display|see|view|give me|tell me|get|read|print)\b(?: me)?\b"
_READ_ALOUD = (
    r"(?:read|list|show|tell|display|print|recite|repeat|recall|hear|provide|give|name)(?: (?:out|back|over|up))?\b"
    r"(?: (?:to )?me\b)?"
)
# "Work" alone is a tag, as "home" is.
_SHOWN_WORK = r"(?:show|list|display)(?: me)?(?: my| the| all)? work"
ASKS = _table(
    (rf"{_READ}(?P<rest>.*)", "en"),
    (r"(?:what|which)\b(?: (?:are|is|do i have|tasks|have i(?: got)?)|'?s|'?re)?\b(?P<rest>.*)", "en"),
    (r"(?:do|have) i (?:have|got)\b(?P<rest>.*)", "en"),
    (r"(?:(?:is there )?anything|is anything)\b(?P<rest>.*)", "en"),
    (rf"(?P<rest>(?:my|all|open|done|completed|overdue|(?:{LEVELS})(?: priority)?)?\s?(?:open |done |my )?"
     rf"(?:{TASKS_EN})(?: .*)?)", "en"),
    (r"(?P<rest>overdue)", "en"),
    (rf"(?P<rest>(?!(?:(?:alle|meine) ){{0,2}}(?:{OVERDUE_DE}en|{LEVELS}) (?:{TASKS_DE}) erledigen\Z)"
     rf"(?:(?:meine|alle|offenen?|erledigten?|{OVERDUE_DE}en?|{LEVELS}) ){{0,3}}(?:{TASKS_DE})"
     r"(?!(?: .*)?(?<! zu) (?:abhaken|abschließen)\Z)(?: .*)?)", "de"),
    (rf"(?P<rest>{OVERDUE_DE})", "de"),
    (r"(?:zeige?|liste)\b(?: mir)?\b(?P<rest>.*)", "de"),
    (r"(?:was|welche)\b(?: (?:ist|sind|steht|gibt es|muss ich|soll ich|habe ich))?\b(?P<rest>.*)", "de"),
)  # fmt: skip
_OPENING = (
    r"(?:(?:can|could|would) you )?(?:what|whats|which|who|is|are|am|was (?=i|there|my|the)|do|does|did|have|has|had"
    r"|will|any|how about"
    r"|(?:tell|show|let|give) me(?: know)?|check|see|find out|i (?:want|need|would like) to know|remind me what"
    r"|(?:do you|you) know|please)"
)
_ABOUT = rf"(?<!\w)(?:{THE_LIST}|{TASKS}|scheduled|planned|to do|going on|happening|due|coming up|booked)(?!\w)"
LOOKS = _table(
    (rf"(?!{_SHOWN_WORK}\Z){_READ_ALOUD}(?! (?:my )?work\Z)(?P<rest>.*?)(?: back)?(?: to (?:me|us))?", "en"),
    (r"(?:can|may|could) i (?:see|have|hear)\b(?P<rest>.*)", "en"),
    (r"(?:i want to |let me )?(?:hear|see|view|check)\b(?P<rest> (?:what|my|the|on|all) ?.*)", "en"),
    (r"(?:instruct|tell) me what to do\b(?P<rest>.*)", "en"),
    (r"(?:tell|show) me (?:if|whether|what) (?:there is |there's |is )?(?P<rest>.*)", "en"),
    (rf"what does {THE_LIST} (?:list|say|look like|contain|have)(?: for)?\b(?P<rest>.*)", "en"),
    (rf"(?:is|how(?:'s| is)|what(?:'s| is)) (?P<rest>.*?\b{THE_LIST}(?: (?:for|on) .{{1,40}}?)?) (?:(?:completely"
     rf"|totally|all|still|already"
     rf"|pretty) )?(?:free|empty|clear|full|like|open|busy|booked)\b(?P<more>.*)",
     "en"),
    (r"what(?:'s| is) (?P<rest>.{1,60}?) like on my (?:calendar|schedule)", "en"),
    (r"(?:what|how)(?:'s| is| does| do|s)? (?P<rest>.{1,40}?) look(?:ing|s)?(?: like)?\b(?P<more>.*)", "en"),
    (rf"(?:tell me |show me )?(?:what|which) (?P<rest>(?:{TASKS_EN})) (?:did i|have i|i have|i) (?:set|make|made|add"
     rf"|added|create|created"
     rf"|put)\b"
     r"(?P<more>.*)", "en"),
    (rf"(?P<rest>(?:my )?(?:upcoming|coming|next) (?:{TASKS_EN}))(?P<more>.*)", "en"),
    (r"where (?:do i (?:have|need) to|should i|must i|am i (?:supposed|meant) to) be\b(?P<rest>.*)", "en"),
    (rf"do(?:es)? {THE_LIST} (?:show|have|say|list|contain) (?:anything|something|any {TASKS_EN})\b(?P<rest>.*)", "en"),
    (r"i (?:really |just )?(?:want|need|would like|'d like) to (?:know|see|hear|check|look at)(?: what(?:'s| is))?\b"
     r"(?P<rest>.*?)(?: again)?", "en"),
    (r"(?:open|pull up|bring up|go over|check)(?: what(?:'s| is))? (?P<rest>.*)", "en"),
    (r"what (?:am i|are we) (?:up to|doing)\b(?P<rest>.*)", "en"),
    (r"what (?:(?:things|tasks) )?(?:do|did|should|must) i (?:have|need|want)? ?(?:to do)?\b(?P<rest>.*)", "en"),
    (rf"(?:have|has|did) (?:i|we) (?:already )?(?:added|add|put|got) anything (?:to|on|in) (?:{THE_LIST})(?P<rest>.*)",
     "en"),
    (r"(?:do i have|have i got|is there|are there)\b(?P<rest>.*)", "en"),
    (r"(?:what|list|recall|tell me|show me)\b.{0,60}\bi (?:wanted|want|meant|had|need|not want) (?:not )?to"
     r" (?:remember|recall|keep in mind|bear in mind|forget)(?P<rest>)", "en"),
    (r"i (?:wanted|meant|had) to (?:remember|do) (?:some ?things?|something|it),? what (?:was|were) (?:it|they|that)"
     r"(?P<rest>)", "en"),
    (rf"(?P<rest>{THE_LIST})(?P<more> for .*)?", "en"),
    (r"(?:what|which)(?: (?:is|are))?\b(?P<rest>.*)", "en"),
    (r"(?:is there )?(?:anything|something)\b(?P<rest>.*)", "en"),
    (r"(?P<rest>.{1,20}? (?:schedule|agenda|calendar|plan))", "en"),
    (r"what(?:'s| is|s)? (?P<rest>(?:on )?[^?]{0,60}?\b(?:lists?|calend[ae]r|schedule|agenda)\b.*?)(?:,? read(?:"
     r" it)? back)?",
     "en"),
    (rf"{_OPENING}\b(?P<rest>.*{_ABOUT}.*)", "en"),
    (r"was (?:steht|ist) (?P<rest>.*)", "de"),
    (rf"öffne (?P<rest>{A_LIST})", "de"),
    (r"(?:prüfe|überprüfe|checke?) (?P<rest>.*)", "de"),
    (r"(?:sage?|nenne?|gib|gebe|beschreibe?) (?:mir|uns)?,? ?(?:was |welche )?(?P<rest>.*)", "de"),
    (r"(?:lies|lese|lese?n?) (?:mir |uns )?(?P<rest>.*?)(?: vor)?", "de"),
    (r"(?:zeige?|liste) (?:mir )?(?P<rest>.*?)(?: (?:an|auf|vor))?", "de"),
    (r"(?P<rest>.*?) (?:anzeigen|auflisten|vorlesen|zeigen)", "de"),
    (rf"(?:ist|wie (?:ist|sieht)) (?P<rest>(?:{THE_LIST}|.{{1,20}}? {THE_LIST}).*?)"
     r" ?(?:(?:noch )?(?:frei|leer|voll)|aus)", "de"),
    (r"wie sieht (?P<rest>.+?)(?: bei mir)? aus", "de"),
    (r"(?:habe|muss|soll) ich\b(?P<rest>.*?)(?: (?:vor|geplant|gesetzt|tun|zu tun))?", "de"),
    (r"(?:was|welche)\b(?P<rest>.*?)(?: (?:vor|geplant|gesetzt|zu tun))?", "de"),
    (r"(?:steht|stehen|gibt es)\b(?P<rest> .*?)(?: an)?", "de"),
    (rf"(?P<rest>(?:mein |meine )?(?:(?:tages|wochen)?plan|tagesablauf|{TASKS_DE})(?: für .*)?)", "de"),
)  # fmt: skip
"""Asked in more words. Messages of these alone are no orders (see ORDERS)."""
COUNTS = _table(
    (r"(?:how many|hows many|what number of)\b(?P<rest>.*)", "en"),
    (r"wie ?viele?\b(?P<rest>.*)", "de"),
)
COUNT_WORDS = _table(
    (
        rf"how many (?:open |of my )?(?:{TASKS_EN})(?: do i have| are there| have i got)?(?: that| which)? (?:have|has"
        rf"|contain"
        rf"|containing|mention|include|with|about|are about|are called)(?: the words?)?"
        rf" [\"“]?(?P<words>[^\"”]+?)[\"”]?(?: in (?:it"
        rf"|them|the (?:title|name)|their (?:title|name)s?))?(?: do i have| are there)?",
        "en",
    ),
    (
        rf"wie ?viele (?:offenen? |meiner )?(?:{TASKS_DE})(?: habe ich| gibt es)? (?:enthalten|haben|erwähnen|mit|über"
        rf"|zu|heißen)"
        rf"(?: (?:das|dem) wort)? [\"„]?(?P<words>[^\"“]+?)[\"“]?(?: im (?:titel|namen))?(?: (?:enthalten|habe ich|gibt"
        rf" es))?",
        "de",
    ),
)
AGENDAS = _table(
    (r"what (?:should|shall|can|must) i (?:do|work on|focus on|tackle|start(?: with)?|be doing)"
     r"(?: first| next)?\b(?P<rest>.*)",
     "en"),
    (r"what(?:'s| is|s)? (?:the |my )?(?:plan|agenda|schedule)\b(?P<rest>.*)", "en"),
    (r"what(?:'s| is) (?:left|next|up)(?: to do)?\b(?P<rest>.*)", "en"),
    (r"(?:plan|organi[sz]e) (?:my|the)(?P<rest> (?:day|week))", "en"),
    (r"was (?:kommt|ist)(?: (?:als|dann))* nächstes(?: dran)?(?P<rest>)", "de"),
    (r"was (?:soll|sollte|kann|wollte|musste) ich (?:als nächstes |zuerst )?(?:noch )?(?P<rest>.*?)(?: (?:tun|machen"
     r"|erledigen"
     r"|anfangen))?",
     "de"),
    (r"was (?:steht|habe ich)(?P<rest>.*?)(?: (?:an|auf dem (?:plan|programm)|als nächstes|als nächstes zu"
     r" tun))", "de"),
)  # fmt: skip
FINISHED = _table(
    (r"(?:what|which tasks?|which things?)(?: all)? (?:have|did|had) i (?:already |just )?"
     r"(?:done|do|finish(?:ed)?|completed?|got done|get done|tick(?:ed)? off|accomplish(?:ed)?|managed?)\b(?P<rest>.*)",
     "en"),
    (r"(?:what|which tasks?)(?:'s| is| was| were| are| got) (?:done|finished|completed)\b(?P<rest>.*)", "en"),
    (r"(?:show|list|tell)(?: me)? (?:what|(?:(?:all|the|everything|stuff|things|tasks|that) ){1,4}) ?i (?:have |'ve )?"
     r"(?:done|did|finished|completed)\b(?P<rest>.*)", "en"),
    (r"(?:was|welche aufgaben) habe ich (?P<rest>.*?)(?: schon| alles)? "
     r"(?:erledigt|gemacht|geschafft|getan|abgehakt|fertig gemacht)", "de"),
    (r"was wurde (?P<rest>.*?) (?:erledigt|geschafft)", "de"),
)  # fmt: skip
FREE = _table(
    (r"(?:am i|are we) (?:available|free|busy)\b(?P<rest>.*)", "en"),
    (r"(?:do i have|have i got) (?:any )?(?:free )?time\b(?P<rest>.*)", "en"),
    (r"(?:bin ich|habe ich) (?P<rest>.*?)(?: (?:zeit|frei|verfügbar|beschäftigt))", "de"),
    (r"(?:bin ich|habe ich) (?:zeit|frei|verfügbar|beschäftigt)\b(?P<rest>.*)", "de"),
)
SEARCHES = _table(
    (rf"(?:search|look|find|show|list|tell) (?:me )?(?:for )?(?:all |my |the |any |everything |anything )*(?:{TASKS} )?"
     r"(?:for|about|with|containing|mentioning|matching|regarding) (?!tags?\b|high|low|medium|#)(?P<words>.+)", "en"),
    (r"(?:search|find) (?!out\b)(?:for )?(?:the |my )?(?P<words>.+?)(?: (?:task|tasks))?", "en"),
    (rf"(?:do i have|is there|are there) (?:any|a|an|some) {TASKS} (?:about|for|with|named) (?P<words>.+)", "en"),
    (rf"(?:everything|anything|all(?: {TASKS})?|what (?:is there|do i have|have i got)) "
     r"(?:about|on|with|regarding) (?P<words>.+)", "en"),
    (r"(?:suche?|finde?) (?!out\b)(?:nach )?(?:(?:alle )?aufgaben (?:mit|zu|über) )?(?P<words>.+)", "de"),
    (rf"(?:zeige? (?:mir )?)?(?:alles|alle {TASKS_DE}) (?:über|zu|zum|zur|mit)"
     r" (?!(?:dem )?(?:schlagwort|tag)\b)(?P<words>(?!.* (?:löschen|entfernen|streichen|erledigen|abhaken|abschließen"
     r"|verschieben|verlegen|markieren|umbenennen|absagen|stornieren)\Z).+)", "de"),
)  # fmt: skip
_ORDERED = (
    r"(?:add|put|make|set|remind|note|write|remember|schedule|delete|remove|mark|check|tell|show|list|read"
    r"|see|let|give|i|it|that|this|what|who|which|where|when|there)\b"
)
FINDS = _table(
    (rf"(?:did|have|has) (?:i|you|we) (?:already )?(?:put|set|add(?:ed)?|mark(?:ed)?|scheduled?|make a note|made a note"
     rf"|write|written?|noted?)(?: down)? (?P<words>.+?) (?:to|on|in|down on) {A_LIST}", "en"),
    (rf"(?!{_ORDERED})(?P<words>.+?) (?:is|are) (?:already )?(?:on|in) {A_LIST}(?: (?:for|on) .{{1,40}})?", "en"),
    (r"did i (?:tell|ask) you to (?:remind me (?:to|about|of)|add|put) (?P<words>.+)", "en"),
    (rf"(?:did|have) i (?:make|made) a note (?:on|in) {A_LIST} (?:to|about|for) (?P<words>.+)", "en"),
    (rf"(?:is there|is|are there) (?:anything|something) (?:on|in) {A_LIST} (?:to|about|for) (?P<words>.+)", "en"),
    (rf"(?:is|are) (?P<words>.+?)(?: (?:an?|one of the) (?:item|task|entry|thing)s?)? (?:already )?(?:on"
     rf"|in) {A_LIST}", "en"),
    (rf"do(?:es)? {A_LIST} (?:have|contain|include|list) (?P<words>.+?)(?: (?:on|in) it)?", "en"),
    (rf"(?:stehen|steht|ist|sind) (?P<words>.+?) (?:schon |noch )?(?:auf|in) {A_LIST}", "de"),
    (rf"habe ich (?P<words>.+?) (?:schon |noch )?(?:auf|in) {A_LIST}", "de"),
)  # fmt: skip
# What is left of these questions is looked for, if they name a date: "do I have a dentist appointment on monday".
DATED_FINDS = _table(
    (r"(?:do i have|have i got|is there|are there) (?:an?|any|some|the|my)\b(?P<words>.+)", "en"),
    (r"(?:is|are) (?:the|my|our) (?P<words>.+?)(?: (?:scheduled|planned|due))\b(?P<more>.*)", "en"),
    (r"(?:have|did) (?:i|you|we) (?:already )?(?:add(?:ed)?|scheduled?|put|book(?:ed)?|plan(?:ned)?|set up) "
     r"(?:an? |the |my )?(?P<words>.+)", "en"),
    (r"(?:which|what) (?P<words>.+?) (?:do i have|have i got)(?: (?:scheduled|planned))?\b(?P<more>.*)", "en"),
    (r"(?:tell|show|give|list|read)(?: me)?(?: about| out| off)? (?:the|my|any|all) (?P<words>.+)", "en"),
    (r"do i need to (?:be reminded of|remember|go to|attend) (?:an?|any|some|the|my) (?P<words>.+)", "en"),
    (r"(?:who|what) am i (?P<words>meeting(?: with)?.*)", "en"),
    (r"(?:any|some) (?P<words>.+)", "en"),
    (r"welche (?P<words>.+?) (?:gibt es|sind|stehen)\b(?P<more>.*)", "de"),
    (r"gibt es (?:ein(?:e|en)? )?(?P<words>.+)", "de"),
    (r"(?:mit wem )?habe ich (?P<words>.+?)(?: (?:geplant|vor))?", "de"),
    (r"(?:sage? mir,? |mir sagen,? )?welche (?P<words>.+?)(?: (?:geplant|vor))?(?: habe)?", "de"),
)  # fmt: skip

SHOWN = _table(
    (r"(?:show|list|display)(?: me)?(?: my| the| all)? (?P<tag>(?!(?:them|it|this|that|these|those|more|help"
     r"|undo|deleted|trash|history|settings|week|month|day|weather|time)\Z)[\w-]{2,40})", "en"),
    (r"zeige?(?: mir)?(?: meine| die| alle)? (?P<tag>[\w-]{2,40})", "de"),
)  # fmt: skip
_KEYS = {
    "due": "due date|due|deadlines?|dates?|datum|fälligkeit|frist|termin",
    "start": "start(?: dates?)?|beginning|start(?:datum|termin)|beginn",
    "priority": "priority|priorities|importance|urgency|priorität|wichtigkeit|dringlichkeit",
    "title": "title|name|titel|namen?",
    "created": "number|age|creation|nummer|alter|erstellung",
}
"""The words for each value of list_tasks' `sort`."""
_BY = f"(?:{'|'.join(f'(?P<{key}>{words})' for key, words in _KEYS.items())})"
_ALL = (
    r"(?:(?:my|the|all|open|meine|die|alle|offenen) ){0,3}"
    r"(?:tasks?|to-?dos?|list|aufgaben|liste|it|them|everything|sie|alles)"
)
SORTED = _table(
    (rf"(?:sort|order|arrange)(?: {_ALL})? by (?:the |their )?{_BY}", "en"),
    (rf"(?:show|list)(?: me)? {_ALL} (?:sorted |ordered )?by (?:the |their )?{_BY}", "en"),
    (rf"(?:sortiere?|ordne)(?: {_ALL})? nach (?:de[mr] )?{_BY}", "de"),
    (rf"(?:zeige?(?: mir)? )?{_ALL} nach (?:de[mr] )?{_BY} (?:sortiert|geordnet|sortieren|ordnen)", "de"),
)
"""In another order: "sort by due date", "zeige meine Aufgaben nach Priorität sortiert"."""
