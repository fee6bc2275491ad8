"""What is read from calendars."""

import io
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.readers.calendar_import import (
    COMPONENT_MAX_LINES,
    PROPERTY_MAX_CHARACTERS,
    read_tasks,
)
from taskchat_app.domain.transfer.report import ImportReport, Remark


def todo(uid: str, title: str, *more: str) -> list[str]:
    return ["BEGIN:VTODO", f"UID:{uid}", f"SUMMARY:{title}", *more, "END:VTODO"]


def calendar_of(*entries: list[str]) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", *(line for entry in entries for line in entry), "END:VCALENDAR"])


def read(file: str | bytes) -> tuple[list[ForeignTask], ImportReport]:
    encoded, report = file.encode() if isinstance(file, str) else file, ImportReport()
    return list(read_tasks(io.BytesIO(encoded), report, ZoneInfo("UTC"), now())), report


def lines(remarks: list[Remark]) -> list[int]:
    return [remark.line for remark in remarks]


def test_a_line_that_is_no_property_is_named_and_its_entry_comes():
    entry = todo("a", "Milk", "no property", "PRIORITY:1", "DURATION:never")
    [milk], report = read(calendar_of(entry, todo("b", "Twice", "DUE:20270101", "DUE:20270102")))
    assert (milk.title, milk.priority) == ("Milk", "high")
    assert [note.reason for note in report.notes] == [
        "“Milk” comes without its “no property”, which cannot be read.",
        "“Milk” comes without its DURATION, which cannot be read.",
    ]
    [lost] = report.skipped
    assert lost.reason == "This entry of the calendar cannot be read, so it does not come."


def test_a_too_large_entry_is_refused_in_words():
    for more, refusal in (
        (["X-A:b"] * COMPONENT_MAX_LINES, "This entry of the calendar has more than 10,000 lines or 300,000"),
        (["COMMENT:" + "x" * PROPERTY_MAX_CHARACTERS], "The COMMENT of this entry of the calendar has more than"),
    ):
        with pytest.raises(Invalid, match=refusal):
            read(calendar_of(todo("a", "Milk", *more)))


def test_a_relation_is_named_for_children_and_siblings_only():
    relations = ("X-CALENDARSERVER-RECURRENCE-SET", "CHILD", "SIBLING")
    tasks, report = read(calendar_of(*(todo(kind, kind, f"RELATED-TO;RELTYPE={kind}:elsewhere") for kind in relations)))
    assert (len(tasks), lines(report.notes)) == (3, [7, 12])


def test_only_line_ends_end_a_line_and_it_may_be_folded_within_a_character():
    for separator in ("\u2028", "\u2029", "\x85", "\x0b", "\x0c"):
        tasks, _ = read(calendar_of(todo("a", f"Buy{separator}milk"), todo("b", "Bread")))
        assert [(task.line, task.title.split()) for task in tasks] == [(2, ["Buy", "milk"]), (6, ["Bread"])], separator
    written = "Bücher 日 🎉 €".encode()
    for fold in (b"\r\n ", b"\n\t"):
        title = b"".join(bytes([byte]) + (fold if at in (1, 9, 14, 17) else b"") for at, byte in enumerate(written))
        parts = [b"BEGIN:VCALENDAR", b"BEGIN:VTODO", b"UID:f", b"SUMMARY:" + title, b"END:VTODO", b"END:VCALENDAR"]
        [task], report = read(b"\n".join(parts))
        assert (task.title, report.notes) == (written.decode(), []), fold
