"""Finds the word of a new title that could be a date, a repetition or a reference, and was not read as one."""

from taskchat_app.assistant.grammar.phrases.conditions import UNCERTAIN
from taskchat_app.assistant.grammar.phrases.patterns import INSTEAD_OF, OFTEN, phrase, words
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
            # Units of time
            rf"(?<![\w-])(?<!\ball )(?:{_LONG})(?![\w-]|['’]s)",
            r"\b(?:am|pro|jede[nm]?|ein\w{0,2}|zweiten) tag\b|\b(?:am|zum|vom|ab) \d{1,2}\.(?= )",
            rf"\b(?:every|each|alle|in|within) (?:\w{{1,9}} ){{0,2}}(?:{_SHORT})\b",
            rf"(?<![\w-])\d*(?:{_SHORT}) (?:before|after|earlier|early|sooner|later|vorm?|nach|vorher|früher|später)\b",
            r"\b(?:a (?:bit|little|while)|etwas|kurz) (?:before|earlier|later|vorher|davor|früher|später)\b",
            r"\A(?:tell|ping|nudge) me\Z|\A(?:sag|gib) mir(?: bescheid)?\Z",
            # A time in words
            rf"\b(?<!\d )(?:at|by|for|around|about|um|gegen|ab|bis|till?|until) {_HOUR}{_GOES_ON}",
            rf"\bum {_HOUR} (?!(?:uhr|euro|prozent)\b)|\b(?:\w{{3,6}}zehn|(?:\w{{3,4}}und)?zwanzig) uhr\b",
            rf"\b(?:half|halb|(?:drei)?viertel) {_HOUR}(?!\w)",
            r"\b(?:punkt|pünktlich) \d{1,2}\b|\b\d{1,2} sharp\b|\bo['’]clock\b|\bb4\b",
            r"\b(?:at|around|by|after|until) (?:lunch|noon|midday|dinner|breakfast|bed|dusk|sunset|close)(?:time)?\b",
            # Days, months, parts of the day and feasts
            rf"(?<![\w-])(?:{WEEKDAY}|{CLEAR_SHORT_WEEKDAY})(?![\w-]|['’]s)",
            rf"\b(?:{SHORT_WEEKDAY}) ?(?:[+&,/–-]|and|und|to|bis) ?(?:{SHORT_WEEKDAY})\b",
            rf"\b(?!so\b)(?:{GERMAN_SHORT_WEEKDAY}) ?(?:[+&,/]|und) ?(?:{GERMAN_SHORT_WEEKDAY})\b",
            rf"\b{_DAY},? (?:or|oder)\b|\b{_NOT} (?:on |at |am |um )?{_DAY}\b",
            r"\b(?:heut|gestern|yesterday|tonight|tonite|2nite|overnight|sometime|someday|irgendwann|heuer"
            r"|(?:vor|nach)?mittags|morgens|abends|nachts|frühmorgens|(?:heute|morgen) früh)\b",
            rf"\b{_BEFORE} (?:the |next |de[nmr] |nächste\w? )?(?:{MONTH}|{_SEASON}|{_PART})(?![\w-]|['’]s)",
            rf"\bof (?:{MONTH})\b|\b(?:{DAY_ORDINAL}) weekend\b",
            rf"\b(?:{_PART}) (?:before|after|vor|nach)\b|\b(?:and|und|or|oder) {_PART}(?!\w)",
            rf"\A{_SEASON}\b(?= \S+ \S)",
            r"\b(?:am|bis|ab|zum|vor|(?:nächst|dies|kommend|jed)en|immer) (?-i:Mo|Di|Mi|Do|Fr|Sa|So)\b",
            r" (?:mo|di|mi|do|fr|sa)\Z",
            rf"\b(?:{DAY_ORDINAL}) (?:of )?(?:{MONTH})\b|\b(?:am|zum|on the|by the) (?:{DAY_ORDINAL})(?![\w-])",
            # How often
            r"\b(?:always|regularly|usually|whenever|immer|stets|regelmäßig|jedes mal|jeweils)\b",
            r"\bmonats(?:erste|letzte|anfang|ende)\w*",
            r"\b(?:every|each|alle|jede\w) \d+|\bnur(?= (?-i:[a-zäöüß]+en)\Z)",
            rf"\b(?:hourly|stündlich|{OFTEN})(?= (?:on|at|in|from|am|um|ab)\b|[\s.!]*\Z|(?<=lich)\b)",
            r"\b(?:twice|thrice|(?:zwei|drei|vier)mal|again and again)\b",
            r"\b(?:once|einmal|mal) (?:a|per|every|am|pro)\b",
            r"\b(?:\d+|three|four|five|several|many) times\b",
            r"\A(?:never|nie|niemals)\b|\b(?:from now on|ab (?:jetzt|sofort)|von jetzt an)\b",
            r"\b(?:not|nicht|erst|hidden|versteckt|ausgeblendet|, (?:starts|begins|startet|beginnt))\Z",
            r"\b(?:hide (?:it|this)|not before|nicht vor)\b|\Aab dem\b",
            # A person or thing that was named before
            r"\A(?!(?:make|mache?|if|falls|wenn)\b)[^\W\d]+ (?:him|ihn|ihm|ihnen)\b",
            r"\A(?!(?:make|mache?)\b)(?:[^\W\d]+ )?[^\W\d]+ (?:them|it|that|sie|es|das)"
            rf"(?:(?: {_PARTICLE})?\Z|(?= really))",
            r"\A[^\W\d]+ her(?=\Z| (?:about|back|to|for|at|on|if|when|that)\b)",
            r"\A(?:him|her|them|ihn|ihm|ihnen)\Z|\A(?:mich|mir|uns|me|us)\b",
            r"\A(?:this|that|these|das|dies\w?) (?:for|on|to|by|für|am|bis)\b",
            r"\A(?:dafür|deshalb|daher|stattdessen|instead|about|wegen)\b",
            r"\A(?:again|noch ?mals?|erneut)(?= (?:about|an|wegen)\b|[\s.!]*\Z)",
            r"\b(?:and|und) (?:also |then |auch )?\w+ (?:it|them|him|her|ihn|es)\b",
            # Several tasks, or another one
            r"\b(?:both|all|beides?|alle) (?:by|on|due|tagged|until|bis|am|fällig)\b",
            r", (?:all|both|alle|beides?)[\s.!]*\Z",
            r"\b(?:the|die|all|alle) (?:\w+ ones|erledigten)[\s.!]*\Z| (?:too|auch)\Z",
            rf"\b(?:number|nummer|task|aufgabe) (?:{DAY_CARDINAL}|\d)",
            r"\b(?:the|its|all) (?:(?:due )?date|deadline|time|priority|reminder|tags?|notes?) (?:off|from)\b",
            r"(?<!\S)#\d{1,6}(?= (?:from|to|into|of|aus|von|zu)\b)",
            r"\b(?:should|soll(?:te)?n?) (?:be|come|repeat|kommen|sein|werden)\b|(?<!\A)\blieber\b",
            r"\b(?:instead|stattdessen)(?=[\s.!]*\Z)|\b(?:not|nicht) \w{1,20} (?:but|sondern)\b|\bsondern\b",
            r"\b(?:no wait|(?:cross|scratch|strike|forget) (?:that|this)|i meant?|nee|ich meine?|mein ich)\b",
            r"\A#?\d{1,9},? (?:and|und|with|mit|gegen) #?\d",
            r"\A(?:sort\w?|order|arrange|ordne|sortiere?) (?:.{1,40} )?(?:by|nach)\b",
            # The rest of a command, another command, a step behind another one
            r"\A(?:show|find|read|zeige?|such|suche|lies) (?:me|mir)\b|\A(?:new tasks|neue aufgaben)(?=:)",
            r"\A(?:f(?:or|ür) )?(?:the|my|den|die|das|der|beim|zu[mr]) [\w ]{2,40}(?=:)",
            r"\A(?:is|are|was|were|ist|sind|waren?|anstatt|statt)\b",
            r"\A(?:nothing|nichts|nix)(?=[\s.!]*\Z)",
            r"\A(?:reminder(?! letter)|erinnerung|do list|list|liste) ",
            r"\b(?:as an?|als) (?:(?:new|neuen?) )?\w*(?:step|schritt)\b|\A(?:an? )?(?:sub)?step(?: (?:of|to)\b|\Z)",
            r"\A(?:(?:an?|the|eine?n?|die) )?(?:steps?|sub-?tasks?|(?:teil|unter)?schritte?|(?:teil|unter)aufgaben?) ",
            r", (?:goes|belongs|gehört) |, \w+ stuff\Z",
            r"\bhinzu\b|\A(?:aus|bei) .{1,60} mach\b",
            r"\A(?:er|uh|uhm|äh|ähm|ach|hm+) |\b(?:uh|uhm|äh|ähm)\b",
            r"\A(?:an? |eine )?(?:note|notiz) |\Aneue \w+ aufgabe\b|\btag [\w-]{2,30}\Z",
            r"\b(?:done|completed|finished) (?:tasks|todos|items|things|ones)\b|\balles? erledigte|\bcalendar clean\b",
            r" with (?:the )?(?:notes?|description)(?= )",
            r"[✅✔☑]|, (?:melden|bescheid (?:sagen|geben)|(?:tell|ping|nudge) me)\Z",
            r"\b(?:asap|by the way|also|please|thanks|übrigens|am besten|und zwar|bitte|danke)\b",
            r"\b(?:muss|müsste|soll(?:te)?|könnte|will|möchte|kann) (?:ich|man|wir)\b",
            r" (?:muss|soll|will|möchte|haben?)\Z",
            r"\A(?:dass|that|muss|soll|ich|wir|and|und|(?:(?:with|mit) )?(?:the |dem )?(?:title|titel|namen)) ",
            r"(?<!that )\b(?:i|we) (?:have|need|must|should|gotta|want)\b",
            r"\b(?:and|und) (?:put|add|move|remind|mark|tag|trage?|verschiebe?|setze?|füge?)\b",
            r"\b(?:löschen|umbenennen|verschieben|abhaken|eintragen|hinzufügen) (?:und|in|auf)\b",
            r"\b(?:als erstes|zuerst|first thing|after that|danach|dann|then)\b|\b(?:one|eins) .{1,80} (?:two|zwei) ",
            # Doubts, conditions, and what is told of the task
            rf"\b(?:{UNCERTAIN}|doch|erst)\b",
            r"(?<=\S )(?<!\bcheck )(?<!\bsee )(?<!\bout )(?<!\btest )(?<!\bask )(?:if|unless|wenn|falls)\b",
            r"\A(?:\w+ )?(?:not|nicht) (?:to|about|of|an)\b|\bto (?:the |my )?[\w ]{1,40} (?:notes?|stuff|things)\Z",
            r", (?:they|it|that|he|she|we|there|sie|er|es)(?:['’]\w+)?[ ,]",
            r", (?:it['’]?s|it is|es ist|das ist)(?=[\s.!]*\Z)",
            r"\b(?:is|are|ist|sind) (?:(?:still|noch) )?(?:waiting|blocked|stuck|on hold|blockiert)\b",
            r"\bwartet (?:noch )?auf\b",
            r", (?:the|der|die|das) (?:\w{1,20} ){1,3}(?:is|are|has|closes|opens|starts|ends|ist|hat|schließt)\b",
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
# “"Stamps and tape" as one task”: the title is quoted, and the rest is not of it
_BESIDE_QUOTED = phrase(r"\A(?:\"[^\"]*\"|'[^']*'|“[^”]*”|‘[^’]*’|„[^“]*“) (?P<word>as|too|also|with|als|auch|mit)\b")
_CUT_OFF = phrase(
    r"(?:\A(?:den|das|the) .{1,100} (?:auf|am|um|bis|on)|.{1,200} (?:at|by|until|to|from|re|about|because|it['’]?s"
    r"|von|zum|für|wegen|bevor|weil|the|der))\Z"
)


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
    if match := _BESIDE_QUOTED.match(title):
        return match["word"]
    masked = mask_quotes(title)
    if match := _UNREAD.search(masked):
        return match[0].strip(" ,.!")
    words = [word for word in masked.casefold().split() if len(word) > 2 and word not in FILLERS]
    for verb in words[:1] + words[-1:]:  # "call dad call mum", "Papa anrufen Mama anrufen"
        if words.count(verb) > 1:
            return verb
    return masked.rpartition(" ")[2] if _CUT_OFF.fullmatch(masked) else ""
