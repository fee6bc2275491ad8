"""Form section for calendar feeds."""

import reflex as rx

from taskchat_app.domain.calendar_feeds.calendar_file import KINDS
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings import section_parts
from taskchat_app.ui.settings.feeds_state import FeedRow, FeedsState


def feed_settings() -> rx.Component:
    new = section_parts.creation_form(
        words.CREATE_FEED,
        FeedsState.create,
        section_parts.select_field(words.TASKS, "feed-view", words.FEED_VIEWS),
        section_parts.text_field(words.FEED_WORDS, "feed-words", placeholder="#home", max_length=Q_MAX_CHARACTERS),
        section_parts.select_field(words.FEED_AS, "feed-kind", {kind: words.FEED_KINDS[kind] for kind in KINDS}),
    )
    return section_parts.section(FeedsState, words.FEEDS, words.FEEDS_HINT, _feed, new)


def _feed(feed: FeedRow) -> tuple[rx.Component, ...]:
    text = section_parts.row_text(feed.name, feed.about, section_parts.copied_text(feed.url, words.COPY_ADDRESS))
    return text, section_parts.deletion(feed.delete, FeedsState, feed.id)
