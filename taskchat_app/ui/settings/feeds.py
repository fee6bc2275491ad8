"""Form section for calendar feeds."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx

from taskchat_app.domain.calendar_feeds.calendar_file import KINDS
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.feeds_state import FeedRow, FeedsState
from taskchat_app.ui.settings.lists import copied_text, deletion, outcome, with_label
from taskchat_app.ui.settings.state import SettingsState


def feed_settings() -> rx.Component:
    return rx.fragment(
        rx.el.p(words.FEEDS_HINT, class_name="field-hint"),
        rx.cond(
            FeedsState.rows.length() > 0,
            rx.el.ul(rx.foreach(FeedsState.rows, _feed), class_name="tokens", role="list", aria_label=words.FEEDS),
        ),
        _new_feed_form(),
        outcome(FeedsState.error, FeedsState.notice),
    )


def _feed(feed: FeedRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(feed.name, class_name="token-name", dir="auto"),
            rx.el.p(feed.about, class_name="field-hint"),
            copied_text(feed.url, words.COPY_ADDRESS),
            class_name="token-main",
        ),
        deletion(
            feed.delete,
            is_asked=FeedsState.asked == feed.id,
            on_ask=FeedsState.ask(feed.id),
            on_cancel=FeedsState.ask(""),
            on_delete=FeedsState.delete(feed.id),
        ),
        class_name="token",
        key=feed.id,
    )


def _new_feed_form() -> rx.Component:
    return rx.el.form(
        with_label(
            words.FEED_SHOWS,
            "feed-view",
            rx.el.select(
                *(rx.el.option(name, value=view) for view, name in words.FEED_VIEWS.items()),
                id="feed-view",
                name="feed-view",
                class_name="input",
            ),
        ),
        with_label(
            words.FEED_WORDS,
            "feed-words",
            rx.el.input(
                id="feed-words",
                name="feed-words",
                class_name="input",
                placeholder="#home",
                max_length=Q_MAX_CHARACTERS,
                auto_complete="off",
            ),
        ),
        with_label(
            words.FEED_AS,
            "feed-kind",
            rx.el.select(
                *(rx.el.option(words.FEED_KINDS[kind], value=kind) for kind in KINDS),
                id="feed-kind",
                name="feed-kind",
                class_name="input",
            ),
        ),
        rx.el.button(words.CREATE_FEED, type="submit", class_name="button outline", disabled=~SettingsState.ready),
        on_submit=FeedsState.create,
        class_name="settings-form",
    )
