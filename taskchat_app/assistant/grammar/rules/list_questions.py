"""Patterns of the questions for tasks: to list, count and find them. lists.py makes commands of what matches.

A pattern is a whole clause. Its group `rest`, with `more`, must consist of filters such as "due today" and filling
words; `words` is a text to search for. lists.py tries the tables in this order, and of a table the first row that fits:
FINISHED, COUNTS, AGENDAS; ASKS, SEARCHES; after the commands to change tasks FREE, FINDS, LOOKS,
DATED_FINDS, SHOWN. LOOKS allows more filling words than ASKS, as no command is left that could be meant.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from taskchat_app.assistant.grammar.commands import Language
from taskchat_app.assistant.grammar.phrases.filters import OVERDUE_DE, TASKS, TASKS_DE, TASKS_EN
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST
from taskchat_app.assistant.grammar.phrases.patterns import sentence
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORD

Questions: TypeAlias = tuple[tuple[re.Pattern[str], Language], ...]


def _table(*, en: list[str], de: list[str]) -> Questions:
    return (*((sentence(pattern), "en") for pattern in en), *((sentence(pattern), "de") for pattern in de))


def matches(questions: Questions, clause: str) -> Iterator[tuple[re.Match[str], Language]]:
    """Yield the match of each question that the whole clause is, with its language."""
    for pattern, language in questions:
        if match := pattern.fullmatch(clause):
            yield match, language


# "Alle überfälligen Aufgaben erledigen" and "meine Aufgaben abhaken" are commands; "alle überfälligen Aufgaben" asks.
_COMPLETES = rf"(?:(?:alle|meine) ){{0,2}}(?:{OVERDUE_DE}en|{PRIORITY_WORD}) (?:{TASKS_DE}) erledigen\Z"
_ENDS_WITH_COMPLETING = r"(?: .*)?(?<! zu) (?:abhaken|abschließen)\Z"
ASKS = _table(en=[
    # "List my tasks", "what is due today", "do I have anything today", "anything due today"
    r"(?:list|show|display|see|view|give me|tell me|get|read|print)\b(?: me)?\b(?P<rest>.*)",
    r"(?:what|which)\b(?: (?:are|is|do i have|tasks|have i(?: got)?)|'?s|'?re)?\b(?P<rest>.*)",
    r"(?:do|have) i (?:have|got)\b(?P<rest>.*)",
    r"(?:(?:is there )?anything|is anything)\b(?P<rest>.*)",
    # "My open tasks for today", "overdue"
    rf"(?P<rest>(?:my|all|open|done|completed|overdue|(?:{PRIORITY_WORD})(?: priority)?)?\s?(?:open |done |my )?"
    rf"(?:{TASKS_EN})(?: .*)?)",
    r"(?P<rest>overdue)",
], de=[
    # "Meine offenen Aufgaben", "ist etwas überfällig"
    rf"(?P<rest>(?!{_COMPLETES})(?:(?:meine|alle|offenen?|erledigten?|{OVERDUE_DE}en?|{PRIORITY_WORD}) ){{0,3}}"
    rf"(?:{TASKS_DE})(?!{_ENDS_WITH_COMPLETING})(?: .*)?)",
    rf"(?:ist (?:et)?was )?(?P<rest>{OVERDUE_DE})",
    # "Zeige mir die überfälligen Aufgaben", "was steht heute an"
    r"(?:zeige?|liste)\b(?: mir)?\b(?P<rest>.*)",
    r"(?:was|welche)\b(?: (?:ist|sind|steht|gibt es|muss ich|soll ich|habe ich))?\b(?P<rest>.*)",
])  # fmt: skip
"""In few words."""
# "Work" alone is a tag, as "home" is.
_SHOWN_WORK = r"(?:show|list|display)(?: me)?(?: my| the| all)? work"
_READ_ALOUD = (
    r"(?:read|list|show|tell|display|print|recite|repeat|recall|hear|provide|give|name)"
    r"(?: (?:out|back|over|up))?\b(?: (?:to )?me\b)?"
)
# What a question begins with, and what it contains somewhere: "can you tell me when my next meeting is scheduled"
_OPENING = (
    r"(?:(?:can|could|would) you )?(?:what|whats|which|who|is|are|am|was (?=i|there|my|the)|do|does|did|have|has|had"
    r"|will|any|how about|(?:tell|show|let|give) me(?: know)?|check|see|find out"
    r"|i (?:want|need|would like) to know|remind me what|(?:do you|you) know|please)"
)
_ABOUT = rf"(?<!\w)(?:{THE_LIST}|{TASKS}|scheduled|planned|to do|going on|happening|due|coming up|booked)(?!\w)"
LOOKS = _table(en=[
    # "Read out my list for today", not "show my work"
    rf"(?!{_SHOWN_WORK}\Z){_READ_ALOUD}(?! (?:my )?work\Z)(?P<rest>.*?)(?: back)?(?: to (?:me|us))?",
    # "Tell me what to do today", "what does my list say for today"
    r"(?:instruct|tell) me what to do\b(?P<rest>.*)",
    rf"what does {THE_LIST} (?:list|say|look like|contain|have)(?: for)?\b(?P<rest>.*)",
    # "Is my calendar on friday free", "how does my week look"
    rf"(?:is|how(?:'s| is)|what(?:'s| is)) (?P<rest>.*?\b{THE_LIST}(?: (?:for|on) .{{1,40}}?)?) "
    r"(?:(?:completely|totally|all|still|already|pretty) )?"
    r"(?:free|empty|clear|full|like|open|busy|booked)\b(?P<more>.*)",
    r"(?:what|how)(?:'s| is| does| do|s)? (?P<rest>.{1,40}?) look(?:ing|s)?(?: like)?\b(?P<more>.*)",
    # "My upcoming tasks", "have I added anything to my list"
    rf"(?:have|has|did) (?:i|we) (?:already )?(?:added|add|put|got) anything (?:to|on|in) (?:{THE_LIST})(?P<rest>.*)",
    # "What did I want to remember", "I wanted to do something, what was it"
    r"(?:what|list|recall|tell me|show me)\b.{0,60}\bi (?:wanted|want|meant|had|need|not want) (?:not )?to"
    r" (?:remember|recall|keep in mind|bear in mind|forget)(?P<rest>)",
    r"i (?:wanted|meant|had) to (?:remember|do) (?:some ?things?|something|it),? what (?:was|were) (?:it|they|that)"
    r"(?P<rest>)",
    # "What is going on today", "anything happening today", "tomorrow's schedule"
    r"(?:what|which)(?: (?:is|are))?\b(?P<rest>.*)",
    r"(?P<rest>.{1,20}? (?:schedule|agenda|calendar|plan))",
    # "Could you tell me what is scheduled today"
    rf"{_OPENING}\b(?P<rest>.*{_ABOUT}.*)",
], de=[
    # "Sag mir, was ansteht", "lies meine Liste vor", "Termine anzeigen"
    r"(?:sage?|nenne?|gib|gebe|beschreibe?) (?:mir|uns)?,? ?(?:was |welche )?(?P<rest>.*)",
    r"(?:lies|lese|lese?n?) (?:mir |uns )?(?P<rest>.*?)(?: vor)?",
    r"(?:zeige?|liste) (?:mir )?(?P<rest>.*?)(?: (?:an|auf|vor))?",
    r"(?P<rest>.*?) (?:anzeigen|auflisten|vorlesen|zeigen)",
    # "Ist mein Kalender morgen frei", "wie sieht mein Tag aus"
    rf"(?:ist|wie (?:ist|sieht)) (?P<rest>(?:{THE_LIST}|.{{1,20}}? {THE_LIST}).*?)"
    r" ?(?:(?:noch )?(?:frei|leer|voll)|aus)",
    r"wie sieht (?P<rest>.+?)(?: bei mir)? aus",
    # "Habe ich heute etwas vor", "was habe ich heute geplant", "steht heute etwas an", "mein Plan für heute"
    r"(?:habe|muss|soll) ich\b(?P<rest>.*?)(?: (?:vor|geplant|gesetzt|tun|zu tun))?",
    r"(?:was|welche)\b(?P<rest>.*?)(?: (?:vor|geplant|gesetzt|zu tun))?",
    r"(?:steht|stehen|gibt es)\b(?P<rest> .*?)(?: an)?",
    rf"(?P<rest>(?:mein |meine )?(?:(?:tages|wochen)?plan|tagesablauf|{TASKS_DE})(?: für .*)?)",
])  # fmt: skip
"""In more words."""
COUNTS = _table(
    en=[r"(?:how many|hows many|what number of)\b(?P<rest>(?!.*\bhow many\b).*)"],
    de=[r"wie ?viele?\b(?P<rest>(?!.*\bwie ?viele\b).*)"],
)
AGENDAS = _table(
    en=[
        r"what (?:should|shall|can|must) i (?:do|work on|focus on|tackle|start(?: with)?|be doing)"
        r"(?: first| next)?\b(?P<rest>.*)",
        r"what(?:['’]?s| is| comes)(?: up)?(?: my| the)? next(?: task| thing)?(?P<rest>(?: (?:on|to|i|for) .*)?)",
    ],
    de=[
        r"was (?:(?:kommt|ist)(?: (?:als|dann))* nächstes(?: dran)?"
        r"|(?:mache?|soll) ich (?:jetzt |heute )?(?:zuerst|als erstes|als nächstes)(?: machen| tun)?)(?P<rest>)"
    ],
)
"""What to do: "what should I do first", "was ist als nächstes dran"."""
FINISHED = _table(
en=[
    r"(?:what|which (?:tasks?|things?)|how many(?: tasks?| things?)?)(?: all)? (?:have|did|had) i (?:already |just )?"
    r"(?:done|do|finish(?:ed)?|completed?|g[eo]t done|tick(?:ed)? off|accomplish(?:ed)?|managed?)\b(?P<rest>.*)",
], de=[
    r"(?:was|welche (?:aufgaben|sachen)|wie viele(?: aufgaben| sachen| punkte| dinge)?) (?:habe?|hatte) ich"
    r" (?P<rest>.*?)(?: schon| alles)? "
    r"(?:erledigt|gemacht|geschafft|getan|abgehakt|fertig gemacht)"
])  # fmt: skip
"""What was done: "what did I get done yesterday"."""
FREE = _table(
    en=[r"(?:am i|are we) (?:available|free|busy)\b(?P<rest>.*)"],
    de=[r"(?:bin ich|habe ich) (?P<rest>.*?)(?: (?:zeit|frei|verfügbar|beschäftigt))"],
)
"""Whether there is time on a day: "am I free on friday"."""
SEARCHES = _table(
    en=[
        r"(?:search|look|find|show|list|tell) (?:me )?(?:for )?(?:all |my |the |any |everything |anything )*"
        rf"(?:{TASKS} )?(?:for|about|with|containing|mentioning|matching|regarding)"
        r" (?!tags?\b|high|low|medium|#)(?P<words>.+)",
        r"(?:search|find) (?!out\b)(?:for )?(?:the |my )?(?P<words>.+?)(?: (?:task|tasks))?",
    ],
    de=[r"(?:suche?|finde?) (?!out\b)(?:nach )?(?:(?:alle )?aufgaben (?:mit|zu|über) )?(?P<words>.+)"],
)
"""Which tasks contain some words: "show everything about paint", "suche nach Farbe"."""
FINDS = _table(
en=[
    r"(?:did|have|has) (?:i|you|we) (?:already )?"
    r"(?:put|set|add(?:ed)?|mark(?:ed)?|scheduled?|make a note|made a note|write|written?|noted?)"
    rf"(?: down)? (?P<words>.+?) (?:to|on|in|down on) {A_LIST}",
    rf"(?:is there|is|are there) (?:anything|something) (?:on|in) {A_LIST} (?:to|about|for) (?P<words>.+)",
    r"(?:is|are) (?P<words>.+?)(?: (?:an?|one of the) (?:item|task|entry|thing)s?)?"
    rf" (?:already )?(?:on|in) {A_LIST}",
    rf"do(?:es)? {A_LIST} (?:have|contain|include|list) (?P<words>.+?)(?: (?:on|in) it)?",
], de=[
    rf"(?:stehen|steht|ist|sind) (?P<words>.+?) (?:schon |noch )?(?:auf|in) {A_LIST}",
    rf"habe ich (?P<words>.+?) (?:schon |noch )?(?:auf|in) {A_LIST}",
])  # fmt: skip
"""Whether something is on a list: "is milk on my shopping list"."""
DATED_FINDS = _table(en=[
    r"(?:is|are) (?:the|my|our) (?P<words>.+?)(?: (?:scheduled|planned|due))\b(?P<more>.*)",
    r"(?:tell|show|give|list|read)(?: me)?(?: about| out| off)? (?:the|my|any|all) (?P<words>.+)",
], de=[
    r"(?:mit wem )?habe ich (?P<words>.+?)(?: (?:geplant|vor))?",
    r"(?:sage? mir,? |mir sagen,? )?welche (?P<words>.+?)(?: (?:geplant|vor))?(?: habe)?",
])  # fmt: skip
"""Whether there is something on a date, which the words must name: "do I have a dentist appointment on monday"."""
SHOWN = _table(
    en=[
        r"(?:show|list|display)(?: me)?(?: my| the| all)? (?P<tag>(?!(?:them|it|this|that|these|those|more|help"
        r"|undo|deleted|trash|history|settings|week|month|day|weather|time)\Z)[\w-]{2,40})"
    ],
    de=[r"zeige?(?: mir)?(?: meine| die| alle| den| das)? (?P<tag>[\w-]{2,40}?)(?:s?sachen)?"],
)
"""What has a tag: "show shopping"."""
