"""Tests what is gathered for the end of an apply."""

from __future__ import annotations

import json
from pathlib import Path

from specrun import wiring
from specrun.api.failures import failures
from specrun.api.standing import look
from specrun.core.task import TaskId
from specrun.ports import AttemptKey
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


def test_of_an_agent_with_a_stream_its_transcript_is_told(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("bad: {prompt: 'exit 2'}")
    specrun("apply", "--yes")
    project = wiring.open_project(repo, ())
    directory = project.attempts.directory(AttemptKey(TaskId("demo/bad"), 1))
    (directory / "output.log").write_text('{"type": "error"}\n')
    (directory / "transcript.log").write_text("> Bash: ls\nit broke\n")
    intent = json.loads((directory / "intent.json").read_text())
    (directory / "intent.json").write_text(json.dumps({**intent, "meter": {"events": []}}))
    seen = look(project, wiring.runtime(project))
    found, _ = failures(project, seen.world, seen.plan)
    assert found[0].log == "> Bash: ls\nit broke\n"
    assert found[0].log_path == str(directory / "transcript.log")
    (directory / "transcript.log").unlink()
    found, _ = failures(project, seen.world, seen.plan)
    assert (found[0].log, found[0].log_path) == ("", str(directory / "output.log"))


def test_what_the_log_does_not_say_is_told_with_the_reason(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("slow: {timeout: 300ms, prompt: 'echo at work; sleep 60'}")
    specrun("apply", "--yes")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    run = seen.world.runs[TaskId("demo/slow")]
    found, _ = failures(project, seen.world, seen.plan)
    assert run.summary not in found[0].log
    assert found[0].reason == f"timeout: {run.summary}"


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


def test_a_task_that_failed_by_its_checks_is_told_by_them_whatever_its_agent_said(
    spec: Spec, specrun: Specrun, repo: Path, tmp_path: Path
) -> None:
    bad = """
    one:
      prompt: echo all is well
      checks: [{name: good, run: 'true'}, {name: lint, run: 'echo E1; exit 3'}]
    """
    spec(bad)
    said = specrun("apply", "--yes")
    assert said.code == 1
    told = said.out.partition("did not succeed:\n")[2]
    log = next(row.split()[1] for row in told.splitlines() if "log:" in row)
    assert told.splitlines()[:5] == [
        "  demo/one failed: checks failed: lint",
        "    lint (echo E1; exit 3): exit code 3",
        "    | E1",
        f"    log:   {log}",
        "    go on: specrun retry demo/one, or mend the checks and apply",
    ]
    assert Path(log).read_text() == "E1\n"
    assert "all is well" not in told
    # Other checks of the same work: their logs lie in an attempt of which the record has none.
    spec(bad.replace("E1", "E2"))
    specrun("apply", "--yes")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    (failure,) = failures(project, seen.world, seen.plan)[0]
    assert [(one.check.name, one.check.tail.strip()) for one in failure.refuted] == [("lint", "E2")]
    assert Path(failure.refuted[0].log_path).read_text() == "E2\n"
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    project = wiring.open_project(repo, ())
    seen = look(project, wiring.runtime(project))
    (failure,) = failures(project, seen.world, seen.plan)[0]
    assert [one.log_path for one in failure.refuted] == [""]
