"""Form section for calendar feeds."""

import reflex as rx

from taskchat_app.domain.calendar_feeds.calendar_file import KINDS
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.feeds_state import FeedRow, FeedsState
from taskchat_app.ui.settings.section_parts import (
    copied_text,
    creation_form,
    deletion,
    row_text,
    section,
    select_field,
    text_field,
)


def feed_settings() -> rx.Component:
    new = creation_form(
        words.CREATE_FEED,
        FeedsState.create,
        select_field(words.TASKS, "feed-view", words.FEED_VIEWS),
        text_field(words.FEED_WORDS, "feed-words", placeholder="#home", max_length=Q_MAX_CHARACTERS),
        select_field(words.FEED_AS, "feed-kind", {kind: words.FEED_KINDS[kind] for kind in KINDS}),
    )
    return section(FeedsState, words.FEEDS, words.FEEDS_HINT, _feed, new)


def _feed(feed: FeedRow) -> tuple[rx.Component, ...]:
    text = row_text(feed.name, feed.about, copied_text(feed.url, words.COPY_ADDRESS))
    return text, deletion(feed.delete, FeedsState, feed.id)
