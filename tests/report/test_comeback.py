"""Tests which commands bring somebody back to an apply."""

from __future__ import annotations

import pytest

from specrun.core.choice import Choice
from specrun.core.task import TaskId
from specrun.report.comeback import command, rows, selectors

A, B, C = TaskId("demo/a"), TaskId("demo/b"), TaskId("demo/c")
TASKS = (A, B, C)


def choice(*words: str, narrow: bool = True, selected: tuple[TaskId, ...] = (B, A)) -> Choice:
    only = frozenset(selected)
    return Choice(words=words, of=3, selected=only, only=only if narrow else None)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (choice(narrow=False), ()),
        (choice("--replace a", narrow=False), ()),
        (choice("--only x*", "--exclude y"), ("--only", "x*", "--exclude", "y")),
        (choice("--label a b"), ("--label", "a b")),
        # Marked tasks are added to those that are named, and narrow nothing else.
        (choice("--target a", "--replace b"), ("--target", "a", "--only", "b")),
        (choice("--domain x", "--replace b"), ("--domain", "x")),
        # What these mean is another thing as soon as the first task has ended.
        (choice("--changed"), ("--only", "demo/a", "--only", "demo/b")),
        (choice("--failed", "--label x"), ("--only", "demo/a", "--only", "demo/b")),
        (choice("--changed", selected=TASKS), ()),
        (choice("--changed", selected=(A, TaskId("demo/gone"))), ("--only", "demo/a")),
    ],
)
def test_the_words_mean_the_same_tasks_later(made: Choice, words: tuple[str, ...]) -> None:
    assert selectors(made, (), TASKS) == words


def test_tasks_of_a_retry_are_named_unless_they_are_all() -> None:
    assert selectors(None, (C, A), TASKS) == ("--only", "demo/a", "--only", "demo/c")
    assert selectors(None, (C, A, B), TASKS) == ()


def test_a_command_can_be_pasted_and_does_no_harm() -> None:
    assert (
        command(("specrun", "-C", "my repo"), "wait", "--only", "a*")
        == "specrun -C 'my repo' wait --only 'a*'"
    )
    assert "\x1b" not in command(("specrun",), "wait", "\x1b[31m")


def test_what_they_do_is_told_where_there_is_room() -> None:
    assert rows(("specrun",), ("demo", "--only", "a"), 80).splitlines() == [
        "  specrun status --watch demo --only a   look at it again",
        "  specrun wait demo --only a             wait for it",
        "  specrun stop --all                     end its workers",
    ]
    assert rows(("specrun",), ("demo", "--only", "a"), 50).splitlines() == [
        "  specrun status --watch demo --only a",
        "  specrun wait demo --only a",
        "  specrun stop --all",
    ]
