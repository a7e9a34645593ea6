"""Tests what is said on request about what a verb works with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specrun.commands.telling import rows
from tests.commands.conftest import Spec, Specrun


def test_what_a_verb_works_with_goes_to_standard_error(
    specrun: Specrun, spec: Spec, repo: Path, tmp_path: Path
) -> None:
    spec("one: {prompt: 'true'}")
    spec("two: {prompt: 'true'}", name="other")
    (repo / "specrun.yaml").write_text("version: 1\n")
    plain, said = specrun("list"), specrun("list", "-v")
    assert said.out == plain.out
    assert plain.err == ""
    told = said.err.splitlines()
    assert told[1] == f"specrun: repository {repo}"
    assert re.fullmatch(r"specrun: state in /.*, logs in attempts/SPEC/TASK/N/output.log below it", told[2])
    assert told[3] == "specrun: read: specrun.yaml, specs/demo.yaml, specs/other.yaml"
    assert re.fullmatch(r"specrun: list took \d+\.\d\ds", told[-1])
    assert specrun("-v", "list", "other").err.splitlines()[3] == (
        "specrun: read: specrun.yaml, specs/other.yaml"
    )


def test_it_is_said_however_the_verb_ends(specrun: Specrun, spec: Spec) -> None:
    spec("one: {prmpt: 'true'}")
    said = specrun("-v", "validate")
    assert said.code == 3
    assert "specrun: validate took " in said.err
    assert "error[E200]" in said.err


def test_quiet_has_the_last_word(specrun: Specrun, spec: Spec) -> None:
    spec("one: {prompt: 'true'}")
    assert specrun("-v", "list", "-q").err == ""


def test_where_there_is_no_repository_the_verb_tells(
    tmp_path_factory: pytest.TempPathFactory, spec: Spec
) -> None:
    told = [*rows(tmp_path_factory.mktemp("bare"), ())]
    assert len(told) == 1
    assert told[0].startswith("version ")
