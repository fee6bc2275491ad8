"""Finds the tasks in a message that is asked about: the parts of a list or of a speech, and the steps of a task."""

import re

from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.grammar.listed_tasks import FEWEST, SAYS_SOMETHING, parts_of_title
from taskchat_app.assistant.grammar.pasted_lists import parts_of
from taskchat_app.assistant.grammar.phrases.conditions import DENIED
from taskchat_app.assistant.grammar.phrases.new_names import behind_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb

_READ_MAX = 300
"""Characters of a message whose parts are read."""
_THING_WORDS_MAX = 7
_SENTENCE_ENDS = re.compile(r"[.!?;:\n](?:\s|\Z)| [-–—] ")
# Between the parts of a speech: "… and then …", "…, so …"
_SPEECH_JOINT = phrase(r"[.!?;:\n](?:\s|\Z)|, | [-–—] |(?<= )(?:and then|and|so|but|und dann|und|aber|dann|also)(?= )")
_REASON = phrase(r" (?:because|weil|since|as we)\b[^.!?;:\n,]*")  # "(call Bob) because he rang"
# "Um, so basically (call Bob)"
_HESITATION = phrase(
    r"\A(?:(?:u+h*m*|er|hm+|äh+m*|like|so|well|also|basically|actually|then|just|and|please|okay|ok|right|yeah|oh"
    r"|und|dann|noch|auch|bitte|ja|mal|halt|eben)[ ,]+)+"
)
# "I must", "that I have to", "muss ich noch"
_NEEDED = phrase(
    r"\b(?:i|we|he|she|you)(?: (?:really|still|also|just|only|then))? (?:need(?:s|ed)? to|ha(?:ve|s|d) to|must|should"
    r"|gotta|ought to|(?:want(?:ed)?|would like|promised) to|got to)(?: (?:remember|go and) to)? "
    r"|\b(?:add|note(?: down)?|(?:write|put|jot) down|remember|do ?n['’]?t (?:let me )?forget|remind me)"
    r"(?: that| about| to|:)? |\b(?:nicht vergessen|denk d?a?ran|vergiss nicht|schreib auf|notiere?)(?:,? dass|:|,)? "
    r"|\b(?:ich|wir) (?:muss|müssen|sollte?n?|wollte?n?|will)(?: (?:unbedingt|dringend|noch|auch|äh+m*|ja|mal|halt))* "
    r"|\b(?:muss|müssen|sollte?n?|will) (?:ich|wir)(?: (?:unbedingt|dringend|noch|auch|äh+m*|ja|mal|halt))* "
)
# "There's a parents' evening on tuesday"
_THERE_IS = phrase(
    r"\A(?:there(?:['’]?s| is| are)|we(?:['’]ve| have)(?: got)?|i(?:['’]ve| have)(?: got)?|(?:es|da) (?:gibt|ist)"
    r"|(?:ich|wir) haben?) (?:an? |the |eine?[nr]? |de[nr] )?"
)
# "Split the report into a and b"
_OF_STEPS = phrase(
    r"\b(?:(?:in)?to|steps?|sub-?tasks?|sub-?items?|points?|under(?:neath)?|split|break|consists?|needs?"
    r"|(?:unter|teil)\w*|schritte?|gehör\w*|brauch\w*|aufteil\w*|zerleg\w*|einmal)\b"
)
_BEFORE_STEPS = phrase(
    r"\A(?:[ ,:;–-]|(?:thing|task|up|into|in|to|needs?|also|consists? of|i['’]?d like|i want|we need|add|as|the"
    r"|following|steps?|subtasks?|two|three|parts?|aufteilen|aufgeteilt|zerlegen|aufgabe|gehören|gehört|braucht?|auch"
    r"|noch|folgendes|zwei|drei)\b)+"
)
_AS_STEPS = phrase(r",? (?:as|als) (?:\w+ )?(?:steps?|sub-?(?:tasks?|items?|points?)|schritte?|(?:unter|teil)\w+)\Z")


def may_be_several(command: Command) -> list[str]:
    """Return what may be several new tasks in a message that is asked about: the parts of a list, or of a speech."""
    sentence = max(_SENTENCE_ENDS.split(command.text), key=lambda text: text.count(","))
    parts = parts_of(sentence) if "," in sentence and '"' not in sentence else []
    are_short = all(len(part.split()) <= _THING_WORDS_MAX and not SAYS_SOMETHING.search(part) for part in parts)
    if len(parts) >= FEWEST and are_short:
        return parts
    if parts := parts_of_title(command):
        return parts
    said = said_parts(command.text)
    return said if len(said) > 1 else []


def said_parts(text: str) -> list[str]:
    """Return at most three parts of a message that say what is to be done, without the words around it.

    "um so basically I need to call my brother" → "call my brother"; none if the part is all of the message.
    """
    if '"' in text or len(text) > _READ_MAX:
        return []
    parts = [_to_do_in(part) for part in _SPEECH_JOINT.split(_REASON.sub("", text))]
    found = [part for part in parts if part and part.casefold() != text.strip(" .!").casefold()]
    return found[:3]


def _to_do_in(part: str) -> str:
    """Return what a part of a message says is to be done; empty for a part that says nothing of the kind."""
    part = _HESITATION.sub("", part.strip(" ,.!?"))
    if DENIED.search(part):
        return ""
    if needed := _NEEDED.search(part):
        return _HESITATION.sub("", part[needed.end() :])
    if there := _THERE_IS.match(part):
        return part[there.end() :]
    return part if begins_with_verb(part) or ends_with_verb(part) else ""


def steps_said(text: str, title: str) -> list[str]:
    """Return the parts of a list behind the words of a title that may be its steps: "split the report into a and b"."""
    if not _OF_STEPS.search(text) or '"' in text:
        return []
    behind = _BEFORE_STEPS.sub("", behind_title(text, title)).rstrip(" .!?")
    parts = parts_of(_AS_STEPS.sub("", behind))
    return [] if any(map(SAYS_SOMETHING.search, parts)) else parts
