"""Tests the turns of an apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun import wiring
from specrun.api.turning import turns
from specrun.errors import EnvironmentProblem
from specrun.reconcile.loop import Control
from tests.api.test_preparing import job
from tests.commands.conftest import Spec
from tests.poll import until


class Patient:
    """Waits for nothing."""

    def wait(self, timeout: float) -> None:
        del timeout


def test_a_state_folder_that_takes_nothing_more_ends_them(spec: Spec, repo: Path, tmp_path: Path) -> None:
    spec("one: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}")
    made = job(repo)
    made.project.layout.create()
    place = made.project.layout.home / "probe"
    going = turns(made, Patient(), Control())
    assert [one.kind for one in next(going).events] == ["started"]
    place.mkdir()
    with pytest.raises(EnvironmentProblem, match="nothing can be written to"):
        until(lambda: next(going, None) is None)
    place.rmdir()
    (repo / "go").touch()
    happened = [one.kind for turn in turns(made, Patient(), Control()) for one in turn.events]
    assert happened == ["adopted", "ended"]
    assert wiring.open_project(repo, ()).store.runs()


def test_leaving_them_writes_the_tables(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}\ntwo: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}")
    made = job(repo)
    made.project.layout.create()
    table = repo / "results" / "demo" / "SUMMARY.md"
    going = turns(made, Patient(), Control())
    until(lambda: any(one.kind == "ended" for one in next(going).events))
    assert not table.exists()
    going.close()
    assert "one" in table.read_text()
    (repo / "go").touch()
    assert [*turns(made, Patient(), Control())]
