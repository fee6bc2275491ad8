"""Parses wishes without a command: "buy some milk", "call the dentist on friday at 9am", "Milch kaufen"."""

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.language_detection import detect_language
from taskchat_app.assistant.grammar.phrases.conditions import DENIED, SPEECH, UNCERTAIN
from taskchat_app.assistant.grammar.phrases.new_task import read_title, without_reminder
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.vocabulary import with_digraphs

_MAX_CHARACTERS = 200  # a longer text tells something
_VERBS = (
    "answer apologi[sz]e apply arrange assemble back\\s?up bake bath bathe book borrow bring brush buy call cash"
    " charge clean collect compile contact confirm congratulate cook decorate defrost deliver deposit donate download"
    " draft dust email e-mail empty exercise feed fetch file fill fix fold follow\\s?up gather get grab groom harvest"
    " hang hire hoover install invite invoice iron learn lubricate mail meditate meet mend mop mow negotiate oil order"
    " organi[sz]e pack paint pay phone pick plant polish practi[sc]e prepare print proofread prune rake recharge"
    " recycle read refill register rehearse renew rent repair replace replant reply research reserve respond restock"
    " return revise ring\\s?up sand scan sell send service sew shave shop shovel sign sort study submit sweep swim"
    " take text thank throw tidy train transplant trim tutor unclog unpack update upload vacuum visit walk wash water"
    " weed weigh wipe wrap write"
).split()
"""Verbs that begin a task; those that ask a machine for something ("play", "turn", "open", "set") are left out."""
_IMPERATIVES = (
    "antwort beantrag bestell besorg bezahl buch fahr frag geh gieß hol kauf klär koch kündig leih mäh organisier pack"
    " putz reparier reservier saug schick schneid schreib sortier spül tank unterschreib vereinbar verkauf"
    " verschick verlänger wasch wechsel wisch zahl überweis"
).split()
"""German imperatives of tasks, without the "e" that most may have at their end."""
_SEPARABLE = "druck|füll|gib|häng|lad|meld|räum|reich|ruf|stell|trag|wirf|zieh"
"""Imperatives that begin a task only with a part behind them: "ruf morgen Mama an"."""
_PARTS = (
    "ab an auf aus ein her hin hoch mit nach raus rein runter um vor vorbei weg weiter zu zurück zusammen be ver er"
    " ent über unter"
).split()
_BASES = (
    "bauen bringen buchen drucken fragen frieren führen füllen gehen gießen hängen heften holen impfen kaufen kehren"
    " klären kleben kochen kündigen laden leihen liefern melden misten packen pflanzen planen prüfen putzen räumen"
    " rechnen reden rufen sammeln saugen schauen schenken schicken schneiden schreiben sehen senden sortieren sprechen"
    " spülen suchen tauschen tragen wärmen waschen wechseln wischen zahlen"
).split()
"""Verbs of a task, also with a part before them: "einkaufen", "zurückrufen"; none that changes tasks ("setzen")."""
_INFINITIVES = (
    "abgeben aufgeben zurückgeben weitergeben antworten aussuchen backen baden basteln beantragen beantworten"
    " bearbeiten begleichen besorgen bestellen bezahlen bügeln dichten düngen einlösen einnehmen einreichen entkalken"
    " entrümpeln entsorgen erkundigen erneuern falten fegen feiern flicken füttern gratulieren installieren joggen"
    " kontrollieren korrigieren laufen leeren lernen lesen durchlesen machen mähen malen mieten mitnehmen nähen nehmen"
    " organisieren pflegen polieren proben recherchieren rausstellen reinigen renovieren reparieren reservieren"
    " sauber\\s?machen scannen schwimmen staubsaugen streichen tanken telefonieren testen trainieren treffen trocknen"
    " üben umziehen unterschreiben vereinbaren ausmachen verlängern vorbereiten überweisen wegwerfen zusammenlegen"
).split()
# "Buy some milk", but neither "call off the party" nor "send me the list"
_BEGINS_WITH_VERB = sentence(
    rf"(?:{'|'.join(_VERBS)}) (?!.{{1,80}} (?:off|down|away)(?:[.!,]|\Z))"
    r"(?!(?:me|mir|mich|us|uns|you|dir|yourself|it|that|this|them|back|over|up|rid|off|out|is|isn['’]t|was)\b).{2,}"
)
# Neither a request to the assistant ("schick mir") nor a noun ("Kauf von Milch").
_NO_OBJECT = (
    r"(?!(?:mir|mich|uns|dir|dich|euch|es|sie|ihn|ihm|an|auf|ist|war|wird|hat|von|vom|des|der|im|am|für)\b)"
    r"(?!.{0,200}\b(?:\w{0,40}liste|kalender|aufgaben?|termine|erinnerung(?:en)?|licht|musik)\b)"
)
# "Kauf Milch", "ruf morgen Mama an"
_IMPERATIVE = sentence(
    with_digraphs(
        rf"(?:{'|'.join(_IMPERATIVES)})e? {_NO_OBJECT}.{{2,}}"
        rf"|(?:{_SEPARABLE})e? {_NO_OBJECT}.{{1,200}}? (?:an|ab|auf|aus|ein|mit|nach|um|weg|raus|runter|zurück)"
    )
)
# "Pick up the parcel"
_BEGINS_WITH_VERB_IN_PARTS = sentence(
    r"(?:pick up|drop off|hand in|take out|put away|put up|throw out|throw away|clean up|clean out|set up|sign up|fill"
    r" in|fill out|look up|look for|look into|work on|check in|catch up|call back|make sure|make a|make an|do the|do my"
    r"|check on|hang up|bring back|take back|give back|send off|top up|go to|go for|get to|plan a|plan the|finish the"
    r"|finish my|ask for|talk to|speak to|call up) (?!(?:me|us|you)\b).{2,}"
)
# "Milch einkaufen"
_ENDS_WITH_VERB = sentence(
    with_digraphs(rf".{{2,}} (?:(?:{'|'.join(_PARTS)})?(?:{'|'.join(_BASES)})|{'|'.join(_INFINITIVES)})")
)
# These tell of an event that is there: "skip gym thursday 6pm", "missed the dentist monday 10am"
_OF_EVENT = (
    r"(?:skip|miss|change|push|move|shift|delay|postpone|reschedule|edit|bump|stop|quit|end|resume|hate|finish"
    r"|complete|cancel)(?:p?ed|d|led)?|done|attended|ändere?|verschiebe?|verschoben|verlegt?e?|verpasst|versäumt|abgesagt"
    r"|ausgefallen|fertig|erledigt|stopp?e?|beende|lasse?|schwänze?|geschwänzt"
)
# With a day and a time, or repeating, these are certain: "lunch with Marco fri 12:30", "yoga every tuesday".
_EVENT = sentence(
    rf"(?!(?:the|my|our|der|die|das|mein\w?|no|kein\w?|{_OF_EVENT}) )"
    r"(?:(?!(?:has|have|had|hat|haben|hatte)\b)\w{1,20} ){0,2}"
    r"(?:\w{0,20}(?:termin|arzt|ärztin|treffen|essen|besprechung|feier|prüfung|reinigung|training|unterricht|probe|abend|gruppe|kurs)"
    r"|sport|chor|lunch|dinner|breakfast|brunch|meeting|appointment|appt\.?|call|interview"
    r"|party|class|dentist|doctor|doctors|vet|haircut|check-?up|exam|flight|friseur|physio|yoga|standup"
    r"|pilates|gym|workout|lesson|rehearsal|choir)(?: (?:w/|with|mit|bei|beim|at|for|für) ?[\w. ]{1,40})?"
)
# So are names in capitals: "Klausur Analysis donnerstag 8 uhr", "Rommé bei Gerda sonntag um drei".
_NAME = r"(?-i:[A-ZÄÖÜ][\w.-]{2,30})"
_NAMES = sentence(
    rf"(?!(?:{_OF_EVENT}|kein\w?|mein\w?|lieber?|guten?|bitte|geht|passt|kommt|klappt|we(?:tter|ather|cker)) ){_NAME}"
    rf"(?: (?:beim?|mit|für|in|im|zu[mr]?|von|vom|der|dem|den) {_NAME}| {_NAME}){{1,4}}"
)
_OF_THE_LIST = phrase(r"\b(?:\w{0,40}liste|kalender|aufgaben|erinnerung(?:en)?|priorität|prio|licht|wecker)\b")
# A command, a question or a doubt inside makes a wish doubtful, and so does a verb that may also change
# a task: "Brot streichen", to paint or to strike.
_DOUBTFUL = phrase(
    r"\b(?:remind me|erinner\w* mich|tick off|mark|delete|lösche|rename|reschedule|then|dann|undo|taskchat"
    rf"|{UNCERTAIN}|{SPEECH}|wollten? (?:ich|wir))\b"
    r"|\Atake (?!(?:the|my|our|an?|some|this|these)\b).{1,60} off (?:the|my|that|#?\d)\b"  # a tag
    r"|[?\n]|(?<!\d)[.!] \w|\b(?:streichen|austragen|versehen|ein(?:sortieren|ordnen)|zuordnen)[.!]*\Z"
)
# "Die Milch ist noch nicht gekauft", "12 not yet": no task, but how one is
_UNDONE = phrase(r"\bnoch nicht (?:\w+t|\w+en)\Z|\b(?:not yet|noch nicht)\Z")
_NO_TASK_WORDS = (
    r"i ive you youre we he hes she shes it its they theyre ich du wir er sie es ihr who whos what whats why how"
    r" hows where wheres when whens which whose is are was were do does did can could would will should have has if"
    r" wer wie wo wann warum wieso welche\w* ist sind seid hat hast hab kann kannst soll wird darf muss gibt"
    r" falls wenn wenns obs tell spiel\w* play erzähl\w* yes no ja nein nee? nö ok okay mark tick delete rename add"
    r" undo forget nevermind this that thats these those there theres dies\w* lol haha\w* hehe wow omg ugh oops"
    r" whoops hm+ mal\ssehen na boah puh ach thanks thx cheers danke nothing nichts almost nearly stimmt sorry mir"
    r" thank\s(?:you|u)(?!\s(?:note|card|letter|gift))"
).split()
# "I am tired", "what a day"
_NO_TASK = phrase(
    rf"\A(?:{'|'.join(_NO_TASK_WORDS)}|am(?= i\b)|(?:bin|fast)(?= ich| fertig| erledigt)"
    r"|good (?:morning|evening|night|afternoon|job)|happy \w+day|vergiss(?! \S+ nicht)|(?:do|did|wo|ca) ?n['’]?t"
    r"|i['’]?m (?:so|not|really|too|very|just|tired|bored|sick|sad|happy|busy|ok|back))\b"
)
# "We are out of milk", "ich brauche noch Milch", "wir haben keine Milch mehr"
_NEEDS = sentence(
    r"(?:(?:i|we)(?:['’](?:m|re))? )?(?:(?:still|also|really) )?(?:need|(?:are |am )?(?:almost )?(?:out of|(?:running"
    r" )?low on|running out of)) (?:some |any |more )?(?P<title>(?!to |you |a reminder).+)"
    r"|(?:(?:ich|wir) )?brauche?n? (?:noch |auch )?(?P<titel>(?!kein).+)"
    r"|(?:ich|wir) haben? (?:gar |fast )?(?:keine?n?|kaum noch) (?P<fehlt>.+?) mehr"
)


def begins_with_imperative(title: str) -> bool:
    """Return whether a title begins with a German imperative: "Überweis 850 Euro"."""
    return _IMPERATIVE.fullmatch(title) is not None


def begins_with_verb(clause: str) -> bool:
    """Return whether a clause is certainly a wish that begins with the verb of a task: "buy milk", "kauf Milch"."""
    return any(pattern.fullmatch(clause) for pattern in (_BEGINS_WITH_VERB, _BEGINS_WITH_VERB_IN_PARTS, _IMPERATIVE))


def ends_with_verb(clause: str) -> bool:
    """Return whether a clause is certainly a wish that ends with the verb of a task: "Milch kaufen"."""
    # "vor meinem Treffen" ends with a noun.
    is_noun = clause.rstrip().rpartition(" ")[2][:1].isupper() and not clause.isupper()
    is_about_list = _OF_THE_LIST.search(clause.rpartition(":")[2])
    return not is_noun and _ENDS_WITH_VERB.fullmatch(clause) is not None and not is_about_list


def read_wish(clause: str, clock: UserClock) -> Command | None:
    """Return the task that a clause without a command wishes for: to be added ("wish"), or to be offered ("offer").

    The verb or event of a wish is looked for in the title, which is without dates. Words that deny a task or make it
    doubtful count anywhere in the clause, but for quoted words and a reminder at its end ("remind me an hour before").
    """
    text = mask_quotes(without_reminder(clause, clock))
    if len(clause) > _MAX_CHARACTERS or "?" in clause or not text.strip():
        return None
    if match := _NEEDS.fullmatch(clause):
        needed = match["title"] or match["titel"] or match["fehlt"]
        given = read_title(needed, clock)
        language = "en" if match["title"] else "de"
        return Command("offer", needed, given=given, language=language) if given["title"] else None
    given = read_title(clause, clock)
    title = given["title"]
    if not title or _NO_TASK.search(text) or _UNDONE.search(text):
        return None
    is_scheduled = "T" in given.get("due_date", "") or "recurrence" in given  # a due date with a time has a T
    has_german_verb = begins_with_imperative(title) or ends_with_verb(title)
    has_verb = has_german_verb or begins_with_verb(title)
    is_event = is_scheduled and _EVENT.fullmatch(title) is not None
    has_names = is_scheduled and _NAMES.fullmatch(title) is not None
    is_doubtful = _DOUBTFUL.search(text) or DENIED.search(title)  # a date may deny: "no later than friday"
    if (has_verb or is_event or has_names) and not is_doubtful:
        language = detect_language(clause) or ("de" if has_german_verb else "en")
        # Names alone are less sure: another request may be read in them (guesses.py).
        return Command("wish", clause, given=given, language=language, indirect=not (has_verb or is_event))
    has_form_of_title = len(given) > 1 or " " in title or (title.isalpha() and len(title) > 3)
    return Command("offer", clause, given=given) if has_form_of_title else None
