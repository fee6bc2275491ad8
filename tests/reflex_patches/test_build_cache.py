"""The page is bundled again exactly when one of its sources changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from taskchat_app.reflex_patches import build_cache
from taskchat_app.reflex_patches.build_cache import (
    BUNDLED_FROM,
    holds,
    keep_if_made_from,
    page_digest,
    run_unless_made_from,
)


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A web folder as Reflex compiles it, not bundled yet."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "page.jsx").write_text("page")
    (tmp_path / "env.json").write_text("{}")
    (tmp_path / "reflex.json").write_text("last run: never")
    return tmp_path


@pytest.fixture
def bundled(web: Path) -> Callable[[], bool]:
    """Starts once, and tells whether the page was bundled."""

    def start() -> bool:
        done: list[bool] = []

        def bundle() -> None:
            (web / "build").mkdir(exist_ok=True)
            done.append(True)

        run_unless_made_from(page_digest(web), web / BUNDLED_FROM, bundle)
        return bool(done)

    return start


def test_the_second_start_keeps_the_bundle_beside_reflexs_notes(web: Path, bundled: Callable[[], bool]) -> None:
    assert [bundled(), bundled(), bundled()] == [True, False, False]
    (web / "reflex.json").write_text("last run: now")
    assert not bundled()


@pytest.mark.parametrize("change", ["edit", "add", "remove", "no bundle"])
def test_a_change_bundles_anew(change: str, web: Path, bundled: Callable[[], bool]) -> None:
    bundled()
    match change:
        case "edit":
            (web / "env.json").write_text('{"port": 1}')
        case "add":
            (web / "app" / "other.jsx").write_text("")
        case "remove":
            (web / "app" / "page.jsx").unlink()
        case _:
            (web / "build").rmdir()
    assert bundled()
    assert not bundled()


def test_a_bundle_that_was_broken_off_is_made_again(web: Path, bundled: Callable[[], bool]) -> None:
    bundled()
    (web / "env.json").write_text('{"port": 1}')

    def broken_off() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_unless_made_from(page_digest(web), web / BUNDLED_FROM, broken_off)
    (web / "env.json").write_text("{}")
    assert bundled()


def test_a_page_is_compiled_again_after_a_change_of_the_project_and_one_that_was_broken_off(web: Path) -> None:
    (web / "build").mkdir()
    mark = web / "mark"
    mark.write_text("this project")
    assert keep_if_made_from("this project", mark)
    assert not keep_if_made_from("a changed project", mark)
    assert not keep_if_made_from("this project", mark), "the change may have replaced some of the pages"


def test_a_page_is_made_of_code_configuration_and_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_cache, "PROJECT", tmp_path)
    digests = [build_cache.project_digest.__wrapped__()]
    for name in ("taskchat_app/app.py", "assets/page.js", "rxconfig.py", "requirements.lock", "reflex.lock/bun.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
        digests.append(build_cache.project_digest.__wrapped__())
        assert digests[-1] != digests[-2], name


def test_values_that_a_file_holds_are_not_written_again(web: Path) -> None:
    (web / "env.json").write_text('{"PING": "http://localhost:3000/ping", "TRANSPORT": "websocket"}')
    assert holds(web / "env.json", {"TRANSPORT": "websocket"})
    assert not holds(web / "env.json", {"TRANSPORT": "polling"})
    assert not holds(web / "env.json", {"UPLOAD": ""})
    assert not holds(web / "other.json", {})
