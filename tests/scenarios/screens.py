"""Records what a person sees who works through a session, without what differs from one to the next."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.scenarios.display import Display
from tests.scenarios.edits import CHANGING, compare

_CHANGING = (
    *CHANGING,
    (re.compile(r"\brepo-[0-9a-f]{8}\b"), "repo-<hash>"),
    (re.compile(r"\bapply-\w+-\d+\.log"), "apply-<time>.log"),
    (re.compile(r"\bprocess \d+"), "process <pid>"),
    (re.compile(r"\b\d+m \d\ds\b|\b\d+(?:\.\d+)?s\b"), "<span>"),
    (re.compile(r"(?<=\S) {2,}(?=\S)"), "  "),  # columns are as wide as the longest span
    (re.compile(r"\n{3,}"), "\n\n"),
)
_ENDED = re.compile(r"^\[\d+\]$", re.MULTILINE)

SPEC = """\
version: 1
name: shop
agent: shell
executor: {executor}
env: {{GO: {go}}}
tasks:
  tables:
    title: Set up the tables
    prompt: |
      echo creating
      until [ -e "$GO/tables" ]; do sleep 0.02; done
      echo 'create table users' > tables.sql
  docs:
    title: Write the handbook
    prompt: |
      echo writing
      until [ -e "$GO/docs" ]; do sleep 0.02; done
      echo handbook > docs.md
  login:
    title: Build the login
    depends_on: [tables]
    prompt: |
      test -e schema.sql || {{ echo no schema; exit 1; }}
      echo login > login.txt
  release:
    title: Cut the release
    depends_on: [login]
    prompt: echo 1.0 > VERSION
"""
"""Tasks of which one fails at first; `go` is the folder that lets two of them end."""


@dataclass(kw_only=True)
class Session:
    """A person at a terminal in a repo with one spec; `name` is that of the golden file with all screens."""

    name: str
    display: Display
    repo: Path
    go: Path
    screens: list[str] = field(default_factory=list)

    def write(self, executor: str) -> None:
        """Write the spec and commit it."""
        self.go.mkdir()
        place = self.repo / "specs" / "shop.yaml"
        place.parent.mkdir()
        place.write_text(SPEC.format(executor=executor, go=self.go))
        me = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
        for words in (("add", "--all"), ("commit", "--quiet", "--message=Plan")):
            subprocess.run(["git", *me, *words], cwd=self.repo, check=True)

    def let(self, *names: str) -> None:
        """Let tasks come to their end."""
        for name in names:
            (self.go / name).touch()

    def edit(self, old: str, new: str) -> None:
        """Edit the spec."""
        place = self.repo / "specs" / "shop.yaml"
        place.write_text(place.read_text().replace(old, new))

    def begin(self, line: str, *texts: str) -> None:
        """Run a line on an empty screen; where there are texts, wait for them and record the screen."""
        self.display.run("clear")
        self.display.waits(lambda screen: screen == "$")
        self.display.run(f"{line}; echo [$?]")
        if texts:
            self.sees(*texts)

    def sees(self, *texts: str) -> None:
        """Wait until these texts are on the screen, and record it."""
        self.display.shows(*texts)
        self._record()

    def ends(self) -> None:
        """Wait for the end of the line, and record the screen."""
        self.display.waits(lambda screen: _ENDED.search(screen) is not None, timeout=60)
        self._record()

    def run(self, line: str) -> None:
        """Run a line to its end, and record the screen."""
        self.begin(line)
        self.ends()

    def compare(self) -> None:
        """Hold all screens against the golden file."""
        compare(f"screens/{self.name}", "".join(f"{screen}\n{'=' * 8}\n" for screen in self.screens))

    def _record(self) -> None:
        screen = self.display.screen(joined=True).replace(str(self.repo.parent), "<folder>")
        for pattern, word in _CHANGING:
            screen = pattern.sub(word, screen)
        self.screens.append(screen)
