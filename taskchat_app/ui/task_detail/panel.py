"""Renders the panel of one task."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.domain.tasks.fields import PRIORITIES
from taskchat_app.ui.activity.timeline import timeline
from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.editing import date_edit
from taskchat_app.ui.core.elements import button, icon_button, text_input
from taskchat_app.ui.core.markdown import markdown
from taskchat_app.ui.core.pending_controls import Segment, Segments
from taskchat_app.ui.i18n import words
from taskchat_app.ui.reminders.offset_select import reminder_row
from taskchat_app.ui.task_detail.state import NEW_TAG, DetailState, DetailTag
from taskchat_app.ui.task_detail.steps_section import steps_section, tick
from taskchat_app.ui.task_list_state.row_state import RowState


class DetailPanel(PageComponent):
    library = f"{PAGE}task_detail/panel.js"
    number: rx.Var[int] = field(doc="The task that is open")
    on_close: rx.EventHandler[no_args_event_spec] = field(doc="The user pressed Escape")


class DetailField(PageComponent):
    library = f"{PAGE}task_detail/field.js"
    value: rx.Var[str] = field(doc="The text to edit")
    label: rx.Var[str] = field(doc="The accessible name of the text field")
    named: rx.Var[str] = field(doc="The id of the element that labels the value; empty if the value needs no label")
    edit: rx.Var[str] = field(doc="The name of the button that starts editing")
    hint: rx.Var[str] = field(doc="The placeholder")
    lines: rx.Var[bool] = field(doc="Whether the text has several lines")
    locked: rx.Var[bool] = field(doc="Whether editing is disabled")
    answer: rx.Var[str] = field(doc="Changes with each answer of the server; empty if that is about another field")
    problem: rx.Var[str] = field(doc="Why the server refused; empty if it did not")
    on_save: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user saved this text")


class TouchPickers(PageComponent):
    """Fields that open the system's own pickers of date, time and repetition; shown on touch screens."""

    library = f"{PAGE}task_detail/touch_pickers.js"
    value: rx.Var[str] = field(doc="The due date, in ISO form, with the time after a blank")
    repeats: rx.Var[str] = field(doc="The repetition in words; empty without one")
    on_due: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user picked this date")
    on_repeat: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user picked this repetition")


def task_detail() -> rx.Component:
    task = DetailState.task
    deleted = rx.el.div(
        rx.el.p(words.IS_DELETED),
        button(words.RESTORE, "button outline", RowState.restore(task.number)),
        class_name="detail-deleted",
        role="alert",
    )
    return DetailPanel.create(
        rx.el.header(
            button((rx.icon("arrow-left", size=16), words.BACK), "button quiet", DetailState.close),
            rx.el.span("#", task.number, class_name="detail-number"),
            rx.cond(
                ~task.deleted,
                rx.fragment(
                    icon_button("copy-plus", 16, words.DUPLICATE, on_click=DetailState.duplicate),
                    icon_button(
                        "trash-2", 16, words.DELETE, on_click=[RowState.delete(task.number), DetailState.close]
                    ),
                ),
            ),
            class_name="detail-head",
        ),
        rx.cond(task.deleted, deleted),
        rx.el.div(
            rx.el.div(
                rx.cond(~task.deleted, tick(task)),
                rx.el.h2(_field("title", task.title, task.title, label=words.TITLE, edit=words.EDIT)),
                class_name="detail-title",
                custom_attrs={"data-done": task.done},
            ),
            rx.el.dl(
                _due(),
                _text_row("start_at", task.start),
                _row("reminder", words.REMINDER, reminder_row()),
                _text_row("recurrence", task.repeats),
                _priority(),
                _tags(),
                _parent(),
                _row("created", words.CREATED, rx.el.span(task.created, class_name="detail-value")),
                class_name="detail-fields",
            ),
            rx.el.section(
                _field(
                    "description",
                    rx.cond(task.description != "", markdown(task.description)),
                    task.description,
                    label=words.DESCRIPTION,
                    edit=rx.cond(task.description == "", words.ADD_DESCRIPTION, words.EDIT_DESCRIPTION),
                    hint=words.DESCRIPTION_HINT,
                    lines=True,
                ),
                class_name="detail-description",
                aria_label=words.DESCRIPTION,
            ),
            steps_section(_problem("steps")),
            rx.el.h3(words.HISTORY, class_name="detail-heading"),
            timeline(DetailState, words.HISTORY),
            class_name="detail-body",
            # The key remounts the panel for another task: scrolled to the top, with no field open.
            key=task.number,
        ),
        number=task.number,
        on_close=DetailState.close,
        class_name="detail",
        custom_attrs={"aria-label": words.TASK_DETAILS},
    )


def _due() -> rx.Component:
    task = DetailState.task
    shown = rx.cond(
        task.due != "",
        rx.el.span(
            task.due, rx.cond(task.overdue, rx.fragment(" ", rx.el.span(words.OVERDUE, class_name="detail-overdue")))
        ),
        rx.el.span(words.NO_DUE_DATE, class_name="detail-none"),
    )
    answer, label = DetailState.answer, _label_id("due_at")
    editor = date_edit(
        shown,
        value=task.due_written,
        value_text=task.due,
        clear_label="",
        answer=rx.cond(answer.field == "due_at", answer.token, ""),
        problem=rx.cond(answer.field == "due_at", answer.problem, ""),
        class_name="detail-value",
        id=f"{label}-value",
        custom_attrs={"aria-labelledby": f"{label} {label}-value"},
        on_save=lambda phrase: DetailState.keep("due_at", task.number, phrase),
    )
    value = rx.cond(task.deleted, rx.el.span(shown, class_name="detail-value"), editor)
    pickers = rx.cond(~task.deleted, _touch_pickers())
    clear = _clear("due_at", task.due, words.CLEAR_DUE_DATE)
    return _row("due_at", words.FIELDS["due_at"], value, clear, pickers, rx.cond(task.due_from != "", _readings()))


def _touch_pickers() -> rx.Component:
    task = DetailState.task
    return TouchPickers.create(
        value=task.due_written,
        repeats=task.repeats,
        on_due=lambda phrase: DetailState.keep("due_at", task.number, phrase),
        on_repeat=lambda phrase: DetailState.keep("recurrence", task.number, phrase),
        class_name="touch-pickers",
        key=task.number,
    )


def _readings() -> rx.Component:
    """Return the words that the due date was read from, and a button for each other date that they could mean."""
    task = DetailState.task
    return rx.el.p(
        task.due_from,
        rx.cond(task.others.length() > 0, rx.fragment(" ", words.CAN_ALSO_BE)),
        rx.foreach(
            task.others,
            lambda other: button(
                other.text, "button quiet", RowState.take_reading(task.number, other.date), aria_label=other.label
            ),
        ),
        class_name="detail-readings",
    )


def _priority() -> rx.Component:
    task = DetailState.task
    choices = [
        Segment.create(
            rx.el.span(class_name="priority-mark", custom_attrs={"data-priority": name}),
            words.PRIORITIES[name],
            name=name,
            class_name="detail-choice",
            disabled=task.deleted,
        )
        for name in PRIORITIES
    ]
    group = Segments.create(
        *choices,
        value=task.priority,
        on_choose=lambda name: DetailState.keep("priority", task.number, name),
        class_name="detail-choices",
        custom_attrs={"aria-labelledby": _label_id("priority")},
    )
    return _row("priority", words.FIELDS["priority"], group, _problem("priority"))


def _tags() -> rx.Component:
    task = DetailState.task
    new = rx.el.form(
        text_input("tag", words.NEW_TAG, words.ADD_TAG, "detail-new-tag", id=NEW_TAG),
        on_submit=DetailState.add_tag,
        reset_on_submit=True,
        class_name="detail-tag-form",
    )
    tags = rx.el.div(rx.foreach(task.tags, _tag), rx.cond(~task.deleted, new), class_name="detail-tags")
    return _row("tags", words.FIELDS["tags"], tags, _problem("tags"))


def _tag(tag: DetailTag) -> rx.Component:
    return rx.el.span(
        "#",
        tag.name,
        rx.cond(
            ~DetailState.task.deleted,
            icon_button(
                "x",
                12,
                tag.removal,
                "detail-remove",
                # The button disappears together with the focus.
                on_click=[DetailState.remove_tag(DetailState.task.number, tag.name), rx.set_focus(NEW_TAG)],
            ),
        ),
        class_name="detail-tag",
        dir="auto",
        key=tag.name,
    )


def _parent() -> rx.Component:
    """Return the task that this one is a step of; a task with steps cannot be one."""
    task = DetailState.task
    number = rx.cond(task.parent_text != "", f"#{task.parent}", "")
    link = icon_button(
        "arrow-up-right", 14, words.OPEN_PARENT, "icon-button small", on_click=DetailState.open(task.parent)
    )
    row = _text_row("parent_number", number, rx.cond(number != "", link), shown=task.parent_text)
    return rx.cond(task.steps.length() == 0, row)


def _row(name: str, label: str, *value: rx.Component) -> rx.Component:
    return rx.fragment(rx.el.dt(label, id=_label_id(name)), rx.el.dd(*value))


def _text_row(name: str, value: rx.Var[str], *beside: rx.Component, shown: rx.Var[str] | None = None) -> rx.Component:
    """Return the row of a field of words.TEXT_FIELDS; `shown` is its value where that is not the text to edit."""
    says, label = words.TEXT_FIELDS[name], words.FIELDS[name]
    text = rx.el.span(value if shown is None else shown)
    field = _field(
        name,
        rx.cond(value != "", text, rx.el.span(says.none, class_name="detail-none")),
        value,
        label=label,
        named=_label_id(name),
        hint=says.hint,
    )
    return _row(name, label, field, *beside, _clear(name, value, says.clear))


def _label_id(field: str) -> str:
    return f"detail-{field}"


def _field(name: str, shown: rx.Component | rx.Var[str], value: rx.Var[str], **options: object) -> rx.Component:
    answer = DetailState.answer
    return DetailField.create(
        shown,
        value=value,
        answer=rx.cond(answer.field == name, answer.token, ""),
        problem=rx.cond(answer.field == name, answer.problem, ""),
        locked=DetailState.task.deleted,
        on_save=lambda typed: DetailState.keep(name, DetailState.task.number, typed),
        **options,
    )


def _clear(name: str, value: rx.Var[str], label: str) -> rx.Component:
    return rx.cond(
        (value != "") & ~DetailState.task.deleted,
        icon_button("x", 14, label, "icon-button small", on_click=DetailState.keep(name, DetailState.task.number, "")),
    )


def _problem(name: str) -> rx.Component:
    """Return why a choice was refused; a text field shows this itself."""
    answer = DetailState.answer
    return rx.cond(
        (answer.field == name) & (answer.problem != ""),
        rx.el.p(answer.problem, class_name="detail-problem", role="alert"),
    )
