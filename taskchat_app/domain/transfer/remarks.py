"""Sentences about imported tasks that several formats share."""

from taskchat_app.i18n.messages import gettext

NO_SUCH_COLUMNS = gettext("This file lacks the columns {names}. Choose its format, or another file.")
SECTION = gettext("The section “{name}” becomes a tag of its tasks.")
PART_OF = gettext("“{title}” is a part of “{parent}” there. It comes as a task of its own that names it.")
AFTER_COMPLETION = gettext("“{title}” repeats from the day when it is done there. Here it repeats from its due date.")
DATE_WORDS = gettext("“{title}” comes without its date “{date}”, which is not understood.")
START_LOST = gettext("“{title}” comes without its start {start}: a task has one date.")
LOST_PART = gettext("“{title}” comes without its {part}, which has no place here.")


def part_of(parent: str, description: str) -> str:
    """Return the description, which names the task that this one is a part of, if any."""
    return f"↳ {parent}\n{description}".strip() if parent else description
