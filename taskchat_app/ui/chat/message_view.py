"""Renders one message of the user or the assistant."""

from collections.abc import Callable
from typing import cast

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec

from taskchat_app.ui.chat.answer_footer import answer_footer
from taskchat_app.ui.chat.call_views import calls_card
from taskchat_app.ui.chat.card_views import choice_card, fold_summary, plan_card, proposal_card
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.chat_messages.answer_builder import ReplyState, growing_text
from taskchat_app.ui.chat_messages.messages import ChatMessage, FileView, Part
from taskchat_app.ui.core.components import PAGE, Details, PageComponent, PlainLink
from taskchat_app.ui.core.element_ids import COMPOSER, TASK_ADDRESS
from taskchat_app.ui.core.elements import icon_button
from taskchat_app.ui.core.markdown import markdown
from taskchat_app.ui.i18n import words

NO_MESSAGE = cast(ChatMessage, rx.Var.create(ChatMessage("", False, "")))
"""In place of the message of a running answer: it has no receipt yet."""


def message_view(message: ChatMessage) -> rx.Component:
    answer = rx.cond((rx.Var.create(message.parts).length() > 0) | _shows_ending(message), _answer(message))
    # The key is for React's list: without it, messages inserted in front would reuse the elements of others.
    return rx.fragment(rx.cond(message.mine, _user_message(message), answer), key=message.key)


def _shows_ending(message: ChatMessage) -> rx.Var[bool]:
    """Return whether the answer says why it is not whole: not while the alert says so or it is being replaced."""
    is_replaced_or_in_alert = ChatState.answering | (ChatState.error == message.ending)
    is_last = message.turn_id == ChatState.last_turn_id
    return (message.ending != "") & ~(is_last & is_replaced_or_in_alert)


def running_answer() -> rx.Component:
    tail = growing_text()
    return rx.el.article(
        rx.foreach(ReplyState.parts, _part_of(NO_MESSAGE)),
        rx.cond(tail != "", markdown(tail)),
        rx.el.span(class_name="caret", aria_hidden="true"),
        class_name="message answer",
        aria_label=words.ASSISTANT,
        aria_busy="true",
    )


def _user_message(message: ChatMessage) -> rx.Component:
    return rx.el.article(
        rx.cond(
            message.key == ChatState.editing,
            _edit_form(message),
            rx.fragment(
                rx.cond(message.text != "", rx.el.div(message.text, class_name="bubble", dir="auto")),
                # Always there, so that nothing moves when the answer is complete; disabled it is invisible.
                icon_button(
                    "pencil",
                    14,
                    words.EDIT_MESSAGE,
                    "icon-button small edit-message",
                    on_click=ChatState.begin_edit(message.key),
                    disabled=ChatState.answering,
                ),
                rx.el.span(message.at, class_name="message-time"),
                rx.cond(message.about, _selected_tasks(message)),
                rx.cond(message.files, rx.el.div(rx.foreach(message.files, _file), class_name="message-files")),
            ),
        ),
        class_name="message mine",
        id=message.key,
        aria_label=words.YOU,
        key=message.key,
    )


def _selected_tasks(message: ChatMessage) -> rx.Component:
    return rx.el.div(
        rx.el.span(words.ABOUT),
        rx.foreach(
            message.about, lambda number: PlainLink.create("#", number, href=f"{TASK_ADDRESS}{number}", key=number)
        ),
        rx.cond(message.about_more > 0, rx.el.span("+", message.about_more)),
        class_name="message-about",
    )


def _file(file: FileView) -> rx.Component:
    return MessageFile.create(file_id=file.id, name=file.name, image=file.image, size=file.size, key=file.id)


def _edit_form(message: ChatMessage) -> rx.Component:
    return rx.el.form(
        EditBox.create(
            name="edited",
            message=message.key,
            default_value=message.text,
            composer=COMPOSER,
            on_cancel=ChatState.drop_edit,
            class_name="edit-box",
            custom_attrs={"aria-label": words.EDITED_MESSAGE},
        ),
        rx.cond(message.key != ChatState.last_turn_id, rx.el.p(words.EDIT_EARLIER_HINT, class_name="field-hint")),
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
        rx.foreach(message.parts, _part_of(message)),
        rx.cond(_shows_ending(message), _notice(message.ending)),
        answer_footer(message),
        class_name="message answer",
        id=message.key,
        aria_label=words.ASSISTANT,
        custom_attrs={"data-last": message.turn_id == ChatState.last_turn_id},
        key=message.key,
    )


def _part_of(message: ChatMessage) -> Callable[[Part], rx.Component]:
    return lambda part: rx.el.div(
        rx.match(
            part.kind,
            ("calls", calls_card(part.calls, message)),
            ("proposal", proposal_card(part.proposal)),
            ("choice", choice_card(part.choice)),
            ("plan", plan_card(part.plan)),
            ("notice", _notice(part.text)),
            rx.cond(part.is_answered, _answered_text(part), _text(part)),
        ),
        class_name="part",
        id=part.key,
        key=part.key,
    )


def _text(part: Part) -> rx.Component:
    return rx.cond(part.is_shortened, _shortened_text(part), markdown(part.text))


def _answered_text(part: Part) -> rx.Component:
    """Return the text folded: the card beside it says what was decided."""
    asked = fold_summary("message-circle", words.WAS_ASKED)
    folded = rx.el.div(Details.create(asked, _text(part), name=part.key, class_name="call asked"), class_name="calls")
    return rx.cond(part.is_shortened & (part.rest == ""), _shortened_text(part), folded)


def _shortened_text(part: Part) -> rx.Component:
    whole_text = rx.el.div(part.text, class_name="markdown told", hidden=True)  # for the announcement
    return rx.fragment(whole_text, rx.cond(part.rest != "", markdown(part.rest)))


def _notice(sentence: str) -> rx.Component:
    return rx.el.p(rx.icon("info", size=16), rx.el.span(sentence), class_name="notice")


class MessageFile(PageComponent):
    library = f"{PAGE}chat/attachments.js"
    file_id: rx.Var[str] = field(doc="The attachment's id")
    name: rx.Var[str] = field(doc="The file's name")
    image: rx.Var[bool] = field(doc="Whether it is a picture")
    size: rx.Var[int] = field(doc="Bytes")


class EditBox(PageComponent):
    library = f"{PAGE}chat/edit_box.js"
    name: rx.Var[str] = field(doc="As in HTML")
    message: rx.Var[str] = field(doc="The key of the message")
    default_value: rx.Var[str] = field(doc="Its text")
    composer: rx.Var[str] = field(doc="The id of the composer, which gets the focus after sending")
    on_cancel: rx.EventHandler[no_args_event_spec] = field(doc="The user pressed Escape")
