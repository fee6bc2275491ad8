"""Lazy patterns behave like compiled ones, and the background compiles what was not used."""

import re

import pytest

from taskchat_app import lazy_patterns


def test_the_first_use_compiles_a_pattern_and_no_later_one_does(monkeypatch: pytest.MonkeyPatch):
    pattern = lazy_patterns.compile_later("(?P<word>a+)", re.IGNORECASE)
    match = pattern.fullmatch("AA")
    assert match is not None
    assert match["word"] == "AA"
    monkeypatch.delattr(re, "compile")
    assert pattern.sub("x", "ba") == "bx"
    assert pattern.groups == 1


def test_the_background_compiles_every_pattern(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lazy_patterns, "_unused", [])
    monkeypatch.setattr(lazy_patterns, "PAUSE_SECONDS", 0)
    patterns = [lazy_patterns.compile_later(word, 0) for word in ("one", "two")]
    lazy_patterns.compile_now()
    monkeypatch.delattr(re, "compile")
    assert [pattern.search("a one") is not None for pattern in patterns] == [True, False]
