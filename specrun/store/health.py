"""Looks at what specrun stands on: git, the repository, the state folder and the room on its disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from specrun.errors import SpecrunError
from specrun.store.git import discover, run_git
from specrun.store.layout import Layout

ROOM = 200 * 1024 * 1024
"""Bytes that should be free for clones, logs and records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: what it is like, and what to do where it is not `ok`.

    `notice` says that it is told for information only: neither sound nor a fault.
    """

    name: str
    what: str
    ok: bool = True
    notice: bool = False
    fix: str = ""


def health(start: Path, env: Mapping[str, str]) -> tuple[Finding, ...]:
    """Answer a finding for everything of git and disk that specrun needs; nothing is written."""
    try:
        version = run_git(["version"], start).text
        git = discover(start)
    except SpecrunError as error:
        return (Finding(name="git", what=error.what, ok=False, fix=error.fix),)
    findings = [Finding(name="git", what=version), Finding(name="repository", what=str(git.root))]
    try:
        _, commit = git.head()
        findings.append(Finding(name="commit", what=commit[:12]))
    except SpecrunError as error:
        findings.append(Finding(name="commit", what=error.what, ok=False, fix=error.fix))
    try:
        home = Layout.of(git.root, env).home
    except SpecrunError as error:
        return (*findings, Finding(name="state folder", what=error.what, ok=False, fix=error.fix))
    return (*findings, _folder(home), _space(home))


def _folder(home: Path) -> Finding:
    there = _existing(home)
    if os.access(there, os.W_OK | os.X_OK):
        return Finding(name="state folder", what=str(home))
    return Finding(
        name="state folder",
        what=f"{there} cannot be written to",
        ok=False,
        fix="set SPECRUN_HOME to a folder that you may write to",
    )


def _space(home: Path) -> Finding:
    free = shutil.disk_usage(_existing(home)).free
    told = f"{free // 2**20:,} MiB at {_existing(home)}"
    fix = "" if free >= ROOM else f"free at least {ROOM // 2**20} MiB, or set SPECRUN_HOME to another disk"
    return Finding(name="free space", what=told, ok=free >= ROOM, fix=fix)


def _existing(path: Path) -> Path:
    """The nearest folder that is there already: where a new one would be made."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
