"""Words of task titles, compared without case, plural s and words that any sentence holds."""

import re

FILLERS = frozenset(
    "a an and the my me it its this that these those them to of for in on at by with from about please task tasks todo"
    " item items entry one ones is are was be been do does did can could you would will i we or not no yes all"
    " everything every each delete deleted deleting remove removed drop erase trash discard scrap cancel clear get rid"
    " throw away out today tomorrow yesterday week month day now also then too but just"
    " und oder der die das den dem des ein eine einen einem mein meine meinen bitte aufgabe aufgaben es ist sind für"
    " von mit zu zum zur im in am an auf lösche löschen lösch entferne entfernen streiche streichen weg alle alles"
    " nach bei heute morgen gestern woche monat tag jetzt auch dann aber".split()
)
"""Words that name no task by themselves."""


def stems_of(text: str) -> set[str]:
    """Return the words of a text, without case and plural s."""
    words = re.findall(r"\w+", text.casefold())
    return {word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words}
