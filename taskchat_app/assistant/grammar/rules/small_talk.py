"""Rules for what is no command: greetings, thanks, questions for help, "I'm done" without a task, and refusals."""

from taskchat_app.assistant.grammar.commands import Row
from taskchat_app.assistant.grammar.rules.matching import fixed
from taskchat_app.domain.dates.vocabulary import WEEKDAY

_THANKED = r"(?:(?:ok(?:ay)?|thanks|thank you|thx|danke|vielen dank|super)[\s,!.]{1,3}(?:and |und )?)?"
# Without a mark "until monday" may be a date.
_NEXT_TIME = (
    rf"(?:tomorrow|later|soon|then|next (?:week|time)|morgen|übermorgen|nächste woche|nächstes mal"
    rf"|(?:on |next |nächsten )?(?:{WEEKDAY}))"
)
TALK: tuple[Row, ...] = (
    (
        r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|greetings)(?: there| you| taskchat)?",
        "en",
        fixed("greeting"),
    ),
    (r"(?:hallo|guten (?:tag|morgen|abend)|moin|servus|grüß gott|grüezi|na)", "de", fixed("greeting")),
    (
        r"(?:many )?(?:thanks|thank you|thx|cheers)(?: (?:a lot|so much|very much|you))?|great|perfect|cool|nice",
        "en",
        fixed("thanks"),
    ),
    (
        rf"{_THANKED}(?:(?:good)?bye(?: bye)?|see (?:you|ya)(?: {_NEXT_TIME})?"
        rf"|(?:until|till|['’]?til) {_NEXT_TIME}\s?!+)",
        "en",
        fixed("goodbye"),
    ),
    (
        rf"{_THANKED}(?:tschüss|tschüß|tschau|ciao|(?:auf )?wiedersehen|bis (?:bald|dann|später|nachher|gleich)"
        rf"|bis (?:zum )?{_NEXT_TIME}\s?!+)",
        "de",
        fixed("goodbye"),
    ),
    (r"(?:guten )?morgen\s?!+", "de", fixed("greeting")),
    (r"danke(?: (?:schön|sehr|dir))?|vielen dank|super|prima", "de", fixed("thanks")),
    (
        r"help(?: me)?|what can (?:you|i) (?:do|say|ask)(?: here)?|how does (?:this|it) work|commands|\?"
        r"|tell me (?:more )?about (?:yourself|you|taskchat)",
        "en",
        fixed("help"),
    ),
    (r"hilfe|was kannst du(?: alles)?|wie geht das", "de", fixed("help")),
    (r"(?:(?:i['’]?m|i am|we['’]?re) )?(?:done|finished)", "en", fixed("no_task")),
    (r"(?:ich bin )?(?:jetzt )?(?:fertig|erledigt)", "de", fixed("no_task")),
    (
        r"(?:(?:oh |actually )?(?:no|nope|nah)|never ?mind|forget it|no wait|(?:drop|scrap) (?:it|that|this)|cancel"
        r"|stop|don'?t|do not)"
        r"(?:,? (?:no|thanks|thank you|stop|cancel|don'?t))*",
        "en",
        fixed("refusal"),
    ),
    (
        r"(?:(?:ach |oh |och |ne )?(?:nein|nee|nö)|ach ne|abbrechen|stopp|lieber nicht|lass (?:es|das)|doch nicht"
        r"|egal|schon gut|vergiss es)"
        r"(?:,? (?:nein|danke|lieber nicht))*",
        "de",
        fixed("refusal"),
    ),
)
