"""Renders proposal and choice cards.

What the server refuses while it answers (assistant/turns/actions.py) is disabled until the answer is over.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.assistant.tools.attached_line_choices import ALL
from taskchat_app.ui.chat.answer_actions_state import AnswerActionsState
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.chat_messages.cards import ChoiceCard, Option, ProposalCard
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.i18n import words


def proposal_card(proposal: ProposalCard) -> rx.Component:
    lines = rx.el.ul(
        rx.foreach(proposal.lines, lambda line: rx.el.li(line, dir="auto")), class_name="proposal-lines", role="list"
    )
    return rx.cond(
        proposal.is_open,
        rx.el.div(
            rx.el.p(proposal.headline, class_name="proposal-headline"),
            lines,
            rx.el.div(
                # A button's accessible name is its visible text, so the number of tasks is in the headline.
                _decide(proposal, words.CONFIRM, "button danger", confirm=True),
                _decide(proposal, words.CANCEL, "button outline", confirm=False),
                class_name="proposal-buttons",
            ),
            class_name="proposal",
            role="group",
            aria_label=words.CONFIRM,
        ),
        _decided(proposal, lines),
    )


def _decided(proposal: ProposalCard, lines: rx.Component) -> rx.Component:
    """Return a decided proposal: one line, like a tool call, that opens to show the tasks."""
    summary = rx.el.summary(
        rx.icon("circle-check", size=16),
        rx.el.span(proposal.headline, class_name="call-title"),
        rx.icon("chevron-right", size=14, class_name="call-more"),
    )
    return rx.el.div(rx.el.details(summary, lines, class_name="call decided"), class_name="calls")


def _decide(proposal: ProposalCard, name: str, class_name: str, *, confirm: bool) -> rx.Component:
    return button(
        name,
        class_name,
        AnswerActionsState.decide(proposal.item_id, proposal.id, confirm),
        title=proposal.headline if confirm else name,
        disabled=ChatState.answering if confirm else False,
    )


def choice_card(choice: ChoiceCard) -> rx.Component:
    return rx.el.div(
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
        class_name="proposal",
        role="group",
        aria_label=choice.headline,
    )


def _option(choice: ChoiceCard, option: Option) -> rx.Component:
    click = rx.cond(
        choice.is_attached_list,
        AnswerActionsState.add_line(choice.item_id, option.number),
        AnswerActionsState.pick(choice.item_id, option.number),
    )
    return rx.el.li(
        rx.el.button(
            rx.cond(
                option.is_open,
                rx.fragment(),
                rx.icon("check", size=16, custom_attrs={"aria-label": words.CREATED, "role": "img"}),
            ),
            rx.el.span(option.text, dir="auto"),
            type="button",
            class_name=rx.cond(option.is_open, "choice", "choice added"),
            on_click=click,
            disabled=choice.is_attached_list & ChatState.answering,
        )
    )
