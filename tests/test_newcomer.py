"""Follows the tour of the README to the letter, in a clean home without tmux, and reads nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
(TOUR,) = re.findall(r"^## The tour[^\n]*\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)
STEP = re.compile(
    r"[Ww]rite `(?P<file>[^`]+)`:\s+```yaml\n(?P<text>.*?)^```"
    r"|[Cc]hange `(?P<old>[^`]+)` to `(?P<new>[^`]+)`"
    r"|^```sh\n(?P<script>.*?)^```"
    r"|^```text\n(?P<shown>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
"""What the tour has its reader do: write a file, change a place in it, run commands, compare what is said."""

PROGRAMS = (
    *("awk", "cat", "cut", "date", "dirname", "env", "expr", "git", "grep", "ls", "mkdir", "ps", "rm"),
    *("sed", "sh", "sleep", "sort", "tail", "test", "tr", "uname", "wc"),
)
VARY = (
    (r"\b[0-9a-f]{12}\b", "COMMIT"),
    (r"\b\d+\.\d\ds\b", "TIME"),
    (r" +", " "),
)
"""What differs from run to run."""


@dataclass(slots=True, kw_only=True)
class Newcomer:
    """Somebody who has git, a shell and specrun on PATH, an empty home, and the README."""

    at: Path
    environ: dict[str, str]
    written: str = ""
    said: str = ""
    did: list[str] = field(default_factory=list)

    def run(self, script: str) -> None:
        """Run the lines of a block one by one, each in the folder where the one before it ended."""
        self.said = ""
        for line in script.splitlines():
            expected = re.search(r"# .*code (\d+)", line)
            done = subprocess.run(
                ["sh", "-c", f'{line}\ncode=$?; pwd > "$HOME/at"; exit $code'],
                cwd=self.at,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            wanted = int(expected.group(1)) if expected else 0
            assert done.returncode == wanted, f"{line}\n{done.stdout}{done.stderr}"
            self.at = Path((Path(self.environ["HOME"]) / "at").read_text().strip())
            self.said += done.stdout + done.stderr
            self.did.append(line.split("#")[0].strip())

    def write(self, name: str, text: str) -> None:
        self.written = name
        (self.at / name).write_text(text)

    def change(self, old: str, new: str) -> None:
        path = self.at / self.written
        text = path.read_text()
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new))

    def compare(self, shown: str) -> None:
        """Find each line that the README shows in what was said, in that order."""
        said = iter([steady(line) for line in self.said.splitlines()])
        for line in shown.splitlines():
            assert any(one == steady(line) for one in said), f"{line}\n--- is not in\n{self.said}"


def steady(line: str) -> str:
    for found, instead in VARY:
        line = re.sub(found, instead, line)
    return line.strip()


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    home, programs = tmp_path / "clean", tmp_path / "bin"
    for folder in (home, programs):
        folder.mkdir()
    for name in PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            (programs / name).symlink_to(found)
    program = programs / "specrun"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m specrun "$@"\n')
    program.chmod(0o755)
    return Newcomer(
        at=home,
        environ={
            "HOME": str(home),
            "PATH": str(programs),
            "LANG": os.environ.get("LANG", "C.UTF-8"),
            "SPECRUN_HOME": os.environ["SPECRUN_HOME"],
            "GIT_CONFIG_NOSYSTEM": "1",
            "TMPDIR": str(tmp_path),
        },
    )


def test_the_readme_alone_leads_to_a_converged_spec(newcomer: Newcomer) -> None:
    for step in STEP.finditer(TOUR):
        if step["file"]:
            newcomer.write(step["file"], step["text"])
        elif step["old"]:
            newcomer.change(step["old"], step["new"])
        elif step["script"]:
            newcomer.run(step["script"])
        else:
            newcomer.compare(step["shown"])
    assert newcomer.did.count("specrun apply --yes") >= 3
    records = [json.loads(path.read_text()) for path in (newcomer.at / "results/hello").glob("*.json")]
    assert {record["task"]: record["status"] for record in records} == dict.fromkeys(
        ["hello/words", "hello/loud", "hello/careful", "hello/card"], "succeeded"
    )
    assert {attempt["executor"] for record in records for attempt in record["attempts"]} == {"process"}
    newcomer.run("specrun apply --yes\nspecrun status --exit-code")


def test_the_tour_has_steps_of_every_kind() -> None:
    steps = [step.lastgroup for step in STEP.finditer(TOUR)]
    assert {*steps} == {"text", "new", "script", "shown"}
    # Every block of the tour is one of its steps.
    assert len(re.findall(r"^```\w", TOUR, re.MULTILINE)) == len(steps) - steps.count("new")
