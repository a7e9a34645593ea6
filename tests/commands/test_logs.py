"""Tests `specrun logs`."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from specrun import wiring
from specrun.core.task import TaskId
from specrun.ports import AttemptKey
from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until


def test_a_log_is_harmless(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'printf \"\\033[31mred\\033]52;c;eA==\\007\\n50%%\\r100%%\\nend\"'}")
    specrun("apply", "--yes")
    said = specrun("logs", "one")
    assert (said.code, said.out) == (0, "red\n50%\n100%\nend\n")


def test_all_logs_stand_one_after_another(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'echo 1'}\ntwo: {prompt: 'echo 2'}")
    specrun("apply", "--yes")
    assert specrun("logs").out == "==> demo/one (attempt 1) <==\n1\n==> demo/two (attempt 1) <==\n2\n"


def test_who_has_printed_nothing_is_named(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}\ntwo: {prompt: 'echo 2'}")
    specrun("apply", "--yes")
    said = specrun("logs", "one")
    assert (said.code, said.out, said.err) == (0, "", "demo/one (attempt 1) has printed nothing.\n")
    assert specrun("logs", "two").err == ""


def test_earlier_attempts(spec: Spec, specrun: Specrun) -> None:
    spec("one: {retry: {limit: 1}, prompt: 'echo try $SPECRUN_ATTEMPT; exit 1'}")
    specrun("apply", "--yes")
    assert specrun("logs", "one").out == "try 2\n"
    assert specrun("logs", "one", "--attempt", "1").out == "try 1\n"
    said = specrun("logs", "one", "--attempt", "7")
    assert (said.code, "has no attempt 7; fix: pass one of 1, 2" in said.err) == (64, True)
    assert specrun("logs", "--attempt", "1").code == 64


def stream(repo: Path, name: str = "demo/one") -> Path:
    """Let the last attempt of a task look as if an agent with a meter had run in it; answers its folder."""
    attempts = wiring.open_project(repo, ()).attempts
    directory = attempts.directory(AttemptKey(TaskId(name), attempts.scan()[TaskId(name)][-1].number))
    (directory / "output.log").write_text('{"type": "text", "text": "hi"}\n')
    (directory / "transcript.log").write_text("hi\n> Bash: ls\n")
    intent = json.loads((directory / "intent.json").read_text())
    (directory / "intent.json").write_text(json.dumps({**intent, "meter": {"events": []}}))
    return directory


@pytest.mark.parametrize("prompt", ["true", "exit 1"])
def test_of_a_stream_the_transcript_is_shown(spec: Spec, specrun: Specrun, repo: Path, prompt: str) -> None:
    spec(f"one: {{prompt: '{prompt}'}}\ntwo: {{prompt: 'echo 2'}}")
    specrun("apply", "--yes")
    stream(repo)
    assert specrun("logs", "one").out == "hi\n> Bash: ls\n"
    assert specrun("logs", "-f", "one").out == "hi\n> Bash: ls\n"
    assert specrun("logs", "one", "--raw").out == '{"type": "text", "text": "hi"}\n'
    assert specrun("logs", "two", "--raw").out == "2\n"
    assert specrun("logs").out == (
        "==> demo/one (attempt 1) <==\nhi\n> Bash: ls\n==> demo/two (attempt 1) <==\n2\n"
    )


def test_a_stream_without_a_transcript_is_not_shown_in_its_place(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec("one: {prompt: 'true'}")
    specrun("apply", "--yes")
    directory = stream(repo)
    (directory / "transcript.log").unlink()
    said = specrun("logs", "one")
    assert said.out == ""
    assert said.err == "demo/one (attempt 1) left no transcript; read its stream with --raw.\n"
    assert specrun("logs", "-f", "one").err == said.err
    assert "hi" in specrun("logs", "--raw", "one").out


def test_the_transcript_of_a_running_worker_is_followed(spec: Spec, begin: Begin, repo: Path) -> None:
    spec("one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}")
    apply = begin("apply", "--yes")
    until((repo / "began").exists)
    directory = stream(repo)
    process = begin("logs", "-f", "one")
    assert process.stdout is not None
    assert [process.stdout.readline(), process.stdout.readline()] == ["hi\n", "> Bash: ls\n"]
    with (directory / "transcript.log").open("a") as file:
        file.write("bye\n")
    assert process.stdout.readline() == "bye\n"
    (repo / "go").touch()
    assert (process.communicate(timeout=30)[0], process.returncode) == ("", 0)
    apply.communicate(timeout=30)


def test_a_task_that_never_ran(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun("logs")
    assert (said.code, said.out, said.err) == (0, "", "No attempt has left a log on this machine yet.\n")
    assert specrun("logs", "one").code == 64


def test_follow_goes_on_until_the_end(spec: Spec, begin: Begin, repo: Path) -> None:
    spec("one: {prompt: 'echo first; while [ ! -e go ]; do sleep 0.02; done; printf last'}")
    apply = begin("apply", "--yes")
    assert apply.stdout is not None
    until(lambda: "started" in apply.stdout.readline() if apply.stdout else False)
    process = begin("logs", "-f", "one")
    assert process.stdout is not None
    assert process.stdout.readline() == "first\n"
    (repo / "go").touch()
    assert process.communicate(timeout=30)[0] == "last\n"
    assert process.returncode == 0
    apply.communicate(timeout=30)


def test_follow_ends_when_nobody_reads(spec: Spec, begin: Begin, repo: Path) -> None:
    spec("one: {prompt: 'while [ ! -e go ]; do echo more; sleep 0.02; done'}")
    apply = begin("apply", "--yes")
    assert apply.stdout is not None
    until(lambda: "started" in apply.stdout.readline() if apply.stdout else False)
    process = begin("logs", "-f")
    assert process.stdout is not None
    assert process.stdout.readline() == "more\n"
    process.stdout.close()
    assert process.wait(30) == 0
    (repo / "go").touch()
    apply.communicate(timeout=30)


CHECKED = """
one:
  prompt: echo worked
  checks:
    - {name: test, run: 'echo testing; test -e good'}
    - {name: lint, run: 'echo linting'}
"""


def test_the_last_run_of_a_check(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(CHECKED)
    assert specrun("apply", "--yes").code == 1
    assert specrun("logs", "one").out == "worked\n"
    assert specrun("logs", "one", "--check", "test").out == "testing\n"
    assert specrun("logs", "-f", "one", "--check", "lint").out == "linting\n"
    (repo / "good").touch()
    spec(CHECKED.replace("testing", "once more"))
    assert specrun("apply", "--yes").code == 0
    assert specrun("logs", "one", "--check", "test").out == "once more\n"
    assert specrun("logs", "one", "--check", "test", "--attempt", "1").out == "testing\n"
    # What has only been checked again has printed nothing itself.
    assert specrun("logs", "one").out == specrun("logs").out == "worked\n"
    assert specrun("logs", "-f", "one").out == "check test | once more\ncheck lint | linting\n"


def test_an_unknown_check(spec: Spec, specrun: Specrun) -> None:
    spec(CHECKED + "two: {prompt: 'true'}")
    specrun("apply", "--yes")
    said = specrun("logs", "one", "--check", "tset")
    assert (said.code, said.err) == (
        64,
        "specrun: demo/one has no run of a check 'tset'; fix: pass one of test, lint\n",
    )
    said = specrun("logs", "two", "--check", "test")
    assert (said.code, "none of its checks has run on this machine yet" in said.err) == (64, True)
    assert "--check needs one task; fix: name it alone" in specrun("logs", "--check", "test").err


def test_follow_goes_on_while_checks_run(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(
        """
        one:
          prompt: echo worked; while [ ! -e go ]; do sleep 0.02; done; printf end
          checks:
            - {name: test, run: 'echo testing; while [ ! -e on ]; do sleep 0.02; done; printf tested'}
            - {name: lint, run: 'echo linting'}
        """
    )
    apply = begin("apply", "--yes")
    assert apply.stdout is not None
    until(lambda: "started" in apply.stdout.readline() if apply.stdout else False)
    process = begin("logs", "-f", "one")
    assert process.stdout is not None
    assert process.stdout.readline() == "worked\n"
    (repo / "go").touch()
    assert [process.stdout.readline(), process.stdout.readline()] == ["end\n", "check test | testing\n"]
    (repo / "on").touch()
    told = process.communicate(timeout=30)[0]
    assert told == "check test | tested\ncheck lint | linting\n"
    assert process.returncode == 0
    apply.communicate(timeout=30)


def test_all_that_run_are_followed_at_once_with_their_checks(spec: Spec, specrun: Specrun) -> None:
    spec(CHECKED + "two: {prompt: 'echo 2', checks: [{name: more, run: 'echo 3'}]}")
    specrun("apply", "--yes")
    assert sorted(specrun("logs", "-f").out.splitlines()) == [
        "demo/one check lint | linting",
        "demo/one check test | testing",
        "demo/one | worked",
        "demo/two check more | 3",
        "demo/two | 2",
    ]
    assert sorted(specrun("logs", "-f", "--no-prefix").out.split()) == [
        "2",
        "3",
        "linting",
        "testing",
        "worked",
    ]
    # Colour tells tasks apart; what is read by a program is not aligned.
    told = specrun("--color=always", "logs", "-f").out.splitlines()
    assert "\x1b[36mdemo/one |\x1b[0m worked" in told
    assert "\x1b[33mdemo/two check more |\x1b[0m 3" in told


def test_the_last_lines_of_several_tasks(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: seq 9}\ntwo: {prompt: seq 9}\nred: {prompt: 'true', checks: [{name: a, run: seq 9}]}")
    specrun("apply", "--yes")
    assert specrun("logs", "one", "-n", "2").out == "8\n9\n"
    assert specrun("logs", "two", "one", "--tail", "1").out == (
        "==> demo/two (attempt 1) <==\n9\n==> demo/one (attempt 1) <==\n9\n"
    )
    assert sorted(specrun("logs", "-f", "two", "red", "-n", "1").out.splitlines()) == [
        "demo/red check a | 9",
        "demo/two | 9",
    ]
    assert specrun("logs", "red", "--check", "a", "-n", "1").out == "9\n"
    assert specrun("logs", "one", "two", "--attempt", "1").code == 64
    assert specrun("logs", "one", "-n", "-1").code == 64


RISING = """
one:
  retry: {limit: 1}
  prompt: 'echo try $SPECRUN_ATTEMPT; touch began; while [ ! -e go ]; do sleep 0.02; done; exit 1'
two: {depends_on: {one: {on: finished}}, prompt: 'echo 2; while [ ! -e on ]; do sleep 0.02; done'}
"""


def test_what_begins_while_all_are_followed_is_shown_too(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(RISING)
    apply = begin("apply", "--yes")
    until((repo / "began").exists)
    process = begin("logs", "-f")
    assert process.stdout is not None
    assert process.stdout.readline() == "demo/one | try 1\n"
    (repo / "go").touch()
    assert [process.stdout.readline() for _ in range(3)] == [
        "demo/one | ==> demo/one (attempt 2) <==\n",
        "demo/one | try 2\n",
        "demo/two | 2\n",
    ]
    (repo / "on").touch()
    assert (process.communicate(timeout=30)[0], process.returncode) == ("", 0)
    apply.communicate(timeout=30)


def test_a_task_is_waited_for_and_followed_to_its_last_attempt(spec: Spec, begin: Begin, repo: Path) -> None:
    zero = "zero: {prompt: 'touch zero; while [ ! -e up ]; do sleep 0.02; done'}\n"
    spec(zero + RISING.replace("one:\n", "one:\n  depends_on: [zero]\n", 1))
    apply = begin("apply", "--yes")
    until((repo / "zero").exists)
    process = begin("logs", "-f", "one")
    assert process.stderr is not None
    assert process.stderr.readline() == "demo/one has not begun yet; its log follows as soon as it has.\n"
    (repo / "go").touch()
    (repo / "up").touch()
    # Two goes on, but nothing is left to be done for one.
    assert process.communicate(timeout=30)[0] == "try 1\n==> demo/one (attempt 2) <==\ntry 2\n"
    assert (process.returncode, apply.poll()) == (0, None)
    (repo / "on").touch()
    apply.communicate(timeout=30)


def test_ctrl_c_leaves_without_a_word(spec: Spec, begin: Begin, repo: Path) -> None:
    spec("one: {prompt: 'echo more; touch began; while [ ! -e go ]; do sleep 0.02; done'}")
    apply = begin("apply", "--yes")
    until((repo / "began").exists)
    process = begin("logs", "-f")
    assert process.stdout is not None
    assert process.stdout.readline() == "more\n"
    process.send_signal(signal.SIGINT)
    assert (process.communicate(timeout=30), process.returncode) == (("", ""), 130)
    assert apply.poll() is None
    (repo / "go").touch()
    apply.communicate(timeout=30)
