"""Gives the tests of the store a layout, a repository and workspaces on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.store.attempts import AttemptFiles
from specrun.store.clones import make_clone
from specrun.store.git import Git, discover
from specrun.store.harvest import Harvest, gather
from specrun.store.layout import Layout
from specrun.store.plumbing import Plumbing
from specrun.store.workspaces import GitWorkspaces

Run = Callable[..., str]
API = TaskId("auth/api")


@pytest.fixture
def layout(repo: Path) -> Layout:
    """A created state folder of `repo`."""
    made = Layout.of(repo, os.environ)
    made.create()
    return made


@pytest.fixture
def host(repo: Path) -> Git:
    """`repo` as specrun sees it."""
    return discover(repo)


@pytest.fixture
def plumbing(host: Git, layout: Layout) -> Plumbing:
    """The private git of the store."""
    return Plumbing(host, layout.git)


@pytest.fixture
def workspaces(host: Git, layout: Layout) -> GitWorkspaces:
    """Workspaces on `repo`."""
    return GitWorkspaces(host, layout)


@pytest.fixture
def attempts(layout: Layout) -> AttemptFiles:
    """The attempts of `repo`."""
    return AttemptFiles(layout)


@pytest.fixture
def base(repo: Path, git: Run) -> str:
    """A code base with a few files."""
    (repo / "dir").mkdir()
    (repo / "dir" / "a").write_text("a\n")
    (repo / "dir" / "b").write_text("b\n")
    (repo / ".gitignore").write_text("*.o\n")
    git("add", "--all")
    git("commit", "--quiet", "--message=Files")
    return git("rev-parse", "HEAD")


@pytest.fixture
def clone(plumbing: Plumbing, layout: Layout, base: str) -> Path:
    """A clone on `base`."""
    path = layout.workspace(API, 1)
    make_clone(plumbing, path, API, base, {})
    return path


@pytest.fixture
def collect(plumbing: Plumbing, clone: Path, base: str) -> Callable[[], Harvest]:
    """Collect the clone as of a fixed time."""
    return lambda: gather(plumbing, clone, base, 1700000000, "Work")
