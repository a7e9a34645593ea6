"""Tests what an init tells about what it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.commands.beginning import Asked, begun
from specrun.errors import ExitCode, UsageProblem

TOLD = Asked(yes=True, agent="shell", name=None, source=None, sync=False, dry_run=False)


def test_each_file_is_named_with_what_it_is_for(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / ".gitignore").write_text("build\n")
    assert begun(repo, TOLD) is ExitCode.OK
    told = capsys.readouterr().out
    assert "extended  .gitignore " in told
    assert "wrote     specs/hello.yaml                      the spec\n" in told
    assert f"  specrun -C {repo} apply  # do it\n" in told


def test_of_many_specs_the_new_one_is_named_in_what_comes_next(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(repo, TOLD)
    capsys.readouterr()
    begun(repo, Asked(**{**TOLD, "name": "more"}))
    assert "apply specs/more.yaml  # do it" in capsys.readouterr().out


def test_where_there_are_specs_no_first_one_is_added(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repo / "specs").mkdir()
    (repo / "specs" / "own.yaml").write_text("# mine\n")
    begun(repo, TOLD)
    told = capsys.readouterr().out
    assert "kept   specs/own.yaml" in told
    assert [path.name for path in (repo / "specs").iterdir()] == ["own.yaml"]
    assert "inherit_config" not in (repo / "specrun.yaml").read_text()


def test_a_list_is_needed_for_ticking(repo: Path) -> None:
    with pytest.raises(UsageProblem, match="--sync needs a list"):
        begun(repo, Asked(**{**TOLD, "sync": True}))


def test_what_an_agent_lacks_is_told_of_new_specs_alone(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repo / "specrun.yaml").write_text(
        "version: 1\nagents: {own: {argv: [no-such-cli], success: exit_code}}\n"
    )
    for said in (True, False):
        begun(repo, Asked(**{**TOLD, "agent": "own", "name": "hello"}))
        assert ("own is not on PATH here" in capsys.readouterr().out) is said
