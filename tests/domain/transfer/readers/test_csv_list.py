"""What is read from lists of tasks as CSV, before tasks are created of it."""

import io
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.readers.csv_list import read_tasks
from taskchat_app.domain.transfer.report import ImportReport


def read(content: str | bytes) -> tuple[list[ForeignTask], ImportReport]:
    encoded, report = content.encode() if isinstance(content, str) else content, ImportReport()
    return list(read_tasks(io.BytesIO(encoded), report, ZoneInfo("UTC"), now())), report


def titles(content: str) -> list[str]:
    """Return the titles of a file of which everything comes."""
    tasks, report = read(content)
    assert report.skipped == []
    return [task.title for task in tasks]


def test_tags_are_separated_by_comma_or_semicolon_and_those_of_several_columns_come_together():
    tags = {
        "a; b": ("a", "b"),
        "a, b;c": ("a", "b;c"),
        '"a,b";c': ("a,b", "c"),
        '5"; home': ('5"', "home"),
        '5" pipe; foo; 6" pipe': ('5" pipe', "foo", '6" pipe'),
    }
    quoted = {cell: cell.replace('"', '""') for cell in tags}
    assert {cell: read(f'title,tags\nMilk,"{quoted[cell]}"\n')[0][0].tags for cell in tags} == tags
    tasks, report = read("Summary,Labels,Labels,Labels\nMilk,home,,\nEggs,,a,b\n")
    assert ([task.tags for task in tasks], report.skipped) == ([("home",), ("a", "b")], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_list_is_read_in_any_encoding(encoding: str):
    text = 'Titel;Beschreibung;Tags\r\n"Bücher; Hefte";"zwei\nZeilen";Schule, Büro\r\n'
    tasks, report = read(text.encode(encoding))
    assert tasks == read(text)[0]
    assert (tasks[0].title, tasks[0].description, tasks[0].tags) == (
        "Bücher; Hefte", "zwei\nZeilen", ("Schule", "Büro"),
    )  # fmt: skip
    assert [note.line for note in report.notes] == ([1] if encoding == "cp1252" else [])


def test_the_first_filled_in_column_for_a_field_comes_and_cells_beyond_the_last_column_are_named():
    tasks, report = read("title,notes,description,details\nMilk,keep this,,\nEggs,,this,\nBread,one,one,two")
    assert [task.description for task in tasks] == ["keep this", "this", "one"]
    [lost] = report.skipped
    assert (lost.line, lost.reason) == (4, "“two” does not come, since another column for “description” is filled in.")
    tasks, report = read("title,tags\na,b,c,,d\nMilk,home,\n")
    assert [task.tags for task in tasks] == [("b",), ("home",)]
    [lost] = report.skipped
    assert (lost.line, lost.reason) == (2, "“c, d” stands beyond the last column, so it does not come.")


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_line_of_a_list_of_one_column_is_one_title(separator: str):
    listed = [f"Buy milk{separator} eggs and bread", f"Tea{separator} black", "Call Bob"]
    assert titles("\n".join(listed)) == listed
    for name in ("Call mom", "title", "Title"):
        found = titles(f'{name}\nBuy milk, eggs and bread\n"Bread", rye\nTea,\n')
        assert found[-3:] == ["Buy milk, eggs and bread", "Bread, rye", "Tea"]
    assert titles("sep=;\r\ntitle\r\nMilk; eggs, bread\r\n") == ["Milk; eggs, bread"]


def test_moments_of_completion_come_before_words():
    moment = "2026-01-02T03:04:05+00:00"
    for cells, is_done, completed_at, named in (
        *(("yes,", True, None, []), ("yes,2026-01-02T03:04:05Z", True, moment, [])),
        ("2026-01-02T03:04:05Z,2026-01-03T03:04:05Z", True, moment, ["2026-01-03"]),
        ("no,2026-01-02T03:04:05Z", True, moment, ["no"]),
        *(("no,done", False, None, ["done"]), ("waiting,done", True, None, ["waiting"])),
    ):
        [task], report = read(f"title,done,completed_at\nMilk,{cells}\n")
        assert (task.is_done, task.completed_at and task.completed_at.isoformat()) == (is_done, completed_at), cells
        assert len(report.skipped) == len(named), cells
        assert all(f"“{word}" in lost.reason for word, lost in zip(named, report.skipped, strict=True)), cells


def test_a_file_that_is_no_list_is_refused():
    tables = ("a,b\n1,2\n", "a,description\nb\n", "a,number\nb\n", "a,b\n" + "1,2\n" * 20 + "c")
    for content in (*tables, "title\n" + "x" * 140_000, "\ufeff".encode() + b"\xff"):
        with pytest.raises(Invalid):
            read(content)
