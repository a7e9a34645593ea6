"""Tests how prompts are shown."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, Decision, ReasonCode
from specrun.core.task import Json, Task
from specrun.core.world import Run
from specrun.report.prompts import rows
from tests.report.previews import edited, preview, print_of
from tests.report.values import decision, desired, plan, task, world

A = replace(task("demo/a"), prompt="one\ntwo")
LATER = replace(task("demo/a", after=["demo/b"]), prompt=None)
KNOWN_LATER = "see «tasks.b.output: known later»\n"


def changed(before: Json) -> tuple[Decision, Run]:
    return edited(A, Action.RERUN, {"prompt": before}, (ReasonCode.PROMPT_CHANGED, ""))


def later(task: Task) -> Decision:
    """A task whose prompt is known only when its upstream has ended."""
    made = print_of(task)
    kept = {name: value for name, value in made.components.items() if name != "prompt"}
    decided = decision("demo/a", Action.DEFERRED, (ReasonCode.UPSTREAM_PENDING, "b"))
    return replace(decided, fingerprint=replace(made, work="", components=kept, unknown=("prompt",)))


def test_a_first_run_shows_all_of_it() -> None:
    decided = replace(decision("demo/a", Action.RUN, (ReasonCode.NEW, "")), fingerprint=print_of(A))
    assert rows(preview(desired(A), plan(decided)), decided) == ["prompt, 2 lines:", "  | one", "  | two"]


def test_an_edit_shows_the_difference_to_the_record() -> None:
    decided, kept = changed("one\ntoo")
    assert rows(preview(desired(A), plan(decided), world(kept)), decided) == [
        "prompt:",
        "  --- recorded",
        "  +++ now",
        "  @@ -1,2 +1,2 @@",
        "   one",
        "  -too",
        "  +two",
    ]
    decided, kept = changed("one\ntwo")
    assert rows(preview(desired(A), plan(decided), world(kept)), decided) == ["prompt: as recorded"]


def test_a_prompt_that_is_recorded_by_its_digest_cannot_be_compared() -> None:
    decided, kept = changed({"characters": 40000, "sha256": "x"})
    assert rows(preview(desired(A), plan(decided), world(kept)), decided) == [
        "prompt: the record keeps only the digest of its 40000 characters; see specrun render"
    ]


def test_values_that_are_known_later_are_marked() -> None:
    decided = later(LATER)
    shown = preview(desired(LATER), plan(decided), prompt=lambda _: KNOWN_LATER)
    assert rows(shown, decided) == [
        "prompt, 1 line («...: known later» stands for what upstreams will leave):",
        "  | see «tasks.b.output: known later»",
    ]
    assert rows(preview(desired(LATER), plan(decided)), decided) == [
        "prompt: known when its upstreams have ended"
    ]


def test_a_prompt_that_speaks_of_the_mark_itself_is_no_promise() -> None:
    quoting = replace(A, prompt="say known later»")
    decided = replace(decision("demo/a", Action.RUN, (ReasonCode.NEW, "")), fingerprint=print_of(quoting))
    assert rows(preview(desired(quoting), plan(decided)), decided)[0] == "prompt, 1 line:"


def test_only_tasks_whose_agents_may_start_have_one_and_nothing_acts_on_a_terminal() -> None:
    evil = replace(A, prompt="a\x1b[2J\u202eb")
    decided = replace(decision("demo/a", Action.RUN, (ReasonCode.NEW, "")), fingerprint=print_of(evil))
    assert rows(preview(desired(evil), plan(decided)), decided)[1] == "  | a\\x1b[2J\\u202eb"
    for action in (Action.REUSE, Action.VERIFY, Action.HOLD, Action.MOVE):
        assert rows(preview(desired(evil), plan(decided)), replace(decided, action=action)) == []
    assert rows(preview(desired(evil), plan(decided)), replace(decided, fingerprint=None)) == []
