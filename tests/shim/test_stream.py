"""A stream is metered, told to people and noted, and no secret comes out of it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from specrun.shim.lines import LONGEST
from specrun.shim.stream import Stream
from specrun.shim.transcript import Transcript

METER = {
    "events": [
        {
            "cost": {"add": "c"},
            "turns": {"add": "n"},
            "result": {"append": "t"},
            "text": "t",
            "session_id": "s",
            "denied": {"what": "{d}"},
            "structured": "o",
        }
    ]
}


def stream(tmp_path: Path, *secrets: str, **limits: Any) -> Stream:
    intent = {"meter": METER, "limits": limits, "earlier": {}}
    return Stream(str(tmp_path), intent, secrets, Transcript(str(tmp_path), 1 << 20, None))


def told(tmp_path: Path) -> str:
    return (tmp_path / "transcript.log").read_text()


def test_standard_output_is_metered_and_standard_error_is_told(tmp_path: Path) -> None:
    followed = stream(tmp_path)
    log = followed.take(0, b'{"c": 1, "t": "hello"}\n')
    log += followed.take(1, b'{"c": 5}\n\n')
    log += followed.take(0, b'{"c": 2, "t": "bye"}')
    log += followed.end(0) + followed.end(1)
    assert log == b'{"c": 1, "t": "hello"}\n{"c": 5}\n\n{"c": 2, "t": "bye"}'
    assert followed.state()["cost_usd"] == "3"
    assert told(tmp_path) == 'hello\n{"c": 5}\nbye\n'


@pytest.mark.parametrize("source", [0, 1], ids=["output", "error"])
def test_a_line_that_is_too_long_is_passed_on_and_told(tmp_path: Path, source: int) -> None:
    followed = stream(tmp_path)
    size = sum(len(followed.take(source, b"x" * (1 << 20))) for _ in range(17))
    assert size == 17 << 20 > LONGEST
    followed.take(source, b"\n")
    followed.take(0, b'{"t": "after"}\n')
    assert told(tmp_path) == "[specrun: a line of more than 16 MiB is not shown; output.log has it]\nafter\n"


def test_what_is_not_utf_8_is_told_all_the_same(tmp_path: Path) -> None:
    followed = stream(tmp_path)
    assert followed.take(0, b'{"t": "a\xff"}\n') + followed.take(1, b"\xfe\n") == b'{"t": "a\xff"}\n\xfe\n'
    assert told(tmp_path) == "a\ufffd\n\ufffd\n"
    assert followed.state()["result"] == "a\ufffd"


def test_a_secret_that_comes_in_two_events_is_taken_out(tmp_path: Path) -> None:
    followed = stream(tmp_path, "sw0rdf1sh", "c" * 4, "line1\nline2")
    followed.take(0, b'{"t": "a sw0r", "c": 1, "d": "x sw0rdf1sh", "s": "cccc"}\n{"t": "df1sh b"}\n')
    followed.take(0, b'{"t": "line1\\u000aline\\u0032"}\n')
    state = followed.state()
    assert (state["result"], state["session_id"], state["denials"]) == ("a *** b***", "***", ["x ***"])
    assert state["cost_usd"] == "1"
    assert told(tmp_path).endswith("***\n")


def test_a_secret_is_taken_out_of_structured_answers_however_it_is_written(tmp_path: Path) -> None:
    followed = stream(tmp_path, "sw<rdf1sh")
    followed.take(0, b'{"o": {"a sw\\u003crdf1sh": ["sw\\u003crdf1sh"]}}\n')
    assert followed.state()["structured"] == {"a ***": ["***"]}


def test_its_state_is_noted_when_it_is_new_and_at_most_once_a_second(tmp_path: Path) -> None:
    followed = stream(tmp_path, "sw0rdf1sh")
    note = tmp_path / "meter.json"
    assert followed.due == float("inf")
    followed.take(0, b'{"c": 1, "t": "sw0rdf1sh"}\n')
    assert followed.due <= time.monotonic()
    followed.note()
    assert json.loads(note.read_text()) == followed.state()
    assert b"sw0rdf1sh" not in note.read_bytes()
    assert followed.due == float("inf")
    followed.take(0, b'{"c": 1}\n')
    assert 0.5 < followed.due - time.monotonic() <= 1
    followed.note()
    assert json.loads(note.read_text())["cost_usd"] == "2"


def test_a_state_that_is_as_before_is_not_written(tmp_path: Path) -> None:
    followed = stream(tmp_path)
    for _ in range(2):
        followed.take(0, b"{}\n")
        followed.note()
        written = (tmp_path / "meter.json").exists()
        (tmp_path / "meter.json").unlink(missing_ok=True)
    assert not written


def test_a_disk_that_refuses_the_note_gets_it_later(tmp_path: Path) -> None:
    followed = stream(tmp_path)
    note = tmp_path / "meter.json"
    note.mkdir()
    followed.take(0, b'{"c": 1}\n')
    followed.note()
    note.rmdir()
    followed.take(0, b"{}\n")
    followed.note()
    assert json.loads(note.read_text())["cost_usd"] == "1"


def test_it_tells_which_cap_is_crossed(tmp_path: Path) -> None:
    followed = stream(tmp_path, budget="1.5", max_turns=3)
    followed.take(0, b'{"c": 1, "n": 1}\n')
    assert followed.crossed() == ("", "")
    followed.take(0, b'{"c": 1}\n')
    assert followed.crossed()[0] == "budget"
