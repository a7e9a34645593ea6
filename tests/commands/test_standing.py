"""Tests one look at a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.commands.standing import appliers, look, open_attempts, opened
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase
from specrun.errors import InvalidSpec, NoSpec
from specrun.report.status import State
from specrun.store.attempts import AttemptFiles
from tests.commands.conftest import Spec, Specrun
from tests.report.values import attempt, proving


def test_a_look_changes_nothing(spec: Spec, repo: Path, tmp_path: Path) -> None:
    spec("one: {prompt: 'true'}")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    assert [row.state for row in seen.shown.rows] == [State.PENDING]
    assert (open_attempts(project), appliers(project)) == ([], ())
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("attempt_", "counts"),
    [
        (attempt("demo/one", 1, Phase.RUNNING), True),
        (attempt("demo/one", 1, Phase.ENDED), False),
        (proving("demo/one", 1, ["test"]), True),
        (proving("demo/one", 1, ["test"], Phase.RUNNING), True),
        (proving("demo/one", 1, ["test"], Phase.RUNNING, stopping=True), True),
        (proving("demo/one", 1, ["test"], Phase.ENDED, stopping=True), False),
        (proving("demo/one", 1, ["test"], stopping=True), False),
        (replace(proving("demo/one", 1, ["test"], stopping=True), proof=None), False),
    ],
)
def test_an_attempt_is_open_while_anything_of_it_is_at_work(
    spec: Spec, repo: Path, attempt_: Attempt, *, counts: bool
) -> None:
    class Told(AttemptFiles):
        def scan(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
            return {attempt_.task_id: (attempt_,)}

    spec("one: {prompt: 'true'}")
    project = wiring.open_project(repo, ())
    project = replace(project, attempts=Told(project.layout))
    assert open_attempts(project) == ([attempt_] if counts else [])


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
