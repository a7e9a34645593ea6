"""Tests what is known of attempts whose files cannot be read, and that they hide no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.core.world import UNKNOWN_BRANCH, Phase
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from specrun.store.scan import Scan
from specrun.system import locks
from tests.rights import passed_without_rights
from tests.store.ordering import API, key, order
from tests.store.test_scan import EXIT, START, only, write


@pytest.fixture
def scan(layout: Layout) -> Scan:
    return Scan(layout.attempts)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("intent.json", ""),
        ("intent.json", "{"),
        ("intent.json", "[]"),
        ("intent.json", '{"format": 1}'),
        ("intent.json", '{"format": 2}'),
        ("start.json", ""),
        ("start.json", '{"started_at": "now"}'),
        ("start.json", '{"started_at": 1e300}'),
        ("start.json", '{"fenced": true}'),
        ("exit.json", ""),
        ("exit.json", "nonsense"),
        ("exit.json", '{"cause": "exited", "exit_code": "0", "error": "", "ended_at": 6.5}'),
    ],
)
def test_an_attempt_with_a_broken_file_is_unreadable_and_names_it(
    attempts: AttemptFiles, scan: Scan, name: str, content: str
) -> None:
    attempts.order(order())
    attempts.order(order(1, TaskId("auth/other")))
    write(attempts, name, content)

    found = scan.read()

    (broken,) = found[API]
    assert (broken.phase, broken.task_id, broken.number) == (Phase.UNREADABLE, API, 1)
    assert f"auth/api/1/{name}" in broken.error
    assert "; fix: " in broken.error
    assert "lock" not in broken.error
    assert broken.branch == (UNKNOWN_BRANCH if name == "intent.json" else "main")
    assert [one.phase for one in found[TaskId("auth/other")]] == [Phase.ORDERED]


def test_an_unreadable_attempt_tells_that_its_lock_is_held(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order())
    write(attempts, "intent.json", "{")
    lock = locks.acquire(attempts.directory(key()) / "lock")
    assert lock is not None
    with lock:
        assert "its worker may still be at work" in only(scan).error
    assert only(scan).error.endswith(
        f"move {attempts.directory(key())} away; specrun then forgets that attempt"
    )


def test_an_attempt_whose_file_was_mended_is_read_again(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order())
    write(attempts, "start.json", "{")
    assert only(scan).phase is Phase.UNREADABLE

    write(attempts, "start.json", START)

    assert (only(scan).phase, only(scan).error) == (Phase.LOST, "")


@pytest.mark.parametrize(
    ("content", "clean"),
    [(EXIT, True), (EXIT.replace(": 0,", ": 3,"), False), (EXIT.replace("exited", "x"), False)],
)
def test_only_a_clean_end_may_be_a_success(
    attempts: AttemptFiles, scan: Scan, content: str, clean: object
) -> None:
    attempts.order(order())
    write(attempts, "start.json", START)
    write(attempts, "exit.json", content)

    assert (only(scan).phase, only(scan).clean) == (Phase.ENDED, clean)


def test_a_closed_attempt_hides_no_other(
    attempts: AttemptFiles, scan: Scan, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if passed_without_rights(request, tmp_path):
        return
    attempts.order(order())
    attempts.order(order(1, TaskId("auth/other")))
    directory = attempts.directory(key())
    directory.chmod(0)
    try:
        found = scan.read()
        assert (found[API][0].phase, f"cannot read {directory}" in found[API][0].error) == (
            Phase.UNREADABLE,
            True,
        )
        assert set(found) == {API, "auth/other"}
    finally:
        directory.chmod(0o700)


def test_secrets_go_even_where_nothing_can_be_read(attempts: AttemptFiles) -> None:
    attempts.order(order(secrets=("KEY",)))
    attempts.launching(key(), {"KEY": "hush"})
    write(attempts, "start.json", "{")
    write(attempts, "intent.json", "{")

    assert attempts.scan()[API][0].phase is Phase.UNREADABLE
    attempts.tidy()
    assert not (attempts.directory(key()) / "secrets.json").exists()


@pytest.mark.parametrize(
    "name",
    [
        *("generation", "agent", "executor", "fingerprint", "workspace", "cwd", "base", "created_at"),
        *("model", "secrets", "marker", "branch", "grant", "budget"),
        *("verifying", "contract", "head", "round", "target", "rounds", "tools", "watched"),
    ],
)
def test_every_part_of_an_order_that_is_needed_later_is_looked_at(
    attempts: AttemptFiles, scan: Scan, name: str
) -> None:
    attempts.order(order())
    path = attempts.directory(key()) / "intent.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: {"wrong": True}}))

    assert only(scan).phase is Phase.UNREADABLE
    assert f"intent.json: {name}" in only(scan).error


@pytest.mark.parametrize(("name", "value"), [("workspace", "moon"), ("budget", "much"), ("budget", "NaN")])
def test_words_that_mean_nothing_are_unreadable(
    attempts: AttemptFiles, scan: Scan, name: str, value: str
) -> None:
    attempts.order(order())
    path = attempts.directory(key()) / "intent.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))

    assert only(scan).phase is Phase.UNREADABLE
    assert name in only(scan).error


def test_a_lock_that_cannot_be_asked_counts_as_held(attempts: AttemptFiles, scan: Scan) -> None:
    attempts.order(order())
    (attempts.directory(key()) / "lock").symlink_to("lock")

    assert only(scan).phase is Phase.UNREADABLE
    assert "auth/api/1/lock: Too many levels" in only(scan).error
    assert "its worker may still be at work" in only(scan).error
