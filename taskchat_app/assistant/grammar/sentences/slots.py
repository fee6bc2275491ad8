"""The types of slots in sentence templates: what may stand in each, and what it may not begin with."""

from dataclasses import dataclass

from taskchat_app.assistant.grammar.phrases.field_words import FIELDS
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.domain.dates.vocabulary import WEEKDAY, any_of
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORD

_ANYTHING = ".+?"
_BOUNDED = ".{1,160}?"
"""In place of _ANYTHING in the second free slot, if something must follow it."""
_NO_QUESTION = r"(?!(?:what|when|where|why|who|which|how|was|wann|wer|wo|welche\w?|ich|i)\b)"

_TAG = r"[\w-]{1,50}"


@dataclass(frozen=True, slots=True)
class SlotType:
    """What a slot holds: `words` is a pattern, which is free if it takes whatever stands there."""

    words: str
    is_free: bool = False
    names: tuple[str, ...] = ()
    """What a key beside `say` may be too, which nobody says."""

    def may_be(self, text: str) -> bool:
        """Return whether a key beside `say` may have the text."""
        return text in self.names or phrase(self.words).fullmatch(text) is not None

    @property
    def choices(self) -> str:
        """What may stand there: the names and words, or the pattern of the words."""
        return ", ".join([*self.names, self.words.replace(r"\s", " ").replace("|", ", ")])

    def pattern(self, name: str, *, is_bounded: bool) -> str:
        words = self.words.replace(_ANYTHING, _BOUNDED) if is_bounded else self.words
        return f"(?P<{name}>{words})"


def _free(words: str = _ANYTHING) -> SlotType:
    return SlotType(words, is_free=True)


SLOTS: dict[str, SlotType] = {
    # An open task, or several: by number, place, pronoun or words of its title.
    "item": _free(_NO_QUESTION + _ANYTHING),
    # A task and not a list: "remove the date from my list" is about a task.
    "a_task": _free(rf"(?!(?:(?:the|my|der|meiner) )?(?:[\w-]+ )?list(?:e)?\b){_NO_QUESTION}{_ANYTHING}"),
    # What a new task consists of: its title with date, priority, tags.
    "title": _free(),
    "when": _free(".{1,60}?"),
    "note": _free(),
    # Words of a question, in which filters are read: dates, tags, priority, status.
    "rest": _free(".{1,160}?"),
    "words": _free(".{1,160}?"),
    "new_list": SlotType(r"(?!(?:my|the) )(?:[\w'’-]{1,30} ){0,2}lists?"),
    "eine_liste": SlotType(r"\w{0,40}liste"),
    "level": SlotType(PRIORITY_WORD),
    "field": SlotType(any_of(FIELDS), names=(*dict.fromkeys(FIELDS.values()), "tags")),
    # At most as many and as long tags as a task can have: an unbounded list would be matched again from each of them.
    "tags": SlotType(rf"[\"“„]?#?{_TAG}[\"“”]?(?:(?:\s?,\s?| (?:and|und) | (?=#))#?{_TAG}){{0,19}}"),
    "hashes": SlotType(rf"#(?!\d+\b){_TAG}(?:(?:\s?,\s?| (?:and|und) | )#{_TAG}){{0,19}}"),
    "tag": SlotType(r"[\w-]{2,40}"),
    "number": SlotType(r"#?\d{1,9}"),
    "weekday": SlotType(WEEKDAY),
}
