"""A deferred package runs its code at the first use of it, and its modules can be imported before."""

import importlib
import sys
from pathlib import Path

import pytest

from taskchat_app.runtime.deferred_packages import defer


def test_a_deferred_package_runs_at_the_first_use_of_a_name_that_it_defines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    package = tmp_path / "deferred_example"
    package.mkdir()
    (package / "__init__.py").write_text("from deferred_example.part import NAME\nfrom deferred_example import other\n")
    (package / "part.py").write_text("NAME = 'part'\n")
    (package / "other.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    defer("deferred_example")
    assert importlib.import_module("deferred_example.part").NAME == "part"
    assert "deferred_example.other" not in sys.modules
    assert importlib.import_module("deferred_example").NAME == "part"
    assert "deferred_example.other" in sys.modules


def test_an_imported_package_stays_and_a_missing_one_is_left_out():
    defer("json")
    defer("deferred_example_that_is_not_there")
    assert importlib.import_module("json").loads("1") == 1
    assert "deferred_example_that_is_not_there" not in sys.modules
