"""Tests `specrun status`."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until

BLOCKED = "one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}"


def test_before_and_after(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'exit 1'}\ntwo: {depends_on: [one], prompt: 'true'}")
    assert specrun("status").out.splitlines()[-1] == "2 tasks: 2 pending."
    assert specrun("status", "--exit-code").code == 2
    specrun("apply", "--yes")
    said = specrun("status", "--exit-code")
    assert (said.code, said.out.splitlines()[-1]) == (1, "2 tasks: 1 failed, 1 blocked.")
    assert specrun("status").code == 0


def test_json(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    told = json.loads(specrun("status", "--json").out)
    assert (told["summary"], told["tasks"][0]["address"]) == ({"pending": 1}, "demo/one")


def test_selectors_narrow_the_rows_and_the_exit_code(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'exit 1'}\ntwo: {prompt: 'true'}\nthree: {depends_on: [two], prompt: 'true'}")
    specrun("apply", "--yes")
    said = specrun("status", "--failed", "--exit-code")
    assert said.code == 1
    rows = said.out.splitlines()
    assert [row.split()[0] for row in rows[:-3]] == ["TASK", "demo/one"]
    assert rows[-2:] == ["1 task: 1 failed.", "Selection: 1 of 3 tasks (--failed)."]
    assert specrun("status", "--target", "three", "--exit-code").code == 0
    assert specrun("status", "--changed").out == "Nothing matches --changed.\n"
    spec("one: {prompt: 'true'}\ntwo: {prompt: 'true'}\nthree: {depends_on: [two], prompt: 'true'}")
    assert specrun("status", "--changed", "--exit-code").code == 2
    assert specrun("status", "--target", "three", "--exit-code").code == 0
    assert specrun("status", "--only", "noe").code == 64


def test_a_selection_is_in_the_json(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}\ntwo: {depends_on: [one], prompt: 'true'}")
    assert json.loads(specrun("status", "--json").out)["selection"] is None
    told = json.loads(specrun("status", "--only", "two", "--json").out)
    assert [one["address"] for one in told["tasks"]] == ["demo/two"]
    assert told["summary"] == {"pending": 1}
    assert told["selection"]["selected"] == ["demo/two"]
    assert told["selection"]["left_out"] == {"run": ["demo/one"]}
    none = json.loads(specrun("status", "--failed", "--json").out)
    assert (none["tasks"], none["selection"]["selected"]) == ([], [])


def test_watch_shows_it_again_until_interrupted(spec: Spec, begin: Begin) -> None:
    spec("one: {prompt: 'true'}")
    process = begin("status", "--watch", "--interval", "100ms", "--json")
    assert process.stdout is not None
    rows = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert rows[0] == rows[1]
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130


def test_watch_ends_when_nobody_reads(spec: Spec, begin: Begin) -> None:
    spec("one: {prompt: 'true'}")
    process = begin("status", "--watch", "--interval", "100ms")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(10) == 0


def test_workers_and_those_of_other_branches(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, git: Callable[..., str]
) -> None:
    spec(f"{BLOCKED}\ntwo: {{depends_on: [one], prompt: 'true'}}")
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    assert "2 tasks: 1 running, 1 pending; specrun is applying demo." in specrun("status").out
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    git("checkout", "--quiet", "-b", "other")
    said = specrun("status")
    assert "1 attempt of other branches" in said.out
    assert "demo/one #1 running on main" in said.out
    assert "running on main" in specrun("status", "--only", "one").out
    assert "running on main" not in specrun("status", "--only", "two").out
    assert specrun("stop", "--all").out == "Stopped demo/one (attempt 1).\n"


def test_records_of_specs_that_are_gone_are_counted_where_no_spec_is_left(
    spec: Spec, specrun: Specrun
) -> None:
    file = spec("one: {prompt: 'true'}\ntwo: {prompt: 'true'}")
    specrun("apply", "--yes")
    assert "gone" not in specrun("status").out
    file.unlink()
    assert specrun("status").out.endswith(
        "\n0 tasks: no tasks.\n"
        "2 records of specs that are gone: see specrun results, or clear away with specrun prune.\n"
    )
    assert json.loads(specrun("status", "--json").out)["tasks"] == []
    specrun("prune", "--yes")
    assert specrun("status").out.endswith("\n0 tasks: no tasks.\n")
