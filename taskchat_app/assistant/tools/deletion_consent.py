"""Reads whether the user's own message consents to a deletion. It answers these questions:

1. `commands_deletion`: may delete_task delete this task at once ("delete 3")? Only if the grammar reads the whole
   message without a doubt.
2. `deletion_request`: did the message ask for a deletion that is proposed? It is generous, since a card still asks.
3. `is_yes`: is the message a yes to the proposal? `names_deletion`: does the yes say that it is for a deletion?
4. `only_picks`: does the message only choose among tasks that were shown?
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import read_clauses
from taskchat_app.assistant.grammar.commands import Target, UserClock
from taskchat_app.assistant.grammar.phrases.targets import read_target, title_parts
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS, stems_of
from taskchat_app.assistant.grammar.request_words import is_question
from taskchat_app.assistant.grammar.sentences.sentence_reader import is_said
from taskchat_app.assistant.tools.last_shown_tasks import last_shown
from taskchat_app.domain.dates.command_text import as_command, mask_quotes
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks.task_view import TaskView

# 1. The command to delete a task

_NO = re.compile(r"\bno\b(?!\.\s?#?\d)", re.IGNORECASE)
"""The word in "delete 3, no 4", which spares task 4 or names it; "no. 4" names it."""


async def commands_deletion(session: AsyncSession, turn: TurnContext, task: TaskView) -> bool:
    """Return whether the turn's message is a command to delete exactly this task: by number, words or reference."""
    clock = UserClock(turn.person.zone, now())
    for target in targets_to_delete(turn.command, clock, repeats=task.recurrence is not None):
        if task.number in await _numbers_of(session, turn, target):
            return True
    return False


def targets_to_delete(message: str, clock: UserClock, *, repeats: bool = False) -> list[Target]:
    """Return what a message commands to delete; empty for a question, a "no", and where any part of it is no command.

    "It" is left out if there are other commands, to which it may refer. `repeats`: the task is a series, so words
    for one of its dates ("the next gym") are left out.
    """
    commands = read_clauses(message, clock)
    are_certain = all(command.is_order and not command.doubtful for command in commands)
    if is_question(message) or _NO.search(mask_quotes(message)) or not are_certain:
        return []
    deletions = [command for command in commands if command.kind == "delete" and not command.target.excluded]
    targets = [command.target for command in deletions if not (repeats and command.given.get("once"))]
    return [target for target in targets if target.pronoun is None or len(commands) == 1]


async def _numbers_of(session: AsyncSession, turn: TurnContext, target: Target) -> Sequence[int]:
    """Return the numbers that a target means for certain; empty if there is a doubt about any of them."""
    if target.numbers:
        return target.numbers
    if target.words:
        # 10,000 titles take 0.1 s.
        return await asyncio.to_thread(_find_titled, await _titles_before(session, turn), target)
    shown = await last_shown(session, turn)
    if target.places:
        found = [number for number in map(shown.at, target.places) if number is not None]
        return found if len(found) == len(target.places) else ()
    # What was shown or changed last (`recent`) is meant for certain where it is one task. "Them" are several tasks, or
    # those that are selected on the page, which may be a single one.
    pronouns = ("it", "it or them", "them", "selected") if turn.selected else ("it", "it or them")
    return shown.recent if target.pronoun in pronouns and len(shown.recent) == 1 else ()


async def _titles_before(session: AsyncSession, turn: TurnContext) -> dict[int, str]:
    """Return the titles of the tasks, by number, as they were before this turn renamed, deleted or added any."""
    present = select(Task.number, Task.title).where(Task.user_id == turn.person.id, col(Task.deleted_at).is_(None))
    changed = select(Change.task_number, col(Change.before)["title"].as_string()).where(
        Change.user_id == turn.person.id,
        Change.turn_id == turn.turn_id,
        Change.id >= turn.first_change_id,
        Change.kind == "task",
    )
    titles: dict[int | None, str | None] = {**dict((await session.exec(present)).all())}
    # The first change of each task comes last, so it wins; one that adds a task has no title before.
    titles.update((await session.exec(changed.order_by(col(Change.id).desc()))).all())
    return {number: title for number, title in titles.items() if number is not None and title is not None}


def _find_titled(titles: Mapping[int, str], target: Target) -> list[int]:
    """Return the one task with all words of the target; else one for each part ("the milk and the eggs"), or none."""
    stems = {number: stems_of(title) for number, title in titles.items()}
    whole = _find_only(stems, target)
    # "Delete old tasks" and "delete the dentist and the old tasks" name no task with "old" in its title.
    if whole or target.noun:
        return whole
    numbers: list[int] = []
    for part in title_parts(target):
        found = _find_only(stems, read_target(part))
        if not found:
            return []
        numbers += found
    return numbers


def _find_only(stems: Mapping[int, set[str]], target: Target) -> list[int]:
    """Return the one task whose title has all words of the target; none if they name nothing, as "3" and "today".

    The noun is one of them: "the old tasks" is not "Old bike".
    """
    words = stems_of(f"{target.words} {target.noun}")
    if all(word in FILLERS or word.isdecimal() for word in words):
        return []
    found = [number for number, title in stems.items() if words <= title]
    return found if len(found) == 1 else []


# 2. The request for a deletion that is proposed

_NEAR = r"\b[^.?!\n]{0,80}\b"
"""Up to 80 characters of the same sentence between two words: "cross the milk off"."""
_DELETE_WORDS = (
    r"(?:delet|remov|eras|wip(?:e|ing)|purg|trash|discard|scrap|declutter|prun|dump)\w*|drop|cancel|kill|gone|go away"
    r"|get(?:ting)? rid|forget"
    # "cross the milk off", "clean up", "empty my list", "bin 3"
    rf"|(?:cross|strike|throw|toss|take|get|kick|clear|clean|tidy){_NEAR}(?:off|out|away|up)"
    rf"|(?:clear|clean|empty|tidy|bin|toss|strike)(?: #?\d+|{_NEAR}(?:all|everything|it|lists?|tasks?|them|ones?))"
    # "räum die liste auf", "mach alles leer", "weg damit", but not the noun "Weg"
    rf"|(?:ge)?lösch\w*|entfern\w*|streich\w*|gestrichen|(?:auf|weg|aus)?räum\w*|mach\w*{_NEAR}leer"
    r"|leeren?(?: (?:die|das|den|meine?n?|alles?|sie)|[\s.!?]*\Z)|raus|(?-i:weg)"
    r"|wirf|werf\w*|schmeiß\w*|tilg\w*|verwirf|verwerf\w*|vergiss|(?:weg|raus)(?:werf|mach|schmeiß|nehm|hab)\w*"
    # "supprime tout", "borra la tarea", "quita 3"
    r"|(?:supprim|effac|enl[eè]v|retir|elimin|borr[ae]|apag|exclu[ií]|cancell|rimuov|verwijder|usu[nń]|удал)\w*"
    r"|quit(?:a|ar|e|en|al[oae]s?)"
)
_ASKS_TO_DELETE = re.compile(rf"\b(?:{_DELETE_WORDS})\b|删|削除", re.IGNORECASE)
_ASKS_NOT_TO_DELETE = re.compile(
    # "don't delete 3", "lösche nichts"
    rf"\b(?:not|never|don['’]?t|without|nicht|nie|niemals|ohne)\b(?: \w+){{0,3}} (?:{_DELETE_WORDS})\b"
    rf"|\b(?:{_DELETE_WORDS}){_NEAR}(?:nothing|nicht|nichts|nie)\s*(?:[.,;!?\n]|\Z)"
    # "what did I delete?"
    r"|\b(?:did|have|had) (?:i|you|we)\b|\b(?:habe?|hast|haben) (?:ich|du|wir)\b",
    re.IGNORECASE,
)


def deletion_request(message: str) -> Literal["one task", "some tasks"] | None:
    """Return what a message can be a request to delete; None for "what is on today?".

    One task, if it is named by its number or title and nothing else is to be deleted: "delete the milk". What the
    grammar reads as something else ("add clean the fridge", "clean the fridge") is no request.
    """
    if _ASKS_NOT_TO_DELETE.search(message):
        return None
    # Any zone does: of the commands only the kinds and the targets are read.
    commands = read_clauses(message, UserClock(ZoneInfo("UTC"), now()))
    kinds = {command.kind for command in commands}
    deletes = not kinds.isdisjoint(("delete", "delete_all", "cancel"))
    is_unread = not kinds.isdisjoint(("unknown", "offer"))
    if not deletes and not (is_unread and _ASKS_TO_DELETE.search(message)):
        return None
    targets = [command.target for command in commands if command.kind in ("delete", "delete_all")]
    return "one task" if len(targets) == 1 and _is_one_task(targets[0]) else "some tasks"


def _is_one_task(target: Target) -> bool:
    """Return whether the target is one number, or one title: neither "old tasks" nor "the milk and the eggs"."""
    return len(target.numbers) == 1 or bool(target.words and not target.noun and not title_parts(target))


# 3. The yes to a proposal

_YES = (
    "👍|y|yes|yep|yeah|yup|okay|ok|sure|absolutely|definitely|certainly|of course|ja|jap|jep|jo|jawohl|klar|sicher"
    "|natürlich|selbstverständlich|genau|gerne?|in ordnung|einverstanden|passt"
)
_DO_IT = (
    "do (it|that)|go (ahead|for it)|(i )?confirm(ed)?( it| that)?|i( am|['’]m) sure|delete (it|them|all|both)( all)?"
    "|mach( das| es)?|(alle |beide )?löschen|lösche? (es|sie|beide|alle)|(ich )?bestätig(t|e|en)( es| das)?"
)
_PLEASE = "please|bitte|gerne"
# "go ahead and delete them"
_ORDER = f"({_DO_IT})( (and|und) ({_DO_IT}))?"
# "yes, sure, please, delete them"
_AGREEMENT = rf"({_YES})([, ]+({_YES}))?([, ]+({_PLEASE}))?([, ]+{_ORDER})?"
# that, "please go ahead" or "go ahead, please"
_PLAIN_YES = re.compile(rf"({_AGREEMENT}|(({_PLEASE}) )?{_ORDER})([, ]+({_PLEASE}))?", re.IGNORECASE)


def is_yes(text: str) -> bool:
    """Return whether a whole message is a plain yes, in English, German or a language of the sentence files."""
    words = (as_command(text) or "").replace("\n", " ").rstrip(" .!")
    return _PLAIN_YES.fullmatch(words) is not None or is_said("agree", words)


def names_deletion(message: str) -> bool:
    """Return whether a yes says what it is for: "delete them", "ja, löschen"."""
    return re.search(r"delet|lösch", message, re.IGNORECASE) is not None


# 4. The choice among what was shown

_PICK_WORDS = frozenset(
    "the one ones first second third fourth fifth last both all of them and it that this number yes please"
    " der die das den erste ersten zweite zweiten dritte dritten vierte vierten letzte letzten beide alle und bitte ja"
    .split()
)  # fmt: skip


def only_picks(message: str) -> bool:
    """Return whether a message only chooses among what was shown: "the second one", "2 and 3"."""
    words = re.findall(r"\w+", message.lower())
    return bool(words) and all(word in _PICK_WORDS or word.isdecimal() for word in words)
