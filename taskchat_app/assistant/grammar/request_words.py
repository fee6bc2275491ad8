"""Removes the words around a request ("hello", "please", "could you"), and tells requests from questions."""

from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.vocabulary import not_after


def is_question(message: str) -> bool:
    """Return whether a message is a question: "delete 3?", "can I delete 3"; "can you delete 3?" is a command."""
    text = mask_quotes(message)
    return bool(_ASKS_LEAVE.search(text)) or ("?" in text and not _REQUEST.search(text))


def without_address(text: str) -> str:
    """Return the text without the end of a letter, the name of an assistant, and exclamations: "Alexa, delete 3"."""
    return _EXCLAMATIONS_BEFORE.sub("", _NAME_BEFORE.sub("", _BULLET.sub("", _CLOSING.sub("", text))))


def bare(text: str) -> str:
    """Return the text without polite words around the command: "delete 3" of "please delete 3 for me, thanks"."""
    text = text.strip()
    command = _without_last_words(text)
    command = _GREETING.sub("", command)  # before the polite words: "hi, could you"
    if _ASKS_KINDLY.search(command):
        command = _ZU.sub(" ", command)
    command = _POLITE.sub("", command).strip()
    command = _without_please(command)
    command = _YOU_CAN.sub(r"\g<what>", command)  # "3 kannst du abhaken"
    command = _PARTICLES.sub(r"\g<verb>", command)  # "trag doch mal Milch ein"
    command = command.replace(" :", ":", 1)  # "task : milk"
    command = _informal(command)
    keeps_dot = text.endswith(".") and _DAY_AT_END.search(text)
    return f"{command}." if keeps_dot else command


def _without_last_words(text: str) -> str:
    """Return the text without marks and polite words at its end, unless it has nothing else ("thanks")."""
    return _LAST_WORDS.sub("", text.rstrip(" \n.!?")).rstrip(" \n,.!") or text


def _without_please(text: str) -> str:
    """Return the text without "please" in the middle, but for that in quotes."""
    start = 0
    parts: list[str] = []
    for please in _PLEASE_WITHIN.finditer(mask_quotes(text)):  # which masks each character by one
        parts.append(text[start : please.start()])
        start = please.end()
    return "".join([*parts, text[start:]])


def _informal(text: str) -> str:
    """Return "lösche die Milch" for "löschen Sie bitte die Milch"."""
    match = _POLITE_FORM.match(text)
    if match is None:
        return text
    ending = {"en": "e", "ern": "ere", "eln": "ele"}[match["ending"].lower()]
    return _POLITE.sub("", f"{match['stem']}{ending} {match['rest']}")


def is_request(text: str) -> bool:
    """Return whether the text asks the assistant to do something: "can you …?", "könntest du …?"."""
    return _REQUEST.search(text) is not None


def begins_politely(text: str) -> bool:
    """Return whether the text begins with words that `bare` removes."""
    return _POLITE.match(text) is not None


def is_formal(text: str) -> bool:
    """Return whether the text is a German command in polite form: "Löschen Sie die Milch"."""
    return _POLITE_FORM.match(_POLITE.sub("", text)) is not None


# In all these patterns case is ignored, and a blank stands for any white space (phrase).
_NAMES = r"(?:(?:hey|hi|ok|okay|hallo) )?(?:alexa|siri|olly|pda|google|taskchat)(?=\W)"
# "(…). Kind regards, Margaret"
_CLOSING = phrase(
    r"[.!,\n] ?(?:(?:kind|best|warm) (?:regards|wishes)|(?:yours|regards)"
    r"|mit (?:freundlichen|besten|lieben) grü(?:ß|ss)en|(?:viele|liebe|beste|herzliche) grü(?:ß|ss)e"
    r"|mfg|lg|vg)\b[^\d?]{0,40}\Z"
)
# "+ milk", "* milk" alone, not "+ 3"; the lines of a list lose their bullets in pasted_lists.without_bullet
_BULLET = phrase(r"\A[*•+] (?=[^\W\d]{3})")
_NAME_BEFORE = phrase(rf"\A(?:{_NAMES})[\s,:!.]+(?=\S)")
_EXCLAMATIONS = (
    "oh|ah|ach|ugh|oops|ups|damn|mist|oje|ach ja|ach nee?|oh right|oh wait|btw|by the way|übrigens",
    "no wait|wait no|wait|hang on|hold on|halt|warte|moment|hi there|hello there|please|pls|bitte",
    "first time using this",
    r"(?:dear|sehr geehrte[rs]?) (?:assistant|assistent\w*)",
    "(?:oh )?(?:i )?(?:almost )?forgot|(?:das )?(?:hätte|habe?) ich (?:fast )?vergessen",
)
_EXCLAIMED = (
    rf"(?:{'|'.join(_EXCLAMATIONS)})\s?[,:!.…]{{1,4}}",  # "ugh, ", "oh wait: "
    "btw|um[,.…]+|(?:uhm?|hmm?|ähm?)[,.…]*",  # "um, ": without a mark it is German
    r"(?:oh|ah|ach ja)(?= (?:and|und)\b)",  # "oh and "
)
_AND_THIS = r"(?:and (?!then\b)|und (?!dann\b))?"  # of "oh, and buy stamps"
# "Ugh, I forgot: dentist friday"; two words must follow, unlike in "oh, no" and "wait, what?"
_EXCLAMATIONS_BEFORE = phrase(rf"\A(?:(?:{'|'.join(_EXCLAIMED)}) {_AND_THIS}){{1,3}}(?=\S+ \S)")
_SO_KIND = r"so (?:freundlich|nett|lieb|gut)"
_WOULD_YOU = rf"(?:wären|würden) sie {_SO_KIND}"
_MAY_I_ASK = r"(?:dürfte|darf|kann) ich (?:sie|dich) bitten"
# Each ends at the end of a word, see _POLITE. Of two that begin alike, the longer one is first: "would you mind".
_POLITE_WORDS = (
    "ok|okay|nah|so|well|uhm?|ähm?|and|also|then|now|und|dann|auch|please|pls|plz|bitte|kindly|just|actually",
    "can i|can we|could we|shall we|let's|would you mind|how about (?:you|we)",
    "(?:can|could|would|will) (?:you|u)(?: be so (?:kind|good)(?: as)? to)?",
    "i would like you to|i'd like (?:you )?to|i (?:want|need) you to",
    # "könntest du bitte so nett sein und", "sei so gut und"
    "(?:(?:kannst|könntest|würdest) du|(?:kannste|könntste)(?: mir)?(?: mal)?|(?:können|könnten|würden) (?:sie|wir))"
    rf"(?: (?:bitte )?{_SO_KIND} sein(?: und)?)?|(?:sei|seien sie) {_SO_KIND} und",
    # "wären Sie so freundlich, 3 zu löschen", "might I trouble you to"
    rf"{_WOULD_YOU}|{_MAY_I_ASK}(?= ?,)",
    "(?:might|may|can|could) i (?:trouble|ask|bother) you to",
    _NAMES,
)
# Words that are polite only before what their look-ahead names, with an example each
_POLITE_BEFORE = (
    # "um can you add milk", not "um 5 Uhr"
    r"um(?= (?:add|remind|put|move|delete|mark|tick|make|i|i['’]\w+|can|could|actually|the|my|yeah|ok|okay|so)\b)",
    # "if you don't mind, add milk", "when you get a chance please add milk"
    "(?:when(?:ever)? you (?:get a chance|have (?:time|a minute|a moment))|if (?:it['’]?s not too much trouble"
    "|it['’]?s no trouble|you don['’]?t mind)|wenn du (?:mal |kurz |gerade )?zeit hast|wenn es keine umstände macht)"
    r"(?=,|(?: please)? (?:add|remind|put|note|delete|remove|mark|tick|cross|move|show|list|tell)\b)",
    r"do (?=(?:remove|delete|add|show|tell|remind)\b)",  # "do delete 3"
    r"i (?:want|would like) to (?=(?:delete|remove|erase|see|hear|view|add) )",  # "I want to see my tasks"
    # "I need to set a reminder", "I think you can tick off 3"
    r"i (?:need|want|would like|have) to (?=(?:set|create|make|add) (?:an? )?(?:\w+ )?reminder\b)",
    r"i (?:think|guess) (?:you|we) can(?= (?:now )?(?:cross|tick|delete|remove|mark|take|put|add)\b)",
    # "add two things: milk and bread", "drei Sachen hätte ich noch: Milch, …"
    r"(?:(?:add|note) )?(?:(?:two|three|four|a few|some|zwei|drei|vier|ein paar) (?:more )?(?:things|tasks|sachen|dinge"
    r"|aufgaben)(?: (?:hätte?|habe?) ich(?: (?:noch|da))?)?(?=:))",
)
_POLITE = phrase(rf"^(?:(?:{'|'.join([*_POLITE_WORDS, *_POLITE_BEFORE])})\b(?!\s?$)[\s,:]*)+")
# "(Delete 3), please"; each begins at the boundary of a word, and a look-behind names what stands before it
_AFTER_ORDER = (
    "please|pls|plz|bitte|(?:thx|thanks|thank you|danke)(?: dear| love| dir)?|cheers|merci|will you|for me|für mich",
    "(?:right |for )?(?<!from )now|rn|my dear|mate|buddy|no rush|eilt nicht|(?:hat )?keine eile",
    "(?<=, )(?:okay|ok)|,? (?:can|could) you remind me",
    # "(milk), könntest du das bitte aufschreiben", "(milk). Trag es mal ein"
    r"(?<=[,.] )(?:(?:(?:kannst|könntest) du|schreibe?|notiere?|trage?) (?:dir |mir )?(?:das|es)"
    r"(?: (?:bitte|mal|noch))*(?: (?:auf|ein|aufnehmen|notieren|eintragen|aufschreiben))?"
    r"|(?:put|write|note|jot) (?:that|it) (?:in|down))",
    # "(delete 3), but leave the rest alone"
    r"[,;] (?:(?:and |but )?leave the rest(?: alone)?|(?:und )?(?:der )?rest bleibt(?: so)?)",
    r",? (?:yay|juhu+|hurra|phew|lol|haha|finally|endlich|olly|alexa|siri|pda)",
)
_LAST_WORDS = phrase(rf"\b(?:(?:{'|'.join(_AFTER_ORDER)})[\s,!.]*+){{1,4}}\Z")
# "Trag doch mal Milch ein", "pack ma Milch drauf"
_PARTICLES = phrase(
    r"\A(?P<verb>[a-zäöüß]{2,20}(?: m?ich| [md]ir)?)(?: (?:doch|mal|(?<=pack )ma|(?<=mach )ma|(?<=füg )ma)){1,2}"
    r"(?= \S|\s?:)"
)
_GREETING = phrase(
    r"^(?:hi|hello|hey|hallo|moin|servus|guten? (?:morgen|tag|abend)|good (?:morning|evening)|grüß gott)(?: there)?"
    r"(?:,? (?:ich bin|i['’]m|i am) (?:neu|new)(?: (?:hier|here))?)?[\s,!.]++(?=\S+ \S)"
)
# "Den Zahnarzt bitte löschen": in the middle it is said to the assistant.
_PLEASE_WITHIN = phrase(r"(?<=\S) (?-i:bitte|please|pls)(?: (?:mal|noch))?(?= \S|\s?[,:])")
# "1 und 2 kannst du abhaken"; neither "3, kannst du streichen" nor "Aufgabe Bad kannst du streichen", of a title
_YOU_CAN = phrase(
    r"\A(?!.{0,150}\b(?:um in\b|aufgabe |erinnerung ))(?P<what>[^:;]{0,150}[^\s:;,.])"
    r" (?:(?:kannst|könntest)(?: du)?|kannste|könntste)(?= (?:abhaken|löschen|streichen|entfernen)\Z)"
)
# "Löschen Sie die Milch": "lösch", "en"
_POLITE_FORM = phrase(r"\A(?P<stem>[a-zäöüß]{2,20}?)(?P<ending>e[lr]n|en) sie (?P<rest>\S.*)\Z")
_NOT_AFTER_HOUR = not_after("uhr eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split())
_DAYS = (  # whose dot is not the end of the sentence
    r"\b(?:die|der|das|den|dem) \d{1,3}",  # "die 3."
    r"\b(?:am|zum|vom) \d{1,2}",  # "am 3."
    rf"\b(?<![\d.] ){_NOT_AFTER_HOUR}bis \d{{1,2}}",  # "Urlaub bis 3."; not "Seite 1 bis 3.", "eins bis 3."
    r"\b(?<=\d\. )und \d{1,2}",  # "am 1. und 3."
    r"(?<![\d.])\d{1,2}\.\d{1,2}",  # "30.11."
)
_DAY_AT_END = phrase(rf"(?:{'|'.join(_DAYS)})\.\s*\Z")
_ASKS_KINDLY = phrase(rf"\b(?:sie {_SO_KIND}|{_MAY_I_ASK})\b ?,")
_ZU = phrase(r" zu (?=\w{2,20}n\Z)")
_REQUEST = phrase(
    rf"\b{_WOULD_YOU}\b|\b{_MAY_I_ASK}\b"
    r"|\b(?:might|may|could) i (?:trouble|ask|bother) you to\b|\A(?:guten \w+|hallo|moin)[,.!] würden (?-i:Sie)\b|"
    r"\b(?:(?:can|could|would|will) (?:you|u)|(?:kannst|könntest|würdest) du|kannste|könntste)\b"
    r"|\A(?:können|könnten|würden) (?-i:Sie)\b"
)
_ASKS_LEAVE = phrase(r"\bcan i\b")  # "can I (delete 3)"
