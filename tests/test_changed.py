"""tests/changed.py: which tests `make test-changed` runs for a change."""

from pathlib import Path

import pytest

from tests.changed import PROJECT, reached

pytestmark = pytest.mark.soak


def folders(*files: str) -> set[str]:
    """Return the folders with tests that are reached."""
    return {str(Path(test).parent) for test in reached(files)}


def test_a_change_reaches_the_tests_that_import_it_through_others_and_those_of_what_imports_it():
    found = reached(["taskchat_app/domain/webhooks/delivery.py"])
    assert {"tests/domain/webhooks/test_delivery.py", "tests/api/routes/test_webhooks.py"} <= found
    assert len(found) < 60
    assert not any(test.startswith(("tests/ui", "tests/failures", "tests/running")) for test in found)


def test_a_change_of_the_page_reaches_the_browser_tests_of_its_folder_alone():
    for file in ("taskchat_app/ui/chat/state.py", "assets/page/chat/composer.js"):
        found = {folder for folder in folders(file) if folder.startswith("tests/ui")}
        assert found == {"tests/ui/chat"}, file


def test_a_changed_test_reaches_itself_and_what_tests_share_reaches_all_that_import_it():
    assert reached(["tests/test_twins.py"]) == {"tests/test_twins.py"}
    assert {"tests/failures", "tests/ui/shell"} <= folders("tests/failures/support/instances.py")
    assert folders("tests/ui/conftest.py") >= {"tests/ui/chat", "tests/ui/shell/appearance"}


def test_a_change_of_other_files_reaches_the_tests_of_the_project():
    assert folders("README.md", "Makefile") == {"tests/project", "tests"}
    assert folders("taskchat_app/i18n/locales/de.po") == {"tests/i18n", "tests"}


def test_every_test_that_is_named_exists():
    found = reached(["taskchat_app/domain/tasks/tasks.py", "alembic/env.py", "examples/embed/index.html"])
    assert {"tests/domain/tasks", "tests/domain/storage", "tests/examples"} <= {str(Path(one).parent) for one in found}
    assert [test for test in found if not (PROJECT / test).is_file()] == []
