"""Tests that looking at the state writes nothing, and asks git only for what it has to look up."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.core.world import Phase
from specrun.store.attempts import AttemptFiles
from specrun.store.git import READING, discover
from specrun.store.health import health
from specrun.store.history import History
from specrun.store.layout import Layout
from specrun.store.pruning import Pruning
from specrun.store.records import RecordFiles
from specrun.store.workspaces import GitWorkspaces
from specrun.system import locks
from tests.store import traces
from tests.store.ordering import API, key, order
from tests.store.remains import Remains
from tests.store.test_record_json import RUN

OTHER = TaskId("docs/page")


@pytest.fixture
def state(repo: Path, git: Callable[..., str], layout: Layout) -> Path:
    """A state in which whoever writes would have a lot to do; answers the lock of a running attempt."""
    remains = Remains(git, layout)
    remains.branch(remains.collected(1))
    token = remains.attempts.grant(API)
    kept = (layout.grants / token).read_bytes()
    remains.attempts.order(order(2, grant=token, secrets=("KEY",)))
    (layout.grants / token).write_bytes(kept)
    remains.attempts.launching(key(2), {"KEY": "hush"})
    traces.begin(layout.attempt(API, 2))
    traces.run(remains.ordered(1, OTHER))
    store = RecordFiles(repo)
    store.save(RUN)
    record = repo / "results/a/b.json"
    record.write_text(record.read_text().replace("it broke", "it bloke"))
    (repo / "results/a/.specrun-1-2.tmp").touch()
    (repo / "README.md").touch()
    History(layout).append([Event(at=1.0, kind=EventKind.ENDED, message="told")])
    with layout.events.open("a") as file:
        file.write("torn")
    git("pack-refs", "--all")
    return layout.attempt(API, 2) / "lock"


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that tells whatever git is asked for, and with which locks."""
    program, told = tmp_path / "bin/git", tmp_path / "asked"
    program.parent.mkdir()
    real = shutil.which("git")
    skip = 'set -- "$@"; for word; do case "$word" in -c|*=*) ;; *) break ;; esac; done'
    program.write_text(f'#!/bin/sh\n{skip}\necho "$word $GIT_OPTIONAL_LOCKS" >> {told}\nexec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return told


def seen(*folders: Path) -> dict[str, tuple[int, int, bytes]]:
    paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return {
        str(path): (
            path.lstat().st_mtime_ns,
            path.lstat().st_ino,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in paths
    }


def test_looking_leaves_everything_as_it_is(repo: Path, layout: Layout, state: Path, asked: Path) -> None:
    running = locks.acquire(state)
    assert running is not None
    before = seen(repo, layout.home)

    with running:
        host = discover(repo)
        attempts, workspaces, store = AttemptFiles(layout), GitWorkspaces(host, layout), RecordFiles(repo)
        _, head = workspaces.head()
        assert host.dirty() == ("results/",)
        assert [one.phase for one in attempts.scan()[API]] == [Phase.COLLECTED, Phase.RUNNING]
        assert attempts.grants() == {}
        assert attempts.tail(key(2)) == ""
        assert [run.edited for run in store.runs().values()] == [True]
        assert set(workspaces.branches()) == {API}
        assert list(workspaces.tree(head)) == ["README.md"]
        assert workspaces.occupied(API) == ""
        assert list(workspaces.watched(["*.md"])) == ["README.md"]
        assert [event.message for event in History(layout).read()] == ["told"]
        pruning = Pruning(host, layout)
        assert pruning.tasks() == {API, OTHER}
        assert pruning.found({API: None}, {OTHER: None}, 1).kept
        assert all(finding.ok for finding in health(repo, os.environ))

    assert seen(repo, layout.home) == before
    words = {tuple(line.split(" ")) for line in asked.read_text().splitlines()}
    assert {word for word, _ in words} <= READING
    assert {locks_ for _, locks_ in words} == {"0"}
