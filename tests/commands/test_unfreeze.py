"""Tests `specrun unfreeze`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Spec, Specrun


def test_what_is_let_go_runs_again(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'echo one >> trace'}")
    specrun("apply", "--yes")
    specrun("freeze", "one", "--reason", "released")
    spec("one: {prompt: 'echo other >> trace'}")
    said = specrun("unfreeze", "one")
    assert (said.code, said.out) == (0, "demo/one is no longer frozen.\n")
    assert specrun("history", "-n1").out.rstrip().endswith("demo/one is no longer frozen")
    assert json.loads((repo / "results" / "demo" / "one.json").read_text())["frozen"] is None
    assert "frozen" not in (repo / "results" / "demo" / "SUMMARY.md").read_text()
    assert specrun("apply", "--yes").code == 0
    assert (repo / "trace").read_text() == "one\nother\n"


def test_doing_it_twice_is_fine_and_the_spec_has_its_own_word(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true', freeze: true}\ntwo: {prompt: 'true'}")
    specrun("apply", "--yes")
    said = specrun("unfreeze", "one", "two")
    assert (said.code, said.out.splitlines()) == (
        0,
        [
            (
                "demo/one is not frozen by specrun freeze, but specs/demo.yaml says `freeze: true`, "
                "which keeps it from running."
            ),
            "demo/two is not frozen.",
        ],
    )
