"""Shortens titles, descriptions and tags of other programs' tasks that are longer than a task here may have."""

from dataclasses import replace

from taskchat_app.domain.storage.storable_values import is_storable, storable_text
from taskchat_app.domain.tasks.fields import (
    DESCRIPTION_MAX_CHARACTERS,
    TAG_MAX_CHARACTERS,
    TAGS_MAX,
    TITLE_MAX_CHARACTERS,
)
from taskchat_app.domain.tasks.search_words import tag_key
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import gettext

TITLE_CUT = gettext("The title of “{title}” is too long: the whole is in its description.")
DESCRIPTION_CUT = gettext("The description of “{title}” is cut after {most:#,##0} characters.")
TAGS_CUT = gettext("“{title}” comes without the tags {tags}: there are too many, or they are too long.")
UNSTORABLE = gettext("“{title}” comes without a character that no text can hold.")


def fitted(task: ForeignTask, report: ImportReport) -> ForeignTask:
    """Return the task with texts and tags that fit, and name in the report what was cut."""
    title, description = storable_text(task.title).strip(), storable_text(task.description)
    shown = {"title": shortened(title)}
    if not all(is_storable(text) for text in (task.title, task.description)):
        report.note(task.line, UNSTORABLE.with_values(**shown))
    if len(title) > TITLE_MAX_CHARACTERS:
        report.note(task.line, TITLE_CUT.with_values(**shown))
        title, description = f"{title[: TITLE_MAX_CHARACTERS - 1].rstrip()}…", f"{title}\n\n{description}".strip()
    if len(description) > DESCRIPTION_MAX_CHARACTERS:
        report.note(task.line, DESCRIPTION_CUT.with_values(**shown, most=DESCRIPTION_MAX_CHARACTERS))
        description = f"{description[: DESCRIPTION_MAX_CHARACTERS - 1]}…"
    tags = {tag_key(name): name for tag in task.tags if (name := storable_text(tag).strip().lstrip("#").strip())}
    kept = [tag for tag in tags.values() if len(tag) <= TAG_MAX_CHARACTERS][:TAGS_MAX]
    if lost := [tag for tag in tags.values() if tag not in kept]:
        named = ", ".join(shortened(tag) for tag in lost[:TAGS_MAX])
        report.note(task.line, TAGS_CUT.with_values(**shown, tags=named))
    return replace(task, title=title, description=description, tags=tuple(kept))


def shortened(text: str) -> str:
    """Return the text as reports show it: 60 characters at most."""
    return text if len(text) <= 60 else f"{text[:59]}…"
