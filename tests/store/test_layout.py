"""Tests where state lies and who may have it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem, Refused
from specrun.store.layout import Layout, apply_lock, state_home, task_named


@pytest.mark.parametrize(
    ("env", "home"),
    [
        pytest.param(
            {"SPECRUN_HOME": "/a", "XDG_STATE_HOME": "/b", "HOME": "/c"}, "/a", id="its own variable"
        ),
        pytest.param({"XDG_STATE_HOME": "/b", "HOME": "/c"}, "/b/specrun", id="the shared one"),
        pytest.param(
            {"XDG_STATE_HOME": "b", "HOME": "/c"}, "/c/.local/state/specrun", id="a relative one is none"
        ),
        pytest.param({"SPECRUN_HOME": "", "HOME": "/c"}, "/c/.local/state/specrun", id="the default"),
    ],
)
def test_state_home(env: dict[str, str], home: str) -> None:
    assert state_home(env) == Path(home)


@pytest.mark.parametrize("env", [{"SPECRUN_HOME": "relative", "HOME": "/c"}, {}])
def test_state_home_must_be_absolute(env: dict[str, str]) -> None:
    with pytest.raises(EnvironmentProblem, match="absolute path"):
        state_home(env)


def test_names_are_safe_and_follow_the_real_path(tmp_path: Path) -> None:
    odd = tmp_path / "#(rm -rf) ~ é"
    odd.mkdir()
    (tmp_path / "link").symlink_to(odd)

    layout = Layout.of(odd, {"SPECRUN_HOME": "/state"})

    assert layout == Layout.of(tmp_path / "link", {"SPECRUN_HOME": "/state"})
    assert layout.home == Path(f"/state/rm-rf-{layout.digest}")
    assert layout.server == f"specrun-{layout.digest}"
    assert Layout.of(Path("/"), {"SPECRUN_HOME": "/state"}).home.name.startswith("root-")
    assert layout.digest != Layout.of(tmp_path, {"SPECRUN_HOME": "/state"}).digest


def test_places_of_an_attempt() -> None:
    layout = Layout(home=Path("/state"), digest="0" * 8)

    assert layout.attempt(TaskId("auth/api"), 2) == Path("/state/attempts/auth/api/2")
    assert layout.workspace(TaskId("auth/api"), 2) == Path("/state/work/auth/api/2")
    assert layout.done_link(TaskId("auth/api"), 2) == Path("/state/done/auth.api.2")
    assert layout.attempt(TaskId("auth/api"), 2, 3) == Path("/state/attempts/auth/api/2/checks/3")
    assert layout.done_link(TaskId("auth/api"), 2, 3) == Path("/state/done/auth.api.2.c3")
    assert layout.proof(TaskId("auth/api"), 2) == Path("/state/work/auth/api/2.proof")
    assert apply_lock(Path("/r/.git"), "auth") == Path("/r/.git/specrun/auth.lock")


def test_folders_are_private(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path / "deep" / "home", digest="0" * 8)
    layout.create()
    layout.done.chmod(0o755)

    layout.create()

    folders = [layout.home, layout.attempts, layout.work, layout.done, layout.grants]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_link_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    layout = Layout(home=tmp_path / "mine", digest="0" * 8)
    layout.home.mkdir()
    (tmp_path / "elsewhere").mkdir()
    layout.work.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Refused, match="is a link or belongs to someone else"):
        layout.create()


def test_a_stranger_s_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(home=tmp_path / "mine", digest="0" * 8)
    stranger = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: stranger)

    with pytest.raises(Refused, match="belongs to someone else"):
        layout.create()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EnvironmentProblem, match="cannot make the state folder"):
        Layout(home=tmp_path / "file" / "home", digest="0" * 8).create()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["auth", "api"], "auth/api"),
        (["a", "b--0123abcd"], "a/b--0123abcd"),
        (["auth"], None),
        (["auth", "api", "1"], None),
        (["auth", "_merged"], None),
        (["auth", "Api"], None),
        (["auth", "api\n"], None),
        (["..", "api"], None),
        (["auth", ""], None),
    ],
)
def test_names_of_tasks(words: list[str], named: str | None) -> None:
    assert task_named(words) == named
