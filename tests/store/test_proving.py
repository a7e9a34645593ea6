"""Tests how an attempt comes to its checks, and that nothing but specrun says which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.core.world import Attempt, Phase, Proof
from specrun.errors import EnvironmentProblem
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from specrun.system import files
from tests.store import traces
from tests.store.ordering import API, check_order, checked, key, order, proof, proved

LATER = proof(commit="e" * 40)


def look(attempts: AttemptFiles) -> Attempt:
    return attempts.scan()[API][-1]


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_the_first_note_of_what_is_to_be_shown_stands(attempts: AttemptFiles, layout: Layout) -> None:
    proved(attempts)
    checked(attempts)

    attempts.prove(key(), LATER)
    AttemptFiles(layout).prove(key(), LATER)

    assert attempts.proof(key()) == AttemptFiles(layout).proof(key()) == proof()
    assert (look(attempts).proof or Proof(checks=())).runs


def test_only_an_attempt_that_has_ended_has_something_to_show(attempts: AttemptFiles) -> None:
    attempts.order(order())
    traces.begin(attempts.directory(key()))

    with pytest.raises(ValueError, match="has not ended"):
        attempts.prove(key(), proof())
    with pytest.raises(EnvironmentProblem, match=r"proof\.json: No such file"):
        attempts.proof(key())
    traces.write(attempts.directory(key()), "proof.json", key="")
    with pytest.raises(EnvironmentProblem, match="owes no proof"):
        attempts.proof(key())


def test_what_only_a_worker_has_noted_is_no_proof(attempts: AttemptFiles) -> None:
    attempts.order(order())
    traces.run(attempts.directory(key()))
    traces.write(attempts.directory(key()), "proof.json", key="")

    with pytest.raises(EnvironmentProblem, match="auth/api/1 owes no proof; fix: move"):
        attempts.proof(key())
    with pytest.raises(EnvironmentProblem, match="owes no proof"):
        attempts.order_check(check_order())


@pytest.mark.parametrize("planted", ["a folder", "a link", "a pipe"])
def test_whatever_lies_in_the_place_of_the_runs_gives_way(
    attempts: AttemptFiles, tmp_path: Path, planted: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "1").touch()
    attempts.order(order())
    directory = attempts.directory(key())
    path = directory / "checks"
    if planted == "a folder":
        (path / "1" / "deep").mkdir(parents=True)
        path.chmod(0o500)
    elif planted == "a link":
        path.symlink_to(tmp_path / "mine")
    else:
        os.mkfifo(path)
    traces.run(directory)

    attempts.prove(key(), proof())

    assert look(attempts).proof == Proof(checks=("test", "lint"))
    assert not os.path.lexists(path)
    assert (tmp_path / "mine" / "1").exists()


def test_an_order_is_to_be_run_or_to_be_verified(attempts: AttemptFiles) -> None:
    with pytest.raises(ValueError, match="to be run and to be verified, or neither"):
        attempts.order(order(command=None))
    with pytest.raises(ValueError, match="to be run and to be verified, or neither"):
        attempts.order(order(), proof())
    assert attempts.next_number(API, 0) == 1


def test_a_verification_needs_neither_prompt_nor_home(attempts: AttemptFiles, layout: Layout) -> None:
    attempts.order(order(command=None, grant="g"), proof())

    assert names(attempts.directory(key())) == ["intent.json", "proof.json"]
    assert attempts.proof(key()) == proof()
    assert attempts.intent(key()).verifying
    layout.done_link(API, 1).touch()
    attempts.collected(key())
    assert look(attempts).phase is Phase.COLLECTED
    assert list(layout.done.iterdir()) == []


def test_the_proof_of_a_verification_is_there_before_its_order(
    attempts: AttemptFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def refused(path: Path, _value: object) -> None:
        seen.append(names(path.parent))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_json", refused)

    with pytest.raises(EnvironmentProblem, match="No space left"):
        attempts.order(order(command=None), proof())

    assert seen == [["proof.json"]]
    assert not attempts.directory(key()).exists()
