"""Eight real Claude Codes at once in tmux: what people see of them, and that no kill repeats or loses one."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
from decimal import Decimal
from pathlib import Path

import pytest

from specrun.store.records import equal_records
from tests import processes
from tests.clis.fixtures import TakeSeat
from tests.clis.seats import KEY
from tests.poll import until
from tests.scenarios.crowd import NAMES, PRICE, WORKERS, Crowd, settings
from tests.scenarios.stage import Scene, Stage
from tests.stub import Stub

DETACH = b"\x02d"
SEED, KILLS = 1, 3
LAST = NAMES[-1]


def complaints(crowd: Crowd, peaceful: Crowd) -> list[str]:
    """Answer everything in which a crowd is not as one that nobody disturbed."""
    wrong = []
    counted, steps = crowd.counted(), crowd.steps()
    for name in NAMES:
        record = crowd.record(name)
        cost = sum((Decimal(one["cost_usd"] or 0) for one in record["attempts"]), Decimal(0))
        found = [counted.get(name), steps.get(name), cost]
        if found != [1, [0, 1, 2], 3 * PRICE]:
            wrong.append(f"{name}: effects, requests and cost are {found}")
        if not equal_records(record, peaceful.record(name)):
            wrong.append(f"{name}: another record: {record}")
    return wrong


class Watch:
    """A person who looks at everything there is of a working crowd."""

    def __init__(self, crowd: Crowd) -> None:
        self.panes: dict[str, str] = {}
        with crowd.start("apply", "--yes") as apply:
            try:
                until(lambda: self._reads(crowd), timeout=90)
                self.told = crowd.told()
                with crowd.terminal("attach", LAST) as terminal:
                    until(lambda: terminal.shows(f"Now {LAST} waits."), timeout=60)
                    terminal.type(DETACH)
                    assert terminal.process.wait(20) == 0
            finally:
                crowd.go()
            self.said, _ = apply.communicate(timeout=90)

    def _reads(self, crowd: Crowd) -> bool:
        self.panes = {name: text.rstrip() for name, text in crowd.panes().items()}
        shown = [name for name, text in self.panes.items() if f"Now {name} waits.\n" in text]
        return len(shown) == WORKERS


@pytest.mark.timeout(240)
@pytest.mark.tmux
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_crowd_is_read_while_it_works_and_outlives_every_kill(
    tmp_path: Path, seat: TakeSeat, stub: Stub
) -> None:
    claude = seat("claude")
    peaceful = Crowd(tmp_path / "peaceful", claude, stub)
    watch = Watch(peaceful)
    assert complaints(peaceful, peaceful) == [], watch.said
    for name, pane in watch.panes.items():
        assert pane.startswith(
            f"→ Bash echo ran >> $HOME/{name}.count; echo hi > made.txt\nNow {name} waits.\n"
        )
        assert '{"' not in pane
    # Claude Code tells its cost at the end: until then it is unknown, which is not nothing.
    assert {(one["status"], one["cost_usd"]) for one in watch.told.values()} == {("running", None)}

    struck = Crowd(tmp_path / "struck", claude, stub)
    struck.go()
    assert struck.struck(random.Random(SEED), KILLS) == KILLS
    code, said = struck.run("apply", "--yes")
    assert code == 0, said
    assert complaints(struck, peaceful) == [], said


def test_a_worker_whose_shim_is_killed_is_lost_with_all_its_tools(
    tmp_path: Path, seat: TakeSeat, stub: Stub
) -> None:
    stage = Stage(tmp_path, seat("claude"), stub, settings(stub), {"ANTHROPIC_API_KEY": KEY})
    away = "nohup setsid sh -c 'echo $$ > $HOME/away.pid; exec sleep 300' > /dev/null 2>&1 &"
    busy = "sh -c 'echo $$ > $HOME/busy.pid; exec sleep 300'"
    steps = [{"bash": away}, {"text": "Now I wait.", "bash": busy}, {"text": "It is done."}]
    stage.spec(
        "claude", [Scene(name="busy", steps=steps)], executor="process", budget={"per_task": "1.00 USD"}
    )
    pids = [tmp_path / "person" / name for name in ("away.pid", "busy.pid")]
    with stage.start("apply", "--yes") as apply:
        until(lambda: all(path.exists() and path.read_text() for path in pids), timeout=60)
        tools = {int(path.read_text()) for path in pids}
        assert tools < {*processes.left_behind(tmp_path)}
        shim = json.loads((stage.attempt("busy") / "start.json").read_text())["pid"]
        os.kill(shim, signal.SIGKILL)
        said, _ = apply.communicate(timeout=60)
    assert apply.returncode == 1, said
    assert processes.left_behind(tmp_path) == []
    record = stage.record("busy")
    (lost,) = record["attempts"]
    assert (record["status"], lost["exit_code"], lost["turns"]) == ("lost", None, 2)
    # Nobody knows the cost of what has said nothing of it yet.
    assert (lost["cost_usd"], lost["tokens"]) == (None, None)
    assert "cost unknown" in said
