"""Suggested first messages, built from the user's open tasks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.tasks.queries import soonest_tasks
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.reflex_patches.changed_vars import OnlyChanges
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.shared_reads import read_shared
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import current_language, say

SUGGESTED = 4
LOOKED_AT = 50
SHOWN_TITLE_CHARACTERS = 40
SOON = timedelta(days=7)
_QUOTES = str.maketrans("", "", '“”„"«»')


class SuggestionsState(OnlyChanges, rx.State):
    """The suggested sentences: always four, so that a change does not shift the layout."""

    sentences: rx.Field[list[str]] = rx.field(default_factory=list)

    @internal
    async def load(self, person: Person) -> None:
        """Read the suggestions again while they are visible: in a new conversation."""
        if (await self.get_state(ChatState)).thread_id:
            return
        self.sentences = await read_suggestions(person)


async def read_suggestions(person: Person) -> list[str]:
    """Return suggestions for the user's present tasks, in the current language; concurrent calls share one read."""
    return await read_shared(("suggestions", person.id, current_language.get()), partial(_read, person))


async def _read(person: Person) -> list[str]:
    async with reading(person.id) as session:
        tasks = await soonest_tasks(session, person.id, LOOKED_AT)
    return suggestions(tasks, now())


def suggestions(tasks: Sequence[TaskView], at: datetime) -> list[str]:
    """Return SUGGESTED different sentences, first about those of the open tasks, soonest due first, that have begun."""
    begun = [task for task in tasks if task.start_at is None or task.start_at <= at]
    sentences = [*_about_tasks(begun, at), *(say(sentence) for sentence in words.SUGGESTIONS)]
    return list(dict.fromkeys(sentences))[:SUGGESTED]  # each once


def _about_tasks(tasks: Sequence[TaskView], at: datetime) -> Iterator[str]:
    overdue = [task for task in tasks if task.overdue]
    ahead = [task for task in tasks if not task.overdue]
    if overdue:
        yield _about(words.SUGGEST_MOVE, overdue[0])
    if any(task.due_at is not None and task.due_at < at + SOON for task in tasks):
        yield say(words.SUGGEST_WEEK)
    if ahead:
        yield _about(words.SUGGEST_DONE, ahead[0])
    if len(overdue) > 1:
        yield say(words.SUGGEST_OVERDUE)
    undated = [task for task in ahead[1:] if task.due_at is None]
    if undated:
        yield _about(words.SUGGEST_DATE, undated[0])
    if any(task.priority == "high" for task in tasks):
        yield say(words.SUGGEST_IMPORTANT)
    tags = Counter(tag for task in tasks for tag in task.tags if " " not in tag)
    if tags:
        yield say(words.SUGGEST_TAG, tag=tags.most_common(1)[0][0])


def _about(sentence: str, task: TaskView) -> str:
    """Return the sentence about the task; quotes are removed from the title, because the sentence quotes it."""
    title = task.title.translate(_QUOTES).strip()
    if len(title) > SHOWN_TITLE_CHARACTERS:
        title = f"{title[:SHOWN_TITLE_CHARACTERS].rstrip()}…"
    return say(sentence, number=task.number, title=title)
