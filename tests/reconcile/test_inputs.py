"""What tasks build on beside their specs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from specrun.core.task import Condition, Task, TaskId
from specrun.core.world import Run
from specrun.errors import InvalidSpec, Problem, Where
from specrun.reconcile import inputs
from specrun.reconcile.inputs import conditions, read_files
from specrun.reconcile.observe import observe
from specrun.reconcile.runtime import Runtime
from tests.core.make import desired, prints, run, task, tid, told
from tests.fakes import FakePrompts, FakeWorkspaces, State, runtime

LATER = Condition(text="tasks.a.output.go", met=None)
ASKING = task("b", "a", when=LATER)
WANTED = desired(task("a"), ASKING, task("c", when=Condition(text="vars.go", met=False)))
FILES = {"src/a": "100644 1", "src/b": "100644 2", "docs/c": "100644 3", "results/s/a.json": "100644 4"}


def good(output: str = "yes") -> Run:
    return replace(run(prints(desired(task("a")))[tid("a")], "a"), output=output)


def test_only_conditions_on_upstreams_wait_for_them() -> None:
    state = State()
    made = runtime(WANTED, state)
    assert conditions(made, {}) == ({}, {})
    found, errors = conditions(made, {tid("a"): good()})
    assert (list(found), found[ASKING.id].met, errors) == ([ASKING.id], True, {})
    assert conditions(made, {tid("a"): good("")})[0][ASKING.id].met is False


class Counting(FakePrompts):
    """Counts how often it is asked, and can find fault."""

    def __init__(self, wrong: str = "") -> None:
        super().__init__()
        self.asked = 0
        self.wrong = wrong

    def condition(self, task: Task, upstreams: Mapping[TaskId, Run]) -> Condition:
        self.asked += 1
        if self.wrong:
            raise InvalidSpec((Problem(where=Where("s.yaml", 2, 3), code="E301", what=self.wrong),))
        return super().condition(task, upstreams)


def test_the_same_values_are_not_asked_for_twice() -> None:
    prompts = Counting()
    made = replace(runtime(WANTED, State()), prompts=prompts)
    for _ in range(3):
        conditions(made, {tid("a"): good()})
    assert prompts.asked == 1
    conditions(made, {tid("a"): good("other")})
    assert prompts.asked == 2


def test_a_condition_that_cannot_be_decided_is_told_and_holds_its_task() -> None:
    made = replace(runtime(WANTED, State(runs={tid("a"): good()})), prompts=Counting("there is no output.go"))
    assert observe(made).prompt_errors == {ASKING.id: "s.yaml:2:3: error[E301]: there is no output.go"}


def reading(*globs: str) -> Runtime:
    made = runtime(desired(task("a", reads=globs), task("b")), State())
    assert isinstance(made.workspaces, FakeWorkspaces)
    made.workspaces.trunk = FILES
    return made


@pytest.mark.parametrize(
    ("globs", "paths"),
    [
        (("src/**",), ["src/a", "src/b"]),
        (("src", "!src/b"), ["src/a"]),
        (("**",), ["docs/c", "src/a", "src/b"]),
        (("nothing",), []),
    ],
)
def test_files_that_are_meant_with_mode_and_blob_and_never_records(
    globs: tuple[str, ...], paths: list[str]
) -> None:
    found, errors = read_files(reading(*globs))
    assert found == {tid("a"): {path: FILES[path] for path in paths}}
    assert errors == {}
    assert observe(reading(*globs)).reads == found


def test_too_many_files_are_told_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MOST", 1)
    _, errors = read_files(reading("src/**"))
    assert errors[tid("a")].startswith("specs/s.yaml:1:1: `reads` means 2 files, and 1 at most")


def test_the_tree_is_looked_up_once_and_only_where_somebody_reads() -> None:
    made = reading("src/**")
    first = read_files(made)
    assert isinstance(made.workspaces, FakeWorkspaces)
    made.workspaces.trunk = {}
    assert read_files(made) == first
    idle = runtime(desired(task("a")), State())
    assert read_files(idle) == ({}, {})


def test_mere_order_needs_no_record_for_a_condition_or_a_prompt() -> None:
    off = task("d", enabled=False)
    asking, saying = (
        task("b", "a", "d:succeeded:none", when=LATER),
        task("c", "a", "d:succeeded:none", prompt=None),
    )
    wanted = desired(task("a"), off, asking, saying)
    for output, action in (("yes", "run"), ("", "hold")):
        seen = observe(runtime(wanted, State(runs={tid("a"): good(output)})))
        assert told(wanted, seen)["b"][0] == action
        assert told(wanted, seen)["c"] == ("run", "new")
    assert observe(runtime(wanted, State())).conditions == {}
