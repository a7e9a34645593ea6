"""Tests what is gathered for the end of an apply."""

from __future__ import annotations

from pathlib import Path

from specrun import wiring
from specrun.commands.failures import failures
from specrun.commands.standing import look
from tests.commands.conftest import Spec, Specrun


def test_failures_have_log_and_reason_and_those_behind_them_a_name(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec(
        """
        good: {prompt: 'true'}
        bad: {prompt: 'echo oh; exit 2'}
        behind: {depends_on: [bad], prompt: 'true'}
        """
    )
    specrun("apply", "--yes")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    found, blocked = failures(project, seen.world, seen.plan)
    assert blocked == ["demo/behind"]
    assert [(one.task_id, one.status, one.reason) for one in found] == [("demo/bad", "failed", "exit code 2")]
    assert found[0].log.strip() == "oh"
    assert Path(found[0].log_path).read_text().strip() == "oh"


def test_a_record_from_another_machine_has_no_log(
    spec: Spec, specrun: Specrun, repo: Path, tmp_path: Path
) -> None:
    spec("bad: {prompt: 'exit 2'}")
    specrun("apply", "--yes")
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    found, _ = failures(project, seen.world, seen.plan)
    assert (found[0].log, found[0].log_path) == ("", "")


def test_a_task_that_never_started_tells_all_that_its_record_knows(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec(
        """
        one: {workspace: clone, prompt: 'echo 1 > same'}
        two: {workspace: clone, prompt: 'echo 2 > same'}
        join: {workspace: clone, depends_on: [one, two], prompt: 'true'}
        """
    )
    specrun("apply", "--yes")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    found, _ = failures(project, seen.world, seen.plan)
    assert [one.reason for one in found] == ["merge conflict: demo/two conflicts with demo/one in same"]
