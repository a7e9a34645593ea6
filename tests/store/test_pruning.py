"""Tests that what is found goes, wherever somebody is killed, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from specrun.core.task import TaskId
from specrun.core.world import Mark, Phase
from specrun.errors import Refused
from specrun.store import pruning as module
from specrun.store.attempts import AttemptFiles
from specrun.store.git import Git
from specrun.store.layout import Layout
from specrun.store.pruning import KEPT, Leftovers, Pruning
from tests.store import traces
from tests.store.ordering import API, key, order
from tests.store.remains import Remains
from tests.store.test_record_json import RUN

T = TypeVar("T")
RunGit = Callable[..., str]
OTHER = TaskId("docs/page")
RECORD = replace(RUN, task_id=API, commit=None, last_success=None, frozen=None)


@pytest.fixture
def remains(git: RunGit, layout: Layout) -> Remains:
    return Remains(git, layout)


@pytest.fixture
def pruning(host: Git, layout: Layout) -> Pruning:
    return Pruning(host, layout)


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in folder.rglob("*")}


def test_every_task_that_has_left_anything_is_told(remains: Remains, pruning: Pruning, git: RunGit) -> None:
    assert pruning.tasks() == frozenset()
    remains.collected(1)
    git("branch", "specrun/docs/page")

    assert pruning.tasks() == {API, OTHER}


def test_all_of_a_task_that_is_gone_goes_and_all_of_others_stays(
    remains: Remains, pruning: Pruning, git: RunGit, layout: Layout
) -> None:
    remains.collected(1, OTHER)
    others, kept = remains.paths(), remains.references()
    remains.collected(1)
    merged = remains.collected(2)
    remains.branch(merged)
    remains.attempts.grant(API)
    git("merge", "--quiet", "--ff-only", merged)

    found = pruning.found({API: RECORD}, {OTHER: None})

    assert found.forgettable == (API,)
    assert found.size == sum(item.size for item in found.items) > 2000
    assert [item.kind for item in found.items] == [
        *("branch", *["reference"] * 8, "grant", "link", "link", "workspace", "workspace"),
        *("attempt", "attempt"),
    ]
    assert pruning.remove(found) == ()
    assert (remains.paths(), remains.references()) == (others, kept)
    assert pruning.found({API: RECORD}, {OTHER: None}) == Leftovers(forgettable=(API,))
    assert pruning.remove(found) == ()
    assert set(AttemptFiles(layout).scan()) == {OTHER}


def test_finding_writes_nothing(remains: Remains, pruning: Pruning, repo: Path, layout: Layout) -> None:
    remains.ordered(1)
    remains.collected(2)
    remains.branch(remains.referred(3))
    before = snapshot(layout.home), snapshot(repo)

    found = pruning.found({API: RECORD}, {})

    assert found.items
    assert (snapshot(layout.home), snapshot(repo)) == before


def test_old_attempts_of_a_task_that_is_there_go(remains: Remains, pruning: Pruning) -> None:
    for number in range(1, 3 + KEPT):
        remains.collected(number)

    assert pruning.found({}, {API: None}, KEPT + 2) == Leftovers()
    found = pruning.found({}, {API: None})

    assert {item.number for item in found.items} == {1, 2}
    assert pruning.remove(found) == ()
    assert remains.attempts.next_number(API, 0) == 3 + KEPT
    assert sorted(path for path in remains.paths() if path.startswith("attempts/auth/api/")) == [
        f"attempts/auth/api/{number}" for number in range(3, 3 + KEPT)
    ]
    assert len([name for name in remains.references() if "/attempts/" in name]) == KEPT
    assert pruning.found({}, {API: None}, 1).items[0].number == 3


def test_a_record_that_names_a_commit_keeps_it_also_for_a_task_that_is_gone(
    remains: Remains, pruning: Pruning
) -> None:
    commit = remains.collected(1)
    there = replace(RECORD, task_id=OTHER, commit=commit)
    frozen = replace(there, frozen=Mark(reason="", by="", at=0.0))

    assert pruning.found({API: RECORD}, {OTHER: there}).items == ()
    found = pruning.found({API: RECORD, OTHER: frozen}, {})
    assert (found.items, found.forgettable) == ((), (API,))
    assert pruning.found({API: RECORD, OTHER: there}, {}).items != ()


def test_a_record_is_not_forgotten_while_an_attempt_is_in_use(remains: Remains, pruning: Pruning) -> None:
    traces.run(remains.ordered(1))

    found = pruning.found({API: RECORD, OTHER: None}, {})

    assert (found.items, found.forgettable) == ((), ())
    assert [one.name for one in found.kept] == ["attempts/auth/api/1"]


def test_an_attempt_that_no_shim_has_claimed_can_not_be_claimed_any_more(
    remains: Remains, pruning: Pruning, layout: Layout
) -> None:
    directory = remains.ordered(1)
    found = pruning.found({API: None}, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "bury", lambda _path, _yard: None)
        assert pruning.remove(found) == ()

    assert remains.attempts.scan()[API][0].phase is Phase.FENCED
    assert pruning.remove(found) == ()
    assert not directory.exists()
    assert list(layout.attempts.iterdir()) == []


def test_a_state_folder_that_is_a_link_is_refused(pruning: Pruning, layout: Layout, tmp_path: Path) -> None:
    layout.work.rename(tmp_path / "outside")
    layout.work.symlink_to(tmp_path / "outside")

    with pytest.raises(Refused, match="is a link"):
        pruning.remove(Leftovers())


def test_a_used_grant_does_not_outlive_the_attempt_that_used_it(
    remains: Remains, pruning: Pruning, layout: Layout
) -> None:
    token = remains.attempts.grant(API)
    kept = (layout.grants / token).read_bytes()
    remains.attempts.order(order(1, grant=token))
    traces.run(layout.attempt(API, 1))
    remains.attempts.collected(key())
    for number in range(2, 3 + KEPT):
        remains.collected(number)
    (layout.grants / token).write_bytes(kept)

    found = pruning.found({}, {API: None})
    assert pruning.remove(found) == ()

    assert 1 not in {one.number for one in AttemptFiles(layout).scan()[API]}
    assert AttemptFiles(layout).grants() == {}
