"""Decides by its place in a sentence whether a date phrase is the date of the task or a part of its title."""

import re
from collections.abc import Sequence

from taskchat_app.domain.dates.date_phrase import Phrase
from taskchat_app.domain.dates.phrase_types import Weight
from taskchat_app.domain.dates.vocabulary import END, END_OF_DAY, GERMAN_PART_OF_DAY

OPENING = re.compile(r"^\W*$")
# Words before a date that is part of the title: "notes from tuesday", "the song called yesterday", "plan friday".
_KEEPS = re.compile(
    r"\b(?:the|a|an|of|from|after|since|and|or|than|about|called|named|titled|between|versus|vs|this|i|usa|black|until|not|except|"
    r"cyber|easter|taco|casual|shrove|von|vom|nach|wegen|seit|außer|ausser|und|oder|über|zwischen|der|die|das|des|good|guten?|(?:every|each|jede[nrsm]?)(?:\s\w{1,8})?|"
    r"plan|schedule|review|organi[sz]e|discuss|celebrate|planen|plane)\s$|[&+/(\[]\s?$",
    re.IGNORECASE,
)
_KEEPING_MAX_CHARACTERS = 20
"""Upper bound for a match of _KEEPS: its longest word, with the characters around it."""
COMMA = re.compile(r"\s?[,:]\s")
# Words that may follow the date at the end: a polite word, an abbreviation without vowels ("thx"), or signs ("!!1").
_ASIDE = re.compile(
    r"[^\w\s]{0,9}\s?(?:late|early|spät(?:er)?|please|thanks|asap|ok|okay|lol|bitte|danke"
    r"|[b-df-hj-np-tv-xz]{1,4}|(?<=[^\w\s])\d{0,2})[^\w\s]{0,9}"
)
# Words that may continue a sentence after a date: "dentist tomorrow with Dr. Who".
_GOES_ON = re.compile(
    r"\s(?:with|without|w/|at|in|for|about|from|because|via|re|if|so|when|then|but|mit|ohne|bei|beim|wegen|für|zum|zur|im|"
    r"weil|damit|wenn|dann|aber)\s"
    r"|\s(?:(?:after|before)\s(?:work|school|class|breakfast|lunch|dinner)|(?:nach|vor)\s(?:der\s(?:Arbeit|Schule)"
    r"|dem\s(?:Frühstück|Essen|Mittagessen|Abendessen)))(?=[\s.!]{0,3}\Z|,)"
)
# The joint to a remark about what is done on a day: "call mum friday to say hi", "milk tomorrow, 2 l", "friday (2 l)".
_REMARK = re.compile(
    r"\s(?:(?:and|und)(?!\s(?:then|dann)\b)|to(?!\s(?:\d|(?:the|an?|my|our|your|his|her|their|its)\b)))\s(?!\s)"
    r"|(?:\s?[,;]\s|\s\()(?:(?:and|und|or|oder)\s)?|\.\s|\s[-–—]\s"
)
# Words whose object is the date: "Termin auf Freitag verschieben", "my friday lunch".
_OBJECT_OF = re.compile(
    r"\b(?:to|into|with|in|as|like|per|my|our|your|his|her|their|its|no|new|auf|mit|als|wie|zu|pro|meine[nmrs]?|unsere[nmrs]?|"
    r"dein|mein|unser|kein|keine[nmrs]?|den|eine[nm])\s$",
    re.IGNORECASE,
)
# An hour alone inside a title, beside the person it is with: "dinner at seven with Ann".
_WITH = re.compile(r"\s(?:with|mit)\s")
_LAST_WORD = re.compile(r"\s\S{1,40}\s?")
_GERMAN_VERB = re.compile(r"\s[a-zäöüß]{1,30}n[\s.!]{0,3}")
_GERMAN_ADVERB = re.compile(r"(?:(?:noch\s)?heute|morgen|übermorgen)\b")
# "Melde das Auto am 1.12. um"
_VERB_PART = re.compile(r"\s(?:ab|an|auf|aus|ein|mit|raus|runter|um|vor|vorbei|weg|zurück)[\s.!]{0,3}", re.IGNORECASE)
# "For friday a haircut"
_ARTICLE = re.compile(r"\s(?:an?|the|my|eine?n?|der|die|das|den|mein\w?\w?)\s", re.IGNORECASE)
_AFTER_ONE_WORD = re.compile(r"\A\W*[^\W\d]+ \Z")
_CAPITALISED = re.compile(r"\b[A-ZÄÖÜ][^\W\d]{0,40}\s\Z")
_NAME_MAX_CHARACTERS = 43
_GERMAN_DAY = re.compile(rf"(?:tag|woch|sonnabend)\s?(?:{GERMAN_PART_OF_DAY})?\Z", re.IGNORECASE)
_CAPITALS = re.compile(r"[A-ZÄÖÜ][\w'’]{0,40}\s[A-ZÄÖÜ]")
_CLOSING = re.compile(rf"[)\]]{END}")
# "24.12." and "03.12.26", but not the number of a chapter: "1.2.", "2.11."
_CERTAIN_DAY = re.compile(r"0\d\.\d|\d{1,2}\.\d{1,2}\.\d\d|[123]\d\.(?:0\d|1[0-2])\.|\d{1,2}/\d{1,2}(?!/?\d|\sof\b)")
# "24.12. und 25.12. Oma besuchen"
_AND_A_DATE = re.compile(r"\s?(?:[,&+/]|\s(?:and|und|or|oder)\s)\s?(?:(?:am|on)\s)?\d{1,2}\.\d{1,2}\.")
_CERTAIN_CLOCK = re.compile(r"\d|(?:at|um|@|gegen|around)(?![^\W\d])|\w{3,11}\s(?:um|gegen)\s", re.IGNORECASE)


def with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a place with the brackets around it that hold nothing else: "(tomorrow)"."""
    is_alone = text[:start].endswith(("(", "[")) and _CLOSING.match(text, end)
    return (start - 1, end + 1) if is_alone else (start, end)


def closes(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase ends the sentence, apart from an aside such as "pls"."""
    tail = text[phrase.end :].strip(" \n")
    return not tail.strip(".!?,;") or _ASIDE.fullmatch(tail) is not None


def is_meant(text: str, phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Return whether one of the phrases of a sentence is the date of the task, not a part of its title."""
    before = text[: phrase.start]
    # "an" is an article in "an october day", and part of the verb in "ruf Mama an morgen".
    keeps = _KEEPS.search(before[-_KEEPING_MAX_CHARACTERS:])
    if phrase.lead == "from" or (keeps and not (keeps[0] == "an " and _GERMAN_ADVERB.match(text, phrase.start))):
        return False
    if phrase.clock is None and _AND_A_DATE.match(text, phrase.end):
        return False
    if phrase.weight is Weight.PAST:
        return phrase.lead.startswith(("due", "fällig", "faellig")) and closes(text, phrase)
    sure = phrase.weight.value >= Weight.SURE.value
    if closes(text, phrase) or (phrase.led and _VERB_PART.fullmatch(text, phrase.end)):
        # At the end of a sentence, "for sun" is not a date; "by sun" and "meet at 3" are.
        return sure or phrase.led or (phrase.clock is not None and text[phrase.start].lower() in "au@")
    if OPENING.match(before):
        set_off = bool(COMMA.match(text, phrase.end))
        is_apart = phrase.led or set_off or _opens(text, phrase) or (phrase.lead and _ARTICLE.match(text, phrase.end))
        return phrase.weight is Weight.OPENING or (sure and bool(is_apart))
    if phrase.days is None and phrase.clock is not None and phrase.clock.vague and _WITH.match(text, phrase.end):
        return True
    return sure and (phrase.led or _is_inside(text, phrase, phrases))


def _opens(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase before a title has a time or is a date in digits: "friday 9am dentist", "24.12. Oma"."""
    if phrase.days is not None and _CERTAIN_DAY.match(text, phrase.start):
        return True
    if phrase.clock is None or phrase.clock.vague or phrase.clock.at == END_OF_DAY:
        return False
    certain = phrase.days is not None or _CERTAIN_CLOCK.match(text, phrase.start)
    return bool(certain) and not text.startswith(" to ", phrase.end)


def _is_inside(text: str, phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Return whether a phrase between other words is a date: "dentist tomorrow 9am with Dr. Who"."""
    if _OBJECT_OF.search(text[max(0, phrase.start - _KEEPING_MAX_CHARACTERS) : phrase.start]):
        return False
    if phrase.days is not None and phrase.clock is not None and not phrase.clock.vague:
        return True
    if _CAPITALS.match(text, phrase.start):
        return False
    # "ruf morgen Mama an"
    if _GERMAN_ADVERB.match(text, phrase.start) and _AFTER_ONE_WORD.match(text[: phrase.start]):
        return True
    if phrase.days is None and phrase.exact is None and text[phrase.start].lower() in "au@":
        return True
    if _GOES_ON.match(text, phrase.end):
        return True
    joint = _REMARK.match(text, phrase.end) if phrase.days or phrase.exact else None
    if joint and not _may_be_a_name(text, phrase) and all(other.start != joint.end() for other in phrases):
        return True
    if phrase.weight is Weight.OPENING and phrase.exact is None:
        return _LAST_WORD.fullmatch(text, phrase.end) is not None
    german = _GERMAN_DAY.search(text[phrase.start : phrase.end])
    return german is not None and _GERMAN_VERB.fullmatch(text, phrase.end) is not None


def _may_be_a_name(text: str, phrase: Phrase) -> bool:
    """Return whether a day may be a name, or of one: "read Saturday (novel)", "Taco Tuesday", "walk friday"."""
    first, before = text[phrase.start], text[max(0, phrase.start - _NAME_MAX_CHARACTERS) : phrase.start]
    if first.isupper() and _CAPITALISED.search(before):
        return True
    is_plain = first.isdigit() or (first.islower() and phrase.weight is Weight.OPENING)
    return not is_plain and _AFTER_ONE_WORD.match(text[: phrase.start]) is not None


def is_day_of_clock(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase names the day of a time elsewhere: "practice on feb four at the park at 2pm"."""
    is_day = phrase.days is not None and phrase.clock is None and phrase.led
    return is_day and not _KEEPS.search(text[max(0, phrase.start - _KEEPING_MAX_CHARACTERS) : phrase.start])
