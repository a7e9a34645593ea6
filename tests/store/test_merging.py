"""Tests merging upstreams into a code base with real histories."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import ExitCode, MergeConflict, ResultMissing
from specrun.store.merging import merge_upstreams
from specrun.store.plumbing import Plumbing

Run = Callable[..., str]
A, B, C = TaskId("s/a"), TaskId("s/b"), TaskId("s/c")


@pytest.fixture
def change(repo: Path, git: Run) -> Callable[..., str]:
    """Commit files on a new branch that leaves from `start`, and answer the commit."""

    def make(files: dict[str, str], start: str = "main") -> str:
        git("checkout", "--quiet", "--detach", start)
        for name, content in files.items():
            (repo / name).write_text(content)
        git("add", "--all")
        git("commit", "--quiet", "--message=Change")
        commit = git("rev-parse", "HEAD")
        git("checkout", "--quiet", "main")
        return commit

    return make


def test_nothing_to_merge(plumbing: Plumbing) -> None:
    assert merge_upstreams(plumbing, "any", {}) == "any"


def test_fast_forward_both_ways(plumbing: Plumbing, git: Run, change: Callable[..., str]) -> None:
    base = git("rev-parse", "main")
    ahead = change({"a": "1"})

    assert merge_upstreams(plumbing, base, {A: ahead}) == ahead
    assert merge_upstreams(plumbing, ahead, {A: base}) == ahead


def test_the_same_inputs_make_the_same_commit(
    plumbing: Plumbing, git: Run, change: Callable[..., str]
) -> None:
    base = git("rev-parse", "main")
    one, two, three = change({"a": "1"}), change({"b": "2"}), change({"c": "3"})

    merged = merge_upstreams(plumbing, base, {A: one, B: two, C: three})

    assert merge_upstreams(plumbing, base, {C: three, B: two, A: one}) == merged
    assert git("ls-tree", "--name-only", merged).split() == ["README.md", "a", "b", "c"]
    assert git("log", "-1", "--format=%s", merged) == "specrun: merge s/c"
    assert git("rev-parse", f"{merged}^2") == three


def test_a_conflict_names_files_and_upstreams(
    plumbing: Plumbing, git: Run, change: Callable[..., str]
) -> None:
    base = git("rev-parse", "main")
    one, two = change({"x": "1", "y\n": "1", "z": "1"}), change({"x": "2", "y\n": "2", "w": "2"})

    with pytest.raises(MergeConflict) as caught:
        merge_upstreams(plumbing, base, {A: one, B: two})

    assert caught.value.files == ("x", "y\n")
    assert caught.value.what == r"s/b conflicts with s/a in x, y\n"


def test_a_conflict_with_the_base_and_many_files(plumbing: Plumbing, change: Callable[..., str]) -> None:
    names = [f"f{number}" for number in range(7)]

    with pytest.raises(
        MergeConflict, match="s/a conflicts with the code base in f0, f1, f2, f3, f4 and 2 more"
    ):
        merge_upstreams(plumbing, change(dict.fromkeys(names, "1")), {A: change(dict.fromkeys(names, "2"))})


@pytest.mark.parametrize("kind", ["missing", "tree"])
def test_a_commit_that_is_not_here(plumbing: Plumbing, git: Run, kind: str) -> None:
    commit = "1" * 40 if kind == "missing" else git("rev-parse", "HEAD^{tree}")

    with pytest.raises(
        ResultMissing, match=f"s/a: its commit {commit[:12]} is not in this repository"
    ) as caught:
        merge_upstreams(plumbing, git("rev-parse", "HEAD"), {A: commit})

    assert caught.value.exit_code is ExitCode.FAILED


def test_unrelated_histories_merge(plumbing: Plumbing, git: Run, repo: Path) -> None:
    base = git("rev-parse", "main")
    git("checkout", "--quiet", "--orphan", "island")
    git("rm", "--quiet", "--cached", "README.md")
    (repo / "island").write_text("x")
    git("add", "island")
    git("commit", "--quiet", "--message=Island")

    merged = merge_upstreams(plumbing, base, {A: git("rev-parse", "HEAD")})

    assert git("ls-tree", "--name-only", merged).split() == ["README.md", "island"]


def test_no_merge_driver_of_the_host_runs(
    repo: Path, plumbing: Plumbing, git: Run, change: Callable[..., str], tmp_path: Path
) -> None:
    trap = tmp_path / "sprung"
    git("config", "merge.x.driver", f"touch {trap}")
    (repo / ".gitattributes").write_text("* merge=x\n")
    one, two = change({"x": "1"}), change({"x": "2"})

    with pytest.raises(MergeConflict):
        merge_upstreams(plumbing, one, {A: two})

    assert not trap.exists()
