"""Which task a person's own message names for deletion; read by code, so that no model can name it for them."""

import re
from collections.abc import Iterable

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.context import TurnContext
from taskchat_app.assistant.offline_clauses import split_clauses
from taskchat_app.assistant.offline_grammar import bare
from taskchat_app.assistant.offline_patterns import sentence
from taskchat_app.assistant.references import numbers_referred_to
from taskchat_app.assistant.reminder_words import declines
from taskchat_app.domain.models import Task
from taskchat_app.domain.quotes import mask_quotes
from taskchat_app.domain.task_views import TaskView

DELETE_WORDS = re.compile(
    r"\b(delet\w*|remov\w*|drop|erase|trash|discard|scrap|cancel|get rid|throw (away|out)|clear"
    r"|lösch\w*|entfern\w*|streich\w*|wirf|weg damit|verwirf"
    r"|supprim\w*|efface\w*|enlève|borra\w*|elimin\w*|quita|cancella\w*|rimuov\w*|apag\w*|remova|verwijder\w*|usuń)\b",
    re.IGNORECASE,
)
NEGATION = re.compile(r"\b(don['’]?t|do not|never|not|nicht|nie|kein\w*)\b", re.IGNORECASE)
"""“Delete 3 but not 4” is more than code reads: the person is asked."""
UNDECIDED = re.compile(
    r"\b(if|whether|unless|what happens|would happen|(should|shall|may|must|do|did) (i|we)|(did|have) you|why"
    r"|ob|wenn|falls|sofern|was passiert|(soll|sollte|sollen|sollten|muss|müssen|darf) (ich|wir)|hast du|warum|wieso"
    r")\b",
    re.IGNORECASE,
)
"""“What would happen if I delete 3?” asks to delete nothing."""
TITLE = sentence(
    r"^(?:(?:add|create|remember|remind me|don['’]?t forget|rename|füge?|erstelle?|erinnere? mich|merke? dir|notiere?"
    r"|vergiss nicht|benenne|(?:new|neue) (?:task|todo|reminder|aufgabe|erinnerung))\b"
    rf"|(?:task|todo|to-do|note|aufgabe|erinnerung)\s*:).*?"
    rf"(?:$|(?=(?:,|;|\b(?:and|und|then|dann)) {DELETE_WORDS.pattern}))"
)
"""“Add a task to delete the old photos” gives a title, whatever words it is made of; “and delete 3” may follow it."""
NUMBER = re.compile(
    r"(?<![\w.,:/€$£%-])(?<!\bat )(?<!\bum )(?<!\bby )#?(\d{1,9})(?![\w:/%€$£-]|[.,]\d)"
    # In "delete the 3 oldest" the 3 is no task's number, nor in "what I added 3 days ago", "at 5", "5 pm".
    r"(?!\s+(?:tasks?|items?|things?|ones|oldest|newest|first|last|aufgaben|sachen|einträge|älteste\w*|neueste\w*"
    r"|minutes?|hours?|days?|weeks?|months?|years?|am|pm|o['’]?clock|uhr|minuten|stunden?|tagen?|wochen?|monaten?)\b)",
    re.IGNORECASE,
)
FILLERS = frozenset(
    "a an and the my me it its this that these those them to of for in on at by with from about please task tasks todo"
    " item items entry one ones is are was be been do does did can could you would will i we or not no yes all"
    " everything every each delete deleted deleting remove removed drop erase trash discard scrap cancel clear get rid"
    " throw away out today tomorrow yesterday week month day now also then too but just"
    " und oder der die das den dem des ein eine einen einem mein meine meinen bitte aufgabe aufgaben es ist sind für"
    " von mit zu zum zur im in am an auf lösche löschen lösch entferne entfernen streiche streichen weg alle alles"
    " heute morgen gestern woche monat tag jetzt auch dann aber".split()
)


async def message_names(session: AsyncSession, turn: TurnContext, task: TaskView) -> bool:
    """Whether the message asks to delete and names exactly this task: by number, by words, or by a bound reference."""
    # "Delete the reminder of 7" leaves 7 alone.
    clauses = [clause for clause in split_clauses(turn.message) if not declines(clause)]
    asking = "; ".join(TITLE.sub("", bare(clause), count=1) for clause in clauses)
    unquoted = mask_quotes(asking)
    if not DELETE_WORDS.search(unquoted) or NEGATION.search(unquoted) or UNDECIDED.search(unquoted):
        return False
    if task.number in numbers_in(unquoted):
        return True
    if await _words_name(session, turn, task, asking):
        return True
    return task.number in await numbers_referred_to(session, turn)


def numbers_in(message: str) -> set[int]:
    """Numbers that stand for tasks: #7, 3, 4 and 5; not parts of dates, times or amounts."""
    return {int(found) for found in NUMBER.findall(message)}


async def _words_name(session: AsyncSession, turn: TurnContext, task: TaskView, asking: str) -> bool:
    """Whether those of the words that this title holds are held by no other task's title."""
    shared = (words_of(asking) - FILLERS) & words_of(task.title)
    if not shared:
        return False
    query = select(Task.number, Task.title).where(Task.user_id == turn.person.id, col(Task.deleted_at).is_(None))
    titles = (await session.exec(query)).all()
    return [number for number, title in titles if shared <= words_of(title)] == [task.number]


def words_of(text: str) -> set[str]:
    """The words of a text, without case and plural s."""
    return set(_stems(re.findall(r"\w+", text.casefold())))


def _stems(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        yield word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
