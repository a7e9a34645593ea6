"""The program gets exactly what was ordered, or a sentence says why it cannot start."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from specrun.shim import child
from tests.shim import attempts

TELL = """
import json, os, signal, sys
names = ("SIGHUP", "SIGINT", "SIGPIPE", "SIGTERM", "SIGQUIT", "SIGTSTP", "SIGCHLD")
print(json.dumps({
    "argv": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd(), "stdin": sys.stdin.read(),
    "leader": os.getsid(0) == os.getpid() == os.getpgid(0),
    "ignored": [name for name in names if signal.getsignal(getattr(signal, name)) == signal.SIG_IGN],
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "descriptors": sorted(os.listdir("/dev/fd")),
}))
"""


def test_everything_is_as_ordered(tmp_path: Path) -> None:
    hostile = ["", "; rm -rf /", "$HOME `id` 'x' \"y\"", "#{pane_id}", "ä\n☃", "-x", "x" * 100_000]
    (tmp_path / "input").write_text("typed")
    env = {"PATH": os.environ["PATH"], "A": "b c", "ÄÖ": "☃", "EMPTY": "", "NL": "1\n2"}
    directory = attempts.attempt(
        tmp_path, sys.executable, "-S", "-c", TELL, *hostile,
        env=env, hidden={"KEY": "abc"}, stdin=str(tmp_path / "input"),
    )  # fmt: skip
    assert attempts.run(directory, env={"LEAK": "1", "TMUX": "x"}) == 0
    told = json.loads(attempts.log(directory))
    told["env"].pop("__CF_USER_TEXT_ENCODING", None)  # macOS adds it to every process
    told["env"].pop("LC_CTYPE", None)  # Python itself sets it where no locale is given
    assert told["argv"] == hostile
    assert told["env"] == env | {"KEY": "abc"}
    assert told["cwd"] == str(tmp_path.resolve())
    assert told["stdin"] == "typed"
    assert told["leader"]
    assert set(told["ignored"]) <= {"SIGPIPE"}  # Python's own doing
    assert told["blocked"] == 0
    assert set(told["descriptors"]) <= {"0", "1", "2", "3"}  # 3 lists the folder


def test_a_broken_pipe_ends_a_program_as_usual(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "sh", "-c", "(while echo x; do :; done; echo survived >&2) | true")
    attempts.run(directory)
    assert "survived" not in attempts.log(directory)


HASTE = """
import os
os.set_blocking(1, False)
try:
    print(os.write(1, b"x" * 900_000), end="", file=__import__("sys").stderr)
except BlockingIOError as error:
    print(error.characters_written, end="", file=__import__("sys").stderr)
"""


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="this system has pipes of one size")
def test_a_program_that_does_not_wait_gets_rid_of_much(tmp_path: Path) -> None:
    pid, (output, errors) = child.spawn(
        [sys.executable, "-c", HASTE], {"PATH": os.environ["PATH"]}, str(tmp_path), None, apart=True
    )
    os.waitpid(pid, 0)
    assert os.read(errors, 100) == b"900000"
    for handle in (output, errors):
        os.close(handle)


def test_input_is_empty_by_default(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "cat")
    assert attempts.run(directory) == 0
    assert attempts.log(directory) == ""


@pytest.mark.parametrize(
    ("argv", "changes", "words"),
    [
        (["no-such-program"], {}, "'no-such-program' cannot be started: No such file"),
        (["/"], {}, "'/' cannot be started: Permission denied"),
        (["true"], {"cwd": "/no/such/folder"}, "the working folder '/no/such/folder' cannot be entered"),
        (["true"], {"stdin": "/no/such/file"}, "the input file '/no/such/file' cannot be opened"),
        (["true", "a\0b"], {}, "embedded null"),
        (["true", "x" * 10_000_000], {}, "Argument list too long"),
    ],
    ids=["no program", "no permission", "no folder", "no input", "a zero byte", "too much"],
)
def test_what_cannot_start_says_why(
    tmp_path: Path, argv: list[str], changes: dict[str, Any], words: str
) -> None:
    directory = attempts.attempt(tmp_path, *argv, **changes)
    assert attempts.run(directory) == 1
    result = attempts.result(directory)
    assert (result["cause"], result["exit_code"]) == ("launch_failed", None)
    assert words in result["error"]
