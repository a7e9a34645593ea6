"""Checks the stub as a program: it tells its address, and ends with its parent or at its limit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.poll import until
from tests.stub.clients import ask

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "tests.stub")


def refuses(url: str) -> bool:
    try:
        ask(url, "chat", "Anyone?")
    except ConnectionError:
        return True
    return False


def test_it_serves_until_its_parent_ends(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text(json.dumps([{"match": "Go", "steps": [{"text": "gone"}]}]))
    place = tmp_path / "url"
    argv = [*PROGRAM, "--url-file", str(place), "--rules", str(tmp_path / "rules.json"), "--seconds", "60"]
    # The parent waits for its standard input; its end leaves the stub alone.
    start = f"subprocess.Popen({argv!r}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)"
    code = f"import subprocess, sys; {start}; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE) as parent:
        until(place.exists)
        url = place.read_text()
        assert ask(url, "chat", "Go").text == "gone"
        parent.communicate()
    until(lambda: refuses(url))


def test_it_ends_at_its_time_limit() -> None:
    ran = subprocess.run(
        [*PROGRAM, "--seconds", "0.1"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    assert ran.stdout.startswith("http://127.0.0.1:")
