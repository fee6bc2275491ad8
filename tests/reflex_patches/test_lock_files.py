"""Reflex builds the page of the packages in reflex.lock, or not at all."""

import json
import shutil
from pathlib import Path

import pytest
from reflex.utils import frontend_skeleton

from taskchat_app.reflex_patches.lock_files import keep_lock_files

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which Reflex has built the page of the locked packages."""
    original = frontend_skeleton.sync_web_lockfile_to_root
    monkeypatch.setattr(frontend_skeleton, "sync_web_lockfile_to_root", original)
    monkeypatch.setattr(frontend_skeleton, "get_web_dir", lambda: tmp_path / "web")
    for folder in ("web", "reflex.lock"):
        shutil.copytree(PROJECT / "reflex.lock", tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    keep_lock_files()
    return tmp_path / "web"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("name", ["bun.lock", "package.json"])
def test_another_package_ends_the_build_and_leaves_the_lock(web: Path, name: str):
    before = Path("reflex.lock", name).read_bytes()
    replace(web / name, '"react-dom": "', '"react-dom": "99.')
    with pytest.raises(SystemExit, match=f"reflex.lock/{name} .*make lock"):
        frontend_skeleton.sync_web_lockfiles_to_root()
    assert Path("reflex.lock", name).read_bytes() == before


def test_a_missing_lock_ends_the_build(web: Path):
    Path("reflex.lock/bun.lock").unlink()
    with pytest.raises(SystemExit, match="make lock"):
        frontend_skeleton.sync_web_lockfiles_to_root()


def test_another_registry_or_another_layout_is_no_other_package(web: Path):
    replace(web / "bun.lock", '7", "", {', '7", "https://npm.example.org/a-1.tgz", {')
    (web / "package.json").write_text(json.dumps(json.loads((web / "package.json").read_text())))
    frontend_skeleton.sync_web_lockfiles_to_root()
    assert "example.org" not in Path("reflex.lock/bun.lock").read_text()
