"""Tests which commands come next."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.change import Action, Plan, ReasonCode
from specrun.core.choice import Choice
from specrun.core.safety import Unsafe
from specrun.core.task import TaskId
from specrun.report.onward import commands, rows
from specrun.report.preview import Preview
from tests.report.previews import preview
from tests.report.values import decision, desired, plan, task

WANTED = desired(task("demo/a"), task("demo/b"), task("other/c"))
RUN = decision("demo/a", Action.RUN, (ReasonCode.NEW, ""))
AGAIN = (ReasonCode.FAILED_UNCHANGED, "exit code 1")


def told(shown: Preview) -> list[str]:
    return [command for command, _ in commands(shown)]


def test_nothing_comes_next_when_nothing_is_to_do() -> None:
    shown = preview(WANTED, plan(decision("demo/a", Action.REUSE)))
    assert (told(shown), rows(shown)) == ([], [])


def test_an_apply_names_the_specs_that_it_is_about() -> None:
    assert told(preview(WANTED, plan(RUN))) == ["specrun apply specs/demo.yaml"]
    all_of_them = plan(RUN, decision("other/c", Action.RUN, (ReasonCode.NEW, "")))
    assert told(preview(WANTED, all_of_them)) == ["specrun apply"]
    assert told(preview(WANTED, all_of_them, asked=("demo", "other"))) == ["specrun apply demo other"]


def test_what_was_picked_and_where_it_was_called_is_picked_again_in_words_for_a_shell() -> None:
    one = frozenset({TaskId("demo/a")})
    choice = Choice(words=("--target demo/a*", "--failed"), of=3, selected=one, only=one)
    shown = preview(WANTED, plan(RUN), choice=choice, call=("specrun", "-C", "my repo"))
    assert told(shown) == ["specrun -C 'my repo' apply specs/demo.yaml --target 'demo/a*' --failed"]


def test_what_waits_for_something_left_out_can_be_had_with_it() -> None:
    a, b = TaskId("demo/a"), TaskId("demo/b")
    choice = Choice(
        words=("--only b",), of=3, selected=frozenset({b}), only=frozenset({b}), waiting={b: (a,)}
    )
    shown = preview(WANTED, plan(decision("demo/b", Action.RUN, (ReasonCode.NEW, ""))), choice=choice)
    assert commands(shown)[1:] == (
        ("specrun apply specs/demo.yaml --target demo/b", "do what it waits for first"),
    )


def test_an_unsafe_plan_has_to_be_insisted_on() -> None:
    unsafe = replace(plan(RUN), unsafe=(Unsafe(code="reruns", told="too many"),))
    assert told(preview(WANTED, unsafe)) == ["specrun apply specs/demo.yaml --force"]


def held(amount: int, code: ReasonCode) -> Plan:
    return plan(*(decision(f"demo/t{number}", Action.HOLD, (code, "")) for number in range(amount)))


def test_failures_are_retried_by_name_a_few_of_many() -> None:
    assert told(preview(WANTED, held(1, ReasonCode.FAILED_UNCHANGED))) == [
        "specrun retry demo/t0",
        "specrun explain demo/t0",
    ]
    assert told(preview(WANTED, held(5, ReasonCode.CANCELLED))) == [
        *(f"specrun retry demo/t{number}" for number in range(3)),
        "specrun apply specs/demo.yaml --retry-failed",
        "specrun explain demo/t0",
    ]
    alone = desired(task("demo/a"))
    assert "specrun apply --retry-failed" in told(preview(alone, held(5, ReasonCode.FAILED_UNCHANGED)))


def test_other_holds() -> None:
    assert told(preview(WANTED, held(1, ReasonCode.RESULT_EDITED))) == [
        "specrun accept demo/t0 --reason ...",
        "specrun explain demo/t0",
    ]
    assert told(preview(WANTED, held(1, ReasonCode.UPSTREAM_FAILED))) == ["specrun explain demo/t0"]
    assert told(preview(WANTED, held(1, ReasonCode.FROZEN))) == []


def test_left_overs_can_be_taken_away() -> None:
    gone = decision("demo/z", Action.PRUNE, (ReasonCode.ORPHANED, ""))
    assert told(preview(WANTED, plan(gone))) == ["specrun prune"]
    assert told(preview(WANTED, plan(replace(gone, ready=True)))) == ["specrun apply specs/demo.yaml"]


def test_each_command_says_what_it_is_for() -> None:
    shown = preview(WANTED, plan(RUN, decision("demo/b", Action.HOLD, AGAIN)))
    assert rows(shown) == [
        "  specrun apply specs/demo.yaml  # do it",
        "  specrun retry demo/b           # run it again, after mending what made it fail",
        "  specrun explain demo/b         # see why",
    ]
    running = preview(WANTED, plan(decision("demo/a", Action.ADOPT, (ReasonCode.RUNNING, ""))))
    assert rows(running) == ["  specrun apply specs/demo.yaml  # take over what is at work"]
    assert rows(running, 40) == ["  specrun apply specs/demo.yaml"]
    assert all(row.isprintable() for row in rows(preview(WANTED, plan(RUN), asked=("\x1b[2J",))))
