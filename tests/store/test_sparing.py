"""Tests what may go of the traces of tasks, and what stays and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.core.world import Attempt, Mark, Phase, Run
from specrun.store.branches import UNMERGED
from specrun.store.git import Git
from specrun.store.layout import Layout
from specrun.store.leftovers import Traces, traces
from specrun.store.sparing import Kept, Leftover, in_use, of_gone, of_present, scene
from specrun.system import locks
from tests.store import traces as left_by
from tests.store.ordering import API
from tests.store.remains import Remains
from tests.store.test_record_json import RUN, SUCCESS

RunGit = Callable[..., str]
NEW = TaskId("auth/new")
RECORD = replace(RUN, task_id=API, commit=None, last_success=None, attempts=(), frozen=None)


@pytest.fixture
def remains(git: RunGit, layout: Layout) -> Remains:
    return Remains(git, layout)


class Looking:
    """Asks about one task in the state that there is."""

    def __init__(self, git: Git, layout: Layout) -> None:
        self.git = git
        self.layout = layout

    def gone(self, run: Run | None = None, *others: Run) -> tuple[list[str], list[Kept]]:
        """What goes, as kind and number, and what stays."""
        left = traces(self.git, self.layout).get(API, Traces())
        found = list(of_gone(API, run, left, scene(self.git, self.layout, others)))
        going = [one for one in found if isinstance(one, Leftover)]
        return told(going), [one for one in found if isinstance(one, Kept)]

    def present(self, keep: int, run: Run | None = None) -> list[str]:
        """What goes of a task that is there."""
        left = traces(self.git, self.layout).get(API, Traces())
        around = scene(self.git, self.layout, [] if run is None else [run])
        return told(of_present(API, run, left, around, keep))


def told(items: Iterable[Leftover]) -> list[str]:
    return sorted({f"{one.kind} {one.number}" for one in items})


@pytest.fixture
def looking(host: Git, layout: Layout) -> Looking:
    return Looking(host, layout)


def all_of(*numbers: int) -> list[str]:
    kinds = ("attempt", "link", "reference", "workspace")
    return sorted(f"{kind} {number}" for kind in kinds for number in numbers)


@pytest.mark.usefixtures("layout")
def test_of_a_task_that_has_left_nothing_nothing_goes(looking: Looking) -> None:
    assert looking.gone(RECORD) == ([], [])
    assert looking.present(1, RECORD) == []


def test_everything_goes_of_a_task_that_is_gone(remains: Remains, looking: Looking, git: RunGit) -> None:
    remains.collected(1)
    merged = remains.collected(2)
    remains.branch(merged)
    remains.attempts.grant(API)
    git("merge", "--quiet", "--ff-only", merged)

    assert looking.gone(RECORD) == (sorted(["branch 0", "grant 0", *all_of(1, 2)]), [])


def test_items_have_names_sizes_and_commits(
    remains: Remains, host: Git, layout: Layout, looking: Looking
) -> None:
    commit = remains.collected(1)
    left = traces(host, layout)[API]

    found = list(of_gone(API, None, left, scene(host, layout, [])))

    by_name = {one.name: one for one in found if isinstance(one, Leftover)}
    assert by_name["work/auth/api/1"].size == 110
    assert by_name["attempts/auth/api/1"].size > 1000
    assert by_name["done/auth.api.1"].kind == "link"
    assert by_name["refs/specrun/attempts/auth/api/1"] == Leftover(
        task_id=API, kind="reference", name="refs/specrun/attempts/auth/api/1", commit=commit, number=1
    )


def test_an_unmerged_branch_stays_with_what_holds_its_commit(remains: Remains, looking: Looking) -> None:
    remains.collected(1)
    remains.branch(remains.collected(2))

    going, kept = looking.gone(RECORD)

    assert going == all_of(1)
    assert (kept[0].name, kept[0].why) == ("specrun/auth/api", UNMERGED)
    assert kept[0].fix == "merge it, or delete it with git branch -D specrun/auth/api"
    assert {one.why for one in kept[1:]} == {"its branch is kept"}
    assert [one.name.split("/")[2] for one in kept[1:]] == ["attempts", "bases", "proofs", "salvage"]
    assert not any(one.record for one in kept)


def test_a_branch_that_somebody_is_on_stays(
    remains: Remains, looking: Looking, git: RunGit, tmp_path: Path
) -> None:
    remains.branch("HEAD")
    git("worktree", "add", "--quiet", str(tmp_path / "side"), "specrun/auth/api")

    assert looking.gone() == (
        [],
        [Kept(task_id=API, name="specrun/auth/api", why=f"it is checked out in {tmp_path}/side")],
    )


def test_a_frozen_record_keeps_everything(remains: Remains, looking: Looking) -> None:
    remains.collected(1)
    remains.collected(2)
    frozen = replace(RECORD, frozen=Mark(reason="for the audit", by="", at=0.0))

    going, kept = looking.gone(frozen)

    assert going == []
    assert [(one.name, one.why, one.record) for one in kept] == [
        ("results/auth/api.json", "it is frozen: for the audit", True)
    ]
    assert looking.present(1, frozen) == []


@pytest.mark.parametrize("by", ["its commit", "its last success"])
def test_what_another_record_names_stays_with_its_number(remains: Remains, looking: Looking, by: str) -> None:
    """As after a rename: the record has moved, references and directories have not."""
    remains.collected(1)
    commit = remains.collected(2)
    moved = replace(RECORD, task_id=NEW)
    if by == "its commit":
        moved = replace(moved, commit=commit)
    else:
        moved = replace(moved, last_success=replace(SUCCESS, commit=commit))

    going, kept = looking.gone(None, moved)

    assert going == all_of(1)
    assert {one.why for one in kept} == {"the record of auth/new names its commit"}


def test_references_without_a_directory_may_be_those_of_another_worktree(
    remains: Remains, looking: Looking, git: RunGit, tmp_path: Path
) -> None:
    remains.collected(1)
    remains.referred(2)
    assert looking.gone()[0] == sorted(["reference 2", *all_of(1)])

    git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))

    going, kept = looking.gone()
    assert going == all_of(1)
    assert {one.why for one in kept} == {"another worktree of this repository may have made it"}
    remains.ordered(9)
    assert looking.present(1) == all_of(1)


def test_attempts_of_another_branch_that_is_there_stay(
    remains: Remains, looking: Looking, git: RunGit
) -> None:
    git("branch", "feature")
    remains.collected(1, branch="feature")
    remains.collected(2, branch="deleted")
    remains.collected(3, branch="")

    going, kept = looking.gone()

    assert going == all_of(2, 3)
    assert kept == [
        Kept(
            task_id=API,
            name="attempts/auth/api/1",
            why="it was launched from branch feature",
            fix="check out feature, and prune there",
        )
    ]
    remains.collected(4)
    assert looking.present(1) == all_of(2, 3)


def test_what_is_in_use_stays_and_so_does_its_record(remains: Remains, looking: Looking) -> None:
    left_by.run(remains.ordered(1))
    left_by.begin(remains.ordered(2))
    (remains.ordered(3) / "start.json").write_text("{")
    remains.ordered(4)
    running = locks.acquire(remains.ordered(5) / "lock")
    assert running is not None

    with running:
        going, kept = looking.gone(RECORD)

    assert going == ["attempt 4"]
    assert [one.name for one in kept] == [f"attempts/auth/api/{number}" for number in (1, 2, 3, 5)]
    assert all(one.record for one in kept)
    assert [one.why for one in kept if "cannot be read" not in one.why] == [
        *["its end is not collected yet"] * 2,
        "it is still running",
    ]


def test_the_newest_attempts_stay(remains: Remains, looking: Looking) -> None:
    for number in (2, 9, 10, 11):
        remains.collected(number)
    remains.referred(1)

    assert looking.present(2) == sorted(["reference 1", *all_of(2, 9)])
    assert looking.present(4) == ["reference 1"]
    assert looking.present(5) == []
    assert looking.present(0) == looking.present(1) == sorted(["reference 1", *all_of(2, 9, 10)])


def test_attempts_that_record_or_branch_name_stay(remains: Remains, looking: Looking) -> None:
    commits = {number: remains.collected(number) for number in range(1, 8)}
    remains.branch(commits[1])
    run = replace(
        RECORD,
        commit=commits[2],
        last_success=replace(SUCCESS, commit=commits[3]),
        attempts=(replace(RUN.attempts[0], number=4),),
    )
    left_by.run(remains.ordered(0))

    assert looking.present(1, run) == all_of(5, 6)


def attempt(phase: Phase, error: str = "") -> Attempt:
    return Attempt(
        task_id=API,
        number=1,
        phase=phase,
        generation=1,
        agent="",
        executor="",
        work="",
        branch="main",
        created_at=0.0,
        error=error,
    )


@pytest.mark.parametrize("phase", [None, *Phase])
def test_only_what_is_over_or_never_began_is_not_in_use(tmp_path: Path, phase: Phase | None) -> None:
    found = in_use(None if phase is None else attempt(phase, "torn; fix: move it away"), tmp_path)

    free = {None, Phase.ORDERED, Phase.FENCED, Phase.COLLECTED}
    assert (found is None) == (phase in free)
    if phase is Phase.UNREADABLE:
        assert found == ("it cannot be read: torn", "move it away")


@pytest.mark.parametrize("place", ["lock", "checks/2/lock"])
def test_a_lock_that_is_held_keeps_an_attempt(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    lock = locks.acquire(tmp_path / place)
    assert lock is not None
    with lock:
        assert in_use(attempt(Phase.COLLECTED), tmp_path) == (
            "somebody is at work in it",
            "wait for the end, then prune again",
        )
    assert in_use(attempt(Phase.COLLECTED), tmp_path) is None
    (tmp_path / "lock").unlink(missing_ok=True)
    (tmp_path / "lock").symlink_to("lock")
    assert in_use(None, tmp_path) is not None
