"""Tests how an attempt stands whose checks decide, also where what is checked has written there itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from specrun.core.world import Attempt, CheckRun, Phase, Proof
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from specrun.store.scan import Scan
from specrun.system import locks
from tests.store import traces
from tests.store.ordering import API, check_order, checked, key, order, proof, proved

Look = Callable[[], Attempt]
NAMES = ("test", "lint")


@pytest.fixture
def look(layout: Layout) -> Look:
    """Answer the only attempt as a specrun sees it that begins now."""
    return lambda: Scan(layout.attempts).read()[API][0]


def runs(attempt: Attempt) -> list[tuple[int, int, Phase]]:
    assert attempt.proof is not None
    return [(run.number, run.index, run.phase) for run in attempt.proof.runs]


def test_an_ended_attempt_whose_proof_is_due_is_proving(attempts: AttemptFiles, look: Look) -> None:
    attempts.order(order())
    traces.run(attempts.directory(key()))
    assert (look().phase, look().proof) == (Phase.ENDED, None)

    attempts.prove(key(), proof())

    assert look().phase is Phase.PROVING
    assert look().proof == Proof(checks=NAMES)
    assert (look().verifying, look().clean, look().started_at) == (False, True, 5.5)


def test_an_attempt_that_only_verifies_is_proving_from_its_order_on(
    attempts: AttemptFiles, look: Look
) -> None:
    attempts.order(order(command=None), proof())

    assert (look().phase, look().verifying, look().clean) == (Phase.PROVING, True, True)
    assert (look().proof, look().started_at) == (Proof(checks=NAMES), None)
    attempts.collected(key())
    assert (look().phase, look().verifying) == (Phase.COLLECTED, True)


def test_runs_pass_through_the_phases_of_attempts(attempts: AttemptFiles, look: Look) -> None:
    proved(attempts)
    attempts.order_check(check_order(1, 0))
    directory = attempts.directory(key(check=1))
    assert runs(look()) == [(1, 0, Phase.ORDERED)]
    attempts.launching(key(check=1), {})
    with locks.acquire(directory / "lock") or pytest.fail("it is held"):
        traces.begin(directory)
        attempts.stop(key(check=1), "r")
        (run,) = (look().proof or Proof(checks=())).runs
        assert run == CheckRun(
            number=1,
            index=0,
            phase=Phase.RUNNING,
            launches=1,
            launched_at=run.launched_at,
            started_at=5.5,
            stopping=True,
        )
        assert run.launched_at is not None
    assert runs(look()) == [(1, 0, Phase.LOST)]
    checked(attempts, 2, 0, exit_code=1)
    attempts.order_check(check_order(3, 1))
    attempts.fence(key(check=3), "r")

    seen = look()

    assert runs(seen) == [(1, 0, Phase.LOST), (2, 0, Phase.ENDED), (3, 1, Phase.FENCED)]
    assert not seen.stopping


def test_the_same_scan_follows_a_run(attempts: AttemptFiles) -> None:
    proved(attempts)
    seen = []
    attempts.order_check(check_order(1, 0))
    for step in (lambda _: None, traces.begin, traces.end):
        step(attempts.directory(key(check=1)))
        seen += runs(attempts.scan()[API][0])

    assert [phase for _, _, phase in seen] == [Phase.ORDERED, Phase.LOST, Phase.LOST]
    checked(attempts, 2, 0)
    assert runs(attempts.scan()[API][0])[1:] == [(2, 0, Phase.ENDED)]


def test_a_run_that_somebody_moved_away_is_run_again(attempts: AttemptFiles) -> None:
    proved(attempts)
    checked(attempts, 1, 0)
    assert runs(attempts.scan()[API][0]) == [(1, 0, Phase.ENDED)]
    shutil.rmtree(attempts.directory(key(check=1)))
    assert runs(attempts.scan()[API][0]) == []

    attempts.order_check(check_order(1, 1))

    assert runs(attempts.scan()[API][0]) == [(1, 1, Phase.ORDERED)]


def test_a_request_to_stop_is_that_of_the_attempt(attempts: AttemptFiles, look: Look) -> None:
    proved(attempts)
    attempts.stop(key(), "stop_requested")

    assert (look().phase, look().stopping) == (Phase.PROVING, True)


def test_what_the_agent_has_used_is_told_while_its_checks_run(attempts: AttemptFiles, look: Look) -> None:
    attempts.order(order())
    meter = {"cost_usd": "0.25", "tokens": {"input": 7}}
    traces.run(attempts.directory(key()), meter=meter)
    attempts.prove(key(), proof())

    assert (look().spent, look().tokens) == (Decimal("0.25"), {"input": 7})


def test_a_folder_without_an_order_is_no_run(attempts: AttemptFiles, look: Look) -> None:
    proved(attempts)
    for name in ("1", "x"):
        (attempts.directory(key()) / "checks" / name).mkdir(parents=True)

    assert runs(look()) == []


def test_runs_that_are_over_are_not_looked_at_again(
    attempts: AttemptFiles, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved(attempts)
    checked(attempts)
    scan = Scan(layout.attempts)
    before = scan.read()[API]
    shutil.rmtree(attempts.directory(key(check=1)))
    attempts.directory(key(check=1)).mkdir()

    assert scan.read()[API] is before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("proof.json", "{", "proof.json is not whole"),
        ("checks/1/intent.json", "[]", "checks/1/intent.json is not whole"),
        ("checks/1/intent.json", "{}", "checks/1/intent.json: before is null"),
        ("checks/1/start.json", "{}", "checks/1/start.json: started_at is null"),
        ("checks/1/exit.json", "", "checks/1/exit.json is not whole"),
    ],
)
def test_an_odd_file_makes_it_unreadable(
    attempts: AttemptFiles, look: Look, name: str, content: str, said: str
) -> None:
    proved(attempts)
    checked(attempts)

    (attempts.directory(key()) / name).write_text(content)

    assert look().phase is Phase.UNREADABLE
    assert f"auth/api/1/{said}" in look().error
    assert "; fix: move " in look().error
    assert "lock" not in look().error


def test_one_that_cannot_be_read_tells_that_a_check_may_be_at_work(
    attempts: AttemptFiles, layout: Layout
) -> None:
    proved(attempts)
    attempts.order_check(check_order())
    directory = attempts.directory(key(check=1))
    with locks.acquire(directory / "lock") or pytest.fail("it is held"):
        (directory / "start.json").write_text("{")

        assert "its worker may still be at work" in Scan(layout.attempts).read()[API][0].error


def test_a_proof_that_is_missing_is_told(attempts: AttemptFiles, look: Look) -> None:
    attempts.order(order(command=None), proof())
    (attempts.directory(key()) / "proof.json").unlink()

    assert look().phase is Phase.UNREADABLE
    assert "proof.json: No such file" in look().error


def test_an_index_beyond_the_checks_is_told(attempts: AttemptFiles, look: Look) -> None:
    attempts.order(order(command=None), proof(checks=proof().checks[:1]))
    attempts.order_check(check_order(1, 1))

    assert "intent.json: index is 1, and there are 1 checks" in look().error


def plant(directory: Path, like: Path, **changes: object) -> None:
    """Make the directory of a run of a check that has ended well, as a worker may."""
    directory.mkdir(parents=True)
    told = json.loads((like / "intent.json").read_text()) if like.exists() else {}
    traces.write(directory, "intent.json", **told | changes)
    traces.run(directory)


@pytest.mark.parametrize("note", ["proof.json", "checks"])
def test_a_worker_cannot_choose_its_own_checks(attempts: AttemptFiles, look: Look, note: str) -> None:
    attempts.order(order())
    directory = attempts.directory(key())
    if note == "proof.json":
        traces.write(directory, note, key="", commit=None, cwd="/", checks=[], protected_changed=[])
    plant(directory / "checks" / "1", directory, index=0, before="")
    traces.run(directory)
    assert look().phase is Phase.ENDED

    attempts.prove(key(), proof())

    assert look().proof == Proof(checks=NAMES)
    assert attempts.proof(key()) == proof()


def test_a_proof_counts_for_nothing_while_its_attempt_has_not_ended(
    attempts: AttemptFiles, look: Look
) -> None:
    proved(attempts)
    (attempts.directory(key()) / "exit.json").unlink()

    assert (look().phase, look().proof) == (Phase.LOST, None)


@pytest.mark.parametrize("note", ['{"key": ""}', "{"])
def test_the_note_of_a_worker_counts_for_nothing_while_it_runs(
    attempts: AttemptFiles, look: Look, note: str
) -> None:
    attempts.order(order())
    directory = attempts.directory(key())
    traces.begin(directory)
    (directory / "proof.json").write_text(note)
    with locks.acquire(directory / "lock") or pytest.fail("it is held"):
        assert (look().phase, look().proof) == (Phase.RUNNING, None)


def test_a_check_cannot_forge_the_next_one(attempts: AttemptFiles, look: Look) -> None:
    proved(attempts)
    attempts.order_check(check_order(1, 0))
    first = attempts.directory(key(check=1))
    traces.begin(first)
    plant(first.with_name("2"), first, check=2, index=1)
    traces.end(first, exit_code=1)

    assert look().phase is Phase.UNREADABLE
    assert "checks/2/intent.json was not written by specrun" in look().error
    assert f"fix: move {attempts.directory(key())} away" in look().error


@pytest.mark.parametrize("name", ["exit.json", "checks/1/exit.json", "proof.json"])
def test_a_check_cannot_change_what_was_settled_before(attempts: AttemptFiles, look: Look, name: str) -> None:
    proved(attempts)
    checked(attempts, 1, 0, exit_code=1)
    attempts.order_check(check_order(2, 1))
    assert runs(look()) == [(1, 0, Phase.ENDED), (2, 1, Phase.ORDERED)]
    path = attempts.directory(key()) / name

    path.write_text(json.dumps(json.loads(path.read_text()) | {"exit_code": 0, "protected_changed": []}))

    assert look().phase is Phase.UNREADABLE
    assert "what came before it was changed since" in look().error


def test_a_specrun_that_has_seen_it_all_is_not_deceived(attempts: AttemptFiles) -> None:
    proved(attempts)
    checked(attempts, 1, 0, exit_code=1)
    checked(attempts, 2, 1)
    (seen,) = attempts.scan()[API]
    for name in ("proof.json", "exit.json", "checks/1/exit.json", "checks/2/intent.json"):
        (attempts.directory(key()) / name).write_text("{")

    assert attempts.scan()[API] == (seen,)
    assert attempts.proof(key()) == proof()
    assert attempts.evidence(key(check=1)).exit_code == 1


def test_a_folder_that_cannot_be_listed_is_told(attempts: AttemptFiles, look: Look) -> None:
    proved(attempts)
    (attempts.directory(key()) / "checks").symlink_to("checks")

    assert look().phase is Phase.UNREADABLE
    assert "Too many levels" in look().error
