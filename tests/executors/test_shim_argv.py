"""The command line of a shim and the few variables around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.executors.shim_argv import plain_environment, server_argv, shim_argv


def test_the_command_line_is_an_isolated_python_with_two_paths() -> None:
    python, *flags, shim, directory = shim_argv(Path("some") / "where")
    assert Path(python).is_file()
    assert flags == ["-I", "-S"]
    assert Path(shim).is_file()
    assert directory == "some/where"


def test_the_server_is_the_same_program() -> None:
    state = Path("some") / "where"
    assert server_argv(state) == [*shim_argv(state)[:-1], "--serve", "some/where"]


def test_only_known_variables_pass_and_the_locale_is_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "x")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PATH", "here")
    environment = plain_environment()
    assert "API_KEY" not in environment
    assert environment["LC_ALL"].endswith("UTF-8")
    assert environment["PATH"] == "here"
    monkeypatch.delenv("PATH")
    assert plain_environment()["PATH"]
