"""Tests that records get their new names, and are taken away, wherever somebody is killed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store import records as module
from specrun.store.records import RecordFiles
from tests.store.test_record_json import RUN
from tests.store.test_records import OTHER


@pytest.fixture
def store(tmp_path: Path) -> RecordFiles:
    return RecordFiles(tmp_path)


MOVED = replace(RUN, task_id=TaskId("a/c"), moved_from=("a/b",))


def test_a_moved_record_has_its_new_name_only(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    store.write_summary("a", "| table |\n")
    store.runs()

    for _ in range(2):
        store.move(RUN.task_id, MOVED)
        assert store.runs() == RecordFiles(tmp_path).runs() == {MOVED.task_id: MOVED}

    names = sorted(path.name for path in (tmp_path / "results/a").iterdir())
    assert names == ["SUMMARY.md", "c.json"]


def test_a_record_that_moves_to_its_own_name_stays(store: RecordFiles) -> None:
    store.move(RUN.task_id, RUN)

    assert store.runs() == {RUN.task_id: RUN}


def test_a_move_that_cannot_write_keeps_the_old_record(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    (tmp_path / "results/a/c.json").mkdir()

    with pytest.raises(EnvironmentProblem, match=r"cannot write results/a/c.json"):
        store.move(RUN.task_id, MOVED)

    assert (tmp_path / "results/a/b.json").exists()


def test_a_forgotten_record_is_gone_and_others_are_not_read_again(
    store: RecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(RUN)
    store.save(OTHER)
    store.runs()
    monkeypatch.setattr(module, "from_bytes", pytest.fail)

    for _ in range(2):
        store.forget(RUN.task_id)
        assert store.runs() == {OTHER.task_id: OTHER}
    store.forget(OTHER.task_id)

    assert store.runs() == {}
    assert list((tmp_path / "results/a").iterdir()) == []
    store.forget(TaskId("none/x"))
    assert not (tmp_path / "results/none").exists()


@pytest.mark.parametrize("link", ["results", "results/a"])
def test_nothing_is_forgotten_through_a_link(store: RecordFiles, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    (outside / "a").mkdir(parents=True)
    (outside / "a/b.json").touch()
    (outside / "b.json").touch()
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(outside)

    with pytest.raises(EnvironmentProblem, match=f"{link} is a link"):
        store.forget(RUN.task_id)

    assert (outside / "a/b.json").exists()
    assert (outside / "b.json").exists()
