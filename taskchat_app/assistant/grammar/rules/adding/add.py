"""Rules for adding a task: with a verb ("add …", "remind me to …"), to a list, or as a reminder."""

from taskchat_app.assistant.grammar.commands import Row
from taskchat_app.assistant.grammar.phrases.conditions import DENIALS, UNCERTAIN
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST
from taskchat_app.assistant.grammar.phrases.patterns import words
from taskchat_app.assistant.grammar.rules.adding.new_reminders import remind_of
from taskchat_app.assistant.grammar.rules.adding.new_tasks import (
    add_dated,
    add_remembered,
    add_task,
    add_unless_named,
    add_when,
)
from taskchat_app.assistant.grammar.rules.adding.titles import THING
from taskchat_app.assistant.grammar.rules.matching import fixed
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORD

# Parts of the English rules
_BEFORE_A_TITLE = rf"(?={THING}(?: for me)?(?:\s?:| (?:called|named|titled|saying|that says|for me to|to)\b))"
# "Add a recurring task review" adds a review, but "add recurring task review" and "add daily task review" name one.
_REPEATING = (
    r"(?:(?:(?<=\ba )|(?<=\bone )|(?<=\bnew ))(?:repeating|recurring) "
    rf"|(?:repeating|recurring|(?P<often>daily|weekly|monthly|yearly)) {_BEFORE_A_TITLE})?"
)
_LEVEL = rf"(?:(?P<level>{PRIORITY_WORD})(?:[\s-]+priority)? )?"  # "high priority (task)"
_CALLED = (  # "(add a task) for me: pay", "(…) to: pay", "(…) for paying", "(…) pay"
    r"(?:(?: for me)?\s?:\s?| (?:called|named|titled|saying|that says|for me to|to)\s?:? | (?:for (?=\w+ing\b))?)"
)
_EVENT = (
    rf"(?:(?:calend[ae]r )?(?:event|entry)(?: (?:to|on|in) {THE_LIST})?|appointment (?:to|on|in) {THE_LIST})"
    " (?:for|called|named|titled|saying|about)"
)
_MORE = (  # "(add milk to my list) for friday"
    r"(?P<more>(?:,? (?:for|by|on|at|every|today|tomorrow|next|this|due|with|and|für|am|bis|um|morgen|heute|[!#]).*)?)"
)
# "That I have an appointment", but not "that I have to go"
_THAT_I_HAVE = r"that (?:i|we) (?:have|have got|am having|will have|'ve got|'m having) (?!to\b)(?:an? |my )?"
_DAY_FIRST = r"(?:on|at|in|by|next|this|today|tonight|tomorrow|every)\b ?.{0,40}?"
_I_HAVE = r"(?:i|we)(?: have| have got| am having| are having|'m having|'ve got| will have|'ll have)"
_APPOINTMENTS = words(
    "meeting, appointment, call, date, interview, lunch, dinner, breakfast, party, exam, lesson, class, flight"
    ", check-?up, reservation, conference, session, practice, deadline, visit, haircut, training, test, birthday"
    ", wedding"
)
_SO_NOTE_IT = r"(?:,? (?:so )?(?:please )?(?:set it|add it|note it|put it (?:on|in) (?:my|the) (?:list|calendar)))?"
# Parts of the German rules
_HEUTIG = r"(?P<heutig>(?:der |die |dem )?heutigen)"
_STATEMENT = r"(?P<item>)"
"""An empty slot: read_by leaves rules that begin with "item" or "title" out of questions."""
_SURE = rf"(?!.*(?:{DENIALS}|\b{UNCERTAIN}\b))"
_VERBS = (
    "was, wer, wen, wie, wo, schaue?, gucke?, blick, komm, gehe?, ist, sind, habe?, muss, soll, kann, lösche?"
    ", entferne?, streiche?"
)
# "Brot", "brot und milch", "ein brot"; not "setz Milch" or "steht Brot"
_LOOKS_LIKE_THINGS = r"(?=(?-i:[A-ZÄÖÜ\d])|.+(?: und|,| noch) |eine?n? )"
_BEGINS_WITH_NO_VERB = rf"(?!(?:{words(_VERBS)}|steh\w*|\w*st)\b)"
_TO = r"(?=(?:den|die|das|meine?n?|unsere?n?) )"
_NEUE = r"(?:(?:erstelle?|lege?|mache?|notiere?|schreibe?) (?:mir )?)?(?:eine )?(?:neue[rs]? )?"
_OFT = (
    r"(?:(?:wiederkehrende|sich wiederholende|(?P<often>tägliche|wöchentliche|monatliche|jährliche)"
    r"(?= \w+(?: an)?\s?:)) )?"
)
_AUFGABE = r"(?:aufgabe|erinnerung|(?:punkt|eintrag|to-?do)(?=\s?:)|(?<=neue[rs] )(?:task|to-?do))"
_TERMIN = words(
    "termin, besprechung, treffen, meeting, verabredung, prüfung, gespräch, essen, party, feier, kurs, flug"
    ", unterricht, training"
)
_AN_DIE = "an (?:das |den |die |mein(?:e|en)? )?"
_THAT_I_DO = r"(?:da?ran)?,? ?dass (?:ich|wir) (?P<title>.+?)(?: (?:will|muss|möchte|soll|wollen|müssen))?"

_ENGLISH: tuple[Row, ...] = (
    (r"(?:add|create|make|new|put|insert|set up|schedule|save) (?:me )?(?:an? |one |another |the )?(?:new )?"
     rf"{_REPEATING}{_LEVEL}{THING}(?: (?:to|on|in) (?:my|the) (?:to-?do )?list)?{_CALLED}(?P<title>.+)",
     "en", add_task),  # "Add a high priority task to call Bob"
    (rf"(?:add|put|insert|save) (?:(?:this|it|that) )?(?:to|on|in) (?:an? )?{THE_LIST}"
     r"(?: and (?:repeat|remind me|save)(?: it)?)?", "en", fixed("nameless")),  # "Put it on my list": what?
    (rf"(?:add|create|make|schedule|set(?: up)?|put|insert) (?:an? |the )?(?:new )?{_EVENT} (?P<title>.+)",
     "en", add_task),  # "Add an event called lunch"
    (rf"(?:add|put|insert|write|note|save) (?:down )?(?:to|on|onto|in) {A_LIST}\s?:\s?(?P<title>.+)",
     "en", add_task),  # "Add to my list: milk"
    (rf"(?:add|put|insert|(?:write|note|jot)(?: down)?)\s?:? (?P<title>.+?),? (?<! back )(?:to|on|onto|in"
     rf"|into) {A_LIST}{_MORE}",
     "en", add_task),  # "Add milk to my shopping list"; "put milk back on the list" adds nothing
    (rf"(?:update|extend) {A_LIST} (?:with|by) (?P<title>.+)", "en", add_task),  # "Extend my list by milk"
    (rf"(?:i|we) (?:need|want|would like)(?: to (?:have|get))? (?P<title>.+?)"
     rf" (?:to be )?(?:put|added|written) (?:to|on|onto|in) {A_LIST}", "en", add_task),  # "I need milk put on my list"
    (rf"(?P<title>.+?) (?:should|must|needs to|has to) be (?:put|added) (?:to|on|onto|in) {A_LIST}",
     "en", add_task),  # "Milk should be added to my list"
    (r"(?:i|we) (?:need|want|would like)(?: to (?:make|create|set(?: up)?|have|be))? ?(?:a |another )?"
     r"(?:reminder|reminded|task|todo)(?: (?:set up|for (?:me|myself)))*(?: (?:to|about|of|for)"
     r" (?:(?:alert|remind|tell|notify) me (?:to|about|that) )?(?P<title>.+))?",
     "en", add_task),  # "I need a reminder to pay"
    (r"i just .{1,120}?,? remind me (?:to|about|of) (?P<title>.+)",
     "en", add_task),  # "I just bought milk, remind me to pay"
    (r"(?:you (?:need|have) to )?(?:remind me|notify me|alert me)"
     r"(?: (?:in advance|beforehand|ahead of time|again|later))? (?:about|of) (?P<title>.+)",
     "en", remind_of),  # "Remind me about the rent"
    (rf"(?:remind me|remember) (?:to |about |of |that (?:i (?:have to|need to|must) )?)?(?P<title>.+?),?"
     rf" (?:(?:and )?(?:put|add)(?: it)? )?(?:to|on|onto) {A_LIST}", "en", add_task),  # "Remember milk on my list"
    (r"(?:you (?:need|have) to )?(?:(?:remind|alert|notify) me|(?:help me (?:to )?)?remember"
     r"|make sure i (?:remember|do ?n['’]t forget)) "
     rf"(?!what\b|which\b)(?:to |about |of |for |{_THAT_I_HAVE}|that (?:i (?:have to|need to|want to|must) )?)?"
     r"(?P<title>.+)", "en", add_task),  # "Remind me to pay"; behind the two above, which it would match
    (r"(?P<when>.+?),? remind me (?:to|about|of) (?P<title>.+)", "en", add_when),  # "On friday remind me to pay"
    (rf"(?P<when>{_DAY_FIRST}),?"
     r" (?:(?:please )?(?:put(?! .+ (?:out|away|up|down|back)\b)|add|schedule)|i (?:must|should|(?:need|have) to))"
     rf" (?P<title>.+?)(?: (?:to|on|in) {THE_LIST})?",
     "en", add_when),  # "On friday I need to pay"; not "on friday put the bins out"
    (r"(?:i )?(?:don'?t|do not) (?:let me |want to )?forget(?::(?! (?:#?\d|delete|move|tick|mark)))?"
     r" (?:to (?:tell|remind) me )?(?:to |about )?(?P<title>.+)",
     "en", add_task),  # "Don't forget to pay"; not "don't forget: delete 3"
    (r"(?:add|create)\s?:? (?:to )?(?P<title>.+)",
     "en", add_task),  # "Add milk"; behind all above that begin with "add"
    (r"(?:schedule|arrange|plan(?! (?:the|my|our)\b)|(?:note|write|jot) down\s?:?|make a note"
     r"|put down(?= (?:that\b|[\"“„]))) (?:that |to )?(?:an? )?(?P<title>.+?),?(?: (?:okay|ok))?",
     "en", add_task),  # "Plan a party", "put down that I owe Bob"; not "plan the trip" or "put down the phone"
    (r"i (?:also )?(?:need|have|want|must|ought|got|would like|have got) to (?!know\b)(?P<title>.+)",
     "en", add_task),  # "I need to call Bob"; not "I need to know"
    (rf"{_I_HAVE} (?:an? |my |to go to )(?P<title>(?:[\w'’-]{{1,30}} ){{0,3}}?{_APPOINTMENTS}\b.+?){_SO_NOTE_IT}",
     "en", add_dated),  # "I have a team lunch on friday, so please note it"
    (rf"(?:(?:new )?{_REPEATING}(?:task|todo|to-do|reminder)|note to self)\s?:\s?(?P<title>.+)",
     "en", add_task),  # "Task: pay", "note to self: pay"
)  # fmt: skip
_GERMAN: tuple[Row, ...] = (
    (r"(?:füge? (?:(?:eine |die )?(?:neue )?aufgabe )?hinzu|(?:neue )?aufgabe (?:hinzufügen|erstellen|anlegen))"
     r"\s?:? (?P<title>.+)", "de", add_task),  # "Füge eine Aufgabe hinzu: Milch", "neue Aufgabe anlegen: Milch"
    (r"(?:hinzufügen|erstellen|anlegen)\s?: (?P<title>.+)", "de", add_task),  # "Hinzufügen: Milch"
    (r"(?:füge?|fuege?) (?:den |das |ihr |ihm |dort |da |dazu )?(?P<title>.+?)"
     rf" (?:zu|zur|zum|auf|in) (?:{_HEUTIG} )?{A_LIST} hinzu", "de", add_task),  # "Füge Milch zur heutigen Liste hinzu"
    (r"(?:füge?|fuege?|setze?) (?:ihr |ihm |dort |da |dazu )?(?:(?:eine |die )?(?:neue )?aufgabe\s?:? )?"
     r"(?P<title>.+?)(?: (?:zu|zur|auf|in) (?:(?:meiner|meine|der|die) )?(?:\w*liste|aufgaben))? hinzu",
     "de", add_task),  # "Füge Milch hinzu"; behind the one above, which it would match
    (rf"(?:ich (?:muss|möchte|will) )?(?P<title>.+?) (?:zu|zur|zum|auf|in) {A_LIST}(?P<more>(?: für .{{1,60}}?)?)"
     rf" (?:hinzufügen|setzen|schreiben)", "de", add_task),  # "Milch auf meine Liste setzen"
    (rf"(?:setze?|schreibe?|packe?|nimm|tue?) (?P<title>.+?) auf {A_LIST}",
     "de", add_task),  # "Schreib Milch auf die Liste"
    (rf"{_SURE}{_LOOKS_LIKE_THINGS}{_BEGINS_WITH_NO_VERB}(?P<title>.+?)(?: komm(?:t|en))?(?: auch)?(?: noch)?"
     rf" auf {_TO}{A_LIST}", "de", add_task),  # "Milch kommt noch auf die Liste"
    (rf"{_STATEMENT}{_SURE}(?:(?:setze?|schreibe?|packe?|tue?) )?auf {_TO}{A_LIST}"
     r"(?:\s?: |(?: (?:kommt|kommen|noch))* (?=(?-i:[A-ZÄÖÜ\d])))(?P<title>.+)",
     "de", add_task),  # "Auf die Liste: Milch", "auf die Liste kommt noch Milch"
    (rf"{_NEUE}{_OFT}{_AUFGABE}(?: an| namens| mit dem (?:titel|namen))?(?:\s?[:,]\s?| )(?P<title>.+)",
     "de", add_unless_named),  # "Neue tägliche Aufgabe: Milch kaufen"
    (rf"(?:ich habe|wir haben) (?P<when>.{{1,60}}?) (?:einen|eine|ein) (?P<title>\w{{0,30}}{_TERMIN}\b.*)",
     "de", add_when),  # "Ich habe am Freitag einen Arzttermin"
    (rf"(?:(?P<when>(?!mich ).{{1,60}}?) )?(?:mich )?(?P<title>{_AN_DIE}.+) (?:erinnern|denken)",
     "de", remind_of),  # "Morgen an die Miete denken"
    (r"erinnere? mich (?:(?:im voraus|rechtzeitig|vorher|später|unbedingt) )?(?:(?P<when>.{1,60}?) )?"
     rf"(?P<title>{_AN_DIE}.+)", "de", remind_of),  # "Erinnere mich morgen an die Miete"
    (rf"(?:erinnere? mich|merke? dir),? {_THAT_I_DO}", "de", add_task),  # "Erinnere mich daran, dass ich zur Bank muss"
    (r"(?:erinnere? mich|denke?) (?:da?ran[,:]? (?:dass ich )?|an (?:das |den |die )?)?(?P<title>.+)",
     "de", add_remembered),  # "Erinnere mich daran, Oma anzurufen"; behind the two above, which it would match
    (r"mich (?P<title>.+?) erinnern", "de", add_remembered),  # "Mich morgen an die Miete erinnern"
    (r"(?:notiere?|merke?|ergänze?(?! (?:d(?:en|ie|as)|[mds]?eine?n?|unsere?n?) ))(?: (?:dir|mir|sich|uns))?"
     r"(?: (?:im|in meinem) kalender)?"
     r"(?: (?:eine?n?|die|den|das) (?:veranstaltung|termin|ereignis|aufgabe))?\s?:? (?P<title>.+)",
     "de", add_task),  # "Merk dir: Milch"; not "ergänze die Milch"
    (r"(?:vereinbare?|plane?(?! (?:the|my|our)\b| .{1,80} (?:besorgen|kaufen|holen)\b)) (?:mir )?"
     r"(?:(?:ein|mein)(?:e|en)? )?(?P<title>.+)",
     "de", add_task),  # "Plane ein Treffen"; not the English "plan the trip" or "Plane für den Anhänger besorgen"
    (r"ich (?:muss|soll)(?: (?:noch|auch|unbedingt|bald|noch mal))* (?P<title>.+)",
     "de", add_task),  # "Ich muss noch zur Bank"
    (r"(?P<when>.{1,40}?) (?:muss|soll|sollte|will|möchte) ich (?:noch )?(?P<title>.+)",
     "de", add_when),  # "Morgen muss ich zur Bank"
    (r"ich (?:möchte|will) (?P<title>.+)", "de", add_unless_named),  # "Ich möchte Oma anrufen"
    (r"(?:vergiss nicht|lass mich nicht vergessen)(?:[,:](?! (?:#?\d|lösch|verschieb|hak)))?"
     r" (?P<title>.+)", "de", add_task),  # "Vergiss nicht, Oma anzurufen"; not "vergiss nicht: lösch 3"
    (r"(?P<title>.+?) hinzufügen", "de", add_task),  # "Milch hinzufügen"
)  # fmt: skip
ADDS: tuple[Row, ...] = (*_ENGLISH, *_GERMAN)
"""The first rule whose command is not None decides. Its words of the task are `title` and, behind the list, `more`.

`when` is a date before them; `level` a priority, `often` a recurrence and `heutig` a date said beside them.
"""
