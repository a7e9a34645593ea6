"""Tests how the notes that a person has left in a record are shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.world import Mark
from specrun.report.marks import entry, spoken, told, who
from tests.report.values import NOW, run

ANN = Mark(reason="the check\x1b[2J is too strict", by="Ann <ann@example.invalid>", at=NOW)


def test_marks_stand_before_what_a_task_has_left() -> None:
    both = replace(run("demo/a"), accepted=ANN, frozen=replace(ANN, reason="x" * 100, by=""))
    assert told(both) == f"[accepted by Ann: the check is too strict] [frozen: {'x' * 77}...] done"
    assert told(replace(run("demo/a", summary=""), accepted=ANN)).endswith("too strict]")
    assert told(run("demo/a")) == "done"


@pytest.mark.parametrize(
    ("by", "name"),
    [("Ann <a@b>", "Ann"), ("<a@b>", "<a@b>"), ("Ann\x07 B", "Ann B"), ("", "")],
)
def test_of_a_person_the_name_is_told(by: str, name: str) -> None:
    assert who(replace(ANN, by=by)) == name


def test_a_mark_is_told_with_its_day() -> None:
    assert spoken(ANN) == "by Ann on 2027-01-15: the check is too strict"
    assert spoken(replace(ANN, by="")) == "on 2027-01-15: the check is too strict"


def test_marks_for_scripts() -> None:
    assert entry(None) is None
    assert entry(ANN) == {"reason": ANN.reason, "by": ANN.by, "at": "2027-01-15T08:00:00Z"}
