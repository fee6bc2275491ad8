"""What `make mutate` prints at its end."""

from tests.mutation.__main__ import report


def test_survivors_are_listed_by_module_the_most_first():
    survivors = {"app.one": [], "app.two": ["app.two:7 `not` dropped: not a", "app.two:9 sign changed: a + b"]}
    assert report(survivors, {"app.one": 5, "app.two": 4}) == [
        "app.two: 2 of 4 not detected",
        "  :7 `not` dropped: not a",
        "  :9 sign changed: a + b",
        "app.one: 0 of 5 not detected",
    ]
