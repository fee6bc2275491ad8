"""How often the entries of a calendar are parsed."""

import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.transfer.readers import calendar_import
from taskchat_app.domain.transfer.readers.calendar_import import read_calendar
from taskchat_app.domain.transfer.readers.calendar_zones import parsed
from taskchat_app.domain.transfer.report import ImportReport


@pytest.mark.parametrize(("relation", "times"), [("X-ABOUT:a", 1), ("related-to:a", 2)])
def test_the_titles_of_a_calendar_are_read_first_only_if_an_entry_names_another(
    monkeypatch: pytest.MonkeyPatch, relation: str, times: int
):
    seen: list[list[str]] = []

    def counted(lines: list[str]) -> Any:
        seen.append(lines)
        return parsed(lines)

    monkeypatch.setattr(calendar_import, "parsed", counted)
    entry = ["BEGIN:VTODO", "UID:a", "SUMMARY:Call", relation, "END:VTODO"]
    file = "\n".join(["BEGIN:VCALENDAR", *entry, "END:VCALENDAR"])
    [task] = read_calendar(io.BytesIO(file.encode()), ImportReport(), ZoneInfo("UTC"), now())
    assert (task.title, len(seen)) == ("Call", times)
