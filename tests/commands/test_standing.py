"""Tests how a project is opened to be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun import wiring
from specrun.commands.standing import opened
from specrun.errors import InvalidSpec, NoSpec
from tests.commands.conftest import Spec, Specrun


def test_without_any_spec_there_is_still_something_to_see(repo: Path, specrun: Specrun) -> None:
    assert opened(repo, ()).loaded.files == ()
    for verb in ("status", "list"):
        said = specrun(verb)
        assert (said.code, said.err.count("\n"), "write specs/hello.yaml" in said.err) == (0, 1, True)
    with pytest.raises(NoSpec):
        wiring.open_project(repo, ())


def test_a_broken_spec_is_not_looked_past(spec: Spec, repo: Path) -> None:
    spec("one: {}")
    with pytest.raises(InvalidSpec):
        opened(repo, ())
