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


def test_how_work_will_be_proven_is_told(spec: Spec, specrun: Specrun, repo: Path) -> None:
    (repo / "Makefile").write_text("test:\n\ttrue\n")
    checked = """
    one: {prompt: 'true', checks: [test], touches: [src], workspace: clone}
    two: {prompt: 'true', checks: [test], touches: [src/a.py], workspace: clone}
    three: {prompt: 'true'}
    """
    spec(checked)
    rows = specrun("diff").out.splitlines()
    assert rows[1] == "project make (Makefile: test = make test)"
    assert rows[-3:] == [
        "May conflict: demo/one (src) and demo/two (src/a.py)",
        "Unproven (no checks): demo/three.",
        "Plan: 3 run.",
    ]
    told = json.loads(specrun("diff", "--json").out)
    assert [one["tasks"] for one in told["conflicts"]] == [["demo/one", "demo/two"]]
    assert told["projects"][0]["source"] == "Makefile"


def test_a_change_of_checks_is_no_work_for_an_agent(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'echo x >> worked', checks: [{name: test, run: 'true'}]}")
    assert specrun("apply", "--yes").code == 0
    spec("one: {prompt: 'echo x >> worked', checks: [{name: test, run: 'test -s worked'}]}")
    rows = specrun("diff").out.splitlines()
    assert rows[1] == "v verify  demo/one  checks changed  [no agent]"
    assert rows[-1] == "Plan: 1 verify."
    said = specrun("apply", "--yes")
    assert (said.code, "1 task to check again, without an agent" in said.out) == (0, True)
    assert (repo / "worked").read_text() == "x\n"
    assert specrun("diff").out.endswith("Nothing to do: 1 reuse.\n")


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
