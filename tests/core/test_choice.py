"""What a selection comes to: what may be started, what is left out, and what waits for that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from specrun.core.change import Action
from specrun.core.choice import Choice, among, choose, surveyed
from specrun.core.plan import plan
from specrun.core.selection import Ground, Selectors
from specrun.core.task import Desired, Retry, TaskId
from specrun.core.world import Phase, Run, Status, World
from specrun.errors import UsageProblem
from tests.core.judges import API, REVIEW, WANTED, done, rejected
from tests.core.make import attempt, checked, desired, judging, prints, run, task, tid, world

A, B, C, D = task("a"), task("b", "a"), task("c"), task("d", "c")
ALL = desired(A, B, C, D)
PRINTS = prints(ALL)


def chosen(asked: Selectors, wanted: Desired, seen: World) -> Choice:
    return choose(asked, wanted, seen, plan(wanted, seen))


def names(found: Iterable[str]) -> list[str]:
    return sorted(one.removeprefix("s/") for one in found)


def left_out(choice: Choice) -> dict[str, list[str]]:
    return {str(action): names(found) for action, found in choice.left_out.items()}


def good(*tasks: str, wanted: Desired = ALL) -> list[Run]:
    return [run(prints(wanted)[tid(name)], name) for name in tasks]


def test_without_selectors_everything_may_start_and_nothing_is_told() -> None:
    choice = chosen(Selectors(), ALL, world())
    assert (choice.only, choice.words, choice.left_out, choice.empty) == (None, (), {}, False)
    assert names(choice.selected) == ["a", "b", "c", "d"]
    assert not chosen(Selectors(), desired(), world()).empty


def test_what_has_something_to_do_and_is_not_selected_is_left_out() -> None:
    failed = run(PRINTS[C.id], "c", Status.FAILED)
    seen = world([*good("a"), failed])
    choice = chosen(Selectors(only=("a",)), ALL, seen)
    assert choice.only == frozenset({A.id})
    assert left_out(choice) == {"run": ["b"], "hold": ["c", "d"]}
    assert (choice.of, choice.words, choice.empty) == (4, ("--only a",), False)
    assert left_out(chosen(Selectors(target=("b",), names=("d", "c")), ALL, seen)) == {}


def test_what_somebody_wants_to_be_held_is_not_missed() -> None:
    wanted = desired(A, replace(C, enabled=False))
    assert left_out(chosen(Selectors(only=("a",)), wanted, world())) == {}
    assert left_out(chosen(Selectors(only=("c",)), wanted, world())) == {"run": ["a"]}


def test_what_runs_goes_on_and_is_not_left_out() -> None:
    at_work = attempt("a", Phase.RUNNING, PRINTS[A.id])
    assert left_out(chosen(Selectors(only=("c",)), ALL, world(attempts=[at_work]))) == {"run": ["b", "d"]}
    outdated = replace(at_work, work="f" * 64)
    assert left_out(chosen(Selectors(only=("c", "b", "d")), ALL, world(attempts=[outdated]))) == {
        "stop": ["a"]
    }
    asked = replace(at_work, stopping=True)
    assert left_out(chosen(Selectors(only=("c", "b", "d")), ALL, world(attempts=[asked]))) == {}


def test_who_waits_for_what_is_left_out_is_told() -> None:
    choice = chosen(Selectors(only=("b", "d")), ALL, world(good("c")))
    assert choice.waiting == {B.id: (A.id,)}
    assert chosen(Selectors(target=("b", "d")), ALL, world(good("c"))).waiting == {}
    at_work = world(good("c"), [attempt("a", Phase.RUNNING, PRINTS[A.id])])
    assert chosen(Selectors(only=("b", "d")), ALL, at_work).waiting == {}


@pytest.mark.parametrize("status", [Status.FAILED, Status.ERRORED, Status.LOST, Status.CANCELLED])
def test_failed_means_every_end_that_is_not_good(status: Status) -> None:
    seen = world([*good("a"), run(PRINTS[C.id], "c", status)])
    assert names(chosen(Selectors(failed=True), ALL, seen).selected) == ["c"]


def test_a_failure_whose_task_was_set_back_to_its_success_is_none() -> None:
    before = run(PRINTS[A.id], "a")
    edited = prints(desired(task("a", prompt="x")))[A.id]
    seen = world([run(edited, "a", Status.FAILED, before=before), run(PRINTS[C.id], "c", Status.FAILED)])
    assert names(chosen(Selectors(failed=True), ALL, seen).selected) == ["c"]


def test_failed_with_target_touches_what_failed_of_it_alone() -> None:
    """Never every failure there is."""
    seen = world([run(PRINTS[one.id], one.id, Status.FAILED) for one in (A, C)])
    choice = chosen(Selectors(failed=True, target=("b",)), ALL, seen)
    assert (names(choice.selected), choice.only) == (["a"], frozenset({A.id}))


def test_changed_means_what_the_plan_has_something_to_do_for() -> None:
    edited = desired(A, replace(B, prompt="else"), C, D)
    seen = world([*good("a", "b", "c"), run(PRINTS[D.id], "d", Status.FAILED)])
    assert names(chosen(Selectors(changed=True), edited, seen).selected) == ["b"]


def test_nothing_that_matches_is_empty_and_unknown_names_are_refused() -> None:
    choice = chosen(Selectors(failed=True), ALL, world())
    assert (choice.empty, choice.only) == (True, frozenset())
    with pytest.raises(UsageProblem, match="no task 'zzz'"):
        chosen(Selectors(target=("zzz",)), ALL, world())


def test_tasks_that_are_gone_can_be_named_as_long_as_something_is_left_of_them() -> None:
    gone = attempt("z", Phase.RUNNING)
    choice = chosen(Selectors(only=("z",)), ALL, world(attempts=[gone]))
    assert (choice.only, choice.of) == (frozenset({tid("z")}), 5)


def test_replace_alone_leaves_nothing_out() -> None:
    choice = chosen(Selectors(replace=("a",)), ALL, world(good("a")))
    assert (choice.only, choice.replace, choice.words) == (None, frozenset({A.id}), ("--replace a",))
    dropped = chosen(Selectors(replace=("a", "d"), exclude=("c",)), ALL, world(good("a")))
    assert (dropped.replace, dropped.dropped) == (frozenset({A.id}), (D.id,))


def test_a_plan_is_narrowed_to_the_selection() -> None:
    made = plan(ALL, world())
    narrowed = choose(Selectors(target=("b",)), ALL, world(), made).narrowed(made)
    assert [one.task_id for one in narrowed.decisions] == [A.id, B.id]
    assert choose(Selectors(), ALL, world(), made).narrowed(made) is made


def test_where_nothing_is_planned_names_and_graph_are_enough() -> None:
    ground = Ground(tasks=ALL.tasks, known=tuple(ALL.tasks))
    choice = among(Selectors(target=("b",)), ground)
    assert (choice.only, choice.of) == (frozenset({A.id, B.id}), 4)
    assert among(Selectors(), ground).only is None


def test_what_can_be_selected_is_what_the_plan_speaks_of() -> None:
    seen = world(attempts=[attempt("z", Phase.RUNNING)])
    assert surveyed(ALL, seen, plan(ALL, seen)).known[-1] == tid("z")


# ------------------------------------------------------------------------------------------ judges


def sent_back(asked: Selectors, wanted: Desired, seen: World) -> list[str]:
    return names(chosen(asked, wanted, seen).sent_back)


def test_a_selected_judge_may_send_work_back() -> None:
    work = done()
    seen = world([work, rejected(work, "rejected")])
    asked = Selectors(only=("review",))
    choice = chosen(asked, WANTED, seen)
    assert (names(choice.selected), names(choice.only or ())) == (["review"], ["api", "review"])
    assert left_out(choice) == {}
    final = world([work, rejected(work, "rejected", "rejected", "rejected")])
    assert sent_back(asked, WANTED, final) == ["api"]
    assert sent_back(Selectors(only=("api",)), WANTED, seen) == []
    assert sent_back(Selectors(target=("review",)), WANTED, seen) == []


def test_what_lies_between_goes_along_even_where_it_is_blocked() -> None:
    mid, judge = task("mid", "api"), task("review", "mid", contract=judging())
    wanted = desired(API, mid, judge)
    failed = run(prints(wanted)[API.id], "api", Status.FAILED)
    seen = world([failed])
    assert {one.action for one in plan(wanted, seen).decisions} == {Action.HOLD}
    assert sent_back(Selectors(names=("api", "review")), wanted, seen) == ["mid"]
    at_work = attempt("api", Phase.RUNNING, prints(wanted)[API.id])
    assert sent_back(Selectors(names=("review",)), wanted, world(attempts=[at_work])) == ["api"]


def test_an_edit_of_judged_work_that_nobody_selected_stays_where_it_is() -> None:
    work = done()
    edited = desired(replace(API, prompt="else"), REVIEW)
    choice = chosen(Selectors(only=("review",)), edited, world([work, rejected(work, "rejected")]))
    assert (choice.sent_back, left_out(choice)) == ((), {"rerun": ["api"]})


def test_exclude_wins_over_verdicts() -> None:
    work = done()
    choice = chosen(Selectors(exclude=("api",)), WANTED, world([work, rejected(work, "rejected")]))
    assert choice.only == frozenset()


def test_the_plan_of_a_selection_starts_nothing_else() -> None:
    wanted = desired(A, B, replace(C, contract=checked("x")), replace(D, retry=Retry(limit=2)))
    seen = world(good("c"))
    for asked in (Selectors(only=("b",)), Selectors(target=("d",)), Selectors(exclude=("a",))):
        only = chosen(asked, wanted, seen).only
        assert only is not None
        made = plan(replace(wanted, only=only, memo={}), seen)
        started: set[TaskId] = {one.task_id for one in made.decisions if not one.idle}
        assert started <= only
