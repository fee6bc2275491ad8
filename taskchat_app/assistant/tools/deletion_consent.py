"""Decides whether the user consents to a deletion: by a command to delete a task, or by a yes to a proposal.

A command: the grammar of the offline assistant reads the whole message as commands, and one of them deletes this task
("delete 3", "delete it"). Several tasks at once are always proposed (deletion_proposals.py), and a plain yes accepts
what an earlier message may have asked to delete.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clause_rules import is_said
from taskchat_app.assistant.grammar.clauses import read_clauses
from taskchat_app.assistant.grammar.commands import Target, UserClock
from taskchat_app.assistant.grammar.phrases.targets import read_target, title_parts
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS, stems_of
from taskchat_app.assistant.grammar.request_words import is_question
from taskchat_app.assistant.tools.last_shown_tasks import last_shown
from taskchat_app.domain.dates.command_text import as_command, mask_quotes
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks.task_view import TaskView

PROGRAM_DELETES_MAX = 10
"""Tasks that a program (MCP) may delete by number in one call; more are proposed to the user."""
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


def names_deletion(yes: str) -> bool:
    """Return whether a yes says what it is for: "delete them", "ja, löschen"."""
    return re.search(r"delet|lösch", yes, re.IGNORECASE) is not None


_WHAT = "all|everything|it|lists?|tasks?|them|ones?"
_DELETE_WORDS = (
    r"(?:delet|remov|eras|wip(?:e|ing)|purg|trash|discard|scrap|declutter|prun|dump)\w*|drop|cancel|kill|gone|go away"
    r"|get(?:ting)? rid|forget"
    # "cross the milk off", "clean up", "empty my list", "bin 3"
    r"|(?:cross|strike|throw|toss|take|get|kick|clear|clean|tidy)\b[^.?!\n]{0,80}\b(?:off|out|away|up)"
    rf"|(?:clear|clean|empty|tidy|bin|toss|strike)(?: #?\d+|\b[^.?!\n]{{0,80}}\b(?:{_WHAT}))"
    # "räum die liste auf", "mach alles leer", "weg damit"
    r"|(?:ge)?lösch\w*|entfern\w*|streich\w*|gestrichen|(?:auf|weg|aus)?räum\w*|mach\w*\b[^.?!\n]{0,80}\bleer"
    r"|leeren?(?: (?:die|das|den|meine?n?|alles?|sie)|[\s.!?]*\Z)|raus|(?-i:weg)"
    r"|wirf|werf\w*|schmeiß\w*|tilg\w*|verwirf|verwerf\w*|vergiss|(?:weg|raus)(?:werf|mach|schmeiß|nehm|hab)\w*"
    # "supprime tout", "borra la tarea", "quita 3"
    r"|(?:supprim|effac|enl[eè]v|retir|elimin|borr[ae]|apag|exclu[ií]|cancell|rimuov|verwijder|usu[nń]|удал)\w*"
    r"|quit(?:a|ar|e|en|al[oae]s?)"
)
_ASKS_TO_DELETE = re.compile(rf"\b(?:{_DELETE_WORDS})\b|删|削除", re.IGNORECASE)
"""Wide, since the card still asks: "clean the tasks"."""
_ASKS_NOT_TO_DELETE = re.compile(
    rf"\b(?:not|never|don['’]?t|without|nicht|nie|niemals|ohne)\b(?: \w+){{0,3}} (?:{_DELETE_WORDS})\b"
    rf"|\b(?:{_DELETE_WORDS})\b[^.?!\n]{{0,80}}\b(?:nothing|nicht|nichts|nie)\s*(?:[.,;!?\n]|\Z)"
    r"|\b(?:did|have|had) (?:i|you|we)\b|\b(?:habe?|hast|haben) (?:ich|du|wir)\b",
    re.IGNORECASE,
)
""""Don't delete 3", "lösche nichts"; or asks about a deletion: "what did I delete?"."""


def deletion_request(message: str) -> Literal["one task", "some tasks"] | None:
    """Return what a message can be a request to delete; None for "what is on today?".

    One task, if it is named by its number or title and nothing else is to be deleted: "delete the milk". What the
    grammar reads as something else ("add clean the fridge", "clean the fridge") is no request.
    """
    if _ASKS_NOT_TO_DELETE.search(message):
        return None
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
    return len(target.numbers) == 1 or bool(target.words and not target.kind and not title_parts(target))


_PICK_WORDS = frozenset(
    "the one ones first second third fourth fifth last both all of them and it that this number yes please"
    " der die das den erste ersten zweite zweiten dritte dritten vierte vierten letzte letzten beide alle und bitte ja"
    .split()
)  # fmt: skip


def only_picks(message: str) -> bool:
    """Return whether a message only chooses among what was shown: "the second one", "2 and 3"."""
    words = re.findall(r"\w+", message.lower())
    return bool(words) and all(word in _PICK_WORDS or word.isdecimal() for word in words)


_NO = re.compile(r"\bno\b(?!\.\s?#?\d)", re.IGNORECASE)
"""The word in "delete 3, no 4", which spares task 4 or names it; "no. 4" names it."""


async def message_names(session: AsyncSession, turn: TurnContext, task: TaskView) -> bool:
    """Return whether the turn's message is a command to delete exactly this task: by number, words or reference."""
    clock = UserClock(turn.person.zone, now())
    for target in targets_to_delete(turn.command, clock, repeats=task.recurrence is not None):
        if task.number in await _numbers(session, turn, target):
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


async def _numbers(session: AsyncSession, turn: TurnContext, target: Target) -> Sequence[int]:
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
    pronouns = ("it", "it or them", "them", "selected") if turn.selected else ("it", "it or them")
    return shown.recent if target.pronoun in pronouns and len(shown.recent) == 1 else ()


async def _titles_before(session: AsyncSession, turn: TurnContext) -> dict[int, str]:
    """The titles of the tasks, by number, as they were before this turn renamed, deleted or added any."""
    now_there = select(Task.number, Task.title).where(Task.user_id == turn.person.id, col(Task.deleted_at).is_(None))
    number, before = col(Change.task_number), col(Change.before)["title"].as_string()
    by_turn = select(number, before).where(
        Change.user_id == turn.person.id,
        Change.turn_id == turn.turn_id,
        Change.id >= turn.first_change_id,
        Change.kind == "task",
    )
    titles: dict[int, str | None] = {**dict((await session.exec(now_there)).all())}
    # The first change of each task comes last, so it wins; one that adds a task has no title before.
    changes = (await session.exec(by_turn.order_by(col(Change.id).desc()))).all()
    titles |= {task: title for task, title in changes if task is not None}
    return {task: title for task, title in titles.items() if title is not None}


def _find_titled(titles: Mapping[int, str], target: Target) -> list[int]:
    """Return the one task with all words of the target; else one for each part ("the milk and the eggs"), or none."""
    stems = {number: stems_of(title) for number, title in titles.items()}
    whole = _only(stems, stems_of(f"{target.words} {target.kind}"))
    if whole is not None:
        return [whole]
    # "Delete old tasks" and "delete the dentist and the old tasks" name no task with "old" in its title.
    if target.kind:
        return []
    parts = [read_target(part) for part in title_parts(target)]
    found = [_only(stems, stems_of(f"{part.words} {part.kind}")) for part in parts]
    numbers = [number for number in found if number is not None]
    return numbers if len(numbers) == len(parts) else []


def _only(stems: Mapping[int, set[str]], words: set[str]) -> int | None:
    """The one task whose title holds all these words; None for words that name nothing, such as "3" and "today"."""
    if all(word in FILLERS or word.isdecimal() for word in words):
        return None
    found = [number for number, title in stems.items() if words <= title]
    return found[0] if len(found) == 1 else None
