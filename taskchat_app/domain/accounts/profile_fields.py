"""Validates email, time zone, language and first day of the week."""

import unicodedata
from functools import lru_cache
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from taskchat_app.domain.storage.errors import Invalid

EMAIL_MAX_CHARACTERS = 254
LANGUAGES = ("en", "de")
"""The languages that taskchat speaks."""
WEEK_STARTS = {"monday": 0, "saturday": 5, "sunday": 6}
"""The days that weeks begin on somewhere, as date.weekday() counts them."""


def normal_email(email: str) -> str:
    """The form in which addresses are stored and compared; also for what is no address."""
    return unicodedata.normalize("NFC", email.strip().lower())


def checked_email(email: str) -> str:
    """The address in its normal form; raises Invalid when nobody can have it. Looks nothing up."""
    address = normal_email(checked_characters(email, "email"))
    try:
        if len(address) > EMAIL_MAX_CHARACTERS:
            raise EmailNotValidError
        # Its "test environment" only allows the reserved name .test, which nobody owns and every test suite uses.
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Invalid("The email is not a valid address. Use one like name@example.org.", field="email") from None
    return normal_email(checked.normalized)


def checked_login_email(email: str) -> str:
    """The normal form of an address that somebody signs in with; Invalid when no account can have it."""
    address = normal_email(checked_characters(email, "email"))
    if len(address) > EMAIL_MAX_CHARACTERS:
        raise Invalid(
            f"The email has {len(address)} characters. Shorten it to {EMAIL_MAX_CHARACTERS} or fewer.", field="email"
        )
    return address


def checked_timezone(name: str) -> str:
    """The IANA name; raises Invalid for an unknown one."""
    if name not in timezones():
        raise Invalid("The timezone is not known. Use an IANA name like Europe/Berlin.", field="timezone")
    return name


def checked_language(code: str) -> str:
    """The code of a language, or "" for the browser's own; raises Invalid for one that taskchat does not speak."""
    if code and code not in LANGUAGES:
        raise Invalid(
            f"The language is one of {', '.join(LANGUAGES)}, or empty for the browser's own.", field="language"
        )
    return code


def checked_week_start(day: str) -> str:
    if day not in WEEK_STARTS:
        raise Invalid(f"Weeks begin on one of {', '.join(WEEK_STARTS)}.", field="week_start")
    return day


def checked_characters(value: str, field: str) -> str:
    """The value; raises Invalid for what neither Postgres nor UTF-8 can hold."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Invalid(f"The {field} holds a character that is not text. Type it again without.", field=field)
    return value


@lru_cache(maxsize=1)
def timezones() -> frozenset[str]:
    """The IANA names that there are; some systems list the zone that they stand in themselves beside them."""
    return frozenset(available_timezones() - {"localtime"})
