"""Cities and IANA names find their time zone."""

import pytest

from taskchat_app.domain.accounts.profile_fields import timezones
from taskchat_app.domain.accounts.time_zone_search import cities, find_timezone
from taskchat_app.i18n.catalogue import LANGUAGES


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        (" new york ", "America/New_York"),
        ("New York City", "America/New_York"),
        ("Tokio", "Asia/Tokyo"),
        ("tokyo", "Asia/Tokyo"),
        ("Wien", "Europe/Vienna"),
        ("Sao Paulo", "America/Sao_Paulo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Istanbul", "Europe/Istanbul"),
        ("Kolkata", "Asia/Kolkata"),
        ("Calcutta", "Asia/Kolkata"),
        ("Saigon", "Asia/Ho_Chi_Minh"),
        ("St. Johns", "America/St_Johns"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("asia/tokyo", "Asia/Tokyo"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("america/new york", "America/New_York"),
        ("utc", "UTC"),
        ("Etc/GMT+1", "Etc/GMT+1"),
        ("toki", "Asia/Tokyo"),
        ("buenos", "America/Argentina/Buenos_Aires"),
        ("Hongkong", "Asia/Hong_Kong"),
    ],
)
def test_a_city_or_a_name_finds_its_time_zone(typed: str, zone: str) -> None:
    assert find_timezone(typed) == zone


@pytest.mark.parametrize(
    "typed", ["", "  ", "to", "san", "ber", "Atlantis", "Mars/Phobos", "localtime", "/", "a" * 100_000, "\0", "🙂"]
)
def test_an_unknown_place_finds_nothing(typed: str) -> None:
    assert find_timezone(typed) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_city_finds_the_zone_beside_it(language: str) -> None:
    listed = cities(language)
    assert {city: find_timezone(city) for city, _ in listed} == dict(listed)
    assert len(listed) > 400


def test_every_iana_name_finds_itself_unless_it_is_a_place_with_another() -> None:
    others = {name: zone for name in timezones() if (zone := find_timezone(name)) != name}
    assert others["Hongkong"] == "Asia/Hong_Kong"
    assert all(zone is not None and "/" not in name for name, zone in others.items())
