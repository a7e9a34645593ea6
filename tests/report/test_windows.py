"""Tests what is said before and after windows of workers are shown."""

from __future__ import annotations

from specrun.core.task import TaskId
from specrun.report.windows import ended, greeting, missing, standing

ONE, TWO = TaskId("demo/one"), TaskId("demo/two")
MANY = [TaskId(f"demo/{number}") for number in range(9)]


def test_the_way_out_is_told_before() -> None:
    assert greeting([ONE], "C-a", ended=False) == "Showing demo/one. C-a d leaves; the worker goes on."
    assert greeting([ONE], "C-b", ended=True) == "Showing demo/one, which has ended. C-b d leaves."
    assert greeting([ONE, TWO], "C-b", ended=False) == (
        "Showing demo/one and demo/two.\nC-b w lists the windows, C-b n shows the next one.\n"
        "C-b d leaves; the workers go on."
    )


def test_inside_of_tmux_the_prefix_is_pressed_twice() -> None:
    assert greeting([ONE], "C-b C-b", ended=False) == (
        "Showing demo/one.\nThis is tmux in tmux, so the first C-b is for the outer one.\n"
        "C-b C-b d leaves; the worker goes on."
    )


def test_of_many_only_some_are_named() -> None:
    assert ended(MANY) == (
        "demo/0, demo/1, demo/2, demo/3, demo/4, demo/5 and 3 more have ended; see specrun status."
    )
    assert ended([TaskId("demo/\x1b[2Jone")]) == "demo/one has ended; see specrun status."


def test_why_there_is_no_window() -> None:
    assert missing([ONE], {"process"}) == "demo/one has no window: it runs with the executor process"
    assert missing([ONE, TWO], {"process", "other"}) == (
        "demo/one and demo/two have no windows: they run with the executor other, process"
    )
    assert missing([ONE, TWO], {"process", "tmux"}).endswith(
        "have no windows: the tmux server is gone, and work goes on without it"
    )


def test_how_a_task_stands_is_put_behind_its_name() -> None:
    assert standing("failed", "exit code 1:\n bad") == " (failed: exit code 1: bad)"
    assert standing("pending", "") == " (pending)"
    assert len(standing("failed", "x" * 500)) < 140
