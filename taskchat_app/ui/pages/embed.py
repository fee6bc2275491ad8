"""The page /embed: the ChatKit widget on the app's own origin, with the login's cookie (elsewhere: examples/embed)."""

from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.chat.suggestions import SuggestionsState
from taskchat_app.ui.core.components import PAGE, PageComponent, PlainLink
from taskchat_app.ui.core.session import LoginState, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.shell.connection_status import connection
from taskchat_app.ui.shell.layout import layout

SCRIPT = "https://cdn.platform.openai.com/deployments/chatkit/chatkit.js"
"""Defines the element <openai-chatkit>. The page's policy permits its hosts (`api/middleware/security_headers.py`)."""


class ChatWidget(PageComponent):
    library = f"{PAGE}pages/chat_widget.js"
    lib_dependencies: list[str] = field(
        default_factory=lambda: ["@openai/chatkit-react@1.6.1"], is_javascript_property=False
    )
    script: rx.Var[str] = field(doc="The address of the widget's script")
    domain_key: rx.Var[str] = field(doc="CHATKIT_DOMAIN_KEY; empty until it is known")
    prompts: rx.Var[list[str]] = field(doc="Suggested first messages")
    on_signed_out: rx.EventHandler[no_args_event_spec] = field(doc="The API refused the login")


class EmbedState(rx.State):
    domain_key: rx.Field[str] = rx.field("")

    @rx.event
    @signed_in
    async def open_page(self, person: Person) -> Any:
        if embed_url := settings().embed_url:
            return rx.redirect(embed_url)
        self.domain_key = settings().chatkit_domain_key
        return None


def embed_page() -> rx.Component:
    return rx.el.div(
        layout(),
        rx.el.header(
            # A page load: the router would keep this page's policy. To the top: no other page may be in a frame.
            PlainLink.create(
                rx.icon("arrow-left", size=18),
                href="/",
                target="_top",
                class_name="icon-button",
                custom_attrs={"aria-label": words.BACK_TO_TASKS, "title": words.BACK_TO_TASKS},
            ),
            rx.el.h1(words.CHAT_WIDGET, class_name="settings-title"),
            connection(),
            class_name="settings-head",
        ),
        rx.el.aside(rx.el.p(words.WIDGET_NOTE, class_name="field-hint embed-note"), aria_label=words.CHAT_WIDGET),
        rx.el.main(
            ChatWidget.create(
                script=SCRIPT,
                domain_key=EmbedState.domain_key,
                prompts=SuggestionsState.sentences,
                on_signed_out=LoginState.end,
            ),
            class_name="embed-widget",
        ),
        class_name="embed",
    )
