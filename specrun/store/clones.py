"""Makes the clone that an attempt works in: its own configuration, the host's objects, no remote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store.git import LONG, run_git
from specrun.store.plumbing import ALONE, FALLBACK, Plumbing, quoted, storage
from specrun.store.printable import one_line
from specrun.store.removal import erase


def branch_ref(task_id: TaskId) -> str:
    """The full name of a task's branch."""
    return f"refs/heads/specrun/{task_id}"


def side(path: Path, what: str) -> Path:
    """A file of specrun's own beside a workspace: its `index` or its `base`."""
    return path.with_name(f"{path.name}.{what}")


def make_clone(
    plumbing: Plumbing, path: Path, task_id: TaskId, base: str, upstreams: Mapping[TaskId, str]
) -> None:
    """Make a clone at `path` with `base` checked out on the task's branch, for a worker to work in.

    Objects are borrowed from the host, never hard-linked, so that nothing done in here can damage them there.
    """
    with _beside(path) as new:
        _fill(plumbing, new, task_id, {task_id: base, **upstreams})
        # With its time: git looks into files that may have changed in the very second of their index.
        shutil.copy2(new / ".git" / "index", side(path, "index"))
        side(path, "base").write_text(base)


def make_checkout(plumbing: Plumbing, path: Path, commit: str, branch: str) -> None:
    """Make a clone of `commit` on a new branch, for a person to work in: its `origin` is the host."""
    name = f"refs/heads/{branch}"
    with _beside(path) as new:
        _write_git_dir(plumbing, new / ".git", name, {name: commit}, _of_person(plumbing))
        _check_out(new, commit)
        shutil.copy2(new / ".git" / "index", side(path, "index"))
        side(path, "base").write_text(commit)


def make_tree(plumbing: Plumbing, path: Path, task_id: TaskId, commit: str) -> None:
    """Make a clone of `commit` that nothing is ever collected from."""
    with _beside(path) as new:
        _fill(plumbing, new, task_id, {task_id: commit})


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a new folder that becomes `path` when all went well; what stands there or was begun is deleted.

    A git that outlives a killed specrun never writes into the real one.
    """
    parent = path.parent
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in (*begun(path), path):
            erase(left)
        new = parent / f".{path.name}.new-{os.urandom(4).hex()}"
        new.mkdir()
        yield new
        new.rename(path)
    except OSError as exc:
        raise _unwritable(parent, exc) from exc


def begun(path: Path) -> Iterator[Path]:
    """Yield the folders of interrupted tries to make the clone at `path`."""
    return path.parent.glob(f".{path.name}.new-*")


def _fill(plumbing: Plumbing, new: Path, task_id: TaskId, heads: Mapping[TaskId, str]) -> None:
    named = {branch_ref(owner): commit for owner, commit in heads.items()}
    _write_git_dir(plumbing, new / ".git", branch_ref(task_id), named, _of_worker(plumbing))
    _check_out(new, heads[task_id])


def _of_worker(plumbing: Plumbing) -> str:
    """Answer configuration for somebody without an own: who it is, and what it cannot do."""
    settings = plumbing.settings()
    return _identity(settings.get("user.name") or FALLBACK[0], settings.get("user.email") or FALLBACK[1]) + (
        # A worker has nobody to type a passphrase, and its objects are borrowed: no signing, no clean-up.
        "[commit]\n\tgpgsign = false\n[tag]\n\tgpgsign = false\n"
    )


def _of_person(plumbing: Plumbing) -> str:
    """Answer configuration for a person: who it is as far as the host says so, and the way back there."""
    settings = plumbing.settings()
    name, email = settings.get("user.name"), settings.get("user.email")
    return (_identity(name, email) if name and email else "") + (
        f'[remote "origin"]\n\turl = {quoted(str(plumbing.git.root))}\n'
        "\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
    )


def _identity(name: str, email: str) -> str:
    return f"[user]\n\tname = {quoted(name)}\n\temail = {quoted(email)}\n"


def _write_git_dir(
    plumbing: Plumbing, git_dir: Path, head: str, heads: Mapping[str, str], configuration: str
) -> None:
    settings = plumbing.settings()
    for folder in ("objects/info", "objects/pack", "refs/tags", "info"):
        (git_dir / folder).mkdir(parents=True)
    (git_dir / "objects/info/alternates").write_bytes(os.fsencode(plumbing.git.objects) + b"\n")
    config = (
        f"{plumbing.format()}[core]\n\tbare = false\n\tlogallrefupdates = true\n{storage(settings)}"
        f"{configuration}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
    )
    (git_dir / "config").write_bytes(os.fsencode(config))
    plumbing.copy_shared(git_dir)
    for name, commit in heads.items():
        place = git_dir / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{commit}\n")
    (git_dir / "HEAD").write_text(f"ref: {head}\n")


def _check_out(tree: Path, base: str) -> None:
    place = {"GIT_DIR": str(tree / ".git"), "GIT_WORK_TREE": str(tree)}
    run_git(["read-tree", "-m", "-u", base], tree, env=ALONE | place, seconds=LONG)


def _unwritable(place: Path, exc: OSError) -> EnvironmentProblem:
    what = f"cannot make a workspace below {place}: {one_line(exc.strerror or str(exc))}"
    return EnvironmentProblem(what, "free some space there, or set SPECRUN_HOME to another disk")
