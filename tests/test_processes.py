"""Checks that a forgotten worker is found by its folder, and nobody else's is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests import processes
from tests.poll import until


def test_finds_and_ends_what_belongs_to_the_folder(tmp_path: Path) -> None:
    env = {**os.environ, "SPECRUN_MARKER": "m", "SPECRUN_OUTPUT": f"{tmp_path}/output"}
    with subprocess.Popen(["sleep", "60"], env=env) as worker:
        until(lambda: processes.left_behind(tmp_path) == [worker.pid])
        assert processes.left_behind(tmp_path / "elsewhere") == []
        processes.end([worker.pid])
    assert worker.returncode == -9
    assert processes.left_behind(tmp_path) == []
