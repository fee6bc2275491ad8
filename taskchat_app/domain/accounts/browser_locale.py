"""Reads clock, order of day and month, and first day of the week out of a browser's locale."""

from babel import Locale, UnknownLocaleError

from taskchat_app.domain.accounts.profile_fields import WEEK_STARTS

TAG_MAX_CHARACTERS = 35
# Browsers all over the world are sold with American English: elsewhere it does not tell how a person writes dates.
_AMERICAN_ZONES = ("America", "US", "Pacific", "UTC", "Etc")


def preferences_of(accept_language: str, timezone: str) -> dict[str, str]:
    """Return the settings that the first language of an Accept-Language header (RFC 9110) tells, by name.

    None for English without a region. American English outside the Americas tells the clock alone. Canadian English is
    written in both orders, so it tells none, and the first 3/5 is asked about.
    """
    tag = accept_language.partition(",")[0].partition(";")[0].strip()
    if len(tag) > TAG_MAX_CHARACTERS or tag.lower() == "en":
        return {}
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return {}
    clock = "12" if "h" in locale.time_formats["short"].pattern else "24"
    if (locale.language, locale.territory) == ("en", "US") and timezone.split("/")[0] not in _AMERICAN_ZONES:
        return {"clock": clock}
    written = locale.datetime_skeletons["Md"].pattern
    days = {number: name for name, number in WEEK_STARTS.items()}
    preferences = {"clock": clock, "week_start": days.get(locale.first_week_day, "monday")}
    if (locale.language, locale.territory) == ("en", "CA"):
        return preferences
    return preferences | {"date_order": "month" if written.index("M") < written.index("d") else "day"}
