"""Looks at what specrun stands on: git, the repository, the state folder and the room on its disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from specrun.errors import SpecrunError
from specrun.store.git import Git, discover, run_git, trust
from specrun.store.layout import Layout, apply_lock
from specrun.store.remedies import remedy

ROOM = 200 * 1024 * 1024
"""Bytes that should be free for clones, logs and records."""
_FIRST = "First commit"
_WHO = {"user.name": "Your Name", "user.email": "you@example.com"}
"""What git wants to know of a person, and what stands for it."""

_HERE = "let this user write there, or work in a clone on another disk"
_ELSEWHERE = (
    "set SPECRUN_HOME to a folder that you may write to",
    'export SPECRUN_HOME="$HOME/.specrun"',
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: what it is like, and what to do where it is not `ok`.

    `notice` says that it is told for information only: neither sound nor a fault. `commands` are what a
    person may paste into a shell to mend it, or to have what is not needed.
    """

    name: str
    what: str
    ok: bool = True
    notice: bool = False
    fix: str = ""
    commands: tuple[str, ...] = ()


def health(start: Path, env: Mapping[str, str]) -> tuple[Finding, ...]:
    """Answer a finding for everything of git and disk that specrun needs; nothing is written."""
    try:
        version = run_git(["version"], start).text
        git = discover(start)
    except SpecrunError as error:
        return (_git(error, start, env),)
    findings = [Finding(name="git", what=version), Finding(name="repository", what=str(git.root))]
    try:
        _, commit = git.head()
        findings.append(Finding(name="commit", what=commit[:12]))
    except SpecrunError as error:
        commands = (*_identity(git), *_first(git.root))
        findings.append(Finding(name="commit", what=error.what, ok=False, fix=error.fix, commands=commands))
    findings += [
        _folder("git dir", apply_lock(git.common_dir, "spec").parent, _HERE),
        _folder("results", git.root / "results", _HERE),
    ]
    try:
        home = Layout.of(git.root, env).home
    except SpecrunError as error:
        return (*findings, Finding(name="state folder", what=error.what, ok=False, fix=error.fix))
    return (*findings, _folder("state folder", home, *_ELSEWHERE), _space(home))


def _git(error: SpecrunError, start: Path, env: Mapping[str, str]) -> Finding:
    """Say what is wrong with git or the repository."""
    commands: tuple[str, ...] = ()
    if "not installed" in error.what or "too old" in error.what:
        commands = remedy("git", env.get("PATH", os.defpath))
    elif "not inside a git repository" in error.what:
        commands = (f"git init {quote(str(start))}",)
    elif "dubious ownership" in error.what:
        commands = (trust(error.what, start),)
    return Finding(name="git", what=error.what, ok=False, fix=error.fix, commands=commands)


def _identity(git: Git) -> tuple[str, ...]:
    """Answer what lets git know who commits, where it does not know yet."""
    known = {name for name in _WHO if not run_git(["config", "--get", name], git.root, codes=(0, 1)).code}
    return tuple(
        f"git config --global {name} {quote(value)}" for name, value in _WHO.items() if name not in known
    )


def _first(root: Path) -> tuple[str, ...]:
    """Answer what makes the first commit; the shell where it is pasted may stand in another repository."""
    git = f"git -C {quote(str(root))}"
    return f"{git} add -A", f"{git} commit --allow-empty -m {quote(_FIRST)}"


def _folder(name: str, folder: Path, fix: str, *commands: str) -> Finding:
    """Say whether files can be made in a folder, or it can be made where it is not there yet."""
    there = _existing(folder)
    if not there.is_dir():
        why = f"{there} is no folder"
    elif os.statvfs(there).f_flag & os.ST_RDONLY:
        why = f"{there} cannot be written to: read-only file system"
    elif not os.access(there, os.W_OK | os.X_OK):
        why = f"{there} cannot be written to"
    else:
        return Finding(name=name, what=str(folder))
    return Finding(name=name, what=why, ok=False, fix=fix, commands=commands)


def _space(home: Path) -> Finding:
    free = shutil.disk_usage(_existing(home)).free
    told = f"{free // 2**20:,} MiB at {_existing(home)}"
    fix = "" if free >= ROOM else f"free at least {ROOM // 2**20} MiB, or set SPECRUN_HOME to another disk"
    return Finding(name="free space", what=told, ok=free >= ROOM, fix=fix)


def _existing(path: Path) -> Path:
    """The nearest folder that is there already: where a new one would be made."""
    while not os.path.exists(path) and path != path.parent:  # noqa: PTH110 - a closed folder above is no error
        path = path.parent
    return path
