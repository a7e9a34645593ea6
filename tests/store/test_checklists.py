"""Boxes are ticked in files, and everything else about the file stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.core.checklist import Entry
from specrun.errors import EnvironmentProblem
from specrun.store import checklists
from specrun.store.checklists import Checklists, ticked
from specrun.store.documents import contents
from tests.rights import passed_without_rights

DONE = (Entry(item="Build it", done=True), Entry(item="Test it", done=False))
BEFORE = b"\xef\xbb\xbf# Plan\r\n- [ ] Build it\r\n- [ ] Test it\n\xff\xfe caf\xe9"
AFTER = BEFORE.replace(b"[ ] Build", b"[x] Build")


def test_one_byte_changes_and_no_more(tmp_path: Path) -> None:
    plan = tmp_path / "plan.md"
    plan.write_bytes(BEFORE)
    plan.chmod(0o666)
    lists = Checklists(tmp_path)
    assert lists.tick("plan.md", DONE).count == 1
    assert plan.read_bytes() == AFTER
    assert plan.stat().st_mode & 0o777 == 0o666
    assert [*tmp_path.glob("*plan*"), *tmp_path.glob(".*")] == [plan]


def test_a_list_that_says_it_already_is_not_written(tmp_path: Path) -> None:
    plan = tmp_path / "plan.md"
    plan.write_bytes(AFTER)
    before = plan.stat()
    assert Checklists(tmp_path).tick("plan.md", DONE).count == 0
    assert (plan.stat().st_ino, plan.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_is_gone_or_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    lists = Checklists(tmp_path)
    with pytest.raises(EnvironmentProblem, match=r"plan\.md cannot be ticked: No such file"):
        lists.tick("plan.md", DONE)
    with pytest.raises(EnvironmentProblem, match=r"folder\.md cannot be ticked: it is not a regular file"):
        lists.tick("folder.md", DONE)


@pytest.mark.parametrize("file", ["plan.md", "docs/plan.md"])
def test_links_are_left_alone(tmp_path: Path, file: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "plan.md").write_bytes(BEFORE)
    link = root / file.split("/", maxsplit=1)[0]
    link.symlink_to(outside if "/" in file else outside / "plan.md")
    with pytest.raises(EnvironmentProblem, match="is a link, or lies behind one"):
        Checklists(root).tick(file, DONE)
    assert (outside / "plan.md").read_bytes() == BEFORE


def test_a_root_that_is_reached_by_a_link_is_no_link(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "plan.md").write_bytes(BEFORE)
    (tmp_path / "other").symlink_to(tmp_path / "root")
    assert Checklists(tmp_path / "other").tick("plan.md", DONE).count == 1


def test_what_somebody_writes_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = tmp_path / "plan.md"
    plan.write_bytes(BEFORE)
    edits = [BEFORE + b" more", BEFORE + b" and more"]

    def read(path: Path, limit: int) -> bytes:
        data = contents(path, limit)
        if edits:
            plan.write_bytes(edits.pop(0))
        return data

    monkeypatch.setattr(checklists, "contents", read)
    assert Checklists(tmp_path).tick("plan.md", DONE).count == 1
    assert plan.read_bytes() == AFTER + b" and more"
    edits += [plan.read_bytes().replace(b"[x]", b"[ ]") + bytes(n) for n in range(1, 9)]
    plan.write_bytes(BEFORE)
    with pytest.raises(EnvironmentProblem, match="is being written by somebody else"):
        Checklists(tmp_path).tick("plan.md", DONE)


def test_what_may_not_be_written_stays(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if passed_without_rights(request, tmp_path):
        return
    plan = tmp_path / "plan.md"
    plan.write_bytes(BEFORE)
    plan.chmod(0o444)
    with pytest.raises(EnvironmentProblem, match="cannot be ticked: it is read-only"):
        Checklists(tmp_path).tick("plan.md", DONE)
    assert plan.read_bytes() == BEFORE


def test_what_the_dead_have_left_is_swept_and_what_the_living_write_is_not(tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_bytes(BEFORE)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = [tmp_path / f".specrun-{process}-1.tmp" for process in (dead.pid, os.getpid(), "x", "9" * 30)]
    for path in left:
        path.touch()
    Checklists(tmp_path).tick("plan.md", DONE)
    assert [path.exists() for path in left] == [False, True, True, True]


def test_bytes_that_are_no_text_come_back_as_they_were() -> None:
    data, found = ticked(BEFORE, DONE)
    assert (data, found.count) == (AFTER, 1)
