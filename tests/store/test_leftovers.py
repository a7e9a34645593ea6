"""Tests that all that tasks leave is listed, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.core.world import Phase
from specrun.store.git import Git
from specrun.store.layout import Layout
from specrun.store.leftovers import Reference, Traces, is_folder, size_of, traces
from specrun.store.removal import erase
from tests.store.ordering import API
from tests.store.remains import Remains

Run = Callable[..., str]
OTHER = TaskId("docs/page")


@pytest.fixture
def remains(git: Run, layout: Layout) -> Remains:
    return Remains(git, layout)


@pytest.mark.usefixtures("layout")
def test_a_repository_in_which_nothing_ran(host: Git, layout: Layout) -> None:
    assert traces(host, layout) == {}
    assert traces(host, Layout(home=layout.home / "none", digest="")) == {}
    assert Traces().numbers == frozenset()


def test_everything_is_listed_by_task_and_attempt(remains: Remains, host: Git, layout: Layout) -> None:
    commit = remains.collected(3)
    remains.branch(commit)
    remains.ordered(12, OTHER)
    token = remains.attempts.grant(OTHER)
    (layout.attempts / OTHER / "13").mkdir()
    (layout.work / OTHER / "12.proof").mkdir(parents=True)
    (layout.work / OTHER / ".12.new-0123abcd").mkdir()
    layout.done_link(OTHER, 12, 2).touch()

    found = traces(host, layout)

    assert set(found) == {API, OTHER}
    mine, theirs = found[API], found[OTHER]
    assert [(number, one and one.phase) for number, one in mine.attempts.items()] == [(3, Phase.COLLECTED)]
    assert [(number, one and one.phase) for number, one in theirs.attempts.items()] == [
        (12, Phase.ORDERED),
        (13, None),
    ]
    workspace = layout.workspace(API, 3)
    assert mine.trees == {3: [workspace, workspace.with_name("3.index")]}
    assert theirs.trees == {12: [layout.work / OTHER / name for name in (".12.new-0123abcd", "12.proof")]}
    assert mine.links == {3: [layout.done / "auth.api.3"]}
    assert theirs.links == {12: [layout.done / "docs.page.12.c2"]}
    assert (mine.grants, theirs.grants) == ([], [layout.grants / token])
    kinds = ("attempts", "bases", "proofs", f"salvage/auth/api/3-{commit[:12]}")
    assert mine.references == [
        Reference(
            name=f"refs/specrun/{kind}" if "/" in kind else f"refs/specrun/{kind}/auth/api/3",
            commit=commit,
            number=3,
        )
        for kind in kinds
    ]
    assert (mine.branch, theirs.branch) == (commit, None)
    assert [*mine.numbers, *sorted(theirs.numbers)] == [3, 12, 13]


def test_names_that_are_none_of_ours_are_passed_over(git: Run, host: Git, layout: Layout) -> None:
    head = git("rev-parse", "HEAD")
    for name in ("attempts/auth/1", "attempts/auth/Api/1", "attempts/auth/api/x", "others/auth/api/1", "x"):
        git("update-ref", f"refs/specrun/{name}", head)
    for name in ("attempts/auth/api/x", "attempts/auth/api/01", "attempts/Auth/api/1", "attempts/_/api/1"):
        (layout.home / name).mkdir(parents=True)
    (layout.attempts / "auth/api/7").touch()
    (layout.work / "auth/api/notes").mkdir(parents=True)
    (layout.work / ".gone-0123abcd/x").mkdir(parents=True)
    for name in ("auth.api", "auth.api.x", "auth.Api.1", "notes"):
        (layout.done / name).touch()
    (layout.grants / "notes").touch()

    assert [left for left in traces(host, layout).values() if left.numbers or left.grants] == []


@pytest.mark.parametrize("place", ["attempts/auth", "attempts/auth/api", "attempts/auth/api/1"])
def test_no_link_is_followed(host: Git, layout: Layout, tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    (outside / "api/1/1").mkdir(parents=True)
    (outside / "1/1").mkdir(parents=True)
    path = layout.home / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(outside)

    assert traces(host, layout) == {}


def test_sizes_are_those_of_files_and_links_themselves(tmp_path: Path) -> None:
    (tmp_path / "tree/deep").mkdir(parents=True)
    (tmp_path / "tree/a").write_bytes(b"x" * 10)
    (tmp_path / "tree/deep/b").write_bytes(b"x" * 200)
    (tmp_path / "large").write_bytes(b"x" * 5000)
    (tmp_path / "tree/link").symlink_to(tmp_path / "large")
    (tmp_path / "tree/folder").symlink_to(tmp_path)

    links = sum(len(str((tmp_path / "tree" / name).readlink())) for name in ("link", "folder"))
    assert size_of([tmp_path / "tree"]) == 210 + links
    assert size_of([tmp_path / "large", tmp_path / "tree/a", tmp_path / "none"]) == 5010


def test_a_bottomless_tree_has_a_size(tmp_path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(tmp_path)
        for _ in range(3000):
            os.mkdir("d")  # noqa: PTH102 - no Path is that long
            os.chdir("d")
    finally:
        os.chdir(here)
        os.close(here)
    (tmp_path / "d/a").write_bytes(b"x" * 10)

    assert size_of([tmp_path / "d"]) == 10
    erase(tmp_path / "d")


def test_a_link_to_a_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)

    assert (is_folder(tmp_path), is_folder(tmp_path / "link"), is_folder(tmp_path / "x")) == (
        True,
        False,
        False,
    )
