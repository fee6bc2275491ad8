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

_BEFORE_A_TITLE = rf"(?={THING}(?: for me)?(?:\s?:| (?:called|named|titled|saying|that says|for me to|to)\b))"
# "Add a recurring task review" adds a review, but "add recurring task review" and "add daily task review" name one.
_REPEATING = (
    r"(?:(?:(?<=\ba )|(?<=\bone )|(?<=\bnew ))(?:repeating|recurring) "
    rf"|(?:repeating|recurring|(?P<often>daily|weekly|monthly|yearly)) {_BEFORE_A_TITLE})?"
)
# "That I have an appointment", but not "that I have to go"
_THAT_I_HAVE = r"that (?:i|we) (?:have|have got|am having|will have|'ve got|'m having) (?!to\b)(?:an? |my )?"
_HEUTIG = r"(?P<heutig>(?:der |die |dem )?heutigen)"
_MORE = (
    r"(?P<more>(?:,? (?:for|by|on|at|every|today|tomorrow|next|this|due|with|and|für|am|bis|um|morgen|heute|[!#]).*)?)"
)
_STATEMENT = r"(?P<item>)"  # for read_by, which leaves the row out of questions
_SURE = rf"(?!.*(?:{DENIALS}|\b{UNCERTAIN}\b))"
_VERBS = (
    "was, wer, wen, wie, wo, schaue?, gucke?, blick, komm, gehe?, ist, sind, habe?, muss, soll, kann, lösche?"
    ", entferne?, streiche?"
)
# "Brot", "brot und milch", "ein brot"; not "setz Milch" or "steht Brot"
_LOOKS_LIKE_THINGS = r"(?=(?-i:[A-ZÄÖÜ\d])|.+(?: und|,| noch) |eine?n? )"
_BEGINS_WITH_NO_VERB = rf"(?!(?:{words(_VERBS)}|steh\w*|\w*st)\b)"
_THAT_I_DO = r"(?:da?ran)?,? ?dass (?:ich|wir) (?P<title>.+?)(?: (?:will|muss|möchte|soll|wollen|müssen))?"
_TO = r"(?=(?:den|die|das|meine?n?|unsere?n?) )"
ADDS: tuple[Row, ...] = (
    # "Add a high priority task to call Bob", "put it on my list" (what?), "add an event called lunch"
    (r"(?:add|create|make|new|put|insert|set up|schedule|save) (?:me )?(?:an? |one |another |the )?(?:new )?"
     rf"{_REPEATING}(?:(?P<level>{PRIORITY_WORD})(?:[\s-]+priority)? )?{THING}"
     r"(?: (?:to|on|in) (?:my|the) (?:to-?do )?list)?"
     r"(?:(?: for me)?\s?:\s?| (?:called|named|titled|saying|that says|for me to|to)\s?:? | (?:for (?=\w+ing\b))?)"
     r"(?P<title>.+)", "en", add_task),
    (rf"(?:add|put|insert|save) (?:(?:this|it|that) )?(?:to|on|in) (?:an? )?{THE_LIST}"
     r"(?: and (?:repeat|remind me|save)(?: it)?)?", "en", fixed("nameless")),
    (rf"(?:add|create|make|schedule|set(?: up)?|put|insert) (?:an? |the )?(?:new )?"
     rf"(?:(?:calend[ae]r )?(?:event|entry)(?: (?:to|on|in) {THE_LIST})?|appointment (?:to|on|in) {THE_LIST})"
     r" (?:for|called|named|titled|saying|about) (?P<title>.+)", "en", add_task),
    # "Add to my list: milk", "add milk to my shopping list", "milk should be added to my list"; "put milk back on the
    # list" adds nothing
    (rf"(?:add|put|insert|write|note|save) (?:down )?(?:to|on|onto|in) {A_LIST}\s?:\s?(?P<title>.+)", "en", add_task),
    (rf"(?:add|put|insert|(?:write|note|jot)(?: down)?)\s?:? (?P<title>.+?),? (?<! back )(?:to|on|onto|in"
     rf"|into) {A_LIST}{_MORE}", "en", add_task),
    (rf"(?:update|extend) {A_LIST} (?:with|by) (?P<title>.+)", "en", add_task),
    (rf"(?:i|we) (?:need|want|would like)(?: to (?:have|get))? (?P<title>.+?)"
     rf" (?:to be )?(?:put|added|written) (?:to|on|onto|in) {A_LIST}",
     "en", add_task),
    (rf"(?P<title>.+?) (?:should|must|needs to|has to) be (?:put|added) (?:to|on|onto|in) {A_LIST}", "en", add_task),
    # "I need a reminder to pay", "remind me about the rent", "remember milk on my list", "on friday remind me to pay"
    (r"(?:i|we) (?:need|want|would like)(?: to (?:make|create|set(?: up)?|have|be))? ?(?:a |another )?"
     r"(?:reminder|reminded|task|todo)(?: (?:set up|for (?:me|myself)))*(?: (?:to|about|of|for)"
     r" (?:(?:alert|remind|tell|notify) me (?:to|about|that) )?(?P<title>.+))?", "en", add_task),
    (r"i just .{1,120}?,? remind me (?:to|about|of) (?P<title>.+)", "en", add_task),
    (r"(?:you (?:need|have) to )?(?:remind me|notify me|alert me)"
     r"(?: (?:in advance|beforehand|ahead of time|again|later))? (?:about|of) (?P<title>.+)", "en", remind_of),
    (rf"(?:remind me|remember) (?:to |about |of |that (?:i (?:have to|need to|must) )?)?(?P<title>.+?),?"
     rf" (?:(?:and )?(?:put|add)(?: it)? )?(?:to|on|onto) {A_LIST}", "en", add_task),
    (r"(?:you (?:need|have) to )?(?:(?:remind|alert|notify) me|(?:help me (?:to )?)?remember"
     r"|make sure i (?:remember|do ?n['’]t forget)) "
     rf"(?!what\b|which\b)(?:to |about |of |for |{_THAT_I_HAVE}|that (?:i (?:have to|need to|want to|must) )?)?"
     r"(?P<title>.+)", "en", add_task),
    (r"(?P<when>.+?),? remind me (?:to|about|of) (?P<title>.+)", "en", add_when),
    (r"(?P<when>(?:on|at|in|by|next|this|today|tonight|tomorrow|every)\b ?.{0,40}?),?"
     r" (?:(?:please )?(?:put(?! .+ (?:out|away|up|down|back)\b)|add|schedule)|i (?:must|should|(?:need|have) to))"
     rf" (?P<title>.+?)(?: (?:to|on|in) {THE_LIST})?", "en", add_when),
    # "Don't forget to pay", "add milk", "plan a party", "I need to call Bob", "I have lunch on friday", "task: pay";
    # not "don't forget: delete 3", "plan the trip" or "put down the phone"
    (r"(?:i )?(?:don'?t|do not) (?:let me |want to )?forget(?::(?! (?:#?\d|delete|move|tick|mark)))?"
     r" (?:to (?:tell|remind) me )?(?:to |about )?"
     r"(?P<title>.+)", "en", add_task),
    (r"(?:add|create)\s?:? (?:to )?(?P<title>.+)", "en", add_task),
    (r"(?:schedule|arrange|plan(?! (?:the|my|our)\b)|(?:note|write|jot) down\s?:?|make a note"
     r"|put down(?= (?:that\b|[\"“„]))) (?:that |to )?(?:an? )?(?P<title>.+?),?(?: (?:okay|ok))?", "en", add_task),
    (r"i (?:also )?(?:need|have|want|must|ought|got|would like|have got) to (?!know\b)(?P<title>.+)", "en", add_task),
    (r"(?:i|we)(?: have| have got| am having| are having|'m having|'ve got| will have|'ll have) (?:an? |my |to go to )"
     r"(?P<title>(?:[\w'’-]{1,30} ){0,3}?(?:meeting|appointment|call|date|interview|lunch|dinner|breakfast|party"
     r"|exam|lesson|class"
     r"|flight|check-?up|reservation|conference|session|practice|deadline|visit|haircut|training|test|birthday"
     r"|wedding)\b.+?)(?:,? (?:so )?(?:please )?(?:set it|add it|note it"
     r"|put it (?:on|in) (?:my|the) (?:list|calendar)))?",
     "en", add_dated),
    (rf"(?:(?:new )?{_REPEATING}(?:task|todo|to-do|reminder)|note to self)\s?:\s?(?P<title>.+)", "en", add_task),
    # "Füge Milch zur Einkaufsliste hinzu", "Milch auf meine Liste setzen", "auf die Liste: Milch"
    (r"(?:füge? (?:(?:eine |die )?(?:neue )?aufgabe )?hinzu|(?:neue )?aufgabe (?:hinzufügen|erstellen|anlegen))"
     r"\s?:? (?P<title>.+)", "de", add_task),
    (r"(?:hinzufügen|erstellen|anlegen)\s?: (?P<title>.+)", "de", add_task),
    (r"(?:füge?|fuege?) (?:den |das |ihr |ihm |dort |da |dazu )?(?P<title>.+?)"
     rf" (?:zu|zur|zum|auf|in) (?:{_HEUTIG} )?{A_LIST} hinzu", "de", add_task),
    (r"(?:füge?|fuege?|setze?) (?:ihr |ihm |dort |da |dazu )?(?:(?:eine |die )?(?:neue )?aufgabe\s?:? )?"
     r"(?P<title>.+?)(?: (?:zu|zur|auf|in) (?:(?:meiner|meine|der|die) )?(?:\w*liste|aufgaben))? hinzu",
     "de", add_task),
    (rf"(?:ich (?:muss|möchte|will) )?(?P<title>.+?) (?:zu|zur|zum|auf|in) {A_LIST}(?P<more>(?: für .{{1,60}}?)?)"
     rf" (?:hinzufügen|setzen|schreiben)",
     "de", add_task),
    (rf"(?:setze?|schreibe?|packe?|nimm|tue?) (?P<title>.+?) auf {A_LIST}", "de", add_task),
    (rf"{_SURE}{_LOOKS_LIKE_THINGS}{_BEGINS_WITH_NO_VERB}(?P<title>.+?)(?: komm(?:t|en))?(?: auch)?(?: noch)?"
     rf" auf {_TO}{A_LIST}", "de", add_task),
    (rf"{_STATEMENT}{_SURE}(?:(?:setze?|schreibe?|packe?|tue?) )?auf {_TO}{A_LIST}"
     r"(?:\s?: |(?: (?:kommt|kommen|noch))* (?=(?-i:[A-ZÄÖÜ\d])))(?P<title>.+)", "de", add_task),
    # "Neue tägliche Aufgabe: Milch kaufen", "ich habe am Freitag einen Arzttermin"
    (r"(?:(?:erstelle?|lege?|mache?|notiere?|schreibe?) (?:mir )?)?(?:eine )?(?:neue[rs]? )?"
     r"(?:(?:wiederkehrende|sich wiederholende|(?P<often>tägliche|wöchentliche|monatliche|jährliche)"
     r"(?= \w+(?: an)?\s?:)) )?(?:aufgabe|erinnerung|(?:punkt|eintrag|to-?do)(?=\s?:)|(?<=neue[rs] )(?:task|to-?do))"
     r"(?: an| namens| mit dem (?:titel|namen))?(?:\s?[:,]\s?| )(?P<title>.+)",
     "de", add_unless_named),
    (r"(?:ich habe|wir haben) (?P<when>.{1,60}?) (?:einen|eine|ein) (?P<title>\w{0,30}(?:termin|besprechung"
     r"|treffen|meeting|verabredung|prüfung|gespräch|essen|party|feier|kurs|flug|unterricht|training)\b.*)",
     "de", add_when),
    # "Mich morgen an die Miete erinnern", "erinnere mich daran, Oma anzurufen", "merk dir: Milch"
    (r"(?:(?P<when>(?!mich ).{1,60}?) )?(?:mich )?(?P<title>an (?:das |den |die |mein(?:e|en)? )?.+)"
     r" (?:erinnern|denken)",
     "de", remind_of),
    (r"erinnere? mich (?:(?:im voraus|rechtzeitig|vorher|später|unbedingt) )?(?:(?P<when>.{1,60}?) )?"
     r"(?P<title>an (?:das |den |die |mein(?:e|en)? )?.+)", "de", remind_of),
    (rf"(?:erinnere? mich|merke? dir),? {_THAT_I_DO}", "de", add_task),
    (r"(?:erinnere? mich|denke?) (?:da?ran[,:]? (?:dass ich )?|an (?:das |den |die )?)?(?P<title>.+)",
     "de", add_remembered),
    (r"mich (?P<title>.+?) erinnern", "de", add_remembered),
    (r"(?:notiere?|merke?|ergänze?(?! (?:d(?:en|ie|as)|[mds]?eine?n?|unsere?n?) ))(?: (?:dir|mir|sich|uns))?"
     r"(?: (?:im|in meinem) kalender)?"
     r"(?: (?:eine?n?|die|den|das) (?:veranstaltung|termin|ereignis|aufgabe))?\s?:? (?P<title>.+)", "de", add_task),
    # "Plane ein Treffen", "ich muss zur Bank", "vergiss nicht, Oma anzurufen", "Milch hinzufügen"; not
    # the English "plan the trip", "Plane für den Anhänger besorgen" or "vergiss nicht: lösch 3"
    (r"(?:vereinbare?|plane?(?! (?:the|my|our)\b| .{1,80} (?:besorgen|kaufen|holen)\b)) (?:mir )?"
     r"(?:(?:ein|mein)(?:e|en)? )?(?P<title>.+)",
     "de", add_task),
    (r"ich (?:muss|soll)(?: (?:noch|auch|unbedingt|bald|noch mal))* (?P<title>.+)", "de", add_task),
    (r"(?P<when>.{1,40}?) (?:muss|soll|sollte|will|möchte) ich (?:noch )?(?P<title>.+)", "de", add_when),
    (r"ich (?:möchte|will) (?P<title>.+)", "de", add_unless_named),
    (r"(?:vergiss nicht|lass mich nicht vergessen)(?:[,:](?! (?:#?\d|lösch|verschieb|hak)))?"
     r" (?P<title>.+)", "de", add_task),
    (r"(?P<title>.+?) hinzufügen", "de", add_task),
)  # fmt: skip
"""The first rule whose command is not None decides. Its words of the task are `title` and, behind the list, `more`.

`when` is a date before them; `level` a priority, `often` a recurrence and `heutig` a date said beside them. A rule that
begins with `title` is left out of questions, as one with _STATEMENT is.
"""
