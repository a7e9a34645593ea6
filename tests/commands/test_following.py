"""Tests how attempts are followed from their agents to their checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.commands.following import Following
from specrun.commands.tails import Tail
from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase
from specrun.ports import AttemptKey
from specrun.report.prefixes import Prefixes
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
        return {self.now.task_id: (self.now,)}


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
    following = Following(
        project=project,
        prefixes=Prefixes(names=(ONE,), several=True),
        opened=lambda key, prefix: Tail(
            key=key, path=files.directory(key) / "output.log", prefix=f"{prefix}#{key.number}"
        ),
        tails=[tail],
        whole={KEY},
        past={ONE: 1},
    )
    return Scene(project, files, following)


@pytest.fixture
def applying(scene: Scene) -> Iterator[None]:
    """Let the spec be applied by somebody."""
    path = apply_lock(scene.project.git.common_dir, "demo")
    path.parent.mkdir()
    lock = acquire(path)
    assert lock is not None
    with lock:
        yield


def test_from_the_agent_to_its_last_check(scene: Scene) -> None:
    assert scene.look(attempt(ONE, 1, Phase.RUNNING)) == ["one | "]
    assert scene.look(proving(ONE, 1, ["test", "lint"])) == []
    scene.begin("test", 1)
    # It may have begun after the look at what runs.
    assert scene.look(proving(ONE, 1, ["test", "lint"])) == ["demo/one check test | "]
    assert scene.look(proving(ONE, 1, ["test", "lint"], Phase.RUNNING)) == ["demo/one check test | "]
    scene.begin("li\x1b[2Jnt", 2)
    both = proving(ONE, 1, ["test", "lint"], Phase.ENDED, Phase.RUNNING)
    assert scene.look(both) == ["demo/one check lint | "]
    assert scene.look(attempt(ONE, 1, Phase.COLLECTED)) == ["."]


def test_checks_that_ran_between_two_looks_are_read_before_the_end(scene: Scene) -> None:
    scene.look(proving(ONE, 1, ["test"]))
    scene.begin("test", 1)
    scene.files.now = attempt(ONE, 1, Phase.COLLECTED)
    running = scene.following.look()
    assert [(tail.prefix, tail.key in running) for tail in scene.following.tails] == [
        ("demo/one check test | ", False)
    ]
    assert scene.following.over(running)


def test_an_agent_that_has_ended_is_not_waited_for_where_nobody_applies(scene: Scene) -> None:
    assert scene.look(replace(attempt(ONE, 1, Phase.ENDED), clean=True)) == ["."]


@pytest.mark.usefixtures("applying")
def test_an_agent_that_has_ended_is_waited_for_only_where_checks_will_come(scene: Scene) -> None:
    good = replace(attempt(ONE, 1, Phase.ENDED), clean=True)
    assert scene.look(good) == []
    assert scene.look(replace(good, clean=False)) == ["."]
    assert scene.look(replace(good, phase=Phase.LOST)) == ["."]
    scene.following.whole = set()
    assert scene.look(good) == ["."]


def test_one_check_alone_is_followed_to_its_own_end(scene: Scene) -> None:
    scene.begin("test", 1)
    key = AttemptKey(ONE, 1, 1)
    scene.following.whole = set()
    scene.following.tails = [Tail(key=key, path=scene.files.directory(key) / "output.log", prefix="test")]
    assert scene.look(proving(ONE, 1, ["test", "lint"], Phase.RUNNING)) == ["test"]
    assert scene.look(proving(ONE, 1, ["test", "lint"], Phase.ENDED)) == ["."]


@pytest.mark.usefixtures("applying")
def test_everything_is_followed_as_long_as_an_apply_goes_on(scene: Scene) -> None:
    scene.following.named = None
    assert scene.look(attempt(ONE, 1, Phase.COLLECTED)) == []
    waiting = [scene.following.waiting]
    assert scene.look(attempt(ONE, 2, Phase.RUNNING)) == ["demo/one | #2"]
    waiting.append(scene.following.waiting)
    assert waiting == [True, False]
    assert [tail.heading for tail in scene.following.tails] == ["demo/one | ==> demo/one (attempt 2) <==\n"]
    assert scene.look(attempt(ONE, 2, Phase.COLLECTED)) == []
    assert scene.look(attempt("demo/two", 1, Phase.RUNNING)) == ["demo/two | #1"]
    assert scene.following.tails[0].heading == ""
    assert scene.look(attempt("other/one", 1, Phase.RUNNING)) == []


def test_what_ran_before_is_not_taken_up(scene: Scene) -> None:
    scene.following.named = None
    scene.following.whole = set()
    scene.following.tails = []
    scene.files.now = attempt(ONE, 1, Phase.COLLECTED)
    scene.following.look()
    assert scene.following.tails == []
    assert scene.look(attempt(ONE, 2, Phase.RUNNING)) == ["demo/one | #2"]


@pytest.mark.usefixtures("applying")
def test_one_task_is_followed_as_long_as_an_apply_has_something_to_do_for_it(scene: Scene) -> None:
    scene.following.named = frozenset({ONE})
    # There is no record of it: an apply would run it.
    for _ in range(3):
        assert scene.look(attempt(ONE, 1, Phase.COLLECTED)) == []
    assert scene.look(attempt(ONE, 2, Phase.RUNNING)) == ["demo/one | #2"]
    scene.following.named = frozenset({TaskId("demo/gone")})
    # What began and ended since the look is seen by one more.
    assert scene.look(attempt(ONE, 2, Phase.COLLECTED)) == []
    assert scene.look(attempt(ONE, 2, Phase.COLLECTED)) == ["."]


def test_of_checks_that_ran_before_only_the_last_lines_are_shown(scene: Scene) -> None:
    for number, name in enumerate(("test", "lint"), 1):
        scene.begin(name, number)
        log = scene.files.directory(KEY) / "checks" / str(number) / "output.log"
        log.write_text("first\nlast\n")
        scene.following.lines = 1 if number == 1 else scene.following.lines
        scene.files.now = attempt(ONE, 1, Phase.COLLECTED)
        scene.following.look()
    told = {tail.prefix: "".join(tail.lines()) for tail in scene.following.tails[1:]}
    assert told == {
        "demo/one check test | ": "demo/one check test | last\n",
        "demo/one check lint | ": "demo/one check lint | first\ndemo/one check lint | last\n",
    }
