"""Tests `specrun stop`."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until

TWO = """
one: {prompt: 'touch began1; while [ ! -e go ]; do sleep 0.02; done'}
two: {prompt: 'touch began2; while [ ! -e go ]; do sleep 0.02; done'}
"""


def statuses(specrun: Specrun) -> dict[str, str]:
    return {one["address"]: one["status"] for one in json.loads(specrun("status", "--json").out)["tasks"]}


def test_beside_a_running_apply(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(TWO)
    process = begin("apply", "--yes")
    until(lambda: (repo / "began1").exists() and (repo / "began2").exists())
    said = specrun("stop", "one")
    assert (said.code, said.out, said.err) == (0, "Stopped demo/one (attempt 1).\n", "")
    until(lambda: statuses(specrun)["demo/one"] == "cancelled")
    (repo / "go").touch()
    process.communicate(timeout=30)
    assert process.returncode == 1
    assert statuses(specrun) == {"demo/one": "cancelled", "demo/two": "succeeded"}
    assert "started" not in specrun("apply", "--yes").out


def test_alone(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(TWO)
    process = begin("apply", "--yes")
    until(lambda: (repo / "began1").exists() and (repo / "began2").exists())
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    said = specrun("stop", "--all")
    assert sorted(said.out.splitlines()) == ["Stopped demo/one (attempt 1).", "Stopped demo/two (attempt 1)."]
    assert "next specrun apply records the end" in said.err
    assert specrun("apply", "--yes").code == 1
    assert set(statuses(specrun).values()) == {"cancelled"}


def test_cascade_takes_dependents_along(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(
        """
        one: {prompt: 'exit 1'}
        two:
          depends_on: {one: {on: finished}}
          prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'
        """
    )
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    assert specrun("stop", "one").out == "Nothing is running there.\n"
    said = specrun("stop", "one", "--cascade")
    # The apply records it, even if that was the last it had to do.
    assert (said.out, said.err) == ("Stopped demo/two (attempt 1).\n", "")
    process.communicate(timeout=30)


def test_it_must_be_said_what_to_stop(spec: Spec, specrun: Specrun) -> None:
    spec(TWO)
    assert specrun("stop").code == 64
    assert "--all goes without tasks" in specrun("stop", "--all", "one").err
    assert specrun("stop", "thre").code == 64
    assert specrun("stop", "--all").out == "Nothing is running there.\n"


def test_workers_can_be_stopped_and_read_whatever_became_of_the_specs(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    path = spec("a: {prompt: 'echo here; sleep 60'}")
    apply = begin("apply", "--yes")
    until(lambda: "here" in specrun("logs", "demo/a").out)
    path.write_text("tasks: [broken")
    assert specrun("validate").code == 3
    assert specrun("logs").out == "here\n"
    said = specrun("stop", "demo/a")
    assert (said.code, said.out) == (0, "Stopped demo/a (attempt 1).\n")
    apply.wait()
