"""Who belongs to an attempt, and when all of them are gone."""

from __future__ import annotations

import os
import secrets
import subprocess

import pytest

from specrun.shim import light
from specrun.shim.tree import Tree
from specrun.system import processes
from tests.poll import until


def reaped(tree: Tree) -> int | None:
    tree.reap()
    return tree.status


def test_without_a_program_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "adopt_descendants", lambda: False)
    tree = Tree(secrets.token_hex(16))
    assert tree.gone()
    assert tree.status is None


def test_where_orphans_are_not_adopted_the_marker_finds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "adopt_descendants", lambda: False)
    marker = secrets.token_hex(16)
    tree = Tree(marker)
    script = "(setsid sleep 100 &) ; exit 3"
    child = subprocess.Popen(["sh", "-c", script], env={**os.environ, processes.MARKER: marker})
    tree.started(child.pid)
    until(lambda: reaped(tree) is not None)
    child.returncode = tree.status  # the tree has taken it from subprocess
    assert tree.status == 3
    until(lambda: processes.marked(marker))  # while it becomes another program it shows no environment
    assert not tree.gone()
    until(lambda: tree.gone() or not tree.end(grace=5))
    assert processes.marked(marker) == []


def test_the_program_alone_is_asked_and_only_while_it_runs() -> None:
    tree = Tree(secrets.token_hex(16))
    assert not tree.ask()
    child = "trap 'echo told' TERM; echo up; sleep 0.2; echo over"
    script = f'trap "exit 4" TERM; setsid sh -c "{child}" & wait; wait'
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        assert program.stdout.readline() == "up\n"
        tree.started(program.pid)
        assert tree.ask()
        until(lambda: reaped(tree) is not None)
        program.returncode = tree.status  # the tree has taken it from subprocess
        assert program.stdout.read() == "over\n"
    assert tree.status == 4
    assert not tree.ask()
    until(tree.gone)


def test_who_cannot_be_ended_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "adopt_descendants", lambda: False)
    monkeypatch.setattr(processes, "marked", lambda _marker: [1 << 30])
    monkeypatch.setattr(processes, "_STUCK", 0.0)
    tree = Tree("0")
    assert not tree.end(grace=0)
    assert not tree.gone()
