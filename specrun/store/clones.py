"""Makes the clone that an attempt works in: its own configuration, the host's objects, no remote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store.git import LONG, run_git
from specrun.store.plumbing import ALONE, FALLBACK, Plumbing, quoted, storage
from specrun.store.printable import one_line


def branch_ref(task_id: TaskId) -> str:
    """The full name of a task's branch."""
    return f"refs/heads/specrun/{task_id}"


def side(path: Path, what: str) -> Path:
    """A file of specrun's own beside a workspace: its `index` or its `base`."""
    return path.with_name(f"{path.name}.{what}")


def make_clone(
    plumbing: Plumbing, path: Path, task_id: TaskId, base: str, upstreams: Mapping[TaskId, str]
) -> None:
    """Make a clone at `path` with `base` checked out on the task's branch.

    It is built beside and renamed when whole: a git that outlives a killed specrun never writes into
    the real one. Objects are borrowed from the host, never hard-linked, so that nothing done in
    here can damage them there.
    """
    parent = path.parent
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in (*parent.glob(f".{path.name}.new-*"), path):
            erase(left)
        new = parent / f".{path.name}.new-{os.urandom(4).hex()}"
        new.mkdir()
        _write_git_dir(plumbing, new / ".git", task_id, {task_id: base, **upstreams})
        _check_out(new, base)
        shutil.copyfile(new / ".git" / "index", side(path, "index"))
        side(path, "base").write_text(base)
        new.rename(path)
    except OSError as exc:
        raise _unwritable(parent, exc) from exc


def erase(path: Path) -> None:
    """Delete a tree, read-only folders in it too, without following links; a missing one is fine.

    Raises OSError.
    """
    shutil.rmtree(path, ignore_errors=True)
    if os.path.lexists(path):
        with suppress(FileNotFoundError):
            open_folders(path)
            shutil.rmtree(path)


def open_folders(path: Path) -> None:
    """Give the owner every right on all folders of a tree, each before it is listed; no link is followed."""
    path.chmod(0o700)
    for folder, names, _ in os.walk(path):
        for name in names:
            inner = Path(folder) / name
            if not inner.is_symlink():
                inner.chmod(0o700)


def _write_git_dir(plumbing: Plumbing, git_dir: Path, task_id: TaskId, heads: Mapping[TaskId, str]) -> None:
    settings = plumbing.settings()
    for folder in ("objects/info", "objects/pack", "refs/tags", "info"):
        (git_dir / folder).mkdir(parents=True)
    (git_dir / "objects/info/alternates").write_bytes(os.fsencode(plumbing.git.objects) + b"\n")
    name = settings.get("user.name") or FALLBACK[0]
    email = settings.get("user.email") or FALLBACK[1]
    config = (
        f"{plumbing.format()}[core]\n\tbare = false\n\tlogallrefupdates = true\n{storage(settings)}"
        f"[user]\n\tname = {quoted(name)}\n\temail = {quoted(email)}\n"
        # A worker has nobody to type a passphrase, and its objects are borrowed: no signing, no clean-up.
        "[commit]\n\tgpgsign = false\n[tag]\n\tgpgsign = false\n"
        "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
    )
    (git_dir / "config").write_bytes(os.fsencode(config))
    plumbing.copy_shared(git_dir)
    for owner, commit in heads.items():
        place = git_dir / branch_ref(owner)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{commit}\n")
    (git_dir / "HEAD").write_text(f"ref: {branch_ref(task_id)}\n")


def _check_out(tree: Path, base: str) -> None:
    place = {"GIT_DIR": str(tree / ".git"), "GIT_WORK_TREE": str(tree)}
    run_git(["read-tree", "-m", "-u", base], tree, env=ALONE | place, seconds=LONG)


def _unwritable(place: Path, exc: OSError) -> EnvironmentProblem:
    what = f"cannot make a workspace below {place}: {one_line(exc.strerror or str(exc))}"
    return EnvironmentProblem(what, "free some space there, or set SPECRUN_HOME to another disk")
