"""Gives the tests of the store a layout, a repository and workspaces on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.store.git import Git, discover
from specrun.store.layout import Layout
from specrun.store.plumbing import Plumbing
from specrun.store.workspaces import GitWorkspaces


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
