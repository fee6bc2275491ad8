"""Form sections for language, time zone, week start, clock, order of dates, and theme."""

from collections.abc import Mapping

import reflex as rx
from reflex_base.components.component import field
from reflex_base.style import LiteralColorMode, color_mode, set_color_mode
from reflex_components_core.el.elements.forms import Input

from taskchat_app.domain.accounts.time_zone_search import cities
from taskchat_app.i18n.catalogue import LANGUAGES
from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.elements import icon_button
from taskchat_app.ui.core.pending_controls import ChoiceSelect
from taskchat_app.ui.i18n import words
from taskchat_app.ui.settings.fields import error_of, field_props, saved_notice
from taskchat_app.ui.settings.state import SINGLES_FIELD, ZONE_FIELD, ChosenSetting, PreferredMeaning, SettingsState


class ZoneField(Input):
    library = f"{PAGE}settings/time_zone.js"
    tag = "ZoneField"
    stored: rx.Var[str] = field(doc="The user's zone")
    changes: rx.Var[int] = field(doc="How often a zone was stored")


class ZoneNames(PageComponent):
    library = f"{PAGE}settings/time_zone.js"
    cities: rx.Var[dict[str, list[tuple[str, str]]]] = field(doc="City and IANA name of each zone, by language")


ZONES = "zones"
THEME_ICONS: dict[LiteralColorMode, str] = {"system": "monitor", "light": "sun", "dark": "moon"}


def region_settings() -> rx.Component:
    own_language = rx.el.option(words.OWN_LANGUAGE, value="")
    languages = (rx.el.option(name, value=code, lang=code) for code, name in LANGUAGES.items())
    return rx.fragment(
        _choice("language", words.LANGUAGE, own_language, *languages),
        _zone_form(),
        _choice("clock", words.CLOCK, *_options(words.CLOCKS)),
        _choice("date_order", words.DATE_ORDER, *_options(words.DATE_ORDERS), hint=words.DATE_ORDER_HINT),
        _due_meanings(),
        _choice("week_start", words.WEEK_START, *_options(words.WEEK_STARTS), hint=words.WEEK_START_HINT),
    )


def _options(choices: Mapping[str, str]) -> list[rx.Component]:
    return [rx.el.option(word, value=choice) for choice, word in choices.items()]


def _choice(setting: ChosenSetting, label: str, *options: rx.Component, hint: str = "") -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=setting, class_name="field-label"),
        ChoiceSelect.create(
            *options,
            id=setting,
            value=getattr(SettingsState, setting),
            on_change=lambda value: SettingsState.choose(setting, value),
            disabled=~SettingsState.ready,
            class_name="input",
            aria_describedby=f"{setting}-hint",
        ),
        rx.el.p(hint, id=f"{setting}-hint", class_name="field-hint") if hint else rx.fragment(),
        saved_notice(setting),
        class_name="field",
    )


def _due_meanings() -> rx.Component:
    """Return the meanings of words in dates that the user prefers, each with a button that removes it."""
    # With what open_page reads, which moves the buttons: a click on one that moves is lost.
    is_opened = SettingsState.share != ""
    return rx.el.div(
        rx.cond(
            is_opened & (SettingsState.meanings.length() > 0),
            rx.fragment(
                rx.el.p(words.DUE_MEANINGS, class_name="field-label"),
                rx.el.ul(
                    rx.foreach(SettingsState.meanings, _meaning),
                    class_name="tokens",
                    role="list",
                    aria_label=words.DUE_MEANINGS,
                ),
                rx.el.p(words.DUE_MEANINGS_HINT, class_name="field-hint"),
            ),
        ),
        saved_notice("due_meanings"),
        class_name="field",
    )


def _meaning(shown: PreferredMeaning) -> rx.Component:
    remove = SettingsState.forget_meaning(shown.meaning)
    return rx.el.li(
        rx.el.p(shown.text, class_name="token-main"),
        icon_button("x", 14, shown.removal, "icon-button small", on_click=remove),
        class_name="token",
        key=shown.meaning,
    )


def _zone_form() -> rx.Component:
    return rx.el.form(
        rx.el.label(words.TIME_ZONE, html_for=ZONE_FIELD, class_name="field-label"),
        rx.el.div(
            ZoneField.create(
                stored=SettingsState.timezone,
                changes=SettingsState.zone_changes,
                type="search",
                list=ZONES,
                auto_complete="off",
                **field_props(ZONE_FIELD),
            ),
            ZoneNames.create(id=ZONES, cities={language: cities(language) for language in LANGUAGES}),
            rx.el.button(words.SAVE, type="submit", class_name="button outline", disabled=~SettingsState.ready),
            class_name="settings-line",
        ),
        rx.el.p(words.TIME_ZONE_HINT, id=f"{ZONE_FIELD}-hint", class_name="field-hint"),
        rx.cond(SettingsState.zone_effect != "", rx.el.p(SettingsState.zone_effect, class_name="field-hint")),
        rx.cond(
            SettingsState.has_single_times,
            rx.el.label(
                rx.el.input(type="checkbox", name=SINGLES_FIELD),
                rx.el.span(words.SINGLES_KEEP),
                class_name="token-scope",
            ),
        ),
        error_of(ZONE_FIELD),
        saved_notice(ZONE_FIELD),
        on_submit=SettingsState.set_typed_zone,
        class_name="field",
    )


def theme_choice() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(words.APPEARANCE, class_name="sr-only"),
        *(
            rx.el.label(
                rx.el.input(
                    type="radio",
                    name="theme",
                    value=mode,
                    checked=color_mode == mode,
                    on_change=set_color_mode(mode),
                    class_name="theme-input",
                ),
                rx.icon(icon, size=16),
                rx.el.span(words.THEMES[mode]),
                class_name="theme-choice",
            )
            for mode, icon in THEME_ICONS.items()
        ),
        class_name="theme-choices",
    )
