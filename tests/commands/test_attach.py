"""Tests `specrun attach`."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.commands import console
from specrun.commands.attach import _check
from specrun.core.world import Phase
from specrun.errors import UsageProblem
from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until
from tests.report.values import attempt, proving

BLOCKED = "one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}"


def test_nothing_to_attach_to(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun("attach")
    assert (said.code, said.err) == (
        64,
        "specrun: nothing is running; fix: start something with specrun apply\n",
    )
    said = specrun("attach", "one")
    assert (said.code, "demo/one is not running" in said.err) == (64, True)


def test_a_plain_process_has_no_window(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(BLOCKED)
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    said = specrun("attach", "one")
    assert (
        said.code,
        "runs with the executor process; fix: read along with specrun logs -f" in said.err,
    ) == (64, True)
    (repo / "go").touch()
    process.communicate(timeout=30)


def test_the_window_of_a_check_is_that_of_the_one_at_work() -> None:
    assert _check(attempt("demo/one", 1, Phase.RUNNING)) == 0
    assert _check(proving("demo/one", 1, ["test", "lint"], Phase.ENDED, Phase.RUNNING)) == 2
    with pytest.raises(UsageProblem, match="demo/one is between two checks"):
        _check(proving("demo/one", 1, ["test", "lint"], Phase.ENDED))


def test_a_check_that_is_a_plain_process_has_no_window_either(
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
    said = specrun("attach", "one")
    assert (said.code, "runs with the executor process" in said.err) == (64, True)
    (repo / "go").touch()
    process.communicate(timeout=30)


@pytest.mark.tmux
def test_a_window_needs_a_terminal_to_be_shown(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, monkeypatch: pytest.MonkeyPatch, tmux_socket: str
) -> None:
    del tmux_socket
    path = spec(BLOCKED)
    path.write_text(path.read_text().replace("executor: process", "executor: tmux"))
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    assert "attach needs a terminal" in specrun("attach").err
    monkeypatch.setattr(console, "asking", lambda: True)
    # tmux itself refuses: the test has no terminal for it.
    assert specrun("attach", "one").code == 1
    (repo / "go").touch()
    process.communicate(timeout=30)
