"""Tests the line of a task where the terminal decides how it looks."""

from __future__ import annotations

import pytest

from specrun.core.change import Action, ReasonCode
from specrun.core.task import TaskId
from specrun.core.world import Phase, Status
from specrun.report.colour import PLAIN, Paint
from specrun.report.status import Row, standing
from specrun.report.tasklines import Layout, ranked
from specrun.report.text import width
from tests.report.values import NOW, attempt, decision, desired, plan, run, task, world

LONG = "demo/a-task-with-a-name-that-is-longer-than-any-terminal-of-eighty-columns-has-room-for"


def rows(*names: str) -> tuple[Row, ...]:
    """Answer rows of workers."""
    return standing(
        desired(*map(task, names)),
        world(attempts=[attempt(name, 1, Phase.RUNNING) for name in names]),
        plan(*(decision(name, Action.ADOPT, (ReasonCode.RUNNING, "")) for name in names)),
    ).rows


@pytest.mark.parametrize("room", [1, 2, 10, 20, 39, 59, 60, 79, 120, 300])
def test_a_long_name_leaves_room_for_the_rest(room: int) -> None:
    (row,) = rows(LONG)
    told = Layout.of([row], {TaskId(LONG): "said " * 80}, NOW, room).line(row, PLAIN)
    assert width(told) <= room
    assert room < 39 or "1m 05s" in told
    assert room < 60 or ("running" in told and "said" in told)


def test_columns_stay_where_they_are_whatever_is_shown() -> None:
    some = rows("demo/a", "demo/a-longer-name")
    layout = Layout.of(some, {}, NOW, 100)
    assert [layout.line(row, PLAIN).index("running") for row in some] == [22, 22]


def test_wide_characters_count_twice() -> None:
    (row,) = rows("demo/a")
    layout = Layout.of([row], {TaskId("demo/a"): "\u6f22\u5b57 " * 20}, NOW, 70)
    assert width(layout.line(row, PLAIN)) in {69, 70}
    assert width(Layout.of([row], {TaskId("demo/a"): "\u6f22\u5b57" * 20}, NOW, 40).line(row, PLAIN)) <= 40


def test_a_wait_says_what_for_and_a_short_one_in_seconds() -> None:
    waits = (ReasonCode.UPSTREAM_PENDING, "a")
    some = standing(
        desired(task("demo/a"), task("demo/b")),
        world(),
        plan(
            decision("demo/a", Action.RUN, (ReasonCode.NEW, ""), not_before=NOW + 0.2),
            decision("demo/b", Action.RUN, (ReasonCode.NEW, ""), waits),
        ),
    ).rows
    layout = Layout.of(some, {}, NOW, 70)
    assert [layout.line(row, PLAIN).split("  ")[-1] for row in some] == ["starts in 1.0s", "waits for a"]
    later = Layout.of(some, {}, NOW + 1, 70)
    assert later.line(some[0], PLAIN).endswith("  never run")


def test_the_narrow_line_is_coloured_as_far_as_it_tells_the_state() -> None:
    (row,) = rows("demo/a")
    told = Layout.of([row], {}, NOW, 40).line(row, Paint(on=True))
    assert told == "\x1b[36m> demo/a\x1b[0m 1m 05s"


def test_states_are_sorted_out() -> None:
    some = standing(
        desired(*map(task, ("demo/a", "demo/b", "demo/c", "demo/d", "demo/e"))),
        world(run("demo/a"), run("demo/d", Status.LOST), attempts=[attempt("demo/b", 1, Phase.ENDED)]),
        plan(
            decision("demo/a", Action.REUSE),
            decision("demo/b", Action.ADOPT, (ReasonCode.INCOMPLETE, "")),
            decision("demo/c", Action.HOLD, (ReasonCode.DISABLED, "")),
            decision("demo/d", Action.HOLD, (ReasonCode.FAILED_UNCHANGED, "")),
            decision("demo/e", Action.RUN, (ReasonCode.NEW, "")),
        ),
    ).rows
    found = [[row.task_id[-1] for row in group] for group in ranked(some)]
    assert found == [["b"], ["d"], ["e"], ["a", "c"]]
