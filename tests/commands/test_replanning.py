"""Tests reading specs again beside a running apply: what is taken up, refused, and how often it is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.api.asking import Going
from specrun.api.preparing import Asked, Job, prepared
from specrun.commands import replanning as module
from specrun.commands.replanning import AGAIN, Replanning, read
from specrun.commands.screen import Screen
from specrun.core.change import Action
from specrun.core.safety import Unsafe
from specrun.errors import Refused, Stale
from tests.api.test_preparing import GOING
from tests.commands.conftest import Spec, Specrun

TWO = "one: {prompt: 'true'}\ntwo: {prompt: 'exit 1'}"


@pytest.fixture
def begun(repo: Path) -> Iterator[Callable[..., tuple[Replanning, Job]]]:
    """Answer a function that begins an apply of what is there, with its locks."""
    project = wiring.open_project(repo, (), broken=True)
    project.layout.create()
    locks = wiring.ApplyLocks(project.git.common_dir)

    def begin(*specs: str, **going: object) -> tuple[Replanning, Job]:
        reading = read(repo, specs)
        asked = Asked(going=Going(**{**GOING, **going}), watch=True)  # type: ignore[typeddict-item]
        job = prepared(reading.project, asked)
        for spec in job.runtime.desired.specs:
            assert locks.take(spec)
        screen = Screen.of(job.runtime.desired, reading.project.attempts, as_json=False)
        return Replanning(reading=reading, locks=locks, screen=screen, head=job.runtime.base), job

    yield begin
    locks.keep(())


Begun = Callable[..., tuple[Replanning, Job]]


def held(specs: Replanning) -> list[str]:
    return [*specs.locks.held]


def test_what_was_in_the_files_is_known_by_what_was_read(spec: Spec, repo: Path) -> None:
    spec("one: {template: prompts/one.md}")
    (repo / "prompts").mkdir()
    (repo / "prompts" / "one.md").write_text("true")
    before = time.time()
    reading = read(repo, ())
    assert before <= reading.at <= time.time()
    assert list(reading.contents) == ["specs/demo.yaml", "prompts/one.md"]
    (repo / "prompts" / "one.md").write_text("false")
    again = read(repo, ())
    assert [name for name, text in again.contents.items() if reading.contents[name] != text] == [
        "prompts/one.md"
    ]


def test_what_is_the_same_is_no_edit(spec: Spec, begun: Begun) -> None:
    path = spec(TWO)
    specs, job = begun()
    assert specs.look(job) is None
    path.touch()
    assert specs.look(job) is None
    assert not specs.due()


def test_an_edit_answers_what_to_go_by_and_what_is_other(spec: Spec, begun: Begun) -> None:
    path = spec(TWO)
    specs, job = begun()
    path.write_text(path.read_text().replace("exit 1", "exit 2"))
    found = specs.look(job)
    assert found is not None
    made, edit = found
    assert [(one.task_id, one.action) for one in edit.news] == [("demo/two", Action.RUN)]
    assert (edit.files, edit.head, edit.taken, edit.dropped) == (("specs/demo.yaml",), "", (), ())
    assert made.runtime.since == job.runtime.since
    assert specs.look(made) is None


def test_a_mistake_is_told_once_and_looked_after(
    spec: Spec, begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spec(TWO)
    specs, job = begun()
    good = path.read_text()
    for _ in range(2):
        path.write_text(good + "  three: {}\n")
        assert specs.look(job) is None
    told = capsys.readouterr()
    assert told.err.count("1 error in 1 file") == told.err.count("goes on with the specs as they were") == 1
    assert not specs.due()
    specs.looked -= AGAIN
    assert specs.due()
    path.write_text(good)
    assert specs.look(job) is None
    assert capsys.readouterr().err == "specrun: specs are right again.\n"


def test_what_goes_too_far_waits_for_another_edit(
    spec: Spec, specrun: Specrun, begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = "\n".join(f"t{number}: {{prompt: 'true'}}" for number in range(5))
    path = spec(tasks)
    specrun("apply", "--yes")
    specs, job = begun()
    path.write_text(path.read_text().replace("'true'", "': '"))
    assert specs.look(job) is None
    told = capsys.readouterr().err
    assert "specrun: the edit is not carried out: this goes too far to be done unasked: 5 of 5" in told
    specs.looked -= AGAIN
    assert not specs.due()
    with_force, forced = begun(force=True)
    path.write_text(path.read_text().replace("': '", "'true #'"))
    found = with_force.look(forced)
    assert found is not None
    assert len(found[1].news) == 5


def test_what_has_come_up_at_rest_is_judged_as_well(
    spec: Spec, begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    spec(TWO)
    specs, job = begun()
    assert specs.ready(job, job.plan)
    assert held(specs) == ["demo"]
    far = replace(job.plan, unsafe=(Unsafe(code="reruns", told="too many"),))
    assert not specs.ready(job, far)
    assert held(specs) == []
    assert "too many" in capsys.readouterr().err


def test_a_spec_that_somebody_else_applies_is_waited_for(
    spec: Spec, begun: Begun, repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spec(TWO)
    specs, job = begun()
    specs.locks.keep(())
    with wiring.apply_locks(wiring.open_project(repo, ())):
        assert not specs.ready(job, job.plan)
        path.write_text(path.read_text().replace("exit 1", "exit 2"))
        assert specs.look(job) is None
        assert "another specrun is applying demo just now" in capsys.readouterr().err
        assert held(specs) == []
    specs.looked -= AGAIN
    assert specs.due()
    assert specs.look(job) is not None
    assert held(specs) == ["demo"]


def test_locks_that_were_taken_in_vain_are_let_go(spec: Spec, begun: Begun) -> None:
    path = spec(TWO)
    specs, job = begun()
    spec("more: {prompt: 'true', secrets: [NOBODY_HAS_THIS]}", name="other")
    assert specs.look(job) is None
    assert "NOBODY_HAS_THIS" in specs.trouble
    assert held(specs) == ["demo"]
    specs.locks.keep(())
    path.touch()
    assert specs.look(job) is None
    assert held(specs) == []


def test_a_commit_is_worth_a_look_and_another_branch_is_the_end(
    spec: Spec, begun: Begun, git: Callable[..., str]
) -> None:
    spec(TWO)
    specs, job = begun()
    git("commit", "--quiet", "--allow-empty", "--message=More")
    assert specs.moved(job)
    found = specs.look(job)
    assert found is not None
    made, edit = found
    assert made.runtime.base == edit.head == git("rev-parse", "HEAD")
    assert not specs.moved(made)
    git("checkout", "--quiet", "-b", "other")
    with pytest.raises(Stale):
        specs.look(made)


def test_workers_of_a_spec_that_is_gone_keep_it(spec: Spec, begun: Begun, repo: Path) -> None:
    spec(TWO)
    spec("more: {prompt: 'true'}", name="other")
    specs, job = begun()
    (repo / "specs" / "other.yaml").unlink()
    found = specs.look(job)
    assert found is not None
    made, edit = found
    assert edit.dropped == ("other",)
    assert held(specs) == ["demo"]
    at_work = [
        replace(one, action=Action.ADOPT) if one.task_id == "other/more" else one
        for one in job.plan.decisions
    ]
    with pytest.raises(Refused, match="spec other is gone while its workers run: other/more"):
        module._guard(job, made, replace(job.plan, decisions=tuple(at_work)))
