"""Tests pruning while others are at work, links are planted, or somebody is killed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from specrun.store.attempts import AttemptFiles
from specrun.store.git import Answer, Git
from specrun.store.layout import Layout
from specrun.store.pruning import Kept, Pruning
from specrun.system import locks
from tests.store import traces
from tests.store.ordering import API
from tests.store.remains import Remains
from tests.store.test_pruning import RECORD, snapshot

T = TypeVar("T")
RunGit = Callable[..., str]


@pytest.fixture
def remains(git: RunGit, layout: Layout) -> Remains:
    return Remains(git, layout)


@pytest.fixture
def pruning(host: Git, layout: Layout) -> Pruning:
    return Pruning(host, layout)


def test_what_has_begun_meanwhile_stays_with_its_references(
    remains: Remains, pruning: Pruning, git: RunGit
) -> None:
    directory = remains.ordered(1)
    remains.referred(1)
    found = pruning.found({API: None}, {})
    kept = remains.references()
    assert found.items
    lock = locks.acquire(directory / "lock")
    assert lock is not None

    with lock:
        told = pruning.remove(found)
        assert [(one.name, one.why) for one in told] == [("attempts/auth/api/1", "it is still running")]
        traces.begin(directory)
        assert [one.why for one in pruning.remove(found)] == ["it is still running"]
    assert remains.references() == kept


def test_a_shim_that_is_quicker_than_the_fence_wins(
    remains: Remains, pruning: Pruning, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = remains.ordered(1)
    found = pruning.found({API: None}, {})

    def late(_attempts: AttemptFiles, _key: object, _reason: str) -> bool:
        traces.begin(directory)
        return False

    monkeypatch.setattr(AttemptFiles, "fence", late)

    assert [one.why for one in pruning.remove(found)] == ["it has just been started"]
    assert directory.exists()


def test_a_branch_that_got_work_meanwhile_stays_with_what_holds_its_commit(
    remains: Remains, pruning: Pruning, git: RunGit
) -> None:
    remains.collected(1)
    commit = remains.collected(2)
    remains.branch(commit)
    remains.attempts.grant(API)
    git("merge", "--quiet", "--ff-only", commit)
    found = pruning.found({API: None}, {})
    git("reset", "--quiet", "--hard", "HEAD~1")

    assert [one.name for one in pruning.remove(found)] == ["specrun/auth/api"]

    numbers = {name.split("/")[5].partition("-")[0] for name in remains.references()[1:]}
    assert (remains.references()[0], numbers) == ("refs/heads/specrun/auth/api", {"2"})
    assert [path for path in remains.paths() if path.endswith("/2")] == [
        "attempts/auth/api/2",
        "work/auth/api/2",
    ]
    assert not any(path.startswith("grants/") for path in remains.paths())


def test_a_reference_that_moved_meanwhile_stays_and_the_others_go(
    remains: Remains, pruning: Pruning, git: RunGit
) -> None:
    remains.collected(1)
    remains.collected(2)
    found = pruning.found({API: None}, {})
    git("update-ref", "refs/specrun/attempts/auth/api/1", "HEAD")

    assert pruning.remove(found) == (
        Kept(task_id=API, name="refs/specrun/attempts/auth/api/1", why="it was moved meanwhile"),
    )
    assert remains.references() == ["refs/specrun/attempts/auth/api/1"]


class Killed(BaseException):
    """Stands for the end of the process."""


class Reaper:
    """Kills before the first step that deletes, and in the next try after it."""

    def __init__(self) -> None:
        self.rename, self.run = Path.rename, Git.run
        self.steps = 0

    def renamed(self, path: Path, target: Path) -> Path:
        return self.step(self.rename, path, target) if ".gone-" in str(target) else self.rename(path, target)

    def ran(self, git: Git, *arguments: str, **options: Any) -> Answer:
        if arguments[0] == "update-ref":
            return self.step(self.run, git, *arguments, **options)
        return self.run(git, *arguments, **options)

    def step(self, do: Callable[..., T], *arguments: Any, **options: Any) -> T:
        self.steps += 1
        if self.steps == 1:
            raise Killed
        done = do(*arguments, **options)
        if self.steps == 2:
            raise Killed
        return done


def test_whoever_is_killed_leaves_less_to_remove(
    remains: Remains, pruning: Pruning, git: RunGit, layout: Layout
) -> None:
    """Killed before and after every step that deletes; each time all that is left is found again."""
    merged = remains.collected(1)
    remains.collected(2)
    remains.branch(merged)
    remains.attempts.grant(API)
    git("merge", "--quiet", "--ff-only", merged)
    found = pruning.found({API: RECORD}, {})

    kills = 0
    while found.items:
        kills += 1
        with pytest.MonkeyPatch.context() as patch:
            reaper = Reaper()
            patch.setattr(Path, "rename", lambda path, target, by=reaper: by.renamed(path, target))
            patch.setattr(
                Git, "run", lambda git, *words, by=reaper, **options: by.ran(git, *words, **options)
            )
            for _ in range(2):
                with pytest.raises(Killed):
                    pruning.remove(found)
        AttemptFiles(layout).scan()
        again = pruning.found({API: RECORD}, {})
        assert again.kept == ()
        assert [item.size for item in again.items] != [item.size for item in found.items]
        found = again

    assert kills == 2 + 1 + 2 + 4 + 2  # branch and references, grant, links, workspaces, attempts
    assert pruning.remove(found) == ()
    assert remains.references() == []
    assert pruning.tasks() == frozenset()
    assert list(layout.work.glob(".gone-*")) == []


def test_trees_that_cannot_be_removed_are_said(remains: Remains, pruning: Pruning, layout: Layout) -> None:
    remains.collected(1)
    found = pruning.found({API: None}, {})
    rename = Path.rename

    with pytest.MonkeyPatch.context() as patch:

        def refused(path: Path, target: Path) -> Path:
            if path.name == "1":
                raise PermissionError(13, "Permission denied", str(path))
            return rename(path, target)

        patch.setattr(Path, "rename", refused)
        told = pruning.remove(found)

    assert [(one.name, one.why) for one in told] == [
        (f"{name}/auth/api/1", "it cannot be removed: Permission denied") for name in ("work", "attempts")
    ]


@pytest.mark.parametrize("place", ["attempts/auth", "attempts/auth/api", "work/auth"])
def test_no_link_is_followed(
    remains: Remains, pruning: Pruning, layout: Layout, tmp_path: Path, place: str
) -> None:
    remains.collected(1)
    found = pruning.found({API: None}, {})
    path, outside = layout.home / place, tmp_path / "outside"
    path.rename(outside)
    path.symlink_to(outside)
    before = snapshot(outside)

    told = pruning.remove(found)

    assert {one.why for one in told} == {"a link is in its way"}
    assert snapshot(outside) == before
    assert path.is_symlink()


def test_a_link_in_place_of_an_attempt_is_taken_away_itself(
    remains: Remains, pruning: Pruning, layout: Layout, tmp_path: Path
) -> None:
    remains.collected(1)
    found = pruning.found({API: None}, {})
    directory, outside = layout.attempt(API, 1), tmp_path / "outside"
    directory.rename(outside)
    directory.symlink_to(outside)
    before = snapshot(outside)

    assert pruning.remove(found) == ()

    assert snapshot(outside) == before
    assert not os.path.lexists(directory)
