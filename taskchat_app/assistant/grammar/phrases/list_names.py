"""Patterns for the to-do list itself ("my list") and for lists by name ("my shopping list"), which are tags."""

import re
from collections.abc import Mapping

from taskchat_app.assistant.grammar.phrases.patterns import phrase

_NO_NAME = (
    "on|in|of|the|for|to|from|and|my|a|an|with|what|is|any|all|new|that|this|one|another|names?|available|current"
    "|next|(?:today|tomorrow)s?|(?:week|weekend|month)['’]?s"
)
_A_NAME = (
    rf"(?!(?:{_NO_NAME})\b)[\w'’-]{{1,30}}(?: (?!(?:{_NO_NAME})\b)[\w'’-]{{1,30}}){{0,2}}"  # shopping, summer holiday
)
_ARTICLE = r"(?:my|the|this|our|that|your|mein(?:e[nrm]?)?|deine[nrm]?|die|der|das|den|dem)"
_KIND = r"(?:(?:to[\s-]?do|task|reminders?|running|whole|entire|current|full|aktuelle[nr]?|ganze[nr]?) ){0,3}"
_OF_TASKS = (  # " of things to do", " mit aufgaben", " i need to buy", or nothing
    r"(?: of (?:my |the )?(?:things|stuff|tasks|todos|reminders|chores|errands|jobs|items)| mit aufgaben)?"
    r"(?: to (?:do|complete|finish|accomplish|get done)| (?:i|we) (?:need|have|want) to (?:do|buy|get|remember))?"
)
THE_LIST = (
    rf"(?:{_ARTICLE} )?(?:{_KIND}lists?{_OF_TASKS}"  # my whole to-do list of things to do
    rf"|{_KIND}(?:to-?dos?|to do['’]?s)(?:['’]s)?"  # my to-dos
    r"|(?:work )?calend[ae]rs?|schedule|agenda"
    rf"|{_KIND}(?:(?:to-?do-?|aufgaben-?|termin|erinnerungs)?listen?|(?:arbeits|termin)?kalender"  # die Aufgabenliste
    rf"|(?:termin|zeit|wochen|tages)?plan|agenda){_OF_TASKS})"  # mein Tagesplan
)
"""The one list, with or without an article."""
NAMED_LIST = (
    rf"(?:(?:{_ARTICLE} )?"  # my shopping list, groceries, the shopping
    rf"(?P<list>{_A_NAME}(?= lists?\b)|groceries|(?:(?<=my )|(?<=the ))shopping)(?: lists?)?"
    rf"|(?:{_ARTICLE} )?(?:aktuelle[nr]? )?(?P<liste>\w{{3,40}}?)(?:listen?|zettel))"  # Einkaufsliste, Einkaufszettel
)
"""A list by name; list_tag reads its groups."""
A_LIST = rf"(?:{THE_LIST}|{NAMED_LIST})(?: in my notes)?"
"""Either of them."""
# (Add Bob) to my contacts, (add this) to my list of playlists: lists that hold no tasks
TO_NO_TASKS = phrase(
    r"\b(?:to|on|in|into|from|off|zu|zur|zum|in|auf|von) (?:(?:my|the|our|this|meine[nrm]?|die|der|das) )?(?:list of )?"
    r"(?:\w{1,30} ){0,2}?(?:playlists?|contacts?|address book|kontakte[n]?|\w{0,20}wiedergabelisten?|kontaktlisten?)"
    r"(?: lists?)? ?[.!]?\Z"
)


def list_tag(groups: Mapping[str, str | None]) -> str | None:
    """Return the tag that the named list in the groups of a pattern stands for; None if it names the one list."""
    if name := groups.get("list"):
        return re.sub(r"\A(?:my|the|this|our|a)\s", "", name.lower()).replace(" ", "-")
    if name := groups.get("liste"):
        return name.lower().removesuffix("s") if len(name) > 4 else name.lower()  # the linking s of "Einkaufsliste"
    return None
