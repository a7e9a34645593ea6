"""Tests what is said of an acceptance."""

from __future__ import annotations

from specrun.core.accepting import Taken
from specrun.core.change import Action, ReasonCode
from specrun.report.accepted import stands, text
from tests.report.values import COMMIT, decision, desired, plan, run, task


def test_what_becomes_of_everything_below_is_told_and_nothing_else() -> None:
    wanted = desired(
        task("demo/a"), task("demo/b", after=["demo/a"]), task("demo/long", after=["demo/b"]), task("demo/z")
    )
    seen = plan(
        decision("demo/a", Action.REUSE),
        decision("demo/z", Action.RUN, (ReasonCode.NEW, "")),
        decision("demo/b", Action.CASCADE, (ReasonCode.UPSTREAM_OUTPUT_CHANGED, "a")),
        decision("demo/long", Action.REUSE),
    )
    assert text(run("demo/a"), "its work is in HEAD", wanted, seen).splitlines() == [
        "Accepted demo/a: its work is in HEAD.",
        "The next specrun apply, for those that depend on it:",
        "  ^ cascade  demo/b     upstream result changed: a",
        "  = reuse    demo/long  up to date",
    ]
    assert text(run("demo/z"), "x", wanted, seen).splitlines()[1:] == ["No task depends on it."]


def test_the_work_of_an_attempt_is_named() -> None:
    taken = Taken(carried=(), commit=COMMIT, branch="specrun/demo/a\x1b[2J")
    assert stands(3, taken) == "its work is that of attempt 3, commit c0ffeec0ffee on branch specrun/demo/a"
