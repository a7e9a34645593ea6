"""Finds the commit that an upstream handed on: here, in a remote, or as contained in the code base."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from contextlib import suppress

from specrun.core.task import TaskId
from specrun.core.world import CarriedFile
from specrun.errors import EnvironmentProblem
from specrun.store.clones import branch_ref
from specrun.store.harvest import GONE
from specrun.store.plumbing import Plumbing
from specrun.store.refs import OBJECT_ID
from specrun.store.trees import files

PATIENCE = 30.0
"""Seconds that one fetch may take, while nothing else of the apply goes on."""

_KIND = b"commit "
_FETCH = (
    # Nobody is there to answer: neither a terminal nor a window may ask.
    *("-c", "core.askPass="),
    *("fetch", "--quiet", "--no-tags", "--no-prune", "--refmap=", "--no-write-fetch-head"),
    *("--no-recurse-submodules", "--no-auto-maintenance", "--no-write-commit-graph", "--end-of-options"),
)


def seek(
    plumbing: Plumbing,
    task_id: TaskId,
    commit: str,
    carried: Iterable[CarriedFile] | None,
    base: str,
    silent: set[str],
) -> str:
    """Answer the commit to build on for `commit`, which a task left with the change `carried`.

    That is itself when it is here or a remote has it; `base` where that holds the whole change already, as
    after a squash merge; "" when it is nowhere. Objects are fetched, no reference is changed. Remotes that do
    not answer are put into `silent`, and those in it are not asked.
    """
    if OBJECT_ID.fullmatch(commit) and (
        _here(plumbing, commit) or _fetched(plumbing, task_id, commit, silent)
    ):
        return commit
    return base if carried is not None and _contains(plumbing, base, carried) else ""


def _here(plumbing: Plumbing, commit: str) -> bool:
    # What this apply has collected itself lies in a file of its own: no need to start a git for it.
    with suppress(OSError, zlib.error):
        loose = (plumbing.git.objects / commit[:2] / commit[2:]).read_bytes()
        return zlib.decompressobj().decompress(loose, len(_KIND)) == _KIND
    return b" commit " in plumbing.run("cat-file", "--batch-check", stdin=f"{commit}\n".encode()).out


def _fetched(plumbing: Plumbing, task_id: TaskId, commit: str, silent: set[str]) -> bool:
    """Ask every remote for the task's branch, and for the commit itself, which some servers give."""
    remotes = [name for name in plumbing.git.run("remote").text.splitlines() if name not in silent]
    quiet = _quiet(plumbing) if remotes else {}
    for remote in remotes:
        try:
            for wanted in (branch_ref(task_id), commit):
                plumbing.git.run(*_FETCH, remote, wanted, env=quiet, codes=range(256), seconds=PATIENCE)
                if _here(plumbing, commit):
                    return True
        except EnvironmentProblem:  # it did not answer in time
            silent.add(remote)
    return False


def _quiet(plumbing: Plumbing) -> dict[str, str]:
    """The environment in which no helper of git asks anybody anything; the person's own ssh is kept."""
    told = plumbing.git.run("config", "--get", "core.sshCommand", codes=(0, 1)).text
    command = os.environ.get("GIT_SSH_COMMAND") or told or "ssh"
    return {"GIT_SSH_COMMAND": f"{command} -o BatchMode=yes", "GCM_INTERACTIVE": "never"}


def _contains(plumbing: Plumbing, base: str, carried: Iterable[CarriedFile]) -> bool:
    """Whether every path of a change looks in `base` as the change left it."""
    found = files(plumbing, base)
    return all(
        found.get(file.path) == (None if file.mode == GONE else f"{file.mode} {file.blob}")
        for file in carried
    )
