"""Tests `specrun freeze`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until


@pytest.fixture(autouse=True)
def _ann(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ann")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "ann@example.invalid")


def test_what_is_frozen_does_not_run_whatever_is_edited(spec: Spec, specrun: Specrun, repo: Path) -> None:
    two = "\ntwo: {depends_on: [one], prompt: 'echo two >> trace'}"
    spec(f"one: {{prompt: 'echo one >> trace'}}{two}")
    specrun("apply", "--yes")
    said = specrun("freeze", "one", "--reason", "released")
    assert (said.code, said.out, said.err) == (0, "Froze demo/one: it stays succeeded.\n", "")
    spec(f"one: {{prompt: 'echo other >> trace'}}{two.replace('echo two', 'echo again')}")
    assert specrun("apply", "--yes").code == 0
    assert (repo / "trace").read_text() == "one\ntwo\nagain\n"
    told = json.loads((repo / "results" / "demo" / "one.json").read_text())
    assert (told["frozen"]["reason"], told["frozen"]["by"]) == ("released", "Ann <ann@example.invalid>")
    assert "demo/one is frozen, by Ann" in specrun("history", "-n1", "one").out
    assert "[frozen by Ann: released]" in (repo / "results" / "demo" / "SUMMARY.md").read_text()


def test_freezing_twice_changes_nothing(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'exit 1'}\ntwo: {prompt: 'true'}")
    specrun("apply", "--yes")
    assert specrun("freeze", "one", "--reason", "first").out == "Froze demo/one: it stays failed.\n"
    before = (repo / "results" / "demo" / "one.json").read_bytes()
    said = specrun("freeze", "*", "--reason", "second").out.splitlines()
    assert said[0].startswith("demo/one is frozen already, by Ann on ")
    assert said[0].endswith(": first")
    assert said[1:] == ["Froze demo/two: it stays succeeded."]
    assert (repo / "results" / "demo" / "one.json").read_bytes() == before


def test_without_a_record_there_is_nothing_to_freeze(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    specrun("apply", "--yes")
    spec("one: {prompt: 'true'}\ntwo: {prompt: 'true'}")
    said = specrun("freeze", "one", "two", "--reason", "why")
    assert (said.code, said.err) == (
        64,
        "specrun: demo/two has no record yet; fix: write `freeze: true` in specs/demo.yaml\n",
    )
    assert json.loads((repo / "results" / "demo" / "one.json").read_text())["frozen"] is None


def test_an_edit_of_somebody_else_is_not_signed(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    specrun("apply", "--yes")
    path = repo / "results" / "demo" / "one.json"
    path.write_text(path.read_text().replace('"summary": ""', '"summary": "mine"'))
    said = specrun("freeze", "one", "--reason", "why")
    assert (said.code, "the record of demo/one was edited by hand; fix: restore it" in said.err) == (64, True)
    assert specrun("unfreeze", "one").code == 64


def test_it_waits_for_no_apply(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec("one: {prompt: 'true'}\ntwo: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}")
    process = begin("apply", "--yes")
    until(lambda: "demo/one" in specrun("list", "--status", "succeeded").out)
    assert specrun("freeze", "one", "--reason", "why").code == 6
    (repo / "go").touch()
    process.communicate(timeout=30)
    assert specrun("freeze", "one", "--reason", "why").code == 0


def test_a_reason_is_asked_for(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    assert "Missing option '--reason'" in specrun("freeze", "one").err
    assert specrun("freeze", "--reason", "why").code == 64


def test_what_was_asked_for_meanwhile_does_not_fire_when_it_is_let_go(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec("one: {prompt: 'echo one >> trace'}")
    specrun("apply", "--yes")
    specrun("freeze", "one", "--reason", "released")
    said = specrun("retry", "one", "--yes")
    assert (said.code, "fix: specrun unfreeze demo/one\n" in said.out) == (0, True)
    specrun("unfreeze", "one")
    specrun("apply", "--yes")
    assert (repo / "trace").read_text() == "one\n"
