"""Cities and IANA names find their time zone."""

from pathlib import Path

from taskchat_app.domain.accounts.time_zone_search import cities, find_timezone
from taskchat_app.domain.dates.local_time import timezones
from taskchat_app.i18n.catalogue import LANGUAGES
from tests.tables import check, read_rows


def test_a_city_or_a_name_finds_its_time_zone_and_other_text_nothing():
    rows = read_rows(Path(__file__).parent / "tables" / "time_zones.txt")
    check(rows, [find_timezone(row.given) for row in rows])
    assert find_timezone("a" * 100_000) is None
    for language in LANGUAGES:
        listed = cities(language)
        assert {city: find_timezone(city) for city, _ in listed} == dict(listed)
        assert len(listed) > 400


def test_every_iana_name_finds_itself_unless_it_is_a_place_with_another():
    others = {name: zone for name in timezones() if (zone := find_timezone(name)) != name}
    assert others["Hongkong"] == "Asia/Hong_Kong"
    assert all(zone is not None and "/" not in name for name, zone in others.items())
