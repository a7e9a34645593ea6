"""The template files of the repo, each read once and only from inside the repo."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from specrun.errors import Problem
from specrun.spec.find import Refusal, read
from specrun.spec.text import Text, read_text

LIMIT = 1024 * 1024


def _refusal(problem: Problem) -> Refusal:
    return Refusal(problem.code, f"{problem.where}: {problem.what}", problem.fix)


@dataclass(slots=True)
class Templates:
    """Reads templates below `root` (paths are relative to it) and remembers them, good or bad."""

    root: Path
    _read: dict[str, Text | Refusal] = field(default_factory=dict)

    def find(self, file: str) -> Text | Refusal:
        """Answer a template, or why it is not read."""
        if file not in self._read:
            data = read(self.root, file, LIMIT)
            if isinstance(data, Refusal):
                self._read[file] = data
            else:
                text, problems = read_text(file, data, LIMIT)
                self._read[file] = _refusal(problems[0]) if problems else text
        return self._read[file]

    def text(self, file: str) -> Text | None:
        """Answer a template that was read."""
        found = self._read.get(file)
        return found if isinstance(found, Text) else None

    def ask(self, file: str) -> dict[str, str]:
        """Answer the wish of the rendering child."""
        found = self.find(file)
        if isinstance(found, Refusal):
            return {"code": found.code, "what": found.what, "fix": found.fix}
        return {"source": found.text}

    @property
    def files(self) -> tuple[str, ...]:
        """The files that were read."""
        return tuple(file for file, found in self._read.items() if isinstance(found, Text))
