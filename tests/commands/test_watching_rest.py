"""`apply --watch` at rest hinders nobody, and it ends as every apply does."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

from tests.commands.conftest import Begin, Spec, Specrun
from tests.commands.watcher import BLOCKED, QUICK, Watcher, attempts, status
from tests.poll import until


def test_another_branch_ends_it_and_workers_go_on(
    spec: Spec, begin: Begin, specrun: Specrun, repo: Path, git: Callable[..., str]
) -> None:
    spec(BLOCKED)
    watcher = Watcher(begin, repo)
    until((repo / "began").exists)
    git("checkout", "--quiet", "-b", "other")
    assert watcher.process.wait(30) == 7
    watcher.said("workers go on")
    git("checkout", "--quiet", "main")
    (repo / "go").touch()
    said = specrun("apply", "--yes")
    assert (said.code, "started" in said.out) == (0, False)


def test_a_killed_one_is_taken_over_by_a_plain_apply(
    spec: Spec, begin: Begin, specrun: Specrun, repo: Path
) -> None:
    spec(BLOCKED)
    watcher = Watcher(begin, repo)
    until((repo / "began").exists)
    watcher.edit("tasks:", f"tasks:\n  {QUICK}")
    watcher.said("demo/quick started")
    watcher.process.kill()
    watcher.process.wait(30)
    (repo / "go").touch()
    said = specrun("apply", "--yes")
    assert (said.code, "demo/slow started" in said.out) == (0, False)
    assert (repo / "trace").read_text() == "one\n"


def test_ctrl_c_leaves_workers_and_a_second_one_stops_them(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(BLOCKED)
    watcher = Watcher(begin, repo)
    until((repo / "began").exists)
    watcher.process.send_signal(signal.SIGINT)
    watcher.said("Ctrl-C again within 5 s stops them")
    assert watcher.leave(signal.SIGINT) == 130
    assert status(repo, "slow") == "cancelled"


def test_ctrl_c_at_rest_leaves_at_once(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(QUICK)
    watcher = Watcher(begin, repo)
    watcher.rested()
    assert watcher.leave(signal.SIGINT) == 130
    assert "Ctrl-C again" not in watcher.told


def test_the_time_out_is_124_at_rest_too(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(QUICK)
    watcher = Watcher(begin, repo, "--timeout", "1s", "--json")
    assert watcher.process.wait(30) == 124
    watcher.said("--timeout is over.")
    assert [row["type"] for row in watcher.rows] == ["version", "started", "ended", "rest", "end"]
    assert [row.get("exit_code") for row in watcher.rows[-2:]] == [0, 124]


def test_in_the_background_it_stays_even_with_nothing_to_do(
    spec: Spec, begin: Begin, specrun: Specrun, repo: Path
) -> None:
    path = spec(QUICK)
    assert specrun("apply", "--yes").code == 0
    parent = begin("apply", "--yes", "--watch", "--detach", "--json")
    out, err = parent.communicate(timeout=30)
    assert parent.returncode == 0
    last = json.loads(out.splitlines()[-1])
    assert f"kill {last['process']}" in err
    log = Path(last["log"])
    try:
        until(lambda: "at rest" in log.read_text())
        path.write_text(path.read_text().replace("echo one", "echo two"))
        until(lambda: (repo / "trace").read_text() == "one\ntwo\n")
    finally:
        os.kill(last["process"], signal.SIGTERM)
    until(lambda: '"type":"end"' in log.read_text())


def test_results_are_committed_whenever_it_comes_to_rest(
    spec: Spec, begin: Begin, repo: Path, git: Callable[..., str]
) -> None:
    spec(QUICK)
    watcher = Watcher(begin, repo, "--commit")
    watcher.rested()
    watcher.edit("echo one", "echo two")
    watcher.rested(2)
    watcher.edit("version: 1", "# a remark\nversion: 1")
    watcher.said("nothing to do")
    assert watcher.leave() == 143
    assert git("log", "--format=%s").splitlines() == ["Results of demo", "Results of demo", "Begin"]
    assert "Z HEAD is at" not in watcher.text


def test_at_rest_others_may_work_and_grants_are_taken_up(
    spec: Spec, begin: Begin, specrun: Specrun, repo: Path
) -> None:
    spec("one: {prompt: 'echo no >> trace; test -e mended'}")
    watcher = Watcher(begin, repo)
    watcher.rested()
    assert specrun("apply", "--yes").code == 1
    (repo / "mended").touch()
    assert specrun("retry", "one", "--yes").code == 0
    assert (repo / "trace").read_text() == "no\nno\n"
    assert watcher.leave() == 143
    assert attempts(repo, "one") == ["failed", "succeeded"]


def test_a_retry_while_it_works_is_taken_up(spec: Spec, begin: Begin, specrun: Specrun, repo: Path) -> None:
    spec(f"{BLOCKED}\none: {{prompt: 'test -e mended'}}")
    watcher = Watcher(begin, repo)
    watcher.said("demo/one failed")
    (repo / "mended").touch()
    assert "takes it up" in specrun("retry", "one").out
    watcher.said("demo/one succeeded")
    (repo / "go").touch()
    watcher.rested()
    assert watcher.leave() == 143
