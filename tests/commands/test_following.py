"""Tests how attempts are followed from their agents to their checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.commands.following import Following
from specrun.commands.tails import Tail
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase
from specrun.ports import AttemptKey
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import apply_lock
from specrun.system.locks import acquire
from tests.commands.conftest import Spec
from tests.report.values import attempt, proving

ONE = TaskId("demo/one")
KEY = AttemptKey(ONE, 1)


class Told(AttemptFiles):
    """Attempt files whose phases are as told."""

    now: Attempt

    def scan(self) -> Mapping[TaskId, tuple[Attempt, ...]]:
        return {ONE: (self.now,)}


@dataclass
class Scene:
    """A project with one attempt, and somebody who follows it."""

    project: wiring.Project
    files: Told
    following: Following

    def look(self, now: Attempt) -> list[str]:
        """Answer the prefixes of the logs that may go on; after the end, a dot."""
        self.files.now = now
        running = self.following.look()
        told = [tail.prefix for tail in self.following.tails if tail.key in running]
        return [*told, *(["."] if self.following.over(running) else [])]

    def begin(self, name: str, number: int) -> None:
        """Leave the order of a run of a check."""
        folder = self.files.directory(KEY) / "checks" / str(number)
        folder.mkdir(parents=True)
        (folder / "intent.json").write_text(json.dumps({"name": name}))


@pytest.fixture
def scene(spec: Spec, repo: Path) -> Scene:
    spec("one: {prompt: 'true', checks: [{name: test, run: 'true'}]}")
    project = wiring.open_project(repo, ())
    files = Told(project.layout)
    project = replace(project, attempts=files)
    tail = Tail(key=KEY, path=files.directory(KEY) / "output.log", prefix="one | ")
    return Scene(project, files, Following(project=project, prefixes={KEY: "one | "}, tails=[tail]))


def test_from_the_agent_to_its_last_check(scene: Scene) -> None:
    assert scene.look(attempt(ONE, 1, Phase.RUNNING)) == ["one | "]
    assert scene.look(proving(ONE, 1, ["test", "lint"])) == []
    scene.begin("test", 1)
    # It may have begun after the look at what runs.
    assert scene.look(proving(ONE, 1, ["test", "lint"])) == ["one check test | "]
    assert scene.look(proving(ONE, 1, ["test", "lint"], Phase.RUNNING)) == ["one check test | "]
    scene.begin("li\x1b[2Jnt", 2)
    both = proving(ONE, 1, ["test", "lint"], Phase.ENDED, Phase.RUNNING)
    assert scene.look(both) == ["one check lint | "]
    assert scene.look(attempt(ONE, 1, Phase.COLLECTED)) == ["."]


def test_checks_that_ran_between_two_looks_are_read_before_the_end(scene: Scene) -> None:
    scene.look(proving(ONE, 1, ["test"]))
    scene.begin("test", 1)
    scene.files.now = attempt(ONE, 1, Phase.COLLECTED)
    running = scene.following.look()
    assert [(tail.prefix, tail.key in running) for tail in scene.following.tails] == [
        ("one check test | ", False)
    ]
    assert scene.following.over(running)


def test_an_agent_that_has_ended_is_waited_for_only_where_checks_will_come(scene: Scene) -> None:
    good = replace(attempt(ONE, 1, Phase.ENDED), clean=True)
    assert scene.look(good) == ["."]
    path = apply_lock(scene.project.git.common_dir, "demo")
    path.parent.mkdir()
    lock = acquire(path)
    assert lock is not None
    with lock:
        assert scene.look(good) == []
        assert scene.look(replace(good, clean=False)) == ["."]
        assert scene.look(replace(good, phase=Phase.LOST)) == ["."]
        scene.following.prefixes = {}
        assert scene.look(good) == ["."]


def test_one_check_alone_is_followed_to_its_own_end(scene: Scene) -> None:
    scene.begin("test", 1)
    key = AttemptKey(ONE, 1, 1)
    scene.following.prefixes = {}
    scene.following.tails = [Tail(key=key, path=scene.files.directory(key) / "output.log", prefix="test")]
    assert scene.look(proving(ONE, 1, ["test", "lint"], Phase.RUNNING)) == ["test"]
    assert scene.look(proving(ONE, 1, ["test", "lint"], Phase.ENDED)) == ["."]
