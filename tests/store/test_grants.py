"""Tests that a grant is used once."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store.grants import Grants
from tests.store.full import full_disk

API = TaskId("auth/api")


def test_a_grant_lasts_until_it_is_used(tmp_path: Path) -> None:
    folder = tmp_path / "grants"
    folder.mkdir()
    grants = Grants(folder)
    assert not grants.waiting()
    token = grants.leave(API)

    assert Grants(folder).unused(set()) == {API: token}
    assert grants.waiting()
    assert grants.unused(set()) == grants.unused(set()) == {API: token}
    assert grants.unused({token}) == {}
    assert (folder / token).exists()
    grants.spend(token)
    assert not (folder / token).exists()


def test_the_tasks_of_all_grants_are_told_but_for_broken_ones(tmp_path: Path) -> None:
    grants = Grants(tmp_path)
    tokens = {grants.leave(API), grants.leave(API), grants.leave(TaskId("auth/docs"))}
    (tmp_path / ("a" * 16)).write_text("{")
    (tmp_path / "notes.txt").touch()

    assert set(grants.owners()) == tokens
    assert sorted(grants.owners().values()) == ["auth/api", "auth/api", "auth/docs"]


def test_only_tokens_are_touched(tmp_path: Path) -> None:
    grants = Grants(tmp_path / "grants")
    (tmp_path / "grants").mkdir()
    (tmp_path / "kept").touch()
    (tmp_path / "grants" / "notes.txt").touch()

    grants.spend("../kept")
    grants.spend("")
    grants.spend("b" * 16)

    assert (tmp_path / "kept").exists()
    assert grants.unused({"notes.txt"}) == {}


def test_a_broken_grant_is_named(tmp_path: Path) -> None:
    (tmp_path / ("a" * 16)).write_text("{")

    with pytest.raises(
        EnvironmentProblem, match=f"{'a' * 16} is not whole.*fix: remove .*ask for the retry again"
    ):
        Grants(tmp_path).unused(set())


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(EnvironmentProblem, match=r"cannot write .*fix: free some space"):
        Grants(tmp_path).leave(API)


def test_a_grant_that_another_specrun_uses_up_meanwhile_is_none(tmp_path: Path) -> None:
    (tmp_path / ("a" * 16)).symlink_to("gone")

    assert Grants(tmp_path).unused(set()) == {}
