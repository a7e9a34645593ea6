"""Tests what the graph of tasks is made of."""

from __future__ import annotations

import pytest

from specrun.core.change import Action
from specrun.core.contract import Contract, Judge, Rewind
from specrun.core.forecast import Conflict
from specrun.core.task import Carry, When
from specrun.report.graph import ROLES, Kind, Link
from specrun.report.status import State
from tests.core.make import task, tid
from tests.report.graphs import made, shop


def test_every_state_has_a_meaning() -> None:
    assert ROLES.keys() == {*State}


def test_tasks_stand_in_the_order_in_which_they_are_written() -> None:
    found = made(task("z"), task("a", "z"), task("m"))
    assert [node.task.name for node in found.nodes] == ["z", "a", "m"]
    assert found.parts[0].waves == ((tid("z"), tid("m")), (tid("a"),))


def test_each_task_is_told_with_all_that_is_known() -> None:
    node = shop().nodes[0]
    assert (node.state, node.action, node.wave, node.critical) == (State.SUCCEEDED, Action.REUSE, 1, True)
    assert (node.seconds, node.estimate.samples) == (10.0, 1)
    assert shop().nodes[1].seconds is None


def test_edges_keep_what_they_carry_and_judges_point_back() -> None:
    links = shop().parts[0].links
    assert links[:2] == (
        Link(source=tid("schema"), target=tid("api"), on=When.SUCCEEDED, carry=Carry.ALL, critical=True),
        Link(source=tid("schema"), target=tid("web"), on=When.SUCCEEDED, carry=Carry.OUTPUT),
    )
    assert Link(source=tid("review"), target=tid("api"), kind=Kind.REWIND, limit=2) in links
    assert len(links) == 6


@pytest.mark.parametrize(
    ("link", "label"),
    [
        (Link(source=tid("a"), target=tid("b"), on=When.SUCCEEDED, carry=Carry.ALL), ""),
        (Link(source=tid("a"), target=tid("b"), on=When.FAILED, carry=Carry.ALL), "on failed"),
        (
            Link(source=tid("a"), target=tid("b"), on=When.FINISHED, carry=Carry.NONE),
            "on finished, carries none",
        ),
        (Link(source=tid("a"), target=tid("b"), kind=Kind.REWIND, limit=3), "sends back, up to 3 times"),
        (Link(source=tid("a"), target=tid("b"), kind=Kind.REWIND, limit=1), "sends back, once at most"),
    ],
)
def test_only_what_is_not_as_usual_is_told_of_an_edge(link: Link, label: str) -> None:
    assert link.label == label


def test_tasks_side_by_side_that_touch_the_same_conflict_whatever_becomes_of_them() -> None:
    assert shop().conflicts == (Conflict(tasks=(tid("api"), tid("web")), globs=("src/**", "src/web/**")),)


def test_a_selection_is_a_graph_of_its_own() -> None:
    found = made(task("a"), task("b", "a"), task("c", "b"), task("d", "c"), only=["b", "d"])
    assert [(node.task.name, node.wave, node.elsewhere) for node in found.nodes] == [
        ("b", 1, (tid("a"),)),
        ("d", 1, (tid("c"),)),
    ]
    assert found.parts[0].links == ()
    assert made(task("a"), only=[]).parts == ()


def test_a_judge_whose_work_is_not_shown_points_nowhere() -> None:
    judge = Judge(passing=("yes",), failing=(), rewind=Rewind(to="a"))
    found = made(task("a"), task("b", "a", contract=Contract(judge=judge)), only=["b"])
    assert found.parts[0].links == ()


def test_a_task_alone_is_no_chain() -> None:
    found = made(task("a"), task("b"))
    assert [node.critical for node in found.nodes] == [False, False]
    assert found.parts[0].chain.tasks == (tid("a"),)


def test_each_spec_is_a_part() -> None:
    found = made(task("one/a"), task("two/a"), task("two/b", "two/a"))
    assert [(part.spec.name, len(part.nodes)) for part in found.parts] == [("one", 1), ("two", 2)]
