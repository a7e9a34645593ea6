"""Tests how a clean-up is shown."""

from __future__ import annotations

import pytest

from specrun.core.task import TaskId
from specrun.report.pruning import COMMITTED, UNCOMMITTED, Item, Stay, document, kept, listing, size, total

A, LONG = TaskId("demo/a"), TaskId("demo/lo\x1b[2Jng")
ITEMS = [
    Item(task_id=A, kind="attempt", name="attempts/demo/a/1", size=1_200_000),
    Item(task_id=A, kind="reference", name="refs/specrun/attempts/demo/a/1", commit="c" * 40),
    Item(task_id=A, kind="attempt", name="attempts/demo/a/2", size=30_000),
    Item(task_id=A, kind="branch", name="specrun/demo/a", commit="c" * 40),
    Item(task_id=A, kind="record", name="results/demo/a.json", size=4, git=COMMITTED),
    Item(task_id=LONG, kind="attempt", name="attempts/demo/long/1", size=12),
]
STAYS = [
    Stay(task_id=A, name="specrun/demo/a\x07", why="it is not merged", fix="merge it"),
    Stay(task_id=A, name="results/demo/b.json", why="it is frozen"),
]


def test_a_line_per_task_and_all_that_stays() -> None:
    assert listing(ITEMS, STAYS).splitlines() == [
        "demo/a     record (committed), branch specrun/demo/a, 2 attempts, 1 reference, 1.2 MB",
        "demo/long  1 attempt, 12 B",
        "Kept:",
        "  specrun/demo/a: it is not merged; fix: merge it",
        "  results/demo/b.json: it is frozen",
    ]
    assert listing([], []) == ""
    assert kept([]) == []


def test_a_record_that_git_does_not_know_is_pointed_out() -> None:
    only = [Item(task_id=A, kind="record", name="results/demo/a.json", git=UNCOMMITTED)]
    assert listing(only, []).splitlines() == [
        "demo/a  record (not committed)",
        "What is not committed git cannot bring back.",
    ]


def test_total() -> None:
    more = [*ITEMS, Item(task_id=LONG, kind="branch", name="specrun/demo/long")]
    assert total(more) == "1 record, 2 branches, 3 attempts and 1 reference, 1.2 MB"
    assert total(ITEMS[:1]) == "1 attempt, 1.2 MB"
    assert total(ITEMS[3:4]) == "1 branch"
    assert total([]) == "nothing"


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9949, "9.9 kB"),
        (9950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_sizes(amount: int, told: str) -> None:
    assert size(amount) == told


def test_document() -> None:
    told = document(ITEMS, STAYS[:1], removed=True)
    assert (told["format_version"], told["removed"], told["bytes"]) == (1, True, 1_230_016)
    assert told["summary"] == {"attempt": 3, "reference": 1, "branch": 1, "record": 1}
    items = told["items"]
    assert isinstance(items, list)
    assert items[3] == {
        "address": "demo/a",
        "kind": "branch",
        "name": "specrun/demo/a",
        "bytes": 0,
        "commit": "c" * 40,
        "git": None,
    }
    assert told["kept"] == [
        {"address": "demo/a", "name": STAYS[0].name, "why": "it is not merged", "fix": "merge it"}
    ]
