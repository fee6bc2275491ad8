"""A day that the page shows has its year, unless it is this one."""

# pyright: reportPrivateUsage=false
# The rows of the settings are made by private functions.

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.accounts.access_tokens import TokenView
from taskchat_app.domain.storage.models import CalendarFeed, Webhook, WebhookDelivery
from taskchat_app.ui.chat_messages.messages import messages_of
from taskchat_app.ui.i18n.formatting import format_moment
from taskchat_app.ui.settings import feeds, tokens, webhooks

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YEAR = datetime(2009, 12, 31, 23, 30, tzinfo=UTC)
"""In Berlin it is 2010."""


def test_a_moment_has_the_date_of_another_day_and_the_year_of_another_year():
    expected = {
        datetime(2009, 12, 31, 23, 45, tzinfo=UTC): "00:30",
        datetime(2010, 12, 30, 12, tzinfo=UTC): "1 Jan, 00:30",
        datetime(2009, 12, 30, 12, tzinfo=UTC): "1 Jan 2010, 00:30",
        datetime(2011, 1, 1, 12, tzinfo=UTC): "1 Jan 2010, 00:30",
    }
    assert {now: format_moment(NEW_YEAR, BERLIN, now) for now in expected} == expected


def webhook_of(**columns: Any) -> Webhook:
    return Webhook(user_id="u", id="id", url="https://example.org", events=[], secret="", last_change_id=0, **columns)


def test_the_end_of_a_token_the_last_visit_of_a_feed_and_a_message_have_their_year():
    view = TokenView("id", "Backup", ["read"], NEW_YEAR, NEW_YEAR, None, None, 0)
    assert tokens._row(view, BERLIN, datetime(2009, 1, 1, tzinfo=UTC)).about.endswith("ends 1 Jan 2010")
    feed = CalendarFeed(user_id="u", id="f", view="open", kind="todo", secret="s", last_read_at=NEW_YEAR)
    assert feeds._row(feed, "https://example.org/f", BERLIN).about.endswith("last read 1 Jan 2010")
    content = [{"type": "input_text", "text": "Hello"}]
    item = {"id": "m", "type": "user_message", "created_at": NEW_YEAR.isoformat(), "content": content}
    assert messages_of([item], BERLIN)[0].at == "1 Jan 2010, 00:30"


def test_a_webhook_that_was_switched_off_its_deliveries_and_its_next_try_have_their_year():
    webhook = webhook_of(attempts=11, disabled_at=NEW_YEAR)
    assert "on 1 Jan 2010" in webhooks._row(webhook, BERLIN).warning
    ids: dict[str, Any] = {"user_id": "u", "id": "d", "webhook_id": "id", "message_id": "m"}
    delivery = WebhookDelivery(**ids, event="task.created", attempt=1, at=NEW_YEAR, milliseconds=5)
    assert webhooks._try_in_words(delivery, BERLIN).startswith("1 Jan 2010 00:30:00 · ")
    webhook = webhook_of(attempts=1, next_at=NEW_YEAR)
    assert webhooks._row(webhook, BERLIN).warning.endswith("Next try: 1 Jan 2010, 00:30.")
