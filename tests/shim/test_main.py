"""The shim as it is started: by path, isolated, from anywhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.shim import attempts


def test_a_copy_of_the_package_runs_by_its_path_alone(tmp_path: Path) -> None:
    package = tmp_path / "site packages" / "specrun"
    for part in ("shim", "system"):
        shutil.copytree(attempts.ROOT / "specrun" / part, package / part)
    (package / "__init__.py").touch()
    directory = attempts.attempt(tmp_path, "true")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(package / "shim" / "__main__.py"), str(directory)],
        check=False,
        cwd="/",
        env={},
    )
    assert done.returncode == 0
    assert attempts.result(directory)["exit_code"] == 0


def test_a_file_beside_the_package_does_not_stand_in_for_the_standard_library(tmp_path: Path) -> None:
    package = tmp_path / "site" / "specrun"
    for part in ("shim", "system"):
        shutil.copytree(attempts.ROOT / "specrun" / part, package / part)
    (package / "__init__.py").touch()
    (package.parent / "select.py").write_text("raise SystemExit(99)")
    directory = attempts.attempt(tmp_path, "true")
    argv = [sys.executable, "-I", "-S", str(package / "shim" / "__main__.py"), str(directory)]
    assert subprocess.run(argv, check=False).returncode == 0


def test_starting_loads_nothing_heavy(tmp_path: Path) -> None:
    directory = attempts.attempt(tmp_path, "true")
    argv = attempts.command(directory)
    done = subprocess.run(
        [argv[0], "-X", "importtime", *argv[1:]], check=True, capture_output=True, text=True
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "specrun.shim.run" in loaded
    heavy = {"json", "re", "signal", "ctypes", "typing", "subprocess", "dataclasses", "enum", "decimal"}
    followed = {
        f"specrun.{name}" for name in ("shim.stream", "shim.lines", "shim.transcript", "system.meter")
    }
    assert loaded & (heavy | followed) == set()
