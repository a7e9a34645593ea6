"""Checks what `make demo` promises, on a copy of this repo."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import Git

ROOT = Path(__file__).parent.parent


def apply(root: Path) -> str:
    command = [sys.executable, "-m", "specrun", "-C", str(root), "apply", "specs/demo.yaml", "--yes"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def copy(root: Path, git: Git) -> None:
    """Make a repo of what the demo looks at, with one commit."""
    for name in ("specs", "prompts", "specrun", "tests/core"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".gitignore", root)
    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=Begin")


def files(root: Path) -> dict[Path, tuple[bytes, int]]:
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}


def test_the_demo_does_real_work_and_a_second_run_does_none(tmp_path: Path, git: Git) -> None:
    root = tmp_path / "repo"
    copy(root, git)
    apply(root)
    records = {path.stem: json.loads(path.read_text()) for path in (root / "results/demo").glob("*.json")}
    assert len(records) >= 5
    assert {record["status"] for record in records.values()} == {"succeeded"}
    assert [attempt["status"] for attempt in records["tests"]["attempts"]] == ["failed", "succeeded"]
    assert "specrun/core/plan.py" in git("show", "specrun/demo/report:report/REPORT.md")
    assert git("status", "--porcelain") == ""

    results, attempts = files(root / "results"), sorted((tmp_path / "state").glob("*/attempts/*/*/*"))
    said = apply(root)
    assert files(root / "results") == results
    assert sorted((tmp_path / "state").glob("*/attempts/*/*/*")) == attempts
    assert "start" not in said
