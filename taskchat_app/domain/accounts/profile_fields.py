"""Validates email, time zone, language and how dates are read and written."""

import unicodedata
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from email_validator import EmailNotValidError, validate_email

from taskchat_app.domain.dates.local_time import timezones
from taskchat_app.domain.dates.readings import ORDERS, RIVALS
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.storable_values import check_length, checked_text
from taskchat_app.i18n.catalogue import LANGUAGES
from taskchat_app.i18n.messages import gettext

EMAIL_MAX_CHARACTERS = 254
WEEK_STARTS = {"monday": 0, "saturday": 5, "sunday": 6}
"""Possible first days of the week, numbered as by date.weekday()."""
CLOCKS = ("24", "12")
DATE_ORDERS = ("day", "month")
"""What comes first in a date such as 3/5."""
CHOICES = {
    "language": ("", *LANGUAGES),
    "week_start": tuple(WEEK_STARTS),
    "clock": ("", *CLOCKS),
    "date_order": ("", *DATE_ORDERS),
}
"""The values of settings; an empty one means the browser's language, or that it is not known."""
OTHER_CHOICES = {
    "language": gettext("The language is one of {codes}, or empty for the browser's own.", codes=", ".join(LANGUAGES)),
    "week_start": gettext("Weeks begin on one of {days}.", days=", ".join(WEEK_STARTS)),
    "clock": gettext("The clock has one of {hours} hours.", hours=", ".join(CLOCKS)),
    "date_order": gettext("Dates begin with one of {parts}.", parts=", ".join(DATE_ORDERS)),
}
TAG_MAX_CHARACTERS = 35
# Browsers all over the world are sold with American English: elsewhere it does not tell how a person writes dates.
_AMERICAN_ZONES = ("America", "US", "Pacific", "UTC", "Etc")


def normal_email(email: str) -> str:
    """Return the normalized form in which emails are stored and compared; accepts any text."""
    return unicodedata.normalize("NFC", email.strip().lower())


def checked_email(email: str) -> str:
    """Return the normalized email; raise Invalid if it is not a valid address. Makes no DNS query."""
    address = normal_email(checked_text(email, "email"))
    try:
        if len(address) > EMAIL_MAX_CHARACTERS:
            raise EmailNotValidError
        # test_environment only permits the reserved domain .test, which has no owner and is used in tests.
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        sentence = gettext("The email is not a valid address. Use one like name@example.org.")
        raise Invalid(sentence, field="email") from None
    return normal_email(checked.normalized)


def checked_login_email(email: str) -> str:
    """Return the normalized email of a login attempt; raise Invalid if no account can have it."""
    address = normal_email(checked_text(email, "email"))
    check_length(address, "email", EMAIL_MAX_CHARACTERS)
    try:
        return checked_email(address)
    except Invalid:
        return address  # no account has it, and the answer is the same as to a wrong password


def checked_timezone(name: str) -> str:
    """Return the IANA name unchanged; raise Invalid for an unknown one."""
    if name not in timezones():
        raise Invalid(gettext("The timezone is not known. Use an IANA name like Europe/Berlin."), field="timezone")
    return name


def check_preferences(values: Mapping[str, str]) -> None:
    """Raise Invalid, with the name of the setting, if one of the values is not valid."""
    for name, value in values.items():
        if name == "timezone":
            checked_timezone(value)
        elif name == "due_meanings":
            _check_due_meanings(value)
        elif value not in CHOICES[name]:
            raise Invalid(OTHER_CHOICES[name], field=name)


def _check_due_meanings(meanings: str) -> None:
    """Raise Invalid for an unknown meaning, a repeated one, and for a meaning beside its rival.

    "week_after 15h" is valid. The orders of dates are a setting of their own.
    """
    preferred = meanings.split(" ") if meanings else []
    are_known = {*preferred} <= RIVALS.keys() - {*ORDERS}
    rivals = {RIVALS.get(meaning) for meaning in preferred}
    if not are_known or len({*preferred}) < len(preferred) or rivals & {*preferred}:
        sentence = gettext(
            "Meanings of dates stand with a blank between, and none twice or beside its opposite: {meanings}.",
            meanings="this_week | week_after; today | tomorrow; 00h | 23h",
        )
        raise Invalid(sentence, field="due_meanings")


def preferences_of(accept_language: str, timezone: str) -> dict[str, str]:
    """Return the settings, by name, of the first language in an Accept-Language header (RFC 9110).

    Empty for English without a region. American English outside the Americas only gives the clock. Canadian English is
    written in both orders, so it gives none, and the first 3/5 is asked about.
    """
    tag = accept_language.partition(",")[0].partition(";")[0].strip()
    if len(tag) > TAG_MAX_CHARACTERS or tag.lower() == "en":
        return {}
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return {}
    clock = "12" if "h" in locale.time_formats["short"].pattern else "24"
    region = (locale.language, locale.territory)
    if region == ("en", "US") and timezone.split("/")[0] not in _AMERICAN_ZONES:
        return {"clock": clock}
    days = {number: name for name, number in WEEK_STARTS.items()}
    preferences = {"clock": clock, "week_start": days.get(locale.first_week_day, "monday")}
    if region == ("en", "CA"):
        return preferences
    written = locale.datetime_skeletons["Md"].pattern  # "M/d" or "d.M."
    return preferences | {"date_order": "month" if written.index("M") < written.index("d") else "day"}
