"""Tests the phases of attempts, and that looking again stays cheap and sees everything."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.core.world import Attempt, Phase
from specrun.store import folders
from specrun.store import scan as module
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from specrun.store.scan import Scan
from specrun.system import locks
from tests.store.ordering import API, key, order


@pytest.fixture
def scan(layout: Layout) -> Scan:
    return Scan(layout.attempts)


def only(scan: Scan) -> Attempt:
    (found,) = scan.read().values()
    (attempt,) = found
    return attempt


def write(attempts: AttemptFiles, name: str, content: str = "{}") -> None:
    if name == "collected.json":
        attempts.collected(key())
        return
    (attempts.directory(key()) / name).write_text(content)


START = '{"format": 1, "started_at": 5.5}'
EXIT = '{"format": 1, "cause": "exited", "exit_code": 0, "error": "", "ended_at": 6.5}'
FENCE = '{"format": 1, "fenced": true, "reason": "r"}'


@pytest.mark.parametrize(
    ("files", "locked", "phase"),
    [
        pytest.param({}, False, Phase.ORDERED, id="nothing happened yet"),
        pytest.param({"lock": ""}, False, Phase.ORDERED, id="a shim died before its token"),
        pytest.param({"lock": ""}, True, Phase.RUNNING, id="a shim is on its way"),
        pytest.param({"lock": "", "start.json": START}, True, Phase.RUNNING, id="it runs"),
        pytest.param({"lock": "", "start.json": START}, False, Phase.LOST, id="the shim is gone"),
        pytest.param({"start.json": FENCE}, False, Phase.FENCED, id="fenced"),
        pytest.param(
            {"start.json": START, "exit.json": EXIT}, True, Phase.RUNNING, id="an end beside a held lock"
        ),
        pytest.param({"start.json": START, "exit.json": EXIT}, False, Phase.ENDED, id="ended"),
        pytest.param({"exit.json": EXIT, "collected.json": "{}"}, False, Phase.COLLECTED, id="collected"),
        pytest.param(
            {"start.json": FENCE, "collected.json": "{}"}, False, Phase.COLLECTED, id="fenced, done"
        ),
    ],
)
def test_phases(
    attempts: AttemptFiles, scan: Scan, files: dict[str, str], locked: object, phase: Phase
) -> None:
    attempts.order(order())
    for name, content in files.items():
        write(attempts, name, content)
    lock = locks.acquire(attempts.directory(key()) / "lock") if locked else None
    try:
        assert only(scan).phase is phase
    finally:
        if lock:
            lock.close()


def test_an_exit_written_while_we_looked_is_no_loss(
    attempts: AttemptFiles, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts.order(order())
    write(attempts, "start.json", START)

    def ends_now(_path: object) -> bool:
        write(attempts, "exit.json", EXIT)
        return False

    monkeypatch.setattr(locks, "held", ends_now)

    assert only(scan).phase is Phase.ENDED


def test_a_start_while_we_looked_is_no_loss(
    attempts: AttemptFiles, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts.order(order())

    def starts_now(_path: object) -> bool:
        write(attempts, "start.json", START)
        return False

    monkeypatch.setattr(locks, "held", starts_now)

    assert only(scan).phase is Phase.ORDERED


def test_facts_beside_the_phase(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order())
    assert (only(scan).launches, only(scan).launched_at, only(scan).stopping) == (0, None, False)

    attempts.launching(key(), {})
    attempts.launching(key(), {})
    write(attempts, "start.json", START)
    write(attempts, "stop.json")

    seen = only(scan)
    assert only(scan).started_at == 5.5
    assert (seen.launches, seen.started_at, seen.stopping) == (2, 5.5, True)
    assert seen.launched_at is not None
    assert seen.launched_at > 1_000_000


def test_what_a_running_attempt_has_used_so_far(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order())
    write(attempts, "start.json", START)
    with_lock = locks.acquire(attempts.directory(key()) / "lock")
    assert with_lock is not None
    with with_lock:
        assert (only(scan).spent, only(scan).tokens) == (None, None)
        write(attempts, "meter.json", '{"cost_usd": "0.25", "tokens": {"input": 7}}')
        assert (only(scan).spent, only(scan).tokens) == (Decimal("0.25"), {"input": 7})
        write(attempts, "meter.json", '{"cost_us')
        assert only(scan).spent is None
    assert only(scan).spent is None


def test_a_torn_note_of_a_launch_counts_the_whole_ones(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order())
    write(attempts, "launches.jsonl", '{"at": 7}\nnonsense\n{"at"')

    assert (only(scan).launches, only(scan).launched_at) == (2, None)


def test_secrets_beside_a_start_token_are_noted_and_left(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order(secrets=("KEY",)))
    attempts.launching(key(), {"KEY": "hush"})
    only(scan)
    assert scan.exposed == set()

    write(attempts, "start.json", START)
    only(scan)

    assert scan.exposed == {str(attempts.directory(key()))}
    assert (attempts.directory(key()) / "secrets.json").exists()


def test_all_attempts_of_all_tasks_oldest_first(attempts: AttemptFiles, scan: Scan) -> None:
    other = TaskId("docs/page")
    for number in (10, 9, 1):
        attempts.order(order(number))
    attempts.order(order(1, other))

    found = scan.read()

    assert [attempt.number for attempt in found[API]] == [1, 9, 10]
    assert [attempt.task_id for attempt in found[other]] == [other]


def test_what_others_create_and_remove_is_seen(attempts: AttemptFiles, scan: Scan) -> None:
    assert scan.read() == {}
    attempts.order(order())
    assert set(scan.read()) == {API}
    attempts.order(order(2))
    attempts.order(order(1, TaskId("auth/docs")))
    assert {name: len(found) for name, found in scan.read().items()} == {API: 2, "auth/docs": 1}

    shutil.rmtree(attempts.directory(key(1)))
    assert [attempt.number for attempt in scan.read()[API]] == [2]
    shutil.rmtree(attempts.directory(key(2)).parent)
    assert set(scan.read()) == {"auth/docs"}


def test_an_attempt_that_was_moved_away_is_not_mistaken_for_the_next_of_its_number(
    attempts: AttemptFiles,
) -> None:
    attempts.order(order(model="old"))
    assert attempts.scan()[API][0].model == "old"
    shutil.rmtree(attempts.directory(key()))

    attempts.order(order(model="new"))

    assert attempts.scan()[API][0].model == "new"
    assert attempts.intent(key()).model == "new"


def test_what_comes_within_one_tick_of_the_clock_is_seen(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order())
    task = attempts.directory(key()).parent
    then = task.stat().st_mtime_ns
    scan.read()

    attempts.order(order(2))
    os.utime(task, ns=(then, then))

    assert [attempt.number for attempt in scan.read()[API]] == [1, 2]


def test_what_is_no_attempt_is_passed_over(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order())
    task = attempts.directory(key()).parent
    (task / "2").mkdir()
    (task / "notes").mkdir()
    (task.parent / "stray").touch()

    assert [attempt.number for attempt in scan.read()[API]] == [1]


def test_collected_attempts_and_settled_folders_are_not_read_again(
    attempts: AttemptFiles, scan: Scan, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts.order(order())
    scan.read()
    attempts.collected(key())
    for folder in (layout.attempts, layout.attempts / "auth", layout.attempts / API):
        os.utime(folder, (1, 1))
    first = scan.read()

    assert scan.case(key()).known is None, "the orders of collected attempts would fill the memory"
    monkeypatch.setattr(module, "names_of", pytest.fail)
    monkeypatch.setattr(folders, "names_of", pytest.fail)

    assert scan.read() == first


@pytest.mark.parametrize("content", ["", "\0\0", '{"format": 1}'])
def test_a_torn_note_of_collection_means_to_collect_again(
    attempts: AttemptFiles, scan: Scan, content: str
) -> None:
    attempts.order(order())
    write(attempts, "start.json", START)
    write(attempts, "exit.json", EXIT)
    (attempts.directory(key()) / "collected.json").write_text(content)

    assert only(scan).phase is Phase.ENDED


def test_a_collected_attempt_is_told_by_one_file(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order(grant="g"))
    write(attempts, "start.json", START)
    before = only(scan)
    attempts.collected(key())
    write(attempts, "intent.json", "not read any more")

    assert only(Scan(attempts.directory(key()).parents[2])) == replace(before, phase=Phase.COLLECTED)
    assert scan.grants == {"g"}


def test_a_state_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    scan = Scan(tmp_path / "none")
    assert scan.read() == {}

    AttemptFiles(Layout(home=tmp_path, digest="0" * 8)).order(order())
    (tmp_path / "attempts").rename(tmp_path / "none")

    assert set(scan.read()) == {API}


def test_old_attempts_rest_while_a_new_one_is_watched(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order(1))
    attempts.collected(key(1))
    attempts.order(order(2))
    scan.read()

    attempts.fence(key(2), "r")

    assert [attempt.phase for attempt in scan.read()[API]] == [Phase.COLLECTED, Phase.FENCED]
