"""Tests what a preview is made from."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from specrun import wiring
from specrun.api.previewing import Called, glimpsed, previewed
from specrun.api.selecting import exactly
from specrun.core.agent import Price
from specrun.core.task import TaskId
from specrun.reconcile.tick import decide
from tests.commands.conftest import Spec, Specrun

ONE = TaskId("demo/one")
TASKS = "one: {prompt: 'echo {{ vars.who }}'}\ntwo: {depends_on: [one], prompt: 'true'}"
HEAD = "vars: {who: world}\n"


def test_how_it_was_called() -> None:
    assert Called(None, ()).words == ("specrun",)
    assert Called(Path("a b"), ("x",)).words == ("specrun", "-C", "a b")


def test_a_look_knows_places_prompts_and_numbers(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(TASKS, head=HEAD)
    assert specrun("apply", "--yes").code == 0
    project = wiring.open_project(repo, ())
    runtime = wiring.runtime(project)
    seen = glimpsed(project, runtime, *decide(runtime))
    place = seen.where(ONE, "vars.who")
    assert place is not None
    assert (place.file, place.line) == ("specs/demo.yaml", 6)
    assert (seen.prompt(ONE), seen.number(ONE), seen.number(TaskId("demo/new"))) == ("echo world", 2, 1)
    assert seen.prices["shell"] is Price.FREE
    begun = seen.begun(ONE, 1)
    assert begun is not None
    assert begun.components["prompt"] == "echo world"
    assert seen.begun(ONE, 9) is None


def test_history_drift_and_files_are_gathered(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(TASKS, head=HEAD)
    spec("old: {prompt: 'true'}", name="former").rename(repo / "former.yaml")
    assert specrun("apply", "--yes").code == 0
    (repo / "results" / "former").mkdir()
    (repo / "results" / "former" / "old.json").write_text("{}")
    (repo / "results" / "empty").mkdir()
    spec(TASKS.replace("echo", "echo now"), head=HEAD)
    project = wiring.open_project(repo, ())
    shown = previewed(project, Called(None, ()), exactly(()))
    assert shown.estimates.tasks[ONE].samples == 1
    assert shown.estimates.deferred_usd == Decimal(0)
    assert [(one.code, one.task_id) for one in shown.drift] == [("spec_gone", "former")]
    assert (len(shown.digests["specs/demo.yaml"]), shown.choice, shown.base.dirty) == (64, None, True)
    named = previewed(wiring.open_project(repo, ("demo",)), Called(None, ("demo",)), exactly([ONE]))
    assert (named.drift, named.asked) == ((), ("demo",))
    assert named.choice is not None
    assert [one.task_id for one in named.pending] == [ONE]


def test_a_template_that_is_gone_by_now_has_no_digest(spec: Spec, repo: Path) -> None:
    (repo / "say.j2").write_text("echo {{ vars.who }}")
    spec("one: {template: say.j2}", head=HEAD)
    project = wiring.open_project(repo, ())
    (repo / "say.j2").unlink()
    assert [*previewed(project, Called(None, ()), exactly(())).digests] == ["specs/demo.yaml"]
