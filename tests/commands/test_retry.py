"""Tests `specrun retry`."""

from __future__ import annotations

from pathlib import Path

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
