"""Checks what a seat gives a CLI: an environment from nothing, a home of its own, a time limit."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import processes
from tests.clis import NAMES, pins
from tests.clis.fixtures import TakeSeat
from tests.poll import until
from tests.stub import Stub


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_this_machine_gets_in(
    name: str, seat: TakeSeat, stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a real one")
    monkeypatch.setenv("SOMETHING_ELSE", "x")
    one = seat(name)
    assert "a real one" not in one.env.values()
    assert "SOMETHING_ELSE" not in one.env
    assert one.home.is_relative_to(tmp_path)
    assert one.env["HOME"] == str(one.home)
    settings = [path.read_text() for path in one.home.rglob("*.toml")]
    assert any(stub.url in value for value in [*one.env.values(), *settings])


def test_a_run_has_the_environment_of_its_seat(
    seat: TakeSeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOMETHING_ELSE", "x")
    step = {"bash": f"env > {tmp_path}/env.txt"}
    argv = ("-p", "--dangerously-skip-permissions")
    one = seat("claude")
    ran = one.run(*argv, prompt=f"<<stub {json.dumps([step])}>>", cwd=tmp_path, env={"MORE": "y"})
    assert ran.code == 0, ran.errors
    lines = (tmp_path / "env.txt").read_text().splitlines()
    assert "MORE=y" in lines
    assert f"HOME={one.home}" in lines
    assert "SOMETHING_ELSE=x" not in lines


def test_its_own_program_is_first_on_its_path(seat: TakeSeat) -> None:
    one = seat("claude")
    found = subprocess.run(
        ["sh", "-c", "command -v claude"], env=one.env, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == str(one.program)


def test_a_run_past_its_limit_is_ended(seat: TakeSeat, tmp_path: Path) -> None:
    one = seat("claude")
    with pytest.raises(subprocess.TimeoutExpired):
        one.run("-p", prompt='<<stub [{"hang": true}]>>', cwd=tmp_path, timeout=1.5)
    assert processes.left_behind(tmp_path) == []


def test_what_it_leaves_behind_is_found(seat: TakeSeat, tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"], env=seat("claude").env) as left:
        until(lambda: processes.left_behind(tmp_path) == [left.pid])
        left.kill()


def test_a_missing_program_fails_where_npm_should_have_brought_it(
    seat: TakeSeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reason := pins.lacking("codex"):
        pytest.skip(reason)
    monkeypatch.setattr(pins, "MODULES", tmp_path)
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception), match="codex") as raised:
        seat("codex")
    assert raised.type is pytest.fail.Exception
