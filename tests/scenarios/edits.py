"""Edits one spec as a person does, and tells what specrun makes of it: diff, starts, records."""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.scenarios.shop import Shop
from tests.scenarios.workshop import Workshop

GOLDEN = Path(__file__).parent / "golden"
HEAD = "version: 1\nname: work\nagent: shell\nexecutor: process\n"
PAIR = """
words:
  prompt: echo hello > words.txt
loud:
  depends_on: [words]
  prompt: tr a-z A-Z < words.txt > LOUD.txt
"""
"""A task and one that builds on it."""

CHANGING = (
    (re.compile(r"\b[0-9a-f]{40}\b|\b[0-9a-f]{12}\b"), "<commit>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?"), "<time>"),
    (re.compile(r"\babout [\d.-]+ ?(?:s|min|h)\b"), "about <duration>"),
)
"""What differs from run to run: commits, times of day and how long things may take."""


@dataclass(frozen=True, slots=True)
class Applied:
    """How an apply ended, what it said, what it began: `task#number`, and `v` where only checks ran."""

    code: int
    said: str
    began: tuple[str, ...]


class Desk(Workshop):
    """A repo with one spec that is written and edited as text."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.place = self.root / "specs" / f"{Shop.name}.yaml"
        self.told = folder / "told.json"

    def tasks(self, text: str, head: str = "") -> None:
        """Write the spec: its tasks, and what else stands above them."""
        self.write("specs/work.yaml", f"{HEAD}{head}tasks:\n{textwrap.indent(text.strip(chr(10)), '  ')}\n")

    def edit(self, old: str, new: str) -> None:
        """Replace the only place where the spec says `old`."""
        text = self.place.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in\n{text}"
        self.place.write_text(text.replace(old, new))

    def diff(self, golden: str = "", *asked: str) -> dict[str, str]:
        """Answer action and reason codes of each task; the text for people is compared with a golden file.

        The exit code has to tell whether an apply would change anything.
        """
        code, said = self.run("diff", "--exit-code", "--json-into", str(self.told), *asked)
        assert code in {0, 2}, said
        if golden:
            compare(golden, self.plain(said))
        document = json.loads(self.told.read_text())
        self.told.unlink()
        assert document["applyable"] == (code == 2), said
        return {_short(change["address"]): _action(change) for change in document["changes"]}

    def plain(self, said: str) -> str:
        """Answer what was said without what differs from run to run."""
        for pattern, word in CHANGING:
            said = pattern.sub(word, said)
        return said.replace(str(self.root), "<repo>").replace(str(self.state), "<state>")

    def apply(self, *asked: str) -> Applied:
        """Converge, and answer what came of it."""
        before = self.attempts()
        code, said = self.run("apply", "--yes", *asked)
        return Applied(code, said, tuple(sorted(self.attempts() - before)))

    def good(self, *asked: str) -> tuple[str, ...]:
        """Converge, which has to end well; answers what was begun."""
        done = self.apply(*asked)
        assert done.code == 0, done.said
        return done.began

    def attempts(self) -> set[str]:
        """Answer every attempt that there is a directory of."""
        return {
            f"{path.parent.parent.name}#{path.parent.name}{'v' if _verifying(path) else ''}"
            for path in self.state.glob("repo-*/attempts/work/*/*/intent.json")
        }

    def outcome(self, name: str) -> tuple[str, str, int]:
        """Answer what a record says: its status, why, and the generation."""
        record = self.record(name)
        return record["status"], record["reason"], record["generation"]

    def recorded(self) -> set[str]:
        """Answer which tasks have a record."""
        return {path.stem for path in (self.root / "results" / self.name).glob("*.json")}

    def branches(self) -> set[str]:
        """Answer the tasks that have a branch."""
        return set(
            self.git("for-each-ref", "--format=%(refname:lstrip=4)", "refs/heads/specrun/work").split()
        )

    def show(self, name: str, file: str) -> str:
        """Answer a file on the branch of a task."""
        return self.git("show", f"specrun/work/{name}:{file}")

    def bytes(self, *left_out: str) -> dict[str, tuple[Any, ...]]:
        """Answer content and time of every file and folder of repo and state, but those with such names."""
        return {
            str(path): _seen(path)
            for top in (self.root, self.state)
            for path in sorted(top.rglob("*"))
            if not set(left_out) & {*path.parts}
        }


def compare(name: str, text: str) -> None:
    """Hold a text against its golden file; GOLDEN=write in the environment writes that anew."""
    place = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        place.write_text(text)
    assert text == place.read_text(), f"{place} says otherwise; GOLDEN=write writes it anew"


def _action(change: dict[str, Any]) -> str:
    codes: Sequence[str] = [reason["code"] for reason in change["reasons"]]
    return " ".join([change["action"], *codes])


def _short(address: str) -> str:
    return address.removeprefix("work/")


def _verifying(intent: Path) -> bool:
    return bool(json.loads(intent.read_text()).get("verifying"))


def _seen(path: Path) -> tuple[Any, ...]:
    if path.is_symlink():
        return ("link", str(path.readlink()))
    if path.is_dir():
        return ("folder", sorted(one.name for one in path.iterdir()))
    return (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
