"""Tests which commands are told for what is missing, on machines with one package manager or another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.agents import CLIS
from specrun.core.project import KINDS
from specrun.store.remedies import MANAGERS, remedy


def machine(folder: Path, *programs: str) -> str:
    """Answer a PATH on which there is nothing but these programs."""
    folder.mkdir(exist_ok=True)
    for name in programs:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("manager", "told"),
    [
        ("apt-get", "apt-get install -y nodejs"),
        ("dnf", "dnf install -y nodejs"),
        ("pacman", "pacman -S --needed nodejs"),
        ("apk", "apk add nodejs"),
        ("zypper", "zypper install -y nodejs"),
        ("brew", "brew install node"),
    ],
)
def test_each_package_manager_is_asked_in_its_words(
    tmp_path: Path, manager: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = machine(tmp_path / "bin", manager)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert remedy("node", path) == (told,)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert remedy("node", path) == (told if manager == "brew" else f"sudo {told}",)
    assert remedy("tmux", path)[0].endswith(" tmux")


def test_every_manager_is_known(tmp_path: Path) -> None:
    assert all(remedy("git", machine(tmp_path / one, one)) for one in MANAGERS)


def test_agents_come_by_npm_and_npm_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    path = machine(tmp_path / "bin", "apt-get")
    assert remedy("codex", path) == ("apt-get install -y npm", "npm install -g @openai/codex")
    assert remedy("codex", machine(tmp_path / "bin", "npm")) == ("npm install -g @openai/codex",)
    assert all(remedy(one.program, path) for one in CLIS)


def test_the_programs_of_usual_projects_are_known(tmp_path: Path) -> None:
    path = machine(tmp_path / "bin", "apt-get", "npm")
    started = {command.split()[0] for kind in KINDS.values() for command in kind.commands.values()}
    assert {one for one in started if not remedy(one, path)} == {"golangci-lint"}


def test_what_nobody_knows_has_no_command(tmp_path: Path) -> None:
    assert remedy("frobnicate; rm -rf", machine(tmp_path / "bin", "apt-get")) == ()
    assert remedy("git", machine(tmp_path / "nothing")) == ()
