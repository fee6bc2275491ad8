"""Decides whether a user's message names a task for deletion."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import split_clauses
from taskchat_app.assistant.grammar.commands import Clock, Kind
from taskchat_app.assistant.grammar.parser import bare, read_command
from taskchat_app.assistant.grammar.patterns import phrase
from taskchat_app.assistant.grammar.reminder_phrases import declines_reminder
from taskchat_app.assistant.tools.references import (
    ONE,
    ORDINAL_PHRASE,
    SELECTED,
    THOSE,
    last_shown,
    numbers_referred_to,
)
from taskchat_app.domain.dates.quotes import mask_quotes
from taskchat_app.domain.dates.vocabulary import ordinal
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.views import TaskView

# Commands alone: "I removed 3 yesterday", "was 3 deleted?" and "restore the deleted 3" ask for nothing of the kind.
DELETE_WORDS = re.compile(
    r"\b(delete|remove|erase|get rid|throw (away|out)|lösch(e|en)?|entfern(e|en)?|streich(e|en)?|weg damit|verwirf"
    r"|supprim(e|er|ez)|efface[rz]?|enlève|enlever|borr(a|ar|e)|elimin(a|ar|are|e|er|ez)|cancella(re)?|rimuov\w*"
    r"|apag(ar|ue)|remova|verwijder(en)?|usuń)\b"
    # What is a noun as well, or half of another verb, only where the sentence begins with it; “drop it” is no order.
    r"|^((no|yes|ja|nein)\b\W*)?((drop|scrap|cancel)(?!\s(off|it|that|this)\b)|trash|discard|clear|wirf|quita|apaga)\b",
    re.IGNORECASE,
)
ASKING: frozenset[Kind] = frozenset({"delete", "delete_all", "unknown", "reference"})
"""What the clause may be to the offline grammar: "add buy trash bags, drop off 3 parcels" gives a title, for one."""
TITLE = phrase(
    r"^(add|create|save|put|note|jot|write|log|remember|remind|rename|tag|describe|schreib\w*|speicher\w*|notier\w*"
    r"|ajoute\w*|crée\w*|rappelle\w*|añade|agrega|crea|recu[eé]rda\w*|aggiungi|ricorda\w*|adicion\w*|lembr\w*|voeg"
    r"|herinner)\b|:(?!\S)"
)
"""Before the word, it makes what follows a title, however unknown to the grammar."""
BESIDES = phrase(
    r"\s?(,|;|\b(and|und|then|dann)) ((also|then|auch|dann) )?"
    r"(tell|show|let|give|explain|check|see|look|say|what|how|why|which|who|sage?|zeige?|schau|gib|was|wie|warum|wer"
    r"|(it|that|this|es|das)(['’]s| (is|was|has|ist|war|hat)))\b|\b(because|since|weil|denn)\b"
)
"""“Delete 3 and tell me about 4”, “delete 3, it is old”: what else is asked or told names nothing to delete."""
NEGATION = re.compile(
    r"\b(don['’]?t|do not|never|not|except|excluding|apart from|other than|but|instead of|rather than"
    r"|nicht|nie|kein\w*|außer|ausser|ausgenommen|bis auf|aber|statt|anstatt|rückgängig)\b"
    r"|\b(keep|behalte?)\s(#?\d|it\b|the\b|my\b|that\b|this\b|them\b|es\b|d(ie|as|en|er)\b)",
    re.IGNORECASE,
)
"""“Delete 3 but not 4” is more than code reads: the person is asked."""
CONDITION = phrase(
    r"(?<!\bme\s)(?<!\bmir\s)\b(if|whether|unless|when|as soon as|ob|wenn|falls|sofern|sobald)\b"
    r"(?! (you can|you could|possible|möglich|du kannst|es geht|das geht)\b)"
)
"""Whether it is met, code does not read; “if you can” is mere politeness, and “tell me if …” asks something else."""
QUESTION = phrase(
    r"\b(what happens|would happen|(should|shall|may|might|must|do|did|can|could|would|will|have|am) (i|we)"
    r"|(did|do|have) you|is it|why|how|who|maybe|perhaps"
    r"|i might|i['’]ll|i will|(i am|i['’]m) going|i (forgot|tried|wanted|meant|had) to|undo|revert|restore|recover"
    r"|was passiert|(soll|sollte|sollen|sollten|muss|müssen|darf|dürfen|kann|können|könnte|habe|haben) (ich|wir)"
    r"|hast du|warum|wieso|wer|vielleicht|ich werde)\b"
    r"|^(is|are|was|were|has|had|did|does|ist|sind|war|waren|wurde|wird|hat|hatte)\b"
)
"""Before the word: “what would happen if I delete 3?” asks to delete nothing."""
WISH = phrase(r"\b((can|could|would|will) you|(kannst|könntest|würdest) du|peux-tu|puedes|puoi|please|bitte)\b")
"""What ends with a question mark and is no question."""
NUMBER = re.compile(
    r"(?<![\w.,:/€$£%-])(?<!\bat )(?<!\bum )(?<!\bby )"
    # "Delete these 3", "the last 3" and "all 3" count, too.
    r"(?<!\bthese )(?<!\bthose )(?<!\ball )(?<!\bfirst )(?<!\blast )"
    r"(?<!\bdiese )(?<!\balle )(?<!\bersten )(?<!\bletzten )"
    r"#?(\d{1,9})(?![\w:/%€$£-]|[.,]\d)"
    # In "delete the 3 oldest" the 3 is no task's number, nor in "what I added 3 days ago", "at 5", "5 pm".
    r"(?!\s(?:tasks?|items?|things?|ones|oldest|newest|first|last|aufgaben|sachen|einträge|älteste\w*|neueste\w*"
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
    """Return whether the message asks to delete exactly this task: by number, words or reference."""
    asking = asked_to_delete(turn.command, Clock(turn.person.zone, now()))
    numbers = numbers_in(mask_quotes(asking))
    if task.number in numbers or await _words_name(session, turn, task, asking):
        return True
    # "Delete 3, it is old" means no other task.
    return not numbers and await _reference_names(session, turn, task, asking)


def asked_to_delete(message: str, clock: Clock) -> str:
    """Return the sentences of a message that ask to delete; empty if one of them cannot be parsed.

    Where such a sentence says "it", the one before it comes along, which may say what is meant.
    """
    if any(map(_is_question_or_condition, _sentences(message))):
        return ""
    # "Delete the reminder of 7" leaves 7 alone.
    clauses = [clause for clause in split_clauses(message) if not declines_reminder(clause)]
    said = [part for clause in clauses if read_command(clause, clock).kind in ASKING for part in _sentences(clause)]
    if NEGATION.search(mask_quotes(" ".join(said))):
        return ""
    asking: list[str] = []
    for before, part in pairwise(["", *said]):
        if not _commands(part):
            continue
        says_it = read_command(part, clock).target.pronoun == "it"
        asking += [before] if says_it and not (before.endswith("?") or _commands(before)) else []
        asking.append(_first_command(part))
    return "; ".join(part for part in asking if part)


def _sentences(text: str) -> list[str]:
    """Cut where one sentence ends and the next begins; what stands in quotes is never cut."""
    ends = [0, *(found.end() for found in re.finditer(r"[.?!]\s", mask_quotes(text))), len(text)]
    return [text[start:end].strip() for start, end in pairwise(ends) if text[start:end].strip()]


def _commands(part: str) -> bool:
    """Whether a sentence of one clause asks to delete, rather than to note down what is to be deleted."""
    plain = mask_quotes(bare(part))
    found = DELETE_WORDS.search(plain)
    return found is not None and not TITLE.search(plain[: found.start()])


def _first_command(part: str) -> str:
    """ "Delete 3" of "delete 3 and tell me about 4"."""
    plain = mask_quotes(part)
    word = DELETE_WORDS.search(plain)
    besides = BESIDES.search(plain, word.end() if word else 0)
    return part[: besides.start()].rstrip() if besides else part


def _is_question_or_condition(part: str) -> bool:
    """Whether a sentence asks about deleting or makes it hang on something; "delete Ask why" does neither."""
    plain = mask_quotes(part)
    # Some of these words count at the beginning only, which may lie behind a "can I".
    words = [found[0] for text in (plain, mask_quotes(bare(part))) for found in DELETE_WORDS.finditer(text)]
    if not words:
        return False
    before = plain[: max(plain.rfind(word) for word in words)]
    asks = plain.endswith("?") and not WISH.search(before)
    return asks or bool(QUESTION.search(before) or CONDITION.search(plain))


def numbers_in(message: str) -> set[int]:
    """Numbers that stand for tasks: #7, 3, 4 and 5; not parts of dates, times or amounts."""
    return {int(found) for found in NUMBER.findall(message)}


async def _reference_names(session: AsyncSession, turn: TurnContext, task: TaskView, asking: str) -> bool:
    """Whether "it" or "the second one" is this task; "tick the first" before them says nothing of deleting."""
    plain = mask_quotes(asking)
    if ordinals := ORDINAL_PHRASE.findall(plain):
        shown = await last_shown(session, turn)
        return task.number in {shown.at(ordinal(word)) for _, word in ordinals}
    if not any(pattern.search(plain) for pattern in (ONE, THOSE, SELECTED)):
        return False
    return task.number in await numbers_referred_to(session, turn)


async def _words_name(session: AsyncSession, turn: TurnContext, task: TaskView, asking: str) -> bool:
    """Whether those of the words that this title holds are held by no other task's title."""
    shared = (words_of(asking) - FILLERS) & words_of(task.title)
    if not shared:
        return False
    query = select(Task.number, Task.title).where(Task.user_id == turn.person.id, col(Task.deleted_at).is_(None))
    titles = (await session.exec(query)).all()
    # 10,000 titles take 0.1 s.
    return await asyncio.to_thread(_titled, [*titles], shared) == [task.number]


def _titled(titles: Sequence[tuple[int, str]], shared: set[str]) -> list[int]:
    """The numbers of the titles that hold all these words."""
    return [number for number, title in titles if shared <= words_of(title)]


def words_of(text: str) -> set[str]:
    """The words of a text, without case and plural s."""
    return set(_stems(re.findall(r"\w+", text.casefold())))


def _stems(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        yield word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
