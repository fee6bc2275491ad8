"""Renders the cards of proposals, choices and plans.

Their buttons are disabled while an answer is running: the server refuses some of them (assistant/turns/actions.py), and
the card of the running answer is replaced at its end, so that a click begun before would be lost.
"""

import reflex as rx

from taskchat_app.assistant.tools.attached_line_choices import ALL
from taskchat_app.domain.tasks.fields import TITLE_MAX_CHARACTERS
from taskchat_app.ui.chat.answer_actions_state import AnswerActionsState
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.chat_messages.cards import ChoiceCard, Option, PlanCard, PlanLineView, ProposalCard
from taskchat_app.ui.core.components import PlainLink
from taskchat_app.ui.core.element_ids import TASK_ADDRESS
from taskchat_app.ui.core.elements import button, icon_button
from taskchat_app.ui.i18n import words


def proposal_card(proposal: ProposalCard) -> rx.Component:
    lines = rx.el.ul(
        rx.foreach(proposal.lines, lambda line: rx.el.li(line, dir="auto")), class_name="proposal-lines", role="list"
    )
    return rx.cond(
        proposal.id != "",  # "" once it is decided
        _card(
            words.CONFIRM,
            rx.el.p(proposal.headline, class_name="proposal-headline"),
            lines,
            rx.el.div(
                # A button's accessible name is its visible text, so the number of tasks is in the headline.
                _decide(proposal, words.CONFIRM, "button danger", confirm=True),
                _decide(proposal, words.CANCEL, "button outline", confirm=False),
                class_name="proposal-buttons",
            ),
        ),
        rx.el.div(
            rx.el.details(fold_summary("circle-check", proposal.headline), lines, class_name="call decided"),
            class_name="calls",
        ),
    )


def fold_summary(icon: str, title: rx.Var[str] | str) -> rx.Component:
    """Return the line of what is folded away once it is decided."""
    return rx.el.summary(
        rx.icon(icon, size=16),
        rx.el.span(title, class_name="call-title"),
        rx.icon("chevron-right", size=14, class_name="call-more"),
    )


def _card(name: rx.Var[str] | str, *contents: rx.Component) -> rx.Component:
    return rx.el.div(*contents, class_name="proposal", role="group", aria_label=name)


def _decide(proposal: ProposalCard, name: str, class_name: str, *, confirm: bool) -> rx.Component:
    return button(
        name,
        class_name,
        AnswerActionsState.decide(proposal.item_id, proposal.id, confirm),
        title=proposal.headline if confirm else name,
        disabled=ChatState.answering,
    )


def choice_card(choice: ChoiceCard) -> rx.Component:
    """Return the card, or one quiet line once a task is chosen."""
    chosen = rx.el.div(rx.el.p(choice.headline, class_name="chosen", dir="auto"), class_name="calls")
    return rx.cond(rx.Var.create(choice.options).length() > 0, _open_choice(choice), chosen)


def _open_choice(choice: ChoiceCard) -> rx.Component:
    return _card(
        choice.headline,
        rx.el.p(choice.headline, class_name="proposal-headline"),
        rx.el.ul(
            rx.foreach(choice.options, lambda option: _option(choice, option)),
            class_name=rx.cond(choice.is_attached_list, "choices lines", "choices"),
            role="list",
        ),
        rx.cond(
            choice.add_all != "",
            rx.el.div(
                button(
                    choice.add_all,
                    "button primary",
                    AnswerActionsState.add_line(choice.item_id, ALL),
                    disabled=ChatState.answering,
                ),
                class_name="proposal-buttons",
            ),
        ),
    )


def _option(choice: ChoiceCard, option: Option) -> rx.Component:
    added = rx.icon("check", size=16, custom_attrs={"aria-label": words.CREATED, "role": "img"})
    click = rx.cond(
        choice.is_attached_list,
        AnswerActionsState.add_line(choice.item_id, option.number),
        AnswerActionsState.pick(choice.item_id, option.number),
    )
    return rx.el.li(
        button(
            (rx.cond(option.is_open, rx.fragment(), added), rx.el.span(option.text, dir="auto")),
            rx.cond(option.is_open, "choice", "choice added"),
            click,
            disabled=ChatState.answering,
        )
    )


def plan_card(plan: PlanCard) -> rx.Component:
    fields = rx.el.ul(rx.foreach(plan.lines, lambda line: _plan_line(plan, line)), class_name="plan-lines", role="list")
    added = rx.el.ul(rx.foreach(plan.lines, _added_line), class_name="proposal-lines", role="list")
    form = rx.el.form(
        # Reflex makes the form's handler outside of the list of messages, where it does not know the plan.
        rx.el.input(type="hidden", name="plan_id", value=plan.id, read_only=True),
        fields,
        rx.el.div(
            rx.el.button(plan.label, type="submit", class_name="button primary", disabled=ChatState.answering),
            class_name="proposal-buttons",
        ),
        on_submit=AnswerActionsState.apply_plan,
    )
    return _card(
        plan.title,
        rx.el.p(plan.title, class_name="proposal-headline", dir="auto"),
        rx.cond(plan.is_open, form, rx.fragment(added, rx.el.p(plan.label, class_name="field-hint"))),
    )


def _plan_line(plan: PlanCard, line: PlanLineView) -> rx.Component:
    """Return a line with its fields. By its key a field is created again when another tab changes the value."""
    off = ChatState.answering
    return rx.el.li(
        rx.el.input(
            type="checkbox",
            name="included_" + line.key,
            default_checked=line.included,
            aria_label=line.include_name,
            disabled=off,
            on_change=AnswerActionsState.tick_plan_line(plan.id, line.key, rx.cond(line.included, False, True)),
            key=rx.cond(line.included, "on", "off"),
            class_name="plan-tick",
        ),
        rx.el.input(
            name="title_" + line.key,
            default_value=line.title,
            aria_label=line.title_name,
            disabled=off,
            max_length=TITLE_MAX_CHARACTERS,
            on_blur=lambda title: AnswerActionsState.edit_plan(plan.id, "title_" + line.key, title),
            key=line.title,
            class_name="input plan-title",
            dir="auto",
        ),
        rx.el.input(
            type="date",
            name="due_" + line.key,
            default_value=line.day,
            aria_label=line.day_name,
            disabled=off,
            on_blur=lambda day: AnswerActionsState.edit_plan(plan.id, "due_" + line.key, day),
            key="day" + line.day,
            class_name="input plan-day",
        ),
        icon_button(
            "arrow-up",
            16,
            line.earlier_name,
            on_click=AnswerActionsState.move_plan_line(plan.id, line.key),
            disabled=off,
        ),
        class_name=rx.cond(line.is_step, "plan-line step", "plan-line"),
        key=line.key,
    )


def _added_line(line: PlanLineView) -> rx.Component:
    link = PlainLink.create("#", line.number, href=f"{TASK_ADDRESS}{line.number}")
    return rx.cond(line.number > 0, rx.el.li(link, " ", line.title, dir="auto"))
