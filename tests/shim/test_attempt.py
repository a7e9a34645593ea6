"""Limits, requests to stop, and children that do not want to end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from specrun.system import processes
from tests.poll import until
from tests.shim import attempts


def ended(directory: Path) -> tuple[str, int | None]:
    result = attempts.result(directory)
    return result["cause"], result["exit_code"]


def up(directory: Path) -> None:
    until(lambda: (directory / "output.log").exists() and "up\n" in attempts.log(directory))


def alone(directory: Path) -> bool:
    return processes.marked(attempts.marker(directory)) == []


def test_the_timeout_ends_it(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sleep", "100", limits={"timeout": 0.2})
    attempts.run(directory)
    assert ended(directory) == ("timeout", -15)
    assert attempts.result(directory)["error"] == "it ran for longer than 0.2 s"


def test_silence_ends_it_and_talk_does_not(tmp_path: Path) -> None:
    script = "for n in 1 2 3 4; do sleep 0.2; echo $n; done; sleep 100"
    directory = attempts.attempt(tmp_path, "sh", "-c", script, limits={"idle_timeout": 0.6})
    attempts.run(directory)
    assert ended(directory) == ("idle_timeout", -15)
    assert attempts.log(directory) == "1\n2\n3\n4\n"


@pytest.mark.parametrize("script", ["yes", "head -c 200000 /dev/zero"], ids=["for ever", "and then it ends"])
def test_a_flood_is_capped(tmp_path: Path, script: str) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", script, limits={"log_bytes": 100_000})
    attempts.run(directory)
    assert ended(directory)[0] == "log_limit"
    assert (directory / "output.log").stat().st_size == 100_000
    assert "100000 bytes" in attempts.result(directory)["error"]


def test_a_flood_just_before_the_end_is_one_too(tmp_path: Path) -> None:
    script = "echo up; until [ -e go ]; do sleep 0.01; done; echo 1234567890"
    directory = attempts.attempt(tmp_path, "sh", "-c", script, limits={"log_bytes": 8})
    with attempts.start(directory) as shim:
        up(directory)
        shim.send_signal(signal.SIGSTOP)
        (tmp_path / "go").touch()
        until(lambda: alone(directory))
        shim.send_signal(signal.SIGCONT)
    assert ended(directory) == ("log_limit", 0)
    assert attempts.log(directory) == "up\n12345"


def test_a_full_log_that_fits_is_no_flood(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "head", "-c", "100000", "/dev/zero", limits={"log_bytes": 100_000})
    attempts.run(directory)
    assert ended(directory) == ("exited", 0)


def test_a_stop_whose_signal_never_came_is_seen_in_time(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "echo up; exec sleep 100")
    with attempts.start(directory) as shim:
        up(directory)
        (directory / "stop.json").write_text("{}")
        assert shim.wait(30) == 1
    assert ended(directory) == ("stopped", -15)


def test_an_attempt_whose_directory_is_replaced_ends_and_leaves_the_new_one_alone(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "echo up; exec sleep 100")
    with attempts.start(directory) as shim:
        up(directory)
        mark = attempts.marker(directory)
        directory.rename(tmp_path / "away")
        attempts.attempt(tmp_path, "true")
        (directory / "lock").touch()
        shim.send_signal(signal.SIGTERM)
    assert shim.returncode == 70
    assert processes.marked(mark) == []
    assert not (directory / "exit.json").exists()
    assert not (tmp_path / "away" / "exit.json").exists()


def test_a_stop_is_obeyed(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "echo up; exec sleep 100")
    with attempts.start(directory) as shim:
        up(directory)
        (directory / "stop.json").write_text("{}")
        shim.send_signal(signal.SIGTERM)
    assert ended(directory) == ("stopped", -15)
    assert attempts.result(directory)["error"] == ""


def test_a_stop_before_the_start_keeps_it_from_running(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "touch", "ran")
    (directory / "stop.json").write_text("{}")
    attempts.run(directory)
    assert ended(directory) == ("stopped", None)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_without_a_stop_ends_it_and_is_told(tmp_path: Path, number: signal.Signals) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "echo up; exec sleep 100")
    with attempts.start(directory) as shim:
        up(directory)
        shim.send_signal(number)
    assert ended(directory) == ("exited", -15)
    assert f"signal {int(number)}" in attempts.result(directory)["error"]


def test_there_is_time_to_say_goodbye(tmp_path: Path) -> None:
    script = "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.01; done"
    directory = attempts.attempt(tmp_path, "sh", "-c", script, limits={"timeout": 0.3, "grace": 20.0})
    attempts.run(directory)
    assert ended(directory) == ("timeout", 5)
    assert attempts.log(directory).endswith("bye\n")


LEFT_BEHIND = {
    "a background child that holds the output": "sleep 100 & echo up",
    "a session of its own": "setsid sleep 100 & echo up",
    "twice forked": "(setsid sh -c 'sleep 100 & sleep 100' &); echo up",
    "under nohup": "nohup sleep 100 > nohup.out 2>&1 & echo up",
    "deaf to SIGTERM": "sh -c 'trap \"\" TERM; echo up; while :; do sleep 0.05; done' & until [ -s log ]; do "
    "cp $LOG log; done",
    "forking at SIGTERM": "sh -c 'trap \"sleep 99 & sleep 99\" TERM; echo up; while :; do sleep 0.01; done' "
    "& until [ -s log ]; do cp $LOG log; done",
    "stopped": "sh -c 'kill -STOP $$' & sleep 0.1; echo up",
    "without the marker": "env -i sleep 100 & echo up",
}


@pytest.mark.parametrize("script", LEFT_BEHIND.values(), ids=LEFT_BEHIND.keys())
def test_nobody_outlives_the_program(tmp_path: Path, script: str) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", script, limits={"grace": 0.3})
    intent = attempts.read(directory, "intent.json")
    intent["env"]["LOG"] = str(directory / "output.log")
    (directory / "intent.json").write_text(json.dumps(intent))
    with attempts.start(directory) as shim:
        pid = shim.pid
        until((directory / "exit.json").exists)
        assert processes.descendants(pid) in ([], None)
    assert ended(directory) == ("exited", 0)
    assert attempts.log(directory).startswith("up\n")
    assert alone(directory)


def test_the_deaf_are_killed_with_their_children_when_time_is_up(tmp_path: Path) -> None:
    script = "trap '' TERM; setsid sh -c 'trap \"\" TERM; while :; do sleep 0.05; done' & wait"
    directory = attempts.attempt(tmp_path, "sh", "-c", script, limits={"timeout": 0.2, "grace": 0.2})
    attempts.run(directory)
    assert ended(directory) == ("timeout", -9)
    assert alone(directory)


def test_secrets_reach_the_program_and_nobody_else(tmp_path: Path) -> None:
    script = 'printf \'key=%s\' "$KEY"; printf %s "$KEY" > "$SPECRUN_VERDICT"'
    directory = attempts.attempt(tmp_path, "sh", "-c", script, hidden={"KEY": "sw0rdf1sh"})
    attempts.run(directory)
    assert ended(directory) == ("exited", 0)
    assert attempts.log(directory) == "key=***"
    assert (directory / "verdict").read_text() == "***"
    kept = [path for path in directory.iterdir() if path.is_file()]
    assert [path for path in kept if "sw0rdf1sh" in path.read_text()] == []


def test_a_secret_that_was_left_for_specrun_stays_nowhere(tmp_path: Path) -> None:
    script = """printf '["%s"]' "$KEY" > "$SPECRUN_OUTPUT"; echo "$KEY" > "$SPECRUN_VERDICT"; echo "$KEY" """
    directory = attempts.attempt(tmp_path, "sh", "-c", script, hidden={"KEY": "verysecret"})
    attempts.run(directory)
    assert attempts.log(directory) == "***\n"
    assert (directory / "output.json").read_text() == '["***"]'
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert [path for path in files if b"verysecret" in path.read_bytes()] == []


def test_a_secret_in_pieces_is_hidden(tmp_path: Path) -> None:
    script = "printf 'a sw0r'; sleep 0.1; printf 'df1sh b'"
    directory = attempts.attempt(tmp_path, "sh", "-c", script, hidden={"KEY": "sw0rdf1sh"})
    attempts.run(directory)
    assert attempts.log(directory) == "a *** b"


def test_the_output_file_is_taken_in(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", 'echo \'{"a": [1]}\' > "$SPECRUN_OUTPUT"')
    attempts.run(directory)
    assert attempts.read(directory, "output.json") == {"a": [1]}
    assert attempts.result(directory)["output_error"] == ""


def test_a_bad_output_file_is_told(tmp_path: Path) -> None:
    directory = attempts.attempt(
        tmp_path, "sh", "-c", 'rm -r "${SPECRUN_OUTPUT%/*}"; ln -s / "${SPECRUN_OUTPUT%/*}"'
    )
    attempts.run(directory)
    assert "removed or replaced" in attempts.result(directory)["output_error"]
    assert ended(directory) == ("exited", 0)


def test_what_is_wrong_with_a_verdict_is_told_apart(tmp_path: Path) -> None:
    script = 'echo no > "$SPECRUN_OUTPUT"; head -c 5000 /dev/zero > "$SPECRUN_VERDICT"'
    directory = attempts.attempt(tmp_path, "sh", "-c", script)
    attempts.run(directory)
    result = attempts.result(directory)
    assert "SPECRUN_OUTPUT is not JSON" in result["output_error"]
    assert result["verdict_error"] == "SPECRUN_VERDICT has 5000 bytes; at most 4096 are taken"


def test_what_a_program_puts_where_the_copies_belong_is_none_of_them(tmp_path: Path) -> None:
    script = 'cd "${SPECRUN_OUTPUT%/*}/.."; mkdir output.json; ln -s /dev/zero verdict'
    directory = attempts.attempt(tmp_path, "sh", "-c", script)
    attempts.run(directory)
    assert not os.path.lexists(directory / "output.json")
    assert not os.path.lexists(directory / "verdict")
    assert (attempts.result(directory)["output_error"], attempts.result(directory)["verdict_error"]) == (
        "",
        "",
    )


def test_a_slow_terminal_never_holds_up_the_program(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "head -c 900000 /dev/zero | tr '\\0' x")
    ours, theirs = os.openpty()
    with attempts.start(directory, stdout=theirs, stdin=subprocess.DEVNULL):
        os.close(theirs)  # and nobody reads at our end
        until((directory / "exit.json").exists)
        os.close(ours)
    assert ended(directory) == ("exited", 0)
    assert attempts.result(directory)["output_bytes"] == 900_000
