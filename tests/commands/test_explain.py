"""Tests `specrun explain`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until

TASKS = """
one:
  prompt: echo worked
  checks: [{name: test, run: 'echo tested'}, {name: lint, run: 'echo E1; exit 3'}]
two: {depends_on: [one], prompt: 'true'}
"""


def test_a_verdict_is_traced_to_its_commands_and_their_output(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    assert specrun("explain", "two").out.splitlines()[:2] == [
        "demo/two pending",
        "  nothing is recorded of it",
    ]
    specrun("apply", "--yes")
    said = specrun("explain", "one")
    assert said.code == 0
    rows = said.out.splitlines()
    assert rows[0] == "demo/one failed: checks failed: lint"
    start = rows.index("  BAD  lint: echo E1; exit 3")
    assert rows[start + 1].startswith("       exit code 3 in ")
    assert rows[start + 2] == "       | E1"
    log = rows[start + 3].removeprefix("       log: ")
    assert (Path(log).read_text(), Path(log).parent.name) == ("E1\n", "2")
    assert Path(next(row for row in rows if row.startswith("log: ")).removeprefix("log: ")).read_text() == (
        "worked\n"
    )
    assert "next apply: hold: failed, unchanged: checks failed: lint" in rows
    assert rows[-2:] == [
        "waited for by: demo/two",
        "  demo/two  blocked  next: hold, upstream did not succeed: one",
    ]
    Path(log).unlink()
    assert log not in specrun("explain", "one").out


def test_json_is_whole_and_nothing_is_written(
    spec: Spec, specrun: Specrun, repo: Path, tmp_path: Path
) -> None:
    spec(TASKS)
    told = json.loads(specrun("explain", "one", "--json").out)
    assert (told["status"], told["record"], told["dependents"]) == ("pending", None, ["demo/two"])
    assert not (tmp_path / "state").exists()
    specrun("apply", "--yes")
    before = {path: path.read_bytes() for path in (repo / "results").rglob("*.json")}
    told = json.loads(specrun("explain", "one", "--json").out)
    assert [(one["name"], one["passed"]) for one in told["record"]["checks"]] == [
        ("test", True),
        ("lint", False),
    ]
    assert sorted(told["check_logs"]) == ["lint", "test"]
    assert {path: path.read_bytes() for path in (repo / "results").rglob("*.json")} == before


def test_tasks_and_specs_that_are_gone(spec: Spec, specrun: Specrun, repo: Path, tmp_path: Path) -> None:
    spec(TASKS)
    former = spec("old: {prompt: 'true'}", name="former")
    specrun("apply", "--yes")
    spec("two: {prompt: 'true'}")
    assert specrun("explain", "one").out.startswith(
        "demo/one failed (gone from the specs): checks failed: lint\n"
    )
    assert (
        "next apply: nothing: gone from the spec, its record stays until specrun prune\n"
        in specrun("explain", "one").out
    )
    former.unlink()
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    said = specrun("explain", "former/old")
    assert said.out.startswith("former/old succeeded (gone from the specs)\n")
    assert "log: " not in said.out
    (repo / "results" / "former" / "old.json").write_text("{")
    assert specrun("explain", "demo/one").code == 0
    said = specrun("explain", "former/old")
    assert (said.code, "there is no task 'former/old'" in said.err) == (64, True)


def test_a_task_is_explained_while_its_checks_run(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec(
        """
        one:
          prompt: 'true'
          checks: [{name: test, run: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}]
        """
    )
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    said = specrun("explain", "one")
    assert said.out.startswith("demo/one verifying\n")
    assert "now: check 1 of 1: test\n" in said.out
    assert "1 verifying" in specrun("status").out
    assert specrun("list", "--status", "verifying").out == "demo/one  verifying\n"
    (repo / "go").touch()
    process.communicate(timeout=30)
    assert specrun("explain", "one").out.startswith("demo/one succeeded\n")


def test_an_edit_is_explained_component_by_component(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'echo a', timeout: 1m}\ntwo: {depends_on: [one], prompt: 'true'}")
    specrun("apply", "--yes")
    spec("one: {prompt: 'echo b', timeout: 1m}\ntwo: {depends_on: [one], prompt: 'true'}")
    rows = specrun("why", "one").out.splitlines()
    start = rows.index("    changed  prompt")
    assert rows[start + 1] == '      prompt: "echo a" -> "echo b" (specs/demo.yaml:7)'
    assert "    same     timeout         1m  (specs/demo.yaml:7)" in rows
    assert "next apply: rerun: prompt changed" in rows
    assert rows[-2:] == ["waited for by: demo/two", "  demo/two  pending  next: deferred, waits for one"]
    told = json.loads(specrun("explain", "one", "--json").out)
    (prompt,) = [one for one in told["components"] if one["component"] == "prompt"]
    assert (prompt["state"], prompt["before"], prompt["after"], prompt["line"]) == (
        "changed",
        "echo a",
        "echo b",
        7,
    )
    assert told["next"]["action"] == "rerun"
    assert told["around"] == [{"address": "demo/two", "status": "pending", "action": "deferred"}]
