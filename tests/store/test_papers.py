"""Tests the phases that files tell, above all those that a worker has written or changed itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from specrun.core.world import Phase
from specrun.errors import EnvironmentProblem
from specrun.store.folders import names_of
from specrun.store.papers import Papers
from specrun.system import locks
from tests.store import traces


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The directory of an attempt that was ordered."""
    traces.write(tmp_path, "intent.json", marker="m")
    return tmp_path


@pytest.fixture
def papers(place: Path) -> Papers:
    return Papers(place, "mend it")


@pytest.fixture
def lock(place: Path) -> Iterator[locks.Lock]:
    """The lock of its shim, held until the end of the test at most."""
    with locks.acquire(place / "lock") or pytest.fail("it is held") as held:
        yield held


def phase(papers: Papers) -> Phase:
    return papers.phase(names_of(papers.directory))


def test_the_shim_s_own_end_counts_while_it_still_holds_its_lock(papers: Papers, lock: locks.Lock) -> None:
    traces.begin(papers.directory)
    assert phase(papers) is Phase.RUNNING

    traces.end(papers.directory)

    assert phase(papers) is Phase.ENDED
    assert papers.end is not None
    assert papers.end.clean


@pytest.mark.parametrize("key", ["", "a guess"])
def test_a_forged_end_is_none_while_the_worker_runs(papers: Papers, lock: locks.Lock, key: str) -> None:
    traces.begin(papers.directory)
    traces.end(papers.directory, key)
    assert phase(papers) is Phase.RUNNING

    traces.end(papers.directory, exit_code=1)  # what the shim then writes over it

    assert phase(papers) is Phase.ENDED
    assert papers.end is not None
    assert papers.end.exit_code == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_nonsense_in_its_place_is_no_end_either(papers: Papers, lock: locks.Lock, content: str) -> None:
    traces.begin(papers.directory)
    (papers.directory / "exit.json").write_text(content)
    assert phase(papers) is Phase.RUNNING

    lock.close()

    with pytest.raises(EnvironmentProblem, match=r"exit\.json.*; fix: mend it"):
        phase(papers)


@pytest.mark.parametrize("key", ["", "a guess"])
def test_a_worker_that_kills_its_shim_and_writes_the_end_itself_is_lost(papers: Papers, key: str) -> None:
    traces.begin(papers.directory)
    traces.end(papers.directory, key)

    assert phase(papers) is Phase.LOST
    assert papers.has_exit()
    assert papers.end is None


def test_an_end_without_a_beginning_is_forged(papers: Papers) -> None:
    traces.end(papers.directory)

    assert phase(papers) is Phase.LOST


def test_a_token_that_was_read_once_cannot_be_replaced(papers: Papers) -> None:
    traces.begin(papers.directory)
    assert phase(papers) is Phase.LOST

    traces.begin(papers.directory, "mine")
    traces.end(papers.directory, "mine")

    assert phase(papers) is Phase.LOST
    (papers.directory / "start.json").unlink()
    assert phase(papers) is Phase.LOST


def test_an_end_that_was_read_once_cannot_be_replaced(papers: Papers) -> None:
    traces.run(papers.directory, exit_code=1)
    assert phase(papers) is Phase.ENDED

    traces.end(papers.directory)  # the key is known by now

    assert phase(papers) is Phase.ENDED
    assert papers.end is not None
    assert papers.end.exit_code == 1


def test_an_order_that_was_read_once_cannot_be_replaced(papers: Papers, place: Path) -> None:
    assert papers.order().text("marker") == "m"

    traces.write(place, "intent.json", marker="of another")

    assert papers.order().text("marker") == "m"


def test_an_order_that_is_not_what_the_shim_was_given_is_told(papers: Papers, place: Path) -> None:
    traces.run(place)
    traces.write(place, "intent.json", marker="m", contract={})

    with pytest.raises(EnvironmentProblem, match=r"intent\.json was changed after its worker had started"):
        phase(papers)


def test_a_fence_stands_whatever_else_is_there(papers: Papers) -> None:
    traces.write(papers.directory, "start.json", fenced=True, reason="r")
    traces.end(papers.directory)

    assert phase(papers) is Phase.FENCED


def test_an_attempt_of_an_earlier_release_ends_when_its_lock_is_free(
    papers: Papers, lock: locks.Lock
) -> None:
    traces.begin(papers.directory, key="")
    traces.end(papers.directory, key="")
    assert phase(papers) is Phase.RUNNING

    lock.close()

    assert phase(papers) is Phase.ENDED


def test_an_end_that_comes_while_we_look_is_no_loss(papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    def begins_and_ends_now(_path: object) -> bool:
        traces.run(papers.directory)
        return False

    monkeypatch.setattr(locks, "held", begins_and_ends_now)

    assert phase(papers) is Phase.ENDED


def test_launches_are_counted_until_one_has_begun(papers: Papers, place: Path) -> None:
    assert papers.launched(names_of(place)) == (0, None)
    note = place / "launches.jsonl"
    note.write_text('{"at": 7}\n{"at": 8.5}\n')
    assert papers.launched(names_of(place)) == (2, 8.5)
    traces.begin(place)

    note.write_text('{"at": 9}\n')

    assert papers.launched(names_of(place)) == (2, 8.5)


@pytest.mark.parametrize("line", ['{"at": "x"}', '{"at": -1}', '{"at": 1' + "0" * 400 + "}", "[]", "{"])
def test_an_odd_note_of_a_launch_counts_and_has_no_time(papers: Papers, place: Path, line: str) -> None:
    (place / "launches.jsonl").write_text(f"{line}\n")

    assert papers.launched(names_of(place)) == (1, None)
