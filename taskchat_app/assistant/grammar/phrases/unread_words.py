"""Finds what could be a date, a repetition or a reference in a new title, or has not the form of a title."""

from collections.abc import Mapping
from typing import Any

from taskchat_app.assistant.grammar.phrases.conditions import UNCERTAIN
from taskchat_app.assistant.grammar.phrases.patterns import INSTEAD_OF, OFTEN, phrase, sentence, words
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS
from taskchat_app.domain.dates.clock_phrases import SPOKEN_HOUR
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_mentions import unread_number
from taskchat_app.domain.dates.vocabulary import (
    CLEAR_SHORT_WEEKDAY,
    DAY_CARDINAL,
    DAY_ORDINAL,
    GERMAN_SHORT_WEEKDAY,
    MONTH,
    SHORT_WEEKDAY,
    UNITS,
    WEEKDAY,
    any_of,
)

_LONG = any_of(word for word, unit in UNITS.items() if unit not in ("minutes", "hours") and word != "tag")
_SHORT = any_of(word for word, unit in UNITS.items() if unit in ("minutes", "hours"))
_SEASON = words(
    "spring, summer, autumn, fall, winter, frühling, frühjahr, sommer, herbst, q[1-4], easter, christmas, xmas"
    ", thanksgiving, halloween, new year(?:['’]s(?: eve| day)?)?, weihnachten, heiligabend, silvester"
    ", neujahr, ostern, pfingsten, fasching"
)
_PARTS = "morning, evening, afternoon, night, weekend, abend, nacht, vormittag, nachmittag, mittag, wochenende"
_PART = rf"{words(_PARTS)}s?"
_BEFORE = words(
    "in, for, by, before, after, until, till?, on, over, around, at, from, since, during, next, this, last, early, late"
    ", end of, every, each, bis, vor, nach, zu, ab, für, über, im, am, an, um, aufs, seit, während, nächste\\w?"
    ", diese\\w?, kommende\\w?, letzte\\w?, jede\\w?, anfang, mitte, ende"
)
_HOUR = rf"(?:{SPOKEN_HOUR}|\d{{1,2}})"
_GOES_ON = (
    r"(?=[\s.!]*\Z|,| (?:at|in|on|and|or|with|to|then|for|from|near|not|und|oder|mit|dann|bei|im|zur?|vom|nicht)\b)"
)
_PARTICLE = words("up, out, in, on, down, over, back, off, away, ab, an, auf, aus, weg, rein, raus")
_NOT = rf"(?:{words('or, oder, not, no, nicht, nein')}|{INSTEAD_OF})"
_DAY = rf"(?:{WEEKDAY}|{MONTH}|today|tomorrow|heute|(?:über)?morgen)"
_UNREAD = phrase(
    "|".join(
        (
            # Units of time: "in two weeks", "every 3 hours", "an hour before", "a bit later"
            rf"(?<![\w-])(?<!\ball )(?:{_LONG})(?![\w-]|['’]s)",
            r"\b(?:am|pro|jede[nm]?|ein\w{0,2}|zweiten) tag\b|\b(?:am|zum|vom|ab) \d{1,2}\.(?= )",
            rf"\b(?:every|each|alle|in|within) (?:\w{{1,9}} ){{0,2}}(?:{_SHORT})\b",
            rf"(?<![\w-])\d*(?:{_SHORT}) (?:before|after|earlier|early|sooner|later|vorm?|nach|vorher|früher|später)\b",
            r"\b(?:a (?:bit|little|while)|etwas|kurz) (?:before|earlier|later|vorher|davor|früher|später)\b",
            # A time in words: "at five", "halb acht", "8 sharp", "after lunch"
            rf"\b(?<!\d )(?:at|by|for|around|about|um|gegen|ab|bis|till?|until) {_HOUR}{_GOES_ON}",
            rf"\bum {_HOUR} (?!(?:uhr|euro|prozent)\b)|\b(?:\w{{3,6}}zehn|(?:\w{{3,4}}und)?zwanzig) uhr\b",
            rf"\b(?:half|halb|(?:drei)?viertel) {_HOUR}(?!\w)",
            r"\b(?:punkt|pünktlich) \d{1,2}\b|\b\d{1,2} sharp\b|\bo['’]clock\b|\bb4\b",
            r"\b(?:at|around|by|after|until) (?:lunch|noon|midday|dinner|breakfast|bed|dusk|sunset|close)(?:time)?\b",
            # Days, months, parts of the day and feasts: "mo + mi", "friday or saturday", "by easter", "am 3. Mai"
            rf"(?<![\w-])(?:{WEEKDAY}|{CLEAR_SHORT_WEEKDAY})(?![\w-]|['’]s)",
            rf"\b(?:{SHORT_WEEKDAY}) ?(?:[+&,/–-]|and|und|to|bis) ?(?:{SHORT_WEEKDAY})\b",
            rf"\b(?!so\b)(?:{GERMAN_SHORT_WEEKDAY}) ?(?:[+&,/]|und) ?(?:{GERMAN_SHORT_WEEKDAY})\b",
            rf"\b{_DAY},? (?:or|oder)\b|\b{_NOT} (?:on |at |am |um )?{_DAY}\b",
            r"\b(?:heut|gestern|yesterday|tonight|tonite|2nite|overnight|sometime|someday|irgendwann|heuer"
            r"|(?:vor|nach)?mittags|morgens|abends|nachts|frühmorgens|(?:heute|morgen) früh)\b",
            rf"\b{_BEFORE} (?:the |next |de[nmr] |nächste\w? )?(?:{MONTH}|{_SEASON}|{_PART})(?![\w-]|['’]s)",
            rf"\b(?:of|to|through|except|außer) (?:{MONTH})\b|\b(?:{DAY_ORDINAL}) weekend\b",
            rf"\b(?:{_PART}) (?:before|after|vor|nach)\b|\b(?:and|und|or|oder) {_PART}(?!\w)",
            rf"\A{_SEASON}\b(?= \S+ \S)",
            r"\b(?:am|bis|ab|zum|vor|(?:nächst|dies|kommend|jed)en|immer) (?-i:Mo|Di|Mi|Do|Fr|Sa|So)\b",
            r" (?:mo|di|mi|do|fr|sa)\Z",
            rf"\b(?:{DAY_ORDINAL}) (?:of )?(?:{MONTH})\b|\b(?:am|zum|on the|by the) (?:{DAY_ORDINAL})(?![\w-])",
            # How often: "always", "every 3", "twice", "from now on"
            r"\b(?:always|regularly|usually|whenever|immer|stets|regelmäßig|jedes mal|jeweils)\b",
            r"\bmonats(?:erste|letzte|anfang|ende)\w*",
            r"\b(?:every|each|alle|jede\w) \d+|\bnur(?= (?-i:[a-zäöüß]+en)\Z)",
            rf"\b(?:hourly|stündlich|{OFTEN})(?= (?:on|at|in|from|am|um|ab)\b|[\s.!]*\Z|(?<=lich)\b)",
            r"\b(?:twice|thrice|(?:zwei|drei|vier)mal|again and again)\b",
            r"\b(?:\d+|three|four|five|several|many) times\b",
            r"\A(?:the|a|die|der|den) (?:night|day|evening|morning|nacht|tag|abend|morgen)(?=[\s.!]*\Z)",
            r"\A(?:never|nie|niemals|ab dem|nicht mehr|no longer)\b",
            r"\b(?:from now on|ab (?:jetzt|sofort)|von jetzt an)\b",
            # A person or thing that was named before: "call him", "hang it up"
            r"\A(?!(?:make|mache?|if|falls|wenn)\b)[^\W\d]+ (?:him|ihn|ihm|ihnen)\b",
            r"\A(?!(?:make|mache?)\b)(?:[^\W\d]+ )?[^\W\d]+ (?:them|it|that|sie|es|das)"
            rf"(?:(?: {_PARTICLE})?\Z|(?= really))",
            r"\A[^\W\d]+ her(?=\Z| (?:about|back|to|for|at|on|if|when|that)\b)",
            # Several tasks, or another one: "…, both", "number 3", "not the car but the bike", "5 and 6"
            r"(?:,| [-–]) (?:all|both|alle|beides?)[\s.!]*\Z",
            rf"\b(?:number|nummer|task|aufgabe) (?:{DAY_CARDINAL}|\d)",
            r"(?<!\S)#\d{1,6}(?= (?:from|to|into|of|aus|von|zu)\b)",
            r"\b(?:instead|stattdessen)(?=[\s.!]*\Z)|\b(?:not|nicht) \w{1,20} (?:but|sondern)\b|\bsondern\b",
            r"\b(?:no wait|(?:cross|scratch|strike|forget) (?:that|this)|i meant?|nee|ich meine?|mein ich)\b",
            r"\A#?\d{1,9},? (?:and|und|with|mit|gegen) #?\d",
            r"\A(?:sort\w?|order|arrange|ordne|sortiere?) (?:.{1,40} )?(?:by|nach)\b",
            # The rest of a command, another command, a step: "show me …", "for the party: …", "with the note …"
            r"\A(?:show|find|read|zeige?|such|suche|lies) (?:me|mir)\b|\A(?:new tasks|neue aufgaben)(?=:)",
            r"\A(?:(?:for|für|bei) )?(?:the|my|this|that|these|de[nr]|die|das|dies\w?|beim|zu[mr]) [\w ]{2,40}(?=:)",
            r"\A(?:nothing|nichts|nix)(?=[\s.!]*\Z)",
            r"\A(?:(?:an?|the|eine?n?|die) )?(?:steps?|sub-?tasks?|(?:teil|unter)?schritte?|(?:teil|unter)aufgaben?"
            r"|note|notiz|reminder(?! letter)|erinnerung|do list|list|liste|with the title|mit dem (?:titel|namen)) ",
            r"\bhinzu\b|\A(?:aus|bei) .{1,60} mach\b",
            r"\A(?:er|uh|uhm|äh|ähm|ach|hm+) |\b(?:uh|uhm|äh|ähm)\b",
            r"\Aneue \w+ aufgabe\b|\btag [\w-]{2,30}\Z|\b(?:as an?|als) (?:(?:new|neuen?) )?\w*(?:step|schritt)\b",
            r"\b(?:(?:the|all) \w+ ones|(?:done|completed|finished) (?:tasks|items|things)|alles? erledigten?)[.!]*\Z",
            r" with (?:the )?(?:notes?|description)(?= )",
            r"[✅✔☑]|, (?:melden|bescheid (?:sagen|geben))\Z",
            r"(?<=\S )(?<!\bto )(?:(?:tell|ping|nudge|remind|wake|warn|alert) me|erinnere? mich"
            r"|sag\w? (?:mir )?bescheid)\b",
            r"\b(?:löschen|umbenennen|verschieben|abhaken|eintragen|hinzufügen) (?:und|in|auf)\b",
            # Doubts, conditions, and what is told of the task: "maybe", "… if it rains", "not to Tom"
            rf"\b(?:{UNCERTAIN}|doch|erst|(?<!\A)lieber)\b",
            r"(?<=\S )(?<!\bcheck )(?<!\bsee )(?<!\bout )(?<!\btest )(?<!\bask )(?:if|unless|wenn|falls)\b",
            r"\A(?:\w+ )?(?:not|nicht) (?:to|about|of|an)\b|\bto (?:the |my )?[\w ]{1,40} (?:notes?|stuff|things)\Z",
        )
    )
)
# "Call mum tomorrow, no wait, friday", "Brot am Freitag, nein, morgen"; neither "cake, no nuts" nor "rest, wait for me"
_NEW = rf"(?:(?:this |next |diesen |nächsten )?{_DAY}|[\w.:]*\d[\w.:]*)"
_CORRECTS = phrase(
    r"\S(?:\s?(?:[,;.!…–-]|\.\.\.) (?:(?:oh|uh|um|er|ach|äh|ähm),? )?(?:(?P<word>wait|sorry|oops|actually|or rather"
    r"|rather|i meant?|scratch that|halt|moment|warte|quatsch|ich mein(?:e|te)?|vielmehr|ups)"
    r"(?! (?:for|until|till|auf|bis|that|i)\b)\b"
    r"|(?P<no>no|nope|nein|nee?)(?= ?[,.!…]| (?:wait|to|on|at|auf|am|um|doch|lieber|lass|leave)\b)"
    rf"|(?P<say>no|nope|nein|nee?|make (?:it|that)|let['’]?s say|mach (?:es|das)|sagen wir) (?={_NEW}))"
    rf"| (?P<sure>no wait|wait,? no|i meant?|scratch that|nein|nee|ich mein(?:e|te)) (?=(?:on |at |am |um )?{_NEW}))"
)
# A title or a description that is given word by word
_VERBATIM = phrase(
    r"\b(?:rename|describe|note|description|title|name|benenne?|nenne?|beschreibe|notiz|beschreibung|titel|namen)\b"
)
# Words of closed classes: subjects and verbs that tell how something is, and what asks for them
_SAYS = (
    "we, he, she, they, ich, wir, er, is, are, isn['’]t, aren['’]t, has, needs, should, must, ist, sind, wird, muss"
    ", müssen, müsste, sollte?n?, soll, goes, belongs, closes, opens, steht, kommt, gehört, braucht"
)
_JOINS = words(f"{_SAYS}, and, or, but, than, that, because, und, oder, aber, sondern, dass, weil, denn, about, wegen")
_ASKS = words(
    "if, whether, that, what, when, where, who, how, why, which, until, while, because, once, wenn, ob, dass, was, wann"
    ", wo, wer, wie, warum, welche\\w?, weil, bis, damit"
)
# What has not the form of a title
_MISFIT = phrase(
    "|".join(
        (
            # Begins within a phrase: "again about the rent"
            rf"\A(?:{_JOINS}|was|were|waren?|statt|anstatt|instead|stattdessen|dafür|deshalb|daher|again about|me|us"
            r"|mich|mir|uns)(?= |\Z)",
            r"\b(?:should|must|muss|müsste|soll(?:te)?|könnte|will|möchte|kann) (?:i|we|ich|wir|man)\b",
            # Ends within one: "text Amy back re"
            rf"(?<= )(?:{_JOINS}|a|the|my|der|den|dem|das|ein|eine[nmr]?|mein\w?|at|by|until|to|from|of|for|with|re"
            r"|into|von|vom|zum|zur|für|bei|beim|als|bis|im|will|möchte|haben?|not|nicht|erst|too|also|auch|it['’]?s|me|mir"
            r"|bescheid|preferably|ideally|hopefully|vorzugsweise|möglichst|hoffentlich)\Z",
            r"\A(?:den|das|the) .{1,100} (?:auf|am|um|on)\Z",
            # Names no place: "put gym"
            r"\Aput (?!on|off|up|out|in|away|down|back)\S+\Z",
            # Says something of its subject: "the plants needs to come back"
            rf"\A(?:(?!\b{_ASKS}\b).)+ (?-i:{words(_SAYS)}|i)(?=[ ,'’]|\Z)",
            r", (?:it|that|there|sie|es)s?['’ ]",
            # Is quoted in part: “"Stamps and tape" as one task”
            "\\A\ufffc+ (?:as|too|also|with|again|als|auch|mit|noch ?mal)(?= |\\Z)",
            # What is left of parentheses, numbers of a list, a field by its name, an arrow
            r"\( | \)",
            r"\A1[.)] .+ 2[.)] ",
            r", (?:high|medium|low|urgent|important|hoch|mittel|niedrig|dringend|wichtig)\Z",
            r", (?:tag|label|category|deadline|stichwort|schlagwort|kategorie|frist|priori\w+) ",
            r"\bthe due date\b|\b(?:the (?:tag|label|flag|priority|reminder) (?:of|on|off|from)"
            r"|das (?:schlagwort|stichwort|datum)|die (?:priorität|erinnerung)) ",
            r"[-=]>\Z",
            r"\berinnert werden\Z",
            # Is said to the assistant, or of what it keeps
            r"\b(?:till|until|bis) (?:i|we|he|she|they|ich|wir|er|sie)\b",
            r"(?<!\bthank )\byou (?!and me\b)|\b(?:was|das|die) du\b|\bnich vergessen\Z",
            r"\b(?:to|of|in) (?:an?|the|my) (?:task|reminder|list)s?\Z|\bin der liste\b",
            # A place in the list, several tasks, a reference, a time
            r"\b(?:to the (?:top|bottom)|nach (?:ganz )?(?:oben|unten)|an den anfang|ans ende)\Z",
            r"\b(?:die|alle) (?:erledigten|fertigen|überfälligen)(?! (?-i:[A-ZÄÖÜ]))",
            r"(?<= )(?:(?:to|on|for|with|from) (?:it|them)|dazu|damit|drauf)\Z",
            r"\A(?:the|die|de[rn]|das) [\w ]{2,40} (?:before|above|below|vor|über|unter) (?:the|die|de[rnm]|das) ",
            r"\A(?:jetzt|right now) ",
        )
    )
)
# "Bad putzen, ganz wichtig", "hotel in Lisbon (goes with travel)"; neither a list nor "dinner in Arcata, California"
_ASIDE = sentence(r"[^,;:()–]+(?:[,;(–]| -) ?(?!and |und )(?-i:[a-zäöü])[\w'’-]*(?: (?!and |und )[\w'’-]+){0,2}\)?")


def correction(text: str) -> str:
    """Return the word by which a message corrects itself; empty if it does not."""
    match = _CORRECTS.search(mask_quotes(text))
    if match is None or _VERBATIM.search(text, 0, match.start()):
        return ""
    if len(text[: match.start() + 1].split()) < 2:  # "sorry, I meant saturday" corrects the message before
        return ""
    return match["word"] or match["no"] or match["say"] or match["sure"]


def leftover(title: str) -> str:
    """Return a word of a title that could be a date, a repetition or a reference, and was not read as one; else ""."""
    if number := unread_number(title):
        return number
    masked = mask_quotes(title)
    if match := _UNREAD.search(masked):
        return match[0].strip(" ,.!")
    words = [word for word in masked.casefold().split() if len(word) > 2 and word not in FILLERS]
    for verb in words[:1] + words[-1:]:  # "call dad call mum", "Papa anrufen Mama anrufen"
        if words.count(verb) > 1:
            return verb
    return ""


def misfit(given: Mapping[str, Any]) -> str:
    """Return what has not the form of a title in the title of these fields, or its leftover; "" if there is none."""
    masked = mask_quotes(title := str(given.get("title", "")))
    is_cut = len(given) > 1  # a date or another field was cut out of what was said
    match = _MISFIT.search(masked) or (_ASIDE.fullmatch(masked) if is_cut else None)
    return leftover(title) or (match[0].strip() if match else "")
