"""What `make mutate` leaves out of a module, and what it prints at its end."""

from tests.mutation.__main__ import report
from tests.mutation.operators import mutations


def test_each_keyword_entry_and_member_is_left_out():
    whole = "task = replace(task, tags={'a': 1}, place=(1, 2, 3))"
    parts = ["tags={'a': 1}, ", ", place=(1, 2, 3)", "'a': 1", "1, ", "2, ", ", 3"]
    assert {mutation.source for mutation in mutations(whole)} == {whole.replace(part, "", 1) for part in parts}


def test_survivors_are_listed_by_module_the_most_first():
    survivors = {"app.one": [], "app.two": ["app.two:7 `not` dropped: not a", "app.two:9 sign changed: a + b"]}
    assert report(survivors, {"app.one": 5, "app.two": 4}) == [
        "app.two: 2 of 4 not detected",
        "  :7 `not` dropped: not a",
        "  :9 sign changed: a + b",
        "app.one: 0 of 5 not detected",
    ]
