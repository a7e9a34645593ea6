"""Tests how a project is narrowed down to some of its specs."""

from __future__ import annotations

from pathlib import Path

from specrun import wiring
from specrun.api.narrowing import narrowed
from tests.commands.conftest import Spec, Specrun


def test_other_specs_are_not_read_and_one_without_a_file_has_no_tasks(
    repo: Path, spec: Spec, specrun: Specrun
) -> None:
    gone = spec("one: {prompt: 'true'}", name="gone")
    spec("one: {prompt: 'true'}")
    specrun("apply", "--yes")
    gone.unlink()
    spec("one: {prompt: 'true'}", name="broken")
    (repo / "results" / "broken").mkdir()
    (repo / "results" / "broken" / "one.json").write_text("{")
    few = narrowed(wiring.open_project(repo, ()), ["gone", "demo"])
    assert list(few.loaded.desired.specs) == ["demo", "gone"]
    assert list(few.loaded.desired.tasks) == ["demo/one"]
    assert sorted(few.store.runs()) == ["demo/one", "gone/one"]
    with wiring.apply_locks(few):
        assert wiring.applying(few, "gone")
        assert not wiring.applying(few, "broken")
