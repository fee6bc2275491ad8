"""Renders one message of the user or the assistant."""

# pyright: reportUnknownMemberType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.ui.chat.answer_footer import answer_footer
from taskchat_app.ui.chat.card_views import choice_card, proposal_card
from taskchat_app.ui.chat.components import EditBox, MessageFile
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.chat_messages.answer_builder import ReplyState, growing_text
from taskchat_app.ui.chat_messages.messages import CallView, ChatMessage, FileView, Part
from taskchat_app.ui.core.components import Details, PlainLink
from taskchat_app.ui.core.element_ids import COMPOSER, TASK_ADDRESS
from taskchat_app.ui.core.elements import icon_button
from taskchat_app.ui.core.markdown import markdown
from taskchat_app.ui.i18n import words


def message_view(message: ChatMessage) -> rx.Component:
    answer = rx.cond((rx.Var.create(message.parts).length() > 0) | _shows_ending(message), _answer(message))
    # The key is for React's list: without it, messages inserted in front would reuse the elements of others.
    return rx.fragment(rx.cond(message.mine, _user_message(message), answer), key=message.key)


def _shows_ending(message: ChatMessage) -> rx.Var[bool]:
    """Return whether the answer says why it is not whole: not while the alert says so or it is being replaced."""
    is_elsewhere = (message.turn_id == ChatState.last_turn_id) & (
        ChatState.answering | (ChatState.error == message.ending)
    )
    return (message.ending != "") & ~is_elsewhere


def running_answer() -> rx.Component:
    """Return the running answer, with a caret at its end."""
    tail = growing_text()
    return rx.el.article(
        rx.foreach(ReplyState.parts, _part),
        rx.cond(tail != "", markdown(tail)),
        rx.el.span(class_name="caret", aria_hidden="true"),
        class_name="message answer",
        aria_label=words.ASSISTANT,
        aria_busy="true",
    )


def _user_message(message: ChatMessage) -> rx.Component:
    is_last = message.key == ChatState.last_turn_id
    return rx.el.article(
        rx.cond(
            message.key == ChatState.editing,
            _edit_form(message, is_last),
            rx.fragment(
                rx.cond(message.text != "", rx.el.div(message.text, class_name="bubble", dir="auto")),
                rx.cond(~ChatState.answering & (message.turn_id != ""), _edit_button(message)),
                rx.el.span(message.at, class_name="message-time"),
                rx.cond(message.about, _about(message)),
                rx.cond(message.files, rx.el.div(rx.foreach(message.files, _file), class_name="message-files")),
            ),
        ),
        class_name="message mine",
        id=message.key,
        aria_label=words.YOU,
        key=message.key,
    )


def _about(message: ChatMessage) -> rx.Component:
    """Return the tasks that were selected for the message."""
    return rx.el.div(
        rx.el.span(words.ABOUT),
        rx.foreach(message.about, _about_task),
        rx.cond(message.about_more > 0, rx.el.span("+", message.about_more)),
        class_name="message-about",
    )


def _file(file: FileView) -> rx.Component:
    facts = {"file_id": file.id, "name": file.name, "image": file.image, "size": file.size}
    return MessageFile.create(**facts, key=file.id)


def _about_task(number: rx.Var[int]) -> rx.Component:
    return PlainLink.create("#", number, href=f"{TASK_ADDRESS}{number}", key=number)


def _edit_button(message: ChatMessage) -> rx.Component:
    return icon_button(
        "pencil", 14, words.EDIT_MESSAGE, "icon-button small edit-message", on_click=ChatState.begin_edit(message.key)
    )


def _edit_form(message: ChatMessage, is_last: rx.Var[bool] | bool) -> rx.Component:
    return rx.el.form(
        EditBox.create(
            name="edited",
            message=message.key,
            default_value=message.text,
            composer=COMPOSER,
            on_drop=ChatState.drop_edit,
            class_name="edit-box",
            custom_attrs={"aria-label": words.EDITED_MESSAGE},
        ),
        rx.cond(is_last, rx.fragment(), rx.el.p(words.EDIT_EARLIER_HINT, class_name="field-hint")),
        rx.el.div(
            rx.el.button(words.ASK_AGAIN, type="submit", class_name="button primary"),
            rx.el.button(words.DISCARD, type="reset", class_name="button outline", on_click=ChatState.drop_edit),
            class_name="edit-buttons",
        ),
        on_submit=ChatState.edit,
        class_name="edit-form",
    )


def _answer(message: ChatMessage) -> rx.Component:
    return rx.el.article(
        rx.foreach(message.parts, _part),
        rx.cond(_shows_ending(message), _notice(message.ending)),
        answer_footer(message),
        class_name="message answer",
        id=message.key,
        aria_label=words.ASSISTANT,
        key=message.key,
    )


def _part(part: Part) -> rx.Component:
    return rx.el.div(
        rx.match(
            part.kind,
            ("calls", _calls(part.calls)),
            ("proposal", proposal_card(part.proposal)),
            ("choice", choice_card(part.choice)),
            ("notice", _notice(part.text)),
            markdown(part.text),
        ),
        class_name="part",
        id=part.key,
        key=part.key,
    )


def _notice(sentence: str) -> rx.Component:
    return rx.el.p(rx.icon("info", size=16), rx.el.span(sentence), class_name="notice")


def _calls(calls: tuple[CallView, ...]) -> rx.Component:
    return rx.el.div(rx.foreach(calls, _call), class_name="calls")


def _call(call: CallView) -> rx.Component:
    return Details.create(
        rx.el.summary(
            rx.match(
                call.status,
                ("running", rx.el.span(class_name="spinner", aria_hidden="true")),
                ("failed", rx.icon("circle-x", size=16)),
                rx.icon("circle-check", size=16),
            ),
            rx.el.span(call.title, class_name="call-title"),
            rx.icon("chevron-right", size=14, class_name="call-more"),
        ),
        rx.el.dl(
            rx.cond(
                rx.Var.create(call.numbers).length() > 0,
                rx.fragment(
                    rx.el.dt(words.TASKS),
                    rx.el.dd(rx.foreach(call.numbers, _task_link), class_name="call-tasks"),
                ),
            ),
            _detail(words.ASKED, call.asked),
            _detail(words.RESULT, call.result),
            class_name="call-details",
        ),
        name=call.key,
        class_name="call",
        custom_attrs={"data-tool": call.tool, "data-status": call.status},
        key=call.key,
    )


def _task_link(number: rx.Var[int]) -> rx.Component:
    return PlainLink.create(f"#{number}", href=f"{TASK_ADDRESS}{number}", class_name="task-link")


def _detail(name: str, value: rx.Var[str] | str) -> rx.Component:
    return rx.cond(value != "", rx.fragment(rx.el.dt(name), rx.el.dd(rx.el.pre(value, tab_index=0, dir="auto"))))
