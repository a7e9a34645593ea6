"""Tests `specrun results`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Spec, Specrun


def test_results(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'echo made it'}")
    assert specrun("results").out == "No results yet.\n"
    specrun("apply", "--yes")
    assert "demo/one  succeeded  1 attempt" in specrun("results").out
    told = json.loads(specrun("results", "--json").out)["results"]
    assert [(one["address"], one["summary"]) for one in told] == [("demo/one", "made it")]


def test_checks_are_told(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(
        """
        one: {prompt: 'true', checks: [{name: test, run: 'true'}, {name: lint, run: 'echo no; false'}]}
        two: {prompt: 'true'}
        """
    )
    specrun("apply", "--yes")
    rows = [row.split() for row in specrun("results").out.splitlines()]
    assert [row[:3] for row in rows] == [
        ["TASK", "STATUS", "CHECKS"],
        ["demo/one", "failed", "1"],
        ["demo/two", "succeeded", "none"],
    ]
    told = json.loads(specrun("results", "--json").out)["results"][0]["checks"]
    assert [(one["name"], one["exit_code"], one["tail"]) for one in told] == [
        ("test", 0, ""),
        ("lint", 1, "no\n"),
    ]
    assert "1 of 2: `lint`" in (repo / "results" / "demo" / "SUMMARY.md").read_text()
    status = json.loads(specrun("status", "--json").out)["tasks"][0]
    assert status["checks"] == [{"name": "test", "passed": True}, {"name": "lint", "passed": False}]


def test_results_outlive_the_last_spec(spec: Spec, specrun: Specrun) -> None:
    file = spec("one: {prompt: 'echo made it'}")
    specrun("apply", "--yes")
    file.unlink()
    said = specrun("results")
    assert (said.code, "demo/one  succeeded" in said.out) == (0, True)
    assert said.err.startswith("specrun: no spec found")


@pytest.mark.parametrize("verb", ["results", "status", "list", "diff", "apply"])
def test_an_unknown_spec_is_wrong_usage(verb: str, spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun(verb, *(["--yes"] if verb == "apply" else []), "dmeo")
    assert (said.code, said.err) == (
        64,
        'specrun: there is no spec "dmeo"; fix: did you mean "demo"?\n',
    )
