"""State and actions of the settings that are no list: language, time zone, dates, password, logins, account."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from taskchat_app.config import settings
from taskchat_app.domain.accounts import sign_in
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.time_zone_search import find_timezone
from taskchat_app.domain.limits.account_bytes import share_text, shown_bytes
from taskchat_app.domain.preferences import prefer_meaning, set_preferences, switch_zone
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import BadCredentials, Invalid, PersonError
from taskchat_app.domain.wall_clock import count_timed
from taskchat_app.i18n.date_style import browser_locale, date_style
from taskchat_app.i18n.messages import ngettext
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import LOGIN, set_reader_language, signed_in
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import meaning_words
from taskchat_app.ui.i18n.language import current_language, say

ZONE_FIELD = "time-zone"
"""The name and the id of the field for the time zone."""
SINGLES_FIELD = "single-dates"
"""The name of the checkbox beside it: single dates with a time keep their clock time too."""
ACCESS_FIELD = "end-access"
"""The name of the checkbox of password and logins: tokens, feeds and webhooks end too."""
ChosenSetting = Literal["language", "week_start", "clock", "date_order"]
"""A setting that is chosen from a list: its name here, in set_preferences and on the page."""


@dataclass(frozen=True)
class PreferredMeaning:
    """A meaning of words in dates that the user prefers; `text` says it, `removal` names the button that removes it."""

    meaning: str
    text: str
    removal: str


@dataclass(frozen=True)
class FieldOutcome:
    """What is shown at a field after an action: that it is saved, or why its value was refused."""

    field: str = ""
    notice: str = ""
    error: str = ""


class SettingsState(rx.State):
    """The user's settings, and the outcome of the last action on them."""

    ready: rx.Field[bool] = rx.field(False)
    email: rx.Field[str] = rx.field("")
    model: rx.Field[str] = rx.field("")
    """The model that answers; "" for the offline assistant."""
    language: rx.Field[str] = rx.field("")
    timezone: rx.Field[str] = rx.field("")
    zone_changes: rx.Field[int] = rx.field(0)
    """How often a zone was stored: the zone's field then shows the stored zone again."""
    zone_effect: rx.Field[str] = rx.field("")
    """What another zone does to tasks with a time, in words."""
    has_single_times: rx.Field[bool] = rx.field(False)
    """Whether some of these tasks do not repeat."""
    week_start: rx.Field[str] = rx.field("monday")
    clock: rx.Field[str] = rx.field("24")
    date_order: rx.Field[str] = rx.field("")
    meanings: rx.Field[list[PreferredMeaning]] = rx.field(default_factory=list)
    locale: rx.Field[str] = rx.field("")
    """The tag by which the browser writes dates."""
    share: rx.Field[str] = rx.field("")
    """How much the account stores of its share of the disk, in words."""
    outcome: rx.Field[FieldOutcome] = rx.field(default_factory=FieldOutcome)

    @internal
    def load(self, person: Person) -> None:
        self.email, self.language = person.email, person.language
        self.timezone, self.week_start = person.timezone, person.week_start
        self.clock, self.date_order = person.clock or "24", person.date_order
        meanings = [(meaning, say(meaning_words(meaning))) for meaning in person.due_meanings.split()]
        self.meanings = [
            PreferredMeaning(meaning, text, say(words.FORGET_MEANING, meaning=text)) for meaning, text in meanings
        ]
        self.locale = browser_locale(current_language.get())
        self.model = settings().gemini_model if settings().gemini_api_key else ""
        self.ready = True

    @rx.event
    @signed_in
    async def open_page(self, person: Person) -> None:
        self.load(person)
        await self._read_zone_effect(person)
        await self._read_share(person)

    @rx.event
    @signed_in
    async def describe_zone_switch(self, person: Person) -> None:
        await self._read_zone_effect(person)

    @internal
    async def renew(self, person: Person) -> None:
        """Load the settings, and read again what is shown of tasks and storage, which may have another language now."""
        self.load(person)
        if self.zone_effect:
            await self._read_zone_effect(person)
        if self.share:
            await self._read_share(person)

    @rx.event
    def hide_result(self) -> None:
        """Show no earlier notice or error: the page is new."""
        self.outcome = FieldOutcome()

    @rx.event
    @signed_in
    async def choose(self, person: Person, setting: ChosenSetting, value: str) -> None:
        self._show_changed(await set_preferences(person, **{setting: value}))
        self.outcome = FieldOutcome(setting, notice=say(words.SAVED))

    @rx.event
    @signed_in
    async def prefer_meaning(self, person: Person, meaning: str) -> None:
        """Read words of dates with the meaning that a notice offers."""
        self._show_changed(await prefer_meaning(person, meaning))
        (await self.get_state(UndoState)).tell(say(words.MEANING_KEPT, meaning=say(meaning_words(meaning))))

    @rx.event
    @signed_in
    async def forget_meaning(self, person: Person, meaning: str) -> None:
        self._show_changed(await prefer_meaning(person, meaning, preferred=False))
        self.outcome = FieldOutcome("due_meanings", notice=say(words.SAVED))

    @rx.event
    async def set_typed_zone(self, form: dict[str, Any]) -> Any:
        """Set the zone of a city or an IANA name."""
        typed = str(form.get(ZONE_FIELD, ""))
        # The first search reads the names of all zones: not on the event loop.
        zone = await asyncio.to_thread(find_timezone, typed)
        return await self.set_zone(zone or typed.strip(), SINGLES_FIELD in form)

    @rx.event
    @signed_in
    async def set_zone(self, person: Person, timezone: str, singles: bool) -> None:
        """Switch to this IANA zone; with `singles`, dates of tasks that do not repeat keep their clock time too."""
        try:
            person, moved = await switch_zone(person, timezone, singles=singles)
        except Invalid:
            self.outcome = FieldOutcome(ZONE_FIELD, error=say(words.UNKNOWN_ZONE))
            return
        self._show_changed(person)
        self.outcome = FieldOutcome(ZONE_FIELD, notice=say(words.SAVED))
        self.zone_changes += 1
        if moved:
            kept = ngettext("{count} task keeps its clock time.", "{count} tasks keep their clock time.", len(moved))
            (await self.get_state(UndoState)).tell(say(kept), change_ids=moved)

    @rx.event
    @signed_in
    async def change_password(self, person: Person, form: dict[str, Any]) -> Any:
        current, new = str(form.get("current-password", "")), str(form.get("new-password", ""))
        try:
            await sign_in.change_password(person, current, new, with_other_access=ACCESS_FIELD in form)
        except PersonError as error:
            is_of_new = isinstance(error, Invalid) and error.facts["field"] != sign_in.CONFIRMED_FIELD
            field = "new-password" if is_of_new else "current-password"
            self.outcome = FieldOutcome(field, error=_password_problem(error))
            return None
        self.outcome = FieldOutcome("password", notice=say(words.PASSWORD_CHANGED))
        return [rx.set_value("current-password", ""), rx.set_value("new-password", "")]

    @rx.event
    @signed_in
    async def sign_out_everywhere(self, person: Person, form: dict[str, Any]) -> Any:
        await sign_in.logout_all(person, with_other_access=ACCESS_FIELD in form)
        return rx.redirect(LOGIN)

    @rx.event
    @signed_in
    async def delete_account(self, person: Person, form: dict[str, Any]) -> Any:
        """Delete the account if its password was typed as the confirmation."""
        try:
            await sign_in.delete_account(person, str(form.get("delete-password", "")))
        except PersonError as error:
            self.outcome = FieldOutcome("delete-password", error=_password_problem(error))
            return None
        return rx.redirect(f"{LOGIN}?notice=deleted", replace=True)  # of words.SIGN_IN_NOTICES

    def _show_changed(self, person: Person) -> None:
        """Show the changed settings; from here on the handler's sentences have the new language and date style."""
        set_reader_language(self, person)
        date_style.set(person.date_style)
        self.load(person)

    async def _read_zone_effect(self, person: Person) -> None:
        async with reading(person.id) as session:
            timed = await count_timed(session, person.id)
        repeating = ngettext(
            "In another time zone {count} repeating task keeps its clock time.",
            "In another time zone {count} repeating tasks keep their clock time.",
            timed.repeating,
        )
        single = ngettext(
            "{count} single date with a time stays the same moment, which is another time on the clock there.",
            "{count} single dates with a time stay the same moment, which is another time on the clock there.",
            timed.single,
        )
        effects = [say(effect) for effect in (repeating, single) if effect.count]
        self.zone_effect, self.has_single_times = " ".join(effects), timed.single > 0

    async def _read_share(self, person: Person) -> None:
        self.share = say(share_text(await shown_bytes(person.id)))


def _password_problem(error: PersonError) -> str:
    return say(words.WRONG_PASSWORD) if isinstance(error, BadCredentials) else error_sentence(error)
