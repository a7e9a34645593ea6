"""Kills specrun, its shims and its tmux server while tasks run: nothing runs twice, nothing is forgotten."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from specrun.core.task import Json
from tests import processes
from tests.poll import until
from tests.torture import torment
from tests.torture.arena import Arena
from tests.torture.judge import complaints

SEED = 7
needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
Records = dict[str, dict[str, Json]]


@pytest.fixture(scope="module")
def peace(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Records]:
    """Answers the records of a run that nobody disturbs, by executor."""
    known: dict[str, Records] = {}

    def records(executor: str) -> Records:
        if executor not in known:
            arena = Arena(tmp_path_factory.mktemp(executor), SEED, executor)
            assert arena.finish() == 0, arena.said
            torment.tidy(arena)
            known[executor] = arena.records()
        return known[executor]

    return records


@pytest.fixture
def arena(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Arena]:
    """A fresh repo for the executor that the test names."""
    made = Arena(tmp_path / "arena", SEED, request.param)
    yield made
    if request.param == "tmux":
        torment.tidy(made)


@pytest.fixture
def peaceful(arena: Arena, peace: Callable[[str], Records]) -> Records:
    """What the records of the arena should be."""
    return peace(arena.executor)


def nobody_left(tmp_path: Path) -> bool:
    return until(lambda: not processes.left_behind(tmp_path))


def settled(arena: Arena) -> bool:
    """Whether one more apply finds nothing to do and changes no file of the repo."""
    before = {path: path.stat().st_mtime_ns for path in (arena.root / "results").rglob("*")}
    assert arena.finish() == 0, arena.said
    return before == {path: path.stat().st_mtime_ns for path in (arena.root / "results").rglob("*")}


@pytest.mark.parametrize("arena", ["process"], indirect=True)
def test_killing_specrun_repeats_and_loses_nothing(arena: Arena, peaceful: Records, tmp_path: Path) -> None:
    assert torment.specruns(arena, random.Random(1), kills=8, spread=24) >= 4
    assert complaints(arena, peaceful) == [], arena.said
    assert settled(arena)
    assert nobody_left(tmp_path)


@pytest.mark.tmux
@needs_tmux
@pytest.mark.parametrize("arena", ["tmux"], indirect=True)
def test_killing_specrun_beside_tmux_repeats_and_loses_nothing(
    arena: Arena, peaceful: Records, tmp_path: Path
) -> None:
    assert torment.specruns(arena, random.Random(2), kills=4, spread=48) >= 2
    assert complaints(arena, peaceful) == [], arena.said
    assert nobody_left(tmp_path)


@pytest.mark.parametrize("arena", ["process"], indirect=True)
def test_a_killed_shim_is_on_record_as_lost_and_its_task_can_be_retried(
    arena: Arena, peaceful: Records, tmp_path: Path
) -> None:
    assert torment.shims(arena, random.Random(3), kills=3, spread=40) >= 1
    assert complaints(arena, peaceful, losses=True) == [], arena.said
    assert arena.finish("--retry-failed") == 0, arena.said
    assert {record["status"] for record in arena.records().values()} == {"succeeded"}
    assert nobody_left(tmp_path)


@pytest.mark.parametrize("arena", ["process"], indirect=True)
def test_the_end_of_what_forks_shims_disturbs_no_task(
    arena: Arena, peaceful: Records, tmp_path: Path
) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("nothing tells a fork server from a shim here")
    assert torment.forkservers(arena, random.Random(5), kills=2, spread=40) >= 1
    assert complaints(arena, peaceful) == [], arena.said
    assert nobody_left(tmp_path)


@pytest.mark.tmux
@needs_tmux
@pytest.mark.parametrize("arena", ["tmux"], indirect=True)
def test_the_end_of_the_tmux_server_disturbs_no_task(arena: Arena, peaceful: Records, tmp_path: Path) -> None:
    assert torment.servers(arena, random.Random(4), kills=2, spread=60) >= 1
    assert complaints(arena, peaceful) == [], arena.said
    assert nobody_left(tmp_path)
