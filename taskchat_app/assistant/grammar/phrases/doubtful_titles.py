"""Tables of patterns that make a new title doubtful, so that the assistant asks first.

A row is a pattern (see patterns.phrase) and titles that it finds. tests/assistant/offline/test_unread_words.py searches
each title with the pattern of its row. Where several rows match, the word of the earliest match is quoted, and of those
at the same place that of the first row.
"""

from taskchat_app.assistant.grammar.phrases.conditions import UNCERTAIN
from taskchat_app.assistant.grammar.phrases.patterns import INSTEAD_OF, OFTEN, words
from taskchat_app.domain.dates.clock_phrases import SPOKEN_HOUR
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

ANY_DAY = rf"(?:{WEEKDAY}|{MONTH}|today|tomorrow|heute|(?:über)?morgen)"
# Days and longer units, without "Tag", which is a label too; minutes and hours
_LONG_UNIT = any_of(word for word, unit in UNITS.items() if unit not in ("minutes", "hours") and word != "tag")
_SHORT_UNIT = any_of(word for word, unit in UNITS.items() if unit in ("minutes", "hours"))
_SEASON = words(
    "spring, summer, autumn, fall, winter, frühling, frühjahr, sommer, herbst, q[1-4], easter, christmas, xmas"
    ", thanksgiving, halloween, new year(?:['’]s(?: eve| day)?)?, weihnachten, heiligabend, silvester"
    ", neujahr, ostern, pfingsten, fasching"
)
_PARTS = "morning, evening, afternoon, night, weekend, abend, nacht, vormittag, nachmittag, mittag, wochenende"
_PART = rf"{words(_PARTS)}s?"
# What makes a date of the month, the season or the part of a day after it
_BEFORE = words(
    "in, for, by, before, after, until, till?, on, over, around, at, from, since, during, next, this, last, early, late"
    ", end of, every, each, bis, vor, nach, zu, ab, für, über, im, am, an, um, aufs, seit, während, nächste\\w?"
    ", diese\\w?, kommende\\w?, letzte\\w?, jede\\w?, anfang, mitte, ende"
)
_HOUR = rf"(?:{SPOKEN_HOUR}|\d{{1,2}})"
# After an hour: the end, a comma or one of these words; before a noun it is a count: "at five shops"
_NO_NOUN = (
    r"(?=[\s.!]*\Z|,| (?:at|in|on|and|or|with|to|then|for|from|near|not|und|oder|mit|dann|bei|im|zur?|vom|nicht)\b)"
)
_PARTICLE = words("up, out, in, on, down, over, back, off, away, ab, an, auf, aus, weg, rein, raus")
_NOT = rf"(?:{words('or, oder, not, no, nicht, nein')}|{INSTEAD_OF})"

UNREAD_ROWS: tuple[tuple[str, ...], ...] = (
    # Units of time
    (rf"(?<![\w-])(?<!\ball )(?:{_LONG_UNIT})(?![\w-]|['’]s)", "Pause gym for two weeks"),
    (r"\b(?:am|pro|jede[nm]?|ein\w{0,2}|zweiten) tag\b", "Zwei Tabletten am Tag"),
    (r"\b(?:am|zum|vom|ab) \d{1,2}\.(?=[ ,])", "Miete ab 3. überweisen", "Spätdienst am 2., 3. und 5"),
    (rf"\b(?:every|each|alle|in|within) (?:\w{{1,9}} ){{0,2}}(?:{_SHORT_UNIT})\b", "Reply within two hours"),
    (rf"(?<![\w-])\d*(?:{_SHORT_UNIT})"
     r" (?:before|after|earlier|early|sooner|later|vorm?|nach|vorher|früher|später)\b", "Leave an hour early"),
    (r"\b(?:a (?:bit|little|while)|etwas|kurz) (?:before|earlier|later|vorher|davor|früher|später)\b",
     "Call a bit later", "Kurz davor anrufen"),
    # A time in words
    (rf"\b(?<!\d )(?:at|by|for|around|about|before|after|um|gegen|ab|bis|till?|until) {_HOUR}{_NO_NOUN}",
     "Dinner at five", "Call before ten"),
    (rf"\b(?:um {_HOUR} (?!(?:uhr|euro|prozent)\b)|(?:vor|gegen) {SPOKEN_HOUR} (?=\w+en\Z))",
     "Um acht anrufen", "Anna vor neun anrufen"),
    (r"\b(?:\w{3,6}zehn|(?:\w{3,4}und)?zwanzig) uhr\b", "Treffen siebzehn Uhr", "Treffen zwanzig Uhr"),
    (rf"\b(?:half|halb|(?:drei)?viertel) {_HOUR}(?!\w)", "Anruf halb acht"),
    (r"\b(?:punkt|pünktlich) \d{1,2}\b", "Abfahrt pünktlich 8"),
    (r"\b\d{1,2} sharp\b", "Standup 8 sharp"),
    (r"\bo['’]clock\b", "Tea eight o'clock"),
    (r"\bb4\b", "Call b4 lunch"),
    (r"\b(?:at|around|by|after|until) (?:lunch|noon|midday|dinner|breakfast|bed|dusk|sunset|close)(?:time)?\b",
     "Walk after lunch"),
    # Days, months, parts of the day and feasts
    (rf"(?<![\w-])(?:{WEEKDAY}|{CLEAR_SHORT_WEEKDAY})(?![\w-]|['’]s)", "Gym friday", "Gym thu"),
    (rf"\b(?:{SHORT_WEEKDAY}) ?(?:[+&,/–-]|and|und|to|bis) ?(?:{SHORT_WEEKDAY})\b", "Gym sat and sun"),
    (rf"\b(?!so\b)(?:{GERMAN_SHORT_WEEKDAY}) ?(?:[+&,/]|und) ?(?:{GERMAN_SHORT_WEEKDAY})\b", "Mo + Mi Training"),
    (rf"\b{ANY_DAY},? (?:or|oder)\b", "Call today or later"),
    (rf"\b{_NOT} (?:on |at |am |um )?{ANY_DAY}\b", "Call Ann, not today", "Walk instead of today"),
    (r"\b(?:heut|gestern|yesterday|tonight|tonite|2nite|overnight|sometime|someday"
     r"|some time(?=\Z| (?:next|this|in|on)\b)|irgendwann|heuer"
     r"|(?:vor|nach)?mittags|morgens|abends|nachts|frühmorgens|(?:heute|morgen) früh)\b",
     "Pizza tonight", "Anna irgendwann treffen", "Abends lesen", "Morgen früh laufen"),
    (rf"\b{_BEFORE} (?:the |next |de[nmr] |nächste\w? )?(?:{MONTH}|{_SEASON}|{_PART})(?![\w-]|['’]s)",
     "Water roses in october", "Renew passport by easter", "Cook this evening"),
    (rf"\b(?:of|to|through|except|außer) (?:{MONTH})\b", "Review costs through march"),
    (rf"\b(?:{DAY_ORDINAL}) weekend\b", "Visit Ann second weekend"),
    (rf"\b(?:{_PART}) (?:before|after|vor|nach)\b", "Pack the evening before the trip"),
    (rf"\b(?:and|und|or|oder) {_PART}(?!\w)", "Pills morning and evening"),
    (rf"\A{_SEASON}\b(?= \S+ \S)", "Easter call with Ann"),
    (r"\b(?:am|bis|ab|zum|vor|(?:nächst|dies|kommend|jed)en|immer) (?-i:Mo|Di|Mi|Do|Fr|Sa|So)\b", "Am Mo anrufen"),
    (r" (?:mo|di|mi|do|fr|sa)\Z|\bab (?:mo|di|mi|do|fr|sa)\b", "Training mi", "Ab di lernen"),
    (rf"\b(?:{DAY_ORDINAL}) (?:of )?(?:{MONTH})\b", "Pay rent fifth may"),
    (rf"\b(?:am|zum|on the|by the) (?:{DAY_ORDINAL})(?![\w-])", "Pay rent on the fifth"),
    # How often
    (r"\b(?:always|regularly|usually|whenever|immer|stets|regelmäßig|jedes mal|jeweils)\b", "Always lock the door"),
    (r"\bmonats(?:erste|letzte|anfang|ende)\w*", "Miete zum Monatsende"),
    (r"\b(?:every|each|alle|jede\w) \d+", "Stretch every 3"),
    (r"\bnur(?= (?-i:[a-zäöüß]+en)\Z)", "Blumen nur gießen"),
    (rf"\b(?:hourly|stündlich|{OFTEN})(?= (?:on|at|in|from|am|um|ab)\b|,|[\s.!]*\Z|(?<=lich)\b)",
     "Lift weights weekly", "Sweep daily, but not today", "Swim weekly at the gym", "Täglich lüften"),
    (r"\b(?:twice|thrice|(?:zwei|drei|vier)mal|again and again)\b", "Ring twice"),
    (r"\b(?:\d+|three|four|five|several|many) times\b", "Ring five times"),
    (r"\A(?:the|a|die|der|den) (?:night|day|evening|morning|nacht|tag|abend|morgen)(?=[\s.!]*\Z)", "The evening"),
    (r"\A(?:never|nie|niemals|ab dem|nicht mehr|no longer)\b", "Never skip lunch"),
    (r"\A(?:no|keine?[nmr]?) \w+ (?!\d)", "No reminders on sundays", "Keine Erinnerungen bekommen"),
    (r"\b(?:from now|only (?:from|every|on|at|in)|ab (?:jetzt|sofort)|von jetzt an)\b",
     "From now on cook", "Water roses only on sunny days", "Ab sofort sparen"),
    # A person or thing that was named before
    (r"\A(?!(?:make|mache?|if|falls|wenn)\b)[^\W\d]+ (?:him|ihn|ihm|ihnen)\b", "Call him back"),
    (r"\A(?!(?:make|mache?)\b)(?:[^\W\d]+ )?[^\W\d]+ (?:them|it|that|sie|es|das)"
     rf"(?:(?: {_PARTICLE})?\Z|(?= really))", "Hang it up", "Wash it really well"),
    (r"\A[^\W\d]+ her(?=\Z| (?:about|back|to|for|at|on|if|when|that)\b)", "Call her back"),
    # Several tasks, or another one
    (r"(?:,| [-–]) (?:all|both|alle|beides?)[\s.!]*\Z", "Milk and bread, both"),
    (rf"\b(?:number|nummer|task|aufgabe) (?:{DAY_CARDINAL}|\d)", "Do task five", "Nummer 3 anrufen"),
    (r"(?<!\S)#\d{1,6}(?= (?:from|to|into|of|aus|von|zu)\b)", "Move #3 to work"),
    (r"\b(?:instead|stattdessen)(?=[\s.!]*\Z)", "Call Tom instead"),
    (r"\b(?:not|nicht) \w{1,20} (?:but|sondern)\b", "Buy not milk but bread"),
    (r"\bsondern\b", "Kein Brot, sondern Milch"),
    (r"\b(?:no wait|(?:cross|scratch|strike|forget) (?:that|this)|i meant?|nee|ich meine?|mein ich)\b",
     "Bread no wait rolls", "Bread, scratch that, rolls", "Brot, ich meine Milch"),
    (r"\A#?\d{1,9},? (?:and|und|with|mit|gegen) #?\d", "5 and 6"),
    (r"\A(?:sort\w?|order|arrange|ordne|sortiere?) (?:.{1,40} )?(?:by|nach)\b", "Sort books by author"),
    (r"\bnach (?:\w+ )?\w+ (?:sortier|ordn)en\Z", "Bücher nach Datum sortieren"),
    # The rest of a command, another command, a step
    (r"\A(?:show|find|read|zeige?|such|suche|lies) (?:me|mir)\b", "Show me milk"),
    (r"\A(?:new tasks|neue aufgaben)(?=:)", "New tasks: milk"),
    (r"\A(?:(?:for|für|bei) )?(?:the|my|this|that|these|de[nr]|die|das|dies\w?|beim|zu[mr]) [\w ]{2,40}(?=:)",
     "For the party: balloons"),
    (r"\A(?:nothing|nichts|nix)(?=[\s.!]*\Z)", "Nothing"),
    (r"\A(?:(?:an?|the|eine?n?|die) )?(?:steps?|sub-?tasks?|(?:teil|unter)?schritte?|(?:teil|unter)aufgaben?"
     r"|note|notiz|reminder(?! letter)|erinnerung|do list|list|liste|with the title|mit dem (?:titel|namen)) ",
     "Step call Ann", "A note milk", "With the title milk"),
    (r"\bhinzu\b", "Milch hinzu"),
    (r"\A(?:write|jot) down\b", "Write down that Ann comes"),
    (r"\A(?:aus|bei) .{1,60} mach\b", "Aus Milch mach Brot"),
    (r"\A(?:er|uh|uhm|äh|ähm|ach|hm+) ", "Hm bread"),
    (r"\b(?:uh|uhm|äh|ähm)\b", "Buy uh milk"),
    (r"\Aneue \w+ aufgabe\b", "Neue dringende Aufgabe Milch"),
    (r"\btag [\w-]{2,30}\Z", "Milk tag shopping"),
    (r"\A(?:an? |the )?(?:tag|label|schlagwort|priority|priorität) \S+ (?:to|on|zu[mr]?|bei[mr]?)\b",
     "A tag home to milk"),
    ("\\A(?:take|nimm|nehme) (?:the )?\ufffc+ (?:off|from|vom?n?) ", "Take “garage” off the bike"),
    (r"\b(?:as an?|als) (?:(?:new|neuen?) )?\w*(?:step|schritt)\b", "Milk as a step", "Milch als Teilschritt"),
    (r"\b(?:(?:the|all) \w+ ones|(?:done|completed|finished) (?:tasks|items|things)|alles? erledigten?)[.!]*\Z",
     "Pay the old ones", "Hide finished tasks", "Alle erledigten"),
    (r" with (?:the )?(?:notes?|description)(?= )", "Milk with the note oat"),
    (r"[✅✔☑]", "✅ Milk"),
    (r", (?:melden|bescheid (?:sagen|geben))\Z", "Anna, melden", "Anna, Bescheid geben"),
    (r"(?<=\S )(?<!\bto )(?:(?:tell|ping|nudge|remind|wake|warn|alert) me|erinnere? mich"
     r"|sag\w? (?:mir )?bescheid)\b", "Buy milk remind me", "Milch kaufen, sag mir Bescheid"),
    (r"\b(?:löschen|umbenennen|verschieben|abhaken|eintragen|hinzufügen) (?:und|in|auf)\b", "Milch abhaken und Brot"),
    # Doubts, conditions, and what is told of the task
    (rf"\b(?:{UNCERTAIN}|doch|erst|(?<!\A)lieber)\b", "Maybe call Ann", "Erst putzen", "Brot lieber selbst backen"),
    (r"(?<=\S )(?<!\bcheck )(?<!\bsee )(?<!\bout )(?<!\btest )(?<!\bask )(?:if|unless|wenn|falls)\b", "Jog unless wet"),
    (r"\A(?:\w+ )?(?:not|nicht) (?:to|about|of|an)\b", "Write not to Tom"),
    (r"\bto (?:the |my )?[\w ]{1,40} (?:notes?|stuff|things)\Z", "Add tape to my office things"),
)  # fmt: skip
"""Words that could be a date, a repetition, a reference or a command."""

# Words of closed classes: subjects and verbs that tell how something is, and what asks for them
_SAYS = (
    "we, he, she, they, ich, wir, er, is, are, isn['’]t, aren['’]t, has, needs, should, must, ist, sind, wird, muss"
    ", müssen, müsste, sollte?n?, soll(?:['’]?s)?, stays, bleibt, goes, belongs"
    ", closes, opens, steht, kommt, gehört, braucht"
)
_JOINS = words(f"{_SAYS}, and, or, but, than, that, because, und, oder, aber, sondern, dass, weil, denn, about, wegen")
_ASKS = words(
    "if, whether, that, what, when, where, who, how, why, which, until, while, because, once, wenn, ob, dass, was, wann"
    ", wo, wer, wie, warum, welche\\w?, weil, bis, damit"
)

MISFIT_ROWS: tuple[tuple[str, ...], ...] = (
    # Begins within a phrase
    (rf"\A(?:{_JOINS}|was|were|waren?|statt|anstatt|instead|stattdessen|dafür|deshalb|daher|again about|me|us"
     r"|mich|mir|uns)(?= |\Z)", "And bread", "Daher Brot kaufen", "Again about the rent"),
    (r"\b(?:should|must|muss|müsste|soll(?:te)?|könnte|will|möchte|kann) (?:i|we|ich|wir|man)\b",
     "Fenster könnte man putzen"),
    # Ends within one
    (rf"(?<= )(?:{_JOINS}|a|the|my|der|den|dem|das|ein|eine[nmr]?|mein\w?|at|by|until|to|from|of|for|with|re"
     r"|into|von|vom|zum|zur|für|bei|beim|als|bis|im|will|möchte|haben?|not|nicht|too|also|auch|it['’]?s|me|mir"
     r"|bescheid|preferably|ideally|hopefully|vorzugsweise|möglichst|hoffentlich|still|only)\Z",
     "Text Amy back re", "Call Ann still", "Brot auch", "Buy milk preferably"),
    (r"\A(?:den|das|the) .{1,100} (?:auf|am|um|on)\Z", "Den Termin auf"),
    # Names no place
    (r"\Aput (?!on|off|up|out|in|away|down|back)\S+\Z", "Put gym"),
    # Says something of its subject, without a question word before the verb
    (rf"\A(?:(?!\b{_ASKS}\b).)+ (?-i:{words(_SAYS)}|i)(?=[ ,'’]|\Z)", "The garage door needs paint", "Bread i like"),
    (r", (?:it|that|there|sie|es)s?['’ ]", "Fix the tap, it drips"),
    (r", put (?:it|them)\b", "Clean it, put it back on"),
    (r", (?:i|we|they|ich|wir|er) \w+\Z", "Return the shoes, I have"),
    (r"\A(?!(?:get|have|keep|make|check|see|ask)\b).* (?:closed|cancell?ed|geschlossen|abgesagt)\Z", "Shop closed"),
    (r"(?:,| and) (?:have|need|want|got) to \w", "Buy milk and have to call Ann"),
    (r"\A\w+ of \w+, to \w", "End of lunch, to call Ann"),
    (r"\A\w+, dass\b", "Eintragen, dass ich komme"),
    (r"\A(?:for|für) (?:the |my |de[nr] |die |das )?\w+\Z", "Für den Pass"),
    (r"\A(?:it|them) (?:for|to|on|at|by|from)\b", "It for Ann"),
    (r"\A(?:also|so|then|dann|anyway)\Z", "Also"),
    # Is quoted in part; a quoted character is U+FFFC
    ("\\A\ufffc+ (?:as|too|also|with|again|als|auch|mit|noch ?mal)(?= |\\Z)", "“Stamps and tape” as one task"),
    # What is left of parentheses, numbers of a list, a field by its name, an arrow
    (r"\( | \)", "Milk ( oat)", "Milk (oat )"),
    (r"\A1[.)] .+ 2[.)] ", "1. milk 2. bread"),
    (r"[,:] (?:high|medium|low|urgent|important|hoch|mittel|niedrig|dringend|wichtig)\Z", "Milk, urgent", "Milk: high"),
    (r", (?:tag|label|category|deadline|stichwort|schlagwort|kategorie|frist|priori\w+) ", "Milk, tag shopping"),
    (r"(?<!for )(?<!about )\bthe due date\b", "Change the due date"),
    (r"\b(?:the (?:tag|label|flag|priority|reminder) (?:of|on|off|from)"
     r"|das (?:schlagwort|stichwort|datum)|die (?:priorität|erinnerung)) ",
     "Raise the priority of milk", "Das Datum ändern", "Die Priorität ändern"),
    (r"[-=]>\Z|\d\w? ?(?:[-=]>|→)", "Milk ->", "Plants: 7d -> 10d"),
    (r"; ", "Milk; bread"),
    (r"(?<!\S)(?:due|date|prio(?:rity)?|tags?|datum|fällig):\S", "Milk due:2026-12-04"),
    (r"\berinnert werden\Z", "An Milch erinnert werden"),
    # Is said to the assistant, or of what it keeps
    (r"\b(?:till|until|bis) (?:i|we|ich|wir)\b", "Keep the books till I am back"),
    (r"(?<!\bthank )\byou (?!and me\b)", "Meet you there"),
    (r"\b(?:was|das|die) du\b", "Alles was du hast"),
    (r"\bnich vergessen\Z", "Milch nich vergessen"),
    (r"\b(?:to|of|in) (?:an?|the|my) (?:task|reminder|list)s?\Z", "Add milk to the list"),
    (r"\bin der liste\b", "Milch in der Liste"),
    # A place in the list, several tasks, a reference, a time
    (r"\b(?:to the (?:top|bottom)|nach (?:ganz )?(?:oben|unten)|an den anfang|ans ende)\Z",
     "Move milk to the top", "Milch nach ganz oben"),
    (r"\b(?:die|alle) (?:erledigten|fertigen|überfälligen)(?! (?-i:[A-ZÄÖÜ]))", "Alle überfälligen zeigen"),
    (r"(?<= )(?:(?:to|on|for|with|from) (?:it|them)|dazu|damit|drauf)\Z", "Put ice on it", "Salz dazu"),
    (r"\Athe [\w ]{2,40} (?:before|above|below) the ", "The milk above the bread"),
    (r"\A(?:jetzt|right now) ", "Right now call Ann"),
)  # fmt: skip
"""What has not the form of a title."""
