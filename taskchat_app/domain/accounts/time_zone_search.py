"""Finds time zones by the names that people type: cities, in each language of the page, and IANA names."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from babel.core import get_global
from babel.dates import get_timezone_location

from taskchat_app.domain.dates.local_time import timezones
from taskchat_app.i18n.catalogue import LANGUAGES
from taskchat_app.i18n.messages import ENGLISH

NAME_MAX_CHARACTERS = 100
PREFIX_MIN_CHARACTERS = 3
_AREAS = "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
_WORDS = re.compile(r"[^\W_]+")


def find_timezone(typed: str) -> str | None:
    """Return the IANA name of a city ("Tokio", "new york") or of an IANA name in any case.

    The beginning of a name suffices if it is the beginning of one zone's names only. None if no zone is found.
    """
    if len(typed) > NAME_MAX_CHARACTERS:
        return None
    name = _normalized(typed)
    if name in _names():
        return _names()[name]
    # Old IANA names come after the cities, for some are places: "Hongkong" is Asia/Hong_Kong.
    for zone in timezones():
        if zone.lower() == typed.strip().lower():
            return zone
    if len(name) < PREFIX_MIN_CHARACTERS:
        return None
    without_city = name.removesuffix(" city")  # "new york city"
    begun = {zone for known, zone in _names().items() if known.startswith(name) or known == without_city}
    return begun.pop() if len(begun) == 1 else None


def cities(language: str) -> list[tuple[str, str]]:
    """Return the cities of all zones in the language with their IANA names, by city; find_timezone finds each."""
    found = {_city(zone, language): zone for zone in _zones_by_city().values()}
    return sorted(found.items(), key=lambda entry: _normalized(entry[0]))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Return the zones by normalized name; the first of several zones with a name has it."""
    names: dict[str, str] = {}
    for language in (ENGLISH, *LANGUAGES):  # "tokyo", "tokio"
        for zone in _zones_by_city().values():
            names.setdefault(_normalized(_city(zone, language)), zone)
    for zone in _zones_with_cities():  # "calcutta", of Asia/Calcutta, whose city is Kolkata today
        names.setdefault(_normalized(_last_part(zone)), _zones_by_city()[_city(zone, ENGLISH)])
    for zone in _zones_with_cities():  # "asia calcutta"
        names.setdefault(_normalized(zone), zone)
    return names


@lru_cache(maxsize=1)
def _zones_by_city() -> Mapping[str, str]:
    """Return the zone of each city by its English name.

    Asia/Calcutta and Asia/Kolkata have the same city: of such zones it is the one with its name, else a canonical one.
    """
    canonical = get_global("zone_territories")
    canonical_first = sorted(_zones_with_cities(), key=lambda zone: zone not in canonical)
    named_as_city = [zone for zone in canonical_first if _is_named_as_city(zone)]
    zones: dict[str, str] = {}
    for zone in (*named_as_city, *canonical_first):
        zones.setdefault(_city(zone, ENGLISH), zone)
    return zones


def _is_named_as_city(zone: str) -> bool:
    return _normalized(_last_part(zone)) == _normalized(_city(zone, ENGLISH))


def _last_part(zone: str) -> str:
    return zone.rpartition("/")[2]


def _zones_with_cities() -> list[str]:
    return sorted(zone for zone in timezones() if zone.partition("/")[0] in _AREAS)


def _city(zone: str, language: str) -> str:
    return get_timezone_location(zone, locale=language, return_city=True).rpartition("/")[2]


def _normalized(name: str) -> str:
    """Return the words in lower case and without accents."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark))
    return " ".join(_WORDS.findall(plain.casefold()))
