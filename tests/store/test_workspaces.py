"""Tests the life of a workspace: made, collected, published, salvaged, removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId, Workspace
from specrun.core.world import CarriedFile
from specrun.errors import EnvironmentProblem, MergeConflict, Refused, ResultMissing
from specrun.ports import AttemptKey, Prepared, Workspaces
from specrun.store.git import Git
from specrun.store.layout import Layout
from specrun.store.workspaces import GitWorkspaces
from tests.store.living import Place

Run = Callable[..., str]
API, SCHEMA, DOCS = TaskId("auth/api"), TaskId("auth/schema"), TaskId("auth/docs")
KEY = AttemptKey(API, 1)


@pytest.fixture
def place(workspaces: GitWorkspaces, layout: Layout) -> Place:
    return Place(workspaces, layout, API)


def refs(git: Run) -> list[str]:
    return git("for-each-ref", "--format=%(refname)", "refs/specrun").split()


def test_a_whole_life(place: Place, git: Run, layout: Layout, repo: Path) -> None:
    base = place.prepare()
    assert base == git("rev-parse", "main")
    (place.path / "new").write_text("x")

    work = place.workspaces.collect(place.key, place.path, base, 1700000000.0, "Work")
    branch = place.workspaces.publish(API, work.commit)
    place.remove()
    place.remove()

    assert branch == "specrun/auth/api"
    assert git("rev-parse", branch, "refs/specrun/attempts/auth/api/1").split() == [work.commit] * 2
    assert work.carried == (CarriedFile("new", "100644", git("rev-parse", f"{branch}:new")),)
    assert refs(git) == ["refs/specrun/attempts/auth/api/1"]
    assert list(place.path.parent.iterdir()) == []
    assert sorted(entry.name for entry in layout.work.iterdir()) == ["auth"]
    assert git("status", "--porcelain") == ""
    assert git("fsck", "--strict", "--no-dangling") == ""


def test_records_that_a_worker_writes_are_told_apart(place: Place) -> None:
    base = place.prepare()
    (place.path / "results").mkdir()
    (place.path / "results/a.json").write_text("{}")
    (place.path / "resultsb").write_text("x")
    work = place.workspaces.collect(place.key, place.path, base, 1700000000.0, "Work")
    assert [file.path for file in work.carried] == ["resultsb"]
    assert work.records == ("results/a.json",)
    assert place.workspaces.recall(base, work.commit) == work


def test_collecting_after_removal_answers_what_was_collected(place: Place) -> None:
    commit = place.finish({"new": "x"})
    base = place.workspaces.head()[1]
    place.remove()

    assert place.collect(base) == commit


def test_a_workspace_that_vanished_uncollected_is_missing(place: Place) -> None:
    base = place.prepare()
    shutil.rmtree(place.path)

    with pytest.raises(ResultMissing, match="attempt 1 is gone"):
        place.collect(base)


def test_a_code_base_outlives_a_rebase_and_a_clean_up(place: Place, git: Run) -> None:
    base = place.prepare()
    git("commit", "--quiet", "--amend", "--allow-empty", "--message=Another")
    git("reflog", "expire", "--expire=now", "--all")
    git("gc", "--quiet", "--prune=now")

    (place.path / "new").write_text("x")
    commit = place.collect(base)
    place.remove()

    assert git("log", "--format=%H", "-2", commit).split() == [commit, base]
    assert refs(git) == ["refs/specrun/attempts/auth/api/1"]


def test_none_is_the_repo_itself(workspaces: GitWorkspaces, repo: Path, layout: Layout) -> None:
    path = layout.workspace(API, 1)

    made = workspaces.prepare(KEY, Workspace.NONE, "any", {}, path)

    assert made == Prepared(path=repo, base=None)
    assert not path.exists()


def test_upstreams_are_merged_and_there_under_their_names(
    place: Place, workspaces: GitWorkspaces, layout: Layout, git: Run
) -> None:
    schema = Place(workspaces, layout, SCHEMA).finish({"schema.sql": "1"})
    docs = Place(workspaces, layout, DOCS).finish({"docs.md": "1"})

    base = place.prepare({SCHEMA: schema, DOCS: docs})

    assert {"schema.sql", "docs.md", "README.md"} <= {entry.name for entry in place.path.iterdir()}
    assert git("rev-parse", "specrun/auth/schema", "specrun/auth/docs", cwd=place.path).split() == [
        schema,
        docs,
    ]
    assert git("rev-parse", "refs/specrun/bases/auth/api/1") == base
    assert git("rev-parse", "HEAD", cwd=place.path) == base
    (place.path / "api").write_text("1")
    assert place.collect(base) != base
    place.remove()
    assert "refs/specrun/bases/auth/api/1" not in refs(git)


def test_conflicting_upstreams(place: Place, workspaces: GitWorkspaces, layout: Layout) -> None:
    one = Place(workspaces, layout, SCHEMA).finish({"same": "1"})
    two = Place(workspaces, layout, DOCS).finish({"same": "2"})

    with pytest.raises(MergeConflict, match="auth/schema conflicts with auth/docs in same"):
        place.prepare({SCHEMA: one, DOCS: two})


def test_a_checked_out_branch_is_not_moved(place: Place, git: Run, tmp_path: Path) -> None:
    first = place.finish({"new": "x"})
    place.workspaces.publish(API, first)
    git("worktree", "add", "--quiet", str(tmp_path / "side"), "specrun/auth/api")

    assert place.workspaces.publish(API, first) == "specrun/auth/api"
    with pytest.raises(Refused, match=r"specrun/auth/api is checked out in .*/side"):
        place.workspaces.publish(API, git("rev-parse", "main"))


def test_a_branch_in_use_is_known_before_it_is_to_move(place: Place, git: Run, repo: Path) -> None:
    assert place.workspaces.occupied(API) == ""
    git("checkout", "--quiet", "-b", "specrun/auth/api")

    told = place.workspaces.occupied(API)

    assert told.startswith(f"branch specrun/auth/api is checked out in {repo}, so that")
    assert "fix: check out another branch there" in told
    assert place.workspaces.occupied(DOCS) == ""


def test_a_tree_in_the_place_of_a_new_one_is_salvaged(place: Place, git: Run) -> None:
    base = place.prepare()
    (place.path / "work").write_text("paid for")

    place.prepare()

    assert not (place.path / "work").exists()
    assert git("diff", "--name-only", base, "refs/specrun/salvage/auth/api/1") == "work"
    (place.path / "more").write_text("paid for, too")
    place.prepare()
    assert git("diff", "--name-only", base, "refs/specrun/salvage/auth/api/1") == "work"
    (other,) = [name for name in refs(git) if name.startswith("refs/specrun/salvage/auth/api/1-")]
    assert git("diff", "--name-only", base, other) == "more"


def test_a_branch_in_the_way_is_named(place: Place, git: Run) -> None:
    git("branch", "specrun")

    with pytest.raises(
        EnvironmentProblem, match="rename a branch that stands in the way of specrun/auth/api"
    ):
        place.workspaces.publish(API, git("rev-parse", "main"))


def test_uncollected_work_is_salvaged_before_removal(place: Place, git: Run) -> None:
    base = place.prepare()
    (place.path / "new").write_text("x")

    place.remove()

    assert refs(git) == ["refs/specrun/salvage/auth/api/1"]
    assert git("diff", "--name-only", base, "refs/specrun/salvage/auth/api/1") == "new"
    assert not place.path.exists()


def test_work_done_after_collection_is_salvaged(place: Place, git: Run) -> None:
    commit = place.finish({"new": "x"})
    (place.path / "late").write_text("x")

    place.remove()

    assert git("diff", "--name-only", commit, "refs/specrun/salvage/auth/api/1") == "late"


def test_an_untouched_tree_needs_no_salvage(place: Place, git: Run) -> None:
    place.prepare()
    place.remove()

    assert refs(git) == []


def test_commits_beside_the_branch_are_salvaged(place: Place, git: Run) -> None:
    base = place.prepare()
    git("checkout", "--quiet", "-b", "side", cwd=place.path)
    git("commit", "--quiet", "--allow-empty", "--message=Side", cwd=place.path)
    tip = git("rev-parse", "HEAD", cwd=place.path)
    git("checkout", "--quiet", "specrun/auth/api", cwd=place.path)

    assert place.collect(base) == base
    place.remove()

    assert git("rev-parse", f"refs/specrun/salvage/auth/api/1-{tip[:12]}") == tip


def test_a_lost_note_of_the_base_does_not_stop_a_removal(place: Place, git: Run) -> None:
    place.prepare()
    (place.path / "new").write_text("x")
    for what in ("base", "index"):
        place.path.with_name(f"1.{what}").unlink()

    place.remove()

    assert git("show", "refs/specrun/salvage/auth/api/1:new") == "x"


def test_only_workspaces_are_touched(place: Place, repo: Path, layout: Layout, tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "api" / "1"
    outside.mkdir(parents=True)
    (layout.work / "auth").symlink_to(tmp_path / "outside")

    for path in (
        repo,
        outside,
        layout.work,
        layout.work / "auth/api/2",
        place.path,
        layout.work / "x/../auth/api/1",
    ):
        with pytest.raises(Refused, match="is not the workspace of attempt 1 of auth/api"):
            place.workspaces.remove(KEY, path)

    assert outside.exists()
    assert (repo / "README.md").exists()


def test_a_link_in_place_of_a_workspace_is_not_followed(place: Place, tmp_path: Path) -> None:
    place.path.parent.mkdir(parents=True)
    place.path.symlink_to(tmp_path)

    with pytest.raises(Refused):
        place.remove()
    assert tmp_path.exists()


def test_what_an_interrupted_removal_left_goes_with_the_next(place: Place, layout: Layout) -> None:
    (layout.work / ".gone-abc" / "deep").mkdir(parents=True)
    place.prepare()

    place.remove()

    assert [entry.name for entry in layout.work.iterdir()] == ["auth"]


def test_a_tree_that_cannot_be_removed(place: Place, layout: Layout) -> None:
    place.prepare()
    place.path.with_name("1.index").unlink()
    place.path.with_name("1.index").mkdir()
    shutil.rmtree(place.path)

    with pytest.raises(EnvironmentProblem, match="cannot remove"):
        place.remove()


def test_it_fits_the_port(host: Git, layout: Layout) -> None:
    port: Workspaces = GitWorkspaces(host, layout)

    assert port.head() == host.head()
    head = host.head()[1]
    assert port.seek(API, head, (), head) == head
    assert port.seek(API, "c" * 40, None, head) == ""
