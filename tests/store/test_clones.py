"""Tests the clones that workers get, with real git inside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store.clones import begun, branch_ref, make_clone, make_tree, side
from specrun.store.layout import Layout
from specrun.store.plumbing import Plumbing

Run = Callable[..., str]
API, SCHEMA = TaskId("auth/api"), TaskId("auth/schema")


@pytest.fixture
def clone(plumbing: Plumbing, layout: Layout, git: Run) -> Path:
    """A clone for auth/api with auth/schema upstream."""
    path = layout.workspace(API, 1)
    head = git("rev-parse", "HEAD")
    make_clone(plumbing, path, API, head, {SCHEMA: head})
    return path


def test_a_clone_is_a_whole_repository(clone: Path, git: Run) -> None:
    assert (clone / "README.md").read_text() == "# A repo\n"
    assert git("status", "--porcelain=v2", "--branch", cwd=clone).splitlines() == [
        f"# branch.oid {git('rev-parse', 'main')}",
        "# branch.head specrun/auth/api",
    ]
    assert git("for-each-ref", "--format=%(refname)", cwd=clone).split() == [
        "refs/heads/specrun/auth/api",
        "refs/heads/specrun/auth/schema",
    ]
    assert git("remote", cwd=clone) == ""
    assert not (clone / ".git/hooks").exists()
    assert git("fsck", "--strict", cwd=clone) == ""


def test_a_worker_can_commit_and_look_back(clone: Path, git: Run) -> None:
    (clone / "new").write_text("x")
    git("add", "new", cwd=clone)
    git("-c", "user.useConfigOnly=true", "commit", "--quiet", "--message=Work", cwd=clone)

    assert git("log", "--format=%s", cwd=clone).split() == ["Work", "Begin"]
    assert git("diff", "--name-only", "specrun/auth/schema", cwd=clone) == "new"


@pytest.mark.parametrize(
    ("settings", "people"),
    [({}, "specrun worker <worker@localhost>"), ({"user.name": 'A "B"', "user.email": "a@b"}, 'A "B" <a@b>')],
)
def test_who_works(
    repo: Path, plumbing: Plumbing, layout: Layout, git: Run, settings: dict[str, str], people: str
) -> None:
    for name, value in settings.items():
        git("config", name, value)
    path = layout.workspace(API, 1)
    make_clone(plumbing, path, API, git("rev-parse", "HEAD"), {})

    name, email = (
        git("config", "--file", str(path / ".git/config"), key) for key in ("user.name", "user.email")
    )

    assert f"{name} <{email}>" == people


def test_no_object_is_shared_by_a_hard_link(clone: Path, repo: Path) -> None:
    own = [path for path in (clone / ".git/objects").rglob("*") if path.is_file()]

    assert [path.name for path in own] == ["alternates"]
    assert {path.stat().st_nlink for path in (repo / ".git/objects").rglob("*") if path.is_file()} == {1}


def test_what_an_interrupted_try_left_is_replaced(plumbing: Plumbing, layout: Layout, git: Run) -> None:
    path = layout.workspace(API, 1)
    (path / "deep").mkdir(parents=True)
    (path.parent / ".1.new-abc").mkdir()

    make_clone(plumbing, path, API, git("rev-parse", "HEAD"), {})

    assert sorted(entry.name for entry in path.parent.iterdir()) == ["1", "1.base", "1.index"]
    assert not (path / "deep").exists()
    assert side(path, "base").read_text() == git("rev-parse", "HEAD")


@pytest.mark.parametrize("where", ["local", "global"])
def test_no_smudge_filter_runs(
    plumbing: Plumbing, layout: Layout, git: Run, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    trap = layout.home / "sprung"
    (plumbing.git.root / ".gitattributes").write_text("* filter=x\n")
    git("add", ".gitattributes")
    git("commit", "--quiet", "--message=Attributes")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(layout.home / "gitconfig"))
    git("config", f"--{where}", "filter.x.smudge", f"touch {trap}; cat")

    make_clone(plumbing, layout.workspace(API, 1), API, git("rev-parse", "HEAD"), {})

    assert not trap.exists()
    (plumbing.git.root / "README.md").unlink()
    git("checkout-index", "--all")
    assert trap.exists(), "the trap works when it is stepped on"


def test_a_place_that_cannot_be_written(plumbing: Plumbing, layout: Layout, git: Run) -> None:
    layout.work.joinpath("auth").touch()

    with pytest.raises(
        EnvironmentProblem, match=r"cannot make a workspace below .*: Not a directory; fix: free"
    ):
        make_clone(plumbing, layout.workspace(API, 1), API, git("rev-parse", "HEAD"), {})


def test_a_tree_for_checks_is_such_a_clone_with_nothing_beside_it(
    plumbing: Plumbing, layout: Layout, git: Run
) -> None:
    path = layout.work / "auth" / "api" / "1.proof"
    (path / "old").mkdir(parents=True)
    (path.parent / ".1.proof.new-abc").mkdir()
    assert [left.name for left in begun(path)] == [".1.proof.new-abc"]

    make_tree(plumbing, path, API, git("rev-parse", "HEAD"))

    assert [entry.name for entry in path.parent.iterdir()] == ["1.proof"]
    assert sorted(entry.name for entry in path.iterdir()) == [".git", "README.md"]
    assert git("status", "--porcelain=v2", "--branch", cwd=path).splitlines() == [
        f"# branch.oid {git('rev-parse', 'main')}",
        "# branch.head specrun/auth/api",
    ]
    assert git("remote", cwd=path) == ""


def test_branch_names() -> None:
    assert branch_ref(API) == "refs/heads/specrun/auth/api"
