"""Tests the listing of folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store.folders import Folder, names_of, numbers_of
from tests.rights import passed_without_rights

SETTLED = 10**18
"""A moment in which nothing is new any more."""


def test_names_of_a_missing_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert names_of(tmp_path / "none") == names_of(tmp_path / "file") == frozenset()
    assert names_of(tmp_path) >= {"file"}


def test_numbers_in_their_order(tmp_path: Path) -> None:
    for name in ("10", "9", "1", "x", "-2", "1.5"):
        (tmp_path / name).mkdir()

    assert numbers_of(tmp_path) == (1, 9, 10)
    assert numbers_of(tmp_path / "none") == ()


def test_a_closed_folder_is_named(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if passed_without_rights(request, tmp_path):
        return
    tmp_path.chmod(0)
    try:
        with pytest.raises(EnvironmentProblem, match=r"cannot read .*; fix: make it readable"):
            names_of(tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_is_listed_again_only_where_something_may_have_come(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    folder = Folder(str(place))
    (place / "a").touch()
    os.utime(place, (1, 1))
    assert folder.list(SETTLED)
    assert not folder.list(SETTLED)

    (place / "b").touch()

    assert folder.list(0)
    assert folder.list(0), "what has changed within the last tick of the clock proves nothing"
    assert folder.names == {"a", "b"}


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "none"))
    assert folder.list(SETTLED)
    assert not folder.list(SETTLED)

    (tmp_path / "none").mkdir()

    assert folder.list(SETTLED)
