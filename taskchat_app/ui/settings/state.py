"""State and actions of the settings page."""

from typing import Any

import reflex as rx

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.preferences import PreferenceChanges, set_preferences
from taskchat_app.domain.accounts.profile_fields import normal_email
from taskchat_app.domain.storage.errors import BadCredentials, Invalid, PersonError
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import LOGIN, SETTINGS, current_user, redirect_to_login
from taskchat_app.ui.i18n import words

ZONE_FIELD = "time-zone"


class SettingsState(rx.State):
    """The person's settings. `done` names the setting that `told` speaks of, `wrong` the field that `error` does."""

    ready: rx.Field[bool] = rx.field(False)
    email: rx.Field[str] = rx.field("")
    language: rx.Field[str] = rx.field("")
    timezone: rx.Field[str] = rx.field("")
    week_start: rx.Field[str] = rx.field("monday")
    done: rx.Field[str] = rx.field("")
    told: rx.Field[str] = rx.field("")
    wrong: rx.Field[str] = rx.field("")
    error: rx.Field[str] = rx.field("")

    @internal
    def load(self, person: Person) -> None:
        """Show the person's settings."""
        self.email, self.language = person.email, person.language
        self.timezone, self.week_start = person.timezone, person.week_start
        self.ready = True

    @rx.event
    async def open_page(self) -> Any:
        """Begin the page of settings without the notices of the last time."""
        person = await current_user(self)
        if person is None:
            return redirect_to_login()
        self.load(person)
        self._say("", "")
        return rx.set_value(ZONE_FIELD, person.timezone)

    @rx.event
    async def choose_language(self, language: str) -> Any:
        return await self._set("language", PreferenceChanges(language=language))

    @rx.event
    async def choose_week_start(self, day: str) -> Any:
        return await self._set("week_start", PreferenceChanges(week_start=day))

    @rx.event
    async def choose_zone(self, form: dict[str, Any]) -> Any:
        return await self._set("timezone", PreferenceChanges(timezone=str(form.get("timezone", "")).strip()))

    @rx.event
    async def switch_zone(self, timezone: str) -> Any:
        """The person takes the browser's time zone."""
        return await self._set("timezone", PreferenceChanges(timezone=timezone))

    @rx.event
    async def change_password(self, form: dict[str, Any]) -> Any:
        person = await current_user(self)
        if person is None:
            return redirect_to_login()
        current, new = str(form.get("current", "")), str(form.get("new", ""))
        try:
            await accounts.change_password(person, current, new)
        except BadCredentials:
            self._refuse("current", words.WRONG_PASSWORD)
        except PersonError as error:
            self._refuse("new" if isinstance(error, Invalid) else "current", error_sentence(error))
        else:
            self._say("password", words.PASSWORD_CHANGED)
            return [rx.set_value("current-password", ""), rx.set_value("new-password", "")]
        return None

    @rx.event
    async def sign_out_everywhere(self) -> Any:
        person = await current_user(self)
        if person is None:
            return redirect_to_login()
        await accounts.logout_all(person)
        return rx.redirect(LOGIN)

    @rx.event
    async def delete_account(self, form: dict[str, Any]) -> Any:
        """Delete the account of whoever typed its email."""
        person = await current_user(self)
        if person is None:
            return redirect_to_login()
        if normal_email(str(form.get("email", ""))) != person.email:
            self._refuse("email", words.OTHER_EMAIL.format(email=person.email))
            return None
        await accounts.delete_account(person)
        return rx.redirect(LOGIN)

    async def _set(self, name: str, wanted: PreferenceChanges) -> Any:
        person = await current_user(self)
        if person is None:
            return redirect_to_login()
        try:
            person = await set_preferences(person, wanted)
        except Invalid:
            # Only a time zone is typed; the others are chosen from a list.
            self._refuse(name, words.UNKNOWN_ZONE)
            return None
        self.load(person)
        await current_user(self)
        self._say(name, words.SAVED)
        return rx.set_value(ZONE_FIELD, person.timezone) if self.router.url.path == SETTINGS else None

    def _say(self, done: str, told: str) -> None:
        self.done, self.told, self.wrong, self.error = done, told, "", ""

    def _refuse(self, field: str, error: str) -> None:
        self.done, self.told, self.wrong, self.error = "", "", field, error
