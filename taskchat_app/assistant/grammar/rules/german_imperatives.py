"""German imperatives that begin a task: "kauf Milch", "ruf morgen Mama an"."""

import re

from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.domain.dates.vocabulary import with_digraphs

_VERBS = (
    "antworte back(?!\\s?up) beantrage beantworte besorg bestell besuche bezahl bring buch bügel bügle buche dünge"
    " entsorg fege feiere fütter füttere gieß gieße gratuliere hol impfe installier koch kündig kündige lern mäh miete"
    " näh nähe organisier pack pflanz pflück plane putz recherchier reparier reservier saug schick schneide schreib"
    " sende sortier spül tank tausch teste trainier üb überweis unterschreib verkauf verlänger vereinbar verschick"
    " wasch wechsle wechsel wisch zahl kauf frag besprich entkalk klär reinig sammel"
    " staubsaug triff trockne verschenk wickle"
).split()
"""Without the "e" that most may have at their end."""
_SEPARABLE = {
    "bring": "mit|raus|runter|vorbei|weg|zurück|hin|hoch",
    "druck": "aus",
    "füll": "aus|nach|auf|ein",
    "gib": "ab|zurück|weiter",
    "gieß": "nach",
    "häng": "auf|ab",
    "hol": "ab",
    "kauf": "ein",
    "lad": "ein|hoch|auf",
    "meld": "an|ab|um",
    "nimm": "ein|mit|ab",
    "pack": "ein|aus",
    "räum": "auf|aus|ein|weg",
    "reich": "ein",
    "bereit": "vor",
    "ruf": "an|zurück",
    "schick": "ab|zurück|weg",
    "trag": "raus|weg",
    "schmeiß": "weg",
    "stell": "raus|weg",
    "tausch": "um",
    "wasch": "ab",
    "wechsel": "aus",
    "wirf": "weg|ein",
    "zahl": "ein|zurück",
    "zieh": "um|aus",
}
"""Verbs with the parts that end their sentences: "räum den Keller auf"."""
_GOES = (
    r"mache? (?:die|den|das|meine|deine) (?:wäsche|hausaufgaben|steuer\w{0,20}|betten?|abwasch|küche|bad|wohnung)\b|"
    r"(?:geh|fahr)e? (?:zum|zur|in|ins|nach|einkaufen|tanken)\b|mache? (?:mit \S{1,40} )?(?:den|einen) \w{0,40}termin\b"
)
# Requests to the assistant: "schick mir", "ruf mich an"; and what only it has.
_NO_OBJECT = r"(?!(?:mir|mich|uns|dir|dich|euch|es|sie|ihn|ihm|ihnen|an|ist|war|wird|kann|hat)\b)"
_OF_ASSISTANT = (
    r"(?!.{0,200}\b(?:\w{0,40}liste|kalender|aufgaben?|termine|erinnerung(?:en)?|wecker|licht|lichter|musik)\b)"
)
_AFTER = r"(?: (?:am|um|bis|bei|beim|für|heute|im|in|jede\w|mit|morgen|nächste\w|von|vor|wegen|zum|zur) .{1,100})?"
_IMPERATIVE = sentence(
    with_digraphs(
        rf"{_OF_ASSISTANT}(?:(?:{'|'.join(_VERBS)})e? {_NO_OBJECT}.{{2,}}|(?:{_GOES}).*"
        + "".join(rf"|{verb}e? {_NO_OBJECT}.{{1,200}}? (?:{parts}){_AFTER}" for verb, parts in _SEPARABLE.items())
        + ")"
    )
)
# Without its object a noun: "Kauf von Milch", "Buch von Anna", "Miete Dezember".
_NOUN = phrase(
    r"\A(?:buch|kauf|koch|miete|pack|plane|tank|tausch|verkauf|wechsel|wisch)e? (?:von|vom|des|der|im|am|für)\b"
    r"|\Amiete \w+\Z"
)
_SHARED = phrase(r"\A(?:back|bring|pack|send) ")
"""Verbs that are English too: a German word must follow."""
_GERMAN_OBJECT = re.compile(
    r"\A\w+\s(?:den|die|das|dem|der|ein\w{0,2}|mein\w{0,2}|dein\w{0,2}|für|noch)\b|\s(?:mit|raus|runter|vorbei|weg|zurück|hin|hoch)\Z",
    re.IGNORECASE,
)
_POLITE = phrase(r"\A(?P<verb>\w+) (?:(?:bitte|doch|mal) )+")


def is_imperative(clause: str) -> bool:
    """Return whether a clause certainly begins with the imperative of a German verb of a task."""
    if _SHARED.match(clause) and not _GERMAN_OBJECT.search(clause):
        return False
    return _IMPERATIVE.fullmatch(clause) is not None and not _NOUN.search(clause)


def without_polite_words(clause: str) -> str:
    """Return "Kauf Milch" for "Kauf bitte Milch"."""
    return _POLITE.sub(lambda match: f"{match['verb']} ", clause)
