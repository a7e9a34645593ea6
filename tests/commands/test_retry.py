"""Tests `specrun retry`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until

TASKS = """
one: {prompt: 'echo one >> trace; [ -e good ]'}
two: {depends_on: [one], prompt: 'echo two >> trace'}
three: {prompt: 'echo three >> trace; exit 1'}
"""


def test_alone_it_applies_the_selection_only(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(TASKS)
    assert specrun("apply", "--yes").code == 1
    (repo / "good").touch()
    (repo / "trace").unlink()
    said = specrun("retry", "one", "--yes")
    assert "demo/one started" in said.out
    assert (repo / "trace").read_text() == "one\n"


def test_a_success_runs_again_when_asked(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'echo one >> trace'}")
    specrun("apply", "--yes")
    assert specrun("retry", "demo/one", "--yes").code == 0
    assert (repo / "trace").read_text() == "one\none\n"
    assert "started" not in specrun("apply", "--yes").out


def test_beside_a_running_apply_it_leaves_a_grant(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec(
        """
        one: {prompt: 'echo one >> trace; [ -e good ]'}
        two: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}
        """
    )
    process = begin("apply", "--yes")
    until(lambda: "failed" in specrun("list", "--status", "failed").out)
    (repo / "good").touch()
    said = specrun("retry", "one")
    assert (said.code, "the specrun that is applying it takes it up" in said.out) == (0, True)
    assert specrun("retry", "two").code == 64
    until(lambda: (repo / "trace").read_text() == "one\none\n")
    (repo / "go").touch()
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_it_asks_like_apply(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    specrun("apply", "--yes")
    assert specrun("retry", "one").code == 64
    assert specrun("retry").code == 64
    assert specrun("retry", "noe").code == 64


MIXED = """
base: {prompt: 'echo base >> trace; [ -e good ]', domain: core}
top: {depends_on: [base], prompt: 'echo top >> trace'}
other: {prompt: 'echo other >> trace; [ -e good ]', labels: [slow]}
fine: {prompt: 'echo fine >> trace'}
"""
HEAD = "domains: {core: {}}\n"


def test_failed_runs_what_failed_again_and_nothing_else(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(MIXED, head=HEAD)
    assert specrun("apply", "--yes").code == 1
    (repo / "good").touch()
    (repo / "trace").unlink()
    said = specrun("retry", "--failed", "--target", "top", "--yes")
    assert (repo / "trace").read_text() == "base\n"
    assert "Selection: 1 of 4 tasks (--target top --failed)." in said.err
    said = specrun("retry", "--failed", "--yes")
    assert sorted((repo / "trace").read_text().split()) == ["base", "other"]
    assert said.code == 0
    none = specrun("retry", "--failed", "--yes")
    assert (none.code, none.out) == (0, "Nothing matches --failed.\n")
    assert json.loads(specrun("retry", "--failed", "--yes", "--json").out)["exit_code"] == 0


@pytest.mark.parametrize(
    ("words", "ran"),
    [
        (["--domain", "core"], ["base"]),
        (["--label", "slow", "--failed"], ["other"]),
        (["*e", "--exclude", "other"], ["base", "fine"]),
        (["base", "fine", "--failed"], ["base"]),
        (["--from", "demo/b*", "--until", "top"], ["base", "top"]),
        (["--changed"], ["fine"]),
    ],
)
def test_names_and_selectors_meet(
    spec: Spec, specrun: Specrun, repo: Path, words: list[str], ran: list[str]
) -> None:
    spec(MIXED, head=HEAD)
    specrun("apply", "--yes")
    spec(MIXED.replace("echo fine", "echo  fine"), head=HEAD)
    (repo / "good").touch()
    (repo / "trace").unlink()
    specrun("retry", *words, "--yes")
    assert sorted((repo / "trace").read_text().split()) == ran


@pytest.mark.parametrize("words", [[], ["--exclude", "fine"]])
def test_it_must_be_said_what_to_run_again(spec: Spec, specrun: Specrun, words: list[str]) -> None:
    spec(MIXED, head=HEAD)
    said = specrun("retry", *words, "--yes")
    assert said.code == 64
    assert "--failed" in said.err
    assert "'*' for all of them" in said.err


def test_what_runs_is_left_alone_unless_it_was_named(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec("one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}")
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    said = specrun("retry", "o*", "--yes")
    assert (said.code, said.out) == (0, "")
    assert "demo/one is running (attempt 1) and is left alone." in said.err
    assert specrun("retry", "--only", "one", "--yes").code == 64
    (repo / "go").touch()
    process.communicate(timeout=30)


def test_a_grant_needs_nobody_to_ask_and_waits_for_the_answer_of_the_rest(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec(
        "one: {prompt: 'echo one >> trace'}\ntwo: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}", "busy"
    )
    spec("one: {prompt: 'true'}", "idle")
    process = begin("apply", "busy", "--yes")
    until(lambda: (repo / "trace").exists() and "succeeded" in specrun("list", "busy").out)
    assert specrun("retry", "*/one").code == 64
    assert specrun("status", "--only", "busy/one", "--exit-code").code == 0
    said = specrun("retry", "busy/one")
    assert (said.code, "takes it up" in said.out) == (0, True)
    until(lambda: (repo / "trace").read_text() == "one\none\n")
    (repo / "go").touch()
    process.communicate(timeout=30)
