"""Tests one look at a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun import wiring
from specrun.commands.standing import appliers, look, open_attempts, opened
from specrun.errors import InvalidSpec, NoSpec
from specrun.report.status import State
from tests.commands.conftest import Spec, Specrun


def test_a_look_changes_nothing(spec: Spec, repo: Path, tmp_path: Path) -> None:
    spec("one: {prompt: 'true'}")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    assert [row.state for row in seen.shown.rows] == [State.PENDING]
    assert (open_attempts(project), appliers(project)) == ([], ())
    assert not (tmp_path / "state").exists()


def test_who_is_applying_is_seen(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    spec("one: {prompt: 'true'}", name="more")
    project = wiring.open_project(repo, ["demo"])
    with wiring.apply_locks(project):
        assert appliers(wiring.open_project(repo, ())) == ("demo",)
    assert appliers(project) == ()


def test_without_any_spec_there_is_still_something_to_see(repo: Path, specrun: Specrun) -> None:
    assert opened(repo, ()).loaded.files == ()
    for verb in ("status", "list"):
        said = specrun(verb)
        assert (said.code, said.err.count("\n"), "write specs/hello.yaml" in said.err) == (0, 1, True)
    with pytest.raises(NoSpec):
        wiring.open_project(repo, ())


def test_a_broken_spec_is_not_looked_past(spec: Spec, repo: Path) -> None:
    spec("one: {}")
    with pytest.raises(InvalidSpec):
        opened(repo, ())
