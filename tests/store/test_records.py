"""Tests run records and tables in the repo."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.ports import Store
from specrun.store import records as module
from specrun.store.records import RecordFiles
from tests.store.full import full_disk
from tests.store.test_record_json import RUN

OTHER = replace(RUN, task_id=TaskId("a/c"))


@pytest.fixture
def store(tmp_path: Path) -> RecordFiles:
    return RecordFiles(tmp_path)


def test_records_are_kept_and_read(store: RecordFiles, tmp_path: Path) -> None:
    assert store.runs() == {}
    store.save(RUN)
    store.save(OTHER)

    assert store.runs() == {RUN.task_id: RUN, OTHER.task_id: OTHER}
    text = (tmp_path / "results/a/b.json").read_text()
    assert text.endswith("}\n")
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert '\n  "status": "failed",\n' in text


def test_the_same_record_and_table_leave_their_files_untouched(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    store.write_summary("a", "| table |\n")
    files = [tmp_path / "results/a/b.json", tmp_path / "results/a/SUMMARY.md"]
    before = [(path.stat().st_ino, path.stat().st_mtime_ns) for path in files]

    store.save(RUN)
    store.write_summary("a", "| table |\n")

    assert [(path.stat().st_ino, path.stat().st_mtime_ns) for path in files] == before
    assert files[1].read_text() == "| table |\n"
    assert sorted(path.name for path in (tmp_path / "results/a").iterdir()) == ["SUMMARY.md", "b.json"]


def test_unchanged_files_are_not_parsed_again(
    store: RecordFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(RUN)
    os.utime(tmp_path / "results/a/b.json", (1, 1))
    first = store.runs()

    monkeypatch.setattr(module, "from_bytes", pytest.fail)
    assert store.runs() == first


@pytest.fixture
def wary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass for which folders are trusted."""
    monkeypatch.setattr(module, "_TRUSTED", 0.0)


def test_what_was_saved_is_not_read_again(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    before = store.runs()[RUN.task_id]
    store.save(OTHER)
    assert store.runs()[RUN.task_id] is before
    assert store.runs()[OTHER.task_id] == RecordFiles(tmp_path).runs()[OTHER.task_id]


def test_a_record_that_somebody_puts_there_or_takes_away_is_seen_at_once(
    store: RecordFiles, tmp_path: Path
) -> None:
    store.save(RUN)
    store.runs()
    RecordFiles(tmp_path).save(OTHER)
    os.utime(tmp_path / "results/a", ns=(1, 1))  # whatever the tick of the clock
    assert set(store.runs()) == {RUN.task_id, OTHER.task_id}
    (tmp_path / "results/a/b.json").unlink()
    assert set(store.runs()) == {OTHER.task_id}


@pytest.mark.usefixtures("wary")
def test_changes_by_hand_are_seen(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    store.runs()
    path = tmp_path / "results/a/b.json"
    path.write_text(path.read_text().replace("it broke", "it bloke"))
    assert store.runs()[RUN.task_id] == replace(RUN, summary="it bloke", edited=True)

    path.unlink()
    assert store.runs() == {}


def test_an_edited_record_is_sealed_anew_when_it_is_saved(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    path = tmp_path / "results/a/b.json"
    path.write_text(path.read_text().replace("it broke", "it bloke"))

    store.save(store.runs()[RUN.task_id])

    assert store.runs() == RecordFiles(tmp_path).runs() == {RUN.task_id: replace(RUN, summary="it bloke")}


@pytest.mark.usefixtures("wary")
def test_changes_within_one_tick_of_the_clock_are_seen(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    path = tmp_path / "results/a/b.json"
    then = path.stat().st_mtime_ns
    store.runs()

    path.write_text(path.read_text().replace("it broke", "it bloke"))
    os.utime(path, ns=(then, then))

    assert store.runs()[RUN.task_id].summary == "it bloke"


def test_other_files_are_passed_over(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    (tmp_path / "results/README.md").touch()
    (tmp_path / "results/a/notes.txt").touch()
    (tmp_path / "results/linked").symlink_to(tmp_path / "results/a")

    assert set(store.runs()) == {RUN.task_id}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(
            lambda text: text.replace('"format"', "<<<<<<< HEAD\n", 1),
            r"results/a/b.json:\d+: Expecting property name",
            id="a conflict",
        ),
        pytest.param(lambda _text: "", "results/a/b.json:1: Expecting value", id="an empty file"),
        pytest.param(
            lambda text: text.replace('"failed",\n  "summary"', '"fine",\n  "summary"'),
            r"results/a/b.json:\d+: status is 'fine'",
            id="an unknown word",
        ),
        pytest.param(
            lambda text: text.replace('"a/b"', '"a/x"'),
            r"results/a/b.json:\d+: task is a/x where a/b is expected",
            id="a copied file",
        ),
        pytest.param(
            lambda text: text.replace('"format": 1', '"format": 9'),
            r"results/a/b.json:\d+: format is 9; this specrun knows 1",
            id="a newer file",
        ),
    ],
)
def test_a_broken_record_is_named_with_its_line(
    store: RecordFiles, tmp_path: Path, spoil: Callable[[str], str], said: str
) -> None:
    store.save(RUN)
    path = tmp_path / "results/a/b.json"
    path.write_text(spoil(path.read_text()))

    with pytest.raises(EnvironmentProblem, match=said) as caught:
        store.runs()
    assert caught.value.fix.startswith("restore it (git checkout -- results/a/b.json)")


def test_bytes_that_are_no_text_are_named_with_their_line(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    (tmp_path / "results/a/b.json").write_bytes(b'{\n "a": "\xff"}')

    with pytest.raises(EnvironmentProblem, match=r"results/a/b.json:2: 'utf-8' codec"):
        store.runs()


def test_a_record_that_cannot_be_read(store: RecordFiles, tmp_path: Path) -> None:
    (tmp_path / "results/a/b.json").mkdir(parents=True)

    with pytest.raises(EnvironmentProblem, match=r"cannot read results/a/b.json: Is a directory"):
        store.runs()


def test_a_full_disk_is_one_line_and_keeps_the_old_record(store: RecordFiles) -> None:
    store.save(RUN)
    with (
        full_disk(),
        pytest.raises(EnvironmentProblem, match=r"cannot write results/a/b.json: .*or free some space"),
    ):
        store.save(replace(RUN, summary="new"))

    assert store.runs()[RUN.task_id] == RUN


def test_results_that_are_no_folder(store: RecordFiles, tmp_path: Path) -> None:
    (tmp_path / "results").touch()

    with pytest.raises(
        EnvironmentProblem, match=r"cannot write results/a/b.json: File exists; fix: make results/a"
    ):
        store.save(RUN)
    assert store.runs() == {}


def test_results_that_cannot_be_listed(store: RecordFiles, tmp_path: Path) -> None:
    (tmp_path / "results").symlink_to("results")

    with pytest.raises(EnvironmentProblem, match=r"cannot read .*results: Too many levels"):
        store.runs()


@pytest.mark.parametrize("link", ["results", "results/a"])
def test_results_never_leave_the_repo(store: RecordFiles, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(outside)

    with pytest.raises(EnvironmentProblem, match=f"{link} is a link"):
        store.save(RUN)


def test_what_a_killed_specrun_was_writing_is_swept_away(store: RecordFiles, tmp_path: Path) -> None:
    folder = tmp_path / "results" / "auth"
    folder.mkdir(parents=True)
    (folder / ".specrun-1-2.tmp").write_text("{")
    (folder / ".mine.tmp").write_text("kept")

    store.write_summary("auth", "# auth\n")

    assert sorted(path.name for path in folder.iterdir()) == [".mine.tmp", "SUMMARY.md"]


def test_it_fits_the_port(store: RecordFiles) -> None:
    port: Store = store

    assert port.runs() == {}


def test_a_broken_record_hinders_no_other_spec(store: RecordFiles, tmp_path: Path) -> None:
    store.save(RUN)
    (tmp_path / "results/other").mkdir()
    (tmp_path / "results/other/x.json").write_text("{")

    assert RecordFiles(tmp_path, {"a"}).runs() == {RUN.task_id: RUN}
    with pytest.raises(EnvironmentProblem, match=r"other/x\.json"):
        store.runs()
