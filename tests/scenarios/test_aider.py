"""Agents that are nothing but YAML, end to end: the shipped aider, and one without a meter."""

from __future__ import annotations

import json
import os
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests import processes
from tests.clis.seats import Seat
from tests.poll import until
from tests.scenarios.shop import ROOT
from tests.scenarios.stage import Scene, Stage
from tests.stub import Stub

EXAMPLE = ROOT / "examples" / "agents" / "aider.yaml"
STREAMS = ROOT / "tests" / "agents" / "streams"
PLAIN = """\
  plain:
    argv: [plain, "{prompt}"]
    prompt: file
    meter: null
    success: exit_code
"""
AIDER = f"""\
#!/bin/sh -eu
# Does what the first line of its message says, and prints what aider has printed then.
[ "$1" = --version ] && echo 'aider 0.86.2' && exit
[ "$1" = --message-file ]
git='git -c user.name=aider -c user.email=aider@example.invalid'
case $(head -n 1 "$2") in
    edit) echo hello > new.txt; $git add .; $git commit -qm 'I write.'; cat {STREAMS}/aider-edit.txt ;;
    key) cat {STREAMS}/aider-error-401.txt ;;
    wait) cat {STREAMS}/aider-success.txt; sleep 300 & until [ -e "$HOME/go" ]; do sleep 0.05; done ;;
    dear) while :; do cat {STREAMS}/aider-success.txt; sleep 0.3; done ;;
esac
"""
SCRIPT = """\
#!/bin/sh -eu
# Copies its prompt, and fails where that says so.
cp "$1" told.txt
echo "I have read $(wc -c < "$1") bytes."
! grep -q 'badly' "$1" || exit 3
"""


def scene(name: str, words: str = "", **fields: Any) -> Scene:
    return Scene(name=name, words=words or name, steps=[], fields=fields)


@pytest.fixture
def stage(tmp_path: Path, stub: Stub) -> Stage:
    """A repo whose specrun.yaml is the shipped example and a little more."""
    programs, scratch = tmp_path / "programs", tmp_path / "tmp"
    for folder in (programs, scratch):
        folder.mkdir()
    for name, text in {"aider": AIDER, "plain": SCRIPT}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    env = {"PATH": str(programs), "TMPDIR": str(scratch)}
    made = Stage(tmp_path, Seat(name="aider", version="0.86.2", home=tmp_path, env=env), stub, {})
    (made.root / "specrun.yaml").write_text(EXAMPLE.read_text() + PLAIN)
    return made


class Go:
    """A file for which workers wait; closing it lets them go on."""

    def __init__(self, path: Path) -> None:
        self.close = path.touch


def last(stage: Stage, name: str) -> tuple[Any, ...]:
    """What a person wants to know of the last attempt: status, reason, exit code, cost, tokens."""
    record = stage.record(name)
    one = record["attempts"][-1]
    tokens = one["tokens"] and (one["tokens"]["input"], one["tokens"]["output"])
    return record["status"], record["reason"], one["exit_code"], one["cost_usd"], tokens


def test_aider_does_its_work_and_is_believed_only_in_its_own_words(stage: Stage) -> None:
    scenes = [scene("edit"), scene("key"), scene("dear")]
    stage.spec("aider", scenes, executor="process", budget={"per_task": "0.10 USD"})
    code, said = stage.run("apply", "--yes")
    assert code == 1, said
    assert last(stage, "edit") == ("succeeded", "", 0, "0.0037", (1000, 50))
    assert stage.file(stage.record("edit"), "new.txt") == "hello"
    assert stage.git("log", "-1", "--format=%an: %s", "specrun/play/edit") == "aider: I write."
    refused = "AuthenticationError: OpenAIException - bad key"
    assert last(stage, "key") == ("failed", refused, 0, None, None)
    assert stage.record("key")["branch"] is None
    status, reason, _, cost, tokens = last(stage, "dear")
    assert (status, reason, cost, tokens) == ("failed", "budget", "0.14", (24000, 4800))
    assert "it cost 0.14 USD, and its budget is 0.1" in stage.record("dear")["summary"]


def test_what_a_declared_agent_has_cost_is_known_while_it_runs_and_when_it_is_lost(
    stage: Stage, tmp_path: Path
) -> None:
    go = Go(tmp_path / "person" / "go")
    stage.spec("aider", [scene("one", "wait"), scene("two", "wait")], executor="process")
    with stage.start("apply", "--yes") as apply, closing(go):
        until(lambda: all("Cost:" in stage.transcript(name) for name in ("one", "two")))
        told = until(lambda: [one for one in standing(stage) if None not in one.values()])
        assert told[0] == {
            "status": "running",
            "cost_usd": "0.07",
            "tokens": {"input": 12000, "output": 2400},
        }
        shim = json.loads((stage.attempt("two") / "start.json").read_text())["pid"]
        os.kill(shim, signal.SIGKILL)
        until((stage.root / "results/play/two.json").exists)
        go.close()
        said, _ = apply.communicate(timeout=60)
    assert apply.returncode == 1, said
    assert last(stage, "one") == ("succeeded", "", 0, "0.07", (12000, 2400))
    lost = ("lost", "the worker vanished without an exit record", None, "0.07", (12000, 2400))
    assert last(stage, "two") == lost
    assert "cost 0.14 USD." in said
    assert processes.left_behind(tmp_path) == []


def standing(stage: Stage) -> list[dict[str, Any]]:
    """What `status --json` tells of the tasks and their money."""
    code, said = stage.run("status", "--json")
    assert code == 0, said
    kept = ("status", "cost_usd", "tokens")
    return [{name: task[name] for name in kept} for task in json.loads(said)["tasks"]]


def test_an_agent_without_a_meter_is_believed_by_its_exit_code(stage: Stage) -> None:
    prompt = "Read me. "
    stage.spec("plain", [scene("good", prompt), scene("bad", "Do it badly.")], executor="process")
    code, said = stage.run("apply", "--yes")
    assert code == 1, said
    assert last(stage, "good") == ("succeeded", "", 0, None, None)
    assert (stage.file(stage.record("good"), "told.txt") or "").startswith(prompt)
    status, reason, *rest = last(stage, "bad")
    assert (status, rest) == ("failed", [3, None, None])
    assert reason.startswith("exit code 3: I have read ")
    assert "cost unknown" in said


def test_money_cannot_cap_an_agent_that_tells_no_price(stage: Stage) -> None:
    stage.spec("plain", [scene("good")], budget={"per_task": "1 USD"})
    code, said = stage.run("apply", "--yes")
    assert code == 3, said
    assert "unknown_price: allow" in said
    assert not [*stage.state.glob("repo-*/attempts/*")]


def test_a_missing_program_stops_an_apply_before_it_launches_anything(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "programs" / "aider").unlink()
    stage.spec("plain", [scene("good"), scene("edit", agent="aider")], executor="process")
    code, said = stage.run("apply", "--yes")
    assert code == 9, said
    assert "aider" in said
    assert not [*stage.state.glob("repo-*/attempts/*")]
