"""Guesses what a question that no rule reads asks for: tasks of a day, a tag or a state, the open ones, the help."""

from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import begins_with_condition, is_doubt
from taskchat_app.assistant.grammar.phrases.filters import phrases_in, take_filters
from taskchat_app.assistant.grammar.phrases.patterns import phrase, words
from taskchat_app.assistant.grammar.request_words import begins_politely, is_question

_ALL = (
    "everything, all (?:of|the|my|open|done|completed|overdue|due|tasks), whatever(?:['’]s| is| i), the whole, the rest"
    ", alles, alle (?:meine|die|offenen|erledigten|aufgaben), den ganzen (?!tag|abend|monat), den rest, sämtliche"
)
SEVERAL = phrase(
    rf"(?<!, )(?<!- )\b{words(_ALL)}\b|\Aall done\b(?! with)"
    r"|\b(?:overdue (?:stuff|ones|things|tasks)|überfällige[ns]?)\b"
)
# "What's actually due before thursday", "didn't I have something on friday"
_ASKS = phrase(
    r"\A(?:(?:ja|yes|und|and|wait|so|okay?|hm+|also|actually|oh|ach|sag mal),? )*"
    r"(?:what|which|who|how (?:many|much|do|can|i)|anything|whats|(?:did|have) ?n['’]?t i"
    r"|was (?:hab|ist|kann|liegt|muss|soll|steht|war)\w*|welche\w?|wer|womit|mit was|wie (?:viele?|kann|ich)"
    r"|(?:hatten?|hätten?|gab|gibt|bleibt) (?:ich|du|es|wir|noch|da))\b(?! about\b)"
)
# What looks like a question, but may say what was done: "did the plants just now"
REPORTS = phrase(r"\Adid (?!(?:i|you|we|he|she|they|it|that|anyone|anybody|someone)\b)[^?]*\Z")
# What orders to show something: "take me through the weekend", "fass mal zusammen, was ansteht", "hab ich was oder"
SHOWS = phrase(
    r"\A(?:(?:tell|run|take|talk|walk|show|give) me (?:what|which|when|where|who|how|if|through|all|everything|only"
    r"|just|my)|(?:remind me|let me know) what)\b"
    r"|\A(?:zeige?|sage?|lies|nenne?|gib) (?:mir|mal|nur|alles?)\b|\Afass\w* .*\bzusammen\b|[^,] oder(?: was| nicht)?\Z"
)
# What only asks; but "could we do the dentist a week later?", "die Milch auf freitag?"
ONLY_ASKS = phrase(
    r"\A(?:\w+, )?(?:is|are|was|were|wann|when|what\S*|which|who|why|where|how|did|do|does|have|has|seit|since|ist|sind"
    r"|war|waren|wer|wie|wo|warum|wieso|weshalb|welche\w?|habe?|hast|hat|hatte|stimmt)\b"
)
_FOR_TASKS = phrase(
    r"\A(?:so |und )?was\b|\b(?:noch|schon) was\b"
    r"|\b(?:what\w*|which|any(?:thing)?|something|things?|tasks?|welche\w?|etwas|irgend\w*|aufgaben?|sachen?)\b"
)
_NEXT_MAX = 10
_FOR_THOSE = phrase(r"\A(?:where|which|wo|welche\w?)\b")  # "which did I finish"
_SHOWN_BY = ("due_after", "due_before", "undated", "untagged", "priority")
_ASKS_MORE = phrase(r"[\d\n]|\b(?:the|an?|time|should|soll\w*|der|die|das|den)\b|(?<= )(?-i:[A-HJ-Z][a-z]+ [a-z])")
# "What can you even do", "how I can change the hour of a task"
_CAN_DO = words(
    "get rid of (?:one|it|this|that), delete, remove, undo, add, move, rename, edit, sort, tick, tag, mark, löschen"
    ", ändern, verschieben, hinzufügen, umbenennen, abhaken, rückgängig, loswerden"
)
_HOW_TO = phrase(
    r"\b(?:what (?:\w+ )?can you|do i (?:just |only )?(?:type|write|say|click)|was (?:\w+ )?kannst du|tippe ich"
    r"|(?:how|where|wie|wo) (?:do |can |kann )?(?:i|ich|man) .{0,80}(?:tasks?|reminders?|list|finished|aufgaben?"
    r"|erinnerung|liste)|(?:who|what) are you(?=\W*(?:then)?\Z)|wer bist du"
    r"|what(?:['’]?s| is) (?:the diff?e?rence|a (?:tag|note|step|reminder)(?=\W*\Z))|was (?:ist|sind) (?:ein tag|tags)"
    rf"|unterschied)\b|\A(?:how|wie) (?:do|can|kann) (?:i|ich|man) (?:.{{0,80}} )?{_CAN_DO}\b"
)
# "How many things are on there all together", "how much is left", "wie viele sachen hab ich noch offen"
_HOW_MANY = phrase(
    r"\b(?:how many|wie ?viele)\b(?: (?:of|more|other|open|done|offene?n?|noch|davon|von))* (?:"
    rf"{words('things?, tasks?, items, jobs, to-?dos, them, these, those, have i, do i, did i, are')}"
    r"|(?:sachen|dinge|aufgaben|punkte|denen|hab\w*|sind (?!wir)|steh\w*))\b"
    r"|\b(?:how much (?:stuff|work|is (?:still )?left|do i (?:still )?have)|wie ?viel(?: \w+)? ich noch)\b"
)
_NO_COUNT = phrase(r"\d|\b(?:should|soll\w*|euro|cost|spent|spend)\b")  # "how many eggs should I buy"
# "What should come first", "und was mach ich zuerst"
_FIRST = phrase(
    r"\A(?:(?:und|and|so|ok\w*),? )?(?:what|which|where|was|welche\w?|womit|mit was)(?:['’]s| \w+)?"
    r" (?:should|do|must|comes?|mach|muss|soll|is the|one|ist|fang\w*).{0,60}"
    r"\b(?:first|soonest|(?:most )?(?:urgent|pressing)|zuerst|als (?:erstes|nächstes)"
    r"|am (?:dringendsten|ehesten|besten an)|anfangen|beginnen|start(?: with)?)\W*\Z"
)
_DENIES = phrase(r"n['’]t\b(?! i\b)|\b(?:not|nicht|never|nie)\b")  # "what isn't urgent"; not "didn't I have something"
# "Which can wait till next week": what is due then is the wrong answer
_CAN_WAIT = phrase(
    r"\b(?:can|could|kann|können) .{0,60}\b(?:wait|put off|postponed?|warten|(?:auf|ver)?schieben)\b|\bhat noch zeit\b"
    r"|\b(?:can|could|kann|könnte) .{0,40}\bin \d{1,3} (?:min\w*|hours?|stunden?)\b"  # how long it may take
)
# What no list answers: "why do you add tasks twice", "who are you", "done with 3"
_NO_LIST = phrase(
    r"\d|\A(?:warum|wieso|weshalb|why|who|wer|how come|how (?:do|can|are|to|old|far)|wie (?:kann|geht|spät)|do you"
    r"|did you|are you|is (?:this|anyone|my|there)|gibt es|bist du|kannst du|what time|(?:ok|right|really)\W*\Z)\b"
)


def asks(text: str, clause: str) -> bool:
    """Return whether a text asks something; `clause` is the text without polite words.

    "Can we do the plants on saturdays instead" asks nothing, nor does "when I get home I have to call Bob".
    """
    if "?" not in text and begins_with_condition(clause):
        return False
    return is_question(text) or is_doubt(clause, asks=not begins_politely(text)) or _ASKS.search(clause) is not None


def answer(question: str, clock: UserClock, command: Command) -> Command | None:
    """Return what answers a question in which no task is named: a list, or the help; None for neither.

    A list that may be less than what was asked for is doubtful: "what's the weather on friday" asks for more than the
    tasks of that day. Where nothing says of which tasks, it has the open ones that are due next.
    """
    if _CAN_WAIT.search(question) and _FOR_TASKS.search(question):
        return Command("look", command.text, given={"status": "open", "sort": "due", "limit": _NEXT_MAX}, doubtful=True)
    given, rest = take_filters(question, clock, by_day=True)
    is_shown = not given.keys().isdisjoint(_SHOWN_BY)
    look = Command("look", command.text, given={"status": "open"} | given)
    asks_more = _ASKS_MORE.search(rest) or SEVERAL.search(question) or any(phrases_in(rest, clock))
    if is_shown and not asks_more and not _DENIES.search(rest) and _FOR_TASKS.search(question):
        return look
    if _HOW_TO.search(question):
        return Command("help", command.text)
    counts = list(_HOW_MANY.finditer(question))
    if counts and not _NO_COUNT.search(question):
        is_of_all = len(counts) > 1 or given == {"status": "open"}
        return Command("count", command.text, given={} if is_of_all else given)
    if _FIRST.search(question) and not is_shown:
        return replace(look, given={"status": "open", "sort": "due", "limit": _NEXT_MAX})
    if is_shown or "#" in question or (given.get("status") == "done" and _FOR_THOSE.match(question)):
        return replace(look, doubtful=True)
    if _NO_LIST.search(question):
        return None
    return replace(look, given={"status": "open", "sort": "due", "limit": _NEXT_MAX}, doubtful=True)
