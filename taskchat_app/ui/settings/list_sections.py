"""The states of the settings page's sections that have a list."""

from taskchat_app.ui.settings.feeds import FeedsState
from taskchat_app.ui.settings.push import PushState
from taskchat_app.ui.settings.tokens import TokensState
from taskchat_app.ui.settings.webhooks import WebhooksState

LIST_SECTIONS = (TokensState, PushState, FeedsState, WebhooksState)
