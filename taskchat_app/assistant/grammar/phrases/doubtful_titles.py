"""Words and patterns that make a new title doubtful, so that the assistant asks first.

Most are function words of English and German: a plain title has a verb, nouns, adjectives, articles and prepositions. A
pronoun, an auxiliary verb, a conjunction, a negation or an adverb of time tells that more was said than a title.

A row is a pattern (see patterns.phrase) and titles that it finds, as test_unread_words.py checks. Where several rows
match, the word of the earliest match is quoted, and of those at the same place that of the first row.
"""

from taskchat_app.assistant.grammar.phrases.patterns import AT_AN_END, OFTEN, words
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

CLAUSE_WORDS = frozenset(
    # Pronouns
    "i me mine myself you yours yourself he him himself she it itself we us ours they them theirs themselves"
    " this that these those anything nothing here there somewhere"
    " ich mich mir dich dir er sie ihm ihn es wir uns euch ihnen man etwas nichts nix dies diese dieser dieses diesen"
    " diesem selben selbe alles dort hier dafür dazu damit darauf daran davon drauf dran"
    # Auxiliary verbs, and verbs of how something is
    " is are was were be been being does did has had would shall should could may might must cannot needs ought stays"
    " remains goes belongs closes opens"
    " bin bist ist sind seid war waren wird werden wurde wäre habe hast hat haben hatte hätte kann kannst könnte muss"
    " müssen müsste soll sollen sollte sollten darf will willst möchte mag geht bleibt kommt braucht gehört steht"
    # Conjunctions and question words
    " if unless because whether although though so while when whenever as what which whose why how where who"
    " wenn falls ob weil da dass während sobald als wie denn was wer wem wen wo wann warum wieso welche welcher welches"
    # Adverbs that say nothing of a date
    " yet too also even already else really noch schon auch ganz fast eigentlich endlich daher deshalb".split()
)
"""Words that a plain title has not: more was said than a title, unless it stands in an order for these very words."""
DATE_WORDS = frozenset(
    "every each no neither none not or nor but than except same before after afterwards during since once until still"
    " just only always never ever often sometimes usually regularly maybe perhaps possibly probably preferably ideally"
    " hopefully now then soon later earlier sooner instead rather actually please anymore anyway twice thrice sometime"
    " someday jede jeden jedem jeder jedes kein keine keinen keiner nicht nich nee oder aber sondern doch sonst außer"
    " statt anstatt stattdessen bevor nachdem seit danach davor vorher nachher nur mal erst immer nie niemals oft"
    " manchmal vielleicht eventuell evtl lieber eher gern gerne jetzt dann bald später früher gleich sofort stets"
    " regelmäßig zwar jeweils möglichst vorzugsweise hoffentlich irgendwann zweimal dreimal viermal bitte hinzu".split()
)
"""Words of dates, repetitions, negations and corrections; they make any title doubtful."""
SAID_OF_TASKS = frozenset(
    "every each except twice thrice sometime someday usually regularly jede jeden jedem jeder jedes außer zweimal"
    " dreimal viermal irgendwann immer stets regelmäßig jeweils please bitte noch maybe perhaps possibly vielleicht"
    " eventuell evtl".split()
)
"""Those of both that are said of what is to be done, too."""
GERMAN_ONLY = frozenset("hat war man will mag bald fast".split())
"""German words of these that are nouns and adjectives in English."""
ANY_DAY = rf"(?:{WEEKDAY}|{MONTH}|today|tomorrow|heute|(?:über)?morgen)"
# Days and longer units, without "Tag", which is a label too; minutes and hours
_LONG_UNIT = any_of(word for word, unit in UNITS.items() if unit not in ("minutes", "hours") and word != "tag")
_SHORT_UNIT = any_of(word for word, unit in UNITS.items() if unit in ("minutes", "hours"))
_SEASON = words(
    "spring, summer, autumn, fall, winter, frühling, frühjahr, sommer, herbst, q[1-4], easter, christmas, xmas"
    ", advent(?! (?:calendar|wreath|concert|of code)), thanksgiving, halloween"
    ", new year(?:['’]s(?: eve| day)?)?, weihnachten, heiligabend, silvester"
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

UNREAD_ROWS: tuple[tuple[str, ...], ...] = (
    # Units of time
    (rf"(?<![\w-])(?<!\ball )(?:{_LONG_UNIT})(?![\w-]|['’]s)", "Pause gym for two weeks"),
    (r"\b(?:am|pro|jede[nm]?|ein\w{0,2}|zweiten) tag\b", "Zwei Tabletten am Tag"),
    (r"\b(?:am|zum|vom|ab(?: dem)?|jede[ns]) \d{1,2}\.(?=[ ,])",
     "Miete ab dem 3. überweisen", "Jeden 3. zahlen", "Spätdienst am 2., 3. und 5"),
    (rf"\b(?:every|each|alle|in|within) (?:\w{{1,9}} ){{0,2}}(?:{_SHORT_UNIT})\b", "Reply within two hours"),
    (rf"(?<![\w-])\d*(?:{_SHORT_UNIT}) (?:early|vorm?|nach)\b", "Leave an hour early",
     "Eine Stunde nach dem Sport dehnen"),
    # A time in words
    (rf"\b(?<!\d )(?:at|by|for|until|till|around|about|um|gegen|ab|bis) {_HOUR}{_NO_NOUN}", "Dinner at five"),
    (rf"\b(?:um {_HOUR} (?!(?:uhr|euro|prozent)\b)|(?:vor|gegen) {SPOKEN_HOUR} (?=\w+en\Z))",
     "Um acht anrufen", "Anna vor neun anrufen"),
    (rf"\b(?:half|halb|(?:drei)?viertel) {_HOUR}(?!\w)", "Anruf halb acht"),
    (r"\b(?:punkt|pünktlich) \d{1,2}\b", "Abfahrt pünktlich 8"),
    (r"\b\d{1,2} sharp\b|\b(?:1[3-9]|2[0-3]) ?h\Z", "Standup 8 sharp", "Sport 18h"),
    (r"\b(?:um|gegen|ab|bis) [^\W\d]+ uhr\b", "Treffen um sechzig Uhr"),
    (r"\bo['’]clock\b", "Tea eight o'clock"),
    (r"\bb4\b", "Call b4 lunch"),
    (r"\b(?:at|around|by) (?:lunch|noon|midday|dinner|breakfast|bed|dusk|sunset|close)(?:time)?\b", "Walk at lunch"),
    # Days, months, parts of the day and feasts
    (rf"(?<![\w-])(?:{WEEKDAY}|{CLEAR_SHORT_WEEKDAY})(?![\w-]|['’]s)", "Gym friday", "Gym thu"),
    (rf" (?:for|by|on|until|till|next|this) (?:{SHORT_WEEKDAY})\Z", "Buy wine for sat"),
    (r"(?<! the)(?<! in)(?<! of)(?<! some) (?:wed|sat|sun)\Z", "Call mum sun"),
    (rf"\b(?:{SHORT_WEEKDAY}) ?(?:[+&,/–-]|and|und|to|bis) ?(?:{SHORT_WEEKDAY})\b", "Gym sat and sun"),
    (rf"\b(?!so\b)(?:{GERMAN_SHORT_WEEKDAY}) ?(?:[+&,/]|und) ?(?:{GERMAN_SHORT_WEEKDAY})\b", "Mo + Mi Training"),
    (r"\b(?:heut|gestern|yesterday|tonight|tonite|2nite|overnight|at some point"
     r"|some time(?=\Z| (?:next|this|in|on)\b)|heuer"
     r"|(?:\w{2,8}tags?|mittwochs?)?(?:(?:vor|nach)?mittags|morgens|abends|nachts)"
     r"|frühmorgens|(?:heute|morgen) früh)\b",
     "Pizza tonight", "Call Ann at some point", "Abends lesen", "Morgen früh laufen", "Sonntagabends lesen"),
    (r"(?<![\w-])(?:today|tomorrow|heute|übermorgen|(?-i:morgen))(?![\w-]|['’]s)", "Take tomorrow off"),
    (rf"\b{_PART} (?:vor|nach)\b", "Anna am Abend nach dem Sport anrufen"),
    (rf"\b{_BEFORE} (?:the |next |de[nmr] |nächste\w? )?(?:{MONTH}|{_SEASON}|{_PART})(?![\w-]|['’]s)",
     "Water roses in october", "Renew passport by easter", "Cook this evening"),
    (rf"\b(?:of|to|through) (?:{MONTH})\b", "Review costs through march"),
    (rf"\b(?:{DAY_ORDINAL}) weekend\b", "Visit Ann second weekend"),
    (rf"\b(?:and|und) {_PART}(?!\w)", "Pills morning and evening"),
    (rf"\A{_SEASON}\b(?= \S+ \S)| come {_SEASON}\Z", "Easter call with Ann", "Paint the fence come spring"),
    (r"\b(?:(?:first|next|last) time|(?:erste|nächste|letzte)[ns]? mal)\b", "Das nächste Mal", "First time"),
    (r"\b(?:am|bis|ab|zum|vor|(?:nächst|dies|kommend|jed)en|immer) (?-i:Mo|Di|Mi|Do|Fr|Sa|So)\b", "Am Mo anrufen"),
    (r" (?:mo|di|mi|do|fr|sa)\Z|\bab (?:mo|di|mi|do|fr|sa)\b", "Training mi", "Ab di lernen"),
    (rf"\b(?:{DAY_ORDINAL}) (?:of )?(?:{MONTH})\b", "Pay rent fifth june"),
    (rf"\b(?:am|zum|on the|by the) (?:{DAY_ORDINAL})(?![\w-])", "Pay rent on the fifth"),
    (r"\b(?:on|by|next|this|until|till) (?!(?:holi|pay|birth|week|work|game|match|race)day)\w{2,8}day\Z",
     "Learn spelling on munday"),
    (r"\b(?:and|und) (?:\d{1,3}|[^\W\d]{3,10}) (?:minutes|mins|hours|minuten|stunden)\b",
     "Eier und zehn Minuten kochen"),
    (rf"\b(?:zum|am|bis|vor|nach) (?-i:[A-ZÄÖÜ])\w{{1,12}}(?:{WEEKDAY}|feiertag)\b", "Zum Totensonntag Erika pflanzen"),
    (r"\b(?:till|until) (?:the|my|our|his|her|their) (?=\w)", "Revise till the mock"),
    (r"\A\d{1,2}[.:]\d\d to (?=\w)", "5.15 to pack lunch"),
    # How often
    (r"\bmonats(?:erste|letzte|anfang|ende)\w*", "Miete zum Monatsende"),
    (rf"\b(?:hourly|stündlich|{OFTEN})"
     r"(?= (?:on|at|in|from|with|by|am|um|ab|mit|beim?|vor|nach)\b|,|[\s.!]*\Z|(?<=lich)\b)",
     "Lift weights weekly", "Swim weekly at the gym", "Täglich lüften"),
    (r"\b(?:\d+|three|four|five|several|many) times\b|\bagain and again\b", "Ring five times", "Knock again and again"),
    (r"\balle \d+|\Aab dem\b", "Filter wechseln alle 3", "Ab dem Abend fasten"),
    (r"(?:\A|(?<= )(?<! of )(?<!\bplan )(?<!\benjoy ))(?:the|a|die|der|den|am) (?:night|day|evening|morning|nacht|tag"
     r"|abend|morgen)(?=[\s.!]*\Z)", "The evening", "The books the evening"),
    # A person or thing that was named before
    (rf"\A(?:[^\W\d]+ )?[^\W\d]+ das(?: {_PARTICLE})?\Z", "Häng das auf"),
    (r"\A[^\W\d]+ her(?=\Z| (?:about|back|to|for|at|on|if|when|that)\b)", "Call her back"),
    (r"\A(?:das|dies|es|this|that|it) (?:in|into|auf|on|to|zu|bei) (?:mein|my|dein|your|the|de[nrm]|die)",
     "Das in meinen Kalender"),
    (r"\b(?:was|das|die) du\b", "Alles was du hast"),
    # Several tasks, or another one
    (r"[.;] (?:all|both|alles?|beides?) (?:for|by|on|due|until|before|bis|am|für|vor)\b", "Pack nets. All for Friday"),
    (r"(?:(?:[,.]| [-–]) (?:all|alle)| (?:both|beides?))[\s.!]*\Z", "Milk and bread, both", "Ann and Tom both"),
    (rf"\b(?:number|nummer|task|aufgabe) (?:{DAY_CARDINAL}|\d)", "Do task five", "Nummer 3 anrufen"),
    (r"(?<!\S)#\d{1,6}(?= (?:from|to|into|of|aus|von|zu)\b)", "Move #3 to work"),
    (r"\b(?:separate|two|three|eigene|getrennte|zwei|drei) (?:items|tasks|entries|reminders|aufgaben|einträge)\b",
     "Call Ann and Tom, two tasks"),
    (r"\b(?:the|die|den) #?\d{1,3}(?=\Z| (?:to|under|from|off|into|unter|zu|zum|aus|weg|raus)\b)",
     "Pack die 6 unter Reise"),
    (r"\A#?\d{1,9},? (?:and|und|with|mit|gegen) #?\d", "5 and 6"),
    (r"\A(?:sort\w?|order|arrange|ordne|sortiere?) (?:.{1,40} )?(?:by|nach|alphabetical\w*|alphabetisch)\b",
     "Sort books by author", "Sort alphabetically"),
    (r"\bnach (?:\w+ )?\w+ (?:sortier|ordn)en\Z", "Bücher nach Datum sortieren"),
    (r"\b(?:i meant?|ich meine?|mein ich|(?:cross|scratch|strike|forget) (?:that|this))\b", "Bread, i mean rolls"),
    # The rest of a command, another command, a step
    (r"\A(?:new tasks?|recurring|repeating|wiederkehrend|wiederholend|regelmäßig|neue aufgaben?)(?=:)",
     "New tasks: milk", "Recurring: timesheet"),
    (r"\A(?:say|sagen wir)\Z", "Say"),
    (r" (?:to|on|under|into) (?:the|my) (?:[\w'’-]+ ){1,5}(?:one|task|thing)\Z", "2 litres to the milk one"),
    (r"\bthe (?:[\w'’-]+ ){1,3}one (?:and|or)\b", "Throw out the ink one and the tyres"),
    (r"\A(?:(?:for|für|bei) )?(?:the|my|this|that|these|de[nr]|die|das|dies\w?|beim|zu[mr]) [\w ]{2,40}(?=:)",
     "For the party: balloons"),
    (r"\A(?:(?:set up|make|create|erstelle?|lege?) )?(?:(?:an?|the|eine?n?|die) )?(?:steps?|sub-?tasks?"
     r"|(?:teil|unter)?schritte?|(?:teil|unter)aufgaben?|note|notiz|reminder(?! letter)|erinnerung|do list|list|liste"
     r"|with the title|mit dem (?:titel|namen)) ",
     "Step call Ann", "Set up subtask for milk", "A note milk", "With the title milk"),
    (r"\A(?:to-?do|task) (?!force\b)(?=\w)", "Todo call Ann"),
    (r"\A(?:nimm|lösche?|streiche?|hake?|move|delete|remove|tick) #?\d{1,3} (?:and|und)\b(?= #?\d)",
     "Nimm 13 und 14 raus und leg an: Milch"),
    (r"\A(?:write|jot) down\b|\A(?:(?:put|pop|note|stick) down|put in) (?!(?:the|my|an?|your|some|new)\b)",
     "Jot down milk", "Put in gym"),
    (r"\A(?:schreibe? auf|trage? ein|lege? an|(?:schreib|trag|leg|setz|pack|nimm)e? (?:rein|drauf))\b",
     "Schreib auf Milch"),
    (r"\A(?:the|my) list\b", "The list, knitting"),
    (r"\A(?:\w+ (?:up|on) )?(?:(?:an?|the) )?(?:(?:\w+ )?thing (?:for|about|to)|new one)\b",
     "Set up a monthly thing for rent", "Throw on a new one"),
    (r"\A(?:make|create|add|put in) (?:an?|the) (?:entry|task|note|reminder|item)\b", "Make an entry, wire"),
    (r"\A(?!(?:(?:un)?pack|clean|wash|iron|charge|check|tidy|fold|dust|water|prepare|invite|bring) )\w+"
     r" (?:everything|all)\Z", "Wipe everything"),
    (r"\A(?:trag|schreib|notier|füg)e? (?:bei|beim|zu|zum|zur) [^:]{1,60}: ", "Trag beim Zahnarzt ein: Karte"),
    (r"\A(?:aus|bei) .{1,60} mach\b", "Aus Milch mach Brot"),
    (r"\A(?:er|uh|uhm|äh|ähm|ach|hm+) ", "Hm bread"),
    (r"\b(?:uh|uhm|äh|ähm|und zwar)\b|[,.;!] (?:oh (?:and|und)|(?:and |und )?(?:ach ja|übrigens|by the way|btw))\b",
     "Buy uh milk", "Anna anrufen und zwar", "Anna anrufen, und ach ja, Milch"),
    (r"\Aneue \w+ aufgabe\b", "Neue dringende Aufgabe Milch"),
    (r"\btag [\w-]{2,30}\Z|, [\w-]+ tag\Z", "Milk tag shopping", "Milk, shopping tag"),
    (r"\A(?:an? |the )?(?:tag|label|schlagwort|priority|priorität) \S+ (?:to|on|zu[mr]?|bei[mr]?)\b",
     "A tag home to milk"),
    ("\\A(?:take|nimm|nehme) (?:the )?\ufffc+ (?:off|from|vom?n?) ", "Take “garage” off the bike"),
    (r"\b(?:(?:the|all) \w+ ones|(?:done|completed|finished) (?:tasks|items|things)|alles? erledigten?)[.!]*\Z",
     "Pay the old ones", "Hide finished tasks", "Alle erledigten"),
    (r" (?:with|mit) (?:(?:the|these|den|diesen|folgenden|following) ){0,2}(?:notes?|description"
     r"|(?:sub-?)?(?:steps|tasks)|(?:unter|teil)?(?:schritten|aufgaben|punkten))(?=:? )",
     "Milk with the note oat", "Umzug an mit den Schritten Kartons"),
    (r"[✅✔☑]", "✅ Milk"),
    (r", (?:melden|bescheid (?:sagen|geben))\Z", "Anna, melden", "Anna, Bescheid geben"),
    (r"\bsag\w? bescheid\b", "Milch kaufen, sag Bescheid"),
    (r"\b(?:löschen|umbenennen|verschieben|abhaken|eintragen|hinzufügen) (?:und|in|auf)\b", "Milch abhaken und Brot"),
    (r", plus (?=\w)", "Pack the bag, plus tag the flight"),
    (r", note (?:that\b|:)", "Mend the bike, note that the tube is new"),
    (r"(?:,| and| und) (?:tick off|untick|reopen|rename|reschedule|postpone|nimm|hake?|lösche?|verschiebe?|schiebe?"
     r"|benenne?|setze?|entferne?|erinnere?|gib) ", "Oma und nimm den Flug raus"),
    (r"\bto (?:the |my )?[\w ]{1,40} (?:notes?|stuff|things)\Z", "Add tape to my office things"),
)  # fmt: skip
"""Words that could be a date, a repetition, a reference or a command."""

# Goes on with what stands before a comma
_GOES_ON = words(
    "and, or, but, not?, maybe, including, with, without, for, from, about, under, over, near, after, before, around"
    ", behind, until, like, also, even, especially, except, extra, all, both, und, oder, aber, mit, ohne, für, von, vom"
    ", aus, bei, vor, nach, auf, bis, wegen, auch, außer, etwa"
)
MISFIT_ROWS: tuple[tuple[str, ...], ...] = (
    # Begins within a phrase
    (r"\A(?:and|und|again about|about|wegen)(?= |\Z)", "And bread", "Again about the rent"),
    # Ends within one
    (r"(?<= )(?:and|und|about|wegen|a|the|my|der|den|dem|das|ein|eine[nmr]?|mein\w?|at|by|to|from|of|for|with|re"
     r"|into|thats|von|vom|zum|zur|für|bei|beim|bis|im|bescheid)\Z", "Text Amy back re"),
    (r"\A(?:den|das|the) .{1,100} (?:auf|am|um|on)\Z", "Den Termin auf"),
    # Names no place
    (r"\Aput (?!on|off|up|out|in|away|down|back)\S+\Z", "Put gym"),
    # Says something of its subject, without a question word before the verb
    (r"(?<!trash )(?<!garbage )(?<!watering )\bcan (?!of\b|opener\b)\w", "The milk can wait"),
    (r", its |(?:,| and) (?:thats|theres) | and its (?:super|very|really|so|too|not|due|on|in|at) ",
     "Bring an umbrella, its raining"),
    (r"\A(?!(?:get|have|keep|make|check|see|ask)\b).* (?:closed|cancell?ed|geschlossen|abgesagt)\Z", "Shop closed"),
    (r"(?:,| and) (?:have|need|want|got) to \w", "Buy milk and have to call Ann"),
    # May be two
    (rf", (?!{_GOES_ON} )(?-i:[a-zäöü]{{3,12}}) (?:my|our"
     r"|the|an?|some|d(?:en|ie|as|em)|eine?\w{0,2}|meine?\w{0,2}) \w", "Buy milk, find my boots"),
    (r"\A\w+ of \w+, to \w", "End of lunch, to call Ann"),
    (r"\A(?:for (?:\w+ )?\w+|für (?:\w+ (?!(?-i:[a-zäöü])\w*n\Z))?\w+)\Z", "Für den Pass"),
    (r"\A(?:beim?|von|vom) .{1,60} (?:an|aus|ein|weg|raus)\Z", "Bei der Miete aus"),
    # Is quoted in part; a quoted character is U+FFFC
    ("\\A\ufffc+ (?:to|on|too|also|with|again|zu[mr]?|auch|mit|noch ?mal)(?= |\\Z)"
     "|\ufffc .*(?:\ufffc|(?:today|tomorrow)['’]s)",
     "“Stamps and tape” again", "“And Ann” to the card", "Replace “milk” with “oat milk”"),
    # What is left of parentheses, numbers of a list, a field by its name, an arrow, or of two sentences
    (r"(?<=\S) \?(?= \S)| @\Z", "Bins out ? say", "Note to Klaus @"),
    (r"\( | \)", "Milk ( oat)", "Milk (oat )"),
    (r"\A1[.)] .+ 2[.)] |: [^,]+, ", "1. milk 2. bread", "Party: cake, balloons"),
    (r"[,:] (?:high|medium|low|hoch|mittel|niedrig)\Z", "Milk: high"),
    (r" (?:urgent|important|dringend|wichtig)\Z", "Milk, urgent", "Call the bank important"),
    (r"\((?:tag|prio\w*|due|deadline|frist) "
     r"|, (?:tag|label|category|deadline|stichwort|schlagwort|kategorie|frist|priori\w+) ",
     "Milk, tag shopping"),
    (r"(?<!for )(?<!about )\bthe due date\b", "Change the due date"),
    (r"\b(?:the (?:tag|label|flag|priority|reminder) (?:of|on|off|from)"
     r"|das (?:schlagwort|stichwort|datum)|die (?:priorität|erinnerung)) ",
     "Raise the priority of milk", "Das Datum ändern", "Die Priorität ändern"),
    (r"(?:[-=]>|→)(?! ?(?-i:[A-ZÄÖÜ]))", "Milk -> done", "Plants: 7d → 10d"),
    (r"; ", "Milk; bread"),
    (r"[.?!] (?:thank you|vielen dank)\b", "Call Ann? Thank you. Tom"),
    (r"(?<!\S)(?:due|date|prio(?:rity)?|tags?|datum|fällig):\S", "Milk due:2026-12-04"),
    (r"\b(?:to|of|in) (?:an?|the|my) (?:task|reminder|list)s?\Z", "Add milk to the list"),
    (r"\bin der liste\b", "Milch in der Liste"),
    (r"\b(?:to|on|onto|in) (?:[\w'’]+ ){0,2}(?:(?:today|tomorrow)s?|(?:today|tomorrow|week|weekend|month)['’]s) list\Z",
     "Passport on next week's list"),
    # A place in the list, several tasks, a reference, a time
    (r"\bback (?:to|on|onto|in|into) (?:the|my|our) [\w -]{0,20}list\Z|\A(?:vor|before) \d+\Z",
     "Milk back to the shopping list", "Vor 3"),
    (rf"\b(?:{AT_AN_END}|on (?:the )?top|an den anfang|ans ende)\Z",
     "Move milk to the top", "Nine at the top", "Milch ganz oben", "Milch nach ganz oben"),
    (r"\b(?:die|den|alle) (?:erledigten|fertigen|überfälligen)(?! (?-i:[A-ZÄÖÜ]))",
     "Alle überfälligen zeigen", "Hol das aus den erledigten raus"),
    (r"\Athe [\w ]{2,40} (?:above|below) the ", "The milk above the bread"),
)  # fmt: skip
"""What has not the form of a title."""
