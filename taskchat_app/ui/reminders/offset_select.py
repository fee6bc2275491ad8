"""Renders the choice of the open task's reminder."""

import reflex as rx

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.pending_controls import ChoiceSelect
from taskchat_app.ui.i18n import words
from taskchat_app.ui.reminders.state import RemindersState


class AllowNotifications(PageComponent):
    library = f"{PAGE}reminders/reminders.js"


def reminder_row() -> rx.Component:
    """Return the open task's reminder: the choice, its time, and the permission for notifications."""
    row = RemindersState.row
    choice = ChoiceSelect.create(
        *(rx.el.option(name, value=before) for before, name in words.REMINDER_CHOICES.items()),
        value=row.before,
        on_change=lambda before: RemindersState.choose(row.number, before),
        class_name="reminder-choice",
        aria_label=words.REMINDER,
    )
    return rx.el.div(
        rx.cond(row.can_ring, choice),
        rx.el.span(row.text, class_name="reminder-when"),
        rx.cond(row.can_ring, AllowNotifications.create(class_name="reminder-when")),
        class_name="reminder-row",
    )
