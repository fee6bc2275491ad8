"""State and actions of the settings page."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.time_zone_search import find_timezone
from taskchat_app.domain.preferences import PreferenceChanges, set_preferences
from taskchat_app.domain.storage.errors import BadCredentials, Invalid, PersonError
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import LOGIN, current_user, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say

ZONE_FIELD = "time-zone"
"""The name and the id of the field for the time zone."""
ACCOUNT_DELETED = "deleted"
"""The notice of the sign-in page (words.SIGN_IN_NOTICES)."""


class SettingsState(rx.State):
    """The user's settings. `notice` confirms the setting `saved_field`; `error` is about the field `error_field`.

    `zone_changes` counts how often the zone was stored: the zone's field then shows the stored zone again.
    """

    ready: rx.Field[bool] = rx.field(False)
    email: rx.Field[str] = rx.field("")
    language: rx.Field[str] = rx.field("")
    timezone: rx.Field[str] = rx.field("")
    zone_changes: rx.Field[int] = rx.field(0)
    week_start: rx.Field[str] = rx.field("monday")
    saved_field: rx.Field[str] = rx.field("")
    notice: rx.Field[str] = rx.field("")
    error_field: rx.Field[str] = rx.field("")
    error: rx.Field[str] = rx.field("")

    @internal
    def load(self, person: Person) -> None:
        """Show the user's settings."""
        self.email, self.language = person.email, person.language
        self.timezone, self.week_start = person.timezone, person.week_start
        self.ready = True

    @rx.event
    @signed_in
    async def open_page(self, person: Person) -> None:
        """Load the settings page."""
        self.load(person)

    @rx.event
    def hide_result(self) -> None:
        """Show no earlier notice or error: the page is new."""
        self._show_notice("", "")

    @rx.event
    async def choose_language(self, language: str) -> None:
        await self._set("language", PreferenceChanges(language=language))

    @rx.event
    async def choose_week_start(self, day: str) -> None:
        await self._set("week_start", PreferenceChanges(week_start=day))

    @rx.event
    async def set_typed_zone(self, form: dict[str, Any]) -> None:
        """Set the zone of a city or an IANA name."""
        typed = str(form.get(ZONE_FIELD, ""))
        # The first search reads the names of all zones: not on the event loop.
        zone = await asyncio.to_thread(find_timezone, typed)
        await self._set(ZONE_FIELD, PreferenceChanges(timezone=zone or typed.strip()))

    @rx.event
    async def set_browser_zone(self, timezone: str) -> None:
        """Switch to the browser's time zone."""
        await self._set(ZONE_FIELD, PreferenceChanges(timezone=timezone))

    @rx.event
    @signed_in
    async def change_password(self, person: Person, form: dict[str, Any]) -> Any:
        current, new = str(form.get("current-password", "")), str(form.get("new-password", ""))
        try:
            await accounts.change_password(person, current, new)
        except BadCredentials:
            self._show_error("current-password", say(words.WRONG_PASSWORD))
        except PersonError as error:
            field = "new-password" if isinstance(error, Invalid) else "current-password"
            self._show_error(field, error_sentence(error))
        else:
            self._show_notice("password", say(words.PASSWORD_CHANGED))
            return [rx.set_value("current-password", ""), rx.set_value("new-password", "")]
        return None

    @rx.event
    @signed_in
    async def sign_out_everywhere(self, person: Person) -> Any:
        await accounts.logout_all(person)
        return rx.redirect(LOGIN)

    @rx.event
    @signed_in
    async def delete_account(self, person: Person, form: dict[str, Any]) -> Any:
        """Delete the account if its password was typed as the confirmation."""
        try:
            await accounts.delete_account(person, str(form.get("delete-password", "")))
        except BadCredentials:
            self._show_error("delete-password", say(words.WRONG_PASSWORD))
            return None
        except PersonError as error:
            self._show_error("delete-password", error_sentence(error))
            return None
        query = urlencode({"notice": ACCOUNT_DELETED})
        return rx.redirect(f"{LOGIN}?{query}", replace=True)

    @signed_in
    async def _set(self, person: Person, name: str, wanted: PreferenceChanges) -> None:
        try:
            person = await set_preferences(person, wanted)
        except Invalid:
            # Only the time zone can be invalid: it is typed, the others are chosen from a list.
            self._show_error(name, say(words.UNKNOWN_ZONE))
            return
        self.load(person)
        await current_user(self)
        self._show_notice(name, say(words.SAVED))
        if name == ZONE_FIELD:
            self.zone_changes += 1

    def _show_notice(self, saved_field: str, notice: str) -> None:
        self.saved_field, self.notice, self.error_field, self.error = saved_field, notice, "", ""

    def _show_error(self, field: str, error: str) -> None:
        self.saved_field, self.notice, self.error_field, self.error = "", "", field, error
