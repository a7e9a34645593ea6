"""Specs that are edited, broken or emptied while workers run, and plans that go too far."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import processes
from tests.poll import until
from tests.scenarios.edits import Desk

WAITING = """
words:
  prompt: |
    echo hello > words.txt
    cat "$GATE"
"""
SIX = "".join(
    f"t{number}:\n  prompt: echo {{{{ vars.who }}}} {number} > {number}.txt\n" for number in range(6)
)
FOUR = "".join(f't{number}:\n  prompt: cat "$GATE"; echo {{{{ vars.who }}}}\n' for number in range(4))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    os.mkfifo(tmp_path / "gate")
    yield made
    processes.end(processes.left_behind(tmp_path))


def head(desk: Desk) -> str:
    """Answer what a spec says above its tasks so that they can wait at the gate."""
    return f"env: {{GATE: {desk.root.parent / 'gate'}}}\n"


def abandoned(desk: Desk, count: int = 1) -> None:
    """Begin an apply, and kill it once its workers run."""
    with desk.start("apply", "--yes") as apply:
        until(lambda: len(running(desk)) == count)
        apply.kill()
        apply.communicate()


def running(desk: Desk) -> set[str]:
    """Answer the attempts that have begun and not ended."""
    found = desk.state.glob("repo-*/attempts/work/*/*/start.json")
    return {
        f"{path.parent.parent.name}#{path.parent.name}"
        for path in found
        if not (path.parent / "exit.json").exists()
    }


def collected(desk: Desk, name: str) -> bool:
    """Whether the first attempt of a task is over and done with."""
    return any(desk.state.glob(f"repo-*/attempts/work/{name}/1/collected.json"))


def release(desk: Desk) -> None:
    """Open the gate until nobody waits at it any more: who reads a pipe goes on when its writer leaves."""

    def opened() -> bool:
        with contextlib.suppress(OSError):
            os.close(os.open(desk.root.parent / "gate", os.O_WRONLY | os.O_NONBLOCK))
        return not running(desk)

    until(opened)


def test_a_broken_spec_stops_nobody_and_what_ran_is_collected(desk: Desk) -> None:
    desk.tasks(WAITING, head(desk))
    abandoned(desk)
    desk.edit("prompt: |", "prompt: |\n  not indented")
    for asked in (("diff",), ("apply", "--yes")):
        code, said = desk.run(*asked)
        assert (code, "specs/work.yaml" in said) == (3, True), said
        assert running(desk) == {"words#1"}
    desk.edit("prompt: |\n  not indented", "prompt: |")
    assert desk.diff("running") == {"words": "adopt running"}
    with desk.start("apply", "--yes") as apply:
        release(desk)
        said, _ = apply.communicate(timeout=desk.limit)
    assert apply.returncode == 0, said
    assert desk.attempts() == {"words#1"}
    assert desk.outcome("words")[0] == "succeeded"


def test_an_apply_at_work_goes_on_with_the_spec_that_it_has_read(desk: Desk) -> None:
    desk.tasks(WAITING, head(desk))
    with desk.start("apply", "--yes") as apply:
        until(lambda: running(desk))
        desk.edit("prompt: |", "prompt: [")
        assert desk.run("apply", "--yes")[0] == 3
        release(desk)
        said, _ = apply.communicate(timeout=desk.limit)
    assert apply.returncode == 0, said
    assert desk.outcome("words")[0] == "succeeded"


def test_a_worker_whose_task_is_edited_is_restarted(desk: Desk) -> None:
    desk.tasks(WAITING, head(desk))
    abandoned(desk)
    desk.edit('    cat "$GATE"\n', "    echo goodbye > words.txt\n")
    assert desk.diff("running-edited") == {"words": "stop outdated_while_running"}
    assert desk.good() == ("words#2",)
    assert desk.show("words", "words.txt") == "goodbye"
    assert not running(desk)


def test_a_worker_may_end_first_where_the_spec_says_so(desk: Desk) -> None:
    desk.tasks(WAITING, f"{head(desk)}on_change_while_running: finish\n")
    abandoned(desk)
    desk.edit('    cat "$GATE"\n', "    echo goodbye > words.txt\n")
    assert desk.diff("running-finish") == {"words": "adopt running"}
    with desk.start("apply", "--yes") as apply:
        release(desk)
        said, _ = apply.communicate(timeout=desk.limit)
    assert apply.returncode == 0, said
    assert desk.attempts() == {"words#1", "words#2"}
    assert [one["status"] for one in desk.record("words")["attempts"]] == ["succeeded", "succeeded"]
    assert desk.show("words", "words.txt") == "goodbye"


def test_a_setting_that_is_edited_stops_nobody(desk: Desk) -> None:
    desk.tasks(WAITING, head(desk))
    abandoned(desk)
    desk.edit("  prompt: |", "  timeout: 2m\n    prompt: |")
    assert desk.diff() == {"words": "adopt running"}
    with desk.start("apply", "--yes") as apply:
        release(desk)
        apply.communicate(timeout=desk.limit)
    assert (apply.returncode, desk.attempts()) == (0, {"words#1"})


def test_a_worker_whose_task_is_deleted_is_stopped(desk: Desk) -> None:
    desk.tasks(f"{WAITING}loud:\n  prompt: echo LOUD > LOUD.txt\n", head(desk))
    with desk.start("apply", "--yes") as apply:
        until(lambda: running(desk) == {"words#1"} and collected(desk, "loud"))
        apply.kill()
        apply.communicate()
    desk.tasks("loud:\n  prompt: echo LOUD > LOUD.txt\n", head(desk))
    assert desk.diff("running-deleted") == {"words": "stop orphaned", "loud": "reuse"}
    assert desk.good() == ()
    assert not running(desk)


def test_an_emptied_spec_is_refused_and_stops_nobody(desk: Desk) -> None:
    desk.tasks(f"{WAITING}loud:\n  prompt: echo LOUD > LOUD.txt\n", head(desk))
    with desk.start("apply", "--yes") as apply:
        until(lambda: running(desk) == {"words#1"} and collected(desk, "loud"))
        apply.kill()
        apply.communicate()
    desk.write("specs/work.yaml", "version: 1\nname: work\nagent: shell\nexecutor: process\ntasks: {}\n")
    desk.diff("emptied")
    done = desk.apply()
    assert (done.code, running(desk), desk.recorded()) == (8, {"words#1"}, {"loud"})
    done = desk.apply("--force")
    assert (done.code, running(desk)) == (0, set()), done.said
    # Insisting stops workers; records and branches still are nobody's to take.
    assert {"loud"} <= desk.recorded() & desk.branches()


def test_a_spec_whose_file_is_gone_is_told_and_its_workers_are_left_alone(desk: Desk) -> None:
    desk.tasks(f"{WAITING}loud:\n  prompt: echo LOUD > LOUD.txt\n", head(desk))
    with desk.start("apply", "--yes") as apply:
        until(lambda: running(desk) == {"words#1"} and collected(desk, "loud"))
        apply.kill()
        apply.communicate()
    other = "version: 1\nname: other\nagent: shell\nexecutor: process\ntasks: {one: {prompt: 'true'}}\n"
    desk.write("specs/other.yaml", other)
    text = desk.place.read_text()
    desk.place.unlink()
    assert desk.diff("spec-gone") == {"other/one": "run new"}
    desk.good()
    assert running(desk) == {"words#1"}
    desk.place.write_text(text)
    release(desk)
    assert desk.good() == ()
    assert (desk.outcome("words")[0], desk.outcome("loud")[0]) == ("succeeded", "succeeded")


def test_running_most_of_it_again_wants_a_person_to_insist(desk: Desk) -> None:
    desk.tasks(SIX, "max_workers: 6\nvars: {who: world}\n")
    desk.good()
    desk.edit("who: world", "who: everybody")
    planned = desk.diff("unsafe-reruns")
    assert {action.split()[0] for action in planned.values()} == {"rerun"}
    done = desk.apply()
    assert (done.code, done.began) == (8, ())
    assert len(desk.good("--force")) == 6


def test_how_much_may_run_again_is_for_the_repo_to_say(desk: Desk) -> None:
    desk.tasks(SIX, "max_workers: 6\nvars: {who: world}\n")
    desk.good()
    desk.edit("who: world", "who: everybody")
    desk.write("specrun.yaml", "version: 1\nthresholds: {reruns: 1.0}\n")
    assert len(desk.good()) == 6


def test_two_of_six_are_no_reason_to_ask(desk: Desk) -> None:
    desk.tasks(SIX, "max_workers: 6\nvars: {who: world}\n")
    desk.good()
    desk.edit("} 0 >", "} 10 >")
    desk.edit("} 1 >", "} 11 >")
    assert desk.good() == ("t0#2", "t1#2")


def test_tasks_that_a_person_names_are_not_counted(desk: Desk) -> None:
    desk.tasks(SIX, "max_workers: 6\nvars: {who: world}\n")
    desk.good()
    assert len(desk.good(*(word for number in range(6) for word in ("--replace", f"t{number}")))) == 6


def test_stopping_many_workers_wants_a_person_to_insist(desk: Desk) -> None:
    desk.tasks(FOUR, f"vars: {{who: world}}\nmax_workers: 4\n{head(desk)}")
    abandoned(desk, 4)
    desk.edit("who: world", "who: everybody")
    planned = desk.diff("unsafe-stops")
    assert set(planned.values()) == {"stop outdated_while_running"}
    done = desk.apply()
    assert (done.code, len(running(desk))) == (8, 4), done.said
    with desk.start("apply", "--yes", "--force") as apply:
        until(lambda: running(desk) == {f"t{number}#2" for number in range(4)})
        release(desk)
        said, _ = apply.communicate(timeout=desk.limit)
    assert apply.returncode == 0, said
