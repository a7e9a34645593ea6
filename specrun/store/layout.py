"""Says where the state of a working tree lies outside of it, and keeps strangers out."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from specrun.core.task import TaskId, split_id
from specrun.errors import EnvironmentProblem, Refused

CHECKS = "checks"
"""The folder in the directory of an attempt that holds those of the runs of its checks."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")

_UNSAFE = re.compile(r"[^A-Za-z0-9._]+")


def state_home(env: Mapping[str, str]) -> Path:
    """Answer the folder of all state: SPECRUN_HOME, else below XDG_STATE_HOME, else below the home folder.

    Raises EnvironmentProblem for a relative SPECRUN_HOME; a relative XDG_STATE_HOME counts as
    unset, as its standard says.
    """
    own = env.get("SPECRUN_HOME", "")
    if own:
        if not own.startswith("/"):
            raise EnvironmentProblem(f"SPECRUN_HOME is {own!r}", "set it to an absolute path")
        return Path(own)
    shared = env.get("XDG_STATE_HOME", "")
    if shared.startswith("/"):
        return Path(shared) / "specrun"
    home = env.get("HOME", "")
    if not home.startswith("/"):
        raise EnvironmentProblem("HOME is not set", "set HOME or SPECRUN_HOME to an absolute path")
    return Path(home) / ".local" / "state" / "specrun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The state folder of one working tree; `digest` (8 hex) tells trees of the same name apart."""

    home: Path
    digest: str

    @classmethod
    def of(cls, root: Path, env: Mapping[str, str]) -> Layout:
        """Name the state folder of the working tree at `root`; nothing is created."""
        real = root.resolve()
        digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:8]
        name = _UNSAFE.sub("-", real.name).strip("-.")[:48] or "root"
        return cls(home=state_home(env) / f"{name}-{digest}", digest=digest)

    @property
    def server(self) -> str:
        """The name of the private tmux server, made of nothing that a user wrote."""
        return f"specrun-{self.digest}"

    @property
    def attempts(self) -> Path:
        """Attempt directories: `<spec>/<task>/<n>`, with those of their checks below `checks/<k>`."""
        return self.home / "attempts"

    @property
    def work(self) -> Path:
        """Workspaces: `<spec>/<task>/<n>`, and trees of checks: `<spec>/<task>/<n>.proof`."""
        return self.home / "work"

    @property
    def done(self) -> Path:
        """One link per finished attempt, or run of a check."""
        return self.home / "done"

    @property
    def grants(self) -> Path:
        """Unused retry grants."""
        return self.home / "grants"

    @property
    def git(self) -> Path:
        """The git dir of specrun's own commands, with a configuration that nobody else writes."""
        return self.home / "git"

    @property
    def events(self) -> Path:
        """The append-only history."""
        return self.home / "events.jsonl"

    def attempt(self, task_id: TaskId, number: int, check: int = 0) -> Path:
        """Where the files of an attempt lie, or those of the run `check` of its checks."""
        directory = self.attempts.joinpath(*split_id(task_id), str(number))
        return directory / CHECKS / str(check) if check else directory

    def workspace(self, task_id: TaskId, number: int) -> Path:
        """Where the clone of an attempt lies."""
        return self.work.joinpath(*split_id(task_id), str(number))

    def proof(self, task_id: TaskId, number: int) -> Path:
        """Where the tree lies in which the checks of an attempt run."""
        return self.work.joinpath(*split_id(task_id), f"{number}.proof")

    def done_link(self, task_id: TaskId, number: int, check: int = 0) -> Path:
        """The link that an attempt, or the run `check` of its checks, leaves when it ends."""
        return self.done / (f"{task_id.replace('/', '.')}.{number}" + (f".c{check}" if check else ""))

    def create(self) -> None:
        """Make the folders, for this user alone.

        Raises EnvironmentProblem when they cannot be made, Refused when one is a link or someone else's.
        """
        try:
            self.home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.home, self.attempts, self.work, self.done, self.grants):
                folder.mkdir(mode=0o700, exist_ok=True)
                _claim(folder)
        except OSError as exc:
            raise EnvironmentProblem(
                f"cannot make the state folder {exc.filename}: {exc.strerror}",
                "free some space, or set SPECRUN_HOME to a folder that you may write to",
            ) from exc


def task_named(words: Sequence[str]) -> TaskId | None:
    """The task that the folders of a path or reference name; None where they are not `spec` and `task`."""
    fit = len(words) == 2 and all(_ID.fullmatch(word) for word in words)  # noqa: PLR2004 - spec and task
    return TaskId("/".join(words)) if fit else None


def apply_lock(common_dir: Path, spec: str) -> Path:
    """The kernel lock of an apply: one per spec and repository, shared by all of its worktrees."""
    return common_dir / "specrun" / f"{spec}.lock"


def _claim(folder: Path) -> None:
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid():
        raise Refused(
            f"the state folder {folder} is a link or belongs to someone else",
            "remove it, or set SPECRUN_HOME to a folder of your own",
        )
    if stat.S_IMODE(seen.st_mode) & 0o077:
        folder.chmod(0o700)
