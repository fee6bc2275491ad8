"""Calendar feeds on the settings page: state, actions and form section."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.calendar_feeds import calendar_feeds
from taskchat_app.domain.calendar_feeds.calendar_feeds import feed_url
from taskchat_app.domain.calendar_feeds.calendar_file import KINDS
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import CalendarFeed
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.settings import section_parts
from taskchat_app.ui.settings.section_state import SectionState


@dataclass(frozen=True)
class FeedRow:
    """A feed in the list; `delete` is the name of the button that ends it."""

    id: str
    name: str
    about: str
    url: str
    delete: str


class FeedsState(SectionState, rx.State):
    rows: rx.Field[list[FeedRow]] = rx.field(default_factory=list)

    @rx.event
    @signed_in
    async def create(self, person: Person, form: dict[str, Any]) -> Any:
        view = f"{form.get('feed-view', '')} {form.get('feed-words', '')}"
        creation = calendar_feeds.create_feed(person, view, str(form.get("feed-kind", "")))
        is_created = await self._act(person, creation, words.FEED_CREATED)
        return rx.set_value("feed-words", "") if is_created else None

    @rx.event
    @signed_in
    async def delete(self, person: Person, feed_id: str) -> None:
        await self._act(person, calendar_feeds.delete_feed(person.id, feed_id), words.FEED_DELETED)

    @internal
    async def load(self, person: Person) -> None:
        headers = self.router.headers.raw_headers
        self.rows = [
            _row(view, feed_url(view.secret, headers), person.zone)
            for view in await calendar_feeds.list_feeds(person.id)
        ]


def _row(view: CalendarFeed, url: str, zone: ZoneInfo) -> FeedRow:
    read = say(words.FEED_UNREAD)
    if view.last_read_at:
        read = say(words.FEED_READ, day=format_day(view.last_read_at.astimezone(zone), now().astimezone(zone)))
    name, _, rest = view.view.partition(" ")
    shown = f"{say(words.FEED_VIEWS[name])} {rest}".strip() if name in words.FEED_VIEWS else view.view
    return FeedRow(
        id=view.id,
        name=shown,
        about=f"{say(words.FEED_KINDS[view.kind])} · {read}",
        url=url,
        delete=say(words.DELETE_FEED, name=shown),
    )


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
