"""The child's program: confined, quiet, and gone when its input ends."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specrun.spec.render import __main__ as program
from specrun.spec.render.frames import receive, send

PATH = Path(program.__file__)
JOB: dict[str, Any] = {
    "kind": "check",
    "pages": [["{{ vars.a }}", ""]],
    "context": 0,
    "task": {},
    "with": {},
    "tasks": {},
    "previous": False,
}


def test_it_ends_with_its_input_and_says_nothing() -> None:
    done = subprocess.run([sys.executable, "-I", "-S", str(PATH)], input=b"", capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_conversation() -> None:
    words = io.BytesIO()
    send(words, {"path": [entry for entry in sys.path if entry]})
    send(words, {"context": 0, "values": {"vars": {"a": 1}, "spec": {}, "domain": {}}})
    send(words, {"jobs": [JOB, JOB]})
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(PATH)], input=words.getvalue(), capture_output=True, check=True
    )
    answer = {"text": "1", "tasks": False, "previous": False, "vars": ["a"], "templates": []}
    assert receive(io.BytesIO(done.stdout)) == {"answers": [answer, answer]}


def test_confinement_in_a_process_of_its_own() -> None:
    lines = (
        "import runpy, resource, sys",
        f"runpy.run_path({str(PATH)!r})['confine']()",
        "print(resource.getrlimit(resource.RLIMIT_FSIZE)[0], resource.getrlimit(resource.RLIMIT_CORE)[0])",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "0"]


def test_serving_stops_at_the_end_of_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "confine", lambda: None)
    words, answers = io.BytesIO(), io.BytesIO()
    send(words, {"context": 0, "values": {"vars": {"a": 2}, "spec": {}, "domain": {}}})
    send(words, {"jobs": [JOB]})
    words.seek(0)
    with pytest.raises(EOFError):
        program.serve(words, answers)
    answers.seek(0)
    assert receive(answers)["answers"][0]["text"] == "2"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0
