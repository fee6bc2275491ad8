"""The page /settings."""

import reflex as rx

from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.conversations.page_addresses import panes_address
from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.element_ids import SETTINGS_SECTION, pane
from taskchat_app.ui.core.elements import icon_link
from taskchat_app.ui.i18n import words
from taskchat_app.ui.reminders.notices import reminders
from taskchat_app.ui.reminders.offset_select import AllowNotifications
from taskchat_app.ui.settings.account import data_settings, delete_account_form, password_form, sign_out_everywhere_form
from taskchat_app.ui.settings.feeds import feed_settings
from taskchat_app.ui.settings.list_sections import LIST_SECTIONS
from taskchat_app.ui.settings.preferences import region_settings, theme_choice
from taskchat_app.ui.settings.push import push_settings
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.settings.tokens import token_settings
from taskchat_app.ui.settings.webhooks import webhook_settings
from taskchat_app.ui.shell.command_palette import palette
from taskchat_app.ui.shell.connection_status import connection
from taskchat_app.ui.shell.layout import layout
from taskchat_app.ui.shell.live_state import LiveState
from taskchat_app.ui.shell.toast import toast
from taskchat_app.ui.task_detail.state import DetailState


class SectionIndex(PageComponent):
    library = f"{PAGE}settings/section_index.js"


def settings_page() -> rx.Component:
    reminders_here = rx.fragment(
        rx.el.p(words.REMINDERS_HINT, class_name="field-hint"),
        rx.el.div(AllowNotifications.create(class_name="reminder-when"), class_name="settings-line"),
        push_settings(ChatState.account),
    )
    assistant = rx.cond(SettingsState.model == "", words.ASSISTANT_OFFLINE, SettingsState.model)
    sections = (
        ("language", words.REGION, region_settings()),
        ("appearance", words.APPEARANCE, theme_choice()),
        ("assistant", words.ASSISTANT, rx.el.p(assistant, class_name="field-hint")),
        ("reminders", words.REMINDERS, reminders_here),
        ("password", words.CHANGE_PASSWORD, password_form()),
        ("logins", words.LOGINS, sign_out_everywhere_form()),
        ("tokens", words.TOKENS, token_settings()),
        ("feeds", words.FEEDS, feed_settings()),
        ("webhooks", words.WEBHOOKS, webhook_settings()),
        ("data", words.DATA, data_settings()),
        ("delete-account", words.DELETE_ACCOUNT, delete_account_form()),
    )
    return rx.el.div(
        layout(),
        pane,
        palette(away=True),
        reminders(
            on_open=lambda number: [rx.redirect(panes_address()), pane.set_value("tasks"), DetailState.open(number)],
            opened=LiveState.opened,
            account=ChatState.account,
        ),
        rx.el.main(
            rx.el.header(
                icon_link("arrow-left", 18, words.BACK_TO_TASKS, panes_address()),
                rx.el.h1(words.SETTINGS, class_name="settings-title"),
                connection(),
                class_name="settings-head",
            ),
            SectionIndex.create(
                *(rx.el.a(heading, href=f"#{SETTINGS_SECTION}{name}") for name, heading, _ in sections),
                class_name="settings-index",
                custom_attrs={"aria-label": words.SETTINGS_SECTIONS},
            ),
            *(_section(name, heading, content) for name, heading, content in sections),
            class_name="settings-page",
            # Not on_load, which a reconnect runs again: a new token or secret is shown only once.
            on_mount=[state.hide_result for state in (SettingsState, *LIST_SECTIONS)],
        ),
        toast(),
        class_name="settings",
    )


def _section(name: str, heading: str, content: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h2(heading, class_name="settings-heading"),
        rx.el.div(content, class_name="settings-content"),
        id=SETTINGS_SECTION + name,
        class_name="settings-section",
        aria_label=heading,
    )
