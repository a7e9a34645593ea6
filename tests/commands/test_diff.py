"""Tests `specrun diff`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Spec, Specrun

TASKS = """
one: {prompt: 'true'}
two: {depends_on: [one], prompt: 'true'}
"""


def test_before_and_after_an_apply(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    said = specrun("diff")
    assert said.code == 0
    assert "+ run  demo/one  never run" in said.out
    assert said.out.endswith("Plan: 2 run.\n")
    assert specrun("diff", "--exit-code").code == 2
    assert specrun("apply", "--yes").code == 0
    said = specrun("diff", "--exit-code")
    assert (said.code, said.out.splitlines()[-1]) == (0, "Nothing to do: 2 reuse.")
    assert "demo/two" in specrun("diff", "--all").out


def test_json_is_the_same_bytes_every_time_and_nothing_is_written(
    spec: Spec, specrun: Specrun, tmp_path: Path
) -> None:
    spec(TASKS)
    once, twice = specrun("diff", "--json"), specrun("diff", "--json")
    assert once.out == twice.out
    assert [one["action"] for one in json.loads(once.out)["changes"]] == ["run", "run"]
    assert not (tmp_path / "state").exists()


def test_from_any_folder_and_with_a_named_spec(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(TASKS)
    spec("other: {prompt: 'true'}", name="more")
    assert "Plan: 3 run." in specrun("diff").out
    assert "Plan: 1 run." in specrun("-C", str(repo / "specs"), "diff", "more.yaml").out
    assert "Plan: 1 run." in specrun("diff", "more").out
    assert "Plan: 1 run." in specrun("diff", "specs/more.yaml").out


def test_no_commit_yet_is_9(specrun: Specrun, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    (bare / "specs").mkdir(parents=True)
    (bare / "specs" / "a.yaml").write_text(
        "version: 1\nname: a\nagent: shell\ntasks: {one: {prompt: 'true'}}\n"
    )
    assert specrun("-C", str(bare), "diff").code == 9
