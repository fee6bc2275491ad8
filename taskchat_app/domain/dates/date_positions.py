"""Decides by its place in a sentence whether a date phrase is the date of the task or a part of its title.

A phrase is at the end ("call mum friday"), before the title ("friday: call mum"), or inside it ("gym friday with Ann").
`Phrase.is_sure` tells whether its words are hardly ever anything but a date ("friday", not "sun"), and
`Phrase.has_clear_lead` whether a word stands before it that only dates follow ("by friday", not "for friday").
"""

import re
from collections.abc import Sequence

from taskchat_app.domain.dates.date_phrase import Phrase
from taskchat_app.domain.dates.vocabulary import END, END_OF_DAY, GERMAN_PART_OF_DAY, Weight, caseless

OPENING = re.compile(r"^\W*$")
COMMA = re.compile(r"\s?[,:]\s")
_CLOSING_BRACKET = re.compile(rf"[)\]]{END}")
_ASIDE = re.compile(
    r"[^\w\s]{0,9}\s?"
    r"(?:late|early|spät(?:er)?|please|thanks|asap|ok|okay|lol|bitte|danke"
    r"|[b-df-hj-np-tv-xz]{1,4}"  # an abbreviation without vowels: "thx"
    r"|(?<=[^\w\s])\d{0,2})"  # signs: "!!1"
    r"[^\w\s]{0,9}"
)


def with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the start and end with the brackets around them that hold nothing else: "(tomorrow)"."""
    is_alone = text[:start].endswith(("(", "[")) and _CLOSING_BRACKET.match(text, end)
    return (start - 1, end + 1) if is_alone else (start, end)


def closes(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase ends the sentence, apart from an aside such as "pls"."""
    tail = text[phrase.end :].strip(" \n")
    return not tail.strip(".!?,;") or _ASIDE.fullmatch(tail) is not None


def is_meant(text: str, phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Return whether one of the phrases of a sentence is the date of the task, not a part of its title."""
    if _is_part_of_title(text, phrase):
        return False
    if phrase.weight is Weight.PAST:  # "due last friday"
        return phrase.lead.startswith(("due", "fällig", "faellig")) and closes(text, phrase)
    precedes_verb_part = phrase.has_clear_lead and _VERB_PART.fullmatch(text, phrase.end)
    if closes(text, phrase) or precedes_verb_part:  # "meet by sun" and "meet at 3", not "meet for sun"
        return phrase.is_sure or phrase.has_clear_lead or _begins_with_time(text, phrase)
    if OPENING.match(text[: phrase.start]):
        return phrase.weight is Weight.OPENING or (phrase.is_sure and _is_apart(text, phrase))
    return _is_meant_inside(text, phrase, phrases)


def is_day_of_clock(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase names the day of a time elsewhere: "practice on feb four at the park at 2pm"."""
    is_day = phrase.days is not None and phrase.clock is None and phrase.has_clear_lead
    return is_day and not _word_of_title(text, phrase)


def _begins_with_time(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase begins with the preposition of a time: "at 3", "@3", "ab 3", "um 3"."""
    return phrase.clock is not None and text[phrase.start].lower() in ("a", "u", "@")


# The end of a sentence: "Melde das Auto am 1.12. um"
_VERB_PART = caseless(r"\s(?:ab|an|auf|aus|ein|mit|raus|runter|um|vor|vorbei|weg|zurück)[\s.!]{0,3}")

# Parts of a title
_WORD_OF_TITLE = caseless(
    r"\b(?:the|a|an|this|i|not|except|and|or|than|of|from|after|since|until|about|between|versus|vs|called|named|titled"
    r"|der|die|das|des|und|oder|außer|ausser|von|vom|nach|seit|wegen|über|zwischen"
    r"|plan|schedule|review|organi[sz]e|discuss|celebrate|planen|plane"
    r"|black|cyber|easter|taco|casual|shrove|good|guten?|usa"
    r"|(?:every|each|jede[nrsm]?)(?:\s\w{1,8})?)\s$"
    r"|[&+/(\[]\s?$"
)
_AND_A_DATE = re.compile(r"\s?(?:[,&+/]|\s(?:and|und|or|oder)\s)\s?(?:(?:am|on)\s)?\d{1,2}\.\d{1,2}\.")  # " und 25.12."
_GERMAN_ADVERB = re.compile(r"(?:(?:noch\s)?heute|morgen|übermorgen)\b")


def _is_part_of_title(text: str, phrase: Phrase) -> bool:
    """Return whether the words beside a phrase belong to it: "notes from tuesday", "24.12. und 25.12. Oma besuchen"."""
    word = _word_of_title(text, phrase)
    # "an" is an article in "an october day", and part of the verb in "ruf Mama an morgen".
    is_verb_part = word == "an " and _GERMAN_ADVERB.match(text, phrase.start)
    if phrase.lead == "from" or (word and not is_verb_part):
        return True
    return phrase.clock is None and _AND_A_DATE.match(text, phrase.end) is not None


def _word_of_title(text: str, phrase: Phrase) -> str:
    """Return the word before a phrase that makes it a part of the title, with its blank; "" without one."""
    found = _WORD_OF_TITLE.search(text[: phrase.start])
    return found[0] if found else ""


# Before a title
_ARTICLE = caseless(r"\s(?:an?|the|my|eine?n?|der|die|das|den|mein\w?\w?)\s")  # " a "
# "24.12." and "03.12.26", but not the number of a chapter: "1.2.", "2.11."
_CERTAIN_DAY = re.compile(r"0\d\.\d|\d{1,2}\.\d{1,2}\.\d\d|[123]\d\.(?:0\d|1[0-2])\.|\d{1,2}/\d{1,2}(?!/?\d|\sof\b)")
_CERTAIN_CLOCK = caseless(r"\d|(?:at|um|@|gegen|around)(?![^\W\d])|\w{3,11}\s(?:um|gegen)\s")
_GERMAN_DAY = caseless(rf"(?:tag|woch|sonnabend)\s?(?:{GERMAN_PART_OF_DAY})?\Z")
_ENDS_WITH_GERMAN_VERB = re.compile(r"\s\S{1,40}\s[a-zäöüß]{2,30}n[\s.!]{0,3}\Z")  # " Tante Jo anrufen"


def _is_apart(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase before a title is no part of it: "by friday slides", "for friday a cake"."""
    if phrase.has_clear_lead or COMMA.match(text, phrase.end) or _has_certain_time(text, phrase):
        return True
    if phrase.lead and _ARTICLE.match(text, phrase.end):
        return True
    if phrase.days is not None and _CERTAIN_DAY.match(text, phrase.start):  # "24.12. Oma"
        return True
    if not _GERMAN_DAY.search(text[phrase.start : phrase.end]):
        return False
    # "Freitag Nachmittag Friseur", "Freitag Tante Jo anrufen"
    return phrase.clock is not None or _ENDS_WITH_GERMAN_VERB.search(text, phrase.end) is not None


def _has_certain_time(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase before a title has a time that is no number of the title: "friday 9am dentist"."""
    clock = phrase.clock
    if clock is None or clock.vague or clock.at == END_OF_DAY or text.startswith(" to ", phrase.end):
        return False
    return phrase.days is not None or _CERTAIN_CLOCK.match(text, phrase.start) is not None


# Inside a title
_WITH = re.compile(r"\s(?:with|mit)\s")
# Words whose object is the date: "Termin auf Freitag verschieben", "my friday lunch".
_OBJECT_OF = caseless(
    r"\b(?:to|into|with|in|as|like|per|my|our|your|his|her|their|its|no|new"
    r"|auf|mit|als|wie|zu|pro|meine[nmrs]?|unsere[nmrs]?|dein|mein|unser|kein|keine[nmrs]?|den|eine[nm])\s$"
)
_CAPITALS = re.compile(r"[A-ZÄÖÜ][\w'’]{0,40}\s[A-ZÄÖÜ]")  # "Sunday Times"
_AFTER_ONE_WORD = re.compile(r"\A\W*[^\W\d]+ \Z")  # "call "
# What may continue a sentence after a date: "dentist tomorrow with Dr. Who", "gym friday before work".
_GOES_ON = re.compile(
    r"\s(?:with|without|w/|at|in|for|about|from|because|via|re|if|so|when|then|but"
    r"|mit|ohne|bei|beim|wegen|für|zum|zur|im|weil|damit|wenn|dann|aber)\s"
    r"|\s(?:(?:after|before)\s(?:work|school|class|breakfast|lunch|dinner)"
    r"|(?:nach|vor)\s(?:der\s(?:Arbeit|Schule)|dem\s(?:Frühstück|Essen|Mittagessen|Abendessen)))(?=[\s.!]{0,3}\Z|,)"
)
_LAST_WORD = re.compile(r"\s\S{1,40}\s?")  # " mum"
_GERMAN_VERB = re.compile(r"\s[a-zäöüß]{1,30}n[\s.!]{0,3}")  # " anrufen"


def _is_meant_inside(text: str, phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Return whether a phrase inside a title is the date of the task."""
    has_hour_alone = phrase.clock is not None and phrase.clock.vague
    if phrase.days is None and has_hour_alone and _WITH.match(text, phrase.end):  # "dinner at seven with Ann"
        return True
    if not phrase.is_sure:  # "meet sun team"
        return False
    if phrase.has_clear_lead:  # "send slides by friday to Ann"
        return True
    if _OBJECT_OF.search(text[: phrase.start]):  # "cancel my friday lunch"
        return False
    if phrase.days is not None and phrase.clock is not None and not has_hour_alone:  # "dentist tomorrow 9am Dr. Who"
        return True
    if _CAPITALS.match(text, phrase.start):  # "read Sunday Times article"
        return False
    if phrase.days is None and _begins_with_time(text, phrase):  # "at 9am call mum"
        return True
    if _GOES_ON.match(text, phrase.end) or _is_placed_as_in_german(text, phrase):
        return True
    if phrase.weight is Weight.OPENING and not phrase.exact and _LAST_WORD.fullmatch(text, phrase.end):
        return True  # "call tomorrow mum"
    return _has_remark(text, phrase, phrases)


def _is_placed_as_in_german(text: str, phrase: Phrase) -> bool:
    """Return whether a phrase stands before the rest of its verb: "ruf morgen Mama an", "Mama Freitag anrufen"."""
    if _GERMAN_ADVERB.match(text, phrase.start) and _AFTER_ONE_WORD.match(text[: phrase.start]):
        return True
    is_day = _GERMAN_DAY.search(text[phrase.start : phrase.end])
    return is_day is not None and _GERMAN_VERB.fullmatch(text, phrase.end) is not None


# The joint to a remark about what is done on a day
_REMARK = re.compile(
    r"\s(?:(?:and|und)(?!\s(?:then|dann)\b)|to(?!\s(?:\d|(?:the|an?|my|our|your|his|her|their|its)\b)))\s(?!\s)"
    r"|(?:\s?[,;]\s|\s\()(?:(?:and|und|or|oder)\s)?|\.\s|\s[-–—]\s"
)
_CAPITALISED = re.compile(r"\b[A-ZÄÖÜ][^\W\d]{0,40}\s\Z")  # "Taco "


def _has_remark(text: str, phrase: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Return whether a remark follows a day: "call mum friday to say hi", "milk tomorrow, 2 l", "milk friday (2 l)"."""
    joint = _REMARK.match(text, phrase.end) if phrase.days or phrase.exact else None
    if joint is None or _may_be_a_name(text, phrase):
        return False
    return all(other.start != joint.end() for other in phrases)  # no further date


def _may_be_a_name(text: str, phrase: Phrase) -> bool:
    """Return whether a day may be a name, or of one: "read Saturday (novel)", "Taco Tuesday", "walk friday"."""
    first = text[phrase.start]
    if first.isupper() and _CAPITALISED.search(text[: phrase.start]):
        return True
    if first.isdigit() or (first.islower() and phrase.weight is Weight.OPENING):  # "call 3 may", "call tomorrow"
        return False
    return _AFTER_ONE_WORD.match(text[: phrase.start]) is not None
