"""Servers that start from one folder at the same time never read half of a file in reflex.lock."""

from pathlib import Path
from threading import Event, Thread

import pytest
from reflex.utils import frontend_skeleton

from taskchat_app.reflex_patches.lock_files import replace_lock_files


def test_a_reader_never_sees_a_file_that_is_being_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    original = frontend_skeleton.sync_web_lockfile_to_root
    monkeypatch.setattr(frontend_skeleton, "sync_web_lockfile_to_root", original)
    monkeypatch.setattr(frontend_skeleton, "get_web_lockfile_path", lambda name: tmp_path / "web" / name)
    monkeypatch.setattr(frontend_skeleton, "get_root_lockfile_path", lambda name: tmp_path / "lock" / name)
    replace_lock_files()
    (tmp_path / "web").mkdir()
    name = frontend_skeleton.LOCKFILE_NAMES[0]
    (tmp_path / "web" / name).write_bytes(b"x" * 100_000)
    frontend_skeleton.sync_web_lockfiles_to_root()
    enough, sizes = Event(), set[int]()

    def read() -> None:
        while not enough.is_set():
            sizes.add(len((tmp_path / "lock" / name).read_bytes()))

    reader = Thread(target=read)
    reader.start()
    for _ in range(300):
        frontend_skeleton.sync_web_lockfiles_to_root()
    enough.set()
    reader.join()
    assert sizes == {100_000}
    assert [path.name for path in (tmp_path / "lock").iterdir()] == [name]
