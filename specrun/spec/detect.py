"""Finds out from the files of a folder which type of project lies there, and which of its commands exist."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specrun.core.glob import matches
from specrun.core.project import COMMANDS, KINDS
from specrun.spec.find import read

LIMIT = 1024 * 1024
"""Bytes of the largest file whose commands are looked for; a larger one is taken to have them all."""
MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
"""In the order in which make looks for them."""
WRAPPERS = {"gradle": ("gradle", "gradlew"), "maven": ("mvn", "mvnw")}
"""Tools that projects bring along: the word that is replaced, and the file that has to be there."""

_TARGETS = re.compile(r"^([^\s#:=][^#:=]*):(?:(?![:=])|:(?!=))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Detection:
    """Looks into folders of the repo at `root`, which are relative to it and "" for the top, each once."""

    root: Path
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def mark(self, folder: str) -> tuple[str, str] | None:
        """Answer the type of the project in a folder and the file that tells it, relative to the root."""
        for kind, about in KINDS.items():
            for glob in about.marks:
                names = (name for name in self._listed(folder) if matches((glob,), name))
                found = next((name for name in names if self._there(folder, name)), None)
                if found is not None:
                    return kind, _below(folder, found)
        return None

    def commands(self, folder: str, kind: str) -> dict[str, str]:
        """Answer the commands of a type by name, as far as the folder has what they ask for."""
        commands = {name: KINDS[kind].commands[name] for name in COMMANDS if name in KINDS[kind].commands}
        if kind in WRAPPERS:
            tool, wrapper = WRAPPERS[kind]
            if self._there(folder, wrapper):
                return {name: re.sub(f"^{tool}\\b", f"./{wrapper}", run) for name, run in commands.items()}
        known = self._scripts(folder) if kind == "node" else self._targets(folder) if kind == "make" else None
        return commands if known is None else {name: run for name, run in commands.items() if name in known}

    def _scripts(self, folder: str) -> frozenset[str] | None:
        """Answer the names of the scripts in package.json, None where nobody can tell."""
        data = self._read(folder, "package.json")
        try:
            found = json.loads(data) if data is not None else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, Mapping):
            return None
        scripts = found.get("scripts")
        return frozenset(scripts if isinstance(scripts, Mapping) else ())

    def _targets(self, folder: str) -> frozenset[str] | None:
        """Answer the targets that a Makefile spells out, None where there is none to read."""
        for file in MAKEFILES:
            data = self._read(folder, file)
            if data is not None:
                rules = _TARGETS.findall(data.decode("utf-8", "replace"))
                return frozenset(name for names in rules for name in names.split())
        return None

    def _listed(self, folder: str) -> tuple[str, ...]:
        if folder not in self._names:
            try:
                self._names[folder] = tuple(sorted(path.name for path in (self.root / folder).iterdir()))
            except OSError:
                self._names[folder] = ()
        return self._names[folder]

    def _there(self, folder: str, name: str) -> bool:
        """Whether a regular file of the repo lies there."""
        return name in self._listed(folder) and isinstance(read(self.root, _below(folder, name), 0), bytes)

    def _read(self, folder: str, name: str) -> bytes | None:
        """Answer a file of the repo, None where there is none or it is too large."""
        found = read(self.root, _below(folder, name), LIMIT) if name in self._listed(folder) else None
        return found if isinstance(found, bytes) and len(found) <= LIMIT else None


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
