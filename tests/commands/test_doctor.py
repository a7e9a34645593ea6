"""Tests `specrun doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Specrun


def test_a_healthy_machine(specrun: Specrun) -> None:
    said = specrun("doctor")
    assert said.code == 0
    assert "git" in said.out
    assert "tmux" in said.out


def test_something_needed_is_broken(
    specrun: Specrun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPECRUN_HOME", str(tmp_path / "file"))
    said = specrun("doctor")
    assert said.code == 9
    assert "BAD" in said.out
    assert "fix:" in said.out
