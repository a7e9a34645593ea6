"""Programs that speak like agents: followed, capped, asked to clean up, and never left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specrun.system import processes
from tests.poll import until
from tests.shim import attempts

METER = {
    "events": [
        {"cost": {"add": "c"}, "turns": {"add": "n"}, "text": "t"},
        {"match": {"done": True}, "success": True, "result": {"set": "t"}},
    ]
}


def agent(tmp_path: Path, script: str, python: bool = False, **changes: Any) -> Path:  # noqa: FBT001, FBT002
    argv = [sys.executable, "-S", "-c", script] if python else ["sh", "-c", script]
    settings: dict[str, Any] = {"meter": METER, "cleanup": 0}
    return attempts.attempt(tmp_path, *argv, **(settings | changes))


def told(directory: Path) -> str:
    return (directory / "transcript.log").read_text()


def ended(directory: Path) -> tuple[str, int | None, str]:
    result = attempts.result(directory)
    return result["cause"], result["exit_code"], result["error"]


def alone(directory: Path) -> bool:
    return processes.marked(attempts.marker(directory)) == []


def up(directory: Path) -> None:
    until(lambda: (directory / "transcript.log").exists() and "up\n" in told(directory))


def test_a_stream_is_told_metered_and_kept(tmp_path: Path) -> None:
    script = (
        """echo '{"c": 0.25, "n": 1, "t": "hello"}'; echo warning >&2; printf '{"done": true, "t": "bye"}'"""
    )
    directory = agent(tmp_path, script, earlier={"cost": "1"})
    assert attempts.run(directory) == 0
    lines = attempts.log(directory).splitlines()
    assert sorted(lines) == ["warning", '{"c": 0.25, "n": 1, "t": "hello"}', '{"done": true, "t": "bye"}']
    assert sorted(told(directory).splitlines()) == ["bye", "hello", "warning"]
    result = attempts.result(directory)
    assert result["output_bytes"] == sum(map(len, lines)) + 2
    meter = result["meter"]
    assert (meter["cost_usd"], meter["turns"], meter["success"], meter["result"]) == ("0.25", 1, True, "bye")


def test_without_a_meter_there_is_one_pipe_and_no_transcript(tmp_path: Path) -> None:
    directory = attempts.attempt(
        tmp_path, "sh", "-c", "printf a; printf b >&2; printf c", meter=None, cleanup=0
    )
    assert attempts.run(directory) == 0
    assert attempts.log(directory) == "abc"
    assert "meter" not in attempts.result(directory)
    assert not (directory / "transcript.log").exists()


def test_what_cannot_start_has_a_meter_that_knows_nothing(tmp_path: Path) -> None:
    directory = agent(tmp_path, "true", argv=["no-such-program"])
    attempts.run(directory)
    assert ended(directory)[0] == "launch_failed"
    assert attempts.result(directory)["meter"]["cost_usd"] is None


def test_secrets_in_pieces_and_in_json_are_seen_by_nobody(tmp_path: Path) -> None:
    script = r"""
import os, time
secret = os.environ["KEY"]
escaped = secret.replace("\\", "\\\\").replace('"', '\\"')
for text in ('{"t": "a ' + escaped + ' b"}\n', secret + "\n"):
    for stream in (1, 2):
        for part in (text[:9], text[9:12], text[12:]):
            os.write(stream, part.encode())
            time.sleep(0.01)
"""
    directory = agent(tmp_path, script, python=True, hidden={"KEY": 'sw0"rd\\f1sh'})
    attempts.run(directory)
    assert attempts.log(directory).count("***") == 4
    assert told(directory).splitlines().count("a *** b") == 1
    kept = b"".join(path.read_bytes() for path in directory.iterdir() if path.is_file())
    assert b"f1sh" not in kept


def test_how_far_it_is_can_be_read_while_it_runs(tmp_path: Path) -> None:
    script = """echo '{"c": 1}'; until [ -e go ]; do sleep 0.01; done; echo '{"c": 2}'; exec sleep 100"""
    directory = agent(tmp_path, script)
    with attempts.start(directory) as shim:
        until((directory / "meter.json").exists)
        assert attempts.read(directory, "meter.json")["cost_usd"] == "1"
        (tmp_path / "go").touch()
        # Sooner than the shim looks around by itself: what is new has to wake it.
        until(lambda: attempts.read(directory, "meter.json")["cost_usd"] == "3", timeout=3)
        shim.send_signal(signal.SIGTERM)
    assert ended(directory)[0] == "exited"


def test_people_in_the_pane_read_the_transcript(tmp_path: Path) -> None:
    directory = agent(tmp_path, """printf '{"t": "\\\\u001b[31mred"}\\n'""")
    ours, theirs = os.openpty()
    with attempts.start(directory, stdout=theirs, stdin=subprocess.DEVNULL):
        os.close(theirs)
        assert os.read(ours, 100) == b"red\r\n"
    os.close(ours)
    assert told(directory) == "red\n"


CAPPED = {
    "in the middle": ("""echo '{"c": 0.6}'; echo '{"c": 0.6}'; exec sleep 100""", {"budget": "1.00"},
                      ("budget", -15, "it cost 1.2 USD, and its budget is 1.00 USD")),
    "with the last line": ("""printf '{"c": 2, "done": true}'""", {"budget": "1.00"},
                           ("budget", 0, "it cost 2 USD, and its budget is 1.00 USD")),
    "turns": ("""for n in 1 2 3; do echo '{"n": 1}'; done; exec sleep 100""", {"max_turns": 2},
              ("max_turns", -15, "it took 3 turns, and it may take 2")),
    "silence": ("sleep 100", {"idle_timeout": 0.3}, ("idle_timeout", -15, "it printed nothing for 0.3 s")),
    "a flood": ("yes '{}'", {"log_bytes": 999}, ("log_limit", -15, "the log reached its limit of 999 bytes")),
    "all it may take": ("""echo '{"c": 1, "n": 2}'""", {"budget": "1", "max_turns": 2}, ("exited", 0, "")),
}  # fmt: skip


@pytest.mark.parametrize(("script", "limits", "end"), CAPPED.values(), ids=CAPPED.keys())
def test_caps_end_it(tmp_path: Path, script: str, limits: dict[str, Any], end: tuple[str, int, str]) -> None:
    directory = agent(tmp_path, script, limits=limits)
    attempts.run(directory)
    assert ended(directory) == end
    assert alone(directory)


def test_talk_on_standard_error_is_no_silence(tmp_path: Path) -> None:
    script = "for n in 1 2 3 4; do sleep 0.2; echo $n >&2; done"
    directory = agent(tmp_path, script, limits={"idle_timeout": 0.6})
    attempts.run(directory)
    assert ended(directory)[0] == "exited"
    assert told(directory) == "1\n2\n3\n4\n"


POLITE = """
import os, signal, subprocess, sys, time
tool = subprocess.Popen(["sh", "-c", "trap 'echo tool was told; exit' TERM; while :; do sleep 0.05; done"],
                        start_new_session=True)
def clean(number, frame):
    time.sleep(1)
    tool.kill()
    os.write(1, b'{"c": 2, "t": "cleaned up"}\\n')
    os._exit(3)
signal.signal(signal.SIGTERM, clean)
os.write(1, b'{"c": 1, "t": "up"}\\n')
%s
while True: time.sleep(1)
"""

STOPS = {
    "timeout": ("", {"timeout": 0.5}),
    "idle_timeout": ("", {"idle_timeout": 0.5}),
    "budget": ("", {"budget": "0.5"}),
    "log_limit": ("""os.write(1, b'{"x": "' + b"x" * 5000 + b'"}\\n')""", {"log_bytes": 1000}),
}


@pytest.mark.parametrize(
    ("cause", "more", "limits"), [(name, *rest) for name, rest in STOPS.items()], ids=STOPS
)
def test_a_program_may_clean_up_before_its_children_go(
    tmp_path: Path, cause: str, more: str, limits: dict[str, Any]
) -> None:
    directory = agent(tmp_path, POLITE % more, python=True, cleanup=20, limits=limits)
    attempts.run(directory)
    assert ended(directory)[:2] == (cause, 3)
    assert "cleaned up" in told(directory)
    assert "tool was told" not in told(directory)
    assert attempts.result(directory)["meter"]["cost_usd"] == "3"
    assert alone(directory)


def test_a_stop_gives_it_time_too(tmp_path: Path) -> None:
    directory = agent(tmp_path, POLITE % "", python=True, cleanup=20)
    with attempts.start(directory) as shim:
        up(directory)
        (directory / "stop.json").write_text("{}")
        shim.send_signal(signal.SIGTERM)
    assert ended(directory) == ("stopped", 3, "")
    assert "cleaned up" in told(directory)


def test_who_does_not_clean_up_in_time_is_killed_with_all_others(tmp_path: Path) -> None:
    script = """
trap '' TERM
setsid sh -c 'trap "echo tool was told" TERM; while :; do sleep 0.05; done' &
echo '{"t": "up"}'
while :; do sleep 0.05; done
"""
    directory = agent(tmp_path, script, cleanup=0.4, limits={"timeout": 0.5, "grace": 60.0})
    attempts.run(directory)
    assert ended(directory)[:2] == ("timeout", -9)
    assert told(directory) == "up\n"
    assert alone(directory)


def test_children_of_one_that_cleaned_up_badly_are_killed_at_once(tmp_path: Path) -> None:
    script = """
trap 'exit 0' TERM
setsid sh -c 'trap "echo tool was told" TERM; while :; do sleep 0.05; done' &
echo '{"t": "up"}'
while :; do sleep 0.05; done
"""
    directory = agent(tmp_path, script, cleanup=20, limits={"timeout": 0.5, "grace": 60.0})
    attempts.run(directory)
    assert ended(directory)[:2] == ("timeout", 0)
    assert told(directory) == "up\n"


def test_a_child_that_outlives_its_program_is_ended_gently(tmp_path: Path) -> None:
    script = """
setsid sh -c 'trap "echo tool was told; exit" TERM; echo > ready; while :; do sleep 0.05; done' 2> rest &
until [ -s ready ]; do sleep 0.01; done
echo '{"t": "up", "done": true}'
"""
    directory = agent(tmp_path, script, cleanup=20)
    attempts.run(directory)
    assert ended(directory) == ("exited", 0, "")
    assert told(directory) == "up\ntool was told\n"


def test_a_long_line_is_kept_whole_and_told_as_too_long(tmp_path: Path) -> None:
    script = """
import os
for n in range(17): os.write(1, b"x" * (1 << 20))
os.write(2, b"warning\\n")
os.write(1, b'\\n{"t": "after"}\\n')
"""
    directory = agent(tmp_path, script, python=True, limits={"log_bytes": 64 << 20})
    attempts.run(directory)
    assert attempts.log(directory).replace("x" * (17 << 20), "X").splitlines() in (
        ["X", "warning", '{"t": "after"}'],
        ["X", '{"t": "after"}', "warning"],
    )
    assert sorted(line[:20] for line in told(directory).splitlines()) == [
        "[specrun: a line of ",
        "after",
        "warning",
    ]


def test_an_attempt_whose_directory_is_replaced_leaves_no_note_in_the_new_one(tmp_path: Path) -> None:
    script = """echo '{"t": "up"}'; until [ -e go ]; do sleep 0.01; done; echo '{"c": 1}'; exec sleep 100"""
    directory = agent(tmp_path, script)
    with attempts.start(directory) as shim:
        until((directory / "meter.json").exists)
        mark = attempts.marker(directory)
        directory.rename(tmp_path / "away")
        attempts.attempt(tmp_path, "true")
        (directory / "lock").touch()
        (tmp_path / "go").touch()
        assert shim.wait(30) == 70
    assert processes.marked(mark) == []
    assert not (directory / "meter.json").exists()


def test_a_place_that_takes_no_transcript_and_no_note_fails_nothing(tmp_path: Path) -> None:
    directory = agent(tmp_path, """echo '{"c": 1, "done": true, "t": "x"}'; sleep 0.2""")
    for name in ("transcript.log", "meter.json"):
        (directory / name).mkdir()
    assert attempts.run(directory) == 0
    assert attempts.result(directory)["meter"]["cost_usd"] == "1"
    assert json.loads(attempts.log(directory)) == {"c": 1, "done": True, "t": "x"}


def test_a_killed_shim_leaves_what_was_said(tmp_path: Path) -> None:
    directory = agent(tmp_path, """echo '{"c": 1, "t": "up"}'; printf '{"half'; exec sleep 100""")
    with attempts.start(directory) as shim:
        up(directory)
        until(lambda: attempts.log(directory).endswith('{"half'))
        mark = attempts.marker(directory)
        shim.kill()
    until(lambda: processes.marked(mark) == [])
    assert attempts.log(directory) == '{"c": 1, "t": "up"}\n{"half'
