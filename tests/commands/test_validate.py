"""Tests `specrun validate`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Spec, Specrun


def test_a_good_spec(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}\ntwo: {prompt: 'true'}")
    said = specrun("validate")
    assert (said.code, said.out, said.err) == (0, "OK: 1 spec, 2 tasks.\n", "")


def test_all_errors_of_all_files_are_told_at_once(spec: Spec, specrun: Specrun) -> None:
    spec("one: {promt: 'true'}", name="first")
    spec("two: {prompt: 'true', depends_on: [three]}", name="second")
    said = specrun("validate")
    assert said.code == 3
    assert said.out == ""
    assert "specs/first.yaml:7:" in said.err
    assert "specs/second.yaml:7:" in said.err
    assert "promt" in said.err
    assert "three" in said.err


def test_json(spec: Spec, specrun: Specrun) -> None:
    spec("one: {promt: 'true'}")
    said = specrun("validate", "--format", "json")
    told = json.loads(said.out)
    assert (said.code, told["valid"], said.err) == (3, False, "")
    assert told["problems"][0]["file"] == "specs/demo.yaml"
    spec("one: {prompt: 'true'}")
    assert json.loads(specrun("validate", "--format", "json").out)["valid"] is True


def test_github(spec: Spec, specrun: Specrun) -> None:
    spec("one: {promt: 'true'}")
    said = specrun("validate", "--format", "github")
    assert (said.code, said.err) == (3, "")
    row, *others = said.out.splitlines()
    assert row.startswith("::error file=specs/demo.yaml,line=7,col=9,title=specrun E200::unknown key")
    assert others == []
    spec("one: {prompt: 'true'}")
    said = specrun("validate", "--format", "github")
    assert (said.code, said.out) == (0, "OK: 1 spec, 1 task.\n")


def test_sarif(spec: Spec, specrun: Specrun) -> None:
    spec("one: {promt: 'true'}")
    said = specrun("validate", "--format", "sarif")
    (run,) = json.loads(said.out)["runs"]
    assert (said.code, said.err, len(run["results"])) == (3, "", 1)
    spec("one: {prompt: 'true'}")
    said = specrun("validate", "--format", "sarif")
    assert (said.code, json.loads(said.out)["runs"][0]["results"]) == (0, [])


def test_without_a_spec_each_format_says_so(specrun: Specrun) -> None:
    for style in ("github", "sarif", "json"):
        said = specrun("validate", "--format", style)
        assert (said.code, said.err) == (3, "")
        assert "E409" in said.out


def test_nothing_is_written(spec: Spec, specrun: Specrun, tmp_path: Path, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    before = sorted(repo.rglob("*"))
    specrun("validate")
    assert sorted(repo.rglob("*")) == before
    assert not (tmp_path / "state").exists()
