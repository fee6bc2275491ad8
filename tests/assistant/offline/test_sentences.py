"""Each sentence of the sentence files has its outcome, and a file that cannot be read is refused."""

import re
from pathlib import Path

import pytest

from tests.assistant.offline.notation import parse_calls, text_of_calls
from tests.assistant.offline.outcomes import parse_outcome, unmet
from tests.assistant.offline.sentence_files import (
    FOLDER,
    LISTS,
    SentenceFileError,
    conversation_with,
    failures,
    read_rows,
    shared_lists,
)

FILES = sorted(file.name for file in FOLDER.glob("*.txt") if file != LISTS)


@pytest.mark.parametrize("file", FILES)
def test_the_sentences_of_a_file_have_their_outcomes(file: str) -> None:
    rows = read_rows(FOLDER / file)
    wrong = list(failures(rows))
    assert not wrong, f"{len(wrong)} of {len(rows)} sentences:\n\n" + "\n\n".join(wrong)


ERRORS = [
    ("    add bread => adds Bread", "unknown word: adds"),
    ("    add bread => add Bread [colour red]", "no field, or twice: [colour]"),
    ("    add bread => add Bread [due friday] [due monday]", "no field, or twice: [due]"),
    ("    add bread => add Bread [due friday] soon", "words behind a field"),
    ("    add bread => list Bread", "words behind list"),
    ("    add bread => done soon", "invalid literal"),
    ("    add bread => add Bread | tells Bread", "unknown demand on the answer"),
    ("    add bread => reads sing Bread", "unknown kind of command: sing"),
    ("    add bread", "no outcome"),
    ("      add bread => add Bread", "indentation"),
    ("    @colour red", "unknown directive: @colour red"),
    ("    @tasks absent", "absent"),
    ("    add jam => add Jam", "the sentence of bad.txt:7 again: add jam"),
    ("@list home", "a second list home"),
    ("@list other\n    2 Bread", "the number of this task is 1"),
    ("    @each => add Jam\n    add milk => add Milk", "an outcome beside that of @each"),
    ("A rule\n\nAnother rule", "no sentence below 'A rule'"),
]
"""Lines behind the seventh of a file, and why they cannot be read."""


def test_an_error_of_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.txt"
    for line, reason in ERRORS:
        file.write_text(
            f"# A file.\n@list home\n    1 Bread\n@tasks home\n\nOne adds\n    add jam => add Jam\n{line}\n"
        )
        with pytest.raises(SentenceFileError) as error:
            read_rows(file)
        assert str(error.value).startswith(f"bad.txt:{8 + line.count(chr(10))}: "), line
        assert reason in str(error.value), line


def test_a_wrong_outcome_is_told_with_what_came(tmp_path: Path) -> None:
    file = tmp_path / "two.txt"
    file.write_text("One adds\n    add jam => add Bread\n    add tea => add Tea\n        undo it => add Tea\n")
    first, second = failures(read_rows(file))
    assert first == (
        "two.txt:2 One adds\n  said      add jam\n  expected  'add Bread' after 'add jam'\n"
        "  came      add Jam | answers 'Added #1 Jam.'"
    )
    assert "expected  'add Tea' after 'undo it'" in second
    file.write_text("One renames\n    add a note to 3: cash => nothing\n")
    [failure] = failures(read_rows(file))
    assert re.search(r"  came      .+ \(read by en\.toml:\d+\)\Z", failure)


SHARED = "shared"
JUDGED = [
    ("add bread", "add Bread", True),
    ("add bread", "add Butter", False),
    ("add bread", "outside", False),
    ("add bread", "nothing", False),
    ("list my tasks", "shows 1-15", True),
    ("list my tasks", "shows 1", False),
    ("list my tasks", "shows 1-14,16", False),
    ("list my tasks", "shows 1 or 1-15", True),
    ("list my tasks", "outside", False),
    ("list my tasks", "no call", False),
    ("find mum", "shows 1", True),
    ("find unicorn", "shows none", True),
    ("what's the weather?", "shows none", False),
    ("what's the weather?", "asks", False),
    ("what's the weather?", "outside", True),
    ("what's the weather?", "counts 15", False),
    ("how many open tasks?", "counts 15", True),
    ("delete the unicorn", "asks", True),
    ("delete the meeting", "delete 4", False),
    ("delete the meeting", "asks", True),
    ("tick off 3", "without complete_task", False),
    ("tick off 3", "done 3 | begins Completed", True),
    ("tick off 3", "done 3 | never says Completed", False),
    ("tick off 3", "done 3 | answers Completed", False),
    ("lunch planning with Tom", "offers Lunch planning with Tom", True),
    ("lunch planning with Tom", "offers Lunch planning", False),
    ("add bread", "offers Bread", False),
    ("add bread", "reads add Bread", True),
    ("add bread", "reads wish Bread", False),
    ("add bread", "reads add Bread [priority high]", False),
]


def test_only_the_stated_outcome_is_accepted() -> None:
    wrong = [
        (sentence, outcome)
        for sentence, outcome, is_right in JUDGED
        if (unmet(conversation_with(shared_lists()[SHARED]), sentence, parse_outcome(outcome)) is None) is not is_right
    ]
    assert wrong == []


def test_lookups_are_compared_where_a_rule_says_so(tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    for directive, is_right in (("", True), ("    @lookups count\n", False), ("    @lookups all\n", False)):
        file.write_text(f"One deletes\n    @tasks shared\n{directive}    delete all shopping => bulk-delete 2,5,6\n")
        assert (list(failures(read_rows(file))) == []) is is_right


def test_calls_are_written_as_they_are_read() -> None:
    text = (
        "add Buy bread [due 2026-11-20] [tags home, garden] + list [status done] [limit 200] + change 2,3 [clear tags]"
        " + done 4 + reopen 5 + delete 6 + bulk-done all + bulk-done 1,2 + bulk-delete done"
    )
    assert text_of_calls(parse_calls(text)) == text
    assert parse_calls("done 1,4-6") == [("complete_task", {"task_id": number}) for number in (1, 4, 5, 6)]
