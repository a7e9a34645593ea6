"""Tests `specrun apply` from spec to results."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.store.layout import Layout
from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until

DIAMOND = """
top: {prompt: 'echo top >> trace'}
left: {depends_on: [top], prompt: 'echo left >> trace'}
right:
  depends_on: [top]
  retry: {limit: 1}
  prompt: '[ "$SPECRUN_ATTEMPT" = 2 ]; echo right >> trace'
bottom: {depends_on: [left, right], prompt: 'echo bottom >> trace; echo all done'}
"""
BLOCKED = "one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done; echo gone on'}"


def test_a_diamond_with_a_retry_then_nothing_to_do(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(DIAMOND)
    said = specrun("apply", "--yes")
    assert said.code == 0, said
    trace = (repo / "trace").read_text().split()
    assert (trace[0], sorted(trace[1:3]), trace[3:]) == ("top", ["left", "right"], ["bottom"])
    assert "4 tasks to start, at most 4 workers at once" in said.out
    assert said.out.endswith("4 tasks: 4 succeeded.\n")
    summary = repo / "results" / "demo" / "SUMMARY.md"
    assert "| right  | succeeded |" in summary.read_text()
    files = {path: path.stat().st_mtime_ns for path in (repo / "results").rglob("*")}
    again = specrun("apply", "--yes")
    assert again.code == 0
    assert "started" not in again.out
    assert {path: path.stat().st_mtime_ns for path in (repo / "results").rglob("*")} == files
    assert (repo / "trace").read_text().split() == trace


def test_a_failure_is_repeated_at_the_end_and_held(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'echo oh no; exit 3'}\ntwo: {depends_on: [one], prompt: 'true'}")
    said = specrun("apply", "--yes")
    assert said.code == 1
    end = said.out[said.out.index("1 task did not succeed:") :]
    assert "demo/one failed: exit code 3" in end
    assert "| oh no" in end
    assert "output.log" in end
    assert "go on: specrun retry demo/one" in end
    assert "1 task behind them: demo/two" in end
    again = specrun("apply", "--yes")
    assert again.code == 1
    assert "started" not in again.out
    assert "started" in specrun("apply", "--yes", "--retry-failed").out


def test_without_a_terminal_yes_is_required(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun("apply")
    assert said.code == 64
    assert said.err.count("\n") == 1
    assert "--yes" in said.err


def test_json_is_one_event_per_line(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'exit 1'}")
    said = specrun("apply", "--yes", "--json")
    rows = [json.loads(row) for row in said.out.splitlines()]
    assert [row["type"] for row in rows] == ["version", "started", "ended", "failure", "end"]
    assert all(row["message"] for row in rows)
    assert rows[-1]["exit_code"] == said.code == 1


def test_a_second_apply_is_6(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(BLOCKED)
    first = begin("apply", "--yes")
    until((repo / "began").exists)
    said = specrun("apply", "--yes")
    assert said.code == 6
    assert "another specrun is applying demo" in said.err
    (repo / "go").touch()
    assert first.wait(30) == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_workers_survive_an_interrupted_apply(
    number: signal.Signals, code: int, spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec(BLOCKED)
    first = begin("apply", "--yes")
    until((repo / "began").exists)
    first.send_signal(number)
    _, err = first.communicate(timeout=30)
    assert first.returncode == code
    assert "specrun apply" in err
    (repo / "began").unlink()
    (repo / "go").touch()
    said = specrun("apply", "--yes")
    assert (said.code, "started" in said.out) == (0, False)
    assert not (repo / "began").exists()


def test_two_interrupts_stop_the_workers(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(BLOCKED)
    first = begin("apply", "--yes")
    assert first.stderr is not None
    until((repo / "began").exists)
    first.send_signal(signal.SIGINT)
    assert "Ctrl-C again" in first.stderr.readline()
    first.send_signal(signal.SIGINT)
    assert first.wait(30) == 130
    assert json.loads(specrun("results", "--json").out)["results"][0]["status"] == "cancelled"


def test_the_time_out_is_124_and_workers_go_on(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(BLOCKED)
    said = specrun("apply", "--yes", "--timeout", "500ms")
    assert said.code == 124
    assert "workers go on" in said.err
    assert "Come back with specrun apply, or end them with specrun stop --all." in said.err
    (repo / "go").touch()
    assert specrun("apply", "--yes").code == 0


def test_detach_goes_on_in_the_background(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(BLOCKED)
    parent = begin("apply", "--yes", "--detach")
    out, _ = parent.communicate(timeout=30)
    assert parent.returncode == 0
    log = Path(out.splitlines()[-1])
    assert log.name.startswith("apply-")
    until((repo / "began").exists)
    assert specrun("apply", "--yes").code == 6
    (repo / "go").touch()
    assert specrun("wait", "--timeout", "30s").code == 0
    until(lambda: "1 succeeded" in log.read_text())


def test_detach_answers_for_what_fails_at_once(spec: Spec, begin: Begin, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    home = Layout.of(repo, os.environ).home
    (home / "events.jsonl").mkdir(parents=True)
    parent = begin("apply", "--yes", "--detach")
    out, err = parent.communicate(timeout=30)
    assert parent.returncode == 9
    assert "events.jsonl" in err
    assert ".log" not in out
    assert not list((home / "logs").iterdir())


def test_detach_with_nothing_left_to_do_ends_as_without(spec: Spec, specrun: Specrun, begin: Begin) -> None:
    spec("one: {prompt: 'exit 3'}")
    assert specrun("apply", "--yes").code == 1
    parent = begin("apply", "--yes", "--detach", "--json")
    out, _ = parent.communicate(timeout=30)
    assert parent.returncode == 1
    rows = [json.loads(row) for row in out.splitlines()]
    assert [row["type"] for row in rows] == ["version", "failure", "end"]


def test_commit_commits_the_results_and_nothing_else(
    spec: Spec, specrun: Specrun, repo: Path, git: Callable[..., str]
) -> None:
    spec("one: {prompt: 'echo hi'}")
    (repo / "README.md").write_text("dirty\n")
    assert specrun("apply", "--yes", "--commit").code == 0
    assert git("show", "--name-only", "--format=%(trailers:key=Specrun-Spec,valueonly)", "HEAD").split() == [
        "demo",
        "results/demo/SUMMARY.md",
        "results/demo/one.json",
    ]
    assert "README.md" in git("status", "--porcelain")
    head = git("rev-parse", "HEAD")
    assert specrun("apply", "--yes", "--commit").code == 0
    assert git("rev-parse", "HEAD") == head


def test_a_closed_pipe_does_not_keep_work_from_being_done(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(DIAMOND)
    process = begin("apply", "--yes")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 0
    assert (repo / "results" / "demo" / "bottom.json").exists()


def test_a_read_only_results_folder_is_9(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    (repo / "results").write_text("in the way")
    said = specrun("apply", "--yes")
    assert said.code == 9
    assert said.err.strip().count("\n") == 0
    (repo / "results").unlink()
    assert specrun("apply", "--yes").code == 0


def test_what_the_terminal_cannot_show_is_escaped(spec: Spec, begin: Begin) -> None:
    spec("one: {prompt: 'printf \"\\303\\251\\033]0;x\\007\\n\"; exit 1'}")
    process = begin("apply", "--yes")
    out, _ = process.communicate(timeout=60)
    assert "| \u00e9" in out
    assert "\x1b" not in out


def test_no_git_is_9(tmp_path: Path, specrun: Specrun) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    said = specrun("-C", str(empty), "apply", "--yes")
    assert said.code == 9
    assert said.err.count("\n") == 1
