"""Reads, renames and deletes the branches of tasks: never one that somebody is on, or that would be lost."""

from __future__ import annotations

from pathlib import Path

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem, Refused
from specrun.store import refs
from specrun.store.clones import branch_ref
from specrun.store.git import LOOKING, Git
from specrun.store.layout import task_named

UNMERGED = "it is not merged into HEAD"
"""Why most branches are kept."""

_ALL = "refs/heads/specrun"


def short_name(task_id: TaskId) -> str:
    """The name of a task's branch as people write it."""
    return branch_ref(task_id).removeprefix("refs/heads/")


def commits(git: Git) -> dict[TaskId, str]:
    """Answer the commits of all branches that are named like those of tasks."""
    found = {}
    for name, commit in git.refs(_ALL).items():
        task_id = task_named(name.removeprefix(f"{_ALL}/").split("/"))
        if task_id is not None:
            found[task_id] = commit
    return found


def whose(git: Git, task_id: TaskId) -> Path | None:
    """Answer the working tree that is on a task's branch, or rebases it; None when none is."""
    name = branch_ref(task_id)
    if refs.stored_otherwise(git.common_dir):
        told = git.run("for-each-ref", "--format=%(worktreepath)", name).text
        return Path(told) if told else None
    where = refs.checked_out(git.common_dir, name)
    if where is None:
        return None
    try:
        return Path((where / "gitdir").read_text().strip()).parent
    except OSError:
        return where.parent if where.name == ".git" else where


def move(git: Git, old: TaskId, new: TaskId) -> str | None:
    """Give a branch its new name, in one step, and answer that; None where there is no such branch.

    Doing it twice is fine. Raises Refused where the old branch is checked out, or the new one is another's.
    """
    source, target = branch_ref(old), branch_ref(new)
    commit, there = git.ref(source), git.ref(target)
    if commit is None or old == new:
        return None if there is None else short_name(new)
    where = whose(git, old)
    if where is not None:
        raise Refused(
            f"branch {short_name(old)} is checked out in {where}, so that it cannot be renamed",
            "check out another branch there, then run specrun apply",
        )
    if there not in {None, commit}:
        raise Refused(
            f"branch {short_name(new)} is there already, with another commit than {short_name(old)}",
            f"rename it (git branch -m {short_name(new)} NAME), then run specrun apply",
        )
    made = "" if there else f"create {target} {commit}\n"
    asked = f"{made}delete {source} {commit}\n"
    try:
        git.run("update-ref", "-m", "specrun: move", "--stdin", stdin=asked.encode())
    except EnvironmentProblem as exc:
        fix = f"rename a branch that stands in the way of {short_name(new)}, or remove a stale {target}.lock"
        raise EnvironmentProblem(exc.what, fix) from exc
    return short_name(new)


def why_kept(git: Git, task_id: TaskId, commit: str) -> str:
    """Answer why a branch at `commit` must stay, nothing where HEAD has all of it and nobody is on it."""
    where = whose(git, task_id)
    if where is not None:
        return f"it is checked out in {where}"
    head = git.head()[1]
    asked = ("merge-base", "--is-ancestor", "--end-of-options", commit, head)
    found = git.run(*asked, codes=(0, 1, 128), env=LOOKING)
    return {0: "", 1: UNMERGED}.get(found.code, "its commit is not here")


def drop(git: Git, task_id: TaskId) -> str:
    """Delete a task's branch if HEAD contains it; answer why it is kept, nothing when it is gone."""
    commit = git.ref(branch_ref(task_id))
    if commit is None:
        return ""
    return why_kept(git, task_id, commit) or delete(git, branch_ref(task_id), commit)


def delete(git: Git, name: str, commit: str) -> str:
    """Delete a reference while it names `commit`; answer why it is kept, nothing when it is gone."""
    done = git.run("update-ref", "-d", "--end-of-options", name, commit, codes=range(256))
    now = git.ref(name)
    if now is None:
        return ""
    if now != commit:
        return "it was moved meanwhile"
    said = done.err.decode("utf-8", "replace").strip().splitlines()
    return f"git cannot delete it: {said[0] if said else done.code}"
